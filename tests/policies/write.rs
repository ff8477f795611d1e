//! Rulesets of actions and policies from the choices on a tape, as a plain picture and as text. Lengths come from a small
//! set, and so do the distances of events, so that boundaries are met often.

use crate::oracle::tape::Tape;
use pervade::internals::hir::told::Period;
use std::fmt::Write as _;

pub const ZONES: [&str; 6] = [
    "Europe/London",
    "UTC",
    "America/New_York",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
];
pub const CHANNELS: [&str; 3] = ["web", "mobile", "push"];
pub const OUTCOMES: [&str; 4] = ["offered", "accepted", "declined", "ignored"];
/// The types of a customer's other events.
pub const OTHERS: [&str; 2] = ["x", "y"];
pub const GROUPS: [&str; 4] = ["i.g", "i.h", "ii.g", "j.k"];
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A length of time, and how it is written.
pub type Length = (i64, &'static str);

const LENGTHS: [Length; 9] = [
    (DAY, "1 day"),
    (HOUR, "1 hour"),
    (7 * DAY, "7 days"),
    (HOUR / 2, "30 minutes"),
    (6 * HOUR, "6 hours"),
    (36 * HOUR, "36 hours"),
    (3 * DAY, "3 days"),
    (14 * DAY, "2 weeks"),
    (2 * HOUR, "2 hours"),
];

const PERIODS: [(Period, &str); 5] = [
    (Period::Day, "day"),
    (Period::Hour, "hour"),
    (Period::Week, "week"),
    (Period::Month, "month"),
    (Period::Year, "year"),
];

/// What is asked about apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    Action,
    Group,
    Issue,
}

impl Each {
    fn word(self) -> &'static str {
        match self {
            Each::Action => "action",
            Each::Group => "group",
            Each::Issue => "issue",
        }
    }
}

pub struct Action {
    pub name: String,
    /// The path of its group.
    pub group: &'static str,
    pub value: i64,
    pub transactional: bool,
    pub applicable: Option<Condition>,
    pub only_on: Option<usize>,
}

