//! Where sensitive data goes: no decision and no text gives it away.
//!
//! In: a program. Out: which definitions hold sensitive data, and a report for each decision, score, text or number by which
//! actions are ranked that would show some. A value is sensitive if it is a sensitive field, or made of one: by arithmetic, functions, records, lists,
//! choices. The answer to a question about one (`birth_date is present`, `age >= 18`) is not; nor is which rule fits.

use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{
    Action, DefId, DefKind, ExprId, ExprKind, FoldOp, Func, Program, Rule, Ty, operands,
};
use std::collections::HashSet;

/// What is sensitive in a program.
struct Sensitive {
    exprs: Vec<bool>,
    defs: Vec<bool>,
}

impl Sensitive {
    /// Finds what is sensitive. Expressions stand behind their operands, definitions in the order of their needs.
    fn of(program: &Program) -> Sensitive {
        let mut found = Sensitive {
            exprs: vec![false; program.exprs().len()],
            defs: vec![false; program.defs().len()],
        };
        let types: Vec<bool> = record_types(program);
        let mut locals = vec![false; program.local_names().len()];
        for def in program.order() {
            // A list gives its sensitivity to its item, whose uses stand before the fold: until nothing changes,
            // which takes as many rounds as folds lie inside one another. No definition needs one behind it.
            let mut ids = reachable(program, *def);
            ids.sort_unstable();
            while found.define(program, &types, &mut locals, *def, &ids) {}
        }
        found
    }

    fn is(&self, id: ExprId) -> bool {
        self.exprs.get(id.index()).copied().unwrap_or(false)
    }

    /// Looks at the expressions of a definition; whether anything new was found.
    fn define(
        &mut self,
        program: &Program,
        types: &[bool],
        locals: &mut [bool],
        id: DefId,
        ids: &[ExprId],
    ) -> bool {
        let mut changed = false;
        for expr in ids.iter().copied() {
            let now = self.expression(program, types, locals, expr);
            if let Some(slot) = self.exprs.get_mut(expr.index())
                && now != *slot
            {
                *slot = now;
                changed = true;
            }
        }
        let holds = gives(program, id).into_iter().any(|value| self.is(value));
        if let Some(slot) = self.defs.get_mut(id.index())
            && holds != *slot
        {
            *slot = holds;
            changed = true;
        }
        changed
    }

    fn expression(
        &self,
        program: &Program,
        types: &[bool],
        locals: &mut [bool],
        id: ExprId,
    ) -> bool {
        crate::work::steps(1);
        let expr = program.expr(id);
        let any = |ids: &[ExprId]| ids.iter().any(|id| self.is(*id));
        match &expr.kind {
            ExprKind::Input(input) => program.input(*input).sensitive || holds(types, &expr.ty),
            ExprKind::Def(def) => self.defs.get(def.index()).copied().unwrap_or(false),
            ExprKind::Field(base, place) => {
                let declared = match program.expr(*base).ty.present() {
                    Ty::Record(record) => {
                        let field = program.record(*record).fields.get(*place as usize);
                        field.is_some_and(|f| f.sensitive) || holds(types, &expr.ty)
                    }
                    _ => false,
                };
                // A record that was written down may hold sensitive data in any field.
                declared || (self.is(*base) && !only_by_type(program, locals, *base))
            }
            ExprKind::Local(local) => {
                locals.get(local.index()).copied().unwrap_or(false) || holds(types, &expr.ty)
            }
            ExprKind::Compare(..)
            | ExprKind::Is(..)
            | ExprKind::IsPresent(_)
            | ExprKind::InList(..)
            | ExprKind::InRange(..)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Const(_) => false,
            ExprKind::Lookup(..) => holds(types, &expr.ty),
            ExprKind::If(arms, last) => self.is(*last) || arms.iter().any(|(_, v)| self.is(*v)),
            ExprKind::Fold {
                op,
                item,
                list,
                body,
            } => {
                let given = self.is(*list) && !only_by_type(program, locals, *list);
                if let Some(local) = locals.get_mut(item.index()) {
                    *local |= given;
                }
                match op {
                    FoldOp::Any | FoldOp::Every => false,
                    FoldOp::Filter | FoldOp::Nearest => self.is(*list),
                    FoldOp::Sum | FoldOp::Min | FoldOp::Max => self.is(*body),
                }
            }
            ExprKind::Call(func, all) => {
                let question = expr.ty == Ty::Bool || matches!(func, Func::Count);
                !question && any(all)
            }
            ExprKind::Apply(def, all) => {
                expr.ty != Ty::Bool
                    && (any(all) || self.defs.get(def.index()).copied().unwrap_or(false))
            }
            kind => {
                let mut found = false;
                operands(kind, |operand| found |= self.is(operand));
                found
            }
        }
    }
}

/// Whether a value is sensitive only for the fields that its record type declares so.
fn only_by_type(program: &Program, locals: &[bool], id: ExprId) -> bool {
    match &program.expr(id).kind {
        ExprKind::Input(input) => !program.input(*input).sensitive,
        ExprKind::Unwrap(a) => only_by_type(program, locals, *a),
        ExprKind::Fold {
            op: FoldOp::Filter | FoldOp::Nearest,
            list,
            ..
        } => only_by_type(program, locals, *list),
        ExprKind::Local(local) => !locals.get(local.index()).copied().unwrap_or(false),
        _ => false,
    }
}

/// What is never shown of a program.
#[derive(Debug)]
pub(crate) struct Hidden {
    defs: Vec<bool>,
    records: Vec<bool>,
}

impl Hidden {
    /// What is never shown of a program.
    pub(crate) fn of(program: &Program) -> Hidden {
        Hidden {
            defs: Sensitive::of(program).defs,
            records: record_types(program),
        }
    }

