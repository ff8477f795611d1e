//! Generated actions: issues, groups, actions of all clauses, and next best actions that choose among those written so
//! far. What a ruleset's actions give and show has one type a name, so that any of them may be chosen among.

use super::generate::{Env, Facts, Field, Path, RecordType, T, World};
use super::generate_def::{Made, declare, independence, path_of};
use super::generate_expr::{IF, State, Writer};
use super::generate_named::note;
use super::generate_types::{comment, docs, fresh};
use super::tape::Tape;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// An issue and its groups.
#[derive(Clone, Debug)]
pub struct Issue {
    pub name: String,
    pub groups: Vec<String>,
}

/// An action as those see it that choose.
#[derive(Clone, Debug)]
pub struct Action {
    pub name: String,
    pub issue: String,
    pub group: String,
    pub has_propensity: bool,
    pub has_value: bool,
    /// The fields that it gives, with their types here.
    pub gives: Vec<(String, T)>,
    /// What is read for it to be chosen: its treatments left out.
    pub reads: BTreeSet<String>,
}

/// What a next best action is meant to reach, by names.
#[derive(Clone, Debug)]
pub struct Chooses {
    pub name: String,
    pub pervasive: bool,
    pub from: BTreeSet<String>,
    /// Of each weight in order those of `from` that it names.
    pub weights: Vec<BTreeSet<String>>,
}

/// Some of the actions.
#[derive(Clone, Debug)]
enum Scope {
    All,
    Issue(String),
    Group(String, String),
    Action(String),
}

impl Scope {
    fn holds(&self, action: &Action) -> bool {
        match self {
            Scope::All => true,
            Scope::Issue(issue) => *issue == action.issue,
            Scope::Group(issue, group) => *issue == action.issue && *group == action.group,
            Scope::Action(name) => *name == action.name,
        }
    }

    fn text(&self) -> String {
        match self {
            Scope::All => "all".to_owned(),
            Scope::Issue(issue) => format!("{issue}.*"),
            Scope::Group(issue, group) => format!("{issue}.{group}"),
            Scope::Action(name) => name.clone(),
        }
    }
}

const GROUPS: [&str; 6] = ["tickets", "snacks", "help", "value", "all", "weight"];
const PERCENTS: [&str; 10] = [
    "+10%", "+25%", "-20%", "+100%", "-50%", "+0.5%", "+12.5%", "-100%", "+1%", "+0.125%",
];
/// A few, so that actions are often alike.
const NUMBERS: [&str; 9] = ["1", "0.5", "2", "1", "1.0", "0.5", "10%", "0", "-0.5"];
const GIVEN: [&str; 6] = ["discount", "perk", "seats", "until", "count", "when"];
const SHOWN: [&str; 4] = ["headline", "cta", "amount", "type"];

/// Parts of a condition of an action.
const PARTS: usize = 5;

/// What is declared so far, without what depends on the touchpoint.
fn blind(world: &World) -> World {
    let is_blind = |reads: &BTreeSet<String>| reads.iter().all(|r| !r.starts_with("touchpoint."));
    let mut blind = world.clone();
    blind.paths.retain(|path| is_blind(&path.reads));
    blind.functions.retain(|function| is_blind(&function.reads));
    blind.zone = blind.zone.filter(is_blind);
    // Of the channel's enum, which has no name, nothing is left that says its type.
    let has_name = |ty: &T| !matches!(ty, T::Enum(e) if world.enums[*e].name.is_none());
    blind.simple_types.retain(has_name);
    blind
}

/// Issues, groups and actions, and one or two that choose among all actions so far.
pub fn actions(world: &mut World, tape: &Tape) -> Made {
    let mut made = Made::default();
    // Behind one that chooses from all there are no more actions: they might need it.
    if !world.all_chosen {
        let issues = issues(world, tape, &mut made.text);
        // What ranks by a number needs it of every action: most often all have it.
        let all = [tape.chance(75), tape.chance(80)];
        let is_blind = tape.chance(60);
        for _ in 0..2 + tape.below(5) {
            let text = action(world, tape, &issues, (all, is_blind));
            made.text.push('\n');
            made.text.push_str(&text);
            made.actions.push(text);
        }
        world.issues.extend(issues);
    }
    for _ in 0..1 + tape.weighted(&[2, 1]) {
        choice(world, tape, &mut made);
    }
    made
}

