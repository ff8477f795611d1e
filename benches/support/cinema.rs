//! The cinema workload (W1): 12 rules, first hit, over 15 fields; three outputs.
//!
//! Contexts, the hand-written function that is the measure, and the same rules as a program.

use super::rng::Rng;
use pervade::internals::eval::Inputs;
use pervade::internals::graph::testing::Make;
use pervade::internals::hir::{CompareOp, DefId, ExprId, InputId, Ty};

macro_rules! enums {
    ($($name:ident { $($member:ident),* })*) => {$(
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $name { $($member),* }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$member),*];
            const WORDS: &'static [&'static str] = &[$(stringify!($member)),*];
        }
    )*};
}

enums! {
    Day { Mon, Tue, Wed, Thu, Fri, Sat, Sun }
    Genre { Action, Comedy, Drama, Horror, Kids, Scifi }
    Tier { None, Silver, Gold, Platinum }
    Channel { Web, App, Kiosk, Phone }
    Country { Es, Fr, De, Uk, Us }
    Screen { Standard, Imax, Threed }
}

/// A customer before a screen.
#[derive(Clone, Copy)]
pub struct Cinema {
    pub day: Day,
    pub genre: Genre,
    pub tier: Tier,
    pub channel: Channel,
    pub country: Country,
    pub screen: Screen,
    pub age: i64,
    pub hour: i64,
    pub tickets: i64,
    pub spend90: i64,
    pub visits90: i64,
    pub points: i64,
    pub student: bool,
    pub holiday: bool,
    pub app_user: bool,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    pub offer: &'static str,
    pub discount: f64,
    pub priority: i64,
}

const fn offer(offer: &'static str, discount: f64, priority: i64) -> Offer {
    Offer {
        offer,
        discount,
        priority,
    }
}

pub static OFFERS: [Offer; 12] = [
    offer("PLAT_GROUP", 0.30, 1),
    offer("STUDENT_MID", 0.40, 2),
    offer("SENIOR", 0.35, 3),
    offer("FAMILY", 0.25, 4),
    offer("GOLD_LOYAL", 0.20, 5),
    offer("IMAX_APP", 0.15, 6),
    offer("HOLIDAY_ES", 0.10, 7),
    offer("WINBACK", 0.50, 8),
    offer("TEEN", 0.12, 9),
    offer("LATE_KIOSK", 0.05, 10),
    offer("SILVER_PTS", 0.08, 11),
    offer("NONE", 0.0, 12),
];

/// The rules, written by hand.
#[inline(never)]
pub fn by_hand(c: &Cinema) -> Offer {
    OFFERS[if c.tier == Tier::Platinum && c.tickets >= 4 && !c.holiday {
        0
    } else if c.student && matches!(c.day, Day::Mon | Day::Tue | Day::Wed) && c.hour < 18 {
        1
    } else if c.age >= 65 && c.hour < 17 {
        2
    } else if c.genre == Genre::Kids && c.tickets >= 3 && c.hour >= 10 && c.hour <= 14 {
        3
    } else if c.tier == Tier::Gold && c.spend90 >= 150 && c.visits90 >= 6 {
        4
    } else if c.screen == Screen::Imax
        && c.channel == Channel::App
        && c.app_user
        && matches!(c.day, Day::Fri | Day::Sat)
    {
        5
    } else if c.holiday && c.country == Country::Es && c.tickets >= 2 {
        6
    } else if c.visits90 < 1 && c.points >= 500 {
        7
    } else if c.age < 18 && matches!(c.genre, Genre::Action | Genre::Horror | Genre::Scifi) {
        8
    } else if c.channel == Channel::Kiosk && c.hour >= 21 {
        9
    } else if c.tier == Tier::Silver && c.points >= 1000 {
        10
    } else {
        11
    }]
}

/// Seeded customers.
pub fn customers(count: usize) -> Vec<Cinema> {
    let mut rng = Rng::new(11);
    let mut of = |n: usize| rng_index(&mut rng, n);
    let mut out = Vec::new();
    // The order of drawing is the order of the fields.
    for _ in 0..count {
        let day = Day::ALL[of(7)];
        let genre = Genre::ALL[of(6)];
        let tier = Tier::ALL[of(4)];
        let channel = Channel::ALL[of(4)];
        let country = Country::ALL[of(5)];
        let screen = Screen::ALL[of(3)];
        let mut int = |low: usize, high: usize| (low + of(high - low + 1)) as i64;
        out.push(Cinema {
            day,
            genre,
            tier,
            channel,
            country,
            screen,
            age: int(8, 85),
            hour: int(9, 23),
            tickets: int(1, 6),
            spend90: int(0, 300),
            visits90: int(0, 12),
            points: int(0, 2000),
            student: of(100) < 50,
            holiday: of(100) < 50,
            app_user: of(100) < 50,
        });
    }
    out
}

fn rng_index(rng: &mut Rng, n: usize) -> usize {
    usize::try_from(rng.below(n as u64)).unwrap()
}

/// The rules as a program, and its inputs in the order of the fields.
pub struct Rules {
    pub make: Make,
    pub inputs: Vec<InputId>,
    pub decision: DefId,
}

