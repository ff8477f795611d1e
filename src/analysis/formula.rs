//! Conditions as formulas over variables: what a condition asks of single inputs, joined by and, or, not.
//!
//! A condition on a definition is pushed down to the rules of it, one on `a else b` or on a conditional to its
//! branches, until inputs are reached. What can't be pushed becomes a variable of its own: arithmetic, and how two
//! expressions stand to one another (less, equal, greater). The values of such a variable can't be chosen freely, so
//! an example that needs it proves nothing.

use super::Ground;
use super::domain::{
    Ask, Classes, Domain, EQUAL, GREATER, LESS, balanced, complement, intersection, span, union,
};
use crate::hir::{
    CompareOp, DefId, DefKind, ExprId, ExprKind, InputId, Program, RangeEnd, Rule, Ty, mirrored,
};
use crate::source::SourceMap;
use crate::value::Value;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// A formula in an arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FormulaId(u32);

/// A variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct VarId(pub(super) u32);

/// What stands in the arena.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Constant(bool),
    Test(VarId, Ask),
    Not(FormulaId),
    And(Vec<FormulaId>),
    Or(Vec<FormulaId>),
}

/// What a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// An input, whose value may be anything its type allows.
    Input(InputId),
    /// An expression that depends on more than one input or computes.
    Derived(ExprId),
    /// How the value of one expression stands to that of another.
    Order(ExprId, ExprId),
}

/// A variable with its values.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) source: Source,
    pub(super) domain: Domain,
}

/// Translates conditions; all formulas of one question share one arena and one set of variables.
pub(super) struct Translation<'p> {
    pub(super) program: &'p Program,
    pub(super) sources: &'p SourceMap,
    pub(super) variables: Vec<Variable>,
    formulas: Vec<Formula>,
    /// Definitions are taken apart; otherwise each expression asked about is a variable.
    expand: bool,
    by_source: HashMap<Source, VarId>,
    canonical: Canonical,
    definitions: HashMap<(DefId, Ask), FormulaId>,
    /// How many definitions are being taken apart.
    nesting: usize,
    depths: Vec<u32>,
    /// Formulas and their parts.
    size: usize,
    budget: usize,
}

impl<'p> Translation<'p> {
    /// `expand` takes definitions apart down to inputs; without it each expression that is asked about is a variable.
    pub(super) fn new(ground: Ground<'p>, expand: bool, budget: usize) -> Self {
        Translation {
            program: ground.program,
            sources: ground.sources,
            variables: Vec::new(),
            formulas: Vec::new(),
            expand,
            by_source: HashMap::new(),
            canonical: Canonical::default(),
            definitions: HashMap::new(),
            nesting: 0,
            depths: Vec::new(),
            size: 0,
            budget,
        }
    }

