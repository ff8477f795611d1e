//! Which actions a next best action chooses from: what scopes name, and what is said of those that name nothing.

use super::lower::Lowering;
use super::names::Named;
use super::reach::Among;
use super::slips::{listed, meant};
use super::{Action, DefId, DefKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, ChoiceClause, ItemKind, Reach};
use std::sync::Arc;

/// What is said below scopes that no action belongs to.
pub(crate) const NOTHING_TO_CHOOSE: &str = "nothing to choose";

/// What is said below scopes that no action belongs to which is chosen from.
pub(crate) const BINDS_NOTHING: &str = "binds no action";

/// A next best action, the definitions that it chooses from, and the actions themselves.
pub(super) type Chosen<'c> = (&'c ast::Choice, &'c [usize], &'c Among<'c>);

/// The scopes behind `choose from`.
pub(super) fn chosen_from(written: &ast::Choice) -> &[ast::Scope] {
    let scopes = written.clauses.iter().find_map(|c| match &c.kind {
        ChoiceClause::From(scopes) => Some(scopes.as_slice()),
        _ => None,
    });
    scopes.unwrap_or_default()
}

impl Lowering<'_> {
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

    /// What is chosen among: the kinds of actions, a catalogue being one, and the actions themselves.
    pub(super) fn chosen_among(
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

    /// The definitions of all catalogues, whose rows clauses of policies may name.
    pub(super) fn catalogues(&self) -> Vec<usize> {
        let drafts = self.drafts.iter().enumerate();
        let catalogues = drafts.filter(|(_, d)| match &d.item.kind {
            ItemKind::Action(action) => action.from.is_some(),
            _ => false,
        });
        catalogues.map(|(index, _)| index).collect()
    }

    /// A scope names what there is.
    pub(super) fn scope_exists(&mut self, scope: &ast::Scope) -> bool {
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
    pub(super) fn needs_itself(&mut self, index: usize, from: &[usize]) {
        let is_behind = |at: &usize| self.drafts.get(*at).is_some_and(|d| !d.tried);
        if from.iter().any(is_behind) {
            let needs = &self.needs;
            let circle = super::order::circle_through(needs, index, &mut self.circle_effort);
            let error = self.definition_circle(&circle);
            self.report(error);
        }
    }

    pub(super) fn nothing_to_choose(&mut self, written: &ast::Choice) {
        let scopes = chosen_from(written);
        let name = &written.name;
        let error = match ends(scopes) {
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

    /// Whether a name may be that of a row of a catalogue that a choice is made from.
    pub(super) fn may_be_row(&self, written: &ast::Choice, name: &str) -> bool {
        let from = self.candidates(written);
        let mut drafts = from.iter().filter_map(|index| self.drafts.get(*index));
        let is_catalogue =
            |item: &ItemKind| matches!(item, ItemKind::Action(a) if a.from.is_some());
        self.declared_action(name).is_none() && drafts.any(|d| is_catalogue(&d.item.kind))
    }

    /// Of what a clause names, some is chosen from; or may be, as rows of a catalogue name their groups.
    pub(super) fn binds_some(
        &mut self,
        scopes: &[ast::Scope],
        (written, from, among): Chosen<'_>,
        what: &str,
    ) {
        let chosen = chosen_from(written);
        let (Some((first, last)), Some((begin, end))) = (ends(scopes), ends(chosen)) else {
            return;
        };
        if from.is_empty()
            || self.rows_lost
            || !self.places(&self.reached_by(scopes), among).is_empty()
        {
            return;
        }
        let may = |scope: &ast::Scope| {
            from.iter()
                .any(|index| self.may_bind(scope, chosen, *index))
        };
        if scopes.iter().any(may) {
            return;
        }
        let texts: Vec<String> = chosen.iter().map(text).collect();
        let help = match what {
            "weighted" => "or remove the weight",
            _ => "or leave out `of …` for the whole choice",
        };
        self.report(
            Diagnostic::error(
                Code::IncompleteChoice,
                first.at.0.to(last.at.0),
                format!("none of the actions that are chosen from is {what} here"),
            )
            .label(BINDS_NOTHING)
            .also(
                begin.at.0.to(end.at.0),
                format!("`{}` chooses from these", written.name.text),
            )
            .help(format!(
                "it chooses from {}: name some of them, {help}",
                listed(&texts)
            )),
        );
    }

    fn may_bind(&self, scope: &ast::Scope, chosen: &[ast::Scope], index: usize) -> bool {
        let Some(draft) = self.drafts.get(index) else {
            return false;
        };
        match (&scope.reach, &draft.kind, &draft.item.kind) {
            (Reach::Action(name), Some(DefKind::Actions(catalogue)), _) => {
                let mut rows = catalogue.actions.iter();
                rows.any(|row| row.name == *name.text) && self.reaches_group(chosen, index)
            }
            (_, _, ItemKind::Action(action)) => self.may_reach(scope, action),
            _ => false,
        }
    }
}

fn ends(scopes: &[ast::Scope]) -> Option<(&ast::Scope, &ast::Scope)> {
    scopes.first().zip(scopes.last())
}

/// A scope as it is written.
fn text(scope: &ast::Scope) -> String {
    match &scope.reach {
        Reach::All => "all".to_owned(),
        Reach::Issue(issue) => format!("{}.*", issue.text),
        Reach::Group(issue, group) => format!("{}.{}", issue.text, group.text),
        Reach::Action(name) => name.text.to_string(),
    }
}
