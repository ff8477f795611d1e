//! The inputs of a generated ruleset, and every customer there can be as far as its rules can tell them apart.

use super::choices::Choices;

/// What an input, or a definition that is asked about, holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bool,
    /// An enum with so many members, written with this prefix.
    Enum(char, usize),
    /// `int 0..=4`
    Small,
    /// `int` without a range.
    Int,
    /// `decimal` without a range.
    Decimal,
    /// `decimal 0..1`
    Open,
    /// `decimal 0..=1`
    Closed,
    Text,
}

impl Kind {
    pub fn ty(self) -> String {
        match self {
            Kind::Bool => "bool".to_owned(),
            Kind::Enum(prefix, count) => {
                format!("enum {{ {} }}", members(prefix, count).join(", "))
            }
            Kind::Small | Kind::Int => "int".to_owned(),
            Kind::Decimal | Kind::Open | Kind::Closed => "decimal".to_owned(),
            Kind::Text => "string".to_owned(),
        }
    }

    fn range(self) -> &'static str {
        match self {
            Kind::Small => " 0..=4",
            Kind::Open => " 0..1",
            Kind::Closed => " 0..=1",
            _ => "",
        }
    }

    pub fn is_number(self) -> bool {
        !matches!(self, Kind::Bool | Kind::Enum(..) | Kind::Text)
    }

    /// The constants that rules compare it with, as they are written; numbers ascend.
    pub fn constants(self) -> Vec<String> {
        let written: &[&str] = match self {
            Kind::Bool => &["true", "false"],
            Kind::Enum(prefix, count) => return members(prefix, count),
            Kind::Small => &["0", "1", "2", "3", "4"],
            Kind::Int => &["-1", "0", "3", "7"],
            Kind::Decimal => &["-0.5", "0", "1", "2.25"],
            Kind::Open | Kind::Closed => &["0", "0.25", "50%", "1"],
            Kind::Text => &["\"\"", "\"a\"", "\"b\""],
        };
        written.iter().map(|w| (*w).to_owned()).collect()
    }

    /// A value of each class that the constants (and 2.5) make, as JSON.
    fn values(self) -> Vec<String> {
        let written: &[&str] = match self {
            Kind::Bool => &["true", "false"],
            Kind::Enum(prefix, count) => {
                return members(prefix, count)
                    .iter()
                    .map(|m| format!("\"{m}\""))
                    .collect();
            }
            Kind::Small => &["0", "1", "2", "3", "4"],
            Kind::Int => &[
                "-9223372036854775808",
                "-1",
                "0",
                "1",
                "3",
                "5",
                "7",
                "9223372036854775807",
            ],
            Kind::Decimal => &[
                "-100", "-0.5", "-0.1", "0", "0.3", "1", "2", "2.25", "2.4", "2.5", "100",
            ],
            Kind::Open => &["0", "0.1", "0.25", "0.3", "0.5", "0.9999"],
            Kind::Closed => &["0", "0.1", "0.25", "0.3", "0.5", "0.9999", "1"],
            Kind::Text => &["\"\"", "\"a\"", "\"b\"", "\"zz\""],
        };
        written.iter().map(|w| (*w).to_owned()).collect()
    }
}

pub fn members(prefix: char, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{prefix}{i}")).collect()
}

/// An input that holds a value.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
}

impl Leaf {
    fn declaration(&self) -> String {
        let mark = if self.optional { "?" } else { "" };
        format!(
            "{}: {}{mark}{}",
            self.name,
            self.kind.ty(),
            self.kind.range()
        )
    }

    fn values(&self) -> Vec<String> {
        let mut values = self.kind.values();
        if self.optional {
            values.push("null".to_owned());
        }
        values
    }
}

/// What stands at the top of the context: an input, or a record of them.
#[derive(Clone, Debug)]
pub enum Unit {
    Leaf(Leaf),
    Record {
        name: String,
        optional: bool,
        fields: Vec<Leaf>,
    },
}

/// A path that can be asked about.
#[derive(Clone, Debug)]
pub struct Path {
    pub text: String,
    pub kind: Kind,
    /// It, or the record around it, may be missing.
    pub optional: bool,
}

/// All inputs of a ruleset.
#[derive(Clone, Debug)]
pub struct World {
    pub units: Vec<Unit>,
    pub touchpoint: bool,
}

/// More customers than this are not listed.
const MOST_CUSTOMERS: usize = 600;

