//! The clauses that catalogues of the generator are made of: as they are written of a row, as they are written of one
//! offer by hand, and what they say in plain Rust.

use super::rows::{Offer, TIERS, inner};
use pervade::Decimal;

/// Who is asked about.
#[derive(Clone, Debug)]
pub struct Customer {
    pub age: i64,
    pub tier: usize,
    pub cap: Decimal,
    pub budget: Decimal,
    pub word: String,
    pub bonus: Decimal,
    pub kiosk: bool,
    pub day: u64,
}

/// A clause whose meaning is a `T`.
pub struct Clause<T> {
    /// Of a row.
    pub rows: &'static str,
    /// Of one offer: `$field` stands for a literal, `@field` for what stands between its quotes.
    pub hand: &'static str,
    /// The field without which it says something else, and what.
    pub without: Option<(&'static str, &'static str)>,
    pub says: fn(&Offer, &Customer) -> T,
}

impl<T> Clause<T> {
    pub fn by_hand(&self, offer: &Offer) -> String {
        let literals = offer.literals();
        let has = |name: &str| literals.iter().any(|(field, _)| *field == name);
        let text = match self.without {
            Some((field, other)) if !has(field) => other,
            _ => self.hand,
        };
        filled(text, offer)
    }
}

fn filled(text: &str, offer: &Offer) -> String {
    let mut literals = offer.literals();
    if offer.open.is_none() {
        literals.push(("open", "true".to_owned()));
    }
    if offer.lever.is_none() {
        literals.push(("lever", "0.0".to_owned()));
    }
    for (name, literal) in &mut literals {
        if *name == "tiers" {
            // Where nothing tells the type of a list, its members go with their enum's name.
            let members = offer
                .tiers
                .iter()
                .map(|tier| format!("Tier.{}", TIERS[*tier]));
            *literal = format!("[{}]", members.collect::<Vec<_>>().join(", "));
        }
    }
    // One pass: what is put in may hold such signs itself.
    let (mut written, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['$', '@']) {
        let (before, sign) = rest.split_at(at);
        written.push_str(before);
        let name: String = sign[1..]
            .chars()
            .take_while(char::is_ascii_lowercase)
            .collect();
        let own = literals
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, text)| text.as_str());
        match (sign.starts_with('@'), own) {
            (false, Some(literal)) => written.push_str(literal),
            (true, _) if name == "id" => written.push_str(&inner(&offer.id)),
            (true, _) => written.push_str(&inner(offer.note.as_deref().expect("a note"))),
            _ => panic!("no field {name} in {text}"),
        }
        rest = &sign[1 + name.len()..];
    }
    written + rest
}

fn zero() -> Decimal {
    Decimal::ZERO
}

pub const CONDITIONS: [Clause<bool>; 12] = [
    Clause {
        rows: "offer.min is missing or age >= offer.min",
        hand: "age >= $min",
        without: Some(("min", "true")),
        says: |o, c| o.min.is_none_or(|min| c.age >= min),
    },
    Clause {
        rows: "tier in offer.tiers",
        hand: "tier in $tiers",
        without: Some(("tiers", "false")),
        says: |o, c| o.tiers.contains(&c.tier),
    },
    Clause {
        rows: "old_enough(offer.min else 0)",
        hand: "old_enough($min)",
        without: Some(("min", "old_enough(0)")),
        says: |o, c| c.age >= o.min.unwrap_or(0),
    },
    Clause {
        rows: "offer.open and not (tier == guest and offer.min is present)",
        hand: "$open and tier != guest",
        without: Some(("min", "$open")),
        says: |o, c| o.is_open() && !(c.tier == 0 && o.min.is_some()),
    },
    Clause {
        rows: "any t in offer.tiers has (t == tier)",
        hand: "any t in $tiers has (t == tier)",
        without: Some(("tiers", "false")),
        says: |o, c| o.tiers.contains(&c.tier),
    },
    Clause {
        rows: "count of offer.tiers > 1 or cap >= offer.price",
        hand: "count of $tiers > 1 or cap >= $price",
        without: Some(("tiers", "cap >= $price")),
        says: |o, c| o.tiers.len() > 1 || c.cap >= o.price,
    },
    Clause {
        rows: "(offer.cost else 0 GBP) <= budget",
        hand: "$cost <= budget",
        without: Some(("cost", "0 GBP <= budget")),
        says: |o, c| o.cost.unwrap_or_default() <= c.budget,
    },
    Clause {
        rows: "offer.note is missing or offer.note != word",
        hand: "$note != word",
        without: Some(("note", "true")),
        says: |o, c| o.note.as_ref().is_none_or(|note| *note != c.word),
    },
    Clause {
        rows: "word == offer.id or offer.open",
        hand: "word == $id or $open",
        without: None,
        says: |o, c| c.word == o.id || o.is_open(),
    },
    Clause {
        rows: "regular",
        hand: "regular",
        without: None,
        says: |_, c| c.tier == 2 || c.age >= 40,
    },
    Clause {
        rows: "is_for(tier, offer.tiers, offer.price) or regular",
        hand: "is_for(tier, $tiers, $price) or regular",
        without: Some(("tiers", "regular")),
        says: |o, c| o.tiers.contains(&c.tier) && c.cap >= o.price || c.tier == 2 || c.age >= 40,
    },
    Clause {
        rows: "days between offer.starts and offer.ends >= 3 and word != \"{offer.id}!\"",
        hand: "days between $starts and $ends >= 3 and word != \"@id!\"",
        without: None,
        says: |o, c| o.ends - o.starts >= 3 && c.word != format!("{}!", o.id),
    },
];

