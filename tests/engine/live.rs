//! Rules that are replaced while decisions are made with them: what is refused and why, and that under load every
//! decision is wholly of one version.

use super::rules;
use pervade::{
    Context, Decision, Error, ErrorKind, Fingerprint, Frame, LiveDecider, LiveRuleset, Ruleset,
    Slot,
};
use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// What a refused version says, line by line, without the first.
fn refused(live: &LiveRuleset, text: &str) -> Vec<String> {
    let before = live.current().fingerprint();
    let error = live.replace(rules(text)).expect_err(text);
    assert!(
        matches!(error.kind(), ErrorKind::Version { .. }),
        "{error:?}"
    );
    assert_eq!(live.current().fingerprint(), before);
    let text = error.to_string();
    let lines: Vec<String> = text
        .lines()
        .skip(1)
        .map(|l| l.trim_start().to_owned())
        .collect();
    assert_eq!(lines.len(), error.losses().len());
    lines
}

/// Old text, new text, and the one line that it is refused with; empty where it is taken.
const CONTEXTS: &[(&str, &str, &str)] = &[
    ("a: int", "a: decimal", ""),
    (
        "a: decimal",
        "a: int",
        "rules.pvd:1:24: `a` is `int` and no longer `decimal`: keep the type, or declare a field of another name beside it",
    ),
    (
        "a: money<GBP>",
        "a: money<EUR>",
        "rules.pvd:1:24: `a` is `money<EUR>` and no longer `money<GBP>`: keep the type, or declare a field of another name beside it",
    ),
    ("a: int", "a: int?", ""),
    ("a: int", "a: int = 3", ""),
    (
        "a: int?",
        "a: int",
        "rules.pvd:1:24: `a` must be given, and need not before: give it a default, or make it optional",
    ),
    ("a: int?", "a: int = 3", ""),
    ("a: int = 3", "a: int?", ""),
    ("a: int 0..=9", "a: int 0..=10", ""),
    ("a: int 0..=9", "a: int", ""),
    ("a: int 0..10", "a: int 0..=9", ""),
    (
        "a: decimal 0..=9",
        "a: decimal 0..9",
        "rules.pvd:1:24: `a` takes 0..9 and no longer 0..=9: keep at least the range it had",
    ),
    (
        "a: int",
        "a: int 0..=9",
        "rules.pvd:1:24: `a` takes 0..=9 and no longer any number: leave out the range",
    ),
    ("a: enum { x, y }", "a: enum { y, z, x }", ""),
    (
        "a: list<enum { x, y }>",
        "a: list<enum { x }>",
        "rules.pvd:1:24: `a[]` has no member `y` any more: keep the members that hosts may give",
    ),
    (
        "a: { b: int, c: int? }",
        "a: { b: int }",
        "there is no `a.c` any more: keep the field, even where no rule reads it",
    ),
    ("a: { b: int }", "a: { b: int, c: { d: int = 1 } }", ""),
    (
        "a: { b: int }",
        "a: { b: int, c: { d: int } }",
        "rules.pvd:1:42: `a.c.d` must be given, and there was no such field: give it a default, or make it optional",
    ),
    ("a: { b: int }", "a: { b: int, c: { d: int }? }", ""),
    (
        "a: { b: int }?",
        "a: { b: int }",
        "rules.pvd:1:29: `a.b` must be given, and need not before: give it a default, or make it optional",
    ),
];

#[test]
fn a_version_takes_the_contexts_of_the_one_before() {
    for (was, is, expected) in CONTEXTS {
        let text = |fields: &str| format!("ruleset demo context {{ {fields} }}");
        let live = LiveRuleset::new(rules(&text(was)));
        if expected.is_empty() {
            live.replace(rules(&text(is)))
                .unwrap_or_else(|e| panic!("{was} to {is}: {e}"));
        } else {
            assert_eq!(refused(&live, &text(is)), [*expected], "{was} to {is}");
        }
    }
}

#[test]
fn a_record_type_is_told_of_once() {
    let text = |extra: &str| {
        format!(
            "ruleset demo record Size {{ metres: int{extra} }} record Box {{ inner: Size, outer: list<Size> }}
             context {{ first: Box, last: Box }}"
        )
    };
    let live = LiveRuleset::new(rules(&text("")));
    assert_eq!(
        refused(&live, &text(" 0..=3")),
        [
            "rules.pvd:1:28: `first.inner.metres` takes 0..=3 and no longer any number: leave out the range"
        ]
    );
    live.replace(rules(&text(" = 0"))).expect("fits");
}

