//! Checking of behaviours as definitions: what they may read, and which of their parameters are lengths of time.

use super::lower::Lowering;
use super::streams::InBehaviour;
use super::{DefId, ExprId, ExprKind, Function, Root};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::HashSet;

/// What is known of the body of a behaviour as events. It is kept with the behaviour, so that asking for it through names
/// costs no stack, however many behaviours name one another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OfEvents {
    /// There is no window and no anchor around: one that is in it stays in it.
    pub(super) everlasting: bool,
    /// It is a chain, with nothing around it.
    pub(super) chain: bool,
}

impl<'a> Lowering<'a> {
    /// `behaviour name(d: duration) = …`
    pub(super) fn behaviour(&mut self, index: usize, written: &ast::Segment) -> Function {
        // Whatever it asks, it asks at an instant.
        self.now(written.name.at.0);
        self.in_behaviour = Some(InBehaviour::default());
        let function = self.told_function(index, written);
        let inside = self.in_behaviour.take().unwrap_or_default();
        let lengths = function.params.iter();
        let lengths = lengths.map(|p| inside.lengths.contains(&p.local)).collect();
        let of_events = OfEvents {
            everlasting: self.is_everlasting(function.body),
            chain: self.is_chain(function.body),
        };
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.lengths = lengths;
            draft.of_events = of_events;
        }
        if let Some((at, what)) = self.reads_context(function.body) {
            let error = self.context_in_behaviour(at, &what);
            self.report(error);
        }
        function
    }

    /// The body: `(a or b)` in brackets names events, as it does wherever events stand.
    fn told_function(&mut self, index: usize, written: &ast::Segment) -> Function {
        if let ast::ExprKind::Paren(inner) = &written.value.kind
            && let ast::ExprKind::Or(parts) = &inner.kind
            && parts.iter().all(|part| self.is_plain_stream(part))
            && written.params.is_empty()
        {
            let body = match self.stream(&written.value) {
                Some((body, _)) => body,
                None => self.broken(written.value.at.0),
            };
            return Function {
                params: Vec::new(),
                body,
            };
        }
        self.function(index, &written.params, &written.value, None)
    }

    /// Whether what is written is events, and no question about them.
    fn is_plain_stream(&self, written: &ast::Expr) -> bool {
        use ast::EventExpr as E;
        match &written.kind {
            ast::ExprKind::Events(event) => {
                matches!(**event, E::Any | E::Then(..) | E::Window(..) | E::AllOf(..))
            }
            ast::ExprKind::Or(parts) => parts.iter().all(|part| self.is_plain_stream(part)),
            ast::ExprKind::Paren(inner) | ast::ExprKind::Where(inner, _) => {
                self.is_plain_stream(inner)
            }
            ast::ExprKind::Name(name) | ast::ExprKind::Call(name, _) => self.names_events(name),
            _ => false,
        }
    }

    /// Where an expression reads context or touchpoint, or a definition that does, and what that is called. The zone is
    /// no part of the question: a behaviour depends on it as such.
    pub(super) fn reads_context(&self, body: ExprId) -> Option<(Span, String)> {
        let mut seen: HashSet<ExprId> = HashSet::new();
        let mut open = vec![body];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let expr = self.expr(id);
            match &expr.kind {
                ExprKind::Input(input) if self.input(*input).root != Root::Now => {
                    return Some((expr.span, self.input(*input).path.clone()));
                }
                ExprKind::Def(def) | ExprKind::Apply(def, _) if self.is_of_context(*def) => {
                    let name = self
                        .drafts
                        .get(def.index())
                        .map(|d| d.name.text.to_string());
                    return Some((expr.span, name.unwrap_or_default()));
                }
                _ => {}
            }
            super::operands(&expr.kind, |child| open.push(child));
        }
        None
    }

    fn is_of_context(&self, def: DefId) -> bool {
        if self.zone_definition == Some(def) {
            return false;
        }
        let Some(draft) = self.drafts.get(def.index()) else {
            return false;
        };
        match draft.item.kind {
            ast::ItemKind::Let(_) => draft.reads_context,
            ast::ItemKind::Behaviour(_)
            | ast::ItemKind::Journey(_)
            | ast::ItemKind::Reference(_) => false,
            _ => true,
        }
    }

    fn context_in_behaviour(&self, at: Span, what: &str) -> Diagnostic {
        let text = self.sources.snippet(at);
        Diagnostic::error(
            Code::ContextInBehaviour,
            at,
            format!("a behaviour reads events, and `{what}` is no part of them"),
        )
        .label("not from the customer's events")
        .help(format!(
            "take it as a parameter, `behaviour …(x: …) = …`, and give it where the behaviour is used, for example in a segment: `…({text})`"
        ))
    }

    /// Whether lengths of time are constants where a behaviour gets its arguments; otherwise a report.
    pub(super) fn lengths_given(&mut self, id: DefId, arguments: &[ExprId]) -> bool {
        let lengths = self.drafts.get(id.index()).map(|d| d.lengths.clone());
        let mut fine = true;
        for (argument, is_length) in arguments.iter().zip(lengths.unwrap_or_default()) {
            if !is_length {
                continue;
            }
            fine &= self.is_length(*argument);
        }
        fine
    }

    /// Answers `now` and `today` in a behaviour.
    pub(super) fn moment_in_behaviour(&mut self, word: &str, at: Span) -> ExprId {
        let inside = self.in_behaviour.as_ref();
        if inside.is_some_and(|inside| inside.journey) {
            let error = Diagnostic::error(
                Code::MomentInJourney,
                at,
                format!("a journey does not calculate with `{word}`"),
            );
            self.report(
                error
                    .label("an event happens at its own instant")
                    .help("what comes by the passing of time is an entry of its own: `paying -> abandoned after 30 minutes`"),
            );
            return self.broken(at);
        }
        let error = Diagnostic::error(
            Code::ContextInBehaviour,
            at,
            format!("a behaviour does not calculate with `{word}`"),
        )
        .label("asked with words of time instead");
        self.report(match word {
            "now" => error.help("how long ago an event was is `time since last …`; which events count is `in last 7 days`"),
            _ => error.help("the events of this day are `… today`; how many days ago one was is `calendar days since last …`"),
        });
        self.broken(at)
    }

    /// Whether what is written stands for events: where it does, `where` filters them.
    pub(super) fn is_stream(&self, written: &ast::Expr) -> bool {
        if self.in_behaviour.is_none() {
            return false;
        }
        match &written.kind {
            ast::ExprKind::Paren(inner) | ast::ExprKind::Where(inner, _) => self.is_stream(inner),
            ast::ExprKind::Or(_) => true,
            ast::ExprKind::Events(event) => !matches!(
                **event,
                ast::EventExpr::Series { .. } | ast::EventExpr::Fold(ast::FoldWord::List, ..)
            ),
            ast::ExprKind::Name(name) | ast::ExprKind::Call(name, _) => self.names_events(name),
            _ => false,
        }
    }

    fn names_events(&self, name: &ast::Name) -> bool {
        use super::names::Named;
        if self.local_is_stream(&name.text) {
            return true;
        }
        match self.names.get(&name.text) {
            Some(Named::Event(_)) => true,
            Some(Named::Def(id)) => {
                let draft = self.drafts.get(id.index());
                let ty = draft.and_then(|d| d.ty.as_ref());
                matches!(ty, Some(super::Ty::Stream(_)))
            }
            _ => false,
        }
    }

    /// A name that nothing declares, in a behaviour: a field of the event, an event type, another behaviour.
    pub(super) fn unknown_in_behaviour(&self, name: &ast::Name, error: Diagnostic) -> Diagnostic {
        use super::names::Named;
        let fields = self.open_fields();
        let known = self.names.all();
        let fits = |what: &Named| match what {
            Named::Event(_) => true,
            Named::Def(id) => !self.is_of_context(*id),
            _ => false,
        };
        let names = known.filter(|(_, what)| fits(what)).map(|(name, _)| name);
        let fields = fields.iter().map(String::as_str);
        match self
            .near(&name.text, fields.clone().chain(names))
            .as_slice()
        {
            [] if fields.clone().next().is_some() => {
                let fields: Vec<&str> = fields.collect();
                error.help(format!("the event has {}", super::slips::listed(&fields)))
            }
            [] => error.help(format!(
                "declare the event: `event {} {{ … }}`, or name a behaviour",
                name.text
            )),
            near => super::slips::meant(error, name.at.0, near),
        }
    }

    /// What is known of a behaviour's body as events: nothing before it is finished.
    pub(super) fn of_events(&self, def: DefId) -> OfEvents {
        let draft = self.drafts.get(def.index());
        draft.map(|d| d.of_events).unwrap_or_default()
    }
}