pub const PROPENSITIES: [Clause<Decimal>; 4] = [
    Clause {
        rows: "offer.p",
        hand: "$p",
        without: None,
        says: |o, _| o.p,
    },
    Clause {
        rows: "(offer.p * 0.5 if tier == gold otherwise offer.p)",
        hand: "($p * 0.5 if tier == gold otherwise $p)",
        without: None,
        says: |o, c| {
            if c.tier == 2 {
                o.p * Decimal::new(5, 1)
            } else {
                o.p
            }
        },
    },
    Clause {
        rows: "0.25",
        hand: "0.25",
        without: None,
        says: |_, _| Decimal::new(25, 2),
    },
    Clause {
        rows: "(offer.lever + offer.p) * 0.5",
        hand: "($lever + $p) * 0.5",
        without: None,
        says: |o, _| (o.lever.unwrap_or_default() + o.p) * Decimal::new(5, 1),
    },
];

pub const VALUES: [Clause<Decimal>; 5] = [
    Clause {
        rows: "offer.price",
        hand: "$price",
        without: None,
        says: |o, _| o.price,
    },
    Clause {
        rows: "offer.price * 2 + bonus",
        hand: "$price * 2 + bonus",
        without: None,
        says: |o, c| o.price * Decimal::TWO + c.bonus,
    },
    Clause {
        rows: "worth(offer.price, offer.p)",
        hand: "worth($price, $p)",
        without: None,
        says: |o, _| o.price * (Decimal::ONE + o.p),
    },
    Clause {
        rows: "(offer.price if offer.open otherwise bonus)",
        hand: "($price if $open otherwise bonus)",
        without: None,
        says: |o, c| if o.is_open() { o.price } else { c.bonus },
    },
    Clause {
        rows: "(offer.min else 7)",
        hand: "$min",
        without: Some(("min", "7")),
        says: |o, _| Decimal::from(o.min.unwrap_or(7)),
    },
];

pub const LEVERS: [Clause<Decimal>; 3] = [
    Clause {
        rows: "",
        hand: "",
        without: None,
        says: |_, _| zero(),
    },
    Clause {
        rows: "+25%",
        hand: "+25%",
        without: None,
        says: |_, _| Decimal::new(25, 2),
    },
    Clause {
        rows: "offer.lever",
        hand: "",
        without: None,
        says: |o, _| o.lever.unwrap_or_default(),
    },
];

pub const VALIDITIES: [Clause<bool>; 3] = [
    Clause {
        rows: "",
        hand: "",
        without: None,
        says: |_, _| true,
    },
    Clause {
        rows: "valid from offer.starts until offer.ends",
        hand: "valid from $starts until $ends",
        without: None,
        says: |o, c| (o.starts..o.ends).contains(&c.day),
    },
    Clause {
        rows: "valid until offer.ends",
        hand: "valid until $ends",
        without: None,
        says: |o, c| c.day < o.ends,
    },
];

/// What an action gives and shows; only written.
pub const SHOWN: [Clause<()>; 5] = [
    Clause { rows: "", hand: "", without: None, says: |_, _| () },
    Clause {
        rows: "gives { p: offer.p, label: \"{offer.id} at {offer.price}\", note: offer.note, on: offer.starts }",
        hand: "gives { p: $p, label: \"@id at {$price}\", note: $note, on: $starts }",
        without: Some(("note", "gives { p: $p, label: \"@id at {$price}\", on: $starts }")),
        says: |_, _| (),
    },
    Clause {
        rows: "gives { cost: offer.cost, constant: 5, sum: offer.price + bonus }",
        hand: "gives { cost: $cost, constant: 5, sum: $price + bonus }",
        without: Some(("cost", "gives { constant: 5, sum: $price + bonus }")),
        says: |_, _| (),
    },
    Clause {
        rows: "treatment for channel == web { headline: offer.note else \"none\", cta: \"{offer.id}, {age}\" }
        treatment otherwise { headline: offer.id, cta: \"{offer.starts}\" }",
        hand: "treatment for channel == web { headline: $note, cta: \"@id, {age}\" }
        treatment otherwise { headline: $id, cta: \"{$starts}\" }",
        without: Some((
            "note",
            "treatment for channel == web { headline: \"none\", cta: \"@id, {age}\" }
        treatment otherwise { headline: $id, cta: \"{$starts}\" }",
        )),
        says: |_, _| (),
    },
    Clause {
        rows: "treatment for channel == kiosk and word == offer.id { text: \"yours\" }
        treatment for channel in [web, kiosk] { text: \"{offer.id}\", dear: offer.price > cap }",
        hand: "treatment for channel == kiosk and word == $id { text: \"yours\" }
        treatment for channel in [web, kiosk] { text: \"@id\", dear: $price > cap }",
        without: None,
        says: |_, _| (),
    },
];

pub fn tier(customer: &Customer) -> &'static str {
    TIERS[customer.tier]
}
