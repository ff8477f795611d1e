//! Types, fields and members: on one line where they fit and the author wrote them so, else one a line.

use super::Printer;
use super::broken::At;
use super::expr::{Level, line, line_within};
use super::out::{STEP, width};
use super::trivia::{Place, Stretch};
use super::word::{any_name, plain_name, type_name};
use crate::syntax::ast::{Field, Name, Param, TypeExpr, TypeKind};

/// Names wider than this are left out when a column is made.
pub(super) const WIDEST_NAME: usize = 40;

impl Printer<'_> {
    /// A type from the current column on.
    pub(super) fn ty(&mut self, ty: &TypeExpr, at: At) {
        let room = self.out.room(at.tail);
        if let Some(line) = self.type_line(ty).filter(|line| width(line) <= room) {
            self.out.push(&line);
            return;
        }
        match &ty.kind {
            TypeKind::Named { .. } | TypeKind::Money(_) => self.out.push(&named(ty)),
            TypeKind::List(inner) => {
                self.out.push("list<");
                self.ty(
                    inner,
                    At {
                        tail: at.tail + 1,
                        ..at
                    },
                );
                self.out.push(">");
            }
            TypeKind::Enum(members) => {
                self.out.push("enum ");
                self.members(members, self.type_body(ty), at.indent);
            }
            TypeKind::Record(fields) => self.fields(fields, self.type_body(ty), at.indent),
        }
        if ty.optional {
            self.out.push("?");
        }
    }

    /// A type on one line, if nothing in it needs more.
    pub(super) fn type_line(&self, ty: &TypeExpr) -> Option<String> {
        let mut text = match &ty.kind {
            TypeKind::Named { .. } | TypeKind::Money(_) => return Some(named(ty)),
            TypeKind::List(inner) => format!("list<{}>", self.type_line(inner)?),
            TypeKind::Enum(members) => {
                format!("enum {}", self.members_line(members, self.type_body(ty))?)
            }
            TypeKind::Record(fields) => self.fields_line(fields, self.type_body(ty))?,
        };
        text.push_str(if ty.optional { "?" } else { "" });
        Some(text)
    }

    /// What stands between the braces of the enum or record in a type; comments there belong to its entries.
    pub(super) fn type_body(&self, ty: &TypeExpr) -> Stretch {
        match &ty.kind {
            TypeKind::Named { .. } | TypeKind::Money(_) => (0, 0),
            TypeKind::List(inner) => self.type_body(inner),
            TypeKind::Enum(_) | TypeKind::Record(_) => {
                let span = self.trivia.trim(ty.at.0);
                self.trivia.body(span.start, span.end)
            }
        }
    }

    /// `{ a, b }`
    pub(super) fn members_line(&self, members: &[Name], body: Stretch) -> Option<String> {
        if self.is_spread(body) {
            return None;
        }
        let words = members.iter().map(|m| any_name(&m.text));
        in_braces(words.map(Some))
    }

    /// `{ a: int, b: string = "" }`
    pub(super) fn fields_line(&self, fields: &[Field], body: Stretch) -> Option<String> {
        if self.is_spread(body) {
            return None;
        }
        in_braces(fields.iter().map(|field| self.field_line(field)))
    }

    fn field_line(&self, field: &Field) -> Option<String> {
        if !field.docs.is_empty() {
            return None;
        }
        let ty = self.type_line(&field.ty)?;
        Some(format!(
            "{}: {ty}{}{}",
            any_name(&field.name.text),
            default(field),
            marks(field)
        ))
    }

    /// Whether the author began a new line behind the opening brace, or wrote a comment within.
    pub(super) fn is_spread(&self, body: Stretch) -> bool {
        body.0 > 0 && (self.trivia.any_in(body) || self.trivia.breaks_after(body.0))
    }

    /// Members one a line, braces included.
    pub(super) fn members(&mut self, members: &[Name], body: Stretch, indent: usize) {
        let block = self
            .trivia
            .block(body, members.iter().map(|m| Place::leaf(m.at.0)));
        self.open(&block);
        for (member, around) in members.iter().zip(&block.entries) {
            self.before(around, &[], indent + STEP);
            self.out.push(&any_name(&member.text));
            self.out.push(",");
            self.behind(around);
        }
        self.close(&block, indent);
    }

    /// Fields one a line, braces included; the types of fields without a blank line between them stand in a column.
    pub(super) fn fields(&mut self, fields: &[Field], body: Stretch, indent: usize) {
        let places: Vec<Place> = fields.iter().map(|field| self.field_place(field)).collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let entries: Vec<_> = fields.iter().zip(&block.entries).collect();
        for run in entries.chunk_by(|_, (_, around)| !around.is_apart()) {
            let names = run
                .iter()
                .map(|(field, _)| width(&any_name(&field.name.text)));
            let widest = names.filter(|w| *w <= WIDEST_NAME).max().unwrap_or(0);
            for (field, around) in run {
                self.before(around, &field.docs, indent + STEP);
                self.field(field, indent + STEP, widest);
                self.behind(around);
            }
        }
        self.close(&block, indent);
    }

    fn field_place(&self, field: &Field) -> Place {
        Place {
            span: self.trivia.trim(field.at.0),
            inner: [self.type_body(&field.ty), (0, 0)],
        }
    }

    fn field(&mut self, field: &Field, indent: usize, widest: usize) {
        self.out.push(&any_name(&field.name.text));
        self.out.push(":");
        self.out.pad_to(indent + widest + 1);
        self.out.push(" ");
        let value = field
            .default
            .as_ref()
            .map(|value| line_within(value, Level::ANY, WIDEST_NAME));
        let marks = marks(field);
        let tail = value.map_or(0, |line| 3 + line.map_or(0, |line| width(&line))) + marks.len();
        self.ty(&field.ty, At { indent, tail });
        if let Some(value) = &field.default {
            self.out.push(" = ");
            let tail = marks.len();
            self.expr(value, Level::ANY, At { indent, tail });
        }
        self.out.push(marks);
    }

    /// `(price: decimal, rate: decimal)`, on one line if it fits; nothing without parameters.
    pub(super) fn params(&mut self, params: &[Param], tail: usize) {
        if params.is_empty() {
            return;
        }
        if let Some(line) = self.params_line(params)
            && width(&line) <= self.out.room(tail)
        {
            return self.out.push(&line);
        }
        self.out.push("(");
        for param in params {
            self.out.fresh(STEP);
            self.words(&[&format!("{}:", plain_name(&param.name.text)), ""]);
            self.ty(
                &param.ty,
                At {
                    indent: STEP,
                    tail: 1,
                },
            );
            self.out.push(",");
        }
        self.out.fresh(0);
        self.out.push(")");
    }

    /// Parameters on one line; empty without any.
    pub(super) fn params_line(&self, params: &[Param]) -> Option<String> {
        if params.is_empty() {
            return Some(String::new());
        }
        let mut parts = Vec::with_capacity(params.len());
        for param in params {
            let ty = self.type_line(&param.ty)?;
            parts.push(format!("{}: {ty}", plain_name(&param.name.text)));
        }
        Some(format!("({})", parts.join(", ")))
    }
}

