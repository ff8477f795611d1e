//! Checking of next best actions: which actions they choose from, and by what they rank them.
//!
//! The value is a list of records: of each chosen action its name, its group, and what it gives. The type of what is
//! given is made of what the actions give: a field that not all of them have is optional.

use super::actions::{percent, twice};
use super::lower::Lowering;
use super::names::Named;
use super::reach::{Among, reached_in};
use super::slips::meant;
use super::{
    Action, ActionSet, Binding, Candidate, Choice, Content, DefId, DefKind, Dress, ExprId,
    ExprKind, Factors, HoldOut, Record, RecordField, RecordId, Ty, Weight,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, ChoiceClause, ItemKind, Per, Reach};
use crate::value::{Value, decimal};
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use std::mem::discriminant;
use std::sync::Arc;

/// What is said below scopes that no action belongs to.
pub(crate) const NOTHING_TO_CHOOSE: &str = "nothing to choose";

/// What a ranking may be made of.
const FACTORS: [&str; 4] = ["propensity", "value", "weight", "lever"];

/// The records that stand for what actions give and show; rows of a catalogue share those that are alike.
type Filled = HashMap<(RecordId, Vec<(u32, ExprId)>), ExprId>;

/// The scopes behind `choose from`.
fn chosen_from(written: &ast::Choice) -> &[ast::Scope] {
    let scopes = written.clauses.iter().find_map(|c| match &c.kind {
        ChoiceClause::From(scopes) => Some(scopes.as_slice()),
        _ => None,
    });
    scopes.unwrap_or_default()
}

impl<'a> Lowering<'a> {
    /// The definitions of actions that a choice is made from, in declared order: of a catalogue whose groups its rows
    /// name, some may belong to it.
    pub(super) fn candidates(&self, written: &ast::Choice) -> Vec<usize> {
        let scopes = chosen_from(written);
        let actions = self.drafts.iter().enumerate();
        let chosen = actions.filter(|(_, draft)| match &draft.item.kind {
            ItemKind::Action(action) => scopes.iter().any(|s| self.may_reach(s, action)),
            _ => false,
        });
        chosen.map(|(index, _)| index).collect()
    }

    fn may_reach(&self, scope: &ast::Scope, action: &ast::Action) -> bool {
        let by_row = action.from.is_some() && action.issue.text == action.name.text;
        match &scope.reach {
            Reach::All => true,
            Reach::Issue(issue) => by_row || issue.text == action.issue.text,
            Reach::Group(issue, group) => {
                by_row || issue.text == action.issue.text && group.text == action.group.text
            }
            Reach::Action(name) if action.from.is_none() => name.text == action.name.text,
            Reach::Action(name) => self.declared_action(&name.text).is_none(),
        }
    }

