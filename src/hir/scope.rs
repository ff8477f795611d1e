//! Names that stand for a value in a part of a text only: parameters, items of lists.
//!
//! A parameter or item wins over a declaration of its name, so that adding a declaration changes no meaning. The fields of
//! an item that are written bare win over nothing: where both could be meant that is an error. So it is of the factors of a
//! ranking, which nobody has named.

use super::lower::Lowering;
use super::names::Named;
use super::told::Told;
use super::{ExprId, ExprKind, LocalId, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::HashMap;

/// A name in scope.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// The name; `it` inside `where`.
    name: Box<str>,
    local: LocalId,
    ty: Ty,
    /// Inside `where`: the fields of the item may be written bare.
    open: bool,
    /// A factor of a ranking, whose name may be another's too.
    factor: bool,
}

/// The names in scope.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Innermost last.
    all: Vec<Local>,
    /// The places of those of one name.
    named: HashMap<Box<str>, Vec<usize>>,
    /// The places of the items whose fields may be written bare.
    open: Vec<usize>,
}

impl Scope {
    fn push(&mut self, local: Local) {
        let place = self.all.len();
        self.named
            .entry(local.name.clone())
            .or_default()
            .push(place);
        if local.open {
            self.open.push(place);
        }
        self.all.push(local);
    }

    fn pop(&mut self) {
        let Some(local) = self.all.pop() else { return };
        if let Some(places) = self.named.get_mut(&local.name) {
            places.pop();
        }
        if local.open {
            self.open.pop();
        }
    }

    /// The newest is a factor of a ranking.
    fn mark_factor(&mut self) {
        if let Some(local) = self.all.last_mut() {
            local.factor = true;
        }
    }

    /// The innermost of that name.
    fn get(&self, name: &str) -> Option<&Local> {
        self.all.get(*self.named.get(name)?.last()?)
    }

    /// The items whose fields may be written bare, innermost first.
    fn open(&self) -> impl Iterator<Item = &Local> {
        let places = self.open.iter().rev();
        places.filter_map(|place| self.all.get(*place))
    }
}

