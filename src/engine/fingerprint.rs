//! The [`Fingerprint`] of a ruleset: what it means, as 32 bytes.
//!
//! In: the typed program and the limits. Out: SHA-256 over a canonical, versioned encoding. Two rulesets
//! with one fingerprint decide alike; comments, layout, file names and the order of definitions are not
//! part of it, while constant tables, texts that can appear in decisions, and limits are. Identity is by
//! names, never by the numbers of one compilation.
//!
//! Each expression is hashed over the hashes of its operands, which come before it in the program: one
//! pass, whatever is shared, however deep it is.

use crate::hir::told::Told;
use crate::hir::{
    Bounds, Choice, Def, DefKind, Enum, Expr, ExprId, ExprKind, Func, Function, Input, LocalId,
    PolicyKind, Program, Record, RecordField, RecordId, Row, Rule, Ty,
};
use crate::limits::Limits;
use crate::value::Value;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Raised when the encoding changes.
const ENCODING: u32 = 1;
/// Raised when the same program can give another result.
const SEMANTICS: u32 = 2;

/// What a ruleset means, as 32 bytes: equal for rulesets that decide alike by the same rules.
///
/// ```
/// use pervade::Ruleset;
/// let one = Ruleset::from_text("ruleset demo let a = 1 let b = a + 1")?;
/// let same = Ruleset::from_text("ruleset demo // reordered\nlet b = a + 1  let a = 1")?;
/// let other = Ruleset::from_text("ruleset demo let a = 2 let b = a + 1")?;
/// assert_eq!(one.fingerprint(), same.fingerprint());
/// assert_ne!(one.fingerprint(), other.fingerprint());
/// assert_eq!(one.fingerprint().to_string().len(), 64);
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl serde::Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The fingerprint of a program under limits.
pub(crate) fn fingerprint(program: &Program, limits: &Limits) -> Fingerprint {
    let mut encoder = Encoder {
        program,
        exprs: Vec::with_capacity(program.exprs().len()),
    };
    for expr in program.exprs() {
        let digest = encoder.expr(expr);
        encoder.exprs.push(digest);
    }
    let mut out = Bytes::default();
    out.text("pervade ruleset");
    out.number(ENCODING.into());
    out.number(SEMANTICS.into());
    out.text(crate::value::zone::version());
    out.number(program.week_start().into());
    out.text(program.name());
    encoder.limits(limits, &mut out);
    encoder.all(
        &mut out,
        program.enums(),
        |e| e.name.as_str(),
        Encoder::enumeration,
    );
    for event in program.events() {
        out.text(&event.name);
    }
    let made: std::collections::HashSet<RecordId> = program.made_records().collect();
    let records = program.records().iter().zip((0..).map(RecordId));
    let records: Vec<&Record> = records
        .filter(|(_, id)| !made.contains(id))
        .map(|(r, _)| r)
        .collect();
    encoder.all(
        &mut out,
        &records,
        |r| r.name.as_str(),
        |encoder, out, record| encoder.record(out, record),
    );
    encoder.all(
        &mut out,
        program.inputs(),
        |i| i.path.as_str(),
        Encoder::input,
    );
    encoder.all(&mut out, program.defs(), |d| d.name.as_str(), Encoder::def);
    Fingerprint(out.digest())
}

