//! Generated values: expressions of a wanted type, as text with the strength of their outermost operator.
//!
//! An expression is either *expected* (its place says the type, so a bare member, a record or `missing` will do)
//! or *told* (its type must show from itself). The first operand of arithmetic is never a constant unless the
//! others are small, so that the compiler never finds an overflow by itself.

use super::generate::{Env, Path, T, World};
use super::generate_moments::sample;
use super::given::Given;
use super::number;
use super::tape::Tape;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// Strengths of operators, weakest first.
pub const IF: u8 = 0;
pub const OR: u8 = 1;
pub const AND: u8 = 2;
pub const NOT: u8 = 3;
pub const COMPARE: u8 = 4;
pub const ELSE: u8 = 5;
pub const ADD: u8 = 6;
pub const MUL: u8 = 7;
pub const NEG: u8 = 8;
pub const PRIMARY: u8 = 9;

/// An expression's text.
#[derive(Clone, Debug)]
pub struct Ex {
    pub text: String,
    pub strength: u8,
    /// It reads nothing.
    pub constant: bool,
}

impl Ex {
    pub fn new(text: impl Into<String>, strength: u8, constant: bool) -> Ex {
        Ex {
            text: text.into(),
            strength,
            constant,
        }
    }

    /// The text where an operator of that strength needs at least this.
    pub fn at(&self, least: u8) -> String {
        if self.strength < least {
            format!("({})", self.text)
        } else {
            self.text.clone()
        }
    }
}

/// What the facts say of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has a value.
    Plain,
    /// It may be missing.
    Optional,
    /// What it is depends on how far the checker sees: not used here.
    Unclear,
}

/// Writes the expressions of one definition.
pub struct Writer<'a> {
    pub world: &'a World,
    pub tape: &'a Tape<'a>,
    /// Inputs read so far.
    pub reads: RefCell<BTreeSet<String>>,
    /// Constants compared with, by path.
    pub constants: RefCell<Vec<(String, Given)>>,
    fuel: Cell<usize>,
    /// Items named so far.
    pub items: Cell<usize>,
}

impl<'a> Writer<'a> {
    pub fn new(world: &'a World, tape: &'a Tape<'a>) -> Self {
        Writer {
            world,
            tape,
            reads: RefCell::default(),
            constants: RefCell::default(),
            fuel: Cell::new(0),
            items: Cell::new(world.names * 100),
        }
    }

    /// Allows that many more parts before everything becomes a leaf.
    pub fn refuel(&self, parts: usize) {
        self.fuel.set(parts);
    }

    pub fn spend(&self) -> bool {
        let fuel = self.fuel.get();
        self.fuel.set(fuel.saturating_sub(1));
        fuel > 0
    }

    pub fn state(&self, env: &Env, path: &Path) -> State {
        if env.facts.present.contains(&path.text) {
            return State::Plain;
        }
        let open: Vec<&String> = path
            .steps
            .iter()
            .filter(|s| !env.facts.present.contains(*s))
            .collect();
        if open.is_empty() {
            State::Plain
        } else if env.asked.contains(&path.text) || open.iter().any(|s| env.asked.contains(*s)) {
            State::Unclear
        } else {
            State::Optional
        }
    }

