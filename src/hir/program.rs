//! The whole resolved ruleset.

use super::{
    Def, DefId, Enum, EnumId, EventType, Expr, ExprId, Group, GroupId, Input, InputId, Issue,
    PatternText, Record, RecordId, Root, Ty, told::View,
};
use crate::source::Span;
use crate::value::currency;

/// A whole ruleset, resolved. It is only made without errors.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) records: Vec<Record>,
    pub(crate) inputs: Vec<Input>,
    /// Children before parents; definitions a definition needs before it, see `order`.
    pub(crate) exprs: Vec<Expr>,
    pub(crate) defs: Vec<Def>,
    /// The definitions so that each comes behind those it needs.
    pub(crate) order: Vec<DefId>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) groups: Vec<Group>,
    /// Where the clauses of catalogues stand.
    pub(crate) catalogues: Vec<Span>,
    pub(crate) events: Vec<EventType>,
    pub(crate) views: Vec<View>,
    /// How events come in: for each type a record, and one that has the type alone.
    pub(crate) entries: Vec<RecordId>,
    pub(crate) event_tag: RecordId,
    /// The zone that the ruleset declares.
    pub(crate) zone: Option<DefId>,
    pub(crate) patterns: Vec<PatternText>,
    /// The names of parameters and items.
    pub(crate) locals: Vec<String>,
    /// The place of each among those of its definition.
    pub(crate) local_numbers: Vec<u32>,
    /// The first day of a week: 0 is Monday.
    pub(crate) week_start: u32,
    pub(crate) tests: super::Tests,
}

