//! Nodes in the words of a rule author: `customer.age >= 18`, `tier in [gold, member]`.
//!
//! For drawings and traces. Bounded in depth and length; never parsed again. Constants do not know their
//! enum, so the type comes down from where they stand.

mod events;
mod functions;

use super::node::{Node, NodeId};
use super::scalar::{Items, Scalar, TextRef};
use super::show::Show;
use super::{Graph, Kind, List, Test};
use crate::hir::{ArithOp, CompareOp, InputId, Program, RangeEnd, RecordId, Ty};

/// How many expressions inside one another are spelled out.
const DEPTH: u32 = 12;
/// How many characters a text may have.
const LENGTH: usize = 160;

/// A node as an author would write it.
#[must_use]
pub fn say(graph: &Graph, program: &Program, node: NodeId) -> String {
    say_as(graph, program, node, None)
}

/// The same where the type is known from the place at which it stands.
pub(crate) fn say_as(graph: &Graph, program: &Program, node: NodeId, ty: Option<&Ty>) -> String {
    let mut text = Words { graph, program }.node(node, ty, DEPTH);
    if let Some((end, _)) = text.char_indices().nth(LENGTH) {
        text.truncate(end);
        text.push('…');
    }
    text
}

struct Words<'a> {
    graph: &'a Graph,
    program: &'a Program,
}

impl<'a> Words<'a> {
    fn node(&self, id: NodeId, ty: Option<&Ty>, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else {
            return "…".to_owned();
        };
        let graph = self.graph;
        let plain = |id: NodeId| self.node(id, None, depth);
        let bracketed = |id: NodeId| self.bracketed(id, None, depth);
        match *graph.node(id) {
            Node::Const(place) => {
                let ty = ty.or_else(|| self.type_of(id));
                self.constant(graph.pool().scalar(place), ty, depth)
            }
            Node::Input { input, .. } => self.path(input).to_owned(),
            Node::Def(def) => self.program.def(def).name.clone(),
            Node::Chain(place) => {
                format!("rules of {}", self.program.def(graph.chain(place).def).name)
            }
            Node::Test(place) => self.test(graph.test(place)),
            Node::DecimalTest {
                input, op, with, ..
            } => {
                let ty = Some(&self.program.input(input).ty);
                let with = self.constant(graph.pool().scalar(with), ty, depth);
                format!("{} {} {with}", self.path(input), comparison(op))
            }
            Node::TextTest {
                input, text, equal, ..
            } => {
                let op = if equal { "==" } else { "!=" };
                format!("{} {op} {:?}", self.path(input), graph.pool().text(text))
            }
            Node::And(list, _) => self.joined(list, " and ", depth),
            Node::Or(list, _) => self.joined(list, " or ", depth),
            Node::Not(a) => format!("not {}", bracketed(a)),
            Node::Compare(_, op, a, b) => self.pair(a, comparison(op), b, depth),
            Node::Is(a, b) => self.pair(a, "is", b, depth),
            Node::IsPresent(a) => format!("{} is present", bracketed(a)),
            Node::InList(a, b) => self.pair(a, "in", b, depth),
            Node::InRange(_, end, list) => match *graph.list(list) {
                [a, low, high] => {
                    let dots = if end == RangeEnd::Inclusive {
                        "..="
                    } else {
                        ".."
                    };
                    format!(
                        "{} in {}{dots}{}",
                        bracketed(a),
                        bracketed(low),
                        bracketed(high)
                    )
                }
                _ => String::new(),
            },
            Node::IntChain(list, operators) | Node::DecimalChain(list, operators) => {
                self.chain(list, operators, depth)
            }
            Node::TryDiv(a, b) => format!("{} / {}", bracketed(a), bracketed(b)),
            Node::Neg(a) => format!("-{}", bracketed(a)),
            Node::Widen(a) => self.node(a, None, depth + 1),
            Node::Else(list) => self.joined(list, " else ", depth),
            Node::If(list) => self.conditional(list, ty, depth),
            Node::List(list) => {
                let item = self.type_of(id).and_then(item);
                let items = graph.list(list).iter().map(|i| self.node(*i, item, depth));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Node::Record(list, shape) => self.record(id, list, shape, depth),
            Node::Call(place, list) => self.call(place, list, depth),
            Node::Local(local) => self.local(local),
            Node::Apply(place, list) => {
                let def = graph.apply(place).map(|apply| apply.def);
                let name = def.map_or("", |def| &self.program.def(def).name);
                format!("{name}({})", self.listed(list, depth))
            }
            Node::Fold(place) => self.fold(place, depth),
            Node::Ask(place) => self.ask(place, depth),
            Node::Stream(_) => String::new(),
            Node::Lookup(place, key) => {
                let name = graph.index(place).map(|i| &self.program.def(i.def).name);
                format!("{}[{}]", name.map_or("", |n| n), plain(key))
            }
            Node::Field(record, place) => {
                let field = match self.type_of(record).map(Ty::present) {
                    Some(Ty::Record(of)) => self.field(*of, place as usize).map(|f| f.0),
                    _ => None,
                };
                let of = plain(record);
                match field {
                    // What is asked of an event is written bare.
                    Some(field) if of == "event" => field.to_owned(),
                    field => format!("{of}.{}", field.unwrap_or("?")),
                }
            }
        }
    }

    fn path(&self, input: InputId) -> &'a str {
        &self.program.input(input).path
    }

