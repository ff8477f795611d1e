//! Generated conditions, with what they prove when they hold and when they fail.

use super::generate::{Env, Facts, Path, T};
use super::generate_expr::{
    AND, BIG_INTS, COMPARE, DECIMALS, ELSE, Ex, INTS, NEG, NOT, OR, PRIMARY, State, TEXTS, Writer,
};
use super::generate_moments::sample;
use super::given::Given;
use super::number;
use num_bigint::BigInt;
use std::collections::BTreeSet;

/// A condition.
#[derive(Clone, Debug)]
pub struct Condition {
    pub ex: Ex,
    /// What is proven where it holds.
    pub holds: Facts,
    /// What is proven where it fails.
    pub fails: Facts,
    /// What it asks at all.
    pub asked: BTreeSet<String>,
}

impl Condition {
    pub fn new(text: impl Into<String>, strength: u8) -> Self {
        Condition {
            ex: Ex::new(text, strength, false),
            holds: Facts::default(),
            fails: Facts::default(),
            asked: BTreeSet::new(),
        }
    }
}

/// A path and the optional stretches it leads through.
fn asks(path: &Path) -> impl Iterator<Item = String> {
    path.steps.iter().cloned().chain([path.text.clone()])
}

/// A path is present, so is all it leads through.
pub fn presence(path: &Path) -> Facts {
    Facts {
        present: asks(path).collect(),
        ..Facts::default()
    }
}

