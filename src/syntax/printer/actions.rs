//! `issue`, `group`, `action`, `next_best_action`, `policy` and `experiment`: one clause a line, what stands behind the first words of an action
//! in a column.

use super::Printer;
use super::broken::At;
use super::expr::{Level, line, line_within};
use super::out::{STEP, width};
use super::rules::{paths_end, validity};
use super::trivia::{Place, Stretch};
use super::word::{any_name, plain_name, quoted};
use crate::syntax::ast::{
    self, Action, ActionClause, After, Bucketing, Choice, ChoiceClause, Clause, Counted, Counting,
    Experiment, ExperimentClause, Expr, GroupDecl, IssueDecl, Name, Paused, PolicyClause,
    PolicyDecl, Reach, Scope,
};

/// Where the head of a next best action ends.
pub(super) fn choice_head_end(choice: &Choice) -> u32 {
    paths_end(&choice.independent).unwrap_or(choice.name.at.0.end)
}

impl Printer<'_> {
    pub(super) fn issue(&mut self, issue: &IssueDecl) {
        self.words(&["issue", &plain_name(&issue.name.text)]);
        self.lever(issue.lever.as_ref());
    }

    pub(super) fn group(&mut self, group: &GroupDecl) {
        let issue = plain_name(&group.issue.text);
        self.words(&["group", &format!("{issue}.{}", any_name(&group.name.text))]);
        self.lever(group.lever.as_ref());
    }

    fn lever(&mut self, lever: Option<&Expr>) {
        if let Some(percent) = lever {
            self.words(&["", "{ lever", &line(percent, Level::ANY), "}"]);
        }
    }

    pub(super) fn action(&mut self, action: &Action, body: Stretch) {
        let group = format!(
            "{}.{}",
            plain_name(&action.issue.text),
            any_name(&action.group.text)
        );
        let name = plain_name(&action.name.text);
        match &action.from {
            Some(from) => {
                self.words(&["actions", &name, "from", &plain_name(&from.text)]);
                self.words(&[" in", &group, ""]);
            }
            None => self.words(&["action", &name, "in", &group, ""]),
        }
        let words = action
            .clauses
            .iter()
            .map(|clause| width(first(&clause.kind)));
        let column = words.max().unwrap_or(0);
        self.clauses(&action.clauses, body, |printer, kind| {
            printer.action_clause(kind, column);
        });
    }

    fn clauses<K>(
        &mut self,
        clauses: &[Clause<K>],
        body: Stretch,
        mut print: impl FnMut(&mut Self, &K),
    ) {
        let places: Vec<Place> = clauses
            .iter()
            .map(|clause| Place::leaf(self.trivia.trim(clause.at.0)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        for (clause, around) in clauses.iter().zip(&block.entries) {
            self.before(around, &clause.docs, STEP);
            print(self, &clause.kind);
            self.behind(around);
        }
        self.close(&block, 0);
    }

    fn action_clause(&mut self, clause: &ActionClause, column: usize) {
        let word = first(clause);
        self.out.push(word);
        if *clause == ActionClause::Transactional {
            return;
        }
        if !matches!(clause, ActionClause::Treatment { .. }) {
            self.out.pad_to(STEP + column);
        }
        self.out.push(" ");
        match clause {
            ActionClause::When(_, condition) => self.condition_of(condition),
            ActionClause::Valid(valid) => {
                self.out.push(validity(valid).trim_start_matches("valid "));
            }
            ActionClause::Propensity(value)
            | ActionClause::Value(value)
            | ActionClause::Lever(value)
            | ActionClause::Gives(value) => self.expr(value, Level::ANY, At::new(STEP)),
            ActionClause::Treatment { when, content } => {
                match when {
                    Some(when) => self.words(&["for", &line(when, Level::ANY), ""]),
                    None => self.out.push("otherwise "),
                }
                self.expr(content, Level::ANY, At::new(STEP));
            }
            ActionClause::OnlyOn(channels) => self.out.push(&on(channels)),
            ActionClause::Transactional => {}
        }
    }

    /// `when` and a condition: in the line if it fits.
    fn condition_of(&mut self, condition: &Expr) {
        self.condition_behind("when", condition);
    }

    fn condition_behind(&mut self, word: &str, condition: &Expr) {
        self.out.push(word);
        let fits = line_within(condition, Level::ANY, self.out.room(1)).is_some();
        if fits {
            self.out.push(" ");
            self.expr(condition, Level::ANY, At::new(STEP));
        } else {
            self.out.fresh(2 * STEP);
            self.expr(condition, Level::ANY, At::new(2 * STEP));
        }
    }

    fn bucketing(&mut self, by: &Bucketing) {
        self.words(&["by", &line(&by.unit, Level::ANY)]);
        self.words(&[" salt", &quoted(&by.salt.value)]);
        if let Some(using) = &by.using {
            self.words(&[" using", &any_name(&using.text)]);
        }
    }

    pub(super) fn experiment(&mut self, experiment: &Experiment, body: Stretch) {
        self.words(&["experiment", &plain_name(&experiment.name.text), ""]);
        self.clauses(&experiment.clauses, body, Printer::experiment_clause);
    }

    fn experiment_clause(&mut self, clause: &ExperimentClause) {
        match clause {
            ExperimentClause::By(by) => self.bucketing(by),
            ExperimentClause::Variants(variants) => {
                let variants = variants.iter().map(|variant| {
                    let stretches = variant.stretches.iter().map(stretch);
                    let stretches = stretches.collect::<Vec<_>>().join(" and ");
                    format!("{}: {stretches}", any_name(&variant.name.text))
                });
                let variants: Vec<String> = variants.collect();
                let line = variants.join(", ");
                if variants.is_empty() {
                    self.out.push("variants {}");
                } else if width(&line) + 13 <= self.out.room(0) {
                    self.words(&["variants {", &line, "}"]);
                } else {
                    self.out.push("variants {");
                    for variant in variants {
                        self.out.fresh(2 * STEP);
                        self.words(&[&variant]);
                        self.out.push(",");
                    }
                    self.out.fresh(STEP);
                    self.out.push("}");
                }
            }
            ExperimentClause::Valid(valid) => self.out.push(&validity(valid)),
            ExperimentClause::When(condition) => self.condition_of(condition),
            ExperimentClause::Layer(layer, share) => {
                self.words(&["layer", &plain_name(&layer.text), &stretch(share)]);
            }
        }
    }

    pub(super) fn contact_policy(&mut self, policy: &PolicyDecl, body: Stretch) {
        self.words(&["policy", &plain_name(&policy.name.text), ""]);
        self.clauses(&policy.clauses, body, Printer::policy_clause);
    }

    fn policy_clause(&mut self, clause: &PolicyClause) {
        match clause {
            PolicyClause::AtMost {
                most,
                outcome,
                of,
                per,
                channels,
            } => {
                self.words(&["at most", &line(most, Level::ANY)]);
                if let Some(outcome) = outcome {
                    self.words(&["", &any_name(&outcome.text)]);
                }
                self.out.push(&counted(of));
                match per {
                    Counting::Rolling(length) => self.words(&[" per", &line(length, Level::ANY)]),
                    Counting::Calendar(period) => self.words(&[" per calendar", period.word()]),
                }
                if !channels.is_empty() {
                    self.words(&["", &on(channels)]);
                }
            }
            PolicyClause::Pause {
                what,
                length,
                after,
            } => {
                let what = match what {
                    Paused::Same(alike) => format!("the same {}", alike.word()),
                    Paused::Of(scopes) => scope_list(scopes),
                };
                let length = line(length, Level::ANY);
                self.words(&["pause", &what, "for", &length, "after", ""]);
                match after {
                    After::Often(times, event, within) => {
                        let times = line(times, Level::ANY);
                        let within = line(within, Level::ANY);
                        self.words(&[&times, &plain_name(&event.text), "in last", &within]);
                    }
                    After::Events(events) => self.expr(events, Level::ANY, At::new(STEP)),
                }
            }
            PolicyClause::Withhold {
                channels,
                unless,
                condition,
            } => {
                self.words(&["withhold", &on(channels), ""]);
                let word = if *unless { "unless" } else { "when" };
                self.condition_behind(word, condition);
            }
        }
    }

    pub(super) fn choice(&mut self, choice: &Choice, body: Stretch) {
        self.pervasive(choice.pervasive.is_some());
        self.words(&["next_best_action", &plain_name(&choice.name.text)]);
        self.independent(&choice.independent);
        self.part_from_head();
        self.clauses(&choice.clauses, body, Printer::choice_clause);
    }

    fn choice_clause(&mut self, clause: &ChoiceClause) {
        match clause {
            ChoiceClause::From(scopes) => self.words(&["choose from", &scope_list(scopes)]),
            ChoiceClause::Rank(value) => {
                self.out.push("rank by ");
                self.expr(value, Level::ANY, At::new(STEP));
            }
            ChoiceClause::Weight {
                percent,
                scopes,
                when,
            } => {
                let percent = line(percent, Level::ANY);
                self.words(&["weight", &percent, "for", &scope_list(scopes)]);
                if let Some(when) = when {
                    self.out.push(" ");
                    self.condition_of(when);
                }
            }
            ChoiceClause::HoldOut { share, scopes, by } => {
                self.words(&["hold out", &line(share, Level::ANY), ""]);
                if !scopes.is_empty() {
                    self.words(&["of", &scope_list(scopes), ""]);
                }
                self.bucketing(by);
            }
            ChoiceClause::Limit { most, per } => {
                let most = most.iter().map(|most| line(most, Level::ANY));
                let per = per.iter().map(|(most, per)| {
                    format!("at most {} per {}", line(most, Level::ANY), per.word())
                });
                self.words(&["limit", &most.chain(per).collect::<Vec<_>>().join(", ")]);
            }
        }
    }
}

fn first(clause: &ActionClause) -> &'static str {
    match clause {
        ActionClause::When(stage, _) => stage.word(),
        ActionClause::Valid(_) => "valid",
        ActionClause::Propensity(_) => "propensity",
        ActionClause::Value(_) => "value",
        ActionClause::Lever(_) => "lever",
        ActionClause::Gives(_) => "gives",
        ActionClause::Treatment { .. } => "treatment",
        ActionClause::OnlyOn(_) => "only",
        ActionClause::Transactional => "transactional",
    }
}