    /// With brackets where it has parts.
    fn bracketed(&self, id: NodeId, ty: Option<&Ty>, depth: u32) -> String {
        let text = self.node(id, ty, depth);
        match self.graph.node(id) {
            Node::And(..)
            | Node::Or(..)
            | Node::Not(_)
            | Node::Compare(..)
            | Node::Is(..)
            | Node::IsPresent(_)
            | Node::InList(..)
            | Node::InRange(..)
            | Node::IntChain(..)
            | Node::DecimalChain(..)
            | Node::TryDiv(..)
            | Node::Else(_)
            | Node::Fold(_)
            | Node::If(_) => format!("({text})"),
            _ => text,
        }
    }

    fn joined(&self, list: List, word: &str, depth: u32) -> String {
        let parts = self.graph.list(list).iter().take(LENGTH);
        let inside = |id: &NodeId| match self.graph.node(*id) {
            Node::Compare(..) | Node::Is(..) | Node::IsPresent(_) | Node::InList(..) => {
                self.node(*id, None, depth)
            }
            _ => self.bracketed(*id, None, depth),
        };
        parts.map(inside).collect::<Vec<_>>().join(word)
    }

    /// Two operands; a constant has the type of the other.
    fn pair(&self, a: NodeId, op: &str, b: NodeId, depth: u32) -> String {
        let (left, right) = (self.type_of(b), self.type_of(a));
        let a = self.bracketed(a, left, depth);
        let b = match self.graph.node(b) {
            Node::Const(place) => match (self.graph.pool().scalar(*place), right) {
                (list @ Scalar::List(_), Some(ty)) => {
                    self.constant(list, Some(&Ty::List(Box::new(ty.clone()))), depth)
                }
                (other, ty) => self.constant(other, ty, depth),
            },
            _ => self.bracketed(b, right, depth),
        };
        format!("{a} {op} {b}")
    }

    fn chain(&self, list: List, operators: u32, depth: u32) -> String {
        let mut text = String::new();
        let mut operators = self.graph.operators(operators).iter();
        for child in self.graph.list(list).iter().take(LENGTH) {
            if !text.is_empty() {
                text.push_str(match operators.next() {
                    Some(ArithOp::Add) => " + ",
                    Some(ArithOp::Sub) => " - ",
                    Some(ArithOp::Mul) => " * ",
                    Some(ArithOp::Div) => " / ",
                    Some(ArithOp::IntDiv) => " div ",
                    Some(ArithOp::Mod) => " mod ",
                    None => " ",
                });
            }
            text.push_str(&self.bracketed(*child, None, depth));
        }
        text
    }

