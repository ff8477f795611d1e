//! What must hold between the compiler's word and what all customers get.

use super::generate::{Form, Subject};
use pervade::{Code, Diagnostic, Error, ErrorKind, Ruleset};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a run covered.
#[derive(Default)]
pub struct Tally {
    unfit: u32,
    accepted: u32,
    refused: BTreeMap<&'static str, u32>,
    customers: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (accepted, customers, unfit) = (self.accepted, self.customers, self.unfit);
        write!(
            f,
            "{accepted} accepted, {customers} customers, {unfit} not rules at all"
        )?;
        self.refused
            .iter()
            .try_for_each(|(code, count)| write!(f, ", {code} {count}"))
    }
}

impl Tally {
    /// Neither side of the laws may be idle.
    pub fn assert_worth(&self) {
        let refused: u32 = self.refused.values().sum();
        let all = self.accepted + refused + self.unfit;
        assert!(self.accepted * 10 >= all, "too few are accepted: {self}");
        assert!(refused * 10 >= all, "too few are refused: {self}");
        assert!(self.unfit * 4 <= all, "too few are rules at all: {self}");
    }

    fn count(&mut self, said: &Said) {
        match said.codes.iter().next() {
            None => self.accepted += 1,
            Some(code) => *self.refused.entry(code.as_str()).or_insert(0) += 1,
        }
    }
}

/// What the compiler says of a subject.
struct Said {
    codes: BTreeSet<Code>,
    diagnostics: Vec<Diagnostic>,
    error: Option<Error>,
}

impl Said {
    fn of(subject: &Subject) -> Said {
        let error = Ruleset::from_text(&subject.strict()).err();
        let diagnostics = error
            .as_ref()
            .map_or(Vec::new(), |e| e.diagnostics().to_vec());
        Said {
            codes: diagnostics.iter().map(|d| d.code).collect(),
            diagnostics,
            error,
        }
    }

    fn says(&self, code: Code) -> bool {
        self.codes.contains(&code)
    }

    /// Nothing is said but this.
    fn only(&self, codes: &[Code]) -> Result<(), String> {
        match self.codes.iter().find(|c| !codes.contains(c)) {
            Some(code) => Err(format!("{} was not expected", code.as_str())),
            None => Ok(()),
        }
    }

    /// The line of a place in the subject's text.
    fn line(&self, span: pervade::Span) -> u32 {
        let sources = self.error.as_ref().and_then(Error::sources);
        sources.map_or(0, |s| s.position(span).line)
    }
}

/// The subject in the form that promises nothing; `None` where flow typing refuses one of its conditions.
fn loose(subject: &Subject, tally: &mut Tally) -> Result<Option<Ruleset>, String> {
    match Ruleset::from_text(&subject.loose()) {
        Ok(rules) => Ok(Some(rules)),
        Err(error) => {
            let known = [
                Code::NeverMissing,
                Code::MaybeMissing,
                Code::ConstantOverflow,
            ];
            if let Some(other) = error
                .diagnostics()
                .iter()
                .find(|d| !known.contains(&d.code))
            {
                return Err(format!(
                    "the generator wrote {}:\n{error}",
                    other.code.as_str()
                ));
            }
            tally.unfit += 1;
            Ok(None)
        }
    }
}