/// `on web, mobile`
fn on(channels: &[Name]) -> String {
    let channels = channels.iter().map(|channel| any_name(&channel.text));
    format!("on {}", channels.collect::<Vec<_>>().join(", "))
}

/// ` of sales.*`, ` of each action in sales.*`
fn counted(of: &Counted) -> String {
    match of {
        Counted::Of(scopes) if scopes.is_empty() => String::new(),
        Counted::Of(scopes) => format!(" of {}", scope_list(scopes)),
        Counted::Each(alike, scopes) if scopes.is_empty() => format!(" of each {}", alike.word()),
        Counted::Each(alike, scopes) => {
            format!(" of each {} in {}", alike.word(), scope_list(scopes))
        }
    }
}

/// `25%`, `0%..25%`
fn stretch(stretch: &ast::Stretch) -> String {
    let to = line(&stretch.to, Level::ANY);
    match &stretch.from {
        Some(from) => format!("{}..{to}", line(from, Level::ANY)),
        None => to,
    }
}

fn scope_list(scopes: &[Scope]) -> String {
    let words = scopes.iter().map(scope);
    words.collect::<Vec<_>>().join(", ")
}

fn scope(scope: &Scope) -> String {
    match &scope.reach {
        Reach::All => "all".to_owned(),
        Reach::Issue(issue) => format!("{}.*", plain_name(&issue.text)),
        Reach::Group(issue, group) => {
            format!("{}.{}", plain_name(&issue.text), any_name(&group.text))
        }
        Reach::Action(action) if &*action.text == "all" => "`all`".to_owned(),
        Reach::Action(action) => plain_name(&action.text),
    }
}
