//! Syntax trees to a [`Program`]: names first, then types and inputs, then heads, then bodies.
//!
//! In: all files of a ruleset, the root first, and the CSV texts its tables name. Out: the program, if there was
//! no error, and every diagnostic. After a mistake lowering goes on; what could not be typed has [`Ty::Error`],
//! which fits everything, so that one mistake is reported once.
//!
//! `types` and `inputs` make types and inputs, `definitions` heads and bodies, `expr` checks expressions, `rules` and
//! `table` what has rules.

use super::behaviours::OfEvents;
use super::definitions::Draft;
use super::facts::{Fact, Facts, Key, Keys};
use super::names::{Named, Names};
use super::scope::Scope;
use super::streams::InBehaviour;
use super::told::{View, ViewOf};
use super::types::docs;
use super::{
    ArithOp, DefId, Enum, EnumId, EventType, Expr, ExprId, ExprKind, Group, Input, InputId, Issue,
    PatternText, Program, Record, RecordField, RecordId, Root, Tests, Ty,
};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::Limits;
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{self, ItemKind};
use crate::value::{Value, decimal};
use rust_decimal::Decimal;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};

/// CSV texts by the place of the `from "…"` that names them.
pub type CsvSources = HashMap<Span, SourceId>;

/// Resolves and types a ruleset.
pub fn lower(
    files: &[ast::File],
    csv: &CsvSources,
    sources: &SourceMap,
    limits: &Limits,
) -> (Option<Program>, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(csv, sources, limits);
    let items = || files.iter().flat_map(|f| &f.items);
    let ruleset = lowering.ruleset_name(files);
    lowering.declare(items());
    lowering.declare_groups(items());
    let acts = |item: &ast::Item| matches!(item.kind, ItemKind::Action(_) | ItemKind::Policy(_));
    if items().any(acts) {
        lowering.declare_outcomes();
    }
    lowering.types();
    lowering.roots(items());
    let (entries, event_tag) = lowering.entries();
    lowering.heads();
    lowering.bodies();
    let order = lowering.definition_order();
    let tests = lowering.trials(&items().collect::<Vec<_>>());
    let failed = lowering
        .diagnostics
        .iter()
        .any(|d| d.severity == Severity::Error);
    let (name, docs) = ruleset;
    let mut program = (!failed).then(|| Program {
        name,
        docs,
        enums: lowering.enums,
        records: lowering.records,
        inputs: lowering.inputs,
        exprs: lowering.exprs,
        defs: lowering
            .drafts
            .into_iter()
            .filter_map(Draft::finish)
            .collect(),
        order,
        issues: lowering.issues,
        groups: lowering.groups,
        catalogues: lowering.catalogues_at,
        events: lowering.events,
        views: lowering.views,
        entries,
        event_tag,
        zone: lowering.zone_definition,
        patterns: lowering.patterns,
        locals: lowering.locals,
        local_numbers: lowering.local_numbers,
        week_start: lowering.week_start.map_or(0, |(day, _)| day),
        tests: Tests::default(),
    });
    if let Some(program) = &mut program {
        tests.finish(program);
    }
    (program, lowering.diagnostics)
}

/// The name under which traces show the zone.
static ZONE_NAME: std::sync::LazyLock<ast::Name> = std::sync::LazyLock::new(|| ast::Name {
    text: "timezone".into(),
    at: ast::At(Span::default()),
});

/// Fields that every event has.
const EVENT_FIELDS: [&str; 7] = ["id", "type", "at", "day", "seq", "channel", "device"];

/// `a div b` and `a mod b` of whole numbers, floored.
fn whole_division(op: ArithOp, a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (i64::try_from(a).ok()?, i64::try_from(b).ok()?);
    crate::graph::ops::int(op, a, b).map(Decimal::from)
}

/// So many names are compared with unknown ones to find what was meant, in all.
const MOST_LOOKED_AT: usize = 2_000_000;

