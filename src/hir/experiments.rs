//! Checking of experiments and hold-outs: units into slots, slots to variants.
//!
//! An experiment becomes an expression: whom it is for, then a question about the slot of the unit for each variant. So
//! whatever holds of expressions holds of it: what it reads, that it is the same on every channel, that it costs next to nothing.

use super::actions::twice;
use super::lower::Lowering;
use super::slips::meant;
use super::{ActionSet, Experiment, ExprId, ExprKind, Func, HoldOut, LayerShare, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, ExperimentClause, RangeEnd, Scope, Stretch};
use crate::value::Value;
use crate::value::bucket::{Algorithm, Bucketing, layout};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::mem::discriminant;
use std::ops::Range;

/// The stretches of a layer that experiments have.
#[derive(Debug, Default)]
pub(super) struct LayerTaken {
    /// By what units are told apart, and where that is written.
    unit: Option<(super::facts::Key, Span)>,
    algorithm: Option<Algorithm>,
    taken: Vec<(Range<u32>, Span)>,
}

/// The members of an experiment's enum.
pub(super) fn members(written: &ast::Experiment) -> Vec<ast::Name> {
    let variants = written.clauses.iter().find_map(|c| match &c.kind {
        ExperimentClause::Variants(variants) => Some(variants),
        _ => None,
    });
    let variants = variants.into_iter().flatten();
    variants.map(|variant| variant.name.clone()).collect()
}

