//! `decision` and `classify`: rules on one line with their `=>` in a column where they fit, else broken.

use super::Printer;
use super::broken::At;
use super::expr::{Level, line_within};
use super::out::{STEP, WIDTH, width};
use super::trivia::{Around, Place, Stretch};
use super::types::WIDEST_NAME;
use super::word::{any_name, plain_name, quoted};
use crate::syntax::ast::{Classify, ClassifyRule, Decision, Expr, Head, Name, Rule};

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
    let last = head.independent.last().and_then(|path| path.last());
    last.map_or(super::type_end(&head.result), |name| name.at.0.end)
}

impl<'a> Printer<'a> {
    pub(super) fn decision(&mut self, decision: &Decision, body: Stretch) {
        self.head("decision", &decision.head, None, "");
        self.part_from_head();
        let places: Vec<Place> = decision
            .rules
            .iter()
            .map(|rule| Place::leaf(self.trivia.trim(rule.at.0)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let lines: Vec<_> = decision
            .rules
            .iter()
            .map(|rule| rule_line(rule, STEP))
            .collect();
        let entries: Vec<_> = decision
            .rules
            .iter()
            .zip(&block.entries)
            .zip(&lines)
            .collect();
        let runs = entries.chunk_by(|(_, line), ((_, around), next)| {
            line.is_some() && next.is_some() && !around.is_apart()
        });
        for run in runs {
            self.rules_in_columns(run);
        }
        self.close(&block, 0);
    }

    fn rules_in_columns(&mut self, run: &[((&Rule, &Around<'a>), &Option<RuleLine>)]) {
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
                None => self.broken_rule(rule),
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
    pub(super) fn broken_rule(&mut self, rule: &Rule) {
        let first = self.out.line();
        if let Some(label) = &rule.label {
            self.words(&[&format!("{}:", plain_name(&label.text)), ""]);
        }
        self.condition(rule.when.as_ref());
        let result = result_line(&rule.value, None, self.out.room(1));
        match result {
            Some(result) if self.out.line() == first => self.words(&["", &result]),
            _ => self.result_below(rule, first),
        }
        if let Some(because) = &rule.because {
            let text = format!("because {}", quoted(&because.value));
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

    fn condition(&mut self, when: Option<&Expr>) {
        match when {
            Some(condition) => {
                self.out.push("when ");
                self.expr(condition, Level::ANY, At::new(2 * STEP));
            }
            None => self.out.push("otherwise"),
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
            self.condition(rule.when.as_ref());
        } else {
            self.words(&["otherwise", &member]);
        }
    }

    /// `pervasive decision name -> type independent of …`, and what stands behind it before the brace.
    pub(super) fn head(&mut self, word: &str, head: &Head, policy: Option<&Name>, source: &str) {
        if head.pervasive.is_some() {
            self.out.push("pervasive ");
        }
        self.words(&[word, &plain_name(&head.name.text)]);
        if let Some(policy) = policy {
            self.out.push(&format!("({})", plain_name(&policy.text)));
        }
        self.out.push(" -> ");
        self.ty(&head.result, At { indent: 0, tail: 2 });
        self.independent(&head.independent);
        if !source.is_empty() {
            self.word_or_line(source);
        }
    }

    /// What stands between a head and its brace: where the head ends on an indented line, the brace gets its own.
    pub(super) fn part_from_head(&mut self) {
        if self.out.is_indented() {
            self.out.fresh(0);
        } else {
            self.out.push(" ");
        }
    }

    fn independent(&mut self, paths: &[Vec<Name>]) {
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

fn dotted(path: &[Name]) -> String {
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

/// A rule's parts, if it fits on one line.
pub(super) fn rule_line(rule: &Rule, indent: usize) -> Option<RuleLine> {
    let label = rule
        .label
        .as_ref()
        .map_or_else(String::new, |l| format!("{}:", plain_name(&l.text)));
    let condition = match &rule.when {
        Some(condition) => format!("when {}", line_within(condition, Level::ANY, WIDTH)?),
        None => "otherwise".to_owned(),
    };
    let because = rule.because.as_ref().map(|text| &*text.value);
    let line = RuleLine {
        label,
        condition,
        result: result_line(&rule.value, because, WIDTH)?,
    };
    let total = indent + width(&line.head(0)) + 1 + width(&line.result);
    (total <= WIDTH).then_some(line)
}

/// `=> value because "…"`, unless it takes more than `room`.
fn result_line(value: &Expr, because: Option<&str>, room: usize) -> Option<String> {
    let value = line_within(value, Level::ANY, room.saturating_sub(3))?;
    Some(match because {
        Some(because) => format!("=> {value} because {}", quoted(because)),
        None => format!("=> {value}"),
    })
}