/// The state of lowering.
pub(super) struct Lowering<'a> {
    pub(super) csv: &'a CsvSources,
    pub(super) sources: &'a SourceMap,
    pub(super) limits: &'a Limits,
    pub(super) names: Names,
    pub(super) enums: Vec<Enum>,
    /// For each enum the places of its members.
    pub(super) member_places: Vec<HashMap<String, u32>>,
    pub(super) records: Vec<Record>,
    /// For each record the places of its fields.
    field_places: Vec<HashMap<Box<str>, usize>>,
    /// The fields of the touchpoint, by name.
    pub(super) touchpoint: HashMap<Box<str>, InputId>,
    /// How many names have been looked at to find what was meant.
    looked_at: Cell<usize>,
    /// How many fields of records have been filled in.
    pub(super) filled: usize,
    pub(super) inputs: Vec<Input>,
    pub(super) drafts: Vec<Draft<'a>>,
    /// Enums by their names, which are paths (`customer.home.kind`) where they are declared inline.
    pub(super) inline_enums: HashMap<String, EnumId>,
    /// The members of all enums.
    pub(super) member_words: HashSet<Box<str>>,
    pub(super) keys: Keys,
    pub(super) facts: Facts,
    /// Names that stand for a value here only, innermost last.
    pub(super) scope: Scope,
    /// The names of all there have been.
    pub(super) locals: Vec<String>,
    /// The place of each among those of its definition, which begin at `first_local`.
    pub(super) local_numbers: Vec<u32>,
    pub(super) first_local: usize,
    pub(super) patterns: Vec<PatternText>,
    pub(super) issues: Vec<Issue>,
    pub(super) groups: Vec<Group>,
    /// The paths of groups whose issues are not known, which is reported.
    pub(super) groups_lost: HashSet<String>,
    /// The actions that are rows of catalogues, by name, and where each stands.
    pub(super) rows_named: BTreeMap<Box<str>, Span>,
    /// The reference data that catalogues are made of: the name of the catalogue, and where it names the data.
    pub(super) rows_taken: HashMap<DefId, (String, Span)>,
    /// Some rows could not be read, which is reported: an action that is not known may be one of them.
    pub(super) rows_lost: bool,
    /// Where the clauses of catalogues stand.
    pub(super) catalogues_at: Vec<Span>,
    /// The fields of the touchpoint may be written bare.
    pub(super) on_touchpoint: bool,
    /// `time` is the time of day.
    pub(super) at_delivery: bool,
    /// What of each layer experiments have.
    pub(super) layers: HashMap<Box<str>, super::experiments::LayerTaken>,
    /// Where the event types begin that tell what became of actions.
    pub(super) outcomes: Option<u32>,
    pub(super) events: Vec<EventType>,
    /// What can be asked of events, and each by what it is of.
    pub(super) views: Vec<View>,
    pub(super) view_places: HashMap<ViewOf, RecordId>,
    /// The behaviour that is being checked.
    pub(super) in_behaviour: Option<InBehaviour>,
    week_start: Option<(u32, Span)>,
    /// The zone that the ruleset declares.
    pub(super) zone_definition: Option<DefId>,
    /// Whether it was reported that there is none.
    pub(super) told_zone: bool,
    exprs: Vec<Expr>,
    key_of: Vec<Key>,
    number_of: Vec<Option<Decimal>>,
    /// What each definition's text mentions; see [`Lowering::mentions`].
    pub(super) needs: Vec<Vec<usize>>,
    /// What is left for circles in them; see [`super::order::effort`].
    pub(super) circle_effort: usize,
    declared_records: Vec<(RecordId, &'a [ast::Field])>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    fn new(csv: &'a CsvSources, sources: &'a SourceMap, limits: &'a Limits) -> Self {
        let mut lowering = Lowering {
            csv,
            sources,
            limits,
            names: Names::default(),
            enums: Vec::new(),
            member_places: Vec::new(),
            records: Vec::new(),
            field_places: Vec::new(),
            touchpoint: HashMap::new(),
            looked_at: Cell::new(0),
            filled: 0,
            inputs: Vec::new(),
            drafts: Vec::new(),
            inline_enums: HashMap::new(),
            member_words: HashSet::new(),
            keys: Keys::default(),
            facts: Facts::default(),
            scope: Scope::default(),
            locals: Vec::new(),
            local_numbers: Vec::new(),
            first_local: 0,
            patterns: Vec::new(),
            issues: Vec::new(),
            groups: Vec::new(),
            groups_lost: HashSet::new(),
            rows_named: BTreeMap::new(),
            rows_taken: HashMap::new(),
            rows_lost: false,
            catalogues_at: Vec::new(),
            on_touchpoint: false,
            at_delivery: false,
            layers: HashMap::new(),
            outcomes: None,
            events: Vec::new(),
            views: Vec::new(),
            view_places: HashMap::new(),
            in_behaviour: None,
            week_start: None,
            zone_definition: None,
            told_zone: false,
            exprs: Vec::new(),
            key_of: Vec::new(),
            number_of: Vec::new(),
            needs: Vec::new(),
            circle_effort: 0,
            declared_records: Vec::new(),
            diagnostics: Vec::new(),
        };
        lowering.make_weekday();
        lowering
    }

    /// Makes a record type, as yet without fields.
    pub(super) fn add_record(&mut self, record: Record) {
        self.records.push(record);
        self.field_places.push(HashMap::new());
    }

    /// Gives a record type its fields.
    pub(super) fn set_fields(&mut self, id: RecordId, fields: Vec<RecordField>) {
        let places = fields.iter().enumerate();
        if let Some(known) = self.field_places.get_mut(id.index()) {
            *known = places.map(|(at, f)| (f.name.as_str().into(), at)).collect();
        }
        if let Some(record) = self.records.get_mut(id.index()) {
            record.fields = fields;
        }
    }

    /// The place of a field among those of its record.
    pub(super) fn field_place(&self, record: RecordId, name: &str) -> Option<usize> {
        self.field_places.get(record.index())?.get(name).copied()
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// So much is reported, or so many names have been looked at, that looking for what was meant takes too long.
    pub(super) fn is_crowded(&self) -> bool {
        self.diagnostics.len() > self.limits.diagnostics || self.looked_at.get() > MOST_LOOKED_AT
    }

    /// A name is looked at to find what was meant.
    pub(super) fn look(&self, names: usize) {
        crate::work::steps(names);
        self.looked_at
            .set(self.looked_at.get().saturating_add(names));
    }

    /// How many expressions there are so far.
    pub(super) fn expressions(&self) -> usize {
        self.exprs.len()
    }

    /// Takes back what was reported since: only a question was asked about the text.
    pub(super) fn forget_reports(&mut self, reported: usize) {
        self.diagnostics.truncate(reported);
    }

    /// How much was reported so far.
    pub(super) fn reported(&self) -> usize {
        self.diagnostics.len()
    }

    /// What was reported since, to be told otherwise.
    pub(super) fn take_reports(&mut self, reported: usize) -> Vec<Diagnostic> {
        self.diagnostics
            .split_off(reported.min(self.diagnostics.len()))
    }

    /// Adds a place to what was reported since of wrong types.
    pub(super) fn add_place(&mut self, reported: usize, at: Span, text: &str) {
        let since = self.diagnostics.iter_mut().skip(reported);
        for diagnostic in since.filter(|d| d.code == Code::TypeMismatch && d.primary.span != at) {
            let label = diagnostic.clone().also(at, text);
            *diagnostic = label;
        }
    }

    /// The length of a list as an id. Lists are bounded by the source size, whose offsets are 32 bits.
    #[expect(clippy::unused_self, reason = "reads as a step of the lowering")]
    pub(super) fn count(&self, length: usize) -> u32 {
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// Adds an expression whose operands were added before.
    pub(super) fn push(&mut self, kind: ExprKind, ty: Ty, span: Span) -> ExprId {
        let id = ExprId(self.count(self.exprs.len()));
        crate::work::steps(1);
        let key = self.keys.of(&kind, &self.key_of);
        let number = self.constant_number(&kind);
        self.key_of.push(key);
        self.number_of.push(number);
        self.exprs.push(Expr { kind, ty, span });
        id
    }

    /// An expression that was reported as wrong.
    pub(super) fn broken(&mut self, span: Span) -> ExprId {
        self.push(ExprKind::Const(Value::Missing), Ty::Error, span)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "expression ids are made only by `push`, and never leave their lowering"
    )]
    pub(super) fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "expression ids are made only by `push`, and never leave their lowering"
    )]
    pub(super) fn key(&self, id: ExprId) -> Key {
        self.key_of[id.index()]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "input ids are made only by `add_input`, and never leave their lowering"
    )]
    pub(super) fn input(&self, id: InputId) -> &Input {
        &self.inputs[id.index()]
    }

    /// The number an expression always is.
    pub(super) fn number(&self, id: ExprId) -> Option<Decimal> {
        self.number_of.get(id.index()).copied().flatten()
    }

    /// The enum a `classify` declares.
    pub(super) fn class_enum(&self, id: DefId) -> Option<EnumId> {
        let draft = self.drafts.get(id.index());
        let classifies =
            |d: &&Draft<'_>| matches!(d.item.kind, ItemKind::Classify(_) | ItemKind::Experiment(_));
        draft.filter(classifies).and_then(|d| d.class)
    }

    /// What is known when a definition of type bool has that truth.
    pub(super) fn definition_facts(&self, id: DefId, truth: bool) -> Vec<Fact> {
        let draft = self.drafts.get(id.index());
        let facts = draft.and_then(|d| d.facts.get(usize::from(truth)));
        facts.cloned().unwrap_or_default()
    }

    fn constant_number(&self, kind: &ExprKind) -> Option<Decimal> {
        match kind {
            ExprKind::Const(Value::Int(i)) => Some(Decimal::from(*i)),
            ExprKind::Const(Value::Decimal(d)) => Some(*d),
            ExprKind::Unwrap(a) | ExprKind::Widen(a) => self.number(*a),
            ExprKind::Neg(a) => {
                let negated = decimal::neg(self.number(*a)?);
                self.fits(negated, &self.expr(*a).ty)
            }
            ExprKind::Def(id) => self.drafts.get(id.index()).and_then(|d| d.number),
            ExprKind::Chain(first, rest) => {
                let whole = self.expr(*first).ty.is_whole();
                let ty = &if whole { Ty::Int } else { Ty::Decimal };
                rest.iter()
                    .try_fold(self.number(*first)?, |left, (op, right)| {
                        let right = self.number(*right)?;
                        let result = match op {
                            ArithOp::Add => decimal::add(left, right),
                            ArithOp::Sub => decimal::sub(left, right),
                            ArithOp::Mul => decimal::mul(left, right),
                            ArithOp::Div => decimal::div(left, right),
                            ArithOp::IntDiv | ArithOp::Mod => whole_division(*op, left, right),
                        };
                        self.fits(result?, ty)
                    })
            }
            _ => None,
        }
    }

    /// The number, unless its type is int and it needs more than 64 bits.
    #[expect(clippy::unused_self, reason = "one of the steps of `constant_number`")]
    fn fits(&self, number: Decimal, ty: &Ty) -> Option<Decimal> {
        if ty.is_whole() {
            i64::try_from(number).ok()?;
        }
        Some(number)
    }

    /// The name of the ruleset: the first declaration of the first file, and of no other.
    fn ruleset_name(&mut self, files: &[ast::File]) -> (String, Vec<String>) {
        let mut found = None;
        for (number, file) in files.iter().enumerate() {
            for (index, item) in file.items.iter().enumerate() {
                let ItemKind::Ruleset(name) = &item.kind else {
                    continue;
                };
                if number == 0 && index == 0 {
                    found = Some((name.text.to_string(), docs(&item.docs)));
                    continue;
                }
                let message = "`ruleset` stands only at the beginning of the main file";
                let error = Diagnostic::error(Code::SecondRuleset, item.at.0, message);
                let error = match (number, &found) {
                    (0, None) => error
                        .label("declarations stand before it")
                        .help("move it to the beginning of the file"),
                    (0, Some(_)) => error
                        .label("the ruleset has a name already")
                        .help("remove it")
                        .suggest(item.at.0, ""),
                    _ => error
                        .label("this file is brought in by `use`")
                        .help("remove it: only the main file names the ruleset")
                        .suggest(item.at.0, ""),
                };
                self.report(error);
                found = found.or_else(|| Some((name.text.to_string(), docs(&item.docs))));
            }
        }
        if found.is_none() {
            let first = files.first().and_then(|f| f.items.first());
            let at = first.map(|i| i.at.0).unwrap_or_default();
            let at = Span::new(at.source, at.start, at.start);
            self.report(
                Diagnostic::error(Code::MissingRuleset, at, "the ruleset has no name")
                    .label("`ruleset` and a name go here")
                    .help("begin the main file with `ruleset`, for example `ruleset cinema`")
                    .help("where another file names this one with `use`, check that one"),
            );
        }
        found.unwrap_or_default()
    }

    /// Gives every declaration of a name its id.
    fn declare(&mut self, items: impl Iterator<Item = &'a ast::Item>) {
        for item in items {
            let (name, what) = match &item.kind {
                ItemKind::Enum(e) => (&e.name, Named::Enum(EnumId(self.count(self.enums.len())))),
                ItemKind::Record(r) => {
                    let id = RecordId(self.count(self.records.len()));
                    (&r.name, Named::Record(id))
                }
                ItemKind::Let(l) => (&l.name, self.next_def()),
                ItemKind::Segment(s) => (&s.name, self.next_def()),
                ItemKind::Classify(c) => (&c.name, self.next_def()),
                ItemKind::Decision(d) => (&d.head.name, self.next_def()),
                ItemKind::Table(t) => (&t.head.name, self.next_def()),
                ItemKind::Score(s) => (&s.name, self.next_def()),
                ItemKind::Feature(f) => (&f.name, self.next_def()),
                ItemKind::Reference(r) => (&r.name, self.next_def()),
                ItemKind::Behaviour(b) => (&b.name, self.next_def()),
                ItemKind::Journey(j) => (&j.name, self.next_def()),
                ItemKind::Event(e) => (&e.name, Named::Event(self.count(self.events.len()))),
                ItemKind::Action(a) => (&a.name, self.next_def()),
                ItemKind::NextBestAction(c) => (&c.name, self.next_def()),
                ItemKind::Policy(p) => (&p.name, self.next_def()),
                ItemKind::Experiment(e) => (&e.name, self.next_def()),
                ItemKind::Issue(i) => (&i.name, Named::Issue(self.count(self.issues.len()))),
                ItemKind::Customer(c) => (&c.name, Named::Customer),
                ItemKind::Timezone(_) => {
                    self.declare_zone(item);
                    continue;
                }
                ItemKind::WeekStarts(day) => {
                    self.declare_week(day);
                    continue;
                }
                _ => continue,
            };
            let span = name.at.0;
            if let Err(error) = self.names.declare(&name.text, span, what) {
                self.report(error);
                continue;
            }
            match &item.kind {
                ItemKind::Enum(e) => {
                    let id = self.make_enum(name.text.to_string(), &e.members, span);
                    if let Some(made) = self.enums.get_mut(id.index()) {
                        made.ordered = e.ordered;
                        made.docs = docs(&item.docs);
                    }
                }
                ItemKind::Event(e) => self.declare_event(item, e),
                ItemKind::Issue(i) => self.declare_issue(item, i),
                ItemKind::Customer(_) => {}
                ItemKind::Record(r) => {
                    let id = self.declare_record(name.text.to_string(), span);
                    if let Some(made) = self.records.get_mut(id.index()) {
                        made.docs = docs(&item.docs);
                    }
                    self.declared_records.push((id, &r.fields));
                }
                _ => self.draft(item, name),
            }
        }
    }

    /// `timezone …`: a definition that no text names.
    fn declare_zone(&mut self, item: &'a ast::Item) {
        if let Some(first) = self.zone_definition {
            let first = self.drafts.get(first.index()).map(|d| d.item.at.0);
            self.report(
                Diagnostic::error(Code::SecondRuleset, item.at.0, "`timezone` is declared twice")
                    .label("declared again here")
                    .also(first.unwrap_or_default(), "first here")
                    .help("a ruleset has one zone; it may depend on the customer: `timezone customer.timezone else \"Europe/London\"`"),
            );
            return;
        }
        self.zone_definition = Some(DefId(self.count(self.drafts.len())));
        self.draft(item, &ZONE_NAME);
    }

    /// `week starts monday`
    fn declare_week(&mut self, day: &ast::Name) {
        const DAYS: [&str; 7] = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let place = DAYS.iter().position(|d| *d == &*day.text);
        let Some(place) = place else {
            let error = Diagnostic::error(
                Code::UnknownMember,
                day.at.0,
                format!("`{}` is no day of the week", day.text),
            )
            .label("`monday` to `sunday` goes here");
            self.report(match crate::diagnostic::nearest(&day.text, DAYS) {
                Some(near) => super::slips::meant(error, day.at.0, &[near]),
                None => error.help("write it in full and in small letters: `week starts monday`"),
            });
            return;
        };
        if let Some((_, first)) = self.week_start {
            self.report(
                Diagnostic::error(
                    Code::SecondRuleset,
                    day.at.0,
                    "the first day of a week is declared twice",
                )
                .label("declared again here")
                .also(first, "first here")
                .help("remove one of the two"),
            );
            return;
        }
        self.week_start = Some((self.count(place), day.at.0));
    }

    /// An event type, whose fields are read with those of the records.
    fn declare_event(&mut self, item: &'a ast::Item, event: &'a ast::EventDecl) {
        if self.events.len() == self.limits.event_types {
            let message = format!("more than {} event types", self.limits.event_types);
            self.report(
                Diagnostic::error(Code::TooLarge, event.name.at.0, message)
                    .label("one more than the limit")
                    .help("give events that are alike one type with a field that tells them apart; or raise the limit `event_types`"),
            );
        }
        let span = event.name.at.0;
        let record = self.declare_record(event.name.text.to_string(), span);
        self.events.push(EventType {
            name: event.name.text.to_string(),
            record,
            docs: docs(&item.docs),
            span,
        });
        self.declared_records.push((record, &event.fields));
        for field in &event.fields {
            if EVENT_FIELDS.contains(&&*field.name.text) {
                self.report(
                    Diagnostic::error(
                        Code::DuplicateEntry,
                        field.name.at.0,
                        format!("every event has a field `{}` already", field.name.text),
                    )
                    .label("another name goes here")
                    .help("`id`, `type`, `at`, `day`, `seq`, `channel` and `device` belong to every event"),
                );
            }
        }
    }

    fn next_def(&self) -> Named {
        Named::Def(DefId(self.count(self.drafts.len())))
    }

    fn draft(&mut self, item: &'a ast::Item, name: &'a ast::Name) {
        let class = match &item.kind {
            ItemKind::Classify(c) => Some(self.class_members(c)),
            ItemKind::Journey(j) => Some(self.stages(j)),
            ItemKind::Experiment(e) => {
                let members = super::experiments::members(e);
                Some(self.make_enum(name.text.to_string(), &members, name.at.0))
            }
            _ => None,
        };
        self.drafts.push(Draft {
            item,
            name,
            ty: None,
            class,
            param_types: Vec::new(),
            reference: None,
            row_places: Vec::new(),
            kind: None,
            tried: false,
            independent: Vec::new(),
            number: None,
            facts: [Vec::new(), Vec::new()],
            lengths: Vec::new(),
            of_events: OfEvents::default(),
            reads_context: false,
        });
    }

    /// Resolves the records' fields, once all type names are known.
    fn types(&mut self) {
        let declared = std::mem::take(&mut self.declared_records);
        for (id, fields) in &declared {
            self.fill_record(*id, fields);
        }
        for (id, fields) in &declared {
            self.record_defaults(*id, fields);
        }
    }

    /// Spans context and touchpoint.
    fn roots(&mut self, items: impl Iterator<Item = &'a ast::Item>) {
        self.check_record_nesting();
        let mut seen: HashMap<Root, Span> = HashMap::new();
        for item in items {
            let (root, word, fields) = match &item.kind {
                ItemKind::Context(fields) => (Root::Context, "context", fields),
                ItemKind::Touchpoint(fields) => (Root::Touchpoint, "touchpoint", fields),
                _ => continue,
            };
            if let Some(first) = seen.insert(root, item.at.0) {
                let head = |at: Span| {
                    let end = at.start + self.count(word.len());
                    Span::new(at.source, at.start, end)
                };
                self.report(
                    Diagnostic::error(
                        Code::SecondRuleset,
                        head(item.at.0),
                        format!("`{word}` is declared twice"),
                    )
                    .label("declared again here")
                    .also(head(first), "first here")
                    .help("a ruleset has one: put all its fields together"),
                );
                continue;
            }
            self.add_inputs(root, fields);
            if root == Root::Touchpoint {
                let end = item.at.0.start + self.count(word.len());
                self.check_channel(Span::new(item.at.0.source, item.at.0.start, end));
            }
        }
    }
}
