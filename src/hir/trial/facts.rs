//! Facts of customers and tests: paths become fields, values constants of the fields' types.
//!
//! A record literal is taken apart field by field, so that a customer may be partial.

use super::super::lower::Lowering;
use super::super::{Input, InputId, Root, Ty};
use super::{Fact, Reading};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Facts as they are read, and where each field was given.
#[derive(Default)]
pub(super) struct Given {
    pub(super) facts: Vec<Fact>,
    seen: HashMap<InputId, Span>,
}

impl Lowering<'_> {
    /// The facts of a list, each field at most once. `touchpoint`: paths begin there.
    pub(super) fn given_facts(
        &mut self,
        reading: &Reading<'_>,
        written: &[ast::FactExpr],
        touchpoint: bool,
    ) -> Arc<[Fact]> {
        let mut given = Given::default();
        for fact in written {
            if let Some(input) = self.path_of(reading, &fact.path, touchpoint) {
                let at = place(&fact.path);
                self.fact(reading, input, &fact.value, at, &mut given);
            }
        }
        given.facts.into()
    }

    /// One fact, with its place: that of the path.
    pub(super) fn fact(
        &mut self,
        reading: &Reading<'_>,
        input: InputId,
        value: &ast::Expr,
        at: Span,
        given: &mut Given,
    ) {
        let ty = self.input(input).ty.clone();
        let mut written = value;
        while let ast::ExprKind::Paren(inner) = &written.kind {
            written = inner;
        }
        if let (Ty::Record(_), ast::ExprKind::Record(fields)) = (ty.present(), &written.kind) {
            return self.record_of_facts(reading, input, fields, at, given);
        }
        if let Some(first) = given.seen.insert(input, at) {
            return self.given_twice(input, at, first);
        }
        let id = self.check(value, &ty);
        if self.expr(id).ty == Ty::Error {
            return;
        }
        let Some(value) = self.constant(id) else {
            return self.no_constant(self.expr(id).span);
        };
        let range = self.input(input).range;
        self.check_range(&value, range, written.at.0);
        given.facts.push(Fact {
            input,
            value,
            span: at,
        });
    }

    /// A record, field by field.
    fn record_of_facts(
        &mut self,
        reading: &Reading<'_>,
        record: InputId,
        fields: &[(ast::Name, ast::Expr)],
        at: Span,
        given: &mut Given,
    ) {
        given.facts.push(Fact {
            input: record,
            value: Value::Record(Arc::from([])),
            span: at,
        });
        for (name, value) in fields {
            let path = format!("{}.{}", self.input(record).path, name.text);
            match reading.paths.get(&path) {
                Some(child) => self.fact(reading, *child, value, name.at.0, given),
                None => {
                    let ty = self.input(record).ty.present().clone();
                    self.no_such_field(&ty, name, name.at.0);
                }
            }
        }
    }

    fn given_twice(&mut self, input: InputId, at: Span, first: Span) {
        let path = &self.input(input).path;
        let error = Diagnostic::error(Code::DuplicateEntry, at, format!("`{path}` is given twice"));
        self.report(
            error
                .label("given again here")
                .also(first, "first given here")
                .help("remove one of the two; what differs from a customer stands behind `but`"),
        );
    }

    fn no_constant(&mut self, at: Span) {
        let text = self.sources.snippet(at).to_owned();
        self.report(
            Diagnostic::error(
                Code::FactNotConstant,
                at,
                format!("`{text}` is no fact: it depends on what else is given"),
            )
            .label("a value written out goes here")
            .help(
                "write a number, an amount, a date, a text, a member, or a list or record of those",
            ),
        );
    }

    /// The field of a path, or a report that there is none.
    pub(super) fn path_of(
        &mut self,
        reading: &Reading<'_>,
        path: &[ast::Name],
        touchpoint: bool,
    ) -> Option<InputId> {
        let mut text = if touchpoint { "touchpoint" } else { "" }.to_owned();
        let mut found: Option<InputId> = None;
        for (place, name) in path.iter().enumerate() {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&name.text);
            let here = reading.paths.get(&text).copied();
            let here = here.filter(|id| self.input(*id).root != Root::Now);
            let beyond = place == 0 && !touchpoint && &*name.text == "touchpoint";
            match (here, found) {
                (Some(id), _) => found = Some(id),
                (None, _) if beyond && path.len() > 1 => {}
                (None, Some(around)) => {
                    let ty = self.input(around).ty.present().clone();
                    self.no_such_field(&ty, name, name.at.0);
                    return None;
                }
                (None, None) if touchpoint || place > 0 => {
                    self.touchpoint_field(name, name.at.0);
                    return None;
                }
                (None, None) => {
                    let error = self.no_such_fact(name);
                    self.report(error);
                    return None;
                }
            }
        }
        found
    }

    /// The report of a first word that is no field of the context.
    fn no_such_fact(&self, name: &ast::Name) -> Diagnostic {
        let word = &*name.text;
        let error = Diagnostic::error(
            Code::UnknownName,
            name.at.0,
            format!("the context has no field `{word}`"),
        )
        .label("a field of `context` goes here");
        if self.is_crowded() {
            return error.help("declare it in `context`");
        }
        let inputs = || self.inputs.iter().filter(|i| i.root == Root::Context);
        let within = |i: &&Input| i.name == word && i.parent.is_some();
        let mut paths: Vec<&str> = inputs().filter(within).map(|i| &*i.path).collect();
        if paths.is_empty() {
            paths.extend(self.near(word, inputs().map(|i| &*i.path)));
        }
        if paths.is_empty() {
            return match word {
                "touchpoint" | "channel" => {
                    error.help("where it happens is said by `on`, for example `on kiosk`")
                }
                "now" => error.help("the instant is a step of its own: `now 2026-03-06T18:00:00Z`"),
                _ => error.help("name a field as `context` declares it, by its whole path"),
            };
        }
        super::super::slips::meant(error, name.at.0, &paths)
    }
}

/// Where a path stands.
pub(super) fn place(path: &[ast::Name]) -> Span {
    match (path.first(), path.last()) {
        (Some(first), Some(last)) => first.at.0.to(last.at.0),
        _ => Span::default(),
    }
}
