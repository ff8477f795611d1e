//! What a business could do for a customer, what chooses among it, and what binds that: resolved and typed.

use super::{Alike, ExprId, GroupId, LocalId, Per, RecordId};
use crate::source::Span;
use crate::value::bucket::Bucketing;
use rust_decimal::Decimal;
use std::ops::Range;
use std::sync::Arc;

/// An issue: what groups of actions are about.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Its name.
    pub name: String,
    /// What it adds to the lever of its actions: `0.1` of `+10%`.
    pub lever: Decimal,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// A group of actions.
#[derive(Clone, Debug)]
pub struct Group {
    /// The issue it belongs to, by its place.
    pub issue: u32,
    /// Its path: `sales.tickets`.
    pub name: String,
    /// What it adds to the lever of its actions.
    pub lever: Decimal,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its path stands.
    pub span: Span,
}

/// What a business could do for a customer. Conditions are asked in the order of the fields.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// The group it belongs to.
    pub group: GroupId,
    /// May they have it at all?
    pub eligible: Option<ExprId>,
    /// Does it make sense now?
    pub applicable: Option<ExprId>,
    /// Is it right for them?
    pub suitable: Option<ExprId>,
    /// `valid from … until …`
    pub valid: Option<ExprId>,
    /// `only on …`
    pub only_on: Option<ExprId>,
    /// How likely they accept, of type decimal.
    pub propensity: Option<ExprId>,
    /// What it is worth, of type decimal.
    pub value: Option<ExprId>,
    /// What it adds to its lever.
    pub lever: Decimal,
    /// What it gives.
    pub gives: Vec<Content>,
    /// How it is shown; the first that fits.
    pub treatments: Vec<Treatment>,
    /// No policy binds it.
    pub transactional: bool,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// Where an action falls out on its way to being chosen, in the order in which it is asked.
///
/// ```
/// use pervade::Stage;
/// assert_eq!(Stage::ALL.map(Stage::word)[..3], ["eligible", "applicable", "suitable"]);
/// assert!(Stage::Eligible < Stage::Rank);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// The customer may not have it at all.
    Eligible,
    /// It makes no sense now.
    Applicable,
    /// It is not right for them.
    Suitable,
    /// It is not valid yet, or no longer.
    Valid,
    /// It is not for this touchpoint.
    Touchpoint,
    /// The customer is held out of it for comparison.
    HoldOut,
    /// A contact policy binds it: by what happened before this choice wherever it ranks, with what was chosen before it
    /// where there was room for it.
    Policy,
    /// It qualifies, no policy binds it, and others come before it.
    Rank,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 8] = [
        Stage::Eligible,
        Stage::Applicable,
        Stage::Suitable,
        Stage::Valid,
        Stage::Touchpoint,
        Stage::HoldOut,
        Stage::Policy,
        Stage::Rank,
    ];

    /// The word that tests write: `expect home rejects popcorn by suitable`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Stage::Eligible => "eligible",
            Stage::Applicable => "applicable",
            Stage::Suitable => "suitable",
            Stage::Valid => "valid",
            Stage::Touchpoint => "touchpoint",
            Stage::HoldOut => "hold_out",
            Stage::Policy => "policy",
            Stage::Rank => "rank",
        }
    }
}

impl Action {
    /// Its conditions, in the order in which they are asked.
    pub fn conditions(&self) -> impl Iterator<Item = ExprId> {
        let stages = [self.eligible, self.applicable, self.suitable];
        stages
            .into_iter()
            .chain([self.valid, self.only_on])
            .flatten()
    }
}

/// Actions that differ in what a row of reference data says of them.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// What all of them say: an action in which a local stands for the row.
    pub each: Arc<Action>,
    /// One action a row, in order. Its span is where the row stands.
    pub actions: Vec<Arc<Action>>,
}

/// A field of what an action gives or shows.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its name.
    pub name: Arc<str>,
    /// Its value.
    pub value: ExprId,
    /// Where its name stands.
    pub span: Span,
}

/// How an action is shown.
#[derive(Clone, Debug)]
pub struct Treatment {
    /// On which touchpoints; `None` is `otherwise`.
    pub when: Option<ExprId>,
    /// What it shows.
    pub content: Vec<Content>,
    /// The whole clause.
    pub span: Span,
}

/// What chooses among actions: those whose conditions hold, the greatest rank first; of two alike, that of the greater
/// value, then that whose name comes first.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What it chooses from, in declared order.
    pub candidates: Vec<Candidate>,
    /// By what it ranks, of type decimal.
    pub rank: ExprId,
    /// What stands for the numbers of an action in that.
    pub factors: Factors,
    /// What is added to the weight.
    pub weights: Vec<Weight>,
    /// At most so many are chosen.
    pub limit: Option<u32>,
    /// At most so many of each group or issue.
    pub per: Vec<(Per, u32)>,
    /// Who is held out of the whole choice: for them nothing is chosen.
    pub hold_outs: Vec<HoldOut>,
    /// The clauses of all policies that bind candidates, in declared order.
    pub policies: Vec<Binding>,
    /// The type of what is shown.
    pub treatment: Option<RecordId>,
}