#[test]
fn the_time_is_not_asked_for_unannounced() {
    let live = LiveRuleset::new(rules("ruleset demo let instant = 1"));
    assert_eq!(
        refused(&live, "ruleset demo let instant = now"),
        [
            "rules.pvd:1:28: the rules ask for the time, and did not before: leave `now` and `today` out until every host gives the time"
        ]
    );
}

/// How a decision was, is, and what it is refused with.
const DECISIONS: &[(&str, &str, &str)] = &[
    ("decision d -> int { otherwise => 1 }", "let d = 2", ""),
    (
        "let d = 1",
        "let e = 1",
        "there is no decision `d` in `demo`: this host decides it, so keep it as it was",
    ),
    ("let d = 1", "let d = 1.50", ""),
    (
        "let d = 1.50 GBP",
        "let d = 1.50 EUR",
        "rules.pvd:1:18: `d` gives `money<EUR>` where it gave `money<GBP>`: this host decides it, so keep it as it was",
    ),
    (
        "record Row { paid: money<GBP> } let d: Row = { paid: 1 GBP }",
        "record Row { paid: int } let d: Row = { paid: 1 }",
        "rules.pvd:1:43: `d` gives `int` where it gave `money<GBP>`: this host decides it, so keep it as it was",
    ),
    (
        "let d = 5 km",
        "let d = 5",
        "rules.pvd:1:18: `d` gives `int` where it gave `distance`: this host decides it, so keep it as it was",
    ),
];

#[test]
fn a_version_offers_what_handles_decide() {
    for (was, is, expected) in DECISIONS {
        let text = |d: &str| format!("ruleset demo {d}");
        let live = LiveRuleset::new(rules(&text(was)));
        // Such a host takes whatever comes.
        let _handle = live
            .decision::<serde::de::IgnoredAny>("d")
            .expect("a handle");
        if expected.is_empty() {
            live.replace(rules(&text(is)))
                .unwrap_or_else(|e| panic!("{was} to {is}: {e}"));
        } else {
            assert_eq!(refused(&live, &text(is)), [*expected], "{was} to {is}");
        }
    }
}

#[test]
fn what_is_required_is_asked_of_each_version() {
    let text = |age: &str| format!("ruleset demo context {{ age: {age} }}");
    let live = LiveRuleset::new(rules(&text("int")));
    let slots = |rules: &Ruleset| rules.slot::<i64>("age").map(drop);
    live.require("the worker's slots", slots).expect("is met");
    assert!(
        live.require("no rules at all", |r| Err(slots_of_none(r)))
            .is_err()
    );
    assert_eq!(
        refused(&live, &text("decimal")),
        ["the worker's slots: `age` is `decimal`: ask for a slot of `Decimal`"]
    );
    live.replace(rules(&text("int 0..=200")))
        .expect_err("a range");
    live.replace(rules(&text("int?"))).expect("as required");
}

fn slots_of_none(rules: &Ruleset) -> Error {
    rules.slot::<i64>("none").expect_err("there is none")
}

#[test]
fn many_losses_are_counted() {
    let fields: Vec<String> = (0..130).map(|n| format!("f{n}: int")).collect();
    let live = LiveRuleset::new(rules(&format!(
        "ruleset demo context {{ {} }}",
        fields.join(", ")
    )));
    let error = live.replace(rules("ruleset demo")).expect_err("is empty");
    assert_eq!(error.losses().len(), 100);
    assert!(error.to_string().ends_with("\n  and 30 more"));
}

#[test]
fn contexts_and_frames_stay_with_their_version_however_many_follow() {
    let text = |n: usize| {
        format!(
            "ruleset demo {} let d = {n}",
            "let other = 0 ".repeat(n % 2)
        )
    };
    let live = LiveRuleset::new(rules(&text(0)));
    let d = live.decision::<usize>("d").expect("a handle");
    let mut begun: Vec<(Context, Frame)> = Vec::new();
    for n in 0..12 {
        if n > 0 {
            let before = live.replace(rules(&text(n))).expect("fits");
            assert!(!live.is_current(&before));
        }
        begun.push((
            live.context().build().expect("whole"),
            live.current().frame(),
        ));
        for (version, (context, frame)) in begun.iter_mut().enumerate() {
            assert_eq!(*d.decide(context).expect("decides").value(), version);
            assert_eq!(
                d.decide_in(frame).and_then(|o| o.value()).expect("decides"),
                version
            );
        }
    }
    let elsewhere = rules("ruleset demo let e = 1")
        .context()
        .build()
        .expect("whole");
    assert!(d.decide(&elsewhere).is_err());
}