#[expect(
    clippy::indexing_slicing,
    reason = "ids are made only by the lowering that fills these lists, and never leave their program"
)]
impl Program {
    /// The name after `ruleset`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
    /// Whether a text belongs to the clauses of a catalogue, which stand for many rows.
    pub(crate) fn is_of_rows(&self, span: Span) -> bool {
        let mut catalogues = self.catalogues.iter();
        catalogues.any(|whole| {
            whole.source == span.source && (whole.start..whole.end).contains(&span.start)
        })
    }
    /// The doc comment of `ruleset`.
    #[must_use]
    pub fn docs(&self) -> &[String] {
        &self.docs
    }
    /// All enums.
    #[must_use]
    pub fn enums(&self) -> &[Enum] {
        &self.enums
    }
    /// All record types.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }
    /// All inputs; parents before children.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }
    /// All definitions as declared.
    #[must_use]
    pub fn defs(&self) -> &[Def] {
        &self.defs
    }
    /// The definitions so that each comes behind those it needs.
    #[must_use]
    pub fn order(&self) -> &[DefId] {
        &self.order
    }
    /// All expressions, children before parents.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }
    /// All issues.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }
    /// All groups of actions.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
    /// One group.
    #[must_use]
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.index()]
    }
    /// All event types.
    #[must_use]
    pub fn events(&self) -> &[EventType] {
        &self.events
    }
    /// What can be asked of events, in the order of their records.
    #[must_use]
    pub fn views(&self) -> &[View] {
        &self.views
    }
    /// The view that a record is of.
    #[must_use]
    pub fn view(&self, id: RecordId) -> Option<&View> {
        let place = self.views.binary_search_by_key(&id, |v| v.record).ok()?;
        self.views.get(place)
    }
    /// How an event of a type comes in: `id`, `type`, `at`, `seq`, `device`, `channel` where there is one, then its
    /// declared fields.
    #[must_use]
    pub fn entry(&self, ty: u32) -> Option<RecordId> {
        self.entries.get(ty as usize).copied()
    }
    /// A record that has the type of an event alone.
    #[must_use]
    pub fn event_tag(&self) -> RecordId {
        self.event_tag
    }
    /// The definition of the ruleset's zone.
    #[must_use]
    pub fn zone(&self) -> Option<DefId> {
        self.zone
    }
    /// Whether anything asks about events.
    #[must_use]
    pub fn asks_of_events(&self) -> bool {
        let mut exprs = self.exprs.iter();
        exprs.any(|e| matches!(e.kind, super::ExprKind::Told(_)))
    }
    /// Whether events have channels.
    #[must_use]
    pub fn has_channels(&self) -> bool {
        let mut inputs = self.inputs.iter();
        inputs.any(|i| i.path == "touchpoint.channel" && matches!(i.ty.present(), Ty::Enum(_)))
    }
    /// The members of the enums within a type, in order.
    pub(crate) fn members_of(&self, ty: &Ty) -> Vec<&str> {
        let mut found = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut open = vec![ty];
        while let Some(ty) = open.pop() {
            match ty {
                Ty::Enum(id) => {
                    found.extend(self.enumeration(*id).members.iter().map(String::as_str));
                }
                Ty::Optional(inner) | Ty::List(inner) => open.push(inner),
                Ty::Record(id) if seen.insert(*id) => {
                    for field in &self.record(*id).fields {
                        found.push(&field.name);
                        open.push(&field.ty);
                    }
                }
                _ => {}
            }
        }
        found
    }
    /// The records that the compiler makes for events.
    pub fn made_records(&self) -> impl Iterator<Item = RecordId> {
        let views = self.views.iter().map(|v| v.record);
        views
            .chain(self.entries.iter().copied())
            .chain([self.event_tag])
    }
    /// The names of parameters and of the items of lists; a [`LocalId`](super::LocalId) is a place among them.
    #[must_use]
    pub fn local_names(&self) -> &[String] {
        &self.locals
    }
    /// All patterns of `matches`.
    #[must_use]
    pub fn patterns(&self) -> &[PatternText] {
        &self.patterns
    }
    /// The input of a path: `touchpoint.channel`.
    #[must_use]
    pub fn input_of(&self, path: &str) -> Option<InputId> {
        let place = self.inputs.iter().position(|i| i.path == path)?;
        u32::try_from(place).ok().map(InputId)
    }
    /// The input that `now` is, if anything asks for it.
    #[must_use]
    pub fn now(&self) -> Option<InputId> {
        let place = self.inputs.iter().position(|i| i.root == Root::Now)?;
        u32::try_from(place).ok().map(InputId)
    }
    /// The first day of a week: 0 is Monday.
    #[must_use]
    pub fn week_start(&self) -> u32 {
        self.week_start
    }
    /// One enum.
    #[must_use]
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.index()]
    }
    /// One record type.
    #[must_use]
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.index()]
    }
    /// One input.
    #[must_use]
    pub fn input(&self, id: InputId) -> &Input {
        &self.inputs[id.index()]
    }
    /// One definition.
    #[must_use]
    pub fn def(&self, id: DefId) -> &Def {
        &self.defs[id.index()]
    }
    /// One expression.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }
    /// The definition of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<DefId> {
        let index = self.defs.iter().position(|d| d.name == name)?;
        u32::try_from(index).ok().map(DefId)
    }
    /// A type as an author writes it.
    #[must_use]
    pub fn type_name(&self, ty: &Ty) -> String {
        type_name(ty, &self.enums, &self.records)
    }
}

pub(super) fn type_name(ty: &Ty, enums: &[Enum], records: &[Record]) -> String {
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "int".to_owned(),
        Ty::Decimal => "decimal".to_owned(),
        Ty::Text => "string".to_owned(),
        Ty::Money(currency) => format!("money<{}>", currency::code(currency.0)),
        Ty::Date => "date".to_owned(),
        Ty::Time => "time".to_owned(),
        Ty::DateTime => "datetime".to_owned(),
        Ty::Duration => "duration".to_owned(),
        Ty::Elapsed => "elapsed".to_owned(),
        Ty::Distance => "distance".to_owned(),
        Ty::Zone => "timezone".to_owned(),
        Ty::Geo => "geo".to_owned(),
        Ty::Enum(id) => enums
            .get(id.index())
            .map_or(String::new(), |e| e.name.clone()),
        Ty::Record(id) => records
            .get(id.index())
            .map_or(String::new(), |r| r.name.clone()),
        Ty::Stream(id) => {
            let record = records.get(id.index());
            record.map_or(String::new(), |r| format!("stream of {}", r.name))
        }
        Ty::List(item) => format!("list<{}>", type_name(item, enums, records)),
        Ty::Optional(inner) => format!("{}?", type_name(inner, enums, records)),
        Ty::Never => "missing".to_owned(),
        Ty::Error => "?".to_owned(),
    }
}
