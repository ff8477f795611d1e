//! A template: which clauses a catalogue has and how a next best action chooses from it; and the texts that are made of it.

use super::clauses::{CONDITIONS, Clause, LEVERS, PROPENSITIES, SHOWN, VALIDITIES, VALUES};
use super::rows::{GROUPS, Offer, RECORD};
use pervade::Decimal;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Where the rows of a ruleset stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Inline,
    Csv,
    JsonLines,
}

/// What the rankings are, by their places.
pub const RANKS: [&str; 4] = [
    "propensity * value",
    "value",
    "propensity * value * lever",
    "value * weight + lever",
];
const REACHES: [&str; 4] = [
    "all",
    "sales.*",
    "sales.tickets, service.notices",
    "service.*, sales.snacks",
];

/// A choice of clauses, by their places.
#[derive(Clone, Debug)]
pub struct Template {
    /// Of `eligible`, `applicable`, `suitable`.
    pub stages: [Option<usize>; 3],
    pub validity: usize,
    pub only_on_web: bool,
    pub propensity: usize,
    pub value: usize,
    pub lever: usize,
    pub shown: usize,
    /// Each row names its group; otherwise all belong to the first.
    pub each_in_its_group: bool,
    pub rank: usize,
    pub reach: usize,
    pub weight: bool,
    pub limit: Option<usize>,
    pub per_group: Option<usize>,
}

pub fn template() -> impl Strategy<Value = Template> {
    let stage = || proptest::option::of(0..CONDITIONS.len());
    let clauses = (
        [stage(), stage(), stage()],
        0..VALIDITIES.len(),
        proptest::bool::weighted(0.2),
        (
            0..PROPENSITIES.len(),
            0..VALUES.len(),
            0..LEVERS.len(),
            0..SHOWN.len(),
        ),
    );
    let choice = (
        any::<bool>(),
        (0..RANKS.len(), 0..REACHES.len(), any::<bool>()),
        proptest::option::of(1_usize..4),
        proptest::option::of(1_usize..3),
    );
    (clauses, choice).prop_map(|((stages, validity, only_on_web, numbers), choice)| {
        let (propensity, value, lever, shown) = numbers;
        let (each_in_its_group, (rank, reach, weight), limit, per_group) = choice;
        Template {
            stages,
            validity,
            only_on_web,
            propensity,
            value,
            lever,
            shown,
            each_in_its_group,
            rank,
            // Whose group all rows belong to is chosen from.
            reach: if each_in_its_group { reach } else { reach % 3 },
            weight,
            limit,
            per_group,
        }
    })
}

const HEAD: &str = "ruleset demo
timezone \"UTC\"
context { age: int 0..=99, tier: Tier, cap: decimal, budget: money<GBP>, word: string, bonus: decimal }
touchpoint { channel: enum { web, kiosk } }
issue sales { lever +10% }
issue service
group sales.tickets { lever +20% }
group sales.snacks
group service.notices { lever -5% }
segment old_enough(least: int) = age >= least
segment regular = tier == gold or age >= 40
segment is_for(own: Tier, tiers: list<Tier>, price: decimal) = own in tiers and cap >= price
let worth(price: decimal, share: decimal): decimal = price * (1 + share)
";