impl Lowering<'_> {
    /// A new local of that name and type, from here until [`Lowering::close_scope`].
    pub(super) fn open_scope(&mut self, name: &ast::Name, ty: Ty) -> LocalId {
        self.check_local_name(name);
        self.enter(&name.text, ty, false)
    }

    /// A factor of a ranking, from here until [`Lowering::close_scope`].
    pub(super) fn open_factor(&mut self, word: &str) -> LocalId {
        let local = self.enter(word, Ty::Decimal, false);
        self.scope.mark_factor();
        local
    }

    /// The item of a `where`: `it`, whose fields may be written bare.
    pub(super) fn open_item(&mut self, ty: Ty) -> LocalId {
        self.enter("it", ty, true)
    }

    fn enter(&mut self, name: &str, ty: Ty, open: bool) -> LocalId {
        let local = LocalId(self.count(self.locals.len()));
        self.local_numbers
            .push(self.count(self.locals.len() - self.first_local));
        self.locals.push(name.to_owned());
        self.scope.push(Local {
            name: name.into(),
            local,
            ty,
            open,
            factor: false,
        });
        local
    }

    /// The event of a `where`: `event`, whose fields may be written bare.
    pub(super) fn open_event(&mut self, ty: Ty) -> LocalId {
        self.enter("event", ty, true)
    }

    /// Another name for a local, from here until [`Lowering::close_scope`].
    pub(super) fn name_local(&mut self, name: &ast::Name, local: LocalId, ty: Ty) {
        self.check_local_name(name);
        self.scope.push(Local {
            name: name.text.clone(),
            local,
            ty,
            open: false,
            factor: false,
        });
    }

    /// Ends the scope of the newest local.
    pub(super) fn close_scope(&mut self) {
        self.scope.pop();
    }

    fn check_local_name(&mut self, name: &ast::Name) {
        if self.scope.get(&name.text).is_none() && !super::time::is_moment(&name.text) {
            return;
        }
        self.report(
            Diagnostic::error(
                Code::DuplicateName,
                name.at.0,
                format!("the name `{}` is taken here", name.text),
            )
            .label("another name goes here")
            .help("parameters and items around one another have different names, and none is `now` or `today`"),
        );
    }

    /// Whether a word is the name of a local, or the field of an item that may be written bare.
    pub(super) fn is_local(&self, word: &str) -> bool {
        let mut open = self.scope.open();
        self.scope.get(word).is_some() || open.any(|l| self.open_field(l, word).is_some())
    }

    /// Whether a word is a local that stands for events.
    pub(super) fn local_is_stream(&self, word: &str) -> bool {
        let local = self.scope.get(word);
        local.is_some_and(|l| matches!(l.ty, Ty::Stream(_)))
    }

    /// The names of the fields that may be written bare here.
    pub(super) fn open_fields(&self) -> Vec<String> {
        let mut names = Vec::new();
        for local in self.scope.open() {
            if let Ty::Record(id) = local.ty.present() {
                let record = self.records.get(id.index());
                names.extend(
                    record
                        .into_iter()
                        .flat_map(|r| &r.fields)
                        .map(|f| f.name.clone()),
                );
            }
        }
        names
    }

    fn open_field(&self, local: &Local, word: &str) -> Option<(RecordId, usize)> {
        let Ty::Record(id) = local.ty.present() else {
            return None;
        };
        // The day of an event is made of its instant.
        let is_day = word == "day" && self.view(*id).is_some();
        let place = self.field_place(*id, if is_day { "at" } else { word })?;
        Some((*id, place))
    }

    /// The value of a local name; `None` where it is none.
    pub(super) fn local(&mut self, name: &ast::Name) -> Option<ExprId> {
        let at = name.at.0;
        if let Some(local) = self.scope.get(&name.text).cloned() {
            // A field of the event that is asked about might be meant as well.
            if let Some((owner, _)) = self
                .owners(&name.text)
                .filter(|_| self.in_behaviour.is_some() || local.factor)
            {
                self.report_open_field(name, &owner, None);
                return Some(self.broken(at));
            }
            if let Some(declared) = self.other_than_factor(&local) {
                self.report_factor(name, declared);
                return Some(self.broken(at));
            }
            return Some(self.local_value(&local, at));
        }
        let (owner, another) = self.owners(&name.text)?;
        let declared = self.names.span(&name.text);
        // A behaviour does not read the context: a field of it can't be meant.
        let outside = matches!(self.names.get(&name.text), Some(Named::Input(_)));
        let declared = declared.filter(|_| self.in_behaviour.is_none() || !outside);
        if declared.is_some() || another {
            self.report_open_field(name, &owner, declared);
            return Some(self.broken(at));
        }
        let value = self.local_value(&owner, at);
        let (record, _) = self.open_field(&owner, &name.text)?;
        Some(self.record_field(value, record, name, at))
    }

    /// The innermost item that has a field of that name, and whether another has one too.
    fn owners(&self, name: &str) -> Option<(Local, bool)> {
        let open = self.scope.open();
        let mut owners = open.filter(|l| self.open_field(l, name).is_some());
        let owner = owners.next().cloned()?;
        Some((owner, owners.next().is_some()))
    }

    fn local_value(&mut self, local: &Local, at: Span) -> ExprId {
        let kind = match local.ty {
            Ty::Stream(_) => ExprKind::Told(Box::new(Told::Group(local.local))),
            _ => ExprKind::Local(local.local),
        };
        let value = self.push(kind, local.ty.clone(), at);
        self.narrow(value)
    }

    /// Where the other value of a factor's name is declared, if there is one.
    fn other_than_factor(&self, local: &Local) -> Option<Span> {
        let other = self.names.get(&local.name).filter(|_| local.factor)?;
        matches!(other, Named::Input(_) | Named::Def(_)).then_some(())?;
        self.names.span(&local.name)
    }

    fn report_factor(&mut self, name: &ast::Name, declared: Span) {
        let word = &name.text;
        self.report(
            Diagnostic::error(
                Code::AmbiguousName,
                name.at.0,
                format!("`{word}` is a factor of the ranking and another name too"),
            )
            .label("which of the two?")
            .also(declared, "the other is declared here")
            .help(format!(
                "the factor is the action's own: give the other another name, or rank by `let other_{word} = {word}`"
            )),
        );
    }

    fn report_open_field(&mut self, name: &ast::Name, owner: &Local, declared: Option<Span>) {
        let own = format!("{}.{}", owner.name, name.text);
        let thing = if &*owner.name == "event" {
            "event"
        } else {
            "item"
        };
        let error = Diagnostic::error(
            Code::AmbiguousName,
            name.at.0,
            format!(
                "`{}` is a field of the {} and another name too",
                name.text, thing
            ),
        )
        .label("which of the two?")
        .help(format!(
            "for the {thing}'s field write `{own}`; the other needs another name"
        ))
        .suggest(name.at.0, own);
        self.report(match declared {
            Some(at) => error.also(at, "the other is declared here"),
            None => error,
        });
    }
}
