//! Checking of catalogues: actions that differ in what a row of reference data says of them.
//!
//! In: the clauses, written once, in which a name stands for the row. They are checked once, as those of one action are.
//! Out: an action for each row, in whose expressions the row's fields stand as constants.

use super::actions::{is_percent, lever_of};
use super::catalogue_rows::Rows;
use super::lower::Lowering;
use super::names::Named;
use super::{Action, Catalogue, Content, DefId, DefKind, ExprId, GroupId, Treatment, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Lowering<'_> {
    /// A catalogue; `None` where its rows are not known.
    pub(super) fn catalogue(
        &mut self,
        item: &ast::Item,
        written: &ast::Action,
    ) -> Option<Catalogue> {
        let from = written.from.as_ref()?;
        let Some((data, record, key)) = self.rows_from(from) else {
            self.rows_lost = true;
            return None;
        };
        let row = self.open_scope(&written.name, Ty::Record(record));
        let group = self.group_of_rows(written, record);
        let each = self.action_in(GroupId(0), item, written);
        let lever = lever_of(written).filter(|lever| !is_percent(lever));
        let lever = lever.and_then(|lever| self.lever_of_rows(lever, &written.name));
        self.close_scope();
        let known = self.are_rows_of_one(data, from, written);
        let mut catalogue = Catalogue {
            each: Arc::new(each),
            actions: Vec::new(),
        };
        self.catalogues_at.push(item.at.0);
        if !known {
            return Some(catalogue);
        }
        let template = Template {
            each: &catalogue.each,
            key,
            group,
            lever,
        };
        catalogue.actions = self.actions_of(&template, data, Rows::new(row));
        Some(catalogue)
    }

    /// One action a row.
    fn actions_of(&mut self, template: &Template, data: DefId, mut rows: Rows) -> Vec<Arc<Action>> {
        let draft = self.drafts.get_mut(data.index());
        let places = draft.map(|draft| std::mem::take(&mut draft.row_places));
        let values = match self.drafts.get(data.index()).and_then(|d| d.kind.as_ref()) {
            Some(DefKind::Reference(reference)) => reference.rows.clone(),
            _ => Value::Missing,
        };
        let Value::List(values) = values else {
            return Vec::new();
        };
        let mut made = Vec::with_capacity(values.len());
        let mut unknown = Unknown::new();
        for (value, place) in values.iter().zip(places.iter().flatten()) {
            rows.turn_to(value);
            let at = |field| place.of(field);
            let Some(Value::Text(name)) = rows.field(template.key) else {
                continue;
            };
            if !self.is_new_action(&name, at(template.key)) {
                continue;
            }
            let group = match template.group {
                Some(GroupOf::All(group)) => Some(group),
                Some(GroupOf::Each(field)) => {
                    self.group_of_row(&rows, field, at(field), &mut unknown)
                }
                None => None,
            };
            if let Some(group) = group {
                let own = (name.to_string(), group, at(template.key));
                made.push(Arc::new(self.action_of(template, own, &mut rows)));
            }
        }
        if let Some(draft) = self.drafts.get_mut(data.index()) {
            draft.row_places = places.unwrap_or_default();
        }
        self.unknown_groups(&unknown);
        made
    }

    /// Takes the name of an action, or reports who has it.
    fn is_new_action(&mut self, name: &str, at: Span) -> bool {
        let declared = match self.declared_action(name) {
            Some(_) => self.names.span(name),
            None => self.rows_named.get(name).copied(),
        };
        let error = |message: String| Diagnostic::error(Code::DuplicateName, at, message);
        if name.trim().is_empty() {
            self.report(
                error("an action has a name".to_owned())
                    .label("a name goes here")
                    .help("the key of a row is the name of its action"),
            );
            return false;
        }
        if let Some(first) = declared {
            self.report(
                error(format!("two actions are called `{name}`"))
                    .label("the second one")
                    .also(first, "the first one")
                    .help(
                        "an action has a name of its own, in all catalogues: rename one of the two",
                    ),
            );
            return false;
        }
        self.rows_named.insert(name.into(), at);
        true
    }

    /// The group that a row names; one that is not known is kept, to be told once.
    fn group_of_row(
        &mut self,
        rows: &Rows,
        field: u32,
        at: Span,
        unknown: &mut Unknown,
    ) -> Option<GroupId> {
        let Some(Value::Text(path)) = rows.field(field) else {
            return None;
        };
        if let Some(Named::Group(id)) = self.names.get(&path) {
            return Some(id);
        }
        self.rows_lost |= self.groups_lost.contains(&*path);
        if !self.groups_lost.contains(&*path) {
            unknown.entry(path).or_default().push(at);
        }
        None
    }

    fn unknown_groups(&mut self, unknown: &Unknown) {
        for (path, rows) in unknown {
            self.unknown_group(path, rows);
        }
    }

    /// The report of a group that is not known, for all rows that name it.
    fn unknown_group(&mut self, path: &str, rows: &[Span]) {
        let Some(first) = rows.first().copied() else {
            return;
        };
        let label = match rows.len() {
            1 => "the path of a group goes here".to_owned(),
            count => format!("the path of a group goes here; {count} rows name this one"),
        };
        let message = format!("there is no group `{path}`");
        let error = Diagnostic::error(Code::UnknownGroup, first, message).label(label);
        let groups = self.groups.iter().map(|g| g.name.as_str());
        let lost = self.groups_lost.iter().map(String::as_str);
        let near = self.near(path, groups.chain(lost));
        let error = match near.as_slice() {
            [] if is_path(path) => error.help(format!("declare it in the rules: `group {path}`")),
            [] => error.help("write an issue and a group of it: `sales.tickets`, for example"),
            near => {
                let error = error.help(format!("did you mean {}?", super::slips::one_of(near)));
                match near {
                    [one] => self.called_in_all(error, (path, one), rows),
                    _ => error,
                }
            }
        };
        self.report(error);
    }

    /// With the repair of every row, where the name is written as it is.
    fn called_in_all(
        &self,
        error: Diagnostic,
        (wrong, right): (&str, &str),
        rows: &[Span],
    ) -> Diagnostic {
        rows.iter().fold(error, |error, at| {
            let written = self.sources.snippet(*at);
            // A text keeps its quotes; what is written otherwise can't be replaced by machine.
            let quoted = written.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
            match quoted {
                Some(inner) if inner == wrong => error.suggest(*at, format!("\"{right}\"")),
                None if written == wrong => error.suggest(*at, right),
                _ => error,
            }
        })
    }

    /// The action of a row.
    fn action_of(
        &mut self,
        template: &Template,
        (name, group, span): (String, GroupId, Span),
        rows: &mut Rows,
    ) -> Action {
        let each = template.each;
        let mut put = |id: Option<ExprId>| id.map(|id| self.put(id, rows));
        let [eligible, applicable, suitable] =
            [each.eligible, each.applicable, each.suitable].map(&mut put);
        let [valid, only_on, propensity, value] =
            [each.valid, each.only_on, each.propensity, each.value].map(&mut put);
        let lever = put(template.lever).and_then(|id| self.number(id));
        let gives = self.content_of(&each.gives, rows);
        let treatments = each.treatments.iter();
        let treatments = treatments
            .map(|treatment| Treatment {
                when: treatment.when.map(|when| self.put(when, rows)),
                content: self.content_of(&treatment.content, rows),
                span: treatment.span,
            })
            .collect();
        Action {
            name,
            group,
            eligible,
            applicable,
            suitable,
            valid,
            only_on,
            propensity,
            value,
            lever: lever.unwrap_or(each.lever),
            gives,
            treatments,
            transactional: each.transactional,
            docs: Vec::new(),
            span,
        }
    }

    fn content_of(&mut self, content: &[Content], rows: &mut Rows) -> Vec<Content> {
        let content = content.iter();
        content
            .map(|field| Content {
                name: Arc::clone(&field.name),
                value: self.put(field.value, rows),
                span: field.span,
            })
            .collect()
    }
}

/// Whether a text is written as the path of a group is.
fn is_path(text: &str) -> bool {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        let begins = letters.next().is_some_and(|c| c.is_ascii_alphabetic());
        begins && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.split_once('.')
        .is_some_and(|(issue, group)| is_word(issue) && is_word(group))
}

/// Where rows name groups that are not known, by their paths.
type Unknown = BTreeMap<Arc<str>, Vec<Span>>;

/// To which group the actions of a catalogue belong.
#[derive(Clone, Copy)]
pub(super) enum GroupOf {
    All(GroupId),
    /// To the one that this field of its row names.
    Each(u32),
}

/// What the actions of a catalogue are made from.
struct Template<'a> {
    each: &'a Action,
    /// The place of the field that is the name.
    key: u32,
    /// Not known where that was reported.
    group: Option<GroupOf>,
    /// What the rows add to the lever, where they differ in it.
    lever: Option<ExprId>,
}
