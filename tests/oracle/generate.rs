//! Generated rulesets: a [`Case`] of choices in, texts and contexts out.
//!
//! The texts are well typed by construction: the generator knows the types, what conditions prove, and which
//! decisions may call themselves pervasive. It speaks the language as an author writes it, so that the parser,
//! the checker and the lowering take part in every run. Start at [`generate`]; types and inputs are in
//! `generate_types`, values in `generate_expr`, conditions in `generate_cond`, definitions in `generate_def`,
//! tables in `generate_table`, actions in `generate_actions`, functions, scores and reference data in `generate_named`, forms that begin with a word in
//! `generate_forms`, literals of amounts and moments in `generate_moments`, contexts in `generate_context`.

use super::generate_actions::{Action, Chooses, Issue};
use super::given::Given;
use super::tape::{Case, Tape};
use super::{generate_context, generate_def, generate_types};
use num_rational::BigRational;
use std::collections::{BTreeMap, BTreeSet};

/// A type as the generator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum T {
    Bool,
    Int,
    Dec,
    Text,
    /// An amount in this currency.
    Money(&'static str),
    Date,
    Time,
    /// A `datetime`.
    Instant,
    /// A duration.
    Dur,
    Elapsed,
    /// A distance.
    Dist,
    Zone,
    Geo,
    Weekday,
    /// Place in [`World::enums`].
    Enum(usize),
    /// Place in [`World::records`].
    Rec(usize),
    List(Box<T>),
    Opt(Box<T>),
}

impl T {
    pub fn opt(self) -> T {
        match self {
            T::Opt(_) => self,
            other => T::Opt(Box::new(other)),
        }
    }

    pub fn present(&self) -> &T {
        match self {
            T::Opt(inner) => inner,
            other => other,
        }
    }

    /// One of those that `generate_moments` has literals of.
    pub fn is_moment(&self) -> bool {
        matches!(
            self,
            T::Money(_)
                | T::Date
                | T::Time
                | T::Instant
                | T::Dur
                | T::Dist
                | T::Zone
                | T::Geo
                | T::Weekday
        )
    }

    pub fn is_opt(&self) -> bool {
        matches!(self, T::Opt(_))
    }
}

/// An enum; without a name it is written where it is used.
#[derive(Clone, Debug)]
pub struct EnumType {
    pub name: Option<String>,
    /// Its members may be written `name.member`.
    pub qualifies: bool,
    /// A member is less than those behind it.
    pub ordered: bool,
    pub members: Vec<String>,
}

/// A record type; without a name it is written where it is used.
#[derive(Clone, Debug)]
pub struct RecordType {
    pub name: Option<String>,
    pub fields: Vec<Field>,
}

/// A field of a record, the context or the touchpoint.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub ty: T,
    pub range: Option<Range>,
    /// The default as written.
    pub default: Option<String>,
}

/// The range of a number.
#[derive(Clone, Debug)]
pub struct Range {
    pub low: BigRational,
    pub high: BigRational,
    /// The upper end is not in it.
    pub open: bool,
    pub text: String,
}

/// Something an expression can read: an input, a definition, or a field of one.
#[derive(Clone, Debug)]
pub struct Path {
    pub text: String,
    /// The stretches of it (itself included) that may be missing.
    pub steps: Vec<String>,
    /// Its type when present.
    pub ty: T,
    /// Its range leaves 0 out.
    pub non_zero: bool,
    /// The inputs it reads, as paths.
    pub reads: BTreeSet<String>,
    /// An input, not a definition.
    pub input: bool,
    /// A constant.
    pub constant: bool,
    /// The range of an input.
    pub range: Option<Range>,
    /// What the truth of a segment proves.
    pub proves: Facts,
    /// What a segment asks.
    pub asks: BTreeSet<String>,
}

/// What is known to be present and not zero, by the text of the expression.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub present: BTreeSet<String>,
    pub non_zero: BTreeSet<String>,
}

impl Facts {
    pub fn add(&mut self, other: &Facts) {
        self.present.extend(other.present.iter().cloned());
        self.non_zero.extend(other.non_zero.iter().cloned());
    }
}