    /// The paths of a kind.
    pub fn paths<'e>(
        &'e self,
        env: &'e Env,
        state: State,
        fits: impl Fn(&Path) -> bool,
    ) -> Vec<&'e Path> {
        // What is at hand for a moment only is liked best.
        let near = env.locals.iter().chain(&env.locals).chain(&env.locals);
        near.chain(&self.world.paths)
            .filter(|p| fits(p) && self.state(env, p) == state)
            .collect()
    }

    /// Reads a path.
    pub fn read(&self, path: &Path) -> Ex {
        self.reads.borrow_mut().extend(path.reads.iter().cloned());
        Ex::new(path.text.clone(), PRIMARY, path.constant)
    }

    fn read_one(&self, paths: &[&Path]) -> Ex {
        let path: &&Path = self.tape.pick(paths);
        self.read(path)
    }

    /// A path of exactly that type, if there is one. Later paths (definitions, deep fields) are as likely.
    pub fn path<'e>(&'e self, env: &'e Env, state: State, ty: &T) -> Option<&'e Path> {
        let fitting = self.paths(env, state, |p| p.ty == *ty);
        (!fitting.is_empty()).then(|| *self.tape.pick(&fitting))
    }

    /// A value of that type where the place says the type.
    pub fn expected(&self, env: &Env, ty: &T) -> Ex {
        if !self.spend() {
            return self.leaf(env, ty);
        }
        if self.tape.chance(9) && *ty.present() != T::Zone {
            return self.conditional(env, |w, env| w.expected(env, ty));
        }
        match ty {
            T::Bool => self.condition(env).ex,
            T::Opt(inner) => self.optional(env, inner),
            T::Int | T::Dec | T::Text if self.tape.chance(70) => self.told(env, ty),
            T::Elapsed => self.told(env, ty),
            T::Zone => self.leaf(env, ty),
            ty if ty.is_moment() && self.tape.chance(65) => self.told(env, ty),
            T::List(_) if self.tape.chance(20) => {
                self.form(env, ty).unwrap_or_else(|| self.leaf(env, ty))
            }
            T::Dec if self.tape.chance(50) => self.told(env, &T::Int),
            T::Rec(_) | T::List(_) if self.tape.chance(65) => self.leaf(env, ty),
            _ => match self.or_else(env, ty) {
                Some(ex) => ex,
                None => self.leaf(env, ty),
            },
        }
    }

    /// A value whose type shows: never a bare member, a record or a list of unclear items.
    pub fn told(&self, env: &Env, ty: &T) -> Ex {
        let path = self.path(env, State::Plain, ty);
        if !self.spend() {
            return path.map_or_else(|| self.telling(env, ty), |p| self.read(p));
        }
        if self.tape.chance(35)
            && let Some(ex) = self.form(env, ty)
        {
            return ex;
        }
        match ty {
            T::Int | T::Dec => self.number(env, ty),
            T::Bool => self.condition(env).ex,
            T::Zone | T::Elapsed | T::Weekday | T::Enum(_) => {
                path.map_or_else(|| self.telling(env, ty), |p| self.read(p))
            }
            _ => match (self.tape.weighted(&[5, 3, 1]), path) {
                (0, Some(path)) => self.read(path),
                (1, _) => self.or_else(env, ty).unwrap_or_else(|| self.leaf(env, ty)),
                (_, Some(path)) => self.read(path),
                _ => self.telling(env, ty),
            },
        }
    }

    /// A literal that says its type.
    fn telling(&self, env: &Env, ty: &T) -> Ex {
        match ty {
            T::Weekday => {
                let day = self.literal(ty).text;
                Ex::new(format!("Weekday.{day}"), PRIMARY, true)
            }
            T::Enum(e) => {
                let declared = &self.world.enums[*e];
                let member = self.tape.pick(&declared.members);
                let owner = declared.name.as_ref().expect("a named enum");
                Ex::new(format!("{owner}.{member}"), PRIMARY, true)
            }
            T::Elapsed => {
                let of = match self.path(env, State::Optional, &T::Instant) {
                    Some(path) => self.read(path),
                    None => self.literal(&T::Instant),
                };
                self.reads.borrow_mut().insert("now".to_owned());
                Ex::new(format!("time since {}", of.at(PRIMARY)), NEG, false)
            }
            _ => self.literal(ty),
        }
    }

    /// A path or a literal.
    pub fn leaf(&self, env: &Env, ty: &T) -> Ex {
        match ty {
            T::Opt(inner) if self.tape.chance(30) => self.leaf(env, inner),
            T::Opt(inner) => match self.path(env, State::Optional, inner) {
                Some(path) if self.tape.chance(70) => self.read(path),
                _ => Ex::new("missing", PRIMARY, true),
            },
            _ => match self.path(env, State::Plain, ty) {
                Some(path) if self.tape.chance(60) => self.read(path),
                _ => self.composed(env, ty),
            },
        }
    }

    fn composed(&self, env: &Env, ty: &T) -> Ex {
        match ty {
            T::Rec(r) => self.record(env, *r),
            T::Elapsed => self.telling(env, ty),
            T::List(item) => {
                let n = self.tape.below(4);
                let items: Vec<String> = (0..n).map(|_| self.item(env, item).at(IF)).collect();
                Ex::new(format!("[{}]", items.join(", ")), PRIMARY, true)
            }
            _ => self.literal(ty),
        }
    }

    /// An item of a list. (A list of ints is no list of decimals where the compiler has to tell its type.)
    fn item(&self, env: &Env, ty: &T) -> Ex {
        if *ty == T::Dec {
            self.told(env, ty)
        } else if *ty == T::Elapsed {
            self.telling(env, ty)
        } else {
            self.expected(env, ty)
        }
    }

    fn record(&self, env: &Env, r: usize) -> Ex {
        let fields = &self.world.records[r].fields;
        let mut parts = Vec::new();
        for place in self.tape.shuffled(fields.len()) {
            let field = &fields[place];
            let leaves_out = field.ty.is_opt() || field.default.is_some();
            if leaves_out && self.tape.chance(35) {
                continue;
            }
            let value = match &field.range {
                Some(range) => Ex::new(number::print(&range.low), PRIMARY, true),
                None => self.expected(env, &field.ty),
            };
            parts.push(format!("{}: {}", field.name, value.text));
        }
        Ex::new(format!("{{ {} }}", parts.join(", ")), PRIMARY, false)
    }

    fn optional(&self, env: &Env, inner: &T) -> Ex {
        match self.tape.weighted(&[3, 2, 4, 3, 2]) {
            0 => self.leaf(env, &inner.clone().opt()),
            1 => Ex::new("missing", PRIMARY, true),
            2 => self.expected(env, inner),
            4 if matches!(inner, T::Rec(_)) && self.tape.chance(60) => {
                let T::Rec(r) = inner else {
                    unreachable!("a record")
                };
                self.nearest(env, *r)
                    .unwrap_or_else(|| self.leaf(env, &inner.clone().opt()))
            }
            4 if *inner == T::Int && self.tape.chance(50) => self
                .try_whole(env)
                .unwrap_or_else(|| self.leaf(env, &T::Int.opt())),
            4 if self.has_order(inner) && self.tape.chance(60) => self
                .least(env, inner)
                .unwrap_or_else(|| self.leaf(env, &inner.clone().opt())),
            3 if *inner == T::Dec => match self.try_division(env) {
                Some(ex) => ex,
                None => self.leaf(env, &T::Dec.opt()),
            },
            _ => match (
                self.path(env, State::Optional, inner),
                self.path(env, State::Optional, inner),
            ) {
                (Some(a), Some(b)) => {
                    let (a, b) = (self.read(a), self.read(b));
                    Ex::new(format!("{} else {}", a.text, b.text), ELSE, false)
                }
                _ => self.expected(env, inner),
            },
        }
    }

    /// What `min of` and its like give, where the type shows.
    fn has_order(&self, ty: &T) -> bool {
        matches!(
            ty,
            T::Int
                | T::Dec
                | T::Text
                | T::Money(_)
                | T::Date
                | T::Time
                | T::Instant
                | T::Dur
                | T::Dist
        )
    }

    /// `optional else value`.
    pub fn or_else(&self, env: &Env, ty: &T) -> Option<Ex> {
        let mut parts = Vec::new();
        if self.tape.chance(25) && self.has_order(ty) {
            let first = if *ty == T::Int && self.tape.chance(50) {
                self.try_whole(env)?
            } else {
                self.least(env, ty)?
            };
            parts.push(first.at(ADD));
        } else if *ty == T::Dec && self.tape.chance(40) {
            parts.push(self.try_division(env)?.at(ADD));
        } else {
            parts.push(self.read(self.path(env, State::Optional, ty)?).text);
        }
        if self.tape.chance(20)
            && let Some(path) = self.path(env, State::Optional, ty)
        {
            parts.push(self.read(path).text);
        }
        parts.push(self.expected(env, ty).at(NEG));
        Some(Ex::new(parts.join(" else "), ELSE, false))
    }

    pub fn conditional(&self, env: &Env, value: impl Fn(&Self, &Env) -> Ex) -> Ex {
        let mut text = String::new();
        let mut env = env.clone();
        for _ in 0..1 + self.tape.below(2) {
            let condition = self.condition(&env);
            let then = value(self, &env.with(&condition.holds, &condition.asked));
            text.push_str(&format!(
                "{} if {} otherwise ",
                then.at(OR),
                condition.ex.at(OR)
            ));
            env = env.with(&condition.fails, &condition.asked);
        }
        text.push_str(&value(self, &env).at(OR));
        Ex::new(text, IF, false)
    }

    fn number(&self, env: &Env, ty: &T) -> Ex {
        match self.tape.weighted(&[5, 3, 2, 1, 2, 1]) {
            0 => match self.path(env, State::Plain, ty) {
                Some(path) => self.read(path),
                None => self.literal(ty),
            },
            1 => self.chain(env, ty, &["+", "-"], ADD, MUL),
            2 => self.chain(env, ty, &["*"], MUL, NEG),
            3 => {
                let inner = self.told(env, ty);
                Ex::new(format!("-{}", inner.at(PRIMARY)), NEG, inner.constant)
            }
            4 => self.or_else(env, ty).unwrap_or_else(|| self.literal(ty)),
            _ => self.literal(ty),
        }
    }

    /// Operators of one level, from left to right.
    fn chain(&self, env: &Env, ty: &T, operators: &[&str], strength: u8, least: u8) -> Ex {
        let first = match self
            .paths(env, State::Plain, |p| p.ty == *ty && !p.constant)
            .as_slice()
        {
            [] => self.small(ty),
            paths => self.read_one(paths),
        };
        let mut constant = first.constant;
        let mut text = first.at(least);
        for _ in 0..1 + self.tape.below(3) {
            if *ty == T::Dec
                && strength == MUL
                && self.tape.chance(35)
                && let Some(divisor) = self.divisor(env, true)
            {
                constant &= divisor.constant;
                text = format!("{text} / {}", divisor.at(least));
                continue;
            }
            let operand = match (constant, ty) {
                (true, _) => self.small(ty),
                // Halves of the finest decimals lie between two numbers.
                (_, T::Dec) if strength == MUL && self.tape.chance(30) => {
                    Ex::new(self.tape.word(&["0.5", "2.5", "50%"]), PRIMARY, true)
                }
                (_, T::Dec) if self.tape.chance(30) => self.told(env, &T::Int),
                _ => self.told(env, ty),
            };
            constant &= operand.constant;
            text = format!("{text} {} {}", self.tape.pick(operators), operand.at(least));
        }
        Ex::new(text, strength, constant)
    }

    /// A divisor that is proven not to be zero, or one that certainly is not proven.
    fn divisor(&self, env: &Env, proven: bool) -> Option<Ex> {
        let proves = |p: &Path| p.non_zero || env.facts.non_zero.contains(&p.text);
        let unclear = |p: &Path| env.asked.contains(&format!("zero {}", p.text));
        let numeric = |p: &Path| matches!(p.ty, T::Int | T::Dec) && !p.constant;
        let paths = if proven {
            if self.tape.chance(40) {
                return Some(Ex::new(
                    *self.tape.pick(&["3", "7", "0.3", "15%", "1000", "2.5"]),
                    PRIMARY,
                    true,
                ));
            }
            self.paths(env, State::Plain, |p| numeric(p) && proves(p))
        } else {
            self.paths(env, State::Plain, |p| {
                numeric(p) && !proves(p) && !unclear(p)
            })
        };
        (!paths.is_empty()).then(|| self.read_one(&paths))
    }

    /// `a / b` that is missing when `b` is 0.
    fn try_division(&self, env: &Env) -> Option<Ex> {
        let divisor = self.divisor(env, false)?;
        let ty = if self.tape.chance(50) { T::Int } else { T::Dec };
        let first = match self
            .paths(env, State::Plain, |p| p.ty == ty && !p.constant)
            .as_slice()
        {
            [] => self.small(&ty),
            paths => self.read_one(paths),
        };
        let text = format!("{} / {}", first.at(NEG), divisor.at(NEG));
        Some(Ex::new(text, MUL, false))
    }

    fn small(&self, ty: &T) -> Ex {
        let text = match ty {
            T::Int => self.tape.pick(&["2", "1", "3", "10", "7"]),
            _ => self.tape.pick(&["0.5", "2.5", "10%", "1.25", "3.0"]),
        };
        Ex::new(*text, PRIMARY, true)
    }

    /// A literal of a simple type.
    pub fn literal(&self, ty: &T) -> Ex {
        let text = match ty {
            T::Bool => (*self.tape.pick(&["true", "false"])).to_owned(),
            T::Int => (*self.tape.pick(if self.tape.chance(12) {
                &BIG_INTS
            } else {
                &INTS
            }))
            .to_owned(),
            T::Dec => (*self.tape.pick(if self.tape.chance(12) {
                &BIG_DECIMALS
            } else {
                &DECIMALS
            }))
            .to_owned(),
            T::Text => self.quoted(self.tape.word(&TEXTS)),
            T::Enum(e) => self.member(*e),
            T::Opt(_) => "missing".to_owned(),
            ty if ty.is_moment() => sample(self.tape, ty).expect("a literal").0,
            _ => unreachable!("composed of literals elsewhere"),
        };
        let strength = if text.starts_with('-') { NEG } else { PRIMARY };
        Ex::new(text, strength, true)
    }

    /// A member, now and then with the name of its enum.
    pub fn member(&self, e: usize) -> String {
        let declared = &self.world.enums[e];
        let member = self.tape.pick(&declared.members);
        match &declared.name {
            Some(name) if declared.qualifies && self.tape.chance(15) => format!("{name}.{member}"),
            _ => member.clone(),
        }
    }

    /// A string literal.
    pub fn quoted(&self, value: &str) -> String {
        let mut text = String::from("\"");
        for c in value.chars() {
            match c {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '{' => text.push_str("{{"),
                '}' => text.push_str("}}"),
                c if !c.is_ascii() && self.tape.chance(30) => {
                    text.push_str(&format!("\\u{{{:x}}}", u32::from(c)))
                }
                c => text.push(c),
            }
        }
        text.push('"');
        text
    }
}

pub const INTS: [&str; 12] = [
    "0", "1", "2", "3", "5", "10", "-1", "18", "60", "100", "1_000", "-20",
];
pub const BIG_INTS: [&str; 5] = [
    "9_223_372_036_854_775_807",
    "-9223372036854775807",
    "4_611_686_018_427_387_904",
    "3037000500",
    "5_000_000_000",
];
pub const DECIMALS: [&str; 14] = [
    "0.5", "1.5", "0.85", "15%", "0.1", "12.50", "-0.25", "100.0", "99.99", "33.333", "0.001%",
    "1_000.01", "0.0", "20%",
];
pub const BIG_DECIMALS: [&str; 6] = [
    "7922816251426433759354395033.5",
    "0.0000000000000000000000000001",
    "-7.9228162514264337593543950335",
    "39614081257132168796771.97516",
    "123456789012345678.9",
    "0.3333333333333333333333333333",
];
pub const TEXTS: [&str; 12] = [
    "gold",
    "",
    "a",
    "b",
    "Gold",
    "a b",
    "zürich",
    "say \"hi\"",
    "{x}",
    "back\\slash\n",
    "\u{ffee}",
    "🎬",
];
