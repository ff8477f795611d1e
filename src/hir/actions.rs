//! Checking of issues, groups and actions: what a business could do for a customer.
//!
//! In: the clauses of an action. Out: an [`Action`], which [`choices`](super::choices) put to the choice. Its conditions
//! are asked in one order, whatever the order of the text: eligible, applicable, suitable, valid. What one proves holds in
//! those behind it, and in all that the action gives and shows.

use super::lower::Lowering;
use super::names::Named;
use super::slips::meant;
use super::types::{docs, duplicate_entry};
use super::{Action, Content, ExprId, ExprKind, Group, GroupId, Issue, Treatment, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, ActionClause, ItemKind};
use crate::value::Value;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

impl<'a> Lowering<'a> {
    /// `issue sales { lever +10% }`
    pub(super) fn declare_issue(&mut self, item: &ast::Item, issue: &ast::IssueDecl) {
        self.issues.push(Issue {
            name: issue.name.text.to_string(),
            lever: percent(issue.lever.as_ref()),
            docs: docs(&item.docs),
            span: issue.name.at.0,
        });
    }

    /// Groups, once all issues are known.
    pub(super) fn declare_groups(&mut self, items: impl Iterator<Item = &'a ast::Item>) {
        for item in items {
            let ItemKind::Group(group) = &item.kind else {
                continue;
            };
            let path = format!("{}.{}", group.issue.text, group.name.text);
            let Some(issue) = self.issue_named(&group.issue) else {
                self.groups_lost.insert(path);
                continue;
            };
            let at = group.issue.at.0.to(group.name.at.0);
            let named = Named::Group(GroupId(self.count(self.groups.len())));
            if let Err(error) = self.names.declare(&path, at, named) {
                self.report(error);
                continue;
            }
            self.groups.push(Group {
                issue,
                name: path,
                lever: percent(group.lever.as_ref()),
                docs: docs(&item.docs),
                span: at,
            });
        }
    }

    /// The issue of a name, or a report that there is none.
    pub(super) fn issue_named(&mut self, name: &ast::Name) -> Option<u32> {
        if let Some(Named::Issue(issue)) = self.names.get(&name.text) {
            return Some(issue);
        }
        let error = Diagnostic::error(
            Code::UnknownGroup,
            name.at.0,
            format!("there is no issue `{}`", name.text),
        )
        .label("the name of an issue goes here");
        let issues = self.issues.iter().map(|i| i.name.as_str());
        let near = self.near(&name.text, issues);
        self.report(match near.as_slice() {
            [] => error.help(format!("declare it: `issue {}`", name.text)),
            near => meant(error, name.at.0, near),
        });
        None
    }

    /// The group of a path, or a report that there is none.
    pub(super) fn group_named(&mut self, issue: &ast::Name, group: &ast::Name) -> Option<GroupId> {
        let path = format!("{}.{}", issue.text, group.text);
        if let Some(Named::Group(id)) = self.names.get(&path) {
            return Some(id);
        }
        self.issue_named(issue)?;
        let at = issue.at.0.to(group.at.0);
        let error = Diagnostic::error(
            Code::UnknownGroup,
            at,
            format!("there is no group `{path}`"),
        )
        .label("a group of actions goes here");
        let near = self.near(&path, self.groups.iter().map(|g| g.name.as_str()));
        self.report(match near.as_slice() {
            [] => error.help(format!("declare it: `group {path}`")),
            near => meant(error, at, near),
        });
        None
    }