    /// Whether translation stopped because there was too much of it; its formulas then say nothing.
    pub(super) fn exhausted(&self) -> bool {
        self.size > self.budget
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "formula ids are made only by `push`"
    )]
    pub(super) fn formula(&self, id: FormulaId) -> &Formula {
        &self.formulas[id.0 as usize]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "variable ids are made only by `variable`"
    )]
    pub(super) fn var(&self, id: VarId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    /// Builds the classes of all variables, once all conditions are translated.
    pub(super) fn finish(&mut self) {
        for variable in &mut self.variables {
            variable.domain.finish();
        }
    }

    fn push(&mut self, formula: Formula) -> FormulaId {
        let id = FormulaId(u32::try_from(self.formulas.len()).unwrap_or(u32::MAX));
        let depth = |id: &FormulaId| self.depths.get(id.0 as usize).copied().unwrap_or(0);
        let (below, parts) = match &formula {
            Formula::Constant(_) | Formula::Test(..) => (0, 0),
            Formula::Not(inner) => (depth(inner), 1),
            Formula::And(items) | Formula::Or(items) => {
                (items.iter().map(depth).max().unwrap_or(0), items.len())
            }
        };
        crate::work::steps(1 + parts);
        self.size = self.size.saturating_add(1 + parts);
        if below >= DEEPEST {
            self.budget = 0;
        }
        self.depths.push(below.saturating_add(1));
        self.formulas.push(formula);
        id
    }

    pub(super) fn constant(&mut self, truth: bool) -> FormulaId {
        self.push(Formula::Constant(truth))
    }

    pub(super) fn not(&mut self, id: FormulaId) -> FormulaId {
        match self.formula(id) {
            Formula::Not(inner) => *inner,
            Formula::Constant(b) => {
                let b = !*b;
                self.constant(b)
            }
            _ => self.push(Formula::Not(id)),
        }
    }

    pub(super) fn and(&mut self, items: Vec<FormulaId>) -> FormulaId {
        match items.as_slice() {
            [one] => *one,
            _ => self.push(Formula::And(items)),
        }
    }

    fn or(&mut self, items: Vec<FormulaId>) -> FormulaId {
        match items.as_slice() {
            [one] => *one,
            _ => self.push(Formula::Or(items)),
        }
    }

    /// A condition as a formula.
    pub(super) fn condition(&mut self, id: ExprId) -> FormulaId {
        if self.exhausted() {
            return self.constant(false);
        }
        let expr = self.program.expr(id);
        match &expr.kind {
            ExprKind::Const(Value::Bool(b)) => self.constant(*b),
            ExprKind::Not(a) => {
                let a = self.condition(*a);
                self.not(a)
            }
            ExprKind::And(items) => {
                let items = items.iter().map(|i| self.condition(*i)).collect();
                self.and(items)
            }
            ExprKind::Or(items) => {
                let items = items.iter().map(|i| self.condition(*i)).collect();
                self.or(items)
            }
            ExprKind::IsPresent(a) => self.ask(*a, &Ask::Present),
            ExprKind::Is(a, b) => {
                let present = self.ask(*a, &Ask::Present);
                let equal = self.comparison(CompareOp::Eq, *a, *b);
                self.and(vec![present, equal])
            }
            ExprKind::Compare(op, a, b) => self.comparison(*op, *a, *b),
            ExprKind::InRange(a, low, high, end) => {
                let upper = match end {
                    RangeEnd::Inclusive => CompareOp::Le,
                    RangeEnd::Exclusive => CompareOp::Lt,
                };
                let low = self.comparison(CompareOp::Ge, *a, *low);
                let high = self.comparison(upper, *a, *high);
                self.and(vec![low, high])
            }
            ExprKind::InList(a, list) => match &self.program.expr(self.named(*list)).kind {
                ExprKind::List(items) => {
                    let equal = |i: &ExprId| self.comparison(CompareOp::Eq, *a, *i);
                    let items = items.iter().map(equal).collect();
                    self.or(items)
                }
                _ => self.derived(id, &Ask::Is(Value::Bool(true))),
            },
            _ => self.ask(id, &Ask::Is(Value::Bool(true))),
        }
    }

    fn comparison(&mut self, op: CompareOp, a: ExprId, b: ExprId) -> FormulaId {
        if let Some(ask) = self.ask_of(op, b) {
            return self.asked(op, a, &ask);
        }
        if let Some(ask) = self.ask_of(mirrored(op), a) {
            return self.asked(mirrored(op), b, &ask);
        }
        if let Some(id) = self.member_order(op, a, b) {
            return id;
        }
        self.order(op, a, b)
    }

    /// A member of an ordered enum compared with a constant: one of those on the right side of it.
    fn member_order(&mut self, op: CompareOp, a: ExprId, b: ExprId) -> Option<FormulaId> {
        let program = self.program;
        let member = |id: ExprId| match program.expr(self.named(id)).kind {
            ExprKind::Const(Value::Member(member)) => Some(member),
            _ => None,
        };
        let (op, term, constant) = match (member(a), member(b)) {
            (_, Some(constant)) => (op, a, constant),
            (Some(constant), None) => (mirrored(op), b, constant),
            (None, None) => return None,
        };
        let Ty::Enum(id) = program.expr(term).ty.present() else {
            return None;
        };
        let count = u32::try_from(program.enumeration(*id).members.len()).ok()?;
        let fits = (0..count).filter(|n| crate::graph::ops::holds(op, n.cmp(&constant)));
        let fits: Vec<FormulaId> = fits
            .map(|n| self.ask(term, &Ask::Is(Value::Member(n))))
            .collect();
        Some(self.or(fits))
    }

    /// Two expressions compared, neither of them constant.
    fn order(&mut self, op: CompareOp, a: ExprId, b: ExprId) -> FormulaId {
        let [x, y] = [a, b].map(|e| self.canonical.of(self.program, e));
        if x == y {
            let truth = matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge);
            return self.constant(truth);
        }
        let (op, source) = match x < y {
            true => (op, Source::Order(x, y)),
            false => (mirrored(op), Source::Order(y, x)),
        };
        let (class, holds) = match op {
            CompareOp::Eq => (EQUAL, true),
            CompareOp::Ne => (EQUAL, false),
            CompareOp::Lt => (LESS, true),
            CompareOp::Ge => (LESS, false),
            CompareOp::Gt => (GREATER, true),
            CompareOp::Le => (GREATER, false),
        };
        let var = self.variable(source, &Ty::Bool);
        let id = self.test(var, &Ask::Is(Value::Member(class)));
        if holds { id } else { self.not(id) }
    }

    fn asked(&mut self, op: CompareOp, term: ExprId, ask: &Ask) -> FormulaId {
        let id = self.ask(term, ask);
        match (op, ask) {
            (CompareOp::Ne, Ask::Is(_)) => self.not(id),
            _ => id,
        }
    }

    /// What a comparison with a constant asks.
    fn ask_of(&self, op: CompareOp, constant: ExprId) -> Option<Ask> {
        if let Some(number) = self.number(constant) {
            return Some(Ask::Compare(op, number));
        }
        match (&self.program.expr(self.named(constant)).kind, op) {
            (ExprKind::Const(Value::Missing), _) => None,
            (ExprKind::Const(value), CompareOp::Eq | CompareOp::Ne) => Some(Ask::Is(value.clone())),
            _ => None,
        }
    }

    /// The expression that a name of a name … stands for.
    fn named(&self, mut id: ExprId) -> ExprId {
        for _ in 0..MOST_NAMES {
            let ExprKind::Def(def) = &self.program.expr(id).kind else {
                break;
            };
            let DefKind::Let(value) = self.program.def(*def).kind else {
                break;
            };
            id = value;
        }
        id
    }

    /// The number an expression always is, through named constants.
    fn number(&self, mut id: ExprId) -> Option<Decimal> {
        let mut negative = false;
        for _ in 0..MOST_NAMES {
            let number = match &self.program.expr(id).kind {
                ExprKind::Const(Value::Int(i)) => Decimal::from(*i),
                ExprKind::Const(Value::Decimal(d)) => *d,
                // A duration that is compared with an elapsed time stands in `Unwrap`.
                ExprKind::Widen(a) | ExprKind::Unwrap(a) => {
                    id = *a;
                    continue;
                }
                ExprKind::Neg(a) => {
                    negative = !negative;
                    id = *a;
                    continue;
                }
                ExprKind::Def(def) => match self.program.def(*def).kind {
                    DefKind::Let(value) => {
                        id = value;
                        continue;
                    }
                    _ => return None,
                },
                _ => return None,
            };
            return Some(if negative { -number } else { number });
        }
        None
    }

    /// A question about a term, pushed down to inputs.
    pub(super) fn ask(&mut self, term: ExprId, ask: &Ask) -> FormulaId {
        if self.exhausted() {
            return self.constant(false);
        }
        if let Some(number) = self.number(term) {
            let truth = answer(&Value::Decimal(number), ask);
            return self.constant(truth);
        }
        let program = self.program;
        let expr = program.expr(term);
        match &expr.kind {
            ExprKind::Const(value) => {
                let truth = answer(value, ask);
                self.constant(truth)
            }
            // Without taking apart, a field of a record that may be missing is one variable, which may be missing.
            ExprKind::Input(input) if self.expand || !self.within_optional(*input) => {
                self.ask_input(*input, ask)
            }
            ExprKind::Unwrap(a) => match ask {
                Ask::Present => self.constant(true),
                _ => self.ask(*a, ask),
            },
            ExprKind::Widen(a) => self.ask(*a, ask),
            ExprKind::Else(items) => self.ask_else(items, ask),
            ExprKind::If(arms, last) if self.expand => {
                let arms: Vec<_> = arms
                    .iter()
                    .map(|(c, v)| (Some(self.condition(*c)), *v))
                    .chain([(None, *last)])
                    .collect();
                self.ask_first(arms.into_iter(), ask)
            }
            ExprKind::TryDiv(_, divisor) if *ask == Ask::Present => {
                let zero = Ask::Compare(CompareOp::Eq, Decimal::ZERO);
                let is_zero = self.ask(*divisor, &zero);
                self.not(is_zero)
            }
            ExprKind::Def(def) if self.expand => self.ask_definition(*def, term, ask),
            ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Is(..)
            | ExprKind::IsPresent(_)
            | ExprKind::Compare(..)
            | ExprKind::InRange(..)
            | ExprKind::InList(..)
                if self.expand =>
            {
                let id = self.condition(term);
                match ask {
                    Ask::Is(Value::Bool(false)) => self.not(id),
                    Ask::Present => self.constant(true),
                    _ => id,
                }
            }
            _ => self.derived(term, ask),
        }
    }

    fn ask_else(&mut self, items: &[ExprId], ask: &Ask) -> FormulaId {
        let mut earlier: Vec<FormulaId> = Vec::new();
        let mut options = Vec::new();
        for item in items {
            if self.exhausted() {
                break;
            }
            let own = self.ask(*item, ask);
            let mut all = earlier.clone();
            all.push(own);
            options.push(self.and(all));
            if self.program.expr(*item).ty.is_optional() {
                let present = self.ask(*item, &Ask::Present);
                earlier.push(self.not(present));
            }
        }
        self.or(options)
    }

    /// The question asked of the value whose condition is the first that holds; no if none does.
    fn ask_first(
        &mut self,
        rules: impl Iterator<Item = (Option<FormulaId>, ExprId)>,
        ask: &Ask,
    ) -> FormulaId {
        let mut missed: Vec<FormulaId> = Vec::new();
        let mut options = Vec::new();
        for (condition, value) in rules {
            if self.exhausted() {
                break;
            }
            let value = self.ask(value, ask);
            if !matches!(self.formula(value), Formula::Constant(false)) {
                let mut all = missed.clone();
                all.extend(condition);
                all.push(value);
                options.push(self.and(all));
            }
            match condition {
                Some(condition) => missed.push(self.not(condition)),
                None => break,
            }
        }
        self.or(options)
    }

    fn ask_definition(&mut self, def: DefId, term: ExprId, ask: &Ask) -> FormulaId {
        if let Some(known) = self.definitions.get(&(def, ask.clone())) {
            return *known;
        }
        if self.nesting >= MOST_NESTED {
            return self.derived(term, ask);
        }
        self.nesting += 1;
        let id = match &self.program.def(def).kind {
            DefKind::Let(value) | DefKind::Segment(value) | DefKind::Feature(value) => {
                self.ask(*value, ask)
            }
            DefKind::Classify(rules) | DefKind::Decision(rules) if rules.len() <= MOST_RULES => {
                let rules = self.rules(rules.iter());
                self.ask_first(rules.into_iter(), ask)
            }
            DefKind::Table(table) if table.policy.is_first() && table.rows.len() <= MOST_RULES => {
                let mut rules: Vec<_> = table
                    .rows
                    .iter()
                    .map(|row| (Some(self.row(&row.cells)), row.value))
                    .collect();
                rules.extend(self.rules(table.otherwise.iter()));
                self.ask_first(rules.into_iter(), ask)
            }
            _ => self.derived(term, ask),
        };
        self.nesting -= 1;
        self.definitions.insert((def, ask.clone()), id);
        id
    }

    fn rules<'r>(
        &mut self,
        rules: impl Iterator<Item = &'r Rule>,
    ) -> Vec<(Option<FormulaId>, ExprId)> {
        rules
            .map(|r| (r.when.map(|c| self.condition(c)), r.value))
            .collect()
    }

    /// All cells of a row.
    pub(super) fn row(&mut self, cells: &[Option<ExprId>]) -> FormulaId {
        let cells = cells.iter().flatten().map(|c| self.condition(*c)).collect();
        self.and(cells)
    }

    /// Whether a record around an input may be missing.
    fn within_optional(&self, id: InputId) -> bool {
        let mut around = self.program.input(id).parent;
        while let Some(parent) = around {
            let input = self.program.input(parent);
            if input.ty.is_optional() {
                return true;
            }
            around = input.parent;
        }
        false
    }

    fn ask_input(&mut self, id: InputId, ask: &Ask) -> FormulaId {
        let program = self.program;
        let mut all = Vec::new();
        let mut around = program.input(id).parent;
        while let Some(parent) = around {
            let input = program.input(parent);
            if input.ty.is_optional() {
                let present = self.variable(Source::Input(parent), &input.ty);
                all.push(self.test(present, &Ask::Present));
            }
            around = input.parent;
        }
        let input = program.input(id);
        if *ask != Ask::Present || input.ty.is_optional() {
            let var = self.variable(Source::Input(id), &input.ty);
            all.push(self.test(var, ask));
        }
        self.and(all)
    }

    fn derived(&mut self, term: ExprId, ask: &Ask) -> FormulaId {
        let expr = self.program.expr(term);
        let canonical = self.canonical.of(self.program, term);
        let var = self.variable(Source::Derived(canonical), &expr.ty);
        self.test(var, ask)
    }

    fn test(&mut self, var: VarId, ask: &Ask) -> FormulaId {
        let known = self
            .variables
            .get_mut(var.0 as usize)
            .is_some_and(|v| v.domain.learn(ask));
        if known {
            return self.push(Formula::Test(var, ask.clone()));
        }
        // No condition asks what its type can't answer; if one did, nothing would be shown of it.
        self.budget = 0;
        self.constant(false)
    }

    fn variable(&mut self, source: Source, ty: &Ty) -> VarId {
        if let Some(known) = self.by_source.get(&source) {
            return *known;
        }
        let members = match ty.present() {
            Ty::Enum(id) => self.program.enumeration(*id).members.len(),
            _ => 0,
        };
        let bounds = match source {
            Source::Input(id) => self.program.input(id).range,
            Source::Derived(_) | Source::Order(..) => None,
        };
        let members = u32::try_from(members).unwrap_or(u32::MAX - 1);
        let id = VarId(u32::try_from(self.variables.len()).unwrap_or(u32::MAX));
        let domain = match source {
            Source::Order(..) => Domain::order(),
            _ => Domain::new(ty, ty.is_optional(), members, bounds),
        };
        self.variables.push(Variable { source, domain });
        self.by_source.insert(source, id);
        id
    }

    /// A formula over one variable as the classes for which it holds. `None` if it asks about another, or the budget
    /// is spent.
    pub(super) fn classes(&self, id: FormulaId, var: VarId, budget: &mut usize) -> Option<Classes> {
        *budget = budget.checked_sub(1)?;
        let domain = &self.var(var).domain;
        let size = domain.size();
        let mut all = |items: &[FormulaId]| -> Option<Vec<Classes>> {
            items
                .iter()
                .map(|i| self.classes(*i, var, budget))
                .collect()
        };
        Some(match self.formula(id) {
            Formula::Constant(true) => span(0, size),
            Formula::Constant(false) => Vec::new(),
            Formula::Test(asked, ask) if *asked == var => domain.classes(ask),
            Formula::Test(..) => return None,
            Formula::Not(inner) => complement(&self.classes(*inner, var, budget)?, size),
            Formula::And(items) => {
                balanced(all(items)?, intersection).unwrap_or_else(|| span(0, size))
            }
            Formula::Or(items) => balanced(all(items)?, union).unwrap_or_default(),
        })
    }

    /// The first variable a formula asks about.
    pub(super) fn asked_variable(&self, id: FormulaId) -> Option<VarId> {
        match self.formula(id) {
            Formula::Constant(_) => None,
            Formula::Test(var, _) => Some(*var),
            Formula::Not(inner) => self.asked_variable(*inner),
            Formula::And(items) | Formula::Or(items) => {
                items.iter().find_map(|i| self.asked_variable(*i))
            }
        }
    }
}