    /// A next best action.
    pub(super) fn choice(&mut self, index: usize, written: &ast::Choice) -> Choice {
        let all_known = self.choice_clauses(written);
        let from = self.candidates(written);
        self.needs_itself(index, &from);
        let (kinds, actions) = self.chosen_among(written, &from);
        if from.is_empty() && all_known {
            self.nothing_to_choose(written);
        }
        let (rank, factors) = self.ranking(written, &kinds);
        let among = Among::new(&actions);
        let weights = self.weights(written, &among);
        let (limit, per) = self.limits_of(written);
        let policies = self.bindings(&among);
        let hold_outs = self.hold_outs(written);
        let name = &*written.name.text;
        let given = kinds.iter().map(|a| a.gives.as_slice()).collect();
        let given = self.union(format!("{name}.gives"), given, written.name.at.0);
        let shown = kinds.iter().flat_map(|a| &a.treatments);
        let shown = shown.map(|t| t.content.as_slice()).collect();
        let treatment = self.union(format!("{name}.treatment"), shown, written.name.at.0);
        let record = self.item_type(written, given);
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.ty = Some(Ty::List(Box::new(Ty::Record(record))));
        }
        let mut filled = Filled::default();
        let free = self.free_of(&hold_outs, &among);
        let candidates = actions
            .iter()
            .zip(free)
            .map(|(action, free)| Candidate {
                value: self.item((record, given), action, &mut filled),
                treatments: self.dress(treatment, action, &mut filled),
                lever: self.lever(action),
                free,
                action: Arc::clone(action),
            })
            .collect();
        Choice {
            candidates,
            rank,
            factors,
            weights,
            limit,
            per,
            hold_outs: hold_outs.into_iter().filter(|h| h.of.is_empty()).collect(),
            policies,
            treatment,
        }
    }

    /// What is chosen among: the kinds of actions, a catalogue being one, and the actions themselves.
    fn chosen_among(
        &self,
        written: &ast::Choice,
        from: &[usize],
    ) -> (Vec<Arc<Action>>, Vec<Arc<Action>>) {
        let scopes = chosen_from(written);
        let reached = self.reached_by(scopes);
        let (mut kinds, mut actions) = (Vec::new(), Vec::new());
        for index in from {
            match self.drafts.get(*index).and_then(|d| d.kind.as_ref()) {
                Some(DefKind::Action(action)) => {
                    kinds.push(Arc::clone(action));
                    actions.push(Arc::clone(action));
                }
                Some(DefKind::Actions(catalogue)) => {
                    let held = catalogue.actions.iter();
                    let held = held.filter(|action| self.is_reached(&reached, action));
                    let before = actions.len();
                    actions.extend(held.map(Arc::clone));
                    // What names some of its rows reaches it with them alone.
                    if actions.len() > before || self.reaches_group(scopes, *index) {
                        kinds.push(Arc::clone(&catalogue.each));
                    }
                }
                _ => {}
            }
        }
        (kinds, actions)
    }

    /// Whether a scope that is no action's name reaches an action or a catalogue.
    fn reaches_group(&self, scopes: &[ast::Scope], index: usize) -> bool {
        let Some(ItemKind::Action(action)) = self.drafts.get(index).map(|d| &d.item.kind) else {
            return false;
        };
        let mut groups = scopes.iter();
        groups.any(|s| !matches!(s.reach, Reach::Action(_)) && self.may_reach(s, action))
    }

    fn hold_outs(&mut self, written: &ast::Choice) -> Vec<HoldOut> {
        let mut made = Vec::new();
        for clause in &written.clauses {
            if let ChoiceClause::HoldOut { share, scopes, by } = &clause.kind {
                made.extend(self.hold_out(share, scopes, by, clause.at.0));
            }
        }
        made
    }

    /// The definitions of all policies.
    pub(super) fn policies(&self) -> Vec<usize> {
        let drafts = self.drafts.iter().enumerate();
        let policies = drafts.filter(|(_, d)| matches!(d.item.kind, ItemKind::Policy(_)));
        policies.map(|(index, _)| index).collect()
    }

    /// The definitions of all catalogues, whose rows clauses of policies may name.
    pub(super) fn catalogues(&self) -> Vec<usize> {
        let drafts = self.drafts.iter().enumerate();
        let catalogues = drafts.filter(|(_, d)| match &d.item.kind {
            ItemKind::Action(action) => action.from.is_some(),
            _ => false,
        });
        catalogues.map(|(index, _)| index).collect()
    }

    /// Which clauses of policies bind which actions.
    fn bindings(&self, among: &Among<'_>) -> Vec<Binding> {
        let everything = [ActionSet::All];
        let drafts = self.drafts.iter().filter_map(|d| d.kind.as_ref());
        let clauses = drafts.filter_map(|kind| match kind {
            DefKind::Policy(policy) => Some(&policy.clauses),
            _ => None,
        });
        let mut made = Vec::new();
        for clause in clauses.flatten() {
            let sets = match clause.of.is_empty() {
                true => &everything[..],
                false => &clause.of,
            };
            let mut of = self.places(&reached_in(sets), among);
            of.retain(|place| {
                let action = among.actions.get(*place as usize);
                action.is_some_and(|action| !action.transactional)
            });
            if !of.is_empty() {
                let clause = Arc::clone(clause);
                made.push(Binding { clause, of });
            }
        }
        made
    }

    /// Each clause but `weight` and `hold out` stands once; gives whether everything exists that is chosen from.
    fn choice_clauses(&mut self, written: &ast::Choice) -> bool {
        let mut seen = HashMap::new();
        for clause in &written.clauses {
            if matches!(
                clause.kind,
                ChoiceClause::Weight { .. } | ChoiceClause::HoldOut { .. }
            ) {
                continue;
            }
            if let Some(first) = seen.insert(discriminant(&clause.kind), clause.at.0) {
                self.report(twice(clause.at.0, first).help("make one of the two"));
            }
        }
        let scopes = chosen_from(written).iter();
        // Each that names nothing is reported.
        let unknown = scopes.filter(|scope| !self.scope_exists(scope)).count();
        unknown == 0
    }

    /// A scope names what there is.
    fn scope_exists(&mut self, scope: &ast::Scope) -> bool {
        match &scope.reach {
            Reach::All => true,
            Reach::Issue(issue) => self.issue_named(issue).is_some(),
            Reach::Group(issue, group) => self.group_named(issue, group).is_some(),
            Reach::Action(name) => self.is_action(name),
        }
    }

    /// The definition of an action that stands in the rules, and in no catalogue.
    pub(super) fn declared_action(&self, name: &str) -> Option<DefId> {
        let Some(Named::Def(id)) = self.names.get(name) else {
            return None;
        };
        let item = self.drafts.get(id.index()).map(|d| &d.item.kind);
        matches!(item, Some(ItemKind::Action(action)) if action.from.is_none()).then_some(id)
    }

    fn is_catalogue(&self, id: DefId) -> bool {
        let item = self.drafts.get(id.index()).map(|d| &d.item.kind);
        matches!(item, Some(ItemKind::Action(action)) if action.from.is_some())
    }

    /// Whether there is an action of that name; reports that there is none.
    pub(super) fn is_action(&mut self, name: &ast::Name) -> bool {
        if self.declared_action(&name.text).is_some() || self.rows_named.contains_key(&*name.text) {
            return true;
        }
        match self.names.get(&name.text) {
            Some(Named::Issue(_)) => {
                let all = format!("{}.*", name.text);
                self.report(
                    Diagnostic::error(
                        Code::UnknownGroup,
                        name.at.0,
                        format!("`{}` is an issue, not an action", name.text),
                    )
                    .label("an action, a group or all of an issue goes here")
                    .help(format!("for all actions of the issue write `{all}`"))
                    .suggest(name.at.0, all),
                );
                return false;
            }
            Some(Named::Def(id)) if self.is_catalogue(id) => {
                self.report(
                    Diagnostic::error(
                        Code::UnknownGroup,
                        name.at.0,
                        format!("`{}` is a catalogue of actions, not an action", name.text),
                    )
                    .label("an action, a group or all of an issue goes here")
                    .help("name their group, or one of them by its key"),
                );
                return false;
            }
            _ => {}
        }
        let error = Diagnostic::error(
            Code::UnknownGroup,
            name.at.0,
            format!("there is no action `{}`", name.text),
        )
        .label("the name of an action goes here");
        let actions = self.drafts.iter().filter_map(|d| match &d.item.kind {
            ItemKind::Action(action) if action.from.is_none() => Some(&*action.name.text),
            _ => None,
        });
        let rows = self.rows_named.keys().map(|name| &**name);
        let actions = actions.chain(rows);
        let near = self.near(&name.text, actions);
        if self.rows_lost && near.is_empty() {
            return false;
        }
        self.report(match near.as_slice() {
            [] => error.help("an issue is written `sales.*`, a group `sales.tickets`, an action by its name; `all` is all of them"),
            near => meant(error, name.at.0, near),
        });
        false
    }

    /// Reports a choice among actions that need it themselves: they come behind it.
    fn needs_itself(&mut self, index: usize, from: &[usize]) {
        let is_behind = |at: &usize| self.drafts.get(*at).is_some_and(|d| !d.tried);
        if from.iter().any(is_behind) {
            let needs = &self.needs;
            let circle = super::order::circle_through(needs, index, &mut self.circle_effort);
            let error = self.definition_circle(&circle);
            self.report(error);
        }
    }

    fn nothing_to_choose(&mut self, written: &ast::Choice) {
        let scopes = chosen_from(written);
        let name = &written.name;
        let error = match scopes.first().zip(scopes.last()) {
            None => Diagnostic::error(
                Code::IncompleteChoice,
                name.at.0,
                format!("`{}` does not say what it chooses from", name.text),
            )
            .label("no `choose from` in its clauses")
            .help("write `choose from sales.*`, for example, or `choose from all`"),
            Some((first, last)) => Diagnostic::error(
                Code::IncompleteChoice,
                first.at.0.to(last.at.0),
                "no action belongs to what is chosen from here",
            )
            .label(NOTHING_TO_CHOOSE)
            .help("declare an action: `action popcorn in sales.snacks { … }`"),
        };
        self.report(error);
    }

    /// By what actions are ranked, and what stands for the factors in it.
    fn ranking(&mut self, written: &ast::Choice, actions: &[Arc<Action>]) -> (ExprId, Factors) {
        let rank = written.clauses.iter().find_map(|c| match &c.kind {
            ChoiceClause::Rank(rank) => Some(rank),
            _ => None,
        });
        let at = rank.map_or(written.name.at, |rank| rank.at);
        let [propensity, value, weight, lever] = FACTORS.map(|word| {
            let name = ast::Name {
                text: word.into(),
                at,
            };
            self.open_scope(&name, Ty::Decimal)
        });
        let id = match rank {
            Some(rank) => self.check(rank, &Ty::Decimal),
            None => {
                let message = format!("`{}` does not say how it ranks actions", written.name.text);
                self.report(
                    Diagnostic::error(Code::IncompleteChoice, at.0, message)
                        .label("no `rank by` in its clauses")
                        .help("write `rank by propensity * weight * value * lever`, for example"),
                );
                self.broken(at.0)
            }
        };
        FACTORS.iter().for_each(|_| self.close_scope());
        let reads = self.locals_in(id);
        for action in actions {
            let needed = [
                ("propensity", propensity, action.propensity),
                ("value", value, action.value),
            ];
            for (word, local, own) in needed {
                if own.is_some() || !reads.contains(&local) {
                    continue;
                }
                let message = format!("`{}` has no {word}, by which it is ranked", action.name);
                self.report(
                    Diagnostic::error(Code::IncompleteAction, action.span, message)
                        .label(format!("no `{word}` in its clauses"))
                        .also(at.0, format!("`{}` ranks by it", written.name.text))
                        .help(format!("add `{word} 1`, for example; or rank without it")),
                );
            }
        }
        let factors = Factors {
            propensity: Some(propensity).filter(|l| reads.contains(l)),
            value: Some(value).filter(|l| reads.contains(l)),
            weight: Some(weight).filter(|l| reads.contains(l)),
            lever: Some(lever).filter(|l| reads.contains(l)),
        };
        (id, factors)
    }

    /// The parameters and items that an expression reads.
    fn locals_in(&self, id: ExprId) -> HashSet<super::LocalId> {
        let mut found = HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let ExprKind::Local(local) = self.expr(id).kind {
                found.insert(local);
            }
            super::operands(&self.expr(id).kind, |operand| open.push(operand));
        }
        found
    }

    fn weights(&mut self, written: &ast::Choice, among: &Among<'_>) -> Vec<Weight> {
        let mut made = Vec::new();
        for clause in &written.clauses {
            let ChoiceClause::Weight {
                percent: added,
                scopes,
                when,
            } = &clause.kind
            else {
                continue;
            };
            // Each that names nothing is reported.
            scopes.iter().for_each(|scope| {
                self.scope_exists(scope);
            });
            let when = when.as_ref().map(|c| self.check(c, &Ty::Bool));
            let of = self.places(&self.reached_by(scopes), among);
            made.push(Weight {
                percent: percent(Some(added)),
                when,
                of,
                span: clause.at.0,
            });
        }
        // Whichever of them count.
        let at = written.name.at.0;
        for sign in [Decimal::is_sign_positive, Decimal::is_sign_negative] {
            let parts = made.iter().map(|w| w.percent).filter(sign);
            self.percentages(parts, at);
        }
        made
    }

    /// 1, and what issue, group and action add.
    fn lever(&mut self, action: &Action) -> Decimal {
        let group = self.groups.get(action.group.index());
        let issue = group.and_then(|g| self.issues.get(g.issue as usize));
        let parts = [
            issue.map(|i| i.lever),
            group.map(|g| g.lever),
            Some(action.lever),
        ];
        self.percentages(parts.into_iter().flatten(), action.span)
    }

    /// 1 and percentages, which fit a decimal together however many of them count.
    fn percentages(&mut self, parts: impl Iterator<Item = Decimal>, at: Span) -> Decimal {
        let total = parts.into_iter().try_fold(Decimal::ONE, decimal::add);
        if total.is_none() {
            self.report(
                Diagnostic::error(
                    Code::ConstantOverflow,
                    at,
                    "the percentages here do not fit a decimal together",
                )
                .label("too many digits")
                .help("write percentages with fewer digits"),
            );
        }
        total.unwrap_or(Decimal::ONE)
    }

    /// How many are chosen at most, in all and of each group and issue.
    fn limits_of(&mut self, written: &ast::Choice) -> (Option<u32>, Vec<(Per, u32)>) {
        let Some((most, per)) = written.clauses.iter().find_map(|c| match &c.kind {
            ChoiceClause::Limit { most, per } => Some((most, per)),
            _ => None,
        }) else {
            return (None, Vec::new());
        };
        let limit = most.as_ref().and_then(|most| self.most_chosen(most));
        let mut seen = HashMap::new();
        let mut made = Vec::new();
        for (most, per) in per {
            if let Some(first) = seen.insert(*per, most.at.0) {
                self.report(twice(most.at.0, first).help("keep the smaller of the two"));
            }
            made.extend(self.most_chosen(most).map(|most| (*per, most)));
        }
        (limit, made)
    }

    /// A count of actions: a whole number from 1.
    pub(super) fn most_chosen(&mut self, written: &ast::Expr) -> Option<u32> {
        let count = match written.kind {
            ast::ExprKind::Int(count, _) => u32::try_from(count).ok().filter(|c| *c > 0),
            _ => None,
        };
        if count.is_none() {
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    written.at.0,
                    "this is no number of actions",
                )
                .label("a whole number from 1 goes here")
                .help("write `limit 3`, for example"),
            );
        }
        count
    }

    /// A record type that holds what several records hold: a field that one of them lacks is optional. `None` where
    /// nothing holds a field.
    fn union(&mut self, name: String, all: Vec<&[Content]>, span: Span) -> Option<RecordId> {
        let mut fields: Vec<(RecordField, usize)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for field in all.iter().copied().flatten() {
            let ty = self.expr(field.value).ty.clone();
            let place = *places.entry(&*field.name).or_insert(fields.len());
            match fields.get_mut(place) {
                Some((known, count)) => {
                    *count += 1;
                    let first = known.span;
                    match common(&known.ty, &ty) {
                        Some(ty) => known.ty = ty,
                        None => self.differ(field, (first, &name)),
                    }
                }
                None => fields.push((
                    RecordField {
                        name: field.name.to_string(),
                        ty,
                        range: None,
                        default: None,
                        sensitive: false,
                        fixed: false,
                        docs: Vec::new(),
                        span: field.span,
                    },
                    1,
                )),
            }
        }
        if fields.is_empty() {
            return None;
        }
        let fields = fields.into_iter().map(|(mut field, count)| {
            if count < all.len() {
                field.ty = field.ty.optional();
            }
            field
        });
        let fields = fields.collect();
        let id = self.declare_record(name, span);
        self.set_fields(id, fields);
        Some(id)
    }

    /// The report of a field that two actions give with different types.
    fn differ(&mut self, field: &Content, (first, what): (Span, &str)) {
        self.report(
            Diagnostic::error(
                Code::GivesDiffer,
                field.span,
                format!("`{}` is of another type elsewhere in `{what}`", field.name),
            )
            .label("one type here")
            .also(first, "another type here")
            .help("what is chosen among has one type for each name: give one of them another name, or the same type"),
        );
    }

    /// The record type of one chosen action.
    fn item_type(&mut self, written: &ast::Choice, given: Option<RecordId>) -> RecordId {
        let span = written.name.at.0;
        let id = RecordId(self.count(self.records.len()));
        self.add_record(Record {
            name: written.name.text.to_string(),
            fields: Vec::new(),
            docs: Vec::new(),
            span,
        });
        let field = |name: &str, ty: Ty| RecordField {
            name: name.to_owned(),
            ty,
            range: None,
            default: None,
            sensitive: false,
            fixed: false,
            docs: Vec::new(),
            span,
        };
        let mut fields = vec![field("action", Ty::Text), field("group", Ty::Text)];
        fields.extend(given.map(|given| field("gives", Ty::Record(given))));
        self.set_fields(id, fields);
        id
    }

    /// What stands for one chosen action in the value.
    fn item(
        &mut self,
        (record, given): (RecordId, Option<RecordId>),
        action: &Action,
        filled: &mut Filled,
    ) -> ExprId {
        let at = action.span;
        let group = self.groups.get(action.group.index());
        let group = group.map_or(String::new(), |g| g.name.clone());
        let text = |text: &str| ExprKind::Const(Value::Text(text.into()));
        let name = self.push(text(&action.name), Ty::Text, at);
        let group = self.push(text(&group), Ty::Text, at);
        let mut fields = vec![(0, name), (1, group)];
        if let Some(given) = given {
            fields.push((2, self.filled(given, &action.gives, at, filled)));
        }
        self.push(ExprKind::Record(record, fields), Ty::Record(record), at)
    }

    /// A record of a joint type from the fields that one of its sources has.
    fn filled(
        &mut self,
        record: RecordId,
        content: &[Content],
        at: Span,
        known: &mut Filled,
    ) -> ExprId {
        let mut fields = Vec::with_capacity(content.len());
        for field in content {
            let Some(place) = self.field_place(record, &field.name) else {
                continue;
            };
            let declared = self.records.get(record.index());
            let ty = declared
                .and_then(|r| r.fields.get(place))
                .map(|f| f.ty.clone());
            let value = match ty {
                Some(ty) if common(&ty, &self.expr(field.value).ty).is_some() => {
                    self.coerce(field.value, &ty)
                }
                _ => field.value,
            };
            fields.push((self.count(place), value));
        }
        let made = known.get(&(record, fields.clone())).copied();
        made.unwrap_or_else(|| {
            let whole = ExprKind::Record(record, fields.clone());
            let id = self.push(whole, Ty::Record(record), at);
            known.insert((record, fields), id);
            id
        })
    }

    fn dress(
        &mut self,
        record: Option<RecordId>,
        action: &Action,
        filled: &mut Filled,
    ) -> Vec<Dress> {
        let Some(record) = record else {
            return Vec::new();
        };
        let treatments = action.treatments.iter();
        treatments
            .map(|treatment| Dress {
                when: treatment.when,
                content: self.filled(record, &treatment.content, treatment.span, filled),
                span: treatment.span,
            })
            .collect()
    }
}

/// The type that holds the values of two, if there is one.
fn common(a: &Ty, b: &Ty) -> Option<Ty> {
    let optional = a.is_optional() || b.is_optional();
    let ty = match (a.present(), b.present()) {
        (Ty::Error, other) | (other, Ty::Error) => other.clone(),
        (a, b) if a == b => a.clone(),
        (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => Ty::Decimal,
        _ => return None,
    };
    Some(if optional { ty.optional() } else { ty })
}
