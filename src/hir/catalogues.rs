//! Checking of catalogues: actions that differ in what a row of reference data says of them.
//!
//! In: the clauses, written once, in which a name stands for the row. They are checked once, as those of one action are.
//! Out: an action for each row, in whose expressions the row's fields stand as constants. Expressions are made anew
//! only where they read the row, and once for all rows that are alike in what they read: ten thousand rows with five
//! tiers have five conditions on the tier.

use super::actions::{is_percent, lever_of};
use super::lower::Lowering;
use super::names::Named;
use super::visit::operands_mut;
use super::{
    Action, Catalogue, Content, DefId, DefKind, ExprId, ExprKind, GroupId, LocalId, Treatment, Ty,
    operands,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;
use std::rc::Rc;
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
                Some(GroupOf::Each(field)) => self.group_of_row(&rows, field, at(field)),
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

    fn group_of_row(&mut self, rows: &Rows, field: u32, at: Span) -> Option<GroupId> {
        let Some(Value::Text(path)) = rows.field(field) else {
            return None;
        };
        if let Some(Named::Group(id)) = self.names.get(&path) {
            return Some(id);
        }
        let error = Diagnostic::error(
            Code::UnknownGroup,
            at,
            format!("there is no group `{path}`"),
        )
        .label("the path of a group goes here");
        let near = self.near(&path, self.groups.iter().map(|g| g.name.as_str()));
        self.report(match near.as_slice() {
            [] if is_path(&path) => error.help(format!("declare it in the rules: `group {path}`")),
            [] => error.help("write an issue and a group of it: `sales.tickets`, for example"),
            near => {
                // A text keeps its quotes; what is written otherwise can't be replaced by machine.
                let written = self.sources.snippet(at);
                let quoted = written.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
                match (near, quoted) {
                    ([one], Some(inner)) if *inner == *path => {
                        let repair = format!("\"{one}\"");
                        super::slips::meant(error, at, &[&repair])
                    }
                    _ if *written == *path => super::slips::meant(error, at, near),
                    _ => error.help(format!("did you mean {}?", super::slips::one_of(near))),
                }
            }
        });
        None
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

    /// An expression with the values of a row in it.
    fn put(&mut self, id: ExprId, rows: &mut Rows) -> ExprId {
        let reads = rows.read_by(self, id);
        if reads.is_empty() {
            return id;
        }
        let key = (id, rows.alike(&reads));
        if let Some(known) = rows.made.get(&key) {
            return *known;
        }
        let (mut kind, ty, span) = {
            let expr = self.expr(id);
            (expr.kind.clone(), expr.ty.clone(), expr.span)
        };
        match rows.value_of(self, &kind) {
            Some(value) => kind = ExprKind::Const(value),
            None => operands_mut(&mut kind, |operand| *operand = self.put(*operand, rows)),
        }
        // A field of a record that the row holds is as constant as the record.
        if let ExprKind::Field(base, place) = &kind
            && let ExprKind::Const(Value::Record(fields)) = &self.expr(*base).kind
            && let Some(value) = fields.get(*place as usize)
        {
            kind = ExprKind::Const(value.clone());
        }
        let made = self.push(kind, ty, span);
        rows.made.insert(key, made);
        made
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

/// The rows of a catalogue, one after another, and what was made for them.
struct Rows {
    row: LocalId,
    /// The row it is about now.
    value: Value,
    /// For each of its fields a number that rows share which are alike in it.
    numbers: Vec<u32>,
    /// The values of each field so far, by those numbers.
    values: Vec<HashMap<Value, u32>>,
    /// The fields that an expression reads, by their places.
    reads: HashMap<ExprId, Rc<[u32]>>,
    /// What was made of an expression for rows that are alike in what it reads.
    made: HashMap<(ExprId, Box<[u32]>), ExprId>,
}

impl Rows {
    fn new(row: LocalId) -> Rows {
        Rows {
            row,
            value: Value::Missing,
            numbers: Vec::new(),
            values: Vec::new(),
            reads: HashMap::new(),
            made: HashMap::new(),
        }
    }

    fn fields(&self) -> &[Value] {
        match &self.value {
            Value::Record(fields) => fields,
            _ => &[],
        }
    }

    fn field(&self, place: u32) -> Option<Value> {
        self.fields().get(place as usize).cloned()
    }

    fn turn_to(&mut self, row: &Value) {
        self.value = row.clone();
        let Value::Record(fields) = row else { return };
        self.values.resize_with(fields.len(), HashMap::new);
        self.numbers.clear();
        for (field, known) in fields.iter().zip(&mut self.values) {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            self.numbers
                .push(*known.entry(field.clone()).or_insert(next));
        }
    }

    /// What tells rows apart for an expression that reads these fields.
    fn alike(&self, reads: &[u32]) -> Box<[u32]> {
        let number = |place: &u32| self.numbers.get(*place as usize).copied();
        reads.iter().filter_map(number).collect()
    }

    /// The places of the fields of the row that an expression reads.
    fn read_by(&mut self, lowering: &Lowering<'_>, id: ExprId) -> Rc<[u32]> {
        if let Some(known) = self.reads.get(&id) {
            return Rc::clone(known);
        }
        let mut found: Vec<u32> = Vec::new();
        match &lowering.expr(id).kind {
            ExprKind::Field(base, place) if self.is_row(lowering, *base) => found.push(*place),
            ExprKind::Local(local) if *local == self.row => {
                found.extend((0..).take(self.numbers.len()));
            }
            kind => {
                let mut parts = Vec::new();
                operands(kind, |operand| parts.push(operand));
                for part in parts {
                    found.extend(self.read_by(lowering, part).iter());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        let found: Rc<[u32]> = found.into();
        self.reads.insert(id, Rc::clone(&found));
        found
    }

    fn is_row(&self, lowering: &Lowering<'_>, id: ExprId) -> bool {
        lowering.expr(id).kind == ExprKind::Local(self.row)
    }

    /// What the row says in the place of an expression: the row itself, or one of its fields.
    fn value_of(&self, lowering: &Lowering<'_>, kind: &ExprKind) -> Option<Value> {
        match kind {
            ExprKind::Local(local) if *local == self.row => Some(self.value.clone()),
            ExprKind::Field(base, place) if self.is_row(lowering, *base) => self.field(*place),
            _ => None,
        }
    }
}

/// Where a row of reference data stands, and those of its fields that are written.
#[derive(Clone, Debug)]
pub(super) struct RowPlace {
    pub(super) whole: Span,
    /// By the place of the field.
    pub(super) fields: Vec<(usize, Span)>,
}

impl RowPlace {
    /// Where a field stands; the row where it is not written.
    pub(super) fn of(&self, field: u32) -> Span {
        let mut fields = self.fields.iter();
        let own = fields.find(|(place, _)| *place == field as usize);
        own.map_or(self.whole, |(_, at)| *at)
    }
}