/// What stands for the numbers of an action in a ranking, where it reads them.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    /// How likely they accept.
    pub propensity: Option<LocalId>,
    /// What it is worth.
    pub value: Option<LocalId>,
    /// 1, and what the weights add whose conditions hold.
    pub weight: Option<LocalId>,
    /// 1, and what issue, group and action add.
    pub lever: Option<LocalId>,
}

/// An action that may be chosen.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The action.
    pub action: Arc<Action>,
    /// 1, and what issue, group and action add to the lever.
    pub lever: Decimal,
    /// Who is not held out of it, asked behind its own conditions.
    pub free: Vec<ExprId>,
    /// What stands for it in the value.
    pub value: ExprId,
    /// How it is shown, each of the type that all candidates have in common.
    pub treatments: Vec<Dress>,
}

/// A clause of a policy, and which candidates it binds.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The clause.
    pub clause: Arc<PolicyClause>,
    /// The places of the candidates, in order.
    pub of: Vec<u32>,
}

/// An experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The variant: a member of its enum; missing.
    pub value: ExprId,
    /// How units are spread.
    pub bucketing: Bucketing,
    /// The slots of each variant, in the order of the members.
    pub variants: Vec<Vec<Range<u32>>>,
    /// Which stretch of a layer it has.
    pub layer: Option<LayerShare>,
}

/// A stretch of a layer, whose experiments have no unit in common.
#[derive(Clone, Debug)]
pub struct LayerShare {
    /// Its name, which is its salt.
    pub name: String,
    /// How units are spread over it.
    pub bucketing: Bucketing,
    /// The slots that the experiment has.
    pub slots: Range<u32>,
}

/// Who is held out of a choice.
#[derive(Clone, Debug)]
pub struct HoldOut {
    /// Whether they are.
    pub held: ExprId,
    /// Whether they are not.
    pub free: ExprId,
    /// Why nothing is chosen for them: a constant text.
    pub because: ExprId,
    /// From which actions; from all where none is named.
    pub of: Vec<ActionSet>,
    /// The clause.
    pub span: Span,
}

/// A contact policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its clauses in order.
    pub clauses: Vec<Arc<PolicyClause>>,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// A clause of a contact policy. One that names channels binds deliveries there; others bind the choice.
#[derive(Clone, Debug)]
pub struct PolicyClause {
    /// What it says.
    pub kind: PolicyKind,
    /// Which actions it binds; all where none is named.
    pub of: Vec<ActionSet>,
    /// What stands for the action, group or issue in its question, where each is asked about apart: the name of the
    /// action, the path of the group, or what the paths of the issue's groups begin with.
    pub subject: Option<(LocalId, Alike)>,
    /// The members of the enum of channels.
    pub channels: Vec<u32>,
    /// The whole clause.
    pub span: Span,
}

impl PolicyClause {
    /// Whether it binds deliveries, and never the choice.
    #[must_use]
    pub fn of_deliveries(&self) -> bool {
        !self.channels.is_empty()
    }

    /// What it asks.
    pub fn questions(&self) -> impl Iterator<Item = ExprId> {
        let (first, second) = match self.kind {
            PolicyKind::AtMost { count, .. } => (count, None),
            PolicyKind::Pause { asked, offers } => (asked, offers.map(|(_, count)| count)),
            PolicyKind::Withhold(asked) => (asked, None),
        };
        [Some(first), second].into_iter().flatten()
    }
}

/// What a clause of a policy says.
#[derive(Clone, Copy, Debug)]
pub enum PolicyKind {
    /// It binds once so many are counted.
    AtMost {
        /// So many.
        most: u32,
        /// How many there are, an int.
        count: ExprId,
        /// Offers are counted: those before it in the same choice too.
        offers: bool,
    },
    /// It binds while this holds.
    Pause {
        /// Events.
        asked: ExprId,
        /// Where it pauses after offers: behind one in the same choice, once there are so many with those that this
        /// counts.
        offers: Option<(u32, ExprId)>,
    },
    /// It binds while this holds: any condition.
    Withhold(ExprId),
}

/// Some of the actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionSet {
    /// All of them.
    All,
    /// Those of an issue, by its place.
    Issue(u32),
    /// Those of a group.
    Group(GroupId),
    /// The one of this name.
    Action(String),
}

/// How a candidate is shown.
#[derive(Clone, Copy, Debug)]
pub struct Dress {
    /// On which touchpoints; `None` is `otherwise`.
    pub when: Option<ExprId>,
    /// What it shows: a record.
    pub content: ExprId,
    /// The clause.
    pub span: Span,
}

/// What is added to the weight of some candidates.
#[derive(Clone, Debug)]
pub struct Weight {
    /// So much: `1` of `+100%`.
    pub percent: Decimal,
    /// When; `None` is always.
    pub when: Option<ExprId>,
    /// The places of the candidates.
    pub of: Vec<u32>,
    /// The clause.
    pub span: Span,
}
