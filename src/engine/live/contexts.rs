//! Whether one version takes every context that another takes.
//!
//! In: the schemas of the version in use and of the new one. Out: what the new one does not take any more. Fields are
//! compared by their path, record types pair by pair (each pair once and under one path: types within types can make more
//! paths than there is memory), and whether a field must be given apart from which values it takes.
//!
//! Exact but for types that become others of the same spelling: those are refused, since they mean something else
//! (`int` to `distance`), but for `int` to `decimal`.

use crate::engine::schema::{Schema, bounds_text};
use crate::error::Loss;
use crate::hir::{Bounds, EnumId, ExprKind, Input, Program, RecordField, RecordId, Root, Ty};
use crate::source::Span;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};

/// What the new version does not take any more.
pub(super) fn losses(old: &Schema, new: &Schema) -> Vec<Loss> {
    let mut comparison = Comparison {
        old: &old.program,
        new: &new.program,
        found: Vec::new(),
        open: Vec::new(),
        seen: HashSet::new(),
    };
    comparison.inputs(old, new);
    while let Some((was, is, path)) = comparison.open.pop() {
        comparison.records(was, is, &path);
    }
    comparison.found
}

/// A field of a record, or of context and touchpoint.
#[derive(Clone, Copy)]
struct Field<'p> {
    name: &'p str,
    ty: &'p Ty,
    range: Option<&'p Bounds>,
    has_default: bool,
    span: Span,
}

impl<'p> Field<'p> {
    fn of(field: &'p RecordField) -> Self {
        Field {
            name: &field.name,
            ty: &field.ty,
            range: field.range.as_ref(),
            has_default: field.default.is_some(),
            span: field.span,
        }
    }

    fn of_input(input: &'p Input) -> Self {
        Field {
            name: &input.name,
            ty: &input.ty,
            range: input.range.as_ref(),
            has_default: input.default.is_some(),
            span: input.span,
        }
    }
}

struct Comparison<'p> {
    old: &'p Program,
    new: &'p Program,
    found: Vec<Loss>,
    /// Record types yet to be compared, and a path that leads to them.
    open: Vec<(RecordId, RecordId, String)>,
    seen: HashSet<(RecordId, RecordId)>,
}

impl<'p> Comparison<'p> {
    fn lose(&mut self, path: &str, what: &str, help: impl Into<String>, span: Option<Span>) {
        self.found.push(Loss {
            subject: path.to_owned(),
            message: format!("`{path}` {what}"),
            help: help.into(),
            span,
        });
    }