impl Lowering<'_> {
    /// An experiment: missing for whom it is not.
    pub(super) fn experiment(
        &mut self,
        index: usize,
        written: &ast::Experiment,
    ) -> Option<Experiment> {
        self.experiment_clauses(written);
        let clauses: Vec<&ExperimentClause> = written.clauses.iter().map(|c| &c.kind).collect();
        let by = clauses.iter().find_map(|c| match c {
            ExperimentClause::By(by) => Some(by),
            _ => None,
        });
        let variants = clauses.iter().find_map(|c| match c {
            ExperimentClause::Variants(variants) => Some(variants),
            _ => None,
        });
        let mut conditions = Vec::new();
        for clause in &clauses {
            if let ExperimentClause::Valid(valid) = clause {
                conditions.extend(self.bounds_of_validity(valid));
            }
        }
        for clause in &clauses {
            if let ExperimentClause::When(condition) = clause {
                conditions.push(self.check(condition, &Ty::Bool));
            }
        }
        let spread = by.and_then(|by| self.bucketing(by, false));
        let ranges = match (variants, &spread) {
            (Some(variants), Some((_, bucketing))) => {
                self.variants(written, variants, bucketing.slots())
            }
            (None, _) => {
                self.incomplete(written, "variants", "variants { control: 50%, short: 50% }")
            }
            _ => None,
        };
        if by.is_none() {
            self.incomplete::<()>(written, "unit", "by customer.id salt \"copy-2026\"");
        }
        let (unit, bucketing) = spread?;
        let layer = clauses.iter().find_map(|c| match c {
            ExperimentClause::Layer(name, stretch) => Some((name, stretch)),
            _ => None,
        });
        let layer = match layer {
            Some((name, stretch)) => {
                let layer = self.layer(name, stretch, (unit, bucketing.algorithm))?;
                conditions.push(self.in_slots(
                    &layer.bucketing,
                    unit,
                    std::slice::from_ref(&layer.slots),
                    stretch.at.0,
                ));
                Some(layer)
            }
            None => None,
        };
        let places = variants.into_iter().flatten().map(|variant| {
            let last = variant
                .stretches
                .last()
                .map_or(variant.name.at.0, |s| s.at.0);
            variant.name.at.0.to(last)
        });
        let places: Vec<Span> = places.collect();
        let variants = ranges?;
        let laid = variants.iter().zip(places).collect();
        let value = self.assigned(index, (unit, &bucketing), laid, conditions)?;
        Some(Experiment {
            value,
            bucketing,
            variants,
            layer,
        })
    }

    fn experiment_clauses(&mut self, written: &ast::Experiment) {
        let mut seen = HashMap::new();
        for clause in &written.clauses {
            if let Some(first) = seen.insert(discriminant(&clause.kind), clause.at.0) {
                self.report(twice(clause.at.0, first).help("make one of the two"));
            }
        }
    }

    fn incomplete<T>(&mut self, written: &ast::Experiment, what: &str, example: &str) -> Option<T> {
        let name = &written.name;
        self.report(
            Diagnostic::error(
                Code::IncompleteExperiment,
                name.at.0,
                format!("`{}` does not say its {what}", name.text),
            )
            .label("an experiment spreads units over variants")
            .help(format!("write `{example}`, for example")),
        );
        None
    }

    /// The value: the variant that the slot belongs to, for whom all conditions hold.
    fn assigned(
        &mut self,
        index: usize,
        (unit, bucketing): (ExprId, &Bucketing),
        variants: Vec<(&Vec<Range<u32>>, Span)>,
        conditions: Vec<ExprId>,
    ) -> Option<ExprId> {
        let draft = self.drafts.get(index)?;
        let (at, ty) = (draft.name.at.0, Ty::Enum(draft.class?));
        let missing = self.push(ExprKind::Const(Value::Missing), Ty::Never, at);
        let mut arms = Vec::new();
        for ((ranges, written), place) in variants.into_iter().zip(0..) {
            if ranges.is_empty() {
                continue;
            }
            let holds = self.in_slots(bucketing, unit, ranges, written);
            let member = ExprKind::Const(Value::Member(place));
            arms.push((holds, self.push(member, ty.clone(), written)));
        }
        let optional = ty.optional();
        let assigned = match arms.is_empty() {
            true => missing,
            false => self.push(ExprKind::If(arms, missing), optional.clone(), at),
        };
        let condition = match conditions.as_slice() {
            [] => return Some(assigned),
            [one] => *one,
            _ => self.push(ExprKind::And(conditions), Ty::Bool, at),
        };
        let arms = vec![(condition, assigned)];
        Some(self.push(ExprKind::If(arms, missing), optional, at))
    }

    /// Whether the slot of a unit lies in some ranges.
    fn in_slots(
        &mut self,
        bucketing: &Bucketing,
        unit: ExprId,
        ranges: &[Range<u32>],
        at: Span,
    ) -> ExprId {
        let slot = ExprKind::Call(Func::Slot(bucketing.clone()), vec![unit]);
        let slot = self.push(slot, Ty::Int, at);
        let mut parts = Vec::new();
        for range in ranges {
            let [low, high] = [range.start, range.end].map(|end| {
                let end = ExprKind::Const(Value::Int(end.into()));
                self.push(end, Ty::Int, at)
            });
            let kind = ExprKind::InRange(slot, low, high, RangeEnd::Exclusive);
            parts.push(self.push(kind, Ty::Bool, at));
        }
        match parts.as_slice() {
            [one] => *one,
            _ => self.push(ExprKind::Or(parts), Ty::Bool, at),
        }
    }

    /// The unit as a text, and how it is spread.
    fn bucketing(&mut self, by: &ast::Bucketing, rollout: bool) -> Option<(ExprId, Bucketing)> {
        let unit = self.unit(&by.unit);
        let algorithm = match &by.using {
            None => Some(Algorithm::Md5),
            Some(name) => self.algorithm(name),
        };
        if by.salt.value.is_empty() {
            self.report(
                Diagnostic::error(
                    Code::IncompleteExperiment,
                    by.salt.at.0,
                    "a salt is not empty",
                )
                .label("a text that no other experiment has goes here")
                .help("with one salt, two experiments put every unit into the same slot"),
            );
            return None;
        }
        let bucketing = Bucketing {
            algorithm: algorithm?,
            rollout,
            salt: by.salt.value.clone(),
        };
        Some((unit?, bucketing))
    }

    /// A unit: a text, or a whole number as text.
    fn unit(&mut self, written: &ast::Expr) -> Option<ExprId> {
        let unit = self.infer(written);
        let at = written.at.0;
        match self.expr(unit).ty.clone() {
            Ty::Text => Some(unit),
            Ty::Int => {
                let show = ExprKind::Call(Func::Show(Ty::Int), vec![unit]);
                Some(self.push(show, Ty::Text, at))
            }
            Ty::Error => None,
            ty if ty.is_optional() && matches!(ty.present(), Ty::Text | Ty::Int) => {
                let error = self.may_be_missing(unit, "string");
                self.report(error);
                None
            }
            ty => {
                let found = super::expr::a_type(&self.type_name(&ty));
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        at,
                        format!(
                            "this is {found}, and units are told apart by a text or a whole number"
                        ),
                    )
                    .label("a `string` or an `int` is needed here")
                    .help(
                        "name the field that says who the customer is, for example `customer.id`",
                    ),
                );
                None
            }
        }
    }

    fn algorithm(&mut self, name: &ast::Name) -> Option<Algorithm> {
        let known = Algorithm::ALL.iter().find(|(word, _)| *word == &*name.text);
        if known.is_none() {
            let error = Diagnostic::error(
                Code::UnknownName,
                name.at.0,
                format!(
                    "there is no way to spread units that is called `{}`",
                    name.text
                ),
            )
            .label("`murmur3`, `fnv1a_v2` or `md5` goes here");
            let near = crate::diagnostic::nearest(&name.text, Algorithm::ALL.map(|(word, _)| word));
            self.report(match near {
                Some(near) => meant(error, name.at.0, &[near]),
                None => error.help("`murmur3` is that of Unleash, `fnv1a_v2` of GrowthBook, `md5` of Eppo; without `using` it is `md5`"),
            });
        }
        known.map(|(_, algorithm)| *algorithm)
    }

    /// A share of the slots, which must be a whole number of them.
    fn slots_of(&mut self, written: &ast::Expr, slots: u32) -> Option<u32> {
        let at = written.at.0;
        let share = match &written.kind {
            ast::ExprKind::Int(i, _) => Decimal::from(*i),
            ast::ExprKind::Decimal(d, _) => *d,
            _ => Decimal::from(2),
        };
        if share < Decimal::ZERO || share > Decimal::ONE {
            self.report(
                Diagnostic::error(Code::OutOfRange, at, "a share lies between 0% and 100%")
                    .label("for example `25%`")
                    .help("write it with its sign: `25%`"),
            );
            return None;
        }
        let exact = (share * Decimal::from(slots)).normalize();
        let whole = u32::try_from(exact).ok().filter(|_| exact.is_integer());
        if whole.is_none() {
            let step = Decimal::ONE_HUNDRED / Decimal::from(slots);
            let message = "this share can't be made of whole slots".to_owned();
            self.report(
                Diagnostic::error(Code::OutOfRange, at, message)
                    .label(format!("there are {slots} slots"))
                    .help(format!("write a multiple of {}%", step.normalize())),
            );
        }
        whole
    }

    /// The slots of each variant.
    fn variants(
        &mut self,
        written: &ast::Experiment,
        variants: &[ast::Variant],
        slots: u32,
    ) -> Option<Vec<Vec<Range<u32>>>> {
        let stretches = || variants.iter().flat_map(|v| &v.stretches);
        let first = stretches().next();
        let Some(first) = first else {
            return self.incomplete(written, "variants", "variants { control: 50%, short: 50% }");
        };
        let is_share = first.from.is_none();
        if let Some(other) = stretches().find(|s| s.from.is_none() != is_share) {
            self.report(
                Diagnostic::error(
                    Code::IncompleteExperiment,
                    other.at.0,
                    "shares and stretches do not go together",
                )
                .label("one way here")
                .also(first.at.0, "another way here")
                .help("give every variant a share, `25%`, or give all of them their stretches, `0%..25%`"),
            );
            return None;
        }
        if !is_share {
            return self.given_ranges(variants, slots);
        }
        let mut shares = Vec::new();
        for variant in variants {
            let [stretch] = variant.stretches.as_slice() else {
                return self.incomplete(written, "shares", "short: 25%");
            };
            shares.push(self.slots_of(&stretch.to, slots));
        }
        let shares: Option<Vec<u32>> = shares.into_iter().collect();
        let shares = shares?;
        let laid = layout(slots, &shares);
        if laid.is_none() {
            let last = stretches().last().unwrap_or(first);
            let all: u64 = shares.iter().map(|s| u64::from(*s)).sum();
            let all = Decimal::from(all) * Decimal::ONE_HUNDRED / Decimal::from(slots);
            self.report(
                Diagnostic::error(
                    Code::IncompleteExperiment,
                    first.at.0.to(last.at.0),
                    format!("the shares are {}% together", all.normalize()),
                )
                .label("at most 100%")
                .help("what is left of 100% belongs to no variant"),
            );
        }
        laid
    }

    /// Ranges as written, which must not meet.
    fn given_ranges(
        &mut self,
        variants: &[ast::Variant],
        slots: u32,
    ) -> Option<Vec<Vec<Range<u32>>>> {
        let mut taken: Vec<(Range<u32>, Span)> = Vec::new();
        let mut found = Vec::new();
        let mut fine = true;
        for variant in variants {
            let mut own: Vec<Range<u32>> = Vec::new();
            for stretch in &variant.stretches {
                match self.stretch(stretch, slots, &mut taken) {
                    Some(range) => own.push(range),
                    None => fine = false,
                }
            }
            own.sort_unstable_by_key(|range| range.start);
            found.push(own);
        }
        fine.then_some(found)
    }

    /// A stretch of slots that nobody else has.
    fn stretch(
        &mut self,
        written: &Stretch,
        slots: u32,
        taken: &mut Vec<(Range<u32>, Span)>,
    ) -> Option<Range<u32>> {
        let from = match &written.from {
            Some(from) => self.slots_of(from, slots)?,
            None => 0,
        };
        let to = self.slots_of(&written.to, slots)?;
        let at = written.at.0;
        if from >= to {
            self.report(
                Diagnostic::error(Code::BadRange, at, "nobody lies in this stretch")
                    .label("it ends before it begins")
                    .help("write `0%..25%` for the first quarter"),
            );
            return None;
        }
        let meets = |(other, _): &&(Range<u32>, Span)| other.start < to && from < other.end;
        if let Some((_, first)) = taken.iter().find(meets) {
            self.report(
                Diagnostic::error(
                    Code::IncompleteExperiment,
                    at,
                    "this stretch is taken already, in part at least",
                )
                .label("taken once more here")
                .also(*first, "first here")
                .help("give each its own: `0%..25%` and `25%..50%`, for example"),
            );
            return None;
        }
        taken.push((from..to, at));
        Some(from..to)
    }

    /// `layer checkout 0%..50%`: experiments of one layer have no unit in common.
    fn layer(
        &mut self,
        name: &ast::Name,
        stretch: &Stretch,
        (unit, algorithm): (ExprId, Algorithm),
    ) -> Option<LayerShare> {
        let at = self.expr(unit).span;
        let key = self.key(unit);
        let mut layer = self.layers.remove(&name.text).unwrap_or_default();
        let first = *layer.unit.get_or_insert((key, at));
        let known = *layer.algorithm.get_or_insert(algorithm);
        if first.0 != key || known != algorithm {
            self.report(
                Diagnostic::error(
                    Code::IncompleteExperiment,
                    name.at.0,
                    format!(
                        "the experiments of the layer `{}` spread other units, or in another way",
                        name.text
                    ),
                )
                .label("no longer exclusive")
                .also(first.1, "the first of them does it this way")
                .help("experiments of one layer have the same unit and the same algorithm"),
            );
        }
        let bucketing = Bucketing {
            algorithm,
            rollout: false,
            salt: name.text.clone(),
        };
        let slots = self.stretch(stretch, bucketing.slots(), &mut layer.taken);
        self.layers.insert(name.text.clone(), layer);
        Some(LayerShare {
            name: name.text.to_string(),
            bucketing,
            slots: slots?,
        })
    }

    /// `hold out 5% of sales.* by customer.id salt "2026-q1"`: the condition that somebody is held out.
    pub(super) fn hold_out(
        &mut self,
        share: &ast::Expr,
        scopes: &[Scope],
        by: &ast::Bucketing,
        at: Span,
    ) -> Option<HoldOut> {
        let spread = self.bucketing(by, true);
        let of = self.actions_in(scopes);
        let (unit, bucketing) = spread?;
        let slots = self.slots_of(share, bucketing.slots())?;
        let mut of = of?;
        if of.contains(&ActionSet::All) {
            of.clear(); // the whole choice
        }
        let first = 0..slots;
        let held = self.in_slots(&bucketing, unit, std::slice::from_ref(&first), at);
        let free = self.push(ExprKind::Not(held), Ty::Bool, at);
        let text = format!("held out for comparison ({})", bucketing.salt);
        let because = ExprKind::Const(Value::Text(text.into()));
        let because = self.push(because, Ty::Text, at);
        Some(HoldOut {
            held,
            free,
            because,
            of,
            span: at,
        })
    }
}