    fn conditional(&self, list: List, ty: Option<&Ty>, depth: u32) -> String {
        let mut text = String::new();
        let mut rest = self.graph.list(list);
        while let [when, value, others @ ..] = rest {
            let value = self.bracketed(*value, ty, depth);
            let when = self.bracketed(*when, None, depth);
            text.push_str(&format!("{value} if {when} otherwise "));
            rest = others;
            if text.len() > LENGTH {
                return text;
            }
        }
        if let [last] = rest {
            text.push_str(&self.bracketed(*last, ty, depth));
        }
        text
    }

    fn record(&self, id: NodeId, list: List, shape: u32, depth: u32) -> String {
        let of = match self.type_of(id).map(Ty::present) {
            Some(Ty::Record(of)) => Some(*of),
            _ => None,
        };
        let places = self.graph.shape(shape).map_or(&[][..], |s| &s.places);
        let fields = self.graph.list(list).iter().zip(places);
        let fields = fields.take(LENGTH).map(|(value, place)| {
            let field = of.and_then(|of| self.field(of, *place as usize));
            let value = self.node(*value, field.map(|f| f.1), depth);
            format!("{}: {value}", field.map_or("?", |f| f.0))
        });
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
    }

    fn field(&self, record: RecordId, place: usize) -> Option<(&'a str, &'a Ty)> {
        let field = self.program.record(record).fields.get(place)?;
        Some((&field.name, &field.ty))
    }