/// Where an expression stands: what is proven there, and what has been asked (so may be proven for a checker that
/// sees more than the generator; what is asked but not proven is left alone).
#[derive(Clone, Debug, Default)]
pub struct Env {
    pub facts: Facts,
    pub asked: BTreeSet<String>,
    /// Parameters and items, with their fields.
    pub locals: Vec<Path>,
}

impl Env {
    pub fn with(&self, facts: &Facts, asked: &BTreeSet<String>) -> Env {
        let mut env = self.clone();
        env.facts.add(facts);
        env.asked.extend(asked.iter().cloned());
        env
    }
}

/// A parameterised definition.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub params: Vec<T>,
    pub result: T,
    pub reads: BTreeSet<String>,
}

/// What has been declared so far.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub enums: Vec<EnumType>,
    pub records: Vec<RecordType>,
    pub context: Vec<Field>,
    pub touchpoint: Vec<Field>,
    pub paths: Vec<Path>,
    /// The constants that conditions compare with, by the path compared (and all under the empty path).
    pub constants: BTreeMap<String, Vec<Given>>,
    pub names: usize,
    pub functions: Vec<Function>,
    /// What the ruleset's zone reads, if it has one.
    pub zone: Option<BTreeSet<String>>,
    /// Types whose values are told in texts.
    pub simple_types: Vec<T>,
    pub issues: Vec<Issue>,
    pub actions: Vec<Action>,
    /// The types of what actions give and show, by name.
    pub content: BTreeMap<&'static str, T>,
    /// Something chooses from all actions.
    pub all_chosen: bool,
}

/// What a decision is made on.
#[derive(Clone, Debug)]
pub struct Brought {
    pub context: Given,
    pub touchpoint: Given,
    pub now: i64,
}

/// A generated ruleset with its contexts.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Names and texts; the first is the main one.
    pub sources: Vec<(String, String)>,
    /// What can be decided.
    pub decisions: Vec<String>,
    /// The texts of all actions, each once in one of the sources.
    pub actions: Vec<String>,
    pub choices: Vec<Chooses>,
    pub contexts: Vec<Brought>,
}

impl Generated {
    /// All texts, to be read by a person.
    pub fn text(&self) -> String {
        let file = |(name, text): &(String, String)| format!("--- {name}\n{text}\n");
        self.sources.iter().map(file).collect()
    }
}

/// Makes the ruleset and the contexts of a case.
pub fn generate(case: &Case) -> Generated {
    let mut world = World::default();
    let tape = Tape::new(&case.types);
    let types = generate_types::declare(&mut world, &tape);
    let in_part = tape.chance(20);
    let mut files = Vec::new();
    let mut main = String::from("/// Made for a test.\nruleset generated\n");
    let mut part = String::from("// The second half.\n");
    if in_part {
        main.push_str("use \"parts/second.pvd\"\n");
    }
    main.push('\n');
    main.push_str(&types);
    let (mut decisions, mut actions, mut choices) = (Vec::new(), Vec::new(), Vec::new());
    for (place, words) in case.definitions.iter().enumerate() {
        let tape = Tape::new(words);
        let made = generate_def::definition(&mut world, &tape, place);
        let to_part = in_part && tape.chance(40);
        let text = if to_part { &mut part } else { &mut main };
        text.push('\n');
        text.push_str(&made.text);
        for (name, csv) in made.csv {
            let folder = if to_part { "parts/" } else { "" };
            files.push((format!("{folder}{name}"), csv));
        }
        decisions.extend(made.decisions);
        actions.extend(made.actions);
        choices.extend(made.choices);
    }
    let mut sources = vec![("main.pvd".to_owned(), main)];
    if in_part {
        sources.push(("parts/second.pvd".to_owned(), part));
    }
    sources.extend(files);
    let contexts = case
        .contexts
        .iter()
        .map(|c| generate_context::context(&world, &Tape::new(c)));
    Generated {
        contexts: contexts.collect(),
        sources,
        decisions,
        actions,
        choices,
    }
}