/// One or two issues, two or three groups.
fn issues(world: &mut World, tape: &Tape, text: &mut String) -> Vec<Issue> {
    let mut issues: Vec<Issue> = (0..1 + tape.below(2))
        .map(|_| Issue {
            name: fresh(world, tape),
            groups: Vec::new(),
        })
        .collect();
    let lever = || match tape.chance(45) {
        true => format!(" {{ lever {} }}", tape.word(&PERCENTS)),
        false => String::new(),
    };
    for issue in &issues {
        writeln!(text, "{}issue {}{}", docs(tape), issue.name, lever()).expect("writes");
    }
    let count = issues.len();
    for place in 0..2 + tape.below(2) {
        let issue = &mut issues[place % count];
        let free = GROUPS
            .iter()
            .filter(|g| issue.groups.iter().all(|o| o != *g));
        let free: Vec<&&str> = free.collect();
        let group = tape.pick(&free[..3]).to_string();
        writeln!(
            text,
            "{}group {}.{group}{}",
            docs(tape),
            issue.name,
            lever()
        )
        .expect("writes");
        issue.groups.push(group);
    }
    issues
}

/// Some names for fields, with the type that each of them has in this ruleset. No zones: they look like texts.
fn fields(
    world: &mut World,
    tape: &Tape,
    names: &[&'static str],
    count: usize,
) -> Vec<(&'static str, T)> {
    let mut made: Vec<(&'static str, T)> = Vec::new();
    for _ in 0..count {
        let name: &&'static str = tape.pick(names);
        if made.iter().any(|(other, _)| other == name) {
            continue;
        }
        if !world.content.contains_key(*name) {
            let named = world.records.iter().position(|r| r.name.is_some());
            let ty = match tape.below(12) {
                0 | 1 => T::Text,
                2 | 3 => T::Dec,
                4 => T::Int,
                5 => T::Bool,
                6 => T::Enum(0),
                7 => named.map_or(T::Text, T::Rec),
                8 => T::List(Box::new(T::Text)),
                9 => T::Money("GBP"),
                10 => T::Dur,
                _ => T::Date,
            };
            world.content.insert(name, ty);
        }
        made.push((name, world.content[*name].clone()));
    }
    made
}

/// A value for a field: text that says its type, and that type. `None` where nothing at hand says it.
fn content(writer: &Writer, env: &Env, ty: &T) -> Option<(String, T)> {
    let tape = writer.tape;
    writer.refuel(3);
    if tape.chance(15)
        && let Some(path) = writer.path(env, State::Optional, ty)
    {
        return Some((writer.read(path).text, ty.clone().opt()));
    }
    match ty {
        T::Rec(_) | T::List(_) => {
            let path = writer.path(env, State::Plain, ty)?;
            Some((writer.read(path).text, ty.clone()))
        }
        T::Dec if tape.chance(35) => Some((writer.told(env, &T::Int).at(IF), T::Int)),
        ty => Some((writer.told(env, ty).at(IF), ty.clone())),
    }
}

/// `{ discount: 20%, perk: "free popcorn" }` and what it holds.
fn record(writer: &Writer, env: &Env, fields: &[(&str, T)]) -> (String, Vec<(String, T)>) {
    let (mut parts, mut types) = (Vec::new(), Vec::new());
    for (name, ty) in fields {
        if let Some((text, ty)) = content(writer, env, ty) {
            parts.push(format!("{name}: {text}"));
            types.push(((*name).to_owned(), ty));
        }
    }
    let text = match parts.is_empty() {
        true => "{ }".to_owned(),
        false => format!("{{ {} }}", parts.join(", ")),
    };
    (text, types)
}

/// `action name in issue.group { … }`
fn action(
    world: &mut World,
    tape: &Tape,
    issues: &[Issue],
    (all, is_blind): ([bool; 2], bool),
) -> String {
    let name = fresh(world, tape);
    let issue = tape.pick(issues);
    let group = tape.pick(&issue.groups);
    let gives = tape.chance(60).then(|| {
        let count = tape.below(4);
        fields(world, tape, &GIVEN, count)
    });
    let shows: Vec<_> = match tape.chance(50) {
        true => (0..1 + tape.below(3))
            .map(|_| {
                let count = 1 + tape.below(2);
                fields(world, tape, &SHOWN, count)
            })
            .collect(),
        false => Vec::new(),
    };
    let seen = match is_blind {
        true => blind(world),
        false => world.clone(),
    };
    let writer = Writer::new(&seen, tape);
    let mut env = Env::default();
    let mut clauses = Vec::new();
    for stage in ["eligible", "applicable", "suitable"] {
        if tape.chance(36) {
            writer.refuel(PARTS);
            let condition = writer.condition(&env);
            env = env.with(&condition.holds, &condition.asked);
            clauses.push(format!("{stage} when {}", condition.ex.at(IF)));
        }
    }
    if tape.chance(20) {
        clauses.push(writer.bounds_of_validity().trim_end().to_owned());
    }
    let channels = channels(world);
    if !channels.is_empty() && tape.chance(if is_blind { 3 } else { 35 }) {
        let order = tape.shuffled(channels.len());
        let some = order[..1 + tape.below(channels.len())].iter();
        let some: Vec<&str> = some.map(|at| channels[*at].as_str()).collect();
        clauses.push(format!("only on {}", some.join(", ")));
        writer
            .reads
            .borrow_mut()
            .insert("touchpoint.channel".to_owned());
    }
    let mut has = |word: &str, certain: bool| {
        let has = certain || tape.chance(60);
        if has {
            clauses.push(format!("{word} {}", number(&writer, &env)));
        }
        has
    };
    let has_propensity = has("propensity", all[0]);
    let has_value = has("value", all[1]);
    if tape.chance(35) {
        clauses.push(format!("lever {}", tape.word(&PERCENTS)));
    }
    let mut given = Vec::new();
    if let Some(fields) = gives {
        let (text, types) = record(&writer, &env, &fields);
        clauses.push(format!("gives {text}"));
        given = types;
    }
    let reads = writer.reads.take();
    let mut noted = writer.constants.take();
    // Treatments see the touchpoint in any case.
    let writer = Writer::new(world, tape);
    let treatments = treatments(&writer, &env, &shows);
    noted.extend(writer.constants.take());
    // Clauses stand in any order; of treatments the first counts that fits.
    if tape.chance(40) {
        let order = tape.shuffled(clauses.len());
        clauses = order.iter().map(|at| clauses[*at].clone()).collect();
    }
    let among = tape.below(clauses.len() + 1);
    for (place, treatment) in treatments.into_iter().enumerate() {
        clauses.insert((among + place).min(clauses.len()), treatment);
    }
    let mut text = format!("{}action {name} in {}.{group} {{", docs(tape), issue.name);
    let in_line = tape.chance(12);
    for clause in &clauses {
        if in_line {
            write!(text, " {clause}").expect("writes");
        } else {
            write!(text, "\n{}{}    {clause}", comment(tape), docs(tape)).expect("writes");
        }
    }
    text.push_str(if in_line { " }\n" } else { "\n}\n" });
    note(world, noted);
    world.actions.push(Action {
        name,
        issue: issue.name.clone(),
        group: group.clone(),
        has_propensity,
        has_value,
        gives: given,
        reads,
    });
    text
}

/// A number of an action: most often one of a few.
fn number(writer: &Writer, env: &Env) -> String {
    if writer.tape.chance(75) {
        return writer.tape.word(&NUMBERS).to_owned();
    }
    writer.refuel(4);
    writer.expected(env, &T::Dec).at(IF)
}

/// The members of the channel; none without a touchpoint.
fn channels(world: &World) -> Vec<String> {
    let channel = world.touchpoint.iter().find(|f| f.name == "channel");
    match channel.map(|f| &f.ty) {
        Some(T::Enum(e)) => world.enums[*e].members.clone(),
        _ => Vec::new(),
    }
}

/// `treatment for channel == kiosk { … }`; the last for all that is left, or all channels named by then.
fn treatments(writer: &Writer, env: &Env, shows: &[Vec<(&'static str, T)>]) -> Vec<String> {
    let tape = writer.tape;
    let mut left = channels(writer.world);
    let names_all = left.len() >= shows.len() && tape.chance(40);
    let mut made = Vec::new();
    for (place, fields) in shows.iter().enumerate() {
        let last = place + 1 == shows.len();
        let (when, inside) = match (last, names_all) {
            (true, false) if left.is_empty() && tape.chance(25) => bare_condition(writer, env),
            (true, false) => {
                made.push(format!(
                    "treatment otherwise {}",
                    record(writer, env, fields).0
                ));
                break;
            }
            (_, true) => {
                let count = if last { left.len() } else { 1 };
                let named: Vec<String> = left.drain(..count).collect();
                (of_channels(writer, &named), env.clone())
            }
            (false, false) => bare_condition(writer, env),
        };
        made.push(format!(
            "treatment for {when} {}",
            record(writer, &inside, fields).0
        ));
    }
    made
}

/// A question that names these channels.
fn of_channels(writer: &Writer, named: &[String]) -> String {
    let tape = writer.tape;
    let channel = tape.word(&["channel", "touchpoint.channel"]);
    let all = match named {
        [one] => format!("{channel} == {one}"),
        more if tape.chance(50) => format!("{channel} in [{}]", more.join(", ")),
        more => {
            let each = more.iter().map(|one| format!("{channel} == {one}"));
            each.collect::<Vec<_>>().join(" or ")
        }
    };
    match tape.chance(25) {
        true => {
            // Only what the channel's own questions name counts.
            let more = writer
                .world
                .paths
                .iter()
                .find(|p| p.ty == T::Bool && p.steps.is_empty());
            let more = more.map_or("false".to_owned(), |p| writer.read(p).text);
            format!("{all} or {more}")
        }
        false => all,
    }
}

/// The condition of a treatment, where fields of the touchpoint are bare; and what stands behind it.
fn bare_condition(writer: &Writer, env: &Env) -> (String, Env) {
    let tape = writer.tape;
    let mut bare = env.clone();
    let known = |p: &Path| {
        let zero = format!("zero {}", p.text);
        !p.steps.is_empty() || env.asked.contains(&zero) || env.facts.non_zero.contains(&p.text)
    };
    for path in &writer.world.paths {
        if let Some(field) = path.text.strip_prefix("touchpoint.")
            && !known(path)
        {
            bare.locals.push(Path {
                text: field.to_owned(),
                ..path.clone()
            });
        }
    }
    let channels = channels(writer.world);
    let mut parts = Vec::new();
    if !channels.is_empty() && tape.chance(70) {
        let order = tape.shuffled(channels.len());
        let [first, second] = [0, 1].map(|at| &channels[order[at]]);
        parts.push(match tape.below(4) {
            0 | 1 => format!("channel == {first}"),
            2 => format!("channel != {first}"),
            _ => format!("channel in [{first}, {second}]"),
        });
    }
    let mut behind = env.clone();
    if parts.is_empty() || tape.chance(40) {
        writer.refuel(PARTS);
        let condition = writer.condition(&bare);
        // In what is shown, fields of the touchpoint have their whole names.
        let whole = |name: &String| {
            let (zero, name) = match name.strip_prefix("zero ") {
                Some(name) => ("zero ", name),
                None => ("", name.as_str()),
            };
            let root = name.split('.').next().unwrap_or(name);
            let is_bare = writer.world.touchpoint.iter().any(|f| f.name == root);
            let before = if is_bare { "touchpoint." } else { "" };
            format!("{zero}{before}{name}")
        };
        let facts = Facts {
            present: condition.holds.present.iter().map(whole).collect(),
            non_zero: condition.holds.non_zero.iter().map(whole).collect(),
        };
        behind = env.with(&facts, &condition.asked.iter().map(whole).collect());
        let least = if parts.is_empty() {
            IF
        } else {
            super::generate_expr::NOT
        };
        parts.push(condition.ex.at(least));
    }
    (parts.join(" and "), behind)
}

/// `next_best_action name { … }`, sometimes with a definition that reads it.
fn choice(world: &mut World, tape: &Tape, made: &mut Made) {
    let name = fresh(world, tape);
    let from = chosen_from(world, tape);
    let candidates: Vec<&Action> = of(world, &from).collect();
    let reads = candidates.iter().flat_map(|a| &a.reads);
    let may_be_blind = reads.clone().all(|r| !r.starts_with("touchpoint."));
    let is_blind = may_be_blind && tape.chance(75);
    let seen = match is_blind {
        true => blind(world),
        false => world.clone(),
    };
    let writer = Writer::new(&seen, tape);
    writer.reads.borrow_mut().extend(reads.cloned());
    // Each with those that it weighs.
    let mut clauses = vec![
        (format!("choose from {}", listed(&from)), None),
        (format!("rank by {}", rank(&writer, &candidates)), None),
    ];
    for _ in 0..tape.weighted(&[2, 3, 2, 1]) {
        let mut scopes = scopes(world, tape);
        // A weight for none of them is a mistake.
        if !candidates.iter().any(|a| scopes.iter().any(|s| s.holds(a))) {
            scopes.push(around(tape, candidates[tape.below(candidates.len())]));
        }
        let mut clause = format!("weight {} for {}", tape.word(&PERCENTS), listed(&scopes));
        if tape.chance(60) {
            writer.refuel(PARTS);
            let condition = writer.condition(&Env::default());
            write!(clause, " when {}", condition.ex.at(IF)).expect("writes");
        }
        let named = candidates.iter();
        let named = named.filter(|a| scopes.iter().any(|s| s.holds(a)));
        clauses.push((clause, Some(named.map(|a| a.name.clone()).collect())));
    }
    clauses.extend(limit(tape).map(|limit| (limit, None)));
    if tape.chance(30) {
        let order = tape.shuffled(clauses.len());
        clauses = order.iter().map(|at| clauses[*at].clone()).collect();
    }
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    let mut text = format!(
        "\n{}next_best_action {name}{} {{\n",
        docs(tape),
        independence(world, tape, &reads)
    );
    for (clause, _) in &clauses {
        writeln!(text, "{}{}    {clause}", comment(tape), docs(tape)).expect("writes");
    }
    text.push_str("}\n");
    if is_blind {
        text = text.replacen("next_best_action", "pervasive next_best_action", 1);
    }
    made.choices.push(Chooses {
        name: name.clone(),
        pervasive: is_blind,
        from: candidates.iter().map(|a| a.name.clone()).collect(),
        weights: clauses.into_iter().filter_map(|(_, named)| named).collect(),
    });
    made.text.push_str(&text);
    made.decisions.push(name.clone());
    let gives = union(&candidates);
    let some = tape.pick(&candidates).name.clone();
    world.all_chosen |= from.iter().any(|s| matches!(s, Scope::All));
    let item = item_type(world, gives.clone());
    let path = path_of(&name, reads.clone());
    declare(world, path, &T::List(Box::new(item)), noted);
    if tape.chance(50) {
        reader(world, tape, made, (&name, &some, &gives, reads));
    }
}

/// The actions in any of some scopes.
fn of<'w>(world: &'w World, scopes: &[Scope]) -> impl Iterator<Item = &'w Action> {
    let holds = |action: &&Action| scopes.iter().any(|s| s.holds(action));
    world.actions.iter().filter(holds)
}

fn listed(scopes: &[Scope]) -> String {
    let texts: Vec<String> = scopes.iter().map(Scope::text).collect();
    texts.join(", ")
}

/// A scope around an action.
fn around(tape: &Tape, action: &Action) -> Scope {
    match tape.weighted(&[5, 2, 3, 2]) {
        0 => Scope::Issue(action.issue.clone()),
        1 => Scope::All,
        2 => Scope::Action(action.name.clone()),
        _ => Scope::Group(action.issue.clone(), action.group.clone()),
    }
}

/// Scopes that hold some action, now and then with groups that hold none.
fn scopes(world: &World, tape: &Tape) -> Vec<Scope> {
    let mut scopes = vec![around(tape, tape.pick(&world.actions))];
    for _ in 0..tape.weighted(&[4, 2, 1]) {
        scopes.push(match tape.chance(30) {
            true => {
                let issue = tape.pick(&world.issues);
                Scope::Group(issue.name.clone(), tape.pick(&issue.groups).clone())
            }
            false => around(tape, tape.pick(&world.actions)),
        });
    }
    scopes
}

/// Scopes that hold two actions at least, most often.
fn chosen_from(world: &World, tape: &Tape) -> Vec<Scope> {
    let mut from = scopes(world, tape);
    if of(world, &from).count() < 2 && tape.chance(80) {
        let issue = &tape.pick(&world.actions).issue;
        from.push(Scope::Issue(issue.clone()));
    }
    from
}

/// By what the candidates are ranked: of the numbers that all of them have.
fn rank(writer: &Writer, candidates: &[&Action]) -> String {
    let tape = writer.tape;
    let mut factors = vec!["weight", "lever"];
    if candidates.iter().all(|a| a.has_propensity) {
        factors.push("propensity");
    }
    if candidates.iter().all(|a| a.has_value) {
        factors.push("value");
    }
    let order = tape.shuffled(factors.len());
    let factors: Vec<&str> = order.iter().map(|at| factors[*at]).collect();
    let product = factors.join(" * ");
    match tape.below(13) {
        0..=3 => product,
        4 => factors[1..].join(" * "),
        5 => factors.join(" + "),
        6 => factors[..2].join(tape.word(&[" - ", " + ", " * "])),
        7 => factors[0].to_owned(),
        8 => {
            writer.refuel(2);
            let number = writer.told(&Env::default(), &T::Int);
            let op = tape.word(&["+", "*", "-"]);
            format!("{product} {op} {}", number.at(super::generate_expr::NEG))
        }
        9 => tape.word(&["1", "0.5"]).to_owned(),
        _ => {
            let factor = |name: &&str| Path {
                ty: T::Dec,
                ..path_of(name, BTreeSet::new())
            };
            let env = Env {
                locals: factors.iter().map(factor).collect(),
                ..Env::default()
            };
            writer.refuel(PARTS);
            writer.told(&env, &T::Dec).at(IF)
        }
    }
}

/// `limit 2, at most 1 per group`
fn limit(tape: &Tape) -> Option<String> {
    let most = |tape: &Tape| 1 + tape.weighted(&[3, 2, 1]);
    let per = |word: &str| format!("at most {} per {word}", most(tape));
    let parts = match tape.below(10) {
        0..=2 => return None,
        3 => vec![most(tape).to_string()],
        4 => vec![per("group")],
        5 => vec![per("issue")],
        6 | 7 => vec![most(tape).to_string(), per("group")],
        8 => vec![most(tape).to_string(), per("issue")],
        _ => vec![most(tape).to_string(), per("issue"), per("group")],
    };
    Some(format!("limit {}", parts.join(", ")))
}

/// What all candidates give, as one record: what some do not give may be missing, and one decimal makes a whole number
/// one.
fn union(candidates: &[&Action]) -> Vec<(String, T)> {
    let mut fields: Vec<(String, T)> = Vec::new();
    for (name, _) in candidates.iter().flat_map(|a| &a.gives) {
        if fields.iter().any(|(known, _)| known == name) {
            continue;
        }
        let own = candidates
            .iter()
            .filter_map(|a| a.gives.iter().find(|(n, _)| n == name));
        let types: Vec<&T> = own.map(|(_, ty)| ty).collect();
        let decimal = types.iter().any(|ty| *ty.present() == T::Dec);
        let ty = if decimal { &T::Dec } else { types[0].present() };
        let misses = types.len() < candidates.len() || types.iter().any(|ty| ty.is_opt());
        let ty = ty.clone();
        fields.push((name.clone(), if misses { ty.opt() } else { ty }));
    }
    fields
}

/// The type of what is chosen.
fn item_type(world: &mut World, gives: Vec<(String, T)>) -> T {
    let field = |(name, ty): (String, T)| Field {
        name,
        ty,
        range: None,
        default: None,
    };
    let mut fields = vec![
        ("action".to_owned(), T::Text),
        ("group".to_owned(), T::Text),
    ];
    if !gives.is_empty() {
        world.records.push(RecordType {
            name: None,
            fields: gives.into_iter().map(field).collect(),
        });
        fields.push(("gives".to_owned(), T::Rec(world.records.len() - 1)));
    }
    world.records.push(RecordType {
        name: None,
        fields: fields.into_iter().map(field).collect(),
    });
    T::Rec(world.records.len() - 1)
}

/// A segment or feature that asks what was chosen.
fn reader(
    world: &mut World,
    tape: &Tape,
    made: &mut Made,
    (choice, action, gives, reads): (&str, &str, &[(String, T)], BTreeSet<String>),
) {
    let name = fresh(world, tape);
    let item = format!("pick_{}", world.names);
    let optional = gives.iter().find(|(_, ty)| ty.is_opt());
    let text = match (tape.below(5), optional) {
        (0, Some((field, _))) => {
            format!("any {item} in {choice} has ({item}.gives.{field} is present)")
        }
        (1, _) => format!("count of {choice} {}", tape.word(&["> 1", "== 0", "< 2"])),
        (2, _) => format!("every {item} in {choice} has ({item}.group contains \"t\")"),
        (3, _) => format!("count of ({choice} where (it.action < \"{action}\")) > 0"),
        _ => format!("any {item} in {choice} has ({item}.action == \"{action}\")"),
    };
    if tape.chance(50) {
        writeln!(made.text, "\nsegment {name} = {text}").expect("writes");
    } else {
        writeln!(made.text, "\nfeature {name} when {text}").expect("writes");
        made.decisions.push(name.clone());
    }
    declare(world, path_of(&name, reads), &T::Bool, Vec::new());
}
