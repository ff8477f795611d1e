//! `decision`, `score` and `classify`: rules on one line with their `=>` in a column where they fit, else broken.

use super::Printer;
use super::broken::At;
use super::expr::{Level, line, line_within};
use super::out::{STEP, WIDTH, width};
use super::trivia::{Around, Place, Stretch};
use super::types::WIDEST_NAME;
use super::word::{any_name, plain_name};
use crate::syntax::ast::{
    Classify, ClassifyRule, Decision, Expr, Feature, Head, Name, Policy, Rule, Score, Valid,
};

/// Conditions wider than this are left out when the column of `=>` is made.
const WIDEST_HEAD: usize = 70;

/// A rule on one line, in its parts.
pub(super) struct RuleLine {
    /// `label:`, or empty.
    label: String,
    /// `when …` or `otherwise`.
    condition: String,
    /// `=> value because "…"`
    pub(super) result: String,
}

impl RuleLine {
    fn label_width(&self) -> usize {
        width(&self.label)
    }

    /// Everything before `=>`, with labels in a column of their own.
    pub(super) fn head(&self, label_column: usize) -> String {
        if self.label.is_empty() {
            self.condition.clone()
        } else {
            format!("{:label_column$} {}", self.label, self.condition)
        }
    }
}

/// Where the head of a decision or table ends.
pub(super) fn head_end(head: &Head) -> u32 {
    paths_end(&head.independent).unwrap_or(super::type_end(&head.result))
}

/// Where the head of a score ends.
pub(super) fn score_head_end(score: &Score) -> u32 {
    let result = score.result.as_ref().map(super::type_end);
    let without_paths = result.unwrap_or(score.name.at.0.end);
    paths_end(&score.independent).unwrap_or(without_paths)
}

pub(super) fn paths_end(paths: &[Vec<Name>]) -> Option<u32> {
    let last = paths.last().and_then(|path| path.last());
    last.map(|name| name.at.0.end)
}

impl<'a> Printer<'a> {
    pub(super) fn decision(&mut self, decision: &Decision, body: Stretch) {
        self.head("decision", &decision.head, None, "");
        self.part_from_head();
        self.rules(&decision.rules, body, "otherwise");
    }

    pub(super) fn score(&mut self, score: &Score, body: Stretch) {
        self.pervasive(score.pervasive.is_some());
        self.words(&["score", &plain_name(&score.name.text)]);
        if let Some(ty) = &score.result {
            self.out.push(" -> ");
            self.ty(ty, At { indent: 0, tail: 2 });
        }
        self.independent(&score.independent);
        self.part_from_head();
        self.rules(&score.rules, body, "always");
    }