/// An encoding in the making. Every part tells its kind or length, so no two things encode alike.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn tag(&mut self, tag: u8) {
        self.0.push(tag);
    }

    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn count(&mut self, count: usize) {
        self.number(u64::try_from(count).unwrap_or(u64::MAX));
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn maybe<T>(&mut self, part: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.tag(part.is_some().into());
        if let Some(part) = part {
            write(self, part);
        }
    }

    fn bounds(&mut self, bounds: &Bounds) {
        self.decimal(bounds.low);
        self.decimal(bounds.high);
        self.tag(bounds.open.into());
    }

    fn decimal(&mut self, number: Decimal) {
        self.0.extend_from_slice(&number.mantissa().to_be_bytes());
        self.number(number.scale().into());
    }

    fn digest(self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

struct Encoder<'a> {
    program: &'a Program,
    exprs: Vec<[u8; 32]>,
}

impl Encoder<'_> {
    /// Encodes all of a kind, in the order of their names.
    fn all<T>(
        &self,
        out: &mut Bytes,
        list: &[T],
        name: impl Fn(&T) -> &str,
        write: impl Fn(&Self, &mut Bytes, &T),
    ) {
        let mut sorted: Vec<&T> = list.iter().collect();
        sorted.sort_by(|a, b| name(a).cmp(name(b)));
        out.count(sorted.len());
        for item in sorted {
            write(self, out, item);
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "one of the parts that an encoder writes"
    )]
    fn limits(&self, limits: &Limits, out: &mut Bytes) {
        let Limits {
            source_bytes,
            sources,
            name_bytes,
            nesting,
            inputs,
            filled_fields,
            graph_depth,
            graph_nodes,
            analysis_steps,
            event_steps,
            event_types,
            steps,
            transitions,
            periods,
            diagnostics,
        } = limits;
        for limit in [source_bytes, sources, name_bytes, nesting, inputs] {
            out.count(*limit);
        }
        for limit in [filled_fields, graph_depth, graph_nodes, analysis_steps] {
            out.count(*limit);
        }
        for limit in [
            event_steps,
            event_types,
            steps,
            transitions,
            periods,
            diagnostics,
        ] {
            out.count(*limit);
        }
    }

    fn enumeration(&self, out: &mut Bytes, e: &Enum) {
        out.text(&e.name);
        out.tag(e.ordered.into());
        out.count(e.members.len());
        e.members.iter().for_each(|member| out.text(member));
    }

    fn record(&self, out: &mut Bytes, r: &Record) {
        out.text(&r.name);
        out.count(r.fields.len());
        r.fields.iter().for_each(|field| self.field(out, field));
    }

    fn field(&self, out: &mut Bytes, field: &RecordField) {
        out.text(&field.name);
        out.tag(field.sensitive.into());
        out.tag(field.fixed.into());
        self.declared(out, &field.ty, field.range.as_ref(), field.default.as_ref());
    }

    fn input(&self, out: &mut Bytes, input: &Input) {
        out.text(&input.path);
        out.tag(match input.root {
            crate::hir::Root::Context => 0,
            crate::hir::Root::Touchpoint => 1,
            crate::hir::Root::Now => 2,
        });
        out.tag(input.sensitive.into());
        out.tag(input.fixed.into());
        self.declared(out, &input.ty, input.range.as_ref(), input.default.as_ref());
    }

    fn declared(&self, out: &mut Bytes, ty: &Ty, range: Option<&Bounds>, default: Option<&Value>) {
        self.ty(out, ty);
        out.maybe(range, Bytes::bounds);
        out.maybe(default, value);
    }

    fn ty(&self, out: &mut Bytes, ty: &Ty) {
        // The name says it all: names of enums and records are unique.
        out.text(&self.program.type_name(ty));
    }

    fn def(&self, out: &mut Bytes, def: &Def) {
        out.text(&def.name);
        self.ty(out, &def.ty);
        out.tag(def.pervasive.is_some().into());
        let mut blind: Vec<&str> = def
            .independent
            .iter()
            .map(|(input, _)| self.program.input(*input).path.as_str())
            .collect();
        blind.sort_unstable();
        out.count(blind.len());
        blind.into_iter().for_each(|path| out.text(path));
        match &def.kind {
            DefKind::Let(value) => self.operand(out, 0, *value),
            DefKind::Segment(value) => self.operand(out, 1, *value),
            DefKind::Classify(rules) => self.rules(out, 2, rules),
            DefKind::Decision(rules) => self.rules(out, 3, rules),
            DefKind::Table(table) => {
                out.tag(4);
                out.tag(table.policy as u8);
                out.count(table.columns.len());
                table
                    .columns
                    .iter()
                    .for_each(|column| self.id(out, *column));
                out.count(table.rows.len());
                table.rows.iter().for_each(|row| self.row(out, row));
                out.count(table.ranks.len());
                table
                    .ranks
                    .iter()
                    .for_each(|rank| out.number((*rank).into()));
                out.maybe(table.otherwise.as_ref(), |out, rule| self.rule(out, rule));
            }
            DefKind::Feature(value) => self.operand(out, 5, *value),
            DefKind::Function(function) => {
                out.tag(6);
                self.function(out, function);
            }
            DefKind::Behaviour(function) => {
                out.tag(9);
                self.function(out, function);
            }
            DefKind::Journey(body) => self.operand(out, 10, *body),
            DefKind::Reference(reference) => {
                out.tag(7);
                out.text(&self.program.record(reference.record).name);
                out.number(reference.key.into());
                value(out, &reference.rows);
            }
            DefKind::Score(score) => {
                self.rules(out, 8, &score.rules);
                out.maybe(score.bounds.as_ref(), Bytes::bounds);
            }
            // Of actions and policies counts what those say that choose.
            DefKind::Action(_) | DefKind::Actions(_) => out.tag(11),
            DefKind::Policy(_) => out.tag(13),
            DefKind::Experiment(experiment) => self.operand(out, 14, experiment.value),
            DefKind::NextBestAction(choice) => {
                out.tag(12);
                self.choice(out, choice);
            }
        }
    }

    fn choice(&self, out: &mut Bytes, choice: &Choice) {
        out.count(choice.candidates.len());
        for candidate in &choice.candidates {
            let action = &candidate.action;
            out.text(&action.name);
            out.text(&self.program.group(action.group).name);
            let stages = [action.eligible, action.applicable, action.suitable];
            let rest = [
                action.valid,
                action.only_on,
                action.propensity,
                action.value,
            ];
            for part in stages.into_iter().chain(rest) {
                out.maybe(part, |out, part| self.id(out, part));
            }
            out.decimal(candidate.lever);
            out.count(candidate.free.len());
            candidate.free.iter().for_each(|free| self.id(out, *free));
            self.id(out, candidate.value);
            out.count(candidate.treatments.len());
            for dress in &candidate.treatments {
                out.maybe(dress.when, |out, when| self.id(out, when));
                self.id(out, dress.content);
            }
        }
        self.id(out, choice.rank);
        out.count(choice.weights.len());
        for weight in &choice.weights {
            out.decimal(weight.percent);
            out.maybe(weight.when, |out, when| self.id(out, when));
            out.count(weight.of.len());
            weight.of.iter().for_each(|of| out.number((*of).into()));
        }
        out.maybe(choice.limit, |out, limit| out.number(limit.into()));
        out.count(choice.per.len());
        for (per, most) in &choice.per {
            out.text(per.word());
            out.number((*most).into());
        }
        out.count(choice.hold_outs.len());
        for hold_out in &choice.hold_outs {
            self.id(out, hold_out.held);
            self.id(out, hold_out.because);
        }
        out.count(choice.policies.len());
        for binding in &choice.policies {
            let clause = &binding.clause;
            let (tag, most, offers) = match clause.kind {
                PolicyKind::AtMost { most, offers, .. } => (0, most, offers),
                PolicyKind::Pause { offers, .. } => {
                    (1, offers.map_or(0, |(most, _)| most), offers.is_some())
                }
                PolicyKind::Withhold(_) => (2, 0, false),
            };
            out.tag(tag);
            out.number(most.into());
            out.tag(offers.into());
            clause.questions().for_each(|id| self.id(out, id));
            out.maybe(clause.subject, |out, (local, alike)| {
                self.local(out, local);
                out.text(alike.word());
            });
            out.count(clause.channels.len());
            let channels = clause.channels.iter();
            channels.for_each(|channel| out.number((*channel).into()));
            out.count(binding.of.len());
            binding.of.iter().for_each(|of| out.number((*of).into()));
        }
    }

    fn function(&self, out: &mut Bytes, function: &Function) {
        out.count(function.params.len());
        for param in &function.params {
            out.text(&param.name);
            self.ty(out, &param.ty);
        }
        self.id(out, function.body);
    }

    fn rules(&self, out: &mut Bytes, tag: u8, rules: &[Rule]) {
        out.tag(tag);
        out.count(rules.len());
        rules.iter().for_each(|rule| self.rule(out, rule));
    }

    fn rule(&self, out: &mut Bytes, rule: &Rule) {
        out.maybe(rule.label.as_deref(), Bytes::text);
        out.maybe(rule.when, |out, when| self.id(out, when));
        self.id(out, rule.value);
        out.maybe(rule.because, |out, text| self.id(out, text));
    }

    fn row(&self, out: &mut Bytes, row: &Row) {
        out.count(row.cells.len());
        for cell in &row.cells {
            out.maybe(*cell, |out, cell| self.id(out, cell));
        }
        self.id(out, row.value);
        out.maybe(row.because, |out, text| self.id(out, text));
    }

    /// An operand by its hash.
    fn id(&self, out: &mut Bytes, id: ExprId) {
        let digest = self.exprs.get(id.index()).copied().unwrap_or_default();
        out.0.extend_from_slice(&digest);
    }

    fn operand(&self, out: &mut Bytes, tag: u8, id: ExprId) {
        out.tag(tag);
        self.id(out, id);
    }

    fn operands(&self, out: &mut Bytes, tag: u8, ids: &[ExprId]) {
        out.tag(tag);
        out.count(ids.len());
        ids.iter().for_each(|id| self.id(out, *id));
    }

    /// The hash of an expression over those of its operands.
    fn expr(&self, expr: &Expr) -> [u8; 32] {
        let mut out = Bytes::default();
        self.ty(&mut out, &expr.ty);
        let out_ref = &mut out;
        match &expr.kind {
            ExprKind::Const(constant) => {
                out_ref.tag(0);
                value(out_ref, constant);
            }
            ExprKind::Input(input) => {
                out_ref.tag(1);
                out_ref.text(&self.program.input(*input).path);
            }
            ExprKind::Def(def) => {
                out_ref.tag(2);
                out_ref.text(&self.program.def(*def).name);
            }
            ExprKind::Field(base, place) => {
                self.operand(out_ref, 3, *base);
                out_ref.number((*place).into());
            }
            ExprKind::Record(_, fields) => {
                out_ref.tag(4);
                out_ref.count(fields.len());
                for (place, field) in fields {
                    out_ref.number((*place).into());
                    self.id(out_ref, *field);
                }
            }
            ExprKind::List(items) => self.operands(out_ref, 5, items),
            ExprKind::Unwrap(a) => self.operand(out_ref, 6, *a),
            ExprKind::Widen(a) => self.operand(out_ref, 7, *a),
            ExprKind::Neg(a) => self.operand(out_ref, 8, *a),
            ExprKind::Not(a) => self.operand(out_ref, 9, *a),
            ExprKind::Chain(first, rest) => {
                self.operand(out_ref, 10, *first);
                out_ref.count(rest.len());
                for (op, operand) in rest {
                    self.operand(out_ref, *op as u8, *operand);
                }
            }
            ExprKind::TryDiv(a, b) => self.operands(out_ref, 11, &[*a, *b]),
            ExprKind::Else(all) => self.operands(out_ref, 12, all),
            ExprKind::Compare(op, a, b) => {
                out_ref.tag(13);
                self.operands(out_ref, *op as u8, &[*a, *b]);
            }
            ExprKind::Is(a, b) => self.operands(out_ref, 14, &[*a, *b]),
            ExprKind::IsPresent(a) => self.operand(out_ref, 15, *a),
            ExprKind::InList(a, b) => self.operands(out_ref, 16, &[*a, *b]),
            ExprKind::InRange(a, low, high, end) => {
                out_ref.tag(17);
                self.operands(out_ref, *end as u8, &[*a, *low, *high]);
            }
            ExprKind::And(all) => self.operands(out_ref, 18, all),
            ExprKind::Or(all) => self.operands(out_ref, 19, all),
            ExprKind::If(arms, last) => {
                out_ref.tag(20);
                out_ref.count(arms.len());
                for (condition, result) in arms {
                    self.id(out_ref, *condition);
                    self.id(out_ref, *result);
                }
                self.id(out_ref, *last);
            }
            ExprKind::Call(func, all) => {
                out_ref.tag(21);
                out_ref.text(&self.func(func));
                self.operands(out_ref, 0, all);
            }
            ExprKind::Local(local) => {
                out_ref.tag(22);
                self.local(out_ref, *local);
            }
            ExprKind::Apply(def, all) => {
                out_ref.tag(23);
                out_ref.text(&self.program.def(*def).name);
                self.operands(out_ref, 0, all);
            }
            ExprKind::Fold {
                op,
                item,
                list,
                body,
            } => {
                out_ref.tag(24);
                self.local(out_ref, *item);
                self.operands(out_ref, *op as u8, &[*list, *body]);
            }
            ExprKind::Told(told) => self.told(out_ref, told),
            ExprKind::Lookup(def, key) => {
                out_ref.text(&self.program.def(*def).name);
                self.operand(out_ref, 25, *key);
            }
        }
        out.digest()
    }

    /// What is said of events: its operands, the names of the event types, and the rest as it is called in this program.
    fn told(&self, out: &mut Bytes, told: &Told) {
        out.tag(26);
        told.operands(|operand| self.id(out, operand));
        let mut shape = told.clone();
        shape.operands_mut(&mut |id: &mut ExprId| *id = ExprId(0));
        shape.locals_mut(&mut |local: &mut LocalId| {
            let number = self.program.local_numbers.get(local.index());
            *local = LocalId(number.copied().unwrap_or_default());
        });
        if let Told::Select(view) = &mut shape {
            out.text(&self.program.record(*view).name);
            *view = RecordId(0);
        }
        out.text(&format!("{shape:?}"));
    }

    /// A parameter or item by its place among those of its definition.
    fn local(&self, out: &mut Bytes, local: LocalId) {
        let number = self.program.local_numbers.get(local.index());
        out.number(number.copied().unwrap_or_default().into());
    }

    /// A function with what belongs to it, by names.
    fn func(&self, func: &Func) -> String {
        match func {
            Func::Matches(id) => format!("Matches {:?}", self.program.patterns().get(id.index())),
            Func::Show(ty) => format!("Show {}", self.program.type_name(ty)),
            Func::RoundAll(ty) => format!("RoundAll {}", self.program.type_name(ty)),
            other => format!("{other:?}"),
        }
    }
}

/// A constant. (Members stand beside their type, which names the enum.)
fn value(out: &mut Bytes, constant: &Value) {
    match constant {
        Value::Missing => out.tag(0),
        Value::Bool(b) => {
            out.tag(1);
            out.tag((*b).into());
        }
        Value::Int(n) => {
            out.tag(2);
            out.0.extend_from_slice(&n.to_be_bytes());
        }
        Value::Decimal(d) => {
            out.tag(3);
            out.decimal(*d);
        }
        Value::Text(text) => {
            out.tag(4);
            out.text(text);
        }
        Value::Member(index) => {
            out.tag(5);
            out.number((*index).into());
        }
        Value::List(items) | Value::Record(items) => {
            out.tag(if matches!(constant, Value::List(_)) {
                6
            } else {
                7
            });
            out.count(items.len());
            items.iter().for_each(|item| value(out, item));
        }
    }
}