impl Writer<'_> {
    /// Any condition.
    pub fn condition(&self, env: &Env) -> Condition {
        if !self.spend() {
            return self.truth(env);
        }
        match self.tape.weighted(&[5, 4, 3, 3, 2, 2, 3, 2, 3, 8]) {
            0 => self.compare_number(env),
            1 => self.compare_member(env),
            2 => self.is_present(env),
            3 => self.both(env),
            4 => self.either(env),
            5 => self.negated(env),
            6 => self.is_value(env),
            7 => self.contained(env),
            9 => self.question(env),
            _ => self.other(env),
        }
    }

    fn truth(&self, env: &Env) -> Condition {
        let path = match self.path(env, State::Plain, &T::Bool) {
            Some(path) if self.tape.chance(60) => path,
            _ => return self.simple(env),
        };
        let mut condition = Condition::new(self.read(path).text, PRIMARY);
        condition.holds = path.proves.clone();
        condition.asked.clone_from(&path.asks);
        condition
    }

    /// A comparison of a path with a literal, or a literal where there is nothing to compare.
    fn simple(&self, env: &Env) -> Condition {
        let paths = self.paths(env, State::Plain, |p| {
            (matches!(p.ty, T::Int | T::Dec | T::Text | T::Enum(_)) || p.ty.is_moment())
                && !p.constant
        });
        if paths.is_empty() {
            return Condition::new(self.tape.word(&["true", "false"]), PRIMARY);
        }
        let path = *self.tape.pick(&paths);
        let op = match path.ty {
            T::Enum(_) | T::Geo | T::Zone => self.tape.word(&["==", "!="]),
            _ => self.tape.word(&["<", ">=", "==", ">", "<=", "!="]),
        };
        let mut condition = Condition::new(
            format!(
                "{} {op} {}",
                self.read(path).text,
                self.boundary(path).at(ELSE)
            ),
            COMPARE,
        );
        condition.asked.insert(format!("zero {}", path.text));
        condition
    }

    fn other(&self, env: &Env) -> Condition {
        match self.tape.below(5) {
            0 => self.truth(env),
            1 => self.compare_text(env),
            2 => self.compare_whole(env),
            3 => {
                let ex = self.conditional(env, |w, env| w.truth(env).ex);
                let mut condition = Condition::new(ex.text, ex.strength);
                // What its parts ask is not tracked: everything asked about inside may be proven.
                condition.asked = self.all_optional();
                condition
            }
            _ => self.in_range(env),
        }
    }

    /// Every path that may be missing or zero, for conditions too rich to follow.
    fn all_optional(&self) -> BTreeSet<String> {
        let paths = self.world.paths.iter();
        paths
            .flat_map(|p| asks(p).chain([format!("zero {}", p.text)]))
            .collect()
    }

    fn both(&self, env: &Env) -> Condition {
        let mut env = env.clone();
        let mut all = Condition::new(String::new(), AND);
        let mut parts = Vec::new();
        for _ in 0..2 + self.tape.below(2) {
            let part = self.condition(&env);
            env = env.with(&part.holds, &part.asked);
            all.holds.add(&part.holds);
            all.asked.extend(part.asked);
            parts.push(part.ex.at(NOT));
        }
        all.ex.text = parts.join(" and ");
        all
    }

    fn either(&self, env: &Env) -> Condition {
        let mut env = env.clone();
        let mut all = Condition::new(String::new(), OR);
        let mut parts = Vec::new();
        for _ in 0..2 + self.tape.below(2) {
            let part = self.condition(&env);
            env = env.with(&part.fails, &part.asked);
            all.fails.add(&part.fails);
            all.asked.extend(part.asked);
            parts.push(part.ex.at(AND));
        }
        all.ex.text = parts.join(" or ");
        all
    }

    fn negated(&self, env: &Env) -> Condition {
        // What stands between `<` and `>=` shows only where a comparison is turned round.
        let inner = if self.tape.chance(45) {
            self.simple(env)
        } else {
            self.condition(env)
        };
        Condition {
            ex: Ex::new(format!("not {}", inner.ex.at(COMPARE)), NOT, false),
            holds: inner.fails,
            fails: inner.holds,
            asked: inner.asked,
        }
    }

    fn is_present(&self, env: &Env) -> Condition {
        let paths = self.paths(env, State::Optional, |_| true);
        if paths.is_empty() {
            return self.compare_number(env);
        }
        let path = *self.tape.pick(&paths);
        let text = self.read(path).text;
        let words = *self.tape.pick(&[
            "is present",
            "is missing",
            "is not missing",
            "is not present",
        ]);
        let mut condition = Condition::new(format!("{text} {words}"), COMPARE);
        condition.asked = asks(path).collect();
        match words {
            "is present" | "is not missing" => condition.holds = presence(path),
            _ => condition.fails = presence(path),
        }
        condition
    }

    fn is_value(&self, env: &Env) -> Condition {
        let simple = |p: &Path| !matches!(p.ty, T::Rec(_) | T::List(_) | T::Elapsed);
        let paths = self.paths(env, State::Optional, simple);
        if paths.is_empty() {
            return self.compare_member(env);
        }
        let path = *self.tape.pick(&paths);
        let text = self.read(path).text;
        let value = if path.ty == T::Zone || self.tape.chance(75) {
            self.boundary(path)
        } else {
            self.expected(env, &path.ty)
        };
        let not = if self.tape.chance(35) { "not " } else { "" };
        let mut condition = Condition::new(format!("{text} is {not}{}", value.at(ELSE)), COMPARE);
        condition.asked = asks(path).chain([format!("zero {}", path.text)]).collect();
        if not.is_empty() {
            condition.holds = presence(path);
        } else {
            condition.fails = presence(path);
        }
        condition
    }

    /// A literal to compare a path with, remembered for the contexts.
    pub fn boundary(&self, path: &Path) -> Ex {
        let ex = match (&path.range, &path.ty) {
            (Some(range), T::Int | T::Dec) => {
                let (low, high) = (range.low.to_integer(), range.high.to_integer());
                let step = (&high - &low) / 4;
                let value: BigInt = &low + step * self.tape.below(5);
                Ex::new(
                    value.to_string(),
                    if value < 0.into() { NEG } else { PRIMARY },
                    true,
                )
            }
            (_, ty) if ty.is_moment() => {
                let (text, given) = sample(self.tape, ty).expect("a literal");
                self.constants.borrow_mut().push((path.text.clone(), given));
                let strength = if text.starts_with('-') { NEG } else { PRIMARY };
                return Ex::new(text, strength, true);
            }
            _ => self.literal(&path.ty),
        };
        self.note(path, &ex.text);
        ex
    }

    /// Remembers a constant.
    pub fn note(&self, path: &Path, text: &str) {
        let plain = text.replace('_', "");
        let number = |text: &str| match text.strip_suffix('%') {
            Some(percent) => number::parse(percent) / number::parse("100"),
            None => number::parse(text),
        };
        let given = match &path.ty {
            T::Int | T::Dec => Given::Decimal(number(&plain), false),
            T::Enum(_) => Given::Member(text.rsplit('.').next().unwrap_or(text).to_owned()),
            T::Text => match TEXTS.iter().find(|t| self.quoted(t) == text) {
                Some(text) => Given::Text((*text).to_owned()),
                None => return,
            },
            _ => return,
        };
        self.constants.borrow_mut().push((path.text.clone(), given));
    }

    fn compare_number(&self, env: &Env) -> Condition {
        let numeric = |p: &Path| matches!(p.ty, T::Int | T::Dec);
        let paths = self.paths(env, State::Plain, numeric);
        let op = *self.tape.pick(&["<", "<=", ">", ">=", "==", "!="]);
        if paths.is_empty() || self.tape.chance(20) {
            let ty = if self.tape.chance(50) { T::Int } else { T::Dec };
            let (left, right) = (self.told(env, &ty), self.told(env, &T::Int));
            let mut condition = Condition::new(
                format!("{} {op} {}", left.at(ELSE), right.at(ELSE)),
                COMPARE,
            );
            condition.asked = self.all_zero();
            return condition;
        }
        let path = *self.tape.pick(&paths);
        let left = self.read(path);
        if self.tape.chance(20) {
            let right = self.told(
                env,
                if self.tape.chance(50) {
                    &path.ty
                } else {
                    &T::Dec
                },
            );
            let mut condition =
                Condition::new(format!("{} {op} {}", left.text, right.at(ELSE)), COMPARE);
            condition.asked = self.all_zero();
            return condition;
        }
        if self.tape.chance(15) {
            return self.non_zero(path);
        }
        let right = self.boundary(path);
        let mut condition =
            Condition::new(format!("{} {op} {}", left.text, right.at(ELSE)), COMPARE);
        condition.asked.insert(format!("zero {}", path.text));
        condition
    }

    fn all_zero(&self) -> BTreeSet<String> {
        self.world
            .paths
            .iter()
            .map(|p| format!("zero {}", p.text))
            .collect()
    }

    fn non_zero(&self, path: &Path) -> Condition {
        let (words, when_holds) = *self.tape.pick(&[
            ("> 0", true),
            ("!= 0", true),
            ("== 0", false),
            ("< 0", true),
        ]);
        self.note(path, "0");
        let mut condition = Condition::new(format!("{} {words}", path.text), COMPARE);
        condition.asked.insert(format!("zero {}", path.text));
        let facts = Facts {
            non_zero: [path.text.clone()].into(),
            ..Facts::default()
        };
        if when_holds {
            condition.holds = facts;
        } else {
            condition.fails = facts;
        }
        condition
    }

    fn compare_member(&self, env: &Env) -> Condition {
        let paths = self.paths(env, State::Plain, |p| matches!(p.ty, T::Enum(_)));
        if paths.is_empty() {
            return self.compare_number(env);
        }
        let path = *self.tape.pick(&paths);
        let left = self.read(path).text;
        let T::Enum(e) = path.ty else {
            unreachable!("an enum")
        };
        let op = if self.tape.chance(25) { "!=" } else { "==" };
        match self.tape.weighted(&[6, 2, 2]) {
            0 => Condition::new(format!("{left} {op} {}", self.member(e)), COMPARE),
            1 => {
                let members: Vec<String> = (0..1 + self.tape.below(3))
                    .map(|_| self.member(e))
                    .collect();
                let not = if self.tape.chance(35) { "not " } else { "" };
                Condition::new(format!("{left} {not}in [{}]", members.join(", ")), COMPARE)
            }
            _ => {
                let right = self.path(env, State::Plain, &path.ty).unwrap_or(path);
                Condition::new(format!("{left} {op} {}", self.read(right).text), COMPARE)
            }
        }
    }

    fn compare_text(&self, env: &Env) -> Condition {
        let left = self.told(env, &T::Text);
        let op = *self.tape.pick(&["==", "!=", "<", "<=", ">", ">="]);
        let right = self.told(env, &T::Text);
        Condition::new(
            format!("{} {op} {}", left.at(ELSE), right.at(ELSE)),
            COMPARE,
        )
    }

    /// Two records or lists.
    fn compare_whole(&self, env: &Env) -> Condition {
        let paths = self.paths(env, State::Plain, |p| {
            // (A list of zones is compared with no literal: that would be one of texts.)
            matches!(&p.ty, T::Rec(_) | T::List(_)) && p.ty != T::List(Box::new(T::Zone))
        });
        if paths.is_empty() {
            return self.compare_member(env);
        }
        let path = *self.tape.pick(&paths);
        let left = self.read(path).text;
        let op = if self.tape.chance(50) { "!=" } else { "==" };
        // A list of decimals is not compared with a literal that could be a list of ints.
        let right = match &path.ty {
            T::List(item) if **item == T::Dec => self.read(path),
            ty => self.leaf(env, ty),
        };
        Condition::new(format!("{left} {op} {}", right.at(ELSE)), COMPARE)
    }

    fn contained(&self, env: &Env) -> Condition {
        let not = if self.tape.chance(30) { "not " } else { "" };
        let lists = self.paths(
            env,
            State::Plain,
            |p| matches!(&p.ty, T::List(item) if !matches!(**item, T::List(_) | T::Rec(_))),
        );
        if !lists.is_empty() && self.tape.chance(60) {
            let path = *self.tape.pick(&lists);
            let T::List(item) = &path.ty else {
                unreachable!("a list")
            };
            let item = if self.tape.chance(50) {
                self.literal(item)
            } else {
                self.told_or_member(env, item)
            };
            return Condition::new(
                format!("{} {not}in {}", item.at(ELSE), self.read(path).text),
                COMPARE,
            );
        }
        let ty = self.tape.pick(&[T::Int, T::Text, T::Dec]).clone();
        let left = self.told(env, &ty);
        let items: Vec<String> = (0..1 + self.tape.below(3))
            .map(|_| self.expected(env, &ty).text)
            .collect();
        let mut condition = Condition::new(
            format!("{} {not}in [{}]", left.at(ELSE), items.join(", ")),
            COMPARE,
        );
        condition.asked = self.all_optional();
        condition
    }

    fn told_or_member(&self, env: &Env, ty: &T) -> Ex {
        match ty {
            T::Enum(e) => Ex::new(self.member(*e), PRIMARY, true),
            _ => self.told(env, ty),
        }
    }

    fn in_range(&self, env: &Env) -> Condition {
        let not = if self.tape.chance(25) { "not " } else { "" };
        let end = if self.tape.chance(50) { "..=" } else { ".." };
        let (item, low, high) = match self.tape.below(3) {
            0 => {
                let (low, high) = (self.told(env, &T::Int), self.told(env, &T::Int));
                if low.constant || high.constant {
                    // Two constants would have to be in order.
                    let low = if low.constant {
                        "-5".to_owned()
                    } else {
                        low.at(ELSE + 1)
                    };
                    (self.told(env, &T::Int), low, BIG_INTS[0].to_owned())
                } else {
                    (self.told(env, &T::Int), low.at(ELSE + 1), high.at(ELSE + 1))
                }
            }
            1 => (
                self.told(env, &T::Dec),
                "-0.5".to_owned(),
                (*self.tape.pick(&DECIMALS[5..6])).to_owned(),
            ),
            _ => {
                let low = INTS[self.tape.below(4)];
                (
                    self.told(env, &T::Int),
                    low.to_owned(),
                    (*self.tape.pick(&INTS[7..11])).to_owned(),
                )
            }
        };
        if let Some(path) = self
            .world
            .paths
            .iter()
            .find(|p| p.text == item.text && p.ty != T::Text)
        {
            self.note(path, if self.tape.chance(50) { "0" } else { "18" });
        }
        let mut condition = Condition::new(
            format!("{} {not}in {low}{end}{high}", item.at(ELSE)),
            COMPARE,
        );
        condition.asked = self.all_zero();
        condition
    }
}