/// The marks of a field, with a blank before each.
fn marks(field: &Field) -> &'static str {
    match (field.sensitive, field.fixed) {
        (true, true) => " sensitive fixed",
        (true, false) => " sensitive",
        (false, true) => " fixed",
        (false, false) => "",
    }
}

/// A type that is a word, with its range or currency.
fn named(ty: &TypeExpr) -> String {
    let mut text = match &ty.kind {
        TypeKind::Named { name, range: None } => type_name(&name.text),
        TypeKind::Named {
            name,
            range: Some(range),
        } => format!("{} {}", type_name(&name.text), line(range, Level::Range)),
        TypeKind::Money(currency) => format!("money<{}>", plain_name(&currency.text)),
        _ => String::new(),
    };
    text.push_str(if ty.optional { "?" } else { "" });
    text
}

fn default(field: &Field) -> String {
    field.default.as_ref().map_or_else(String::new, |value| {
        format!(" = {}", line(value, Level::ANY))
    })
}

/// The parts between braces, with commas. `None` where a part is, or where it gets longer than any line.
pub(super) fn in_braces(parts: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut text = String::from("{");
    for (i, part) in parts.enumerate() {
        text.push_str(if i == 0 { " " } else { ", " });
        text.push_str(&part?);
        if text.len() > 4 * super::out::WIDTH {
            return None;
        }
    }
    text.push_str(if text.len() > 1 { " }" } else { "}" });
    Some(text)
}
