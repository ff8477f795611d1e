//! Rules with tests of their policies: `tests/cases/policies/*.pvd`, one file a form. Every expectation is met, and wherever one
//! is asked, history, profile and reference choose the same on every channel.

use super::check::{self, Customer, Source};
use crate::oracle::calendar;
use crate::oracle::given::Given;
use crate::oracle::reference::constant;
use crate::oracle::reference::events::Happened;
use pervade::internals::hir::{Input, Program, Root, TestCase, Ty};
use pervade::internals::value::Value;
use pervade::{Compiler, Ruleset};
use std::path::Path;

#[test]
fn every_expectation_of_the_case_files_is_met() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/policies");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the case files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "pvd"))
        .collect();
    files.sort();
    let (mut met, mut answers) = (0, 0);
    for file in &files {
        let rules = Compiler::new()
            .tests(true)
            .file(file)
            .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let report = pervade::testing::run(&rules);
        assert!(report.is_ok(), "{}\n{report}", file.display());
        met += report.passed();
        for case in &rules.program().tests().cases {
            answers += everyone_agrees(&rules, case).unwrap_or_else(|why| {
                panic!("{}: test \"{}\"\n{why}", file.display(), case.title);
            });
        }
    }
    println!(
        "{} files, {met} expectations, {answers} answers",
        files.len()
    );
    assert!(
        files.len() > 12 && met > 300 && answers > 3_000,
        "{} files, {met} expectations, {answers} answers",
        files.len()
    );
}

/// Every next best action on every channel, from a history, a profile and by the reference; at the instant of the case, and
/// where its answers end.
fn everyone_agrees(rules: &Ruleset, case: &TestCase) -> Result<usize, String> {
    let program = rules.program();
    let (first, count) = case.events;
    let events = &program.tests().events[first..first + count];
    let events: Vec<Happened> = events
        .iter()
        .map(|event| Happened {
            id: event.id.to_string(),
            ty: event.ty as usize,
            at: event.at,
            seq: event.seq,
            device: event.device.as_ref().map(ToString::to_string),
            channel: event.channel.map(|channel| channel as usize),
            fields: event.fields.iter().map(constant).collect(),
        })
        .collect();
    let customer = Customer {
        rules,
        context: &given(program, case, Root::Context),
        touchpoint: &given(program, case, Root::Touchpoint),
        events: &events,
    };
    let history = check::history(rules, &events);
    let mut profile = rules.profile();
    for event in events.iter().rev() {
        let json = check::json(rules, event);
        profile.observe_json(&json).map_err(|e| e.to_string())?;
    }
    let now = case.now.expect("an instant");
    // An hour, days, weeks and months later: as long as anything in the case files lasts.
    let later = [1, 23, 24 * 7, 24 * 31, 24 * 100, 24 * 400].map(|hours| now + hours * 3_600_000);
    let mut answers = 0;
    for name in check::choices(rules) {
        for channel in check::channels(rules) {
            let channel = channel.as_deref();
            let said = customer.ends(&name, Source::History(&history), (now, channel), &later)?;
            let kept = customer.said(&name, Source::Profile(&profile), (now, channel))?;
            if said != kept {
                let told = customer.told(&name, (now, channel));
                return Err(format!("{said:?}, of the profile {kept:?}\n{told}"));
            }
            let ends = said.until.into_iter().flat_map(|end| [end - 1, end]);
            for at in [now].into_iter().chain(ends) {
                for source in [Source::History(&history), Source::Profile(&profile)] {
                    let decision = customer.agrees(&name, source, (at, channel))?;
                    customer.arbitrates(&name, &decision, (at, channel), &later)?;
                    answers += 1;
                }
            }
        }
    }
    Ok(answers)
}

/// What a case gives of the context, or of the touchpoint without its channel.
fn given(program: &Program, case: &TestCase, root: Root) -> Given {
    let layers = &program.tests().layers;
    let mut stack = Vec::new();
    let mut next = case.given;
    while let Some(place) = next {
        stack.push(&layers[place]);
        next = layers[place].below;
    }
    let mut given = Given::Record(Vec::new());
    // Records that are always there, whatever is given in them.
    for input in program.inputs() {
        if input.root == root && matches!(input.ty, Ty::Record(_)) {
            put(&mut given, input, Given::Record(Vec::new()));
        }
    }
    for fact in stack.iter().rev().flat_map(|layer| &*layer.facts) {
        let input = program.input(fact.input);
        if input.root == root && input.path != "touchpoint.channel" {
            let value = value(program, &input.ty, &fact.value);
            put(&mut given, input, value);
        }
    }
    given
}

/// Puts a value where a context, or a touchpoint, has the input.
fn put(root: &mut Given, input: &Input, value: Given) {
    let path = input.path.strip_prefix("touchpoint.");
    let mut here = root;
    for name in path.unwrap_or(&input.path).split('.') {
        here = field(here, name);
    }
    *here = value;
}

/// A field of a record, made where there is none.
fn field<'g>(of: &'g mut Given, name: &str) -> &'g mut Given {
    let Given::Record(fields) = of else {
        panic!("no record");
    };
    let place = fields.iter().position(|(known, _)| known == name);
    let place = place.unwrap_or_else(|| {
        fields.push((name.to_owned(), Given::Record(Vec::new())));
        fields.len() - 1
    });
    &mut fields[place].1
}

fn value(program: &Program, ty: &Ty, value: &Value) -> Given {
    match (ty.present(), value) {
        (_, Value::Missing) => Given::Null,
        (Ty::Bool, Value::Bool(b)) => Given::Bool(*b),
        (Ty::Int, Value::Int(n)) => Given::Int(*n),
        (Ty::Text, Value::Text(text)) => Given::Text(text.to_string()),
        (Ty::Zone, Value::Member(m)) => Given::Zone(calendar::zone(*m as usize).name().to_owned()),
        (Ty::Enum(id), Value::Member(m)) => {
            Given::Member(program.enumeration(*id).members[*m as usize].clone())
        }
        (ty, value) => panic!("{value:?} of {ty:?}"),
    }
}
