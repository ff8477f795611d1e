//! Whether every channel has a treatment of an action, from the conditions of its treatments alone.

use super::lower::Lowering;
use super::slips::listed;
use super::{CompareOp, ExprId, ExprKind, InputId, Treatment, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast;
use crate::value::Value;
use std::collections::BTreeSet;

/// Members of the enum of channels.
type Channels = BTreeSet<u32>;

/// The channel of the touchpoint, and all that there are.
struct Asked {
    input: InputId,
    all: Channels,
}

impl Lowering<'_> {
    /// Every channel that an action is for has a treatment; otherwise a report.
    pub(super) fn dressed(
        &mut self,
        written: &ast::Action,
        treatments: &[Treatment],
        only_on: Option<ExprId>,
    ) {
        let conditions: Option<Vec<ExprId>> = treatments.iter().map(|t| t.when).collect();
        let Some(conditions) = conditions.filter(|c| !c.is_empty()) else {
            return;
        };
        if conditions.iter().any(|c| self.expr(*c).ty == Ty::Error) {
            return;
        }
        let channel = self.touchpoint.get("channel").copied();
        let ty = channel.map(|input| (input, self.input(input).ty.present().clone()));
        let Some((input, Ty::Enum(channels))) = ty else {
            return;
        };
        let members = self.enums.get(channels.index()).map(|e| &e.members[..]);
        let members = members.unwrap_or_default();
        let all = (0..self.count(members.len())).collect();
        let asked = Asked { input, all };
        let of_action = only_on.and_then(|only| self.channels_of(only, &asked));
        let shown: Channels = conditions
            .iter()
            .flat_map(|c| self.covered(*c, &asked))
            .collect();
        let needed = of_action.as_ref().unwrap_or(&asked.all);
        let lacking = needed.difference(&shown);
        let lacking: Vec<String> = lacking
            .filter_map(|place| members.get(*place as usize).cloned())
            .collect();
        if lacking.is_empty() {
            return;
        }
        let name = &written.name.text;
        self.report(
            Diagnostic::error(
                Code::Undressed,
                written.name.at.0,
                format!("`{name}` has no treatment for {}", listed(&lacking)),
            )
            .label("every channel shows its actions in some way")
            .help(
                "add `treatment otherwise { … }`, or name every channel, with no other condition beside it",
            ),
        );
    }

    /// On which channels a condition holds at least, whatever else there is.
    fn covered(&self, condition: ExprId, asked: &Asked) -> Channels {
        match (
            self.channels_of(condition, asked),
            &self.expr(condition).kind,
        ) {
            (Some(channels), _) => channels,
            (None, ExprKind::Or(parts)) => parts
                .iter()
                .flat_map(|part| self.covered(*part, asked))
                .collect(),
            _ => Channels::new(),
        }
    }

    /// On which channels a condition holds that asks for nothing but the channel.
    fn channels_of(&self, condition: ExprId, asked: &Asked) -> Option<Channels> {
        let but = |channels: &Channels| asked.all.difference(channels).copied().collect();
        match &self.expr(condition).kind {
            ExprKind::Not(inner) => self.channels_of(*inner, asked).as_ref().map(but),
            ExprKind::Or(parts) => {
                let parts = parts.iter().map(|part| self.channels_of(*part, asked));
                Some(
                    parts
                        .collect::<Option<Vec<_>>>()?
                        .into_iter()
                        .flatten()
                        .collect(),
                )
            }
            ExprKind::And(parts) => parts.iter().try_fold(asked.all.clone(), |all, part| {
                let part = self.channels_of(*part, asked)?;
                Some(all.intersection(&part).copied().collect())
            }),
            ExprKind::Compare(CompareOp::Eq, a, b)
            | ExprKind::Is(a, b)
            | ExprKind::InList(a, b) => self.channels_named_by(*a, *b, asked),
            ExprKind::Compare(CompareOp::Ne, a, b) => {
                self.channels_named_by(*a, *b, asked).as_ref().map(but)
            }
            _ => None,
        }
    }

    /// The constants that the channel is compared with.
    fn channels_named_by(&self, a: ExprId, b: ExprId, asked: &Asked) -> Option<Channels> {
        let is_channel =
            |e: ExprId| matches!(self.expr(e).kind, ExprKind::Input(i) if i == asked.input);
        let other = match (is_channel(a), is_channel(b)) {
            (true, false) => b,
            (false, true) => a,
            _ => return None,
        };
        match &self.expr(other).kind {
            ExprKind::Const(Value::Member(place)) => Some(Channels::from([*place])),
            ExprKind::List(items) => {
                let member = |item: &ExprId| match self.expr(*item).kind {
                    ExprKind::Const(Value::Member(place)) => Some(place),
                    _ => None,
                };
                items.iter().map(member).collect()
            }
            _ => None,
        }
    }
}