impl Template {
    /// The group of a row.
    pub fn group(&self, offer: &Offer) -> &'static str {
        GROUPS[if self.each_in_its_group { offer.to } else { 0 }]
    }

    pub fn reaches(&self, offer: &Offer) -> bool {
        let group = self.group(offer);
        match self.reach {
            0 => true,
            1 => group.starts_with("sales."),
            2 => group != GROUPS[1],
            _ => group != GROUPS[0],
        }
    }

    /// The clauses, each as `written` writes it.
    fn clauses(&self, written: impl Fn(Any<'_>) -> String, lever: &str) -> String {
        let mut text = String::new();
        let words = ["eligible", "applicable", "suitable"];
        for (word, stage) in words.iter().zip(self.stages) {
            if let Some(condition) = stage.and_then(|place| CONDITIONS.get(place)) {
                text += &format!(
                    "        {word} when {}\n",
                    written(Any::Condition(condition))
                );
            }
        }
        let more = [
            written(Any::Condition(&VALIDITIES[self.validity])),
            if self.only_on_web {
                "only on web".to_owned()
            } else {
                String::new()
            },
            format!(
                "propensity {}",
                written(Any::Number(&PROPENSITIES[self.propensity]))
            ),
            format!("value {}", written(Any::Number(&VALUES[self.value]))),
            if lever.is_empty() {
                String::new()
            } else {
                format!("lever {lever}")
            },
            written(Any::Shown(&SHOWN[self.shown])),
        ];
        for clause in more.iter().filter(|clause| !clause.is_empty()) {
            text += &format!("        {clause}\n");
        }
        text
    }

    /// The rules with a catalogue.
    pub fn catalogue(&self, from: From, rows: &[Offer]) -> String {
        let source = match from {
            From::Inline => format!("= {}", super::rows::inline(rows)),
            From::Csv => "from \"offers.csv\"".to_owned(),
            From::JsonLines => "from \"offers.jsonl\"".to_owned(),
        };
        let group = if self.each_in_its_group {
            "offer.to"
        } else {
            GROUPS[0]
        };
        let of_rows = |any: Any<'_>| match any {
            Any::Condition(clause) => clause.rows.to_owned(),
            Any::Number(clause) => clause.rows.to_owned(),
            Any::Shown(clause) => clause.rows.to_owned(),
        };
        let clauses = self.clauses(of_rows, LEVERS[self.lever].rows);
        let choice = self.choice(rows, |row| row.id.clone());
        format!(
            "{HEAD}{RECORD}reference offers: Offer key id {source}\n\
             actions offer from offers in {group} {{\n{clauses}}}\n{choice}"
        )
    }

    /// The rules with the same actions, written one by one. `names` are theirs there.
    pub fn by_hand(&self, rows: &[Offer], names: &BTreeMap<String, String>) -> String {
        let mut actions = String::new();
        for offer in rows {
            let written = |any: Any<'_>| match any {
                Any::Condition(clause) => clause.by_hand(offer),
                Any::Number(clause) => clause.by_hand(offer),
                Any::Shown(clause) => clause.by_hand(offer),
            };
            let lever = match self.lever {
                2 => percent(offer.lever.unwrap_or_default()),
                place => LEVERS[place].hand.to_owned(),
            };
            let clauses = self.clauses(written, &lever);
            let (name, group) = (&names[&offer.id], self.group(offer));
            actions += &format!("action {name} in {group} {{\n{clauses}}}\n");
        }
        let choice = self.choice(rows, |row| names[&row.id].clone());
        let tier = RECORD.lines().next().expect("the enum");
        format!("{HEAD}{tier}\n{actions}{choice}")
    }

    /// The row that the weight names.
    pub fn favoured<'r>(&self, rows: &'r [Offer]) -> Option<&'r Offer> {
        let mut rows = rows.iter();
        rows.find(|row| self.weight && self.reaches(row) && row.has_plain_name())
    }

    fn choice(&self, rows: &[Offer], name: impl Fn(&Offer) -> String) -> String {
        let mut text = format!(
            "next_best_action home {{\n    choose from {}\n    rank by {}\n",
            REACHES[self.reach], RANKS[self.rank]
        );
        // A weight for none of them is a mistake.
        let mut reached = rows.iter().filter(|row| self.reaches(row));
        if self.weight && reached.any(|row| self.group(row).starts_with("sales.")) {
            text += "    weight +50% for sales.* when tier == gold\n";
        }
        if let Some(row) = self.favoured(rows) {
            text += &format!("    weight +100% for `{}`\n", name(row));
        }
        match (self.limit, self.per_group) {
            (Some(most), Some(per)) => {
                text += &format!("    limit {most}, at most {per} per group\n")
            }
            (Some(most), None) => text += &format!("    limit {most}\n"),
            (None, Some(per)) => text += &format!("    limit at most {per} per group\n"),
            (None, None) => {}
        }
        text + "}\n"
    }
}

/// A clause of whatever meaning.
enum Any<'a> {
    Condition(&'a Clause<bool>),
    Number(&'a Clause<Decimal>),
    Shown(&'a Clause<()>),
}

fn percent(lever: Decimal) -> String {
    let percent = (lever * Decimal::ONE_HUNDRED).normalize();
    match percent.is_sign_negative() {
        true => format!("{percent}%"),
        false => format!("+{percent}%"),
    }
}
