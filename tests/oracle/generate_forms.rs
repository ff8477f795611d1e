//! Generated forms: what begins with a word (`years between`, `round … to`, `any x in xs has`), calls, questions about
//! texts, strings with values inside, folds over lists, and the arithmetic of amounts, moments and durations.

use super::generate::{Env, Path, T, World};
use super::generate_cond::Condition;
use super::generate_def::path_of;
use super::generate_expr::{ADD, COMPARE, ELSE, Ex, IF, MUL, NEG, PRIMARY, State, Writer};
use super::generate_moments::DAYS;
use super::given::Given;
use std::collections::BTreeSet;

/// Patterns that the oracle's matcher knows.
const PATTERNS: [&str; 12] = [
    "gold",
    "[a-z]+",
    ".*o.*",
    "a( b)?",
    "(gold|a)b*",
    "[^a-c]*",
    "G.ld",
    "\\\\w+",
    "\\\\d+",
    "say .*",
    "z.rich",
    "a?b|[x-z]",
];

/// The paths of a local and its fields.
pub fn local_paths(world: &World, name: &str, ty: &T, steps: &[String]) -> Vec<Path> {
    let mut steps = steps.to_vec();
    if ty.is_opt() {
        steps.push(name.to_owned());
    }
    let mut paths = Vec::new();
    if let T::Rec(r) = ty.present() {
        for field in &world.records[*r].fields {
            let text = format!("{name}.{}", field.name);
            paths.extend(local_paths(world, &text, &field.ty, &steps));
        }
    }
    paths.push(Path {
        steps,
        ty: ty.present().clone(),
        ..path_of(name, BTreeSet::new())
    });
    paths
}