/// Decisions on all threads together.
const DECISIONS_MADE: usize = 100_000;
const THREADS: usize = 2;
const RELOADS: usize = 1_000;
/// So many reloads a thread of decisions may be ahead, so that they happen among the decisions.
const AHEAD: usize = 5;

/// A version. Definitions and fields lie elsewhere in each, so that nothing of one fits another by chance.
fn version(number: usize) -> String {
    let lets: String = (0..number % 4)
        .map(|n| format!("let other_{n} = age + {n}\n"))
        .collect();
    let fields = match number % 2 {
        0 => "first: int = 0, age: int",
        _ => "age: int, first: int = 0",
    };
    format!(
        "ruleset shop
         context {{ {fields} }}
         {lets}decision fee -> int {{
             child: when age < 12 => {number}001 because \"version {number}\"
             otherwise => {number}002 because \"version {number}\"
         }}
         decision code -> string {{ otherwise => \"{number} {{age}}\" because \"version {number}\" }}"
    )
}

/// What no version may be: rules that do not compile, and rules that do not fit.
fn bad(number: usize) -> String {
    let good = version(number);
    match number % 5 {
        0 => good.replace("int {", "int"),
        1 => good.replace("fee", "price"),
        2 => good.replace("age: int", "age: int 0..=120"),
        3 => good
            .replace("decision code -> string", "decision code -> list<string>")
            .replace("=> \"", "=> [\"")
            .replace("\" because", "\"] because"),
        _ => good.replace("context {", "context { shoe_size: int,"),
    }
}

/// One of the threads that decide.
struct Desk<'t> {
    live: &'t LiveRuleset,
    fee: LiveDecider<usize>,
    code: LiveDecider<String>,
    frame: Frame,
    age: Slot<i64>,
    /// The fingerprints of what was seen of each version.
    seen: HashMap<usize, Fingerprint>,
}

impl<'t> Desk<'t> {
    fn new(live: &'t LiveRuleset) -> Result<Desk<'t>, Error> {
        let current = live.current();
        Ok(Desk {
            live,
            fee: live.decision("fee")?,
            code: live.decision("code")?,
            frame: current.frame(),
            age: current.slot("age")?,
            seen: HashMap::new(),
        })
    }

    /// Two decisions on one context: both wholly of one version.
    fn by_context(&mut self, age: usize) -> Result<usize, Error> {
        let context = self
            .live
            .context()
            .json(&format!(r#"{{ "age": {age} }}"#))?
            .build()?;
        let (fee, code) = (self.fee.decide(&context)?, self.code.decide(&context)?);
        let number = self.number(*fee.value(), age);
        assert_eq!(code.value(), &format!("{number} {age}"));
        let because = format!("version {number}");
        assert_eq!(fee.because(), Some(&*because));
        assert_eq!(code.because(), Some(&*because));
        assert_eq!(
            fee.label(),
            Some(if age < 12 { "child" } else { "otherwise" })
        );
        assert_eq!(fee.depends_on(), ["age"]);
        self.note(number, &fee);
        assert_eq!(fee.fingerprint(), code.fingerprint());
        Ok(number)
    }

    /// The same in a frame, which is made anew when there is another version.
    fn in_frame(&mut self, age: usize) -> Result<usize, Error> {
        if !self.live.is_current(self.frame.ruleset()) {
            let current = self.live.current();
            self.age = current.slot("age")?;
            self.frame = current.frame();
        }
        self.frame
            .set(&self.age, i64::try_from(age).expect("small"))?;
        let fee = self.fee.decide_in(&mut self.frame)?.value()?;
        let number = self.number(fee, age);
        let code = self.code.decide_in(&mut self.frame)?;
        assert_eq!(code.value()?, format!("{number} {age}"));
        assert_eq!(code.because(), Some(&*format!("version {number}")));
        Ok(number)
    }

    fn number(&self, fee: usize, age: usize) -> usize {
        assert_eq!(fee % 1_000, if age < 12 { 1 } else { 2 });
        fee / 1_000
    }

    /// A version has one fingerprint.
    fn note(&mut self, number: usize, decision: &Decision<usize>) {
        let fingerprint = decision.fingerprint();
        assert_eq!(*self.seen.entry(number).or_insert(fingerprint), fingerprint);
    }
}

/// Under load: all decisions while a thousand versions, good and bad, are offered.
#[test]
fn decisions_go_on_while_versions_change() {
    let live = LiveRuleset::new(rules(&version(1)));
    // Threads that are done give up their handles; somebody relies on them to the end.
    let _fee = live.decision::<usize>("fee").expect("a handle");
    let _code = live.decision::<String>("code").expect("a handle");
    let (reloads, made, failed) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let seen = Mutex::new(BTreeSet::new());
    let good = thread::scope(|scope| {
        for thread in 0..THREADS {
            let (live, reloads, made, failed, seen) = (&live, &reloads, &made, &failed, &seen);
            scope.spawn(move || {
                let guard = Failing(failed);
                decide_all(live, thread, reloads, made, failed, seen).expect("no decision fails");
                std::mem::forget(guard);
            });
        }
        reload_all(&live, &reloads, &made, &failed)
    });
    assert!(!failed.load(Ordering::SeqCst));
    assert_eq!(made.load(Ordering::SeqCst), DECISIONS_MADE);
    let seen = seen.into_inner().expect("no thread panicked");
    assert!(seen.is_subset(&good), "a version that was never in use");
    assert!(
        seen.len() > RELOADS / AHEAD / 4,
        "only {} versions seen",
        seen.len()
    );
    println!(
        "{} versions in use, {} of them seen",
        good.len(),
        seen.len()
    );
}

/// Tells the other threads, so that none waits for one that panicked.
struct Failing<'t>(&'t AtomicBool);

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn decide_all(
    live: &LiveRuleset,
    thread: usize,
    reloads: &AtomicUsize,
    made: &AtomicUsize,
    failed: &AtomicBool,
    seen: &Mutex<BTreeSet<usize>>,
) -> Result<(), Error> {
    const EACH: usize = DECISIONS_MADE / RELOADS;
    let mut desk = Desk::new(live)?;
    let mut last = 0;
    let mut own = BTreeSet::new();
    // Each round makes two decisions.
    for round in 0..DECISIONS_MADE / THREADS / 2 {
        while made.load(Ordering::Relaxed) > (reloads.load(Ordering::Relaxed) + AHEAD) * EACH {
            assert!(!failed.load(Ordering::Relaxed), "another thread failed");
            thread::yield_now();
        }
        let age = (round * 7 + thread) % 100;
        let number = if round % 2 == thread % 2 {
            desk.by_context(age)?
        } else {
            desk.in_frame(age)?
        };
        assert!(number >= last, "back from version {last} to {number}");
        last = number;
        own.insert(number);
        made.fetch_add(2, Ordering::Relaxed);
    }
    seen.lock().expect("no thread panicked").extend(own);
    Ok(())
}

/// Offers a version every hundred decisions, two of five bad. Gives the numbers of those that were in use.
fn reload_all(
    live: &LiveRuleset,
    reloads: &AtomicUsize,
    made: &AtomicUsize,
    failed: &AtomicBool,
) -> BTreeSet<usize> {
    let guard = Failing(failed);
    let mut good = BTreeSet::from([1]);
    for reload in 0..RELOADS {
        while made.load(Ordering::Relaxed) < reload * DECISIONS_MADE / RELOADS {
            assert!(!failed.load(Ordering::Relaxed), "another thread failed");
            thread::yield_now();
        }
        let number = reload + 2;
        if reload % 5 < 2 {
            let before = live.current();
            let refused = Ruleset::from_text(&bad(number / 5)).and_then(|new| live.replace(new));
            let error = refused.expect_err("is bad");
            assert!(!error.diagnostics().is_empty() || !error.losses().is_empty());
            assert!(live.is_current(&before));
        } else {
            live.replace(rules(&version(number))).expect("is good");
            good.insert(number);
        }
        reloads.fetch_add(1, Ordering::Relaxed);
    }
    std::mem::forget(guard);
    good
}
