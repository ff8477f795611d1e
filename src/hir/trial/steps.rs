//! The steps of a test, in order: each changes what is given to those behind it, or expects something.

use super::super::lower::Lowering;
use super::super::names::Named;
use super::super::slips::{listed, meant};
use super::super::{DefId, DefKind, ExprId, InputId, Rule, Stage, Ty};
use super::facts::{Given, place};
use super::{Expectation, Expected, Fact, Hidden, Layer, Reading, TestCase};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, Expect, ItemKind, StepKind};
use crate::value::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// The labels of a definition's rules.
pub(super) struct Labels {
    /// As they are written.
    all: Vec<Box<str>>,
    /// With `otherwise`, where there is one.
    known: HashSet<Box<str>>,
}

impl Labels {
    fn of(kind: &DefKind) -> Labels {
        let (labelled, rest): (&[Rule], bool) = match kind {
            DefKind::Decision(rules) => (rules, rules.iter().any(|r| r.when.is_none())),
            DefKind::Score(score) => (&score.rules, false),
            DefKind::Table(table) => (table.otherwise.as_slice(), table.otherwise.is_some()),
            _ => (&[], false),
        };
        let all = labelled.iter().filter_map(|r| r.label.as_deref());
        let all: Vec<Box<str>> = all.map(Box::from).collect();
        let mut known: HashSet<Box<str>> = all.iter().cloned().collect();
        if rest {
            known.insert("otherwise".into());
        }
        Labels { all, known }
    }
}

/// What a column of a test table gives.
enum Column {
    Fact(InputId),
    Now,
    /// Reported as wrong.
    Broken,
}

/// The table that the lines of a test belong to.
struct Header {
    columns: Vec<Column>,
    /// Where each column stands.
    places: Vec<Span>,
    result: ExprId,
    lines: u32,
}

/// A test while its steps are read.
struct Steps<'t> {
    title: &'t ast::Text,
    now: Option<i64>,
    given: Option<usize>,
    /// Where the events of the test begin.
    first_event: usize,
    /// Whether the last case takes further expectations.
    open: bool,
    header: Option<Header>,
    expects: bool,
}

impl<'a> Lowering<'a> {
    /// One test.
    pub(super) fn trial(&mut self, reading: &mut Reading<'a>, test: &'a ast::Test) {
        let mut steps = Steps {
            title: &test.title,
            now: None,
            given: None,
            first_event: reading.tests.events.len(),
            open: false,
            header: None,
            expects: false,
        };
        for step in &test.steps {
            let mark = self.facts.mark();
            self.first_local = self.locals.len();
            self.step(reading, &mut steps, step);
            self.facts.reset(mark);
        }
        if !steps.expects {
            self.report(
                Diagnostic::error(
                    Code::NothingExpected,
                    test.title.at.0,
                    "this test expects nothing",
                )
                .label("passes whatever the rules say")
                .help("say what is expected, for example `expect offer == 10`"),
            );
        }
    }

    fn step(&mut self, reading: &mut Reading<'a>, steps: &mut Steps<'a>, step: &'a ast::TestStep) {
        let at = step.at.0;
        match &step.kind {
            StepKind::Now(instant) => {
                steps.open = false;
                steps.now = self.instant(instant).or(steps.now);
            }
            StepKind::Given { customer, facts } => {
                if let Some(known) = customer.as_ref().and_then(|n| self.customer(reading, n)) {
                    steps.give(reading, known);
                }
                let facts = self.given_facts(reading, facts, false);
                steps.give(reading, facts);
            }
            StepKind::On { channel, facts } => {
                if let Some(fact) = self.channel(reading, channel) {
                    steps.give(reading, Arc::from([fact]));
                }
                let facts = self.given_facts(reading, facts, true);
                steps.give(reading, facts);
            }
            StepKind::Event(event) => {
                steps.open = false;
                let number = reading.tests.events.len() - steps.first_event + 1;
                if let Some(event) = self.test_event(reading, event, (steps.now, number), at) {
                    reading.tests.events.push(event);
                }
            }
            StepKind::Expect(expect) => {
                steps.expects = true;
                if let Some(kind) = self.expected(reading, expect, at) {
                    let expectation = Expectation { kind, span: at };
                    steps.case(reading).expectations.push(expectation);
                }
            }
            StepKind::Header { columns, result } => {
                let header = self.header(reading, columns, result);
                steps.header = Some(header);
            }
            StepKind::Case { cells, value } => {
                steps.expects = true;
                self.line(reading, steps, (cells, value), at);
            }
        }
    }

