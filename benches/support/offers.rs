//! Offers with conditions over twenty fields of a customer, ranked by propensity, worth and season: as the rows of a
//! catalogue, and answered by hand, in exact integers, by a scan and by sets of bits.

use super::rng::Rng;
use std::fmt::Write as _;

pub const RULES: &str = include_str!("offers.pvd");
/// How many members the ten enums have.
const CARDS: [usize; 10] = [3, 4, 5, 6, 6, 8, 8, 10, 12, 20];
const LETTERS: &str = "abcdefghijklmnopqrst";

/// What is asked of a field: its place among those of its kind.
#[derive(Clone, Copy, Debug)]
pub enum Asks {
    /// A member among these, as bits.
    OneOf(usize, u32),
    /// A number from … to …
    Within(usize, i64, i64),
    Is(usize, bool),
}

impl Asks {
    #[inline(always)]
    fn holds(self, customer: &Customer) -> bool {
        match self {
            Asks::OneOf(field, members) => members >> customer.members[field] & 1 != 0,
            Asks::Within(field, from, to) => (from..=to).contains(&customer.ints[field]),
            Asks::Is(field, truth) => customer.bools[field] == truth,
        }
    }

    /// The same number for what is asked of one field.
    fn field(self) -> usize {
        match self {
            Asks::OneOf(field, _) => field,
            Asks::Within(field, ..) => 10 + field,
            Asks::Is(field, _) => 16 + field,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Offer {
    pub asks: Vec<Asks>,
    /// Which propensity counts, the worth in quarters, which season counts.
    pub model: usize,
    pub worth: i64,
    pub season: usize,
}

/// A customer; propensities and seasons in thousandths.
#[derive(Clone, Debug)]
pub struct Customer {
    pub members: [u32; 10],
    pub ints: [i64; 6],
    pub bools: [bool; 4],
    pub models: [i64; 10],
    pub seasons: [i64; 4],
}

/// An offer and by what it is ranked, in units of 0.00000025.
pub type Ranked = (i64, u32);

impl Offer {
    #[inline(always)]
    fn rank(&self, customer: &Customer) -> i64 {
        customer.models[self.model] * self.worth * customer.seasons[self.season]
    }
}

/// Keeps the best three: of two alike the one of the greater value (worth by season), then that whose name comes first.
#[inline]
fn keep(best: &mut Vec<(Ranked, i64)>, offers: &[Offer], number: u32, customer: &Customer) {
    let offer = &offers[number as usize];
    let value = offer.worth * customer.seasons[offer.season];
    let rank = offer.rank(customer);
    let before = |((other, name), worth): &(Ranked, i64)| {
        (rank, value) > (*other, *worth) || (rank, value) == (*other, *worth) && number < *name
    };
    let place = best.iter().position(before).unwrap_or(best.len());
    if place < 3 {
        best.insert(place, ((rank, number), value));
        best.truncate(3);
    }
}

/// Three to six conditions an offer; thresholds are multiples of ten, as those of real rules are round.
pub fn offers(count: usize) -> Vec<Offer> {
    let mut rng = Rng::new(33);
    (0..count)
        .map(|_| {
            let mut asks: Vec<Asks> = Vec::new();
            let most = rng.index(4) + 3;
            while asks.len() < most {
                let asked = ask(&mut rng);
                if asks.iter().all(|other| other.field() != asked.field()) {
                    asks.push(asked);
                }
            }
            Offer {
                asks,
                model: rng.index(10),
                worth: rng.int(1, 400),
                season: rng.index(4),
            }
        })
        .collect()
}

fn ask(rng: &mut Rng) -> Asks {
    match rng.index(20) {
        field @ 0..10 => {
            let card = CARDS[field];
            let several = card >= 5 && rng.below(100) < 30;
            let mut members = 0_u32;
            let most = if several { 2 + rng.below(3) } else { 1 };
            while u64::from(members.count_ones()) < most {
                members |= 1 << rng.index(card);
            }
            Asks::OneOf(field, members)
        }
        field @ 10..16 => match rng.below(3) {
            0 => Asks::Within(field - 10, rng.int(40, 85) * 10, i64::MAX),
            1 => Asks::Within(field - 10, i64::MIN, rng.int(15, 60) * 10 - 1),
            _ => {
                let from = rng.int(0, 70) * 10;
                Asks::Within(field - 10, from, from + rng.int(10, 40) * 10 - 1)
            }
        },
        field => Asks::Is(field - 16, rng.bool()),
    }
}

pub fn customers(count: usize) -> Vec<Customer> {
    let mut rng = Rng::new(22);
    let one = |_| Customer {
        members: std::array::from_fn(|field| u32::try_from(rng.index(CARDS[field])).unwrap()),
        ints: std::array::from_fn(|_| rng.int(0, 999)),
        bools: std::array::from_fn(|_| rng.bool()),
        models: std::array::from_fn(|_| rng.int(1, 999)),
        seasons: std::array::from_fn(|_| rng.int(1, 999)),
    };
    (0..count).map(one).collect()
}

/// The name of an offer, so that names stand in the order of their numbers.
pub fn name(number: usize) -> String {
    format!("offer_{number:06}")
}

/// The offers as the rows of a catalogue.
pub fn csv(offers: &[Offer]) -> String {
    let mut text = "id,model,worth,season".to_owned();
    (0..10).for_each(|field| write!(text, ",s{field}").unwrap());
    (0..6).for_each(|field| write!(text, ",i{field}_from,i{field}_to").unwrap());
    (0..4).for_each(|field| write!(text, ",b{field}").unwrap());
    text.push('\n');
    for (offer, number) in offers.iter().zip(0..) {
        let mut cells = vec![String::new(); 26];
        for asked in &offer.asks {
            match *asked {
                Asks::OneOf(field, members) => {
                    let letters = LETTERS.chars().enumerate();
                    let chosen = letters.filter(|(place, _)| members >> place & 1 != 0);
                    let chosen: Vec<String> = chosen.map(|(_, letter)| letter.into()).collect();
                    cells[field] = format!("\"[{}]\"", chosen.join(", "));
                }
                Asks::Within(field, from, to) => {
                    let bound = |n: i64, none: i64| {
                        if n == none {
                            String::new()
                        } else {
                            n.to_string()
                        }
                    };
                    cells[10 + 2 * field] = bound(from, i64::MIN);
                    cells[11 + 2 * field] = bound(to, i64::MAX);
                }
                Asks::Is(field, truth) => cells[22 + field] = truth.to_string(),
            }
        }
        let (whole, quarters) = (offer.worth / 4, offer.worth % 4 * 25);
        let (model, season) = (offer.model, offer.season);
        let name = name(number);
        let cells = cells.join(",");
        writeln!(
            text,
            "{name},p{model},{whole}.{quarters:02},w{season},{cells}"
        )
        .unwrap();
    }
    text
}

/// A customer as JSON.
pub fn json(customer: &Customer) -> String {
    let mut fields: Vec<String> = Vec::new();
    for (field, member) in customer.members.iter().enumerate() {
        let letter = LETTERS.chars().nth(*member as usize).unwrap();
        fields.push(format!("\"s{field}\":\"{letter}\""));
    }
    let ints = customer.ints.iter().enumerate();
    fields.extend(ints.map(|(field, n)| format!("\"i{field}\":{n}")));
    let bools = customer.bools.iter().enumerate();
    fields.extend(bools.map(|(field, b)| format!("\"b{field}\":{b}")));
    let models = customer.models.iter().enumerate();
    fields.extend(models.map(|(field, n)| format!("\"p{field}\":0.{n:03}")));
    let seasons = customer.seasons.iter().enumerate();
    fields.extend(seasons.map(|(field, n)| format!("\"w{field}\":0.{n:03}")));
    format!("{{{}}}", fields.join(","))
}

/// The best three by a scan over all offers, each left at its first condition that does not hold.
#[inline(never)]
pub fn scan(offers: &[Offer], customer: &Customer, best: &mut Vec<(Ranked, i64)>) {
    best.clear();
    for (offer, number) in offers.iter().zip(0..) {
        if offer.asks.iter().all(|asked| asked.holds(customer)) {
            keep(best, offers, number, customer);
        }
    }
}

/// For each member of each enum, each stretch between thresholds of each number, and each bool: the offers that take it.
pub struct Sets {
    words: usize,
    members: Vec<Vec<Vec<u64>>>,
    stretches: Vec<(Vec<i64>, Vec<Vec<u64>>)>,
    bools: Vec<[Vec<u64>; 2]>,
}

impl Sets {
    pub fn new(offers: &[Offer]) -> Sets {
        let words = offers.len().div_ceil(64);
        let taken_by = |fits: &dyn Fn(Asks) -> bool| {
            let mut set = vec![0_u64; words];
            for (number, offer) in offers.iter().enumerate() {
                if offer.asks.iter().all(|asked| fits(*asked)) {
                    set[number / 64] |= 1 << (number % 64);
                }
            }
            set
        };
        let members = CARDS.iter().enumerate().map(|(field, card)| {
            let takes = |member: usize| {
                taken_by(&|asked| match asked {
                    Asks::OneOf(other, members) if other == field => members >> member & 1 != 0,
                    _ => true,
                })
            };
            (0..*card).map(takes).collect()
        });
        let stretches = (0..6).map(|field| {
            let mut cuts = vec![i64::MIN];
            for asked in offers.iter().flat_map(|offer| &offer.asks) {
                if let Asks::Within(other, from, to) = *asked
                    && other == field
                {
                    cuts.extend([from, to.saturating_add(1)]);
                }
            }
            cuts.sort_unstable();
            cuts.dedup();
            let takes = |cut: &i64| {
                taken_by(&|asked| match asked {
                    Asks::Within(other, from, to) if other == field => (from..=to).contains(cut),
                    _ => true,
                })
            };
            let sets = cuts.iter().map(takes).collect();
            (cuts, sets)
        });
        let bools = (0..4).map(|field| {
            [false, true].map(|truth| {
                taken_by(&|asked| match asked {
                    Asks::Is(other, wanted) if other == field => wanted == truth,
                    _ => true,
                })
            })
        });
        Sets {
            words,
            members: members.collect(),
            stretches: stretches.collect(),
            bools: bools.collect(),
        }
    }

    /// The best three among the offers that all sets of a customer have in common.
    #[inline(never)]
    pub fn best(&self, offers: &[Offer], customer: &Customer, best: &mut Vec<(Ranked, i64)>) {
        best.clear();
        let mut rows: Vec<&[u64]> = Vec::with_capacity(20);
        for (sets, member) in self.members.iter().zip(customer.members) {
            rows.push(&sets[member as usize]);
        }
        for ((cuts, sets), n) in self.stretches.iter().zip(customer.ints) {
            rows.push(&sets[cuts.partition_point(|cut| *cut <= n) - 1]);
        }
        for (sets, truth) in self.bools.iter().zip(customer.bools) {
            rows.push(&sets[usize::from(truth)]);
        }
        const BLOCK: usize = 32;
        for base in (0..self.words).step_by(BLOCK) {
            let most = BLOCK.min(self.words - base);
            let mut all = [u64::MAX; BLOCK];
            for row in &rows {
                for (word, own) in all.iter_mut().zip(&row[base..base + most]) {
                    *word &= own;
                }
            }
            for (place, word) in all[..most].iter().enumerate() {
                let mut left = *word;
                while left != 0 {
                    let number = (base + place) * 64 + left.trailing_zeros() as usize;
                    keep(best, offers, u32::try_from(number).unwrap(), customer);
                    left &= left - 1;
                }
            }
        }
    }
}