/// The same rules as a program.
pub fn program() -> Rules {
    let mut m = Make::new();
    let enums = [
        ("day", Day::WORDS),
        ("genre", Genre::WORDS),
        ("tier", Tier::WORDS),
        ("channel", Channel::WORDS),
        ("country", Country::WORDS),
        ("screen", Screen::WORDS),
    ];
    let mut inputs = Vec::new();
    for (name, words) in enums {
        let ty = m.enumeration(name, words);
        inputs.push(m.input(name, ty));
    }
    for name in ["age", "hour", "tickets", "spend90", "visits90", "points"] {
        inputs.push(m.input(name, Ty::Int));
    }
    for name in ["student", "holiday", "app_user"] {
        inputs.push(m.input(name, Ty::Bool));
    }
    let fields = [
        ("offer", Ty::Text),
        ("discount", Ty::Decimal),
        ("priority", Ty::Int),
    ];
    let result = m.record_type("Offer", &fields);
    let conditions = conditions(&mut m, &inputs);
    let mut rules = Vec::new();
    for (at, offer) in OFFERS.iter().enumerate() {
        let text = m.text(offer.offer);
        let discount = m.decimal(&offer.discount.to_string());
        let priority = m.int(offer.priority);
        let value = m.record(&result, &[(0, text), (1, discount), (2, priority)]);
        rules.push((conditions.get(at).copied(), value));
    }
    let decision = m.decision("offer", &rules);
    Rules {
        make: m,
        inputs,
        decision,
    }
}

fn conditions(m: &mut Make, inputs: &[InputId]) -> Vec<ExprId> {
    let mut build = Conditions { m, inputs };
    let b = &mut build;
    vec![
        b.all(&[P::Eq(2, 3), P::Ge(8, 4), P::B(13, false)]),
        b.all(&[P::B(12, true), P::In(0, &[0, 1, 2]), P::Lt(7, 18)]),
        b.all(&[P::Ge(6, 65), P::Lt(7, 17)]),
        b.all(&[P::Eq(1, 4), P::Ge(8, 3), P::Ge(7, 10), P::Lt(7, 15)]),
        b.all(&[P::Eq(2, 2), P::Ge(9, 150), P::Ge(10, 6)]),
        b.all(&[P::Eq(5, 1), P::Eq(3, 1), P::B(14, true), P::In(0, &[4, 5])]),
        b.all(&[P::B(13, true), P::Eq(4, 0), P::Ge(8, 2)]),
        b.all(&[P::Lt(10, 1), P::Ge(11, 500)]),
        b.all(&[P::Lt(6, 18), P::In(1, &[0, 3, 5])]),
        b.all(&[P::Eq(3, 2), P::Ge(7, 21)]),
        b.all(&[P::Eq(2, 1), P::Ge(11, 1000)]),
    ]
}

/// A predicate on the field of a number.
enum P {
    Eq(usize, u32),
    In(usize, &'static [u32]),
    Ge(usize, i64),
    Lt(usize, i64),
    B(usize, bool),
}

struct Conditions<'a> {
    m: &'a mut Make,
    inputs: &'a [InputId],
}

impl Conditions<'_> {
    fn all(&mut self, parts: &[P]) -> ExprId {
        let parts: Vec<ExprId> = parts.iter().map(|p| self.one(p)).collect();
        self.m.and(&parts)
    }

    fn one(&mut self, p: &P) -> ExprId {
        let (P::Eq(field, _)
        | P::In(field, _)
        | P::Ge(field, _)
        | P::Lt(field, _)
        | P::B(field, _)) = p;
        let input = self.inputs[*field];
        let ty = self.m.program.input(input).ty.clone();
        let value = self.m.get(input);
        let m = &mut *self.m;
        match p {
            P::Eq(_, member) => {
                let member = m.member(&ty, *member);
                m.compare(CompareOp::Eq, value, member)
            }
            P::In(_, members) => {
                let members: Vec<ExprId> = members.iter().map(|x| m.member(&ty, *x)).collect();
                let list = m.list(&members);
                m.in_list(value, list)
            }
            P::Ge(_, with) => {
                let with = m.int(*with);
                m.compare(CompareOp::Ge, value, with)
            }
            P::Lt(_, with) => {
                let with = m.int(*with);
                m.compare(CompareOp::Lt, value, with)
            }
            P::B(_, true) => value,
            P::B(_, false) => m.not(value),
        }
    }
}

/// Binds a customer.
pub fn bind(inputs: &mut Inputs, ids: &[InputId], c: &Cinema) {
    let members = [
        c.day as u32,
        c.genre as u32,
        c.tier as u32,
        c.channel as u32,
        c.country as u32,
        c.screen as u32,
    ];
    let ints = [c.age, c.hour, c.tickets, c.spend90, c.visits90, c.points];
    let bools = [c.student, c.holiday, c.app_user];
    for (id, member) in ids.iter().zip(members) {
        inputs.set_member(*id, member);
    }
    for (id, int) in ids[6..].iter().zip(ints) {
        inputs.set_int(*id, int);
    }
    for (id, bool) in ids[12..].iter().zip(bools) {
        inputs.set_bool(*id, bool);
    }
}