    /// The instant of a test.
    pub(super) fn instant(&mut self, written: &ast::Expr) -> Option<i64> {
        let id = self.check(written, &Ty::DateTime);
        if self.expr(id).ty == Ty::Error {
            return None;
        }
        match self.constant(id) {
            Some(Value::Int(ms)) => Some(ms),
            _ => {
                self.report(
                    Diagnostic::error(
                        Code::FactNotConstant,
                        written.at.0,
                        "this is no instant written out",
                    )
                    .label("an instant goes here")
                    .help("write it with its offset: `now 2026-03-06T18:00:00Z`"),
                );
                None
            }
        }
    }

    fn customer(&mut self, reading: &Reading<'_>, name: &ast::Name) -> Option<Arc<[Fact]>> {
        let known = reading.customers.get(&*name.text);
        if known.is_none() {
            let error = Diagnostic::error(
                Code::UnknownCustomer,
                name.at.0,
                format!("there is no customer `{}`", name.text),
            )
            .label("the name of a customer, or facts go here");
            let near = self.near(&name.text, reading.customers.keys().copied());
            self.report(match near.as_slice() {
                [] => error.help(format!(
                    "declare one: `customer {} {{ … }}`, or give the facts themselves",
                    name.text
                )),
                near => meant(error, name.at.0, near),
            });
        }
        known.cloned()
    }

    /// `on kiosk`
    pub(super) fn channel(&mut self, reading: &Reading<'_>, name: &ast::Name) -> Option<Fact> {
        let input = self.channel_input(reading, name.at.0)?;
        let Ty::Enum(id) = *self.input(input).ty.present() else {
            return None; // reported with the touchpoint
        };
        let member = self.member_of(&Ty::Enum(id), &name.text);
        let Some((_, member)) = member else {
            let error = self.unknown_member(name, id);
            self.report(error);
            return None;
        };
        Some(Fact {
            input,
            value: Value::Member(member),
            span: name.at.0,
        })
    }

    fn channel_input(&mut self, reading: &Reading<'_>, at: Span) -> Option<InputId> {
        let known = reading.paths.get("touchpoint.channel").copied();
        if known.is_none() {
            self.report(
                Diagnostic::error(Code::TouchpointChannel, at, "this ruleset has no channels")
                    .label("a channel of the touchpoint")
                    .help("declare them: `touchpoint { channel: enum { web, mobile, kiosk } }`"),
            );
        }
        known
    }

    fn expected(
        &mut self,
        reading: &mut Reading<'a>,
        expect: &ast::Expect,
        at: Span,
    ) -> Option<Expected> {
        match expect {
            Expect::Holds(condition) => {
                let condition = self.check(condition, &Ty::Bool);
                self.hidden(reading, condition, at)
            }
            Expect::Same(name) => {
                let def = self.decided(name)?;
                self.channel_input(reading, at)?;
                Some(Expected::Same(def))
            }
            Expect::By(name, label) => {
                let def = self.decided(name)?;
                self.check_label(reading, def, name, label)?;
                Some(Expected::By(def, label.text.to_string()))
            }
            Expect::Because(name, reason) => {
                let def = self.decided(name)?;
                Some(Expected::Because(def, reason.value.to_string()))
            }
            Expect::Chooses(name, actions) => {
                let def = self.chooses(name)?;
                let actions = self.candidates_named(def, actions)?;
                Some(Expected::Chooses(def, actions))
            }
            Expect::Withholds(name, actions) => {
                let def = self.chooses(name)?;
                let actions = self.candidates_named(def, actions)?;
                self.channel_input(reading, at)?;
                Some(Expected::Withholds(def, actions))
            }
            Expect::Rejects(name, action, stage) => {
                let def = self.chooses(name)?;
                let known = self.candidate(def, action);
                let at = match stage {
                    Some(stage) => Some(self.stage_named(stage)?),
                    None => None,
                };
                known?;
                Some(Expected::Rejects(def, action.text.to_string(), at))
            }
        }
    }

    /// What a name stands for that chooses among actions.
    fn chooses(&mut self, name: &ast::Name) -> Option<DefId> {
        let def = self.decided(name)?;
        let kind = self.drafts.get(def.index()).and_then(|d| d.kind.as_ref());
        if matches!(kind, Some(DefKind::NextBestAction(_))) {
            return Some(def);
        }
        self.report(
            Diagnostic::error(
                Code::NothingDecided,
                name.at.0,
                format!("`{}` does not choose among actions", name.text),
            )
            .label("the name of a next best action goes here")
            .help(format!("expect its value: `expect {} == …`", name.text)),
        );
        None
    }

    /// The actions that an expectation names; `nothing` is none.
    fn candidates_named(&mut self, def: DefId, actions: &[ast::Name]) -> Option<Vec<String>> {
        if matches!(actions, [one] if &*one.text == "nothing") {
            return Some(Vec::new());
        }
        // Each unknown one is reported.
        let known = actions.iter().map(|action| self.candidate(def, action));
        let known: Vec<Option<()>> = known.collect();
        known.iter().all(Option::is_some).then_some(())?;
        Some(
            actions
                .iter()
                .map(|action| action.text.to_string())
                .collect(),
        )
    }

