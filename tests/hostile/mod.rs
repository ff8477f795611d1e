//! Untrusted text and contexts: nothing panics, overflows a small stack, or costs more than about linear time.
//!
//! Each case runs on a thread with 1 MiB of stack. Sizes are such that a linear stage needs well under a second and
//! a quadratic one more than [`MOST`]. `PERVADE_TIMES=1 … -- --nocapture` prints what each took.

mod contexts;
mod scale;
mod soup;
mod texts;

use pervade::{Anything, Code, Error, GraphFormat, MemorySources, Ruleset, apply};
use std::thread;
use std::time::{Duration, Instant};

const STACK: usize = 1 << 20;

/// Ample for a linear stage in a debug build.
const MOST: Duration = Duration::from_secs(12);

/// Runs a case on a small stack.
pub fn survives<R: Send + 'static>(name: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    let timed = move || {
        let started = Instant::now();
        let result = work();
        (result, busy().unwrap_or_else(|| started.elapsed()))
    };
    let thread = thread::Builder::new()
        .stack_size(STACK)
        .name(name.to_owned());
    let Ok((result, took)) = thread.spawn(timed).expect("a thread").join() else {
        panic!("{name} panicked");
    };
    if std::env::var_os("PERVADE_TIMES").is_some() {
        println!("{took:>10.1?}  {name}");
    }
    assert!(took < MOST, "{name} took {took:?}");
    result
}

/// How long this thread has been on a processor, where the system tells: a busy machine does not count.
fn busy() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = stat.split_whitespace().next()?.parse().ok()?;
    (nanos > 0).then(|| Duration::from_nanos(nanos))
}

/// Compiles on a small stack and does with the outcome all that a host may do with it. The codes of what is wrong.
pub fn compiled(name: &str, text: String) -> Vec<Code> {
    survives(name, move || exercise(&text))
}

/// Compiles, and uses the rules or shows what is wrong.
pub fn exercise(text: &str) -> Vec<Code> {
    let formatted = pervade::format("main.pvd", text);
    if let Ok(formatted) = &formatted
        && text.len() < 200_000
    {
        let again = pervade::format("main.pvd", formatted).expect("a formatted text parses");
        assert_eq!(*formatted, again, "formatting twice");
    }
    let sources = MemorySources::new().with("main.pvd", text);
    match Ruleset::compile(&sources, "main.pvd") {
        Ok(rules) => {
            assert!(formatted.is_ok(), "what compiles can be formatted");
            used(&rules);
            Vec::new()
        }
        Err(error) => shown(&error, text),
    }
}

/// An error as a host shows it; its repairs carried out.
pub fn shown(error: &Error, text: &str) -> Vec<Code> {
    assert!(!error.to_string().is_empty());
    let sources = error.sources().cloned().unwrap_or_default();
    for diagnostic in error.diagnostics() {
        let drawn = diagnostic.render_pretty(&sources, true);
        assert!(!diagnostic.message.is_empty() && !drawn.is_empty());
    }
    for diagnostic in error
        .diagnostics()
        .iter()
        .take(5)
        .filter(|d| !d.suggestions.is_empty())
    {
        let _ = Ruleset::from_text(&apply(text, &diagnostic.suggestions));
    }
    error.diagnostics().iter().map(|d| d.code).collect()
}

/// Everything that walks a compiled ruleset.
fn used(rules: &Ruleset) {
    let _ = rules.fingerprint();
    for format in [GraphFormat::Dot, GraphFormat::Mermaid, GraphFormat::Json] {
        let _ = rules.graph(format);
    }
    let names: Vec<&str> = rules.decisions().map(|d| d.name()).collect();
    let ends = names.iter().take(2).chain(names.iter().rev().take(2));
    let Ok(context) = rules.context().json("{}").and_then(|c| c.build()) else {
        return;
    };
    for name in ends {
        let decider = rules
            .decision::<serde::de::IgnoredAny>(name)
            .expect("a decision");
        if let Ok(decision) = decider.decide(&context) {
            let _ = decision.depends_on();
            let _ = serde_json::to_string(&decision.trace().to_string());
        }
        let mut frame = rules.frame();
        let _ = decider.decide_in(&mut frame).is_ok();
    }
    for input in rules.inputs().take(3) {
        let _ = rules.slot::<Anything>(input.path());
    }
}

/// `count` pieces, one after the other.
pub fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}