#[derive(Clone, Debug)]
pub enum Scope {
    All,
    Issue(&'static str),
    Group(&'static str),
    Action(String),
}

impl Scope {
    /// Whether it holds what has this name and is of this group.
    pub fn holds(&self, action: &str, group: &str) -> bool {
        match self {
            Scope::All => true,
            Scope::Issue(issue) => issue_of(group) == *issue,
            Scope::Group(path) => group == *path,
            Scope::Action(name) => action == name,
        }
    }

    fn text(&self) -> String {
        match self {
            Scope::All => "all".to_owned(),
            Scope::Issue(issue) => format!("{issue}.*"),
            Scope::Group(path) => (*path).to_owned(),
            Scope::Action(name) => name.clone(),
        }
    }
}

/// The issue of a group.
pub fn issue_of(group: &str) -> &str {
    group.split('.').next().unwrap_or_default()
}

pub enum Per {
    Rolling(Length),
    Calendar(Period, &'static str),
}

/// What deliveries and actions wait for, or wait without.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// `time in 21:00..08:00`, by hours.
    Time(i64, i64),
    /// A field of the context.
    Calm,
    /// A behaviour: `x in last 1 day`.
    Lately,
}

/// What happened before a pause.
pub enum After {
    Outcome(&'static str),
    /// So many of a type, less than a time apart from the first to the last.
    Often(usize, &'static str, Length),
    Event(&'static str),
    /// `declined where (channel is web)`
    OutcomeOn(&'static str, usize),
    /// `x where (n is present and n >= 2)`
    Where,
    /// `(x or y)`
    Either,
    /// A behaviour: `x then no y within 6 hours`.
    Lapse,
}

pub enum Clause {
    Cap {
        most: usize,
        outcome: Option<&'static str>,
        each: Option<Each>,
        of: Vec<Scope>,
        per: Per,
        channels: Vec<usize>,
    },
    PauseSame {
        each: Each,
        length: Length,
        after: After,
    },
    Pause {
        of: Vec<Scope>,
        length: Length,
        after: After,
    },
    Withhold {
        channels: Vec<usize>,
        unless: bool,
        condition: Condition,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    Value,
    /// The least value first.
    Reversed,
}

pub struct Choice {
    pub name: String,
    pub from: Vec<Scope>,
    pub rank: Rank,
    pub limit: Option<usize>,
    /// At most so many of each group, or issue.
    pub per: Option<(Each, usize)>,
}

pub struct Rules {
    pub zone: &'static str,
    pub week: &'static str,
    pub actions: Vec<Action>,
    pub clauses: Vec<(Clause, String)>,
    pub choices: Vec<Choice>,
}

/// Rules from the choices on a tape for the actions, and one for each clause.
pub fn rules(head: &Tape, clauses: &[Vec<u32>]) -> Rules {
    let zone = *head.pick(&ZONES);
    let week = head.word(&["monday", "sunday", "wednesday"]);
    let week = ["monday", "sunday", "wednesday"]
        .into_iter()
        .find(|day| *day == week)
        .expect("one of them");
    // At least two groups; one issue whose name begins with that of another.
    let groups = &GROUPS[..2 + head.below(3)];
    let actions: Vec<Action> = (0..2 + head.below(4))
        .map(|place| action(head, place, groups))
        .collect();
    let writer = Writer {
        actions: &actions,
        groups,
    };
    let choices = (0..1 + head.below(2))
        .map(|place| writer.choice(head, place))
        .collect();
    let most = 1 + head.below(4);
    let clauses = clauses.iter().take(most).map(|tape| {
        let clause = writer.clause(&Tape::new(tape));
        let text = clause.text();
        (clause, text)
    });
    Rules {
        zone,
        week,
        clauses: clauses.collect(),
        choices,
        actions,
    }
}

fn action(tape: &Tape, place: usize, groups: &[&'static str]) -> Action {
    Action {
        name: format!("act{place}"),
        group: tape.word(groups),
        value: i64::try_from(tape.below(6)).expect("small"),
        transactional: tape.chance(15),
        applicable: match tape.weighted(&[12, 2, 2]) {
            0 => None,
            1 => Some(Condition::Calm),
            _ => Some(Condition::Lately),
        },
        only_on: tape.chance(8).then(|| tape.below(3)),
    }
}

struct Writer<'a> {
    actions: &'a [Action],
    groups: &'a [&'static str],
}

impl Writer<'_> {
    fn scope(&self, tape: &Tape) -> Scope {
        match tape.weighted(&[4, 5, 4, 1]) {
            0 => Scope::Issue(issue_of(tape.word(self.groups))),
            1 => Scope::Group(tape.word(self.groups)),
            2 => Scope::Action(tape.pick(self.actions).name.clone()),
            _ => Scope::All,
        }
    }

    fn scopes(&self, tape: &Tape) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = Vec::new();
        for _ in 0..1 + tape.weighted(&[3, 2]) {
            let scope = self.scope(tape);
            if scopes.iter().all(|other| other.text() != scope.text()) {
                scopes.push(scope);
            }
        }
        scopes
    }

    fn choice(&self, tape: &Tape, place: usize) -> Choice {
        let mut from = match tape.chance(60) {
            true => vec![Scope::All],
            false => self.scopes(tape),
        };
        let mut actions = self.actions.iter();
        if !actions.any(|a| from.iter().any(|scope| scope.holds(&a.name, a.group))) {
            from = vec![Scope::All];
        }
        Choice {
            name: format!("choice{place}"),
            from,
            rank: match tape.chance(20) {
                true => Rank::Reversed,
                false => Rank::Value,
            },
            limit: tape.chance(60).then(|| 1 + tape.below(3)),
            per: tape.chance(25).then(|| {
                let each = *tape.pick(&[Each::Group, Each::Issue]);
                (each, 1 + tape.below(2))
            }),
        }
    }

    fn clause(&self, tape: &Tape) -> Clause {
        match tape.weighted(&[8, 4, 4, 2]) {
            0 => Clause::Cap {
                most: 1 + tape.weighted(&[5, 4, 2]),
                outcome: tape.chance(30).then(|| tape.word(&OUTCOMES)),
                each: tape
                    .chance(45)
                    .then(|| *tape.pick(&[Each::Action, Each::Group, Each::Issue])),
                of: match tape.chance(60) {
                    true => self.scopes(tape),
                    false => Vec::new(),
                },
                per: match tape.chance(35) {
                    true => {
                        let (period, word) = *tape.pick(&PERIODS);
                        Per::Calendar(period, word)
                    }
                    false => Per::Rolling(*tape.pick(&LENGTHS)),
                },
                channels: match tape.chance(25) {
                    true => some_channels(tape),
                    false => Vec::new(),
                },
            },
            1 => Clause::PauseSame {
                each: *tape.pick(&[Each::Action, Each::Group, Each::Issue]),
                length: *tape.pick(&LENGTHS),
                after: match tape.weighted(&[4, 4, 2]) {
                    0 => often(tape, &OUTCOMES),
                    1 => After::Outcome(tape.word(&OUTCOMES)),
                    _ => outcome_on(tape),
                },
            },
            2 => Clause::Pause {
                of: self.scopes(tape),
                length: *tape.pick(&LENGTHS),
                after: match tape.weighted(&[3, 4, 2, 2, 2, 2, 2, 2]) {
                    0 => After::Outcome(tape.word(&OUTCOMES)),
                    1 => often(tape, &OUTCOMES),
                    2 => often(tape, &OTHERS),
                    3 => After::Event(tape.word(&OTHERS)),
                    4 => After::Where,
                    5 => After::Either,
                    6 => outcome_on(tape),
                    _ => After::Lapse,
                },
            },
            _ => Clause::Withhold {
                channels: some_channels(tape),
                unless: tape.chance(40),
                condition: match tape.below(4) {
                    0 => Condition::Time(21, 8),
                    1 => Condition::Calm,
                    2 => Condition::Lately,
                    _ => Condition::Time(9, 17),
                },
            },
        }
    }
}

fn often(tape: &Tape, of: &[&'static str]) -> After {
    After::Often(1 + tape.below(3), tape.word(of), *tape.pick(&LENGTHS))
}

fn outcome_on(tape: &Tape) -> After {
    After::OutcomeOn(tape.word(&OUTCOMES), tape.below(CHANNELS.len()))
}

fn some_channels(tape: &Tape) -> Vec<usize> {
    let mut all = tape.shuffled(CHANNELS.len());
    all.truncate(1 + tape.weighted(&[3, 1]));
    all
}

fn listed(scopes: &[Scope]) -> String {
    let texts: Vec<String> = scopes.iter().map(Scope::text).collect();
    texts.join(", ")
}

fn on(channels: &[usize]) -> String {
    let names: Vec<&str> = channels.iter().map(|c| CHANNELS[*c]).collect();
    names.join(", ")
}

impl Condition {
    /// As a policy writes it.
    fn text(self) -> String {
        match self {
            Condition::Time(from, to) => format!("time in {from:02}:00..{to:02}:00"),
            Condition::Calm => "calm".to_owned(),
            Condition::Lately => "lately".to_owned(),
        }
    }
}

impl After {
    fn text(&self) -> String {
        match self {
            After::Outcome(word) | After::Event(word) => (*word).to_owned(),
            After::Often(times, word, (_, within)) => format!("{times} {word} in last {within}"),
            After::OutcomeOn(word, channel) => {
                format!("{word} where (channel is {})", CHANNELS[*channel])
            }
            After::Where => "x where (n is present and n >= 2)".to_owned(),
            After::Either => "(x or y)".to_owned(),
            After::Lapse => "lapse".to_owned(),
        }
    }
}

impl Clause {
    fn text(&self) -> String {
        match self {
            Clause::Cap {
                most,
                outcome,
                each,
                of,
                per,
                channels,
            } => {
                let mut text = format!("at most {most}");
                if let Some(outcome) = outcome {
                    let _ = write!(text, " {outcome}");
                }
                match (each, of.is_empty()) {
                    (Some(each), true) => text += &format!(" of each {}", each.word()),
                    (Some(each), false) => {
                        text += &format!(" of each {} in {}", each.word(), listed(of));
                    }
                    (None, true) => {}
                    (None, false) => text += &format!(" of {}", listed(of)),
                }
                text += &match per {
                    Per::Rolling((_, length)) => format!(" per {length}"),
                    Per::Calendar(_, period) => format!(" per calendar {period}"),
                };
                if !channels.is_empty() {
                    text += &format!(" on {}", on(channels));
                }
                text
            }
            Clause::PauseSame {
                each,
                length,
                after,
            } => format!(
                "pause the same {} for {} after {}",
                each.word(),
                length.1,
                after.text()
            ),
            Clause::Pause { of, length, after } => {
                format!(
                    "pause {} for {} after {}",
                    listed(of),
                    length.1,
                    after.text()
                )
            }
            Clause::Withhold {
                channels,
                unless,
                condition,
            } => {
                let word = if *unless { "unless" } else { "when" };
                format!("withhold on {} {word} {}", on(channels), condition.text())
            }
        }
    }

    /// The lengths of time at whose ends something may change.
    fn lengths(&self) -> Vec<i64> {
        let after = |after: &After| match after {
            After::Often(_, _, (within, _)) => vec![*within],
            After::Lapse => vec![LAPSE],
            _ => Vec::new(),
        };
        match self {
            Clause::Cap {
                per: Per::Rolling((length, _)),
                ..
            } => vec![*length],
            Clause::PauseSame {
                length, after: of, ..
            }
            | Clause::Pause {
                length, after: of, ..
            } => {
                let mut all = vec![length.0];
                all.extend(after(of));
                all.extend(after(of).iter().map(|other| other + length.0));
                all
            }
            _ => Vec::new(),
        }
    }
}

/// How long a lapse waits.
pub const LAPSE: i64 = 6 * HOUR;
/// How long `lately` is.
pub const LATELY: i64 = DAY;

impl Rules {
    pub fn text(&self) -> String {
        let mut text = format!(
            "ruleset contacts
timezone \"{}\"
week starts {}
context {{ calm: bool = true }}
touchpoint {{ channel: enum {{ {} }} }}
event x {{ n: int? }}
event y {{ k: string }}
behaviour lately = x in last 1 day
behaviour lapse = x then no y within 6 hours
issue i
issue ii
issue j
",
            self.zone,
            self.week,
            CHANNELS.join(", ")
        );
        for group in GROUPS {
            let _ = writeln!(text, "group {group}");
        }
        for action in &self.actions {
            let mut clauses = format!("value {}", action.value);
            if let Some(condition) = action.applicable {
                clauses += &format!(" applicable when {}", condition.text());
            }
            if action.transactional {
                clauses += " transactional";
            }
            if let Some(channel) = action.only_on {
                clauses += &format!(" only on {}", CHANNELS[channel]);
            }
            let _ = writeln!(
                text,
                "action {} in {} {{ {clauses} }}",
                action.name, action.group
            );
        }
        // The first clause in a policy of its own.
        for (name, clauses) in ["one", "other"].into_iter().zip([
            &self.clauses[..self.clauses.len().min(1)],
            &self.clauses[self.clauses.len().min(1)..],
        ]) {
            if clauses.is_empty() {
                continue;
            }
            let _ = writeln!(text, "policy {name} {{");
            for (_, clause) in clauses {
                let _ = writeln!(text, "  {clause}");
            }
            let _ = writeln!(text, "}}");
        }
        for choice in &self.choices {
            let rank = match choice.rank {
                Rank::Value => "value",
                Rank::Reversed => "0 - value",
            };
            let mut clauses = format!("choose from {} rank by {rank}", listed(&choice.from));
            let mut limits = Vec::new();
            limits.extend(choice.limit.map(|most| most.to_string()));
            let per = choice
                .per
                .map(|(each, most)| format!("at most {most} per {}", each.word()));
            limits.extend(per);
            if !limits.is_empty() {
                clauses += &format!(" limit {}", limits.join(", "));
            }
            let _ = writeln!(text, "next_best_action {} {{ {clauses} }}", choice.name);
        }
        text
    }

    /// The lengths of time at whose ends something may change, of all clauses.
    pub fn lengths(&self) -> Vec<i64> {
        let mut all: Vec<i64> = self.clauses.iter().flat_map(|(c, _)| c.lengths()).collect();
        all.push(LATELY);
        all
    }
}
