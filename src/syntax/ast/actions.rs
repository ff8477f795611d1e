//! Actions: what a business could do for a customer, and what chooses among it.

use super::{At, Docs, Expr, Name, Period, Text, Valid};

/// `issue sales { lever +10% }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueDecl {
    /// Its name.
    pub name: Name,
    /// A signed percentage.
    pub lever: Option<Expr>,
}

/// `group sales.tickets { lever +20% }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDecl {
    /// The issue it belongs to.
    pub issue: Name,
    /// Its name.
    pub name: Name,
    /// A signed percentage.
    pub lever: Option<Expr>,
}

/// A clause of an action or of what chooses among actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause<K> {
    /// Doc comment.
    pub docs: Docs,
    /// What it says.
    pub kind: K,
    /// The whole clause.
    pub at: At,
}

/// `action family_ticket in sales.tickets { clauses }`, `actions offer from offers in offer.group { clauses }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name; what each row is called in the clauses where there are many.
    pub name: Name,
    /// The reference data whose rows are actions.
    pub from: Option<Name>,
    /// The issue of its group, or the name of the row.
    pub issue: Name,
    /// Its group, or the field of the row that names it.
    pub group: Name,
    /// Its clauses in order.
    pub clauses: Vec<Clause<ActionClause>>,
}

/// The conditions of an action, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StageWord {
    /// May they have it at all?
    Eligible,
    /// Does it make sense now?
    Applicable,
    /// Is it right for them?
    Suitable,
}

impl StageWord {
    /// The word of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            StageWord::Eligible => "eligible",
            StageWord::Applicable => "applicable",
            StageWord::Suitable => "suitable",
        }
    }
}

/// What a clause of an action says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionClause {
    /// `suitable when mood == calm`
    When(StageWord, Expr),
    /// `valid from 2026-03-01 until 2026-06-01`
    Valid(Valid),
    /// `propensity 0.20`
    Propensity(Expr),
    /// `value 8.00`
    Value(Expr),
    /// `lever +25%`
    Lever(Expr),
    /// `gives { discount: 10% }`: a record.
    Gives(Expr),
    /// `treatment for channel == kiosk { headline: "…" }`, `treatment otherwise { … }`
    Treatment {
        /// On which touchpoints; `None` is `otherwise`.
        when: Option<Expr>,
        /// What it shows: a record.
        content: Expr,
    },
    /// `only on web, mobile`
    OnlyOn(Vec<Name>),
    /// `transactional`: no policy binds it.
    Transactional,
}

/// `policy gentle { clauses }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDecl {
    /// Its name.
    pub name: Name,
    /// Its clauses in order.
    pub clauses: Vec<Clause<PolicyClause>>,
}

/// What a clause of a policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyClause {
    /// `at most 2 accepted of sales.* per 7 days on email`
    AtMost {
        /// So many.
        most: Expr,
        /// Of what; `offered` where nothing is written.
        outcome: Option<Name>,
        /// Of which actions.
        of: Counted,
        /// In how long.
        per: Counting,
        /// On which channels; on all where none is named.
        channels: Vec<Name>,
    },
    /// `pause the same action for 90 days after declined`
    Pause {
        /// What pauses.
        what: Paused,
        /// For how long.
        length: Expr,
        /// After what.
        after: After,
    },
    /// `withhold on push when time in 21:00..08:00`
    Withhold {
        /// On which channels.
        channels: Vec<Name>,
        /// `unless`
        unless: bool,
        /// The condition.
        condition: Expr,
    },
}

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those of all these together; of all actions where nothing is written.
    Of(Vec<Scope>),
    /// `of each action in sales.*`: each apart.
    Each(Alike, Vec<Scope>),
}

/// What actions have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alike {
    /// They are the same.
    Action,
    /// Their group.
    Group,
    /// Their issue.
    Issue,
}

impl Alike {
    /// The word of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Alike::Action => "action",
            Alike::Group => "group",
            Alike::Issue => "issue",
        }
    }
}

/// In how long something is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counting {
    /// `per 7 days`
    Rolling(Expr),
    /// `per calendar day`
    Calendar(Period),
}

/// What pauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paused {
    /// `the same action`
    Same(Alike),
    /// `sales.*`
    Of(Vec<Scope>),
}

/// After what something pauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// `3 ignored in last 14 days`
    Often(Expr, Name, Expr),
    /// `wrong_order where (…)`
    Events(Expr),
}

/// `next_best_action home { clauses }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Where the word `pervasive` stands.
    pub pervasive: Option<At>,
    /// Its name.
    pub name: Name,
    /// `independent of a.b, c`
    pub independent: Vec<Vec<Name>>,
    /// Its clauses in order.
    pub clauses: Vec<Clause<ChoiceClause>>,
}

/// What a clause of a next best action says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChoiceClause {
    /// `choose from sales.*, service.survey`
    From(Vec<Scope>),
    /// `rank by propensity * value`
    Rank(Expr),
    /// `weight +100% for retention.* when let_down`
    Weight {
        /// A signed percentage.
        percent: Expr,
        /// Of which actions.
        scopes: Vec<Scope>,
        /// When; `None` is always.
        when: Option<Expr>,
    },
    /// `limit 3, at most 1 per group`
    Limit {
        /// At most so many in all.
        most: Option<Expr>,
        /// At most so many of each group or issue.
        per: Vec<(Expr, Per)>,
    },
    /// `hold out 5% of sales.* by customer.id salt "2026-q1"`
    HoldOut {
        /// So many of the units.
        share: Expr,
        /// From which actions; from all where none is named.
        scopes: Vec<Scope>,
        /// How units are spread.
        by: Bucketing,
    },
}

/// `by customer.id salt "2026-q1" using md5`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucketing {
    /// The unit.
    pub unit: Expr,
    /// What tells this spreading from others.
    pub salt: Text,
    /// The algorithm.
    pub using: Option<Name>,
    /// The whole.
    pub at: At,
}

/// `experiment copy_test { clauses }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// Its name.
    pub name: Name,
    /// Its clauses in order.
    pub clauses: Vec<Clause<ExperimentClause>>,
}

/// What a clause of an experiment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExperimentClause {
    /// `by customer.id salt "…"`
    By(Bucketing),
    /// `variants { control: 50%, short: 25% }`
    Variants(Vec<Variant>),
    /// `valid from 2026-03-01 until 2026-04-01`
    Valid(Valid),
    /// `when customer.tier != guest`
    When(Expr),
    /// `layer checkout 0%..50%`
    Layer(Name, Stretch),
}

/// `short: 25%`, `short: 0%..10% and 40%..50%`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// A share, or ranges.
    pub stretches: Vec<Stretch>,
}

/// `25%`, `0%..25%`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins, if that is written.
    pub from: Option<Expr>,
    /// Where it ends; or a share.
    pub to: Expr,
    /// The whole.
    pub at: At,
}

/// What `per` counts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Per {
    /// Each group.
    Group,
    /// Each issue.
    Issue,
}

impl Per {
    /// The word of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Per::Group => "group",
            Per::Issue => "issue",
        }
    }
}

/// Some of the actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Which.
    pub reach: Reach,
    /// The whole.
    pub at: At,
}

/// Which actions a scope names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// `all`
    All,
    /// `sales.*`
    Issue(Name),
    /// `sales.tickets`
    Group(Name, Name),
    /// `family_ticket`
    Action(Name),
}
