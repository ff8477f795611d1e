//! What a template decides, in plain Rust: filtered, ranked by exact decimals, limited.

use super::clauses::{CONDITIONS, Customer, LEVERS, PROPENSITIES, VALIDITIES, VALUES};
use super::rows::Offer;
use super::template::Template;
use pervade::{Decimal, Stage};
use std::collections::BTreeMap;

/// What becomes of the offers: the chosen with their priorities, the best first, and the others by name.
#[derive(Debug, PartialEq, Eq)]
pub struct Modelled {
    pub chosen: Vec<(String, Decimal)>,
    pub rejected: BTreeMap<String, (Stage, Option<Decimal>)>,
}

/// Decides.
pub fn decide(template: &Template, rows: &[Offer], customer: &Customer) -> Modelled {
    let mut ranked = Vec::new();
    let mut rejected = BTreeMap::new();
    for offer in rows.iter().filter(|offer| template.reaches(offer)) {
        match fell(template, offer, customer) {
            Some(stage) => drop(rejected.insert(offer.id.clone(), (stage, None))),
            None => {
                let value = (VALUES[template.value].says)(offer, customer);
                let favoured = template
                    .favoured(rows)
                    .is_some_and(|row| row.id == offer.id);
                let rank = rank(template, offer, customer, favoured);
                ranked.push((rank, value, offer));
            }
        }
    }
    ranked.sort_by(|(rank, value, offer), (other, its, behind)| {
        (other, its)
            .cmp(&(rank, value))
            .then_with(|| offer.id.cmp(&behind.id))
    });
    let mut chosen = Vec::new();
    let mut of_group: BTreeMap<&str, usize> = BTreeMap::new();
    for (rank, _, offer) in ranked {
        let count = of_group.entry(template.group(offer)).or_default();
        let full = template.limit.is_some_and(|most| chosen.len() >= most)
            || template.per_group.is_some_and(|most| *count >= most);
        if full {
            rejected.insert(offer.id.clone(), (Stage::Rank, Some(rank)));
        } else {
            *count += 1;
            chosen.push((offer.id.clone(), rank));
        }
    }
    Modelled { chosen, rejected }
}

fn fell(template: &Template, offer: &Offer, customer: &Customer) -> Option<Stage> {
    let stages = [Stage::Eligible, Stage::Applicable, Stage::Suitable];
    for (stage, condition) in stages.into_iter().zip(template.stages) {
        let condition = condition.map(|place| CONDITIONS[place].says);
        if condition.is_some_and(|says| !says(offer, customer)) {
            return Some(stage);
        }
    }
    if !(VALIDITIES[template.validity].says)(offer, customer) {
        return Some(Stage::Valid);
    }
    (template.only_on_web && customer.kiosk).then_some(Stage::Touchpoint)
}

fn rank(template: &Template, offer: &Offer, customer: &Customer, favoured: bool) -> Decimal {
    let propensity = (PROPENSITIES[template.propensity].says)(offer, customer);
    let value = (VALUES[template.value].says)(offer, customer);
    let group = template.group(offer);
    let hundredths = |n: i64| Decimal::new(n, 2);
    let around = match group {
        "sales.tickets" => hundredths(30),
        "sales.snacks" => hundredths(10),
        _ => hundredths(-5),
    };
    let lever = Decimal::ONE + around + (LEVERS[template.lever].says)(offer, customer);
    let mut weight = Decimal::ONE;
    if template.weight && group.starts_with("sales.") && customer.tier == 2 {
        weight += hundredths(50);
    }
    if favoured {
        weight += Decimal::ONE;
    }
    match template.rank {
        0 => propensity * value,
        1 => value,
        2 => propensity * value * lever,
        _ => value * weight + lever,
    }
}
