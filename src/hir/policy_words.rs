//! The questions about events that clauses of policies stand for, written out as authors could write them.

use super::policies::SUBJECT;
use crate::source::Span;
use crate::syntax::ast::{
    self, Alike, At, CompareOp, EventExpr, Expr, ExprKind, FoldWord, Name, Step, TextOp, ThenWord,
    Window,
};

/// Writes what a clause stands for; everything stands where the clause does.
pub(super) struct Write {
    pub(super) at: Span,
}

impl Write {
    pub(super) fn plain(&self, kind: ExprKind) -> Expr {
        Expr {
            kind,
            at: At(self.at),
        }
    }

    pub(super) fn events(&self, events: EventExpr) -> Expr {
        self.plain(ExprKind::Events(Box::new(events)))
    }

    pub(super) fn word(&self, word: &str) -> Expr {
        self.plain(ExprKind::Name(Name {
            text: word.into(),
            at: At(self.at),
        }))
    }

    pub(super) fn name(&self, name: &Name) -> Expr {
        Expr {
            kind: ExprKind::Name(name.clone()),
            at: name.at,
        }
    }

    pub(super) fn text(&self, text: &str) -> Expr {
        self.plain(ExprKind::Text(text.into()))
    }

    pub(super) fn paren(&self, inner: Expr) -> Expr {
        self.plain(ExprKind::Paren(Box::new(inner)))
    }

    pub(super) fn not(&self, inner: Expr) -> Expr {
        self.plain(ExprKind::Not(Box::new(inner)))
    }

    /// A field of the event.
    pub(super) fn of_event(&self, field: &str) -> Expr {
        let field = Name {
            text: field.into(),
            at: At(self.at),
        };
        self.plain(ExprKind::Field(Box::new(self.word("event")), field))
    }

    pub(super) fn equal(&self, field: &str, to: Expr) -> Expr {
        let field = Box::new(self.of_event(field));
        self.plain(ExprKind::Compare(CompareOp::Eq, field, Box::new(to)))
    }

    pub(super) fn begins(&self, field: &str, with: Expr) -> Expr {
        self.plain(ExprKind::TextTest {
            op: TextOp::StartsWith,
            ignoring_case: false,
            text: Box::new(self.of_event(field)),
            what: Box::new(with),
        })
    }

    /// The event is of the same action, group or issue as what is asked about.
    pub(super) fn alike(&self, alike: Alike) -> Expr {
        let subject = self.word(SUBJECT);
        match alike {
            Alike::Action => self.equal("action", subject),
            Alike::Group => self.equal("group", subject),
            Alike::Issue => self.begins("group", subject),
        }
    }

    pub(super) fn is_channel(&self, channel: &Name) -> Expr {
        self.plain(ExprKind::Is {
            negated: false,
            item: Box::new(self.of_event("channel")),
            what: ast::IsWhat::Value(Box::new(self.name(channel))),
        })
    }

    /// One of several; none where nothing is asked.
    pub(super) fn any(&self, mut parts: Vec<Expr>) -> Option<Expr> {
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(self.paren(self.plain(ExprKind::Or(parts)))),
        }
    }

    pub(super) fn filtered(&self, events: Expr, mut parts: Vec<Expr>) -> Expr {
        let condition = match parts.len() {
            0 => return events,
            1 => parts.remove(0),
            _ => self.plain(ExprKind::And(parts)),
        };
        self.plain(ExprKind::Where(Box::new(events), Box::new(condition)))
    }

    pub(super) fn window(&self, events: Expr, window: Window) -> Expr {
        self.events(EventExpr::Window(events, window))
    }

    pub(super) fn fold(&self, word: FoldWord, events: Expr) -> Expr {
        self.events(EventExpr::Fold(word, None, events))
    }

    /// So many of one kind within a time: it happens with the last of them.
    pub(super) fn repeated(&self, one: Expr, times: usize, within: &Expr) -> Expr {
        if times == 1 {
            return one;
        }
        let step = Step {
            word: ThenWord::Then,
            event: one.clone(),
        };
        let chain = EventExpr::Then(one, vec![step; times - 1]);
        self.window(self.events(chain), Window::AllWithin(within.clone()))
    }
}
