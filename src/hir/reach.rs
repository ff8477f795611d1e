//! Which actions are named by scopes together: what very many actions are asked without going through the scopes for each.

use super::lower::Lowering;
use super::names::Named;
use super::{Action, ActionSet, ExprId, GroupId, HoldOut};
use crate::syntax::ast::{self, Reach};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What several scopes name.
#[derive(Default)]
pub(super) struct Reached<'n> {
    all: bool,
    issues: HashSet<u32>,
    groups: HashSet<GroupId>,
    names: HashSet<&'n str>,
}

/// Actions, and the place of each by its name.
pub(super) struct Among<'a> {
    pub(super) actions: &'a [Arc<Action>],
    places: HashMap<&'a str, u32>,
}

impl<'a> Among<'a> {
    pub(super) fn new(actions: &'a [Arc<Action>]) -> Self {
        let places = actions.iter().zip(0..);
        let places = places.map(|(action, place)| (action.name.as_str(), place));
        Among {
            actions,
            places: places.collect(),
        }
    }
}

impl Lowering<'_> {
    pub(super) fn reached_by<'n>(&self, scopes: &'n [ast::Scope]) -> Reached<'n> {
        let mut reached = Reached::default();
        for scope in scopes {
            match &scope.reach {
                Reach::All => reached.all = true,
                Reach::Action(name) => {
                    reached.names.insert(&name.text);
                }
                Reach::Issue(name) => {
                    if let Some(Named::Issue(issue)) = self.names.get(&name.text) {
                        reached.issues.insert(issue);
                    }
                }
                Reach::Group(issue, name) => {
                    let path = format!("{}.{}", issue.text, name.text);
                    if let Some(Named::Group(group)) = self.names.get(&path) {
                        reached.groups.insert(group);
                    }
                }
            }
        }
        reached
    }

    /// Whether an action is among what is named.
    pub(super) fn is_reached(&self, reached: &Reached<'_>, action: &Action) -> bool {
        let of_issue = || {
            let group = self.groups.get(action.group.index());
            group.is_some_and(|group| reached.issues.contains(&group.issue))
        };
        reached.all
            || reached.names.contains(action.name.as_str())
            || reached.groups.contains(&action.group)
            || of_issue()
    }

    /// The places of the actions that are among what is named.
    pub(super) fn places(&self, reached: &Reached<'_>, among: &Among<'_>) -> Vec<u32> {
        if !reached.all && reached.issues.is_empty() && reached.groups.is_empty() {
            let named = reached.names.iter();
            let mut places: Vec<u32> = named
                .filter_map(|name| among.places.get(name).copied())
                .collect();
            places.sort_unstable();
            return places;
        }
        crate::work::steps(among.actions.len());
        let actions = among.actions.iter().zip(0..);
        let reached = actions.filter(|(action, _)| self.is_reached(reached, action));
        reached.map(|(_, place)| place).collect()
    }

    /// The conditions that a customer is not held out of each action; those of the whole choice are asked before.
    pub(super) fn free_of(&self, hold_outs: &[HoldOut], among: &Among<'_>) -> Vec<Vec<ExprId>> {
        let mut free = vec![Vec::new(); among.actions.len()];
        for hold_out in hold_outs {
            for place in self.places(&reached_in(&hold_out.of), among) {
                if let Some(own) = free.get_mut(place as usize) {
                    own.push(hold_out.free);
                }
            }
        }
        free
    }
}

/// The same of sets that are resolved.
pub(super) fn reached_in(sets: &[ActionSet]) -> Reached<'_> {
    let mut reached = Reached::default();
    for set in sets {
        match set {
            ActionSet::All => reached.all = true,
            ActionSet::Issue(issue) => {
                reached.issues.insert(*issue);
            }
            ActionSet::Group(group) => {
                reached.groups.insert(*group);
            }
            ActionSet::Action(name) => {
                reached.names.insert(name);
            }
        }
    }
    reached
}