    /// An action is one of those that a next best action chooses from, or may be a row of a catalogue: data comes and goes,
    /// and whether it is there is asked when the test runs.
    fn candidate(&mut self, def: DefId, action: &ast::Name) -> Option<()> {
        let draft = self.drafts.get(def.index())?;
        let (Some(DefKind::NextBestAction(choice)), ItemKind::NextBestAction(written)) =
            (draft.kind.as_ref(), &draft.item.kind)
        else {
            return None;
        };
        let mut names = choice.candidates.iter().map(|c| c.action.name.as_str());
        if names.any(|name| *name == *action.text) || self.may_be_row(written, &action.text) {
            return Some(());
        }
        let names = choice.candidates.iter().map(|c| c.action.name.clone());
        let names: Vec<String> = names.collect();
        if names.is_empty() && self.reported() > 0 {
            return None; // what it chooses from may be what is wrong
        }
        let error = Diagnostic::error(
            Code::UnknownGroup,
            action.at.0,
            format!("`{}` is none of the actions chosen from", action.text),
        )
        .label("the name of an action goes here");
        let near = self.near(&action.text, names.iter().map(String::as_str));
        let error = match near.as_slice() {
            [] => error.help(format!("it chooses from {}", listed(&names))),
            near => meant(error, action.at.0, near),
        };
        self.report(error);
        None
    }

    /// Where an action falls out, by its word.
    fn stage_named(&mut self, stage: &ast::Name) -> Option<Stage> {
        let known = Stage::ALL.into_iter().find(|s| s.word() == &*stage.text);
        if known.is_some() {
            return known;
        }
        let words = Stage::ALL.map(|stage| stage.word().to_owned());
        let error = Diagnostic::error(
            Code::UnknownLabel,
            stage.at.0,
            format!("no action falls out by `{}`", stage.text),
        )
        .label("where it falls out goes here");
        let near = crate::diagnostic::nearest(&stage.text, Stage::ALL.map(Stage::word));
        self.report(match near {
            Some(near) => meant(error, stage.at.0, &[near]),
            None => error.help(format!("the words are {}", listed(&words))),
        });
        None
    }

    /// A condition as a definition of its own.
    fn hidden(&self, reading: &mut Reading<'a>, condition: ExprId, span: Span) -> Option<Expected> {
        if self.expr(condition).ty == Ty::Error {
            return None;
        }
        let place = self.drafts.len() + reading.hidden.len();
        reading.hidden.push(Hidden { condition, span });
        Some(Expected::Holds(DefId(self.count(place))))
    }

    /// What a name that is decided stands for.
    fn decided(&mut self, name: &ast::Name) -> Option<DefId> {
        let error = |message: String| Diagnostic::error(Code::NothingDecided, name.at.0, message);
        let kinds = |id: DefId| self.drafts.get(id.index()).and_then(|d| d.kind.as_ref());
        let error = match self.names.get(&name.text) {
            Some(Named::Def(id)) => match kinds(id) {
                Some(DefKind::Behaviour(f)) if f.params.is_empty() => return Some(id),
                Some(DefKind::Function(_) | DefKind::Behaviour(_)) => {
                    error(format!("`{}` takes values", name.text))
                        .label("decides only with them")
                        .help("expect a condition instead, for example `expect net(10) == 8`")
                }
                Some(_) => return Some(id),
                None => return None, // reported with its body
            },
            Some(_) => error(format!("`{}` is nothing that is decided", name.text))
                .label("a decision, table, score or another definition goes here")
                .help("expect a condition instead, for example `expect x == 10`"),
            None => {
                let error = Diagnostic::error(
                    Code::UnknownName,
                    name.at.0,
                    format!("there is no `{}` here", name.text),
                )
                .label("nothing of this name is declared");
                match self.near(&name.text, self.names.values()).as_slice() {
                    [] => error.help("name a decision, table, score or another definition"),
                    near => meant(error, name.at.0, near),
                }
            }
        };
        self.report(error);
        None
    }