/// Definitions with more rules than this are not taken apart in others' conditions.
const MOST_RULES: usize = 256;

/// Names of names of constants are followed so far.
const MOST_NAMES: usize = 64;

/// Definitions within definitions are taken apart so deep; below, they are variables.
const MOST_NESTED: usize = 16;

/// Formulas deeper than this are given up, so that walking them is safe on small stacks.
const DEEPEST: u32 = 600;

fn answer(value: &Value, ask: &Ask) -> bool {
    let number = match value {
        Value::Int(i) => Some(Decimal::from(*i)),
        Value::Decimal(d) => Some(*d),
        _ => None,
    };
    match (ask, number) {
        (Ask::Present, _) => *value != Value::Missing,
        (Ask::Is(wanted), _) => value == wanted,
        (Ask::Compare(op, bound), Some(n)) => match op {
            CompareOp::Eq => n == *bound,
            CompareOp::Ne => n != *bound,
            CompareOp::Lt => n < *bound,
            CompareOp::Le => n <= *bound,
            CompareOp::Gt => n > *bound,
            CompareOp::Ge => n >= *bound,
        },
        (Ask::Compare(..), None) => false,
    }
}

/// One id for all expressions that are written identically.
#[derive(Default)]
struct Canonical {
    of: HashMap<ExprId, ExprId>,
    by_kind: HashMap<ExprKind, ExprId>,
}

impl Canonical {
    fn of(&mut self, program: &Program, id: ExprId) -> ExprId {
        if let Some(known) = self.of.get(&id) {
            return *known;
        }
        let mut kind = program.expr(id).kind.clone();
        crate::hir::operands_mut(&mut kind, |operand| *operand = self.of(program, *operand));
        let canonical = match kind {
            // What flow put around an expression does not make it another one.
            ExprKind::Unwrap(inner) => inner,
            kind => *self.by_kind.entry(kind).or_insert(id),
        };
        self.of.insert(id, canonical);
        canonical
    }
}