    /// An action; `None` where its group is not known.
    pub(super) fn action(&mut self, item: &ast::Item, written: &ast::Action) -> Option<Action> {
        let group = self.group_named(&written.issue, &written.group);
        let action = self.action_in(group.unwrap_or(GroupId(0)), item, written);
        if let Some(lever) = lever_of(written).filter(|lever| !is_percent(lever)) {
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    lever.at.0,
                    "the lever of an action is a percentage with its sign",
                )
                .label("a percentage goes here")
                .help("write `lever +25%`, for example; what depends on the customer goes into `weight`"),
            );
        }
        group.map(|_| action)
    }

    /// An action of a group, by its clauses.
    pub(super) fn action_in(
        &mut self,
        group: GroupId,
        item: &ast::Item,
        written: &ast::Action,
    ) -> Action {
        let clauses: Vec<&ActionClause> = written.clauses.iter().map(|c| &c.kind).collect();
        self.clauses_once(written);
        let [eligible, applicable, suitable] = [
            ast::StageWord::Eligible,
            ast::StageWord::Applicable,
            ast::StageWord::Suitable,
        ]
        .map(|stage| {
            let of_stage = clauses.iter().find_map(|clause| match clause {
                ActionClause::When(own, condition) if *own == stage => Some(condition),
                _ => None,
            });
            of_stage.map(|condition| self.proven(condition))
        });
        let valid = clauses.iter().find_map(|clause| match clause {
            ActionClause::Valid(valid) => Some(self.validity(valid)),
            _ => None,
        });
        let only_on = clauses.iter().find_map(|clause| match clause {
            ActionClause::OnlyOn(channels) => Some(self.only_on(channels)),
            _ => None,
        });
        let propensity = clauses.iter().find_map(|clause| match clause {
            ActionClause::Propensity(value) => Some(self.check(value, &Ty::Decimal)),
            _ => None,
        });
        let value = clauses.iter().find_map(|clause| match clause {
            ActionClause::Value(value) => Some(self.check(value, &Ty::Decimal)),
            _ => None,
        });
        let gives = clauses.iter().find_map(|clause| match clause {
            ActionClause::Gives(content) => Some(self.content(content)),
            _ => None,
        });
        let treatments = self.treatments(written);
        // A channel that there is none of is reported.
        if only_on != Some(None) {
            self.dressed(written, &treatments, only_on.flatten());
        }
        Action {
            name: written.name.text.to_string(),
            group,
            eligible,
            applicable,
            suitable,
            valid,
            only_on: only_on.flatten(),
            propensity,
            value,
            lever: percent(lever_of(written)),
            gives: gives.unwrap_or_default(),
            treatments,
            transactional: clauses.contains(&&ActionClause::Transactional),
            docs: docs(&item.docs),
            span: written.name.at.0,
        }
    }

    /// Each clause but `treatment` stands once.
    fn clauses_once(&mut self, written: &ast::Action) {
        type Kind = (Discriminant<ActionClause>, Option<ast::StageWord>);
        let mut seen: HashMap<Kind, Span> = HashMap::new();
        for clause in &written.clauses {
            let stage = match &clause.kind {
                ActionClause::Treatment { .. } => continue,
                ActionClause::When(stage, _) => Some(*stage),
                _ => None,
            };
            let kind = (discriminant(&clause.kind), stage);
            if let Some(first) = seen.insert(kind, clause.at.0) {
                let error = twice(clause.at.0, first);
                self.report(match stage {
                    Some(_) => error.help("join the two conditions with `and`"),
                    None => error.help("remove one of the two"),
                });
            }
        }
    }

    /// A condition that holds in all that is checked behind it.
    fn proven(&mut self, condition: &ast::Expr) -> ExprId {
        let id = self.check(condition, &Ty::Bool);
        let facts = self.proves(id, true);
        self.facts.add(facts);
        id
    }

    /// The condition of a validity.
    fn validity(&mut self, valid: &ast::Valid) -> ExprId {
        let mut parts = self.bounds_of_validity(valid);
        match parts.len() {
            1 => parts.remove(0),
            _ => self.push(ExprKind::And(parts), Ty::Bool, valid.at.0),
        }
    }

    /// The condition of `only on web, mobile`.
    fn only_on(&mut self, channels: &[ast::Name]) -> Option<ExprId> {
        let (first, last) = channels.first().zip(channels.last())?;
        let at = first.at.0.to(last.at.0);
        let (channel, members) = self.members_of_channel(channels, at)?;
        let ty = self.expr(channel).ty.present().clone();
        let members = members.into_iter().map(|place| {
            let member = ExprKind::Const(Value::Member(place));
            self.push(member, ty.clone(), at)
        });
        let members = members.collect();
        let list = self.push(ExprKind::List(members), Ty::List(Box::new(ty)), at);
        Some(self.push(ExprKind::InList(channel, list), Ty::Bool, at))
    }

    /// The channel of the touchpoint, and the members of its enum that are named, each once.
    pub(super) fn members_of_channel(
        &mut self,
        channels: &[ast::Name],
        at: Span,
    ) -> Option<(ExprId, Vec<u32>)> {
        let (channel, ty) = self.channel_of_touchpoint(at)?;
        let Ty::Enum(id) = *ty.present() else {
            return None;
        };
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut members = Vec::new();
        for name in channels {
            if let Some(first) = seen.insert(&name.text, name.at.0) {
                self.report(duplicate_entry("channel", name, first));
                continue;
            }
            match self.member_of(&ty, &name.text) {
                Some((_, place)) => members.push(place),
                None => {
                    let error = self.unknown_member(name, id);
                    self.report(error);
                }
            }
        }
        // Each that is none was reported.
        (members.len() == seen.len()).then_some((channel, members))
    }

    /// The channel of the touchpoint, or a report that there is none.
    fn channel_of_touchpoint(&mut self, at: Span) -> Option<(ExprId, Ty)> {
        let Some(input) = self.touchpoint.get("channel").copied() else {
            self.report(
                Diagnostic::error(Code::TouchpointChannel, at, "this ruleset has no channels")
                    .label("channels of the touchpoint")
                    .help("declare them: `touchpoint { channel: enum { web, mobile, kiosk } }`"),
            );
            return None;
        };
        let ty = self.input(input).ty.clone();
        Some((self.input_value(input, at), ty))
    }

    /// The fields of a record whose type nobody declares: each of the type of its value.
    fn content(&mut self, written: &ast::Expr) -> Vec<Content> {
        let ast::ExprKind::Record(fields) = &written.kind else {
            return Vec::new();
        };
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut made = Vec::new();
        for (name, value) in fields {
            if let Some(first) = seen.insert(&name.text, name.at.0) {
                self.report(duplicate_entry("field", name, first));
                continue;
            }
            let value = self.infer_let(name, value);
            made.push(Content {
                name: (&*name.text).into(),
                value: self.leaving(value),
                span: name.at.0,
            });
        }
        made
    }

    fn treatments(&mut self, written: &ast::Action) -> Vec<Treatment> {
        let mut made: Vec<Treatment> = Vec::new();
        for clause in &written.clauses {
            let ActionClause::Treatment { when, content } = &clause.kind else {
                continue;
            };
            if let Some(last) = made.last().filter(|t| t.when.is_none()) {
                self.report(
                    Diagnostic::error(
                        Code::OtherwiseNotLast,
                        clause.at.0,
                        "this is never reached: it stands behind `treatment otherwise`",
                    )
                    .label("never reached")
                    .also(last.span, "`otherwise` takes all that is left")
                    .help("put `treatment otherwise` last"),
                );
                break;
            }
            let mark = self.facts.mark();
            let when = when.as_ref().map(|condition| {
                let around = std::mem::replace(&mut self.on_touchpoint, true);
                let id = self.proven(condition);
                self.on_touchpoint = around;
                id
            });
            let content = self.content(content);
            self.facts.reset(mark);
            made.push(Treatment {
                when,
                content,
                span: clause.at.0,
            });
        }
        made
    }
}

