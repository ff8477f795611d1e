//! From text to compiled rules: what a rule takes, for 100, 1,000 and 10,000 rules like those of the cinema.

use crate::contenders::{self, CONTEXTS};
use crate::rules::{self, Rule};
use crate::support::cinema::{self, OFFERS, Offer, Visit};
use crate::timing::Spread;
use cpu_time::ThreadTime;
use pervade::internals::syntax;
use pervade::{Limits, SourceId};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How many rules, and for how long they are timed; at least three rounds.
const SIZES: [(usize, Duration); 3] = [
    (100, Duration::from_secs(4)),
    (1_000, Duration::from_secs(8)),
    (10_000, Duration::from_secs(20)),
];

/// What came of one compiler: microseconds a rule, for each size.
pub struct Compiled {
    pub name: &'static str,
    /// What it is given.
    pub from: &'static str,
    pub times: Vec<Spread>,
}

/// What came of all.
pub struct Race {
    pub sizes: Vec<usize>,
    pub rounds: Vec<usize>,
    /// Bytes of pervade's text a rule, at the largest size.
    pub bytes: usize,
    pub compiled: Vec<Compiled>,
}

/// Compiled rules, asked.
type Answers = Box<dyn FnMut(&Visit) -> Offer>;

struct Compiler {
    name: &'static str,
    from: &'static str,
    build: Box<dyn Fn() -> Option<Answers>>,
}

impl Compiler {
    fn new(
        name: &'static str,
        from: &'static str,
        build: impl Fn() -> Answers + 'static,
    ) -> Compiler {
        Compiler {
            name,
            from,
            build: Box::new(move || Some(build())),
        }
    }
}

/// The first is pervade, the second its parser alone.
fn compilers(rules: &[Rule]) -> Vec<Compiler> {
    let text = contenders::pervade_text(rules);
    let parsed = text.clone();
    vec![
        Compiler::new(
            "**pervade**",
            "one text; types, coverage and all other analyses included",
            move || Box::new(contenders::build_pervade(&text)),
        ),
        Compiler {
            name: "**pervade**, parsing alone",
            from: "the same text",
            build: Box::new(move || parse(&parsed)),
        },
        Compiler::new(
            "datalogic-rs",
            "one JSONLogic text",
            contenders::build_datalogic(rules),
        ),
        Compiler::new(
            "a-tree",
            "a text a rule, inserted",
            contenders::build_a_tree(rules),
        ),
        #[cfg(feature = "zen")]
        Compiler::new(
            "zen-expression",
            "a text a rule (one of all would nest too deep)",
            contenders::build_zen_expressions(rules),
        ),
        Compiler::new(
            "cel",
            "a text a rule (one of all would nest too deep)",
            contenders::build_cel(rules),
        ),
        #[cfg(feature = "zen")]
        Compiler::new(
            "zen-engine, table",
            "one JSON text; expressions compiled and indexed",
            contenders::build_zen_table(rules),
        ),
    ]
}

/// A stage, which decides nothing.
fn parse(text: &str) -> Option<Answers> {
    let (file, found) = syntax::parse(SourceId::default(), text, &Limits::default());
    assert!(found.is_empty());
    black_box(file);
    None
}

/// All sizes, all compilers in turns; before, that what they make gives equal answers.
pub fn race() -> Race {
    let mut race = Race {
        sizes: Vec::new(),
        rounds: Vec::new(),
        bytes: 0,
        compiled: Vec::new(),
    };
    for (size, time) in SIZES {
        let rules = rules::random(size);
        let compilers = compilers(&rules);
        for compiler in &compilers {
            check(compiler, &rules);
        }
        let (spreads, rounds) = rounds(&compilers, size, time);
        race.sizes.push(size);
        race.rounds.push(rounds);
        race.bytes = contenders::pervade_text(&rules).len() / size;
        race.add(&compilers, spreads);
    }
    race
}

impl Race {
    fn add(&mut self, compilers: &[Compiler], spreads: Vec<Spread>) {
        if self.compiled.is_empty() {
            let named = |compiler: &Compiler| Compiled {
                name: compiler.name,
                from: compiler.from,
                times: Vec::new(),
            };
            self.compiled = compilers.iter().map(named).collect();
        }
        for (compiled, spread) in self.compiled.iter_mut().zip(spreads) {
            compiled.times.push(spread);
        }
    }
}

fn check(compiler: &Compiler, rules: &[Rule]) {
    let Some(mut answers) = (compiler.build)() else {
        return; // a stage that does not decide
    };
    for visit in cinema::visits(CONTEXTS) {
        let fields = serde_json::to_value(&visit).unwrap();
        let expected = OFFERS[rules::decided(rules, &fields)];
        assert_eq!(answers(&visit), expected, "{} on {visit:?}", compiler.name);
    }
}

fn rounds(compilers: &[Compiler], size: usize, time: Duration) -> (Vec<Spread>, usize) {
    let mut samples = vec![Vec::new(); compilers.len()];
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 3 || start.elapsed() < time {
        for (compiler, samples) in compilers.iter().zip(&mut samples) {
            let turn = ThreadTime::now();
            let built = (compiler.build)();
            samples.push(turn.elapsed().as_secs_f64() * 1e6 / size as f64);
            drop(black_box(built)); // after the clock
        }
        rounds += 1;
    }
    (samples.into_iter().map(Spread::of).collect(), rounds)
}