/// What each customer gets; those for whom arithmetic overflows are left out.
fn answers<T: serde::de::DeserializeOwned>(
    rules: &Ruleset,
    customers: &[String],
) -> Result<Vec<(usize, T)>, String> {
    let decider = rules.decision::<T>("d").map_err(|e| e.to_string())?;
    let mut answers = Vec::with_capacity(customers.len());
    for (index, customer) in customers.iter().enumerate() {
        let context = rules.context().json(customer).and_then(|c| c.build());
        let context = context.map_err(|e| format!("{customer}: {e}"))?;
        match decider.decide(&context) {
            Ok(decision) => answers.push((index, decision.into_value())),
            Err(error) if matches!(error.kind(), ErrorKind::Evaluation { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(answers)
}

/// `E0301` if and only if someone falls through; `E0302` only where something is rich.
pub fn exhaustive(subject: &Subject, tally: &mut Tally) -> Result<(), String> {
    let Some(rules) = loose(subject, tally)? else {
        return Ok(());
    };
    let said = Said::of(subject);
    said.only(&[Code::NotExhaustive, Code::NotShownExhaustive])?;
    tally.count(&said);
    let customers = subject.world.customers(None);
    tally.customers += customers.len();
    let answers = answers::<Option<i64>>(&rules, &customers)?;
    let gap = answers
        .iter()
        .find(|(_, rule)| rule.is_none())
        .map(|(at, _)| customers[*at].as_str());
    gaps(subject, &said, gap)?;
    let falls = |customer: &str| -> Result<bool, String> {
        let one = self::answers::<Option<i64>>(&rules, &[customer.to_owned()])?;
        Ok(one.iter().all(|(_, rule)| rule.is_none()))
    };
    example(subject, &said, falls)
}

fn gaps(subject: &Subject, said: &Said, gap: Option<&str>) -> Result<(), String> {
    let (shown, not_shown) = (
        said.says(Code::NotExhaustive),
        said.says(Code::NotShownExhaustive),
    );
    match gap {
        Some(customer) if !shown && !not_shown => {
            Err(format!("accepted, but no rule fits {customer}"))
        }
        Some(customer) if not_shown && !subject.rich => {
            Err(format!("not shown, but {customer} falls through"))
        }
        None if shown => Err("refused, but every customer is covered".to_owned()),
        None if not_shown && !subject.rich => {
            Err("not shown, but every customer is covered".to_owned())
        }
        _ => Ok(()),
    }
}

/// The same for tables; and `E0303` if and only if two rows of a `unique` table fit someone.
pub fn table(subject: &Subject, tally: &mut Tally) -> Result<(), String> {
    let Some(rules) = loose(subject, tally)? else {
        return Ok(());
    };
    let said = Said::of(subject);
    said.only(&[
        Code::NotExhaustive,
        Code::NotShownExhaustive,
        Code::Overlap,
        Code::NotShownDisjoint,
    ])?;
    tally.count(&said);
    let customers = subject.world.customers(None);
    tally.customers += customers.len();
    let answers = answers::<Vec<usize>>(&rules, &customers)?;
    let gap = answers
        .iter()
        .find(|(_, rows)| rows.is_empty())
        .map(|(at, _)| customers[*at].as_str());
    gaps(subject, &said, gap)?;
    let falls = |customer: &str| -> Result<bool, String> {
        let one = self::answers::<Vec<usize>>(&rules, &[customer.to_owned()])?;
        Ok(one.iter().all(|(_, rows)| rows.is_empty()))
    };
    example(subject, &said, falls)?;
    overlaps(subject, &said, &answers)
}

fn overlaps(subject: &Subject, said: &Said, answers: &[(usize, Vec<usize>)]) -> Result<(), String> {
    let Form::Table { unique: true, .. } = subject.form else {
        return said.only(&[Code::NotExhaustive, Code::NotShownExhaustive]);
    };
    let mut pairs = BTreeSet::new();
    for (_, rows) in answers {
        for (at, one) in rows.iter().enumerate() {
            pairs.extend(rows[at + 1..].iter().map(|other| (*one, *other)));
        }
    }
    let reported: BTreeSet<(usize, usize)> = said
        .diagnostics
        .iter()
        .filter(|d| d.code == Code::Overlap)
        .filter_map(|d| {
            let row = |span| subject.row_in_line(said.line(span));
            Some((row(d.secondary.first()?.span)?, row(d.primary.span)?))
        })
        .collect();
    if let Some(pair) = reported.iter().find(|p| !pairs.contains(p)) {
        return Err(format!(
            "rows {pair:?} are said to overlap, but fit no customer together"
        ));
    }
    let not_shown = said.says(Code::NotShownDisjoint);
    if !subject.rich && not_shown {
        return Err(format!("not shown to be disjoint; overlaps are {pairs:?}"));
    }
    if !not_shown && reported.len() != pairs.len().min(5) {
        return Err(format!("rows {pairs:?} overlap; reported are {reported:?}"));
    }
    Ok(())
}

/// Whoever has the values of the example falls through, whatever else they have.
fn example(
    subject: &Subject,
    said: &Said,
    falls: impl Fn(&str) -> Result<bool, String>,
) -> Result<(), String> {
    let Some(gap) = said
        .diagnostics
        .iter()
        .find(|d| d.code == Code::NotExhaustive)
    else {
        return Ok(());
    };
    let facts = facts(&gap.primary.text);
    let customers = subject.world.customers(None);
    for ordinary in customers.first().into_iter().chain(customers.last()) {
        let mut customer: serde_json::Value =
            serde_json::from_str(ordinary).map_err(|e| e.to_string())?;
        let there = serde_json::from_str(&customers[0]).map_err(|e| e.to_string())?;
        for (path, value) in &facts {
            set(&mut customer, &there, path, value);
        }
        let customer = customer.to_string();
        if !falls(&customer)? {
            return Err(format!(
                "the example is `{}`, but a rule fits {customer}",
                gap.primary.text
            ));
        }
    }
    Ok(())
}

/// Paths and values of "nothing fits when `x` is 1, `r.y` is missing".
fn facts(label: &str) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for part in label.split('`').collect::<Vec<_>>()[1..].chunks(2) {
        if let [path, value] = part {
            let value = value.trim_start_matches(" is ").trim_end_matches(", ");
            facts.push(((*path).to_owned(), value.to_owned()));
        }
    }
    facts
}

fn set(customer: &mut serde_json::Value, there: &serde_json::Value, path: &str, value: &str) {
    let value = match value {
        "missing" => serde_json::Value::Null,
        "present" => {
            if customer[path].is_null() {
                customer[path] = there[path].clone();
            }
            return;
        }
        // Members of enums are bare words; decimals are given as text.
        word => match serde_json::from_str(word) {
            Ok(serde_json::Value::Number(n)) if n.is_f64() => word.into(),
            Ok(value) => value,
            Err(_) => word.into(),
        },
    };
    match path.split_once('.') {
        // A field of a record that is missing does not matter.
        Some((record, _)) if customer[record].is_null() => {}
        Some((record, field)) => customer[record][field] = value,
        None => customer[path] = value,
    }
}

/// A promise is refused exactly where the field is read, and where it is accepted the field changes no answer.
pub fn independent(subject: &Subject, tally: &mut Tally) -> Result<(), String> {
    let Some(rules) = loose(subject, tally)? else {
        return Ok(());
    };
    let Form::Promise {
        pervasive,
        independent,
    } = &subject.form
    else {
        return Ok(());
    };
    let said = Said::of(subject);
    said.only(&[Code::NotPervasive, Code::NotIndependent])?;
    tally.count(&said);
    let reads = |path: &str| {
        subject
            .reads
            .iter()
            .any(|r| r == path || r.starts_with(&format!("{path}.")))
    };
    let asked = |path: &str| subject.reads.contains(&format!("{path}?"));
    if said.says(Code::NotPervasive) != (*pervasive && reads("touchpoint")) {
        return Err("`pervasive` is judged otherwise than by what is read".to_owned());
    }
    let independent = independent.as_deref();
    if said.says(Code::NotIndependent) != independent.is_some_and(|p| reads(p) || asked(p)) {
        return Err(format!(
            "`independent of` is judged otherwise than by {:?}",
            subject.reads
        ));
    }
    let customers = subject.world.customers(None);
    tally.customers += customers.len();
    let answers = answers::<i64>(&rules, &customers)?;
    let kept = [
        (*pervasive && !said.says(Code::NotPervasive)).then_some("touchpoint"),
        independent.filter(|_| !said.says(Code::NotIndependent)),
    ];
    for promised in kept.into_iter().flatten() {
        let hidden = subject.world.customers(Some(promised));
        let mut by_rest: BTreeMap<&str, i64> = BTreeMap::new();
        for (at, answer) in &answers {
            if *by_rest.entry(&hidden[*at]).or_insert(*answer) != *answer {
                return Err(format!(
                    "`{promised}` changes the answer of {}",
                    customers[*at]
                ));
            }
        }
    }
    Ok(())
}