    /// The type of what is not a constant.
    fn type_of(&self, id: NodeId) -> Option<&'a Ty> {
        match self.graph.node(id) {
            Node::Input { input, .. } => Some(&self.program.input(*input).ty),
            Node::Def(def) => Some(&self.program.def(*def).ty),
            _ => {
                let expr = self.graph.origin(id)?.expr?;
                Some(&self.program.expr(expr).ty)
            }
        }
    }

    fn constant(&self, scalar: Scalar, ty: Option<&Ty>, depth: u32) -> String {
        let ty = ty.map(Ty::present);
        let items = |items: Items| match items {
            Items::Const(run) => self.graph.pool().items(run),
            _ => &[],
        };
        let Some(depth) = depth.checked_sub(1) else {
            return "…".to_owned();
        };
        match scalar {
            Scalar::Missing => "missing".to_owned(),
            Scalar::Bool(b) => b.to_string(),
            Scalar::Int(_) | Scalar::Decimal(_) => shown(scalar, ty),
            Scalar::Member(_) if ty == Some(&Ty::Zone) => format!("{:?}", shown(scalar, ty)),
            Scalar::Member(member) => self.member(ty, member),
            Scalar::Text(TextRef::Const(text)) => format!("{:?}", self.graph.pool().text(text)),
            Scalar::Text(_) => String::new(),
            Scalar::List(list) => {
                let item = ty.and_then(item);
                let items = items(list).iter().take(LENGTH);
                let items = items.map(|i| self.constant(*i, item, depth));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Scalar::Record(record) => {
                let fields = items(record).iter().enumerate().map(|(place, value)| {
                    let field = match ty {
                        Some(Ty::Record(of)) => self.field(*of, place),
                        _ => None,
                    };
                    let value = self.constant(*value, field.map(|f| f.1), depth);
                    format!("{}: {value}", field.map_or("?", |f| f.0))
                });
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn member(&self, ty: Option<&Ty>, member: u32) -> String {
        let name = match ty.map(Ty::present) {
            Some(Ty::Enum(of)) => self.program.enumeration(*of).members.get(member as usize),
            _ => None,
        };
        name.cloned().unwrap_or_else(|| format!("member {member}"))
    }

    fn test(&self, test: &Test) -> String {
        let path = self.path(test.input());
        let ty = &self.program.input(test.input()).ty;
        match (*test, test.as_range()) {
            (_, Some((low, high))) => self.range(path, ty, low, high),
            (
                Test::Bits {
                    allowed, domain, ..
                },
                None,
            ) => {
                let Some(slot) = self.graph.layout().slot(test.input()) else {
                    return path.to_owned();
                };
                if allowed == 0 || allowed == domain {
                    return format!("{path} is anything: {}", allowed != 0);
                }
                let with_missing = allowed & slot.missing() != 0;
                let values = allowed & !slot.missing();
                let numbers = (0..slot.width.saturating_sub(1))
                    .filter(|n| slot.value(*n).is_some_and(|bit| bit & values != 0));
                let numbers: Vec<u32> = numbers.collect();
                self.set(
                    path,
                    ty,
                    slot.kind,
                    (with_missing, &numbers),
                    slot.width - 1,
                )
            }
            (Test::Range { .. }, None) => path.to_owned(),
        }
    }

    /// An input within a set of its values, and perhaps missing.
    fn set(
        &self,
        path: &str,
        ty: &Ty,
        kind: Kind,
        (with_missing, numbers): (bool, &[u32]),
        count: u32,
    ) -> String {
        if !with_missing && numbers.len() == count as usize {
            return format!("{path} is present");
        }
        if with_missing && numbers.is_empty() {
            return format!("{path} is missing");
        }
        let inverse: Vec<u32> = (0..count).filter(|n| !numbers.contains(n)).collect();
        // A value that is never missing says so either way.
        let negated = with_missing;
        let shown = if negated { &inverse } else { numbers };
        let name = |n: &u32| match kind {
            Kind::Bool => (*n != 0).to_string(),
            _ => self.member(Some(ty), *n),
        };
        let names: Vec<String> = shown.iter().map(name).collect();
        let optional = ty.is_optional();
        match (names.as_slice(), kind, optional) {
            ([one], Kind::Bool, false) if (one == "true") != negated => path.to_owned(),
            ([_], Kind::Bool, false) => format!("not {path}"),
            ([one], _, false) => format!("{path} {} {one}", if negated { "!=" } else { "==" }),
            ([one], _, true) => format!("{path} {} {one}", if negated { "is not" } else { "is" }),
            (many, ..) => {
                let word = if negated { "not in" } else { "in" };
                format!("{path} {word} [{}]", many.join(", "))
            }
        }
    }

    fn range(&self, path: &str, ty: &Ty, low: i64, high: i64) -> String {
        let say = |n: i64| match (ty.present(), u32::try_from(n)) {
            (Ty::Enum(_), Ok(member)) => self.member(Some(ty), member),
            (Ty::Zone, Ok(member)) => shown(Scalar::Member(member), Some(ty)),
            _ => shown(Scalar::Int(n), Some(ty)),
        };
        match (low, high) {
            (low, high) if low == high => format!("{path} == {}", say(low)),
            (i64::MIN, high) => format!("{path} <= {}", say(high)),
            (low, i64::MAX) => format!("{path} >= {}", say(low)),
            (low, high) if low < high => format!("{path} in {}..={}", say(low), say(high)),
            (low, high) => match (high.wrapping_add(1), low.wrapping_sub(1)) {
                (first, last) if first == last => format!("{path} != {}", say(first)),
                (first, last) => format!("{path} not in {}..={}", say(first), say(last)),
            },
        }
    }
}

/// A number, date or amount as it is told.
fn shown(scalar: Scalar, ty: Option<&Ty>) -> String {
    let mut text = String::new();
    ty.map_or(Show::Plain, Show::of).write(scalar, &mut text);
    text
}

fn item(ty: &Ty) -> Option<&Ty> {
    match ty.present() {
        Ty::List(item) => Some(item),
        _ => None,
    }
}

fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}