impl World {
    /// One to four units.
    pub fn draw(choices: &mut Choices, touchpoint: bool) -> World {
        let mut world = World {
            units: Vec::new(),
            touchpoint,
        };
        for index in 0..=choices.below(4) {
            let unit = if choices.percent(25) {
                let optional = choices.percent(70);
                let fields = (0..=choices.below(2))
                    .map(|i| leaf(choices, format!("f{i}")))
                    .collect();
                Unit::Record {
                    name: format!("r{index}"),
                    optional,
                    fields,
                }
            } else {
                Unit::Leaf(leaf(choices, format!("x{index}")))
            };
            world.units.push(unit);
            if world.customers(None).len() > MOST_CUSTOMERS {
                world.units.pop();
            }
        }
        if world.units.is_empty() {
            world.units.push(Unit::Leaf(Leaf {
                name: "x0".to_owned(),
                kind: Kind::Bool,
                optional: false,
            }));
        }
        world
    }

    pub fn declaration(&self) -> String {
        let mut text = "context {\n".to_owned();
        for unit in &self.units {
            match unit {
                Unit::Leaf(leaf) => text.push_str(&format!("    {}\n", leaf.declaration())),
                Unit::Record {
                    name,
                    optional,
                    fields,
                } => {
                    let fields: Vec<String> = fields.iter().map(Leaf::declaration).collect();
                    let mark = if *optional { "?" } else { "" };
                    text.push_str(&format!("    {name}: {{ {} }}{mark}\n", fields.join(", ")));
                }
            }
        }
        text.push_str("}\n");
        if self.touchpoint {
            text.push_str("touchpoint { channel: enum { t0, t1 } }\n");
        }
        text
    }

    /// Everything that can be asked about.
    pub fn paths(&self) -> Vec<Path> {
        let mut paths = Vec::new();
        for unit in &self.units {
            match unit {
                Unit::Leaf(leaf) => paths.push(Path {
                    text: leaf.name.clone(),
                    kind: leaf.kind,
                    optional: leaf.optional,
                }),
                Unit::Record {
                    name,
                    optional,
                    fields,
                } => {
                    paths.extend(fields.iter().map(|field| Path {
                        text: format!("{name}.{}", field.name),
                        kind: field.kind,
                        optional: *optional || field.optional,
                    }));
                }
            }
        }
        if self.touchpoint {
            paths.push(Path {
                text: "touchpoint.channel".to_owned(),
                kind: Kind::Enum('t', 2),
                optional: false,
            });
        }
        paths
    }

    /// The records that may be missing.
    pub fn optional_records(&self) -> Vec<String> {
        let optional = |unit: &Unit| match unit {
            Unit::Record {
                name,
                optional: true,
                ..
            } => Some(name.clone()),
            _ => None,
        };
        self.units.iter().filter_map(optional).collect()
    }

    /// Every customer as JSON, always in the same order. What lies at or below `hidden` is given as `*`, so that
    /// customers who differ only there have one text.
    pub fn customers(&self, hidden: Option<&str>) -> Vec<String> {
        let mut customers = vec![String::new()];
        let shown = |path: &str, values: Vec<String>| match hidden {
            Some(hidden) if hidden == path => vec!["*".to_owned(); values.len()],
            _ => values,
        };
        for unit in &self.units {
            let values = match unit {
                Unit::Leaf(leaf) => shown(&leaf.name, leaf.values()),
                Unit::Record {
                    name,
                    optional,
                    fields,
                } => {
                    let mut records = vec![String::new()];
                    for field in fields {
                        let values = shown(&format!("{name}.{}", field.name), field.values());
                        records = product(&records, &field.name, &values);
                    }
                    let mut records: Vec<String> =
                        records.iter().map(|r| format!("{{{r}}}")).collect();
                    if *optional {
                        records.push("null".to_owned());
                    }
                    shown(name, records)
                }
            };
            let name = match unit {
                Unit::Leaf(leaf) => &leaf.name,
                Unit::Record { name, .. } => name,
            };
            customers = product(&customers, name, &values);
        }
        if self.touchpoint {
            let channels = ["{\"channel\":\"t0\"}", "{\"channel\":\"t1\"}"].map(str::to_owned);
            customers = product(
                &customers,
                "touchpoint",
                &shown("touchpoint", channels.to_vec()),
            );
        }
        customers.iter().map(|c| format!("{{{c}}}")).collect()
    }
}

fn product(before: &[String], name: &str, values: &[String]) -> Vec<String> {
    let mut all = Vec::with_capacity(before.len() * values.len());
    for text in before {
        for value in values {
            let comma = if text.is_empty() { "" } else { "," };
            all.push(format!("{text}{comma}\"{name}\":{value}"));
        }
    }
    all
}

fn leaf(choices: &mut Choices, name: String) -> Leaf {
    let kind = match choices.below(9) {
        0 => Kind::Bool,
        1 | 2 => Kind::Enum('m', 2 + choices.below(3)),
        3 | 4 => Kind::Small,
        5 => Kind::Int,
        6 => Kind::Decimal,
        7 => choices.of(&[Kind::Open, Kind::Closed]),
        _ => Kind::Text,
    };
    Leaf {
        name,
        kind,
        optional: choices.percent(35),
    }
}
