//! Checking of chains, of what comes together, and of sessions.

use super::lower::Lowering;
use super::told::{Step, StepKey, Told};
use super::{ExprId, ExprKind, LocalId, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, EventExpr, Mark, ThenWord};

/// The steps of a chain so far.
struct Chain {
    steps: Vec<Step>,
    /// For each its view.
    views: Vec<RecordId>,
    /// The place of the newest step that is an event.
    last: usize,
    /// How many names are in scope for events of steps.
    named: usize,
}

impl Lowering<'_> {
    /// `a then b then no c`
    pub(super) fn chain_of_events(
        &mut self,
        (first, rest): (&ast::Expr, &[ast::Step]),
        within: Option<&ast::Expr>,
        at: Span,
    ) -> ExprId {
        if rest.len() >= self.limits.steps.min(32) {
            return self.too_many_steps(at);
        }
        let mut chain = Chain {
            steps: Vec::new(),
            views: Vec::new(),
            last: 0,
            named: 0,
        };
        let mut fine = self.chain_step(&mut chain, ThenWord::Then, first);
        for step in rest {
            fine &= fine && self.chain_step(&mut chain, step.word, &step.event);
        }
        for _ in 0..chain.named {
            self.close_scope();
        }
        let within = match within {
            Some(written) => match self.length_of_time(written) {
                Some(within) => Some(within),
                None => return self.broken(at),
            },
            None => None,
        };
        let last = chain.views.get(chain.last).copied();
        let (true, Some(last)) = (fine, last) else {
            return self.broken(at);
        };
        let view = self.view_of_match(last);
        let steps = chain.steps;
        self.tell(Told::Chain { steps, within }, Ty::Stream(view), at)
    }

    fn too_many_steps(&mut self, at: Span) -> ExprId {
        let most = self.limits.steps;
        self.report(
            Diagnostic::error(
                Code::TooLarge,
                at,
                format!("a chain of more than {most} steps"),
            )
            .label("beyond the limit")
            .help("name a part of it as a behaviour of its own; or raise the limit `steps`"),
        );
        self.broken(at)
    }

    /// Adds a step; whether it is in order.
    fn chain_step(&mut self, chain: &mut Chain, word: ThenWord, written: &ast::Expr) -> bool {
        let (event, condition, marks) = unmarked(written);
        let (event, condition) = match (&event.kind, condition) {
            (ast::ExprKind::Where(inner, condition), None) if chain.named > 0 => {
                (&**inner, Some(&**condition))
            }
            _ => (event, condition),
        };
        let before = self.reported();
        let Some((stream, view)) = self.stream(event) else {
            return false;
        };
        self.no_sessions(stream, view);
        self.only_in_conditions(chain, stream);
        let item = self.open_event(Ty::Record(view));
        let condition = match condition {
            Some(condition) => Some(self.body_of(condition, Some(&Ty::Bool))),
            None => {
                self.close_scope();
                None
            }
        };
        let mut step = Step {
            word,
            stream,
            item,
            condition,
            keys: Vec::new(),
            within: None,
            later: None,
            without: Vec::new(),
        };
        let mut names = Vec::new();
        for (mark, at) in marks {
            let at = self.trimmed(at);
            self.mark(chain, &mut step, (view, &mut names), (mark, at));
        }
        self.check_step(&step, written.at.0);
        for name in names {
            self.name_local(name, item, Ty::Record(view));
            chain.named += 1;
        }
        if word != ThenWord::No {
            chain.last = chain.steps.len();
        }
        chain.steps.push(step);
        chain.views.push(view);
        self.reported() == before
    }

    fn mark<'e>(
        &mut self,
        chain: &Chain,
        step: &mut Step,
        (view, names): (RecordId, &mut Vec<&'e ast::Name>),
        (mark, at): (&'e Mark, Span),
    ) {
        let first = chain.steps.is_empty();
        if first && !matches!(mark, Mark::As(_)) {
            self.report(
                Diagnostic::error(Code::Unexpected, at, "the first step of a chain follows nothing")
                    .label("this compares a step with the one before")
                    .help("put it behind a later step; a window of the first step alone goes in brackets: `(a in last 7 days) then b`"),
            );
            return;
        }
        let twice = match mark {
            Mark::Within(written) => {
                let twice = step.within.is_some();
                step.within = self.length_of_time(written);
                twice
            }
            Mark::Later(written) => {
                let twice = step.later.is_some();
                step.later = self.length_of_time(written);
                twice
            }
            Mark::Without(written) => {
                if let Some((stream, _)) = self.stream(written) {
                    self.only_in_conditions(chain, stream);
                    step.without.push(stream);
                }
                false
            }
            Mark::Same(field) | Mark::Different(field) => {
                let same = matches!(mark, Mark::Same(_));
                if let Some(key) = self.step_key(chain, (step.item, view), field, same) {
                    step.keys.push(key);
                }
                false
            }
            Mark::As(name) => {
                names.push(name);
                false
            }
        };
        if twice {
            self.report(
                Diagnostic::error(Code::DuplicateEntry, at, "this is said of the step already")
                    .label("said again here")
                    .help("leave one of the two out"),
            );
        }
    }

    /// `same film`: the field of this step and of the one before.
    fn step_key(
        &mut self,
        chain: &Chain,
        (item, view): (LocalId, RecordId),
        field: &ast::Name,
        same: bool,
    ) -> Option<StepKey> {
        let (before, before_view) = (chain.steps.get(chain.last)?, chain.views.get(chain.last)?);
        let (before_item, before_view) = (before.item, *before_view);
        let before = self.event_field(before_item, before_view, field)?;
        let here = self.event_field(item, view, field)?;
        let types = [before, here].map(|id| self.expr(id).ty.present().clone());
        if types.contains(&Ty::Error) {
            return None;
        }
        let [a, b] = &types;
        if a != b {
            let error = self.not_comparable(a, b, field.at.0);
            self.report(error.help("`same` and `different` compare fields of one type"));
            return None;
        }
        Some(StepKey { same, before, here })
    }

    /// A field of what a local stands for.
    pub(super) fn event_field(
        &mut self,
        item: LocalId,
        view: RecordId,
        field: &ast::Name,
    ) -> Option<ExprId> {
        let at = field.at.0;
        let event = self.push(ExprKind::Local(item), Ty::Record(view), at);
        let id = self.record_field(event, view, field, at);
        (self.expr(id).ty != Ty::Error).then_some(id)
    }

    fn check_step(&mut self, step: &Step, at: Span) {
        let no = step.word == ThenWord::No;
        if no && step.within.is_none() {
            self.report(
                Diagnostic::error(Code::Unexpected, at, "how long none may come is not said")
                    .label("it needs a `within`")
                    .help("write `then no b within 30 minutes`"),
            );
        }
        if no && (step.later.is_some() || !step.without.is_empty()) {
            self.report(
                Diagnostic::error(
                    Code::Unexpected,
                    at,
                    "what never comes has nothing before it",
                )
                .label("`then no` takes `within`, `same`, `different` and `where`")
                .help("leave the other words out"),
            );
        }
        if let (Some(later), Some(within)) = (
            step.later.and_then(|id| self.number(id)),
            step.within.and_then(|id| self.number(id)),
        ) && later >= within
        {
            self.report(
                Diagnostic::error(
                    Code::BadRange,
                    at,
                    "no step can be that late and that early",
                )
                .label("`at least … later` is not less than `within`")
                .help("exchange the two lengths"),
            );
        }
    }

    /// The names of steps can be asked in the `where` of a later step alone.
    fn only_in_conditions(&mut self, chain: &Chain, stream: ExprId) {
        if chain.named == 0 {
            return;
        }
        let of_steps: Vec<LocalId> = chain.steps.iter().map(|s| s.item).collect();
        let mut open = vec![stream];
        while let Some(id) = open.pop() {
            if let ExprKind::Local(local) = &self.expr(id).kind
                && of_steps.contains(local)
            {
                let at = self.expr(id).span;
                self.report(
                    Diagnostic::error(
                        Code::Unexpected,
                        at,
                        "an earlier step is asked in the `where` of a step alone",
                    )
                    .label("not here")
                    .help("put the condition directly behind the step: `then b where (price < v.price)`"),
                );
                return;
            }
            super::operands(&self.expr(id).kind, |child| open.push(child));
        }
    }

    /// Answers a chain without brackets beside `and` or `or`.
    pub(super) fn refuse_open_chain(&mut self, item: &ast::Expr) {
        let mut of = item;
        while let ast::ExprKind::Events(event) = &of.kind {
            match &**event {
                EventExpr::Window(inner, _) => of = inner,
                EventExpr::Then(..) => {
                    let at = self.trimmed(item.at.0);
                    let text = self.sources.snippet(at).to_owned();
                    self.report(
                        Diagnostic::error(
                            Code::Unexpected,
                            at,
                            "a chain beside `and` or `or` goes in brackets",
                        )
                        .label("where it ends is easily misread")
                        .help(format!("write `({text})`"))
                        .suggest(at, format!("({text})")),
                    );
                    return;
                }
                _ => return,
            }
        }
    }

    /// A mark that stands behind something else than a step.
    pub(super) fn mark_alone(&mut self, mark: &Mark, at: Span) -> ExprId {
        let (word, help) = match mark {
            Mark::Within(_) => ("within", "to ask how long ago, write `in last 1 hour`"),
            Mark::Later(_) => (
                "at least … later",
                "to ask how long ago, write `at least 10 minutes ago`",
            ),
            Mark::Without(_) => ("without", "to ask for none, write `and no …`"),
            Mark::Same(_) => (
                "same",
                "to compare events of one field, write `some film of (…) has (…)`",
            ),
            Mark::Different(_) => (
                "different",
                "to count different values, write `distinct film of …`",
            ),
            Mark::As(_) => ("as", "events get names in chains alone"),
        };
        self.report(
            Diagnostic::error(
                Code::Unexpected,
                at,
                format!("`{word}` stands behind a step of a chain"),
            )
            .label("no step of a chain")
            .help(help)
            .help("a chain is `a then b`"),
        );
        self.broken(at)
    }

    /// `a then b, all within 1 day`
    pub(super) fn all_within(&mut self, of: &ast::Expr, within: &ast::Expr, at: Span) -> ExprId {
        let mut of = of;
        while let ast::ExprKind::Paren(inner) = &of.kind {
            of = inner;
        }
        if let ast::ExprKind::Events(event) = &of.kind
            && let EventExpr::Then(first, steps) = &**event
        {
            return self.chain_of_events((first, steps), Some(within), at);
        }
        self.report(
            Diagnostic::error(Code::Unexpected, at, "`all within` stands behind a chain")
                .label("no chain")
                .help("a chain is `a then b, all within 1 day`; for other events write `in last 1 day`"),
        );
        self.broken(at)
    }

    /// `all of (a, b) within 2 hours`
    pub(super) fn together(&mut self, parts: &[ast::Expr], within: &ast::Expr, at: Span) -> ExprId {
        if parts.len() > self.limits.steps.min(32) {
            return self.too_many_steps(at);
        }
        let streams: Vec<_> = parts.iter().map(|part| self.stream(part)).collect();
        let within = self.length_of_time(within);
        let streams: Option<Vec<_>> = streams.into_iter().collect();
        let (Some(streams), Some(within)) = (streams, within) else {
            return self.broken(at);
        };
        for (stream, view) in &streams {
            self.no_sessions(*stream, *view);
        }
        let mut types: Vec<u32> = Vec::new();
        for (_, view) in &streams {
            types.extend(self.types_of(*view));
        }
        types.sort_unstable();
        types.dedup();
        let event = self.view_of_events(&types);
        let view = self.view_of_match(event);
        let streams = streams.into_iter().map(|(id, _)| id).collect();
        self.tell(Told::Together(streams, within), Ty::Stream(view), at)
    }

    /// What is put together with other events is an event or a match.
    pub(super) fn no_sessions(&mut self, stream: ExprId, view: RecordId) {
        use super::told::ViewOf;
        if matches!(self.view(view).map(|v| &v.of), Some(ViewOf::Session(_))) {
            let at = self.expr(stream).span;
            self.report(
                Diagnostic::error(Code::TypeMismatch, at, "a session lasts: it is no event")
                    .label("events are needed here")
                    .help("ask about sessions alone, for example `count (sessions of …)`; or name the events they consist of"),
            );
        }
    }

    /// `sessions of s by gap 30 minutes`
    pub(super) fn sessions(&mut self, of: &ast::Expr, gap: &ast::Expr, at: Span) -> ExprId {
        let (found, gap) = (self.stream(of), self.length_of_time(gap));
        let (Some((stream, view)), Some(gap)) = (found, gap) else {
            return self.broken(at);
        };
        let view = self.view_of_session(view);
        self.tell(Told::Sessions(stream, gap), Ty::Stream(view), at)
    }
}

/// Whether something that constrains a step stands in this.
fn is_marked(written: &ast::Expr) -> bool {
    let mut event = written;
    loop {
        match &event.kind {
            ast::ExprKind::Events(inner) => return matches!(**inner, EventExpr::Marked(..)),
            ast::ExprKind::Where(base, _) => event = base,
            _ => return false,
        }
    }
}

/// A step without what constrains it, and that: a condition behind it, and the rest in the order written.
fn unmarked(written: &ast::Expr) -> (&ast::Expr, Option<&ast::Expr>, Vec<(&Mark, Span)>) {
    let mut marks = Vec::new();
    let mut event = written;
    let mut condition = None;
    loop {
        match &event.kind {
            ast::ExprKind::Events(inner) => match &**inner {
                EventExpr::Marked(base, mark) => {
                    let at = event.at.0;
                    marks.push((mark, Span::new(at.source, base.at.0.end, at.end)));
                    event = base;
                }
                _ => break,
            },
            // A condition may stand between marks; one of the events alone stays with them.
            ast::ExprKind::Where(base, asked) if condition.is_none() && is_marked(base) => {
                condition = Some(&**asked);
                event = base;
            }
            _ => break,
        }
    }
    marks.reverse();
    (event, condition, marks)
}