impl Writer<'_> {
    /// A value of a type by one of the forms that give it; `None` where there is none at hand.
    pub fn form(&self, env: &Env, ty: &T) -> Option<Ex> {
        if !self.spend() {
            return None;
        }
        if self.tape.chance(25)
            && let Some(ex) = self.applied(env, ty)
        {
            return Some(ex);
        }
        match ty {
            T::Int => self.whole_number(env),
            T::Dec => self.decimal(env),
            T::Text => Some(self.text_form(env)),
            T::Money(_) | T::Dur | T::Dist => self.quantity(env, ty),
            T::Date => self.date(env),
            T::Time => self.zoned(env, "time of", &T::Instant),
            T::Instant => Some(self.moment(env)),
            T::Weekday => {
                let date = self.told(env, &T::Date);
                Some(Ex::new(
                    format!("{}.weekday", date.at(PRIMARY)),
                    PRIMARY,
                    false,
                ))
            }
            T::Elapsed => Some(self.since(env)),
            T::List(_) => self.filtered(env, ty),
            _ => None,
        }
    }

    /// `f(a, b)`
    pub fn applied(&self, env: &Env, ty: &T) -> Option<Ex> {
        let fitting: Vec<_> = self
            .world
            .functions
            .iter()
            .filter(|f| f.result == *ty)
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let function = *self.tape.pick(&fitting);
        self.reads
            .borrow_mut()
            .extend(function.reads.iter().cloned());
        let arguments: Vec<String> = function
            .params
            .iter()
            .map(|param| self.expected(env, param).at(IF))
            .collect();
        Some(Ex::new(
            format!("{}({})", function.name, arguments.join(", ")),
            PRIMARY,
            false,
        ))
    }

    /// Notes that the ruleset's zone is read; `None` where there is none.
    fn zone(&self) -> Option<()> {
        let reads = self.world.zone.as_ref()?;
        self.reads.borrow_mut().extend(reads.iter().cloned());
        Some(())
    }

    fn zoned(&self, env: &Env, words: &str, ty: &T) -> Option<Ex> {
        self.zone()?;
        let of = self.told(env, ty);
        Some(Ex::new(format!("{words} {}", of.at(PRIMARY)), NEG, false))
    }

    fn whole_number(&self, env: &Env) -> Option<Ex> {
        let part =
            |of: Ex, field: &str| Ex::new(format!("{}.{field}", of.at(PRIMARY)), PRIMARY, false);
        match self.tape.below(9) {
            0 => {
                let text = self.told(env, &T::Text);
                Some(Ex::new(
                    format!("length of {}", text.at(PRIMARY)),
                    NEG,
                    false,
                ))
            }
            1 => {
                let list = self.list(env)?;
                Some(Ex::new(
                    format!("count of {}", list.0.at(PRIMARY)),
                    NEG,
                    false,
                ))
            }
            2 => {
                let field = self.tape.word(&["year", "month", "day"]);
                Some(part(self.told(env, &T::Date), field))
            }
            3 => {
                let field = self.tape.word(&["hour", "minute", "second"]);
                if self.tape.chance(40) {
                    self.zone()?;
                    return Some(part(self.told(env, &T::Instant), field));
                }
                Some(part(self.told(env, &T::Time), field))
            }
            4 => Some(self.between(env)),
            5 => {
                let unit = self.tape.word(&[
                    "days",
                    "weeks",
                    "hours",
                    "minutes",
                    "seconds",
                    "milliseconds",
                ]);
                let of = self.told(env, &T::Dur);
                Some(Ex::new(
                    format!("whole {unit} of {}", of.at(PRIMARY)),
                    NEG,
                    false,
                ))
            }
            6 => {
                let op = self.tape.word(&["div", "mod"]);
                let by = self.tape.word(&["3", "7", "-2", "10"]);
                let left = self.told(env, &T::Int);
                (!left.constant).then(|| Ex::new(format!("{} {op} {by}", left.at(MUL)), MUL, false))
            }
            7 => Some(self.extreme(env, &T::Int)),
            _ => self.aggregate(env, &T::Int),
        }
    }

    /// `years between a and b`
    pub fn between(&self, env: &Env) -> Ex {
        let instants = self.tape.chance(35);
        let (ty, unit) = if instants {
            (
                T::Instant,
                self.tape
                    .word(&["days", "hours", "minutes", "seconds", "weeks"]),
            )
        } else {
            (
                T::Date,
                self.tape.word(&["years", "months", "weeks", "days"]),
            )
        };
        let (a, b) = (self.told(env, &ty), self.told(env, &ty));
        Ex::new(
            format!("{unit} between {} and {}", a.at(ADD), b.at(ADD)),
            ELSE,
            false,
        )
    }

    /// `abs`, `min`, `max`
    fn extreme(&self, env: &Env, ty: &T) -> Ex {
        let a = self.told(env, ty);
        if self.tape.chance(30) && !matches!(ty, T::Date | T::Time | T::Instant | T::Text) {
            return Ex::new(format!("abs({})", a.at(IF)), PRIMARY, false);
        }
        let word = self.tape.word(&["min", "max"]);
        let mut items = vec![a.at(IF)];
        for _ in 0..1 + self.tape.below(2) {
            items.push(self.told(env, ty).at(IF));
        }
        Ex::new(format!("{word}({})", items.join(", ")), PRIMARY, false)
    }

    fn decimal(&self, env: &Env) -> Option<Ex> {
        match self.tape.below(5) {
            0 | 1 => Some(self.rounded(env, &T::Dec)),
            2 => Some(self.extreme(env, &T::Dec)),
            3 => {
                let code: &&'static str = self.tape.pick(&super::generate_moments::CURRENCIES);
                let (ty, by) = match self.tape.below(3) {
                    0 => (
                        T::Money(code),
                        format!("{} {code}", self.tape.word(&["0.05", "3", "12.50"])),
                    ),
                    1 => (T::Dur, self.tape.word(&["30 minutes", "7 days"]).to_owned()),
                    _ => (T::Dist, self.tape.word(&["3 km", "7 m"]).to_owned()),
                };
                let left = self.told(env, &ty);
                (!left.constant).then(|| Ex::new(format!("{} / {by}", left.at(MUL)), MUL, false))
            }
            _ => self.aggregate(env, &T::Dec),
        }
    }

    /// `round a up to s`
    fn rounded(&self, env: &Env, ty: &T) -> Ex {
        let value = self.told(env, ty);
        let word = self
            .tape
            .word(&["", "up ", "down ", "half up ", "half even "]);
        let step = match ty {
            T::Money(code) => format!("{} {code}", self.tape.word(&["0.05", "1", "0.01", "0.5"])),
            _ => self
                .tape
                .word(&["0.05", "1", "0.5", "10", "0.3"])
                .to_owned(),
        };
        // A number alone does not stand behind `round`, so that the word is a name elsewhere.
        let value = value.at(ADD);
        let value = if value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '(') {
            value
        } else {
            format!("({value})")
        };
        Ex::new(format!("round {value} {word}to {step}"), NEG, false)
    }

    fn text_form(&self, env: &Env) -> Ex {
        if self.tape.chance(25) {
            let text = self.told(env, &T::Text);
            return Ex::new(format!("lower({})", text.at(IF)), PRIMARY, false);
        }
        Ex::new(self.interpolated(env), PRIMARY, false)
    }

    /// `"a {b} c"`
    pub fn interpolated(&self, env: &Env) -> String {
        let mut text = String::from("\"");
        text.push_str(self.tape.word(&["", "for ", "{{", "is "]));
        for _ in 0..1 + self.tape.below(2) {
            let ty =
                self.world.simple_types[self.tape.below(self.world.simple_types.len())].clone();
            let found = self.path(env, State::Plain, &ty);
            let ex = match found {
                Some(path) if self.tape.chance(60) => self.read(path),
                _ => self.told(env, &ty),
            };
            if ex.text.contains(['"', '{', '}', '\\', '\n']) {
                text.push_str("nothing");
            } else {
                text.push_str(&format!("{{{}}}", ex.text));
            }
            text.push_str(self.tape.word(&[" ", ", so", "}}", "é"]));
        }
        text.push('"');
        text
    }

    fn quantity(&self, env: &Env, ty: &T) -> Option<Ex> {
        match self.tape.below(7) {
            0 => match ty {
                T::Money(_) => Some(self.rounded(env, ty)),
                T::Dur => {
                    let (a, b) = (self.told(env, &T::Instant), self.told(env, &T::Instant));
                    Some(Ex::new(
                        format!("{} - {}", a.at(ADD), b.at(MUL)),
                        ADD,
                        false,
                    ))
                }
                _ => {
                    let (a, b) = (self.place(env), self.place(env));
                    Some(Ex::new(
                        format!("distance between {a} and {b}"),
                        ELSE,
                        false,
                    ))
                }
            },
            1 if *ty == T::Dur => {
                let elapsed = self.told(env, &T::Elapsed);
                let default = self.told(env, &T::Dur);
                Some(Ex::new(
                    format!("{} else {}", elapsed.at(NEG), default.at(NEG)),
                    ELSE,
                    false,
                ))
            }
            1 | 2 => Some(self.extreme(env, ty)),
            3 => self.aggregate(env, ty),
            4 => {
                let left = self.told(env, ty);
                let by = match ty {
                    T::Money(_) if self.tape.chance(50) => self.told(env, &T::Dec),
                    _ => self.told(env, &T::Int),
                };
                if left.constant || by.constant {
                    return None;
                }
                Some(if self.tape.chance(30) {
                    Ex::new(format!("{} * {}", by.at(MUL), left.at(NEG)), MUL, false)
                } else {
                    Ex::new(format!("{} * {}", left.at(MUL), by.at(NEG)), MUL, false)
                })
            }
            5 if matches!(ty, T::Money(_)) => {
                let left = self.told(env, ty);
                let by = self.tape.word(&["3", "7", "0.3", "1.2"]);
                (!left.constant).then(|| Ex::new(format!("{} / {by}", left.at(MUL)), MUL, false))
            }
            _ => {
                let left = self.told(env, ty);
                let right = self.told(env, ty);
                if left.constant && right.constant {
                    return None;
                }
                let op = self.tape.word(&["+", "-"]);
                Some(Ex::new(
                    format!("{} {op} {}", left.at(ADD), right.at(MUL)),
                    ADD,
                    false,
                ))
            }
        }
    }

    /// A place, as an operand.
    fn place(&self, env: &Env) -> String {
        match self.path(env, State::Plain, &T::Geo) {
            Some(path) if self.tape.chance(75) => self.read(path).text,
            _ => self.literal(&T::Geo).text,
        }
    }

    fn date(&self, env: &Env) -> Option<Ex> {
        match self.tape.below(6) {
            0 => {
                self.zone()?;
                self.reads.borrow_mut().insert("now".to_owned());
                Some(Ex::new("today", PRIMARY, false))
            }
            1 => self.zoned(env, "date of", &T::Instant),
            2 => Some(self.extreme(env, &T::Date)),
            _ => {
                let date = self.told(env, &T::Date);
                let mut text = date.at(ADD);
                for _ in 0..1 + self.tape.below(2) {
                    let op = self.tape.word(&["+", "-"]);
                    let step = self.tape.word(&[
                        "1 month",
                        "7 days",
                        "1 year",
                        "14 days",
                        "3 months",
                        "11 months",
                        "1 day",
                        "100 years",
                        "13 months",
                        "365 days",
                        "4 years",
                        "7_980 years",
                        "2_000 years",
                    ]);
                    text = format!("{text} {op} {step}");
                }
                Some(Ex::new(text, ADD, false))
            }
        }
    }

    fn moment(&self, env: &Env) -> Ex {
        match self.tape.below(4) {
            0 | 1 => {
                self.reads.borrow_mut().insert("now".to_owned());
                Ex::new("now", PRIMARY, false)
            }
            2 => self.extreme(env, &T::Instant),
            _ => {
                let left = self.told(env, &T::Instant);
                let op = self.tape.word(&["+", "-"]);
                let right = self.told(env, &T::Dur);
                Ex::new(
                    format!("{} {op} {}", left.at(ADD), right.at(MUL)),
                    ADD,
                    false,
                )
            }
        }
    }

    /// `time since t`
    fn since(&self, env: &Env) -> Ex {
        self.reads.borrow_mut().insert("now".to_owned());
        let of = match self.path(env, State::Optional, &T::Instant) {
            Some(path) if self.tape.chance(75) => self.read(path),
            _ => self.told(env, &T::Instant),
        };
        Ex::new(format!("time since {}", of.at(PRIMARY)), NEG, false)
    }

    /// Any list, with the type of its items.
    fn list(&self, env: &Env) -> Option<(Ex, T)> {
        let lists = self.paths(env, State::Plain, |p| matches!(p.ty, T::List(_)));
        if lists.is_empty() {
            return None;
        }
        let path = *self.tape.pick(&lists);
        let T::List(item) = path.ty.clone() else {
            unreachable!("a list")
        };
        let list = self.read(path);
        if self.tape.chance(25) && self.spend() {
            let condition = self.of_item(env, "it", &item, |w, env| w.condition(env).ex);
            let text = format!("{} where ({})", list.text, condition.at(IF));
            return Some((Ex::new(text, NEG, false), *item));
        }
        Some((list, *item))
    }

    /// Something said of an item.
    fn of_item(&self, env: &Env, name: &str, item: &T, say: impl Fn(&Self, &Env) -> Ex) -> Ex {
        let mut inner = env.clone();
        // One `it` at a time: the inner one hides the outer.
        inner
            .locals
            .retain(|p| p.text != name && !p.text.starts_with(&format!("{name}.")));
        let hides = |fact: &String| *fact == name || fact.starts_with(&format!("{name}."));
        inner.facts.present.retain(|f| !hides(f));
        inner.facts.non_zero.retain(|f| !hides(f));
        inner
            .locals
            .extend(local_paths(self.world, name, item, &[]));
        say(self, &inner)
    }

    /// A new name for an item.
    fn item_name(&self) -> String {
        let number = self.items.get();
        self.items.set(number + 1);
        format!("item_{number}")
    }

    /// `any x in xs has (…)`
    pub fn quantified(&self, env: &Env) -> Option<Condition> {
        let (list, item) = self.list(env)?;
        let name = self.item_name();
        let has = self.of_item(env, &name, &item, |w, env| w.condition(env).ex);
        let word = self.tape.word(&["any", "every"]);
        let text = format!("{word} {name} in {} has ({})", list.at(PRIMARY), has.at(IF));
        Some(Condition::new(text, NEG))
    }

    /// `xs where (…)` of exactly that type.
    fn filtered(&self, env: &Env, ty: &T) -> Option<Ex> {
        let path = self.path(env, State::Plain, ty)?;
        let T::List(item) = ty else {
            unreachable!("a list")
        };
        let list = self.read(path).text;
        let condition = self.of_item(env, "it", item, |w, env| w.condition(env).ex);
        Some(Ex::new(
            format!("{list} where ({})", condition.at(IF)),
            NEG,
            false,
        ))
    }

    /// `sum of (x for x in xs)`
    fn aggregate(&self, env: &Env, ty: &T) -> Option<Ex> {
        let (list, item) = self.list(env)?;
        let name = self.item_name();
        let body = self.of_item(env, &name, &item, |w, env| w.told(env, ty));
        // (A `where` behind `in` reads as part of the list.)
        Some(Ex::new(
            format!("sum of ({} for {name} in {})", body.at(ELSE), list.at(ELSE)),
            NEG,
            false,
        ))
    }

    /// `min of (x for x in xs)`: optional.
    pub fn least(&self, env: &Env, ty: &T) -> Option<Ex> {
        let (list, item) = self.list(env)?;
        let name = self.item_name();
        let word = self.tape.word(&["min", "max"]);
        let body = self.of_item(env, &name, &item, |w, env| w.told(env, ty));
        Some(Ex::new(
            format!(
                "{word} of ({} for {name} in {})",
                body.at(ELSE),
                list.at(ELSE)
            ),
            NEG,
            false,
        ))
    }

    /// `nearest place of shops to p`, optional.
    pub fn nearest(&self, env: &Env, record: usize) -> Option<Ex> {
        let wanted = T::List(Box::new(T::Rec(record)));
        let list = self.path(env, State::Plain, &wanted)?;
        let fields = &self.world.records[record].fields;
        let field = fields.iter().find(|f| f.ty == T::Geo)?;
        let list = self.read(list).text;
        let to = self.place(env);
        Some(Ex::new(
            format!("nearest {} of {list} to {to}", field.name),
            NEG,
            false,
        ))
    }

    /// Optional whole numbers: `a div b` by what may be zero.
    pub fn try_whole(&self, env: &Env) -> Option<Ex> {
        let unproven = |p: &Path| {
            p.ty == T::Int
                && !p.constant
                && !p.non_zero
                && !env.facts.non_zero.contains(&p.text)
                && !env.asked.contains(&format!("zero {}", p.text))
        };
        let by = self.paths(env, State::Plain, unproven);
        if by.is_empty() {
            return None;
        }
        let by: &&Path = self.tape.pick(&by);
        let by = self.read(by).text;
        let left = self.told(env, &T::Int);
        let op = self.tape.word(&["div", "mod"]);
        Some(Ex::new(format!("{} {op} {by}", left.at(MUL)), MUL, false))
    }

    /// A question about texts, lists, moments.
    pub fn question(&self, env: &Env) -> Condition {
        let plain = |text: String| Condition::new(text, COMPARE);
        let mut condition = match self.tape.weighted(&[3, 3, 3, 2, 3, 2, 2, 2]) {
            0 => {
                let (a, b) = (self.told(env, &T::Text), self.told(env, &T::Text));
                let op = self
                    .tape
                    .word(&["contains", "starts with", "ends with", "==", "!="]);
                let case = if self.tape.chance(45) || matches!(op, "==" | "!=") {
                    " ignoring case"
                } else {
                    ""
                };
                plain(format!("{} {op} {}{case}", a.at(ELSE), b.at(ELSE)))
            }
            1 => {
                let text = self.told(env, &T::Text);
                let op = self.tape.word(&["matches", "contains match"]);
                let case = if self.tape.chance(30) {
                    " ignoring case"
                } else {
                    ""
                };
                let pattern = self.tape.word(&PATTERNS);
                plain(format!("{} {op} \"{pattern}\"{case}", text.at(ELSE)))
            }
            2 => match self.quantified(env) {
                Some(condition) => condition,
                None => return self.condition(env),
            },
            3 => match self.list_contains(env) {
                Some(text) => plain(text),
                None => return self.condition(env),
            },
            4 => return self.compare_moment(env),
            5 => {
                let elapsed = self.told(env, &T::Elapsed);
                if self.tape.chance(25) {
                    let not = if self.tape.chance(40) { "not " } else { "" };
                    plain(format!("{} is {not}never", elapsed.at(ELSE)))
                } else {
                    let op = self.tape.word(&["<", "<=", ">", ">=", "==", "!="]);
                    plain(format!(
                        "{} {op} {}",
                        elapsed.at(ELSE),
                        self.told(env, &T::Dur).at(ELSE)
                    ))
                }
            }
            6 => {
                let between = self.between(env);
                let op = self.tape.word(&[">=", "<", "==", ">"]);
                let number = self.tape.word(&["18", "0", "1", "12", "-1", "30"]);
                plain(format!("{} {op} {number}", between.text))
            }
            _ => match self.applied(env, &T::Bool) {
                Some(ex) => Condition::new(ex.text, ex.strength),
                None => return self.condition(env),
            },
        };
        condition.asked = self.all_asked(env);
        condition
    }

    /// Everything that a checker might take for zero or not.
    fn all_asked(&self, env: &Env) -> BTreeSet<String> {
        let paths = self.world.paths.iter().chain(&env.locals);
        paths.map(|p| format!("zero {}", p.text)).collect()
    }

    fn list_contains(&self, env: &Env) -> Option<String> {
        let simple =
            |p: &Path| matches!(&p.ty, T::List(item) if !matches!(**item, T::List(_) | T::Rec(_)));
        let lists = self.paths(env, State::Plain, simple);
        if lists.is_empty() {
            return None;
        }
        let path = *self.tape.pick(&lists);
        let T::List(item) = &path.ty else {
            unreachable!("a list")
        };
        Some(format!(
            "{} contains {}",
            self.read(path).text,
            self.literal(item).at(ELSE)
        ))
    }

    /// A comparison of something ordered: dates, times, amounts, members of ordered enums.
    pub fn compare_moment(&self, env: &Env) -> Condition {
        let ordered = |p: &Path| match &p.ty {
            T::Enum(e) => self.world.enums[*e].ordered,
            ty => ty.is_moment(),
        };
        let paths = self.paths(env, State::Plain, ordered);
        if paths.is_empty() {
            return self.question_of_now(env);
        }
        let path = *self.tape.pick(&paths);
        let left = self.read(path).text;
        let mut condition = Condition::new(String::new(), COMPARE);
        condition.asked.insert(format!("zero {}", path.text));
        let op = self.tape.word(&["<", "<=", ">", ">=", "==", "!="]);
        condition.ex.text = match (&path.ty, self.tape.below(5)) {
            (T::Geo | T::Zone, n) => {
                let op = if n == 0 { "!=" } else { "==" };
                format!("{left} {op} {}", self.boundary(path).at(ELSE))
            }
            (T::Time, 0) => {
                let (low, high) = *self.tape.pick(&[
                    ("21:00", "08:00"),
                    ("08:00", "18:30"),
                    ("23:59:59.999", "00:00"),
                ]);
                self.note(path, "");
                format!("{left} in {low}{}{high}", self.tape.word(&["..", "..="]))
            }
            (T::Date, 0) => {
                let (low, high) = *self
                    .tape
                    .pick(&[("2024-02-29", "2026-03-01"), ("1970-01-01", "2026-01-31")]);
                format!("{left} in {low}{}{high}", self.tape.word(&["..", "..="]))
            }
            (T::Enum(_) | T::Weekday, 0) => {
                let mut ends = [self.boundary(path), self.boundary(path)];
                // Two constants have to be in order.
                ends.sort_by_key(|end| self.place_of(&path.ty, &end.text));
                let [low, high] = ends;
                format!("{left} in {}..={}", low.at(ADD), high.at(ADD))
            }
            (_, 1) if !matches!(path.ty, T::Enum(_) | T::Weekday) => {
                let items = [self.boundary(path).at(IF), self.boundary(path).at(IF)];
                format!("{left} in [{}]", items.join(", "))
            }
            (ty, 2) if !matches!(ty, T::Enum(_)) => {
                format!("{left} {op} {}", self.told(env, ty).at(ELSE))
            }
            _ => format!("{left} {op} {}", self.boundary(path).at(ELSE)),
        };
        condition
    }

    /// The place of a member, qualified or not, in its enum.
    fn place_of(&self, ty: &T, member: &str) -> Option<usize> {
        let name = member.rsplit('.').next();
        match ty {
            T::Enum(e) => {
                let mut members = self.world.enums[*e].members.iter();
                members.position(|m| Some(m.as_str()) == name)
            }
            _ => DAYS.iter().position(|day| Some(*day) == name),
        }
    }

    fn question_of_now(&self, env: &Env) -> Condition {
        let ty = self.tape.pick(&[T::Instant, T::Date, T::Dur]).clone();
        let (a, b) = (self.told(env, &ty), self.told(env, &ty));
        let op = self.tape.word(&["<", "<=", ">", ">="]);
        let mut condition = Condition::new(format!("{} {op} {}", a.at(ELSE), b.at(ELSE)), COMPARE);
        condition.asked = self.all_asked(env);
        condition
    }

    /// `valid from … until …`, sometimes.
    pub fn validity(&self) -> String {
        if self.tape.chance(84) {
            return String::new();
        }
        self.bounds_of_validity()
    }

    /// `valid from … until …`, or one of the two.
    pub fn bounds_of_validity(&self) -> String {
        let dates = self.world.zone.is_some() && self.tape.chance(60);
        if dates {
            let _ = self.zone();
        }
        self.reads.borrow_mut().insert("now".to_owned());
        let pairs: &[(&str, &str)] = if dates {
            &[
                ("2026-03-01", "2026-03-29"),
                ("2024-02-29", "2024-03-01"),
                ("2026-01-01", "2026-10-25"),
            ]
        } else {
            &[
                ("2026-03-06T18:00:00Z", "2026-10-25T01:00:00Z"),
                ("2024-02-29T00:00:00Z", "2026-03-29T01:00:00Z"),
                ("2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z"),
            ]
        };
        let (from, until) = *self.tape.pick(pairs);
        for text in [from, until] {
            let at = super::generate_moments::read(text);
            self.constants
                .borrow_mut()
                .push(("now".to_owned(), Given::Instant(at)));
        }
        match self.tape.below(3) {
            0 => format!("valid from {from} until {until} "),
            1 => format!("valid from {from} "),
            _ => format!("valid until {until} "),
        }
    }
}