    /// The label is one of the definition's.
    fn check_label(
        &mut self,
        reading: &mut Reading<'a>,
        def: DefId,
        name: &ast::Name,
        label: &ast::Name,
    ) -> Option<()> {
        let kind = self.drafts.get(def.index())?.kind.as_ref()?;
        let labels = reading.labels.entry(def);
        let labels = labels.or_insert_with(|| Labels::of(kind));
        if labels.known.contains(&*label.text) {
            return Some(());
        }
        if matches!(
            kind,
            DefKind::Let(_) | DefKind::Segment(_) | DefKind::Behaviour(_) | DefKind::Journey(_)
        ) {
            let message = format!("`{}` has no rules", name.text);
            let error = Diagnostic::error(Code::NothingDecided, name.at.0, message)
                .label("a decision, score or table goes here")
                .help(format!("expect it as it is: `expect {}`", name.text));
            self.report(error);
            return None;
        }
        let labels = &labels.all;
        let error = Diagnostic::error(
            Code::UnknownLabel,
            label.at.0,
            format!(
                "`{}` has no rule with the label `{}`",
                name.text, label.text
            ),
        )
        .label("the label of a rule goes here");
        let near = self.near(&label.text, labels.iter().map(|l| &**l));
        let error = match near.as_slice() {
            [] if matches!(kind, DefKind::Table(_) | DefKind::Classify(_)) => error.help(
                "rows and members have no labels: expect the value, or the reason with `because`",
            ),
            [] if labels.is_empty() => error.help("give the rule a label: `upset: when … => …`"),
            [] => error.help(format!("its labels are {}", listed(labels))),
            near => meant(error, label.at.0, near),
        };
        self.report(error);
        None
    }

    fn header(
        &mut self,
        reading: &Reading<'_>,
        columns: &[Vec<ast::Name>],
        result: &ast::Expr,
    ) -> Header {
        let mut made: Vec<Column> = Vec::new();
        for path in columns {
            let column = match path.as_slice() {
                [word] if &*word.text == "now" => Column::Now,
                _ => match self.path_of(reading, path, false) {
                    Some(input) => Column::Fact(input),
                    None => Column::Broken,
                },
            };
            made.push(column);
        }
        Header {
            columns: made,
            places: columns.iter().map(|path| place(path)).collect(),
            result: self.column(result),
            lines: 0,
        }
    }

    /// A line of a table: a case of its own.
    fn line(
        &mut self,
        reading: &mut Reading<'a>,
        steps: &mut Steps<'a>,
        (cells, value): (&'a [Option<ast::Expr>], &'a ast::Expr),
        at: Span,
    ) {
        let Some(mut header) = steps.header.take() else {
            return; // reported by the parser
        };
        header.lines = header.lines.saturating_add(1);
        if cells.len() != header.columns.len() {
            let error = super::super::table::cell_count(cells.len(), header.columns.len(), at);
            self.report(error.help("in a test, `-` leaves a fact out"));
            steps.header = Some(header);
            return;
        }
        let mut given = Given::default();
        let mut now = steps.now;
        for ((cell, column), place) in cells.iter().zip(&header.columns).zip(&header.places) {
            match (cell, column) {
                (Some(cell), Column::Fact(input)) => {
                    // Of two columns with one field, the place of the path says which.
                    let before = given.facts.len();
                    self.fact(reading, *input, cell, *place, &mut given);
                    let new = given.facts.iter_mut().skip(before);
                    new.for_each(|fact| fact.span = cell.at.0);
                }
                (Some(cell), Column::Now) => now = self.instant(cell).or(now),
                (None, _) | (_, Column::Broken) => {}
            }
        }
        let test = ast::CellTest::Is(value.clone());
        let condition = if self.expr(header.result).ty == Ty::Error {
            self.broken(at)
        } else {
            self.cell_test(&test, header.result, at)
        };
        if let Some(kind) = self.hidden(reading, condition, at) {
            let mut own = Steps {
                now,
                header: None,
                ..*steps
            };
            own.give(reading, given.facts.into());
            let case = own.case(reading);
            case.line = Some(header.lines);
            case.span = at;
            case.expectations.push(Expectation { kind, span: at });
        }
        steps.open = false;
        steps.header = Some(header);
    }
}

impl Steps<'_> {
    /// Puts facts over those given so far.
    fn give(&mut self, reading: &mut Reading<'_>, facts: Arc<[Fact]>) {
        self.open = false;
        if facts.is_empty() {
            return;
        }
        let below = self.given;
        self.given = Some(reading.tests.layers.len());
        reading.tests.layers.push(Layer { facts, below });
    }

    /// The case that expectations belong to: a new one where something else is given now.
    fn case<'r>(&mut self, reading: &'r mut Reading<'_>) -> &'r mut TestCase {
        let events = reading.tests.events.len() - self.first_event;
        let cases = &mut reading.tests.cases;
        if !self.open || cases.is_empty() {
            cases.push(TestCase {
                title: self.title.value.to_string(),
                line: None,
                span: self.title.at.0,
                now: self.now,
                given: self.given,
                events: (self.first_event, events),
                expectations: Vec::new(),
            });
        }
        self.open = true;
        let last = cases.len().saturating_sub(1);
        #[expect(
            clippy::indexing_slicing,
            reason = "a case was pushed where there was none"
        )]
        &mut cases[last]
    }
}