    /// The fields of context and touchpoint, and the time.
    fn inputs(&mut self, old: &Schema, new: &Schema) {
        for root in [Root::Context, Root::Touchpoint] {
            let top = |program: &'p Program| {
                let inputs = program.inputs().iter();
                let own = inputs.filter(move |i| i.parent.is_none() && i.root == root);
                own.map(Field::of_input).collect::<Vec<_>>()
            };
            let around = if root == Root::Touchpoint {
                "touchpoint"
            } else {
                ""
            };
            self.fields(&top(self.old), &top(self.new), around);
        }
        if let (None, Some(now)) = (old.now(), new.now()) {
            let mut exprs = self.new.exprs().iter();
            let asks = exprs.find(|e| e.kind == ExprKind::Input(now));
            self.found.push(Loss {
                subject: "now".to_owned(),
                message: "the rules ask for the time, and did not before".to_owned(),
                help: "leave `now` and `today` out until every host gives the time".to_owned(),
                span: asks.map(|e| e.span),
            });
        }
    }

    fn records(&mut self, was: RecordId, is: RecordId, path: &str) {
        let fields = |program: &'p Program, id: RecordId| {
            let fields = program.record(id).fields.iter();
            fields.map(Field::of).collect::<Vec<_>>()
        };
        self.fields(&fields(self.old, was), &fields(self.new, is), path);
    }

    fn fields(&mut self, old: &[Field<'p>], new: &[Field<'p>], around: &str) {
        let path = |name: &str| match around {
            "" => name.to_owned(),
            around => format!("{around}.{name}"),
        };
        let by_name: HashMap<&str, &Field<'p>> = new.iter().map(|f| (f.name, f)).collect();
        for was in old {
            let path = path(was.name);
            match by_name.get(was.name) {
                Some(is) => self.field(was, is, path),
                None => self.found.push(Loss {
                    message: format!("there is no `{path}` any more"),
                    subject: path,
                    help: "keep the field, even where no rule reads it".to_owned(),
                    span: None,
                }),
            }
        }
        let known: HashSet<&str> = old.iter().map(|f| f.name).collect();
        for added in new.iter().filter(|f| !known.contains(f.name)) {
            let path = path(added.name);
            let Some(needed) = needed(self.new, added, path.clone()) else {
                continue;
            };
            let what = "must be given, and there was no such field";
            self.lose(&needed.0, what, GIVE_A_DEFAULT, Some(needed.1));
        }
    }

    fn field(&mut self, was: &Field<'p>, is: &Field<'p>, path: String) {
        if needed(self.old, was, String::new()).is_none()
            && let Some((lacks, span)) = needed(self.new, is, path.clone())
            // A record that is plain in both lacks the field itself, which is told with its fields.
            && (lacks == path || was.has_default || was.ty.is_optional())
        {
            let what = "must be given, and need not before";
            self.lose(&lacks, what, GIVE_A_DEFAULT, Some(span));
        }
        self.values((was.ty, was.range), is, is.ty, path);
    }

    /// Compares what is given for a field, or for the items of one. `ty` lies within the field `is`.
    fn values(
        &mut self,
        (was, range): (&'p Ty, Option<&'p Bounds>),
        is: &Field<'p>,
        ty: &'p Ty,
        path: String,
    ) {
        match (was.present(), ty.present()) {
            (Ty::Record(was), Ty::Record(now)) => {
                if self.seen.insert((*was, *now)) {
                    self.open.push((*was, *now, path));
                }
            }
            (Ty::List(was), Ty::List(now)) => {
                self.values((was, range), is, now, format!("{path}[]"));
            }
            (Ty::Enum(was), Ty::Enum(now)) => self.members(*was, *now, &path, is.span),
            (before, now) if before == now || (before, now) == (&Ty::Int, &Ty::Decimal) => {
                self.range((before, range), is.range, &path, is.span);
            }
            (before, now) => {
                let before = self.old.type_name(before);
                let what = format!("is `{}` and no longer `{before}`", self.new.type_name(now));
                let help = "keep the type, or declare a field of another name beside it";
                self.lose(&path, &what, help, Some(is.span));
            }
        }
    }

    fn members(&mut self, was: EnumId, is: EnumId, path: &str, span: Span) {
        let now: HashSet<&String> = self.new.enumeration(is).members.iter().collect();
        let old = self.old.enumeration(was).members.iter();
        let gone: Vec<String> = old
            .filter(|m| !now.contains(m))
            .map(|m| format!("`{m}`"))
            .collect();
        let Some((shown, more)) = gone.split_at_checked(gone.len().min(MOST_MEMBERS)) else {
            return;
        };
        if shown.is_empty() {
            return;
        }
        let word = if gone.len() == 1 { "member" } else { "members" };
        let dots = if more.is_empty() { "" } else { ", …" };
        let what = format!("has no {word} {}{dots} any more", shown.join(", "));
        self.lose(
            path,
            &what,
            "keep the members that hosts may give",
            Some(span),
        );
    }

    fn range(
        &mut self,
        (was, range): (&Ty, Option<&Bounds>),
        is: Option<&Bounds>,
        path: &str,
        span: Span,
    ) {
        let Some(is) = is else {
            return;
        };
        let all = match was {
            Ty::Int => all_of(Decimal::from(i64::MIN), Decimal::from(i64::MAX)),
            _ => all_of(Decimal::MIN, Decimal::MAX),
        };
        let was = range.unwrap_or(&all);
        let top = is.high > was.high || (is.high == was.high && (!is.open || was.open));
        if is.low <= was.low && top {
            return;
        }
        let before = range.map_or("any number".to_owned(), bounds_text);
        let what = format!("takes {} and no longer {before}", bounds_text(is));
        let help = match range {
            Some(_) => "keep at least the range it had",
            None => "leave out the range",
        };
        self.lose(path, &what, help, Some(span));
    }
}

const GIVE_A_DEFAULT: &str = "give it a default, or make it optional";

/// So many members are named.
const MOST_MEMBERS: usize = 5;

fn all_of(low: Decimal, high: Decimal) -> Bounds {
    Bounds {
        low,
        high,
        open: false,
    }
}

/// The path of what must be given where nothing is given for a field, and where it is declared: the field, or the first
/// such field in a record that is there without being given.
fn needed<'p>(program: &'p Program, field: &Field<'p>, path: String) -> Option<(String, Span)> {
    let mut open = vec![(*field, path)];
    let mut seen = HashSet::new();
    while let Some((field, path)) = open.pop() {
        if field.has_default || field.ty.is_optional() {
            continue;
        }
        let Ty::Record(id) = field.ty else {
            return Some((path, field.span));
        };
        if seen.insert(*id) {
            let fields = program.record(*id).fields.iter().rev().map(Field::of);
            open.extend(fields.map(|f| (f, format!("{path}.{}", f.name))));
        }
    }
    None
}
