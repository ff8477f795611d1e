//! What a ruleset says of a customer, in a form that can be compared.

use super::clauses::{Customer, tier};
use super::rows::day;
use chrono::{DateTime, Utc};
use pervade::{Decimal, Ruleset, Stage};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A decision with its arbitration. Fields of records that are missing, or lists without items, are left out: whether a
/// field is there at all is a matter of what the other actions give.
#[derive(Debug, PartialEq)]
pub struct Said {
    pub value: Json,
    pub chosen: Vec<Chosen>,
    pub rejected: Vec<(String, String, Stage, Option<Decimal>)>,
    pub valid_until: Option<DateTime<Utc>>,
    /// The whole arbitration, with every text of it.
    pub whole: Json,
}

#[derive(Debug, PartialEq)]
pub struct Chosen {
    pub action: String,
    group: String,
    pub priority: Decimal,
    factors: String,
    treatment: Json,
}

/// Asks; actions are called what `names` calls them.
pub fn said(
    rules: &Ruleset,
    customer: &Customer,
    names: &BTreeMap<String, String>,
) -> Result<Said, String> {
    let now = format!("{}T09:00:00Z", day(customer.day));
    let context = json!({
        "age": customer.age, "tier": tier(customer), "cap": customer.cap.to_string(),
        "budget": customer.budget.to_string(), "word": customer.word, "bonus": customer.bonus.to_string(),
    });
    let channel = json!({ "channel": if customer.kiosk { "kiosk" } else { "web" } });
    let builder = rules
        .context()
        .now(now.parse::<DateTime<Utc>>().expect("an instant"));
    let builder = builder
        .json(&context.to_string())
        .map_err(|e| e.to_string())?;
    let builder = builder
        .touchpoint_json(&channel.to_string())
        .map_err(|e| e.to_string())?;
    let context = builder.build().map_err(|e| e.to_string())?;
    let home = rules.decision::<Json>("home").map_err(|e| e.to_string())?;
    let decision = home.decide(&context).map_err(|e| e.to_string())?;
    let arbitration = decision.arbitration().map_err(|e| e.to_string())?;
    let called = |name: &str| names.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let chosen = arbitration.chosen().iter().map(|one| {
        let treatment = one.treatment::<Json>().map_err(|e| e.to_string())?;
        Ok(Chosen {
            action: called(one.action()),
            group: one.group().to_owned(),
            priority: one.priority(),
            factors: format!("{:?}", one.factors()),
            treatment: plain(treatment.unwrap_or_default(), &called),
        })
    });
    let rejected = arbitration.rejected().iter();
    let rejected = rejected.map(|one| {
        (
            called(one.action()),
            one.group().to_owned(),
            one.stage(),
            one.priority(),
        )
    });
    Ok(Said {
        chosen: chosen.collect::<Result<_, String>>()?,
        rejected: rejected.collect(),
        valid_until: decision.valid_until(),
        whole: serde_json::to_value(&arbitration).map_err(|e| e.to_string())?,
        value: plain(decision.into_value(), &called),
    })
}

/// Without fields that say nothing; actions as they are called.
fn plain(value: Json, called: &impl Fn(&str) -> String) -> Json {
    match value {
        Json::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| match (&*name, value) {
                    ("action", Json::String(action)) => (name, called(&action).into()),
                    (_, value) => (name, plain(value, called)),
                });
            let empty =
                |value: &Json| *value == Json::Null || *value == json!([]) || *value == json!({});
            fields.filter(|(_, value)| !empty(value)).collect()
        }
        Json::Array(items) => items.into_iter().map(|item| plain(item, called)).collect(),
        other => other,
    }
}