    /// Whether a definition's value is made of sensitive data.
    pub(crate) fn is_sensitive(&self, def: DefId) -> bool {
        self.defs.get(def.index()).copied().unwrap_or(false)
    }

    /// Whether values of a type hold sensitive fields.
    pub(crate) fn holds(&self, ty: &Ty) -> bool {
        holds(&self.records, ty)
    }
}

/// Reports what would show sensitive data.
pub(super) fn check(program: &Program, found: &mut Vec<Diagnostic>) {
    let any = program.inputs().iter().any(|i| i.sensitive)
        || program
            .records()
            .iter()
            .any(|r| r.fields.iter().any(|f| f.sensitive));
    if !any {
        return;
    }
    let sensitive = Sensitive::of(program);
    // A treatment belongs to its action, and to what chooses among actions.
    let mut reported = HashSet::new();
    for id in (0..).map(DefId).take(program.defs().len()) {
        let by = format!("`{}`", program.def(id).name);
        let shown = shows(program, id).into_iter();
        // Of a text the part is named that it shows.
        let is_text =
            |value: &ExprId| matches!(program.expr(*value).kind, ExprKind::Call(Func::Join, _));
        let shown = shown.filter(|value| sensitive.is(*value) && !is_text(value));
        let mut away: Vec<(ExprId, &str)> = shown.map(|value| (value, &*by)).collect();
        for expr in reachable(program, id) {
            if let ExprKind::Call(Func::Join, parts) = &program.expr(expr).kind {
                let part = parts.iter().find(|part| sensitive.is(**part));
                away.extend(part.map(|part| (*part, "this text")));
            }
        }
        for (value, by) in away {
            if reported.insert(program.expr(value).span) {
                found.push(given_away(program, value, by));
            }
        }
    }
}

fn given_away(program: &Program, value: ExprId, by: &str) -> Diagnostic {
    let at = program.expr(value).span;
    Diagnostic::error(
        Code::GivesAway,
        at,
        format!("{by} would show what is declared `sensitive`"),
    )
    .label("made of sensitive data")
    .help("decide by it in a condition, which shows nothing; or take the mark `sensitive` from the field")
}

/// Whether values of a type hold sensitive fields.
pub(crate) fn holds(types: &[bool], ty: &Ty) -> bool {
    match ty {
        Ty::Optional(inner) | Ty::List(inner) => holds(types, inner),
        Ty::Record(id) => types.get(id.index()).copied().unwrap_or(false),
        _ => false,
    }
}

/// For each record type whether it holds sensitive fields, at any depth.
pub(crate) fn record_types(program: &Program) -> Vec<bool> {
    let mut types = vec![false; program.records().len()];
    // Records lie inside one another to a bounded depth.
    loop {
        let mut changed = false;
        for (index, record) in program.records().iter().enumerate() {
            let mut fields = record.fields.iter();
            let now = fields.any(|f| f.sensitive || holds(&types, &f.ty));
            if let Some(slot) = types.get_mut(index)
                && now != *slot
            {
                *slot = now;
                changed = true;
            }
        }
        if !changed {
            return types;
        }
    }
}

/// What an action gives and shows.
fn told_by(action: &Action) -> Vec<ExprId> {
    let shown = action.treatments.iter().flat_map(|t| &t.content);
    let all = action.gives.iter().chain(shown);
    all.map(|content| content.value).collect()
}

/// What those who ask for a definition see: what it gives, and by what it ranks.
fn shows(program: &Program, id: DefId) -> Vec<ExprId> {
    let numbers = |action: &Action| action.propensity.into_iter().chain(action.value);
    match &program.def(id).kind {
        DefKind::Decision(_) | DefKind::Table(_) | DefKind::Score(_) | DefKind::Feature(_) => {
            gives(program, id)
        }
        DefKind::Action(action) => told_by(action).into_iter().chain(numbers(action)).collect(),
        DefKind::Actions(catalogue) => {
            let told = told_by(&catalogue.each).into_iter();
            told.chain(numbers(&catalogue.each)).collect()
        }
        DefKind::NextBestAction(choice) => vec![choice.rank],
        _ => Vec::new(),
    }
}

/// The values a definition may give.
fn gives(program: &Program, id: DefId) -> Vec<ExprId> {
    let values = |rules: &[Rule]| rules.iter().map(|r| r.value).collect::<Vec<_>>();
    match &program.def(id).kind {
        DefKind::Let(e) | DefKind::Segment(e) | DefKind::Feature(e) | DefKind::Journey(e) => {
            vec![*e]
        }
        DefKind::Function(function) | DefKind::Behaviour(function) => vec![function.body],
        DefKind::Decision(rules) => values(rules),
        DefKind::Score(score) => values(&score.rules),
        DefKind::Table(table) => {
            let rows = table.rows.iter().map(|row| row.value);
            rows.chain(table.otherwise.iter().map(|r| r.value))
                .collect()
        }
        DefKind::Action(action) => told_by(action),
        DefKind::Actions(catalogue) => told_by(&catalogue.each),
        // What its actions give is theirs.
        DefKind::NextBestAction(choice) => choice.candidates.iter().map(|c| c.value).collect(),
        DefKind::Classify(_)
        | DefKind::Reference(_)
        | DefKind::Policy(_)
        | DefKind::Experiment(_) => Vec::new(),
    }
}

/// All expressions of a definition, each once.
fn reachable(program: &Program, id: DefId) -> Vec<ExprId> {
    let mut seen = HashSet::new();
    let kind = &program.def(id).kind;
    let mut open = crate::hir::roots(kind);
    open.extend(crate::hir::treatments(kind));
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            found.push(id);
            operands(&program.expr(id).kind, |operand| open.push(operand));
        }
    }
    found
}