/// The report of a clause that stands twice.
pub(super) fn twice(at: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code::DuplicateEntry, at, "this clause stands here twice")
        .label("once more here")
        .also(first, "first here")
}

/// What is written behind `lever`.
pub(super) fn lever_of(written: &ast::Action) -> Option<&ast::Expr> {
    written
        .clauses
        .iter()
        .find_map(|clause| match &clause.kind {
            ActionClause::Lever(lever) => Some(lever),
            _ => None,
        })
}

/// Whether it is a percentage with its sign.
pub(super) fn is_percent(lever: &ast::Expr) -> bool {
    matches!(lever.kind, ast::ExprKind::Plus(_) | ast::ExprKind::Neg(_))
}

/// What a percentage with its sign adds; nothing where none is written.
pub(super) fn percent(written: Option<&ast::Expr>) -> Decimal {
    let number = |e: &ast::Expr| match &e.kind {
        ast::ExprKind::Int(i, _) => Decimal::from(*i),
        ast::ExprKind::Decimal(d, _) => d.normalize(),
        _ => Decimal::ZERO,
    };
    match written.map(|e| &e.kind) {
        Some(ast::ExprKind::Plus(e)) => number(e),
        Some(ast::ExprKind::Neg(e)) => -number(e),
        _ => Decimal::ZERO,
    }
}