    /// Rules in their braces; `last` is the word of those without condition.
    fn rules(&mut self, rules: &[Rule], body: Stretch, last: &'static str) {
        let places: Vec<Place> = rules
            .iter()
            .map(|rule| Place::leaf(self.trivia.trim(rule.at.0)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let lines: Vec<_> = rules
            .iter()
            .map(|rule| rule_line(rule, STEP, last))
            .collect();
        let entries: Vec<_> = rules.iter().zip(&block.entries).zip(&lines).collect();
        let runs = entries.chunk_by(|(_, line), ((_, around), next)| {
            line.is_some() && next.is_some() && !around.is_apart()
        });
        for run in runs {
            self.rules_in_columns(run, last);
        }
        self.close(&block, 0);
    }

    fn rules_in_columns(
        &mut self,
        run: &[((&Rule, &Around<'a>), &Option<RuleLine>)],
        last: &'static str,
    ) {
        let lines = || run.iter().filter_map(|(_, line)| line.as_ref());
        let labels = lines()
            .map(RuleLine::label_width)
            .filter(|w| *w <= WIDEST_NAME);
        let labels = labels.max().unwrap_or(0);
        let heads = lines()
            .map(|line| width(&line.head(labels)))
            .filter(|w| *w <= WIDEST_HEAD);
        let column = STEP + heads.max().unwrap_or(0);
        for ((rule, around), line) in run {
            self.before(around, &rule.docs, STEP);
            match line {
                Some(line) => self.rule_in_column(line, labels, column),
                None => self.broken_rule(rule, last),
            }
            self.behind(around);
        }
    }

    fn rule_in_column(&mut self, line: &RuleLine, labels: usize, column: usize) {
        let rest = 1 + width(&line.result);
        let head = line.head(labels);
        let fits = STEP + width(&head) + rest <= WIDTH;
        self.out.push(&if fits { head } else { line.head(0) });
        if column + rest <= WIDTH {
            self.out.pad_to(column);
        }
        self.out.push(" ");
        self.out.push(&line.result);
    }

    /// A rule that does not fit on a line.
    pub(super) fn broken_rule(&mut self, rule: &Rule, last: &str) {
        let first = self.out.line();
        if let Some(label) = &rule.label {
            self.words(&[&format!("{}:", plain_name(&label.text)), ""]);
        }
        if let Some(valid) = &rule.valid {
            self.out.push(&validity(valid));
            let condition = rule.when.as_ref();
            let line = condition.and_then(|c| line_within(c, Level::ANY, self.out.room(6)));
            if line.is_some() || condition.is_none() {
                self.out.push(" ");
            } else {
                self.out.fresh(2 * STEP);
            }
        }
        self.condition(rule.when.as_ref(), last);
        let result = result_line(&rule.value, None, self.out.room(1));
        match result {
            Some(result) if self.out.line() == first => self.words(&["", &result]),
            _ => self.result_below(rule, first),
        }
        if let Some(because) = &rule.because {
            let text = format!("because {}", line(because, Level::ANY));
            if self.out.room(1) >= width(&text) {
                self.out.push(" ");
            } else {
                self.out.fresh(2 * STEP);
            }
            self.out.push(&text);
        }
    }

    /// `=> value` on its own line, unless it is broken anyway and can follow a short condition.
    fn result_below(&mut self, rule: &Rule, first: usize) {
        let fits_below = result_line(&rule.value, None, WIDTH - 2 * STEP).is_some();
        if self.out.line() == first && !fits_below && self.out.room(0) > WIDTH / 2 {
            self.out.push(" => ");
            self.expr(&rule.value, Level::ANY, At::new(STEP));
        } else {
            self.out.fresh(2 * STEP);
            self.out.push("=> ");
            self.expr(&rule.value, Level::ANY, At::new(2 * STEP));
        }
    }

    fn condition(&mut self, when: Option<&Expr>, last: &str) {
        match when {
            Some(condition) => {
                self.out.push("when ");
                self.expr(condition, Level::ANY, At::new(2 * STEP));
            }
            None => self.out.push(last),
        }
    }

    pub(super) fn classify(&mut self, classify: &Classify, body: Stretch) {
        self.words(&["classify", &plain_name(&classify.name.text), ""]);
        let places: Vec<Place> = classify
            .rules
            .iter()
            .map(|rule| Place::leaf(self.trivia.trim(rule.at.0)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let entries: Vec<_> = classify.rules.iter().zip(&block.entries).collect();
        for run in entries.chunk_by(|_, (_, around)| !around.is_apart()) {
            let named = run.iter().filter(|(rule, _)| rule.when.is_some());
            let widths = named.map(|(rule, _)| width(&plain_name(&rule.member.text)));
            let column = STEP + widths.filter(|w| *w <= WIDEST_NAME).max().unwrap_or(0);
            for (rule, around) in run {
                self.before(around, &rule.docs, STEP);
                self.classify_rule(rule, column);
                self.behind(around);
            }
        }
        self.close(&block, 0);
    }

    fn classify_rule(&mut self, rule: &ClassifyRule, column: usize) {
        let member = plain_name(&rule.member.text);
        if rule.when.is_some() {
            self.out.push(&member);
            self.out.pad_to(column);
            self.out.push(" ");
            self.condition(rule.when.as_ref(), "otherwise");
        } else {
            self.words(&["otherwise", &member]);
        }
    }

    /// `pervasive decision name -> type independent of …`, and what stands behind it before the brace.
    pub(super) fn head(&mut self, word: &str, head: &Head, policy: Option<&Policy>, source: &str) {
        self.pervasive(head.pervasive.is_some());
        self.words(&[word, &plain_name(&head.name.text)]);
        if let Some(policy) = policy {
            self.policy(policy);
        }
        self.out.push(" -> ");
        self.ty(&head.result, At { indent: 0, tail: 2 });
        self.independent(&head.independent);
        if !source.is_empty() {
            self.word_or_line(source);
        }
    }

    pub(super) fn pervasive(&mut self, is_pervasive: bool) {
        if is_pervasive {
            self.out.push("pervasive ");
        }
    }

    /// `(first)`, `(collect sum)`, `(priority by [gold, member])`
    fn policy(&mut self, policy: &Policy) {
        self.out.push("(");
        self.out.push(&plain_name(&policy.word.text));
        if let Some(aggregate) = &policy.aggregate {
            self.words(&["", &any_name(&aggregate.text)]);
        }
        if let Some(by) = &policy.by {
            self.out.push(" by ");
            self.expr(by, Level::ANY, At { indent: 0, tail: 5 });
        }
        self.out.push(")");
    }

    /// `feature name when condition`
    pub(super) fn feature(&mut self, feature: &Feature) {
        self.pervasive(feature.pervasive.is_some());
        self.words(&["feature", &plain_name(&feature.name.text)]);
        self.independent(&feature.independent);
        if self.out.is_indented() {
            self.out.fresh(STEP);
        } else {
            self.out.push(" ");
        }
        self.out.push("when ");
        self.expr(&feature.when, Level::ANY, At::new(0));
    }

    /// What stands between a head and its brace: where the head ends on an indented line, the brace gets its own.
    pub(super) fn part_from_head(&mut self) {
        if self.out.is_indented() {
            self.out.fresh(0);
        } else {
            self.out.push(" ");
        }
    }

    pub(super) fn independent(&mut self, paths: &[Vec<Name>]) {
        let last = paths.len().saturating_sub(1);
        let paths = paths.iter().enumerate().map(|(i, path)| {
            let comma = if i < last { "," } else { "" };
            format!("{}{comma}", dotted(path))
        });
        for (i, path) in paths.enumerate() {
            if i == 0 {
                self.word_or_line(&format!("independent of {path}"));
            } else {
                self.word_or_line(&path);
            }
        }
    }

    /// Behind the line if it fits, else on the next, indented.
    fn word_or_line(&mut self, text: &str) {
        if self.out.room(3) >= width(text) {
            self.out.push(" ");
        } else {
            self.out.fresh(STEP);
        }
        self.out.push(text);
    }
}

pub(super) fn dotted(path: &[Name]) -> String {
    let mut text = String::new();
    for (i, name) in path.iter().enumerate() {
        if i == 0 {
            text.push_str(&plain_name(&name.text));
        } else {
            text.push('.');
            text.push_str(&any_name(&name.text));
        }
    }
    text
}

/// `valid from … until …`
pub(super) fn validity(valid: &Valid) -> String {
    let mut text = "valid".to_owned();
    for (word, bound) in [(" from ", &valid.from), (" until ", &valid.until)] {
        if let Some(bound) = bound {
            text.push_str(word);
            text.push_str(&line(bound, Level::CELL));
        }
    }
    text
}

/// A rule's parts, if it fits on one line; `last` is the word of one without condition.
pub(super) fn rule_line(rule: &Rule, indent: usize, last: &str) -> Option<RuleLine> {
    let label = rule
        .label
        .as_ref()
        .map_or_else(String::new, |l| format!("{}:", plain_name(&l.text)));
    let mut condition = match &rule.when {
        Some(condition) => format!("when {}", line_within(condition, Level::ANY, WIDTH)?),
        None => last.to_owned(),
    };
    if let Some(valid) = &rule.valid {
        condition = format!("{} {condition}", validity(valid));
    }
    let line = RuleLine {
        label,
        condition,
        result: result_line(&rule.value, rule.because.as_ref(), WIDTH)?,
    };
    let total = indent + width(&line.head(0)) + 1 + width(&line.result);
    (total <= WIDTH).then_some(line)
}

/// `=> value because "…"`, unless it takes more than `room`.
fn result_line(value: &Expr, because: Option<&Expr>, room: usize) -> Option<String> {
    let value = line_within(value, Level::ANY, room.saturating_sub(3))?;
    Some(match because {
        Some(because) => format!("=> {value} because {}", line(because, Level::ANY)),
        None => format!("=> {value}"),
    })
}
