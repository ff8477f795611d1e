//! The formatter: a syntax tree as text in its one layout.
//!
//! In: a file and the text it was parsed from, which says where comments and blank lines stood. Out: text that
//! parses to an equal tree; formatting it again changes nothing. Every comment is kept: on its own line before
//! what it preceded, or at the end of the line it ended; one inside an expression moves before its entry.
//!
//! Start at [`print`]. `trivia` says which comments belong where, `out` takes the text; `types`, `rules`, `journeys`,
//! `actions`, `tables`, `fixtures`, `expr`, `forms` and `broken` write the parts. Time is in proportion to the text: columns are made of parts of bounded width only.

mod actions;
mod broken;
mod events;
mod expr;
mod fixtures;
mod forms;
mod journeys;
mod out;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod trivia;
mod types;
mod word;

use crate::syntax::ast::{
    EnumDecl, File, Item, ItemKind, Let, Reference, ReferenceRows, Score, TypeExpr,
};
use broken::At;
use expr::Level;
use out::{Out, STEP, WIDTH, width};
use trivia::{Around, Block, Gap, Own, Place, Stretch, Trivia};
use types::WIDEST_NAME;
use word::{any_name, plain_name, quoted};

/// The file in its one layout, all comments kept. `text` is what the file was parsed from.
#[must_use]
pub fn print(file: &File, text: &str) -> String {
    let mut printer = Printer {
        trivia: Trivia::new(text, &file.comments),
        out: Out::default(),
    };
    printer.file(file, text);
    printer.out.finish()
}

/// The text being written and the comments still to be placed.
struct Printer<'a> {
    trivia: Trivia<'a>,
    out: Out<'a>,
}

/// An item whose head can stand in a column with those of its neighbours.
struct Head {
    /// `enum Tier`, `let fee: decimal`
    text: String,
    /// What follows the column: all of `{ … }`, or the sign before a value.
    tail: String,
}

impl<'a> Printer<'a> {
    fn file(&mut self, file: &'a File, text: &str) {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let places: Vec<Place> = file
            .items
            .iter()
            .map(|item| self.item_place(item))
            .collect();
        let block = self.trivia.block((0, end), places);
        let heads = file
            .items
            .iter()
            .map(|item| self.head_in_column(item))
            .collect::<Vec<_>>();
        let entries = file
            .items
            .iter()
            .zip(&block.entries)
            .zip(&heads)
            .collect::<Vec<_>>();
        let mut before: Option<&Item> = None;
        for run in entries.chunk_by(|((a, _), head), ((b, around), next)| {
            head.is_some()
                && next.is_some()
                && b.docs.is_empty()
                && around.is_next_line()
                && same_kind(a, b)
        }) {
            let widths = run
                .iter()
                .filter_map(|(_, head)| head.as_ref())
                .map(|head| width(&head.text));
            let column = widths.filter(|w| *w <= WIDEST_NAME).max().unwrap_or(0);
            for ((item, around), head) in run {
                if before.is_some_and(|before| {
                    around_is_same_line(around) && parts_company(before, item)
                }) {
                    self.out.blank();
                }
                self.before(around, &item.docs, 0);
                match head {
                    Some(head) => self.item_in_column(item, head, column),
                    None => self.item(item),
                }
                self.behind(around);
                before = Some(item);
            }
        }
        self.own_lines(&block.closing, 0);
        let rest = self.trivia.rest();
        self.own_lines(&rest, 0);
    }

    fn item_place(&self, item: &Item) -> Place {
        let span = self.trivia.trim(item.at.0);
        let ty = match &item.kind {
            ItemKind::Let(Let { ty: Some(ty), .. }) => self.type_body(ty),
            ItemKind::Decision(decision) => self.type_body(&decision.head.result),
            ItemKind::Table(table) => self.type_body(&table.head.result),
            ItemKind::Score(Score {
                result: Some(ty), ..
            }) => self.type_body(ty),
            _ => (0, 0),
        };
        Place {
            span,
            inner: [ty, self.item_body(item)],
        }
    }

    /// What stands between the braces of an item.
    fn item_body(&self, item: &Item) -> Stretch {
        let head_end = match &item.kind {
            ItemKind::Ruleset(_)
            | ItemKind::Use(_)
            | ItemKind::Let(_)
            | ItemKind::Segment(_)
            | ItemKind::Behaviour(_)
            | ItemKind::Feature(_)
            | ItemKind::Reference(_)
            | ItemKind::Timezone(_)
            | ItemKind::WeekStarts(_)
            | ItemKind::Issue(_)
            | ItemKind::Group(_) => return (0, 0),
            ItemKind::Action(action) => action.group.at.0.end,
            ItemKind::NextBestAction(choice) => actions::choice_head_end(choice),
            ItemKind::Policy(policy) => policy.name.at.0.end,
            ItemKind::Experiment(experiment) => experiment.name.at.0.end,
            ItemKind::Score(score) => rules::score_head_end(score),
            ItemKind::Event(event) => event.name.at.0.end,
            ItemKind::Customer(customer) => customer.name.at.0.end,
            ItemKind::Test(test) => test.title.at.0.end,
            ItemKind::Context(_) | ItemKind::Touchpoint(_) => item.at.0.start,
            ItemKind::Enum(decl) => decl.name.at.0.end,
            ItemKind::Record(decl) => decl.name.at.0.end,
            ItemKind::Classify(classify) => classify.name.at.0.end,
            ItemKind::Journey(journey) => {
                let within = journey.within.as_ref().map(|length| length.at.0.end);
                within.unwrap_or(journey.name.at.0.end)
            }
            ItemKind::Decision(decision) => rules::head_end(&decision.head),
            ItemKind::Table(table) => match tables::head_end(table) {
                Some(end) => end,
                None => return (0, 0),
            },
        };
        self.trivia.body(head_end, self.trivia.trim(item.at.0).end)
    }

    fn head_in_column(&self, item: &Item) -> Option<Head> {
        let sign = || "=".to_owned();
        let (text, tail) = match &item.kind {
            ItemKind::Enum(decl) => {
                let tail = self.members_line(&decl.members, self.item_body(item))?;
                (enum_head(decl), tail)
            }
            ItemKind::Record(decl) => {
                let tail = self.fields_line(&decl.fields, self.item_body(item))?;
                (format!("record {}", plain_name(&decl.name.text)), tail)
            }
            ItemKind::Event(decl) => {
                let tail = self.fields_line(&decl.fields, self.item_body(item))?;
                (format!("event {}", plain_name(&decl.name.text)), tail)
            }
            ItemKind::Let(decl) => {
                let name = plain_name(&decl.name.text);
                let mut text = format!("let {name}{}", self.params_line(&decl.params)?);
                if let Some(ty) = &decl.ty {
                    text.push_str(": ");
                    text.push_str(&self.type_line(ty)?);
                }
                (text, sign())
            }
            ItemKind::Segment(decl) => {
                let name = plain_name(&decl.name.text);
                let params = self.params_line(&decl.params)?;
                (format!("segment {name}{params}"), sign())
            }
            ItemKind::Behaviour(decl) => {
                let name = plain_name(&decl.name.text);
                let params = self.params_line(&decl.params)?;
                (format!("behaviour {name}{params}"), sign())
            }
            ItemKind::Feature(decl) if decl.independent.is_empty() => {
                let pervasive = decl.pervasive.map_or("", |_| "pervasive ");
                let name = plain_name(&decl.name.text);
                (format!("{pervasive}feature {name}"), "when".to_owned())
            }
            _ => return None,
        };
        (width(&text) + 1 + width(&tail) <= WIDTH).then_some(Head { text, tail })
    }

    fn item_in_column(&mut self, item: &Item, head: &Head, column: usize) {
        self.out.push(&head.text);
        if column + 1 + width(&head.tail) <= WIDTH {
            self.out.pad_to(column);
        }
        self.out.push(" ");
        self.out.push(&head.tail);
        let value = match &item.kind {
            ItemKind::Let(decl) => &decl.value,
            ItemKind::Segment(decl) | ItemKind::Behaviour(decl) => &decl.value,
            ItemKind::Feature(decl) => &decl.when,
            _ => return,
        };
        self.out.push(" ");
        self.expr(value, Level::ANY, At::new(0));
    }

    fn item(&mut self, item: &Item) {
        let body = self.item_body(item);
        match &item.kind {
            ItemKind::Ruleset(name) => self.words(&["ruleset", &plain_name(&name.text)]),
            ItemKind::Use(path) => self.words(&["use", &quoted(&path.value)]),
            ItemKind::Enum(decl) => {
                self.words(&[&enum_head(decl), ""]);
                self.members(&decl.members, body, 0);
            }
            ItemKind::Record(decl) => {
                self.words(&["record", &plain_name(&decl.name.text), ""]);
                self.fields(&decl.fields, body, 0);
            }
            ItemKind::Event(decl) => {
                self.words(&["event", &plain_name(&decl.name.text), ""]);
                self.fields(&decl.fields, body, 0);
            }
            ItemKind::Context(fields) => {
                self.words(&["context", ""]);
                self.fields(fields, body, 0);
            }
            ItemKind::Touchpoint(fields) => {
                self.words(&["touchpoint", ""]);
                self.fields(fields, body, 0);
            }
            ItemKind::Let(decl) => self.let_value(decl),
            ItemKind::Segment(decl) | ItemKind::Behaviour(decl) => {
                let is_segment = matches!(item.kind, ItemKind::Segment(_));
                let word = if is_segment { "segment" } else { "behaviour" };
                self.words(&[word, &plain_name(&decl.name.text)]);
                self.params(&decl.params, 2);
                self.out.push(" = ");
                self.expr(&decl.value, Level::ANY, At::new(0));
            }
            ItemKind::Timezone(zone) => {
                self.out.push("timezone ");
                self.expr(zone, Level::ANY, At::new(0));
            }
            ItemKind::WeekStarts(day) => self.words(&["week starts", &plain_name(&day.text)]),
            ItemKind::Issue(issue) => self.issue(issue),
            ItemKind::Group(group) => self.group(group),
            ItemKind::Action(action) => self.action(action, body),
            ItemKind::NextBestAction(choice) => self.choice(choice, body),
            ItemKind::Policy(policy) => self.contact_policy(policy, body),
            ItemKind::Experiment(experiment) => self.experiment(experiment, body),
            ItemKind::Reference(reference) => self.reference(reference),
            ItemKind::Feature(feature) => self.feature(feature),
            ItemKind::Classify(classify) => self.classify(classify, body),
            ItemKind::Journey(journey) => self.journey(journey, body),
            ItemKind::Decision(decision) => self.decision(decision, body),
            ItemKind::Table(table) => self.table(table, body),
            ItemKind::Score(score) => self.score(score, body),
            ItemKind::Customer(customer) => self.customer(customer, body),
            ItemKind::Test(test) => self.test(test, body),
        }
    }

    /// A `let` whose head has no place in a column.
    fn let_value(&mut self, decl: &Let) {
        self.words(&["let", &plain_name(&decl.name.text)]);
        self.params(&decl.params, 2);
        if let Some(ty) = &decl.ty {
            self.out.push(": ");
            self.ty(ty, At { indent: 0, tail: 2 });
        }
        self.out.push(" = ");
        self.expr(&decl.value, Level::ANY, At::new(0));
    }

    fn reference(&mut self, reference: &Reference) {
        let name = format!("{}:", plain_name(&reference.name.text));
        let record = plain_name(&reference.record.text);
        let key = any_name(&reference.key.text);
        self.words(&["reference", &name, &record, "key", &key, ""]);
        match &reference.rows {
            ReferenceRows::File(file) => self.words(&["from", &quoted(&file.value)]),
            ReferenceRows::Inline(rows) => {
                self.out.push("= ");
                self.expr(rows, Level::ANY, At::new(0));
            }
        }
    }

    fn words(&mut self, words: &[&str]) {
        self.out.push(&words.join(" "));
    }

    /// What stands before an entry, and the indentation of its first line.
    fn before(&mut self, around: &Around<'a>, docs: &[Box<str>], indent: usize) {
        self.own_lines(&around.before, indent);
        if around.gap == Gap::Blank {
            self.out.blank();
        }
        for doc in docs {
            self.out.fresh(indent);
            self.out.push(if doc.is_empty() { "///" } else { "/// " });
            self.out.push(doc);
        }
        self.out.fresh(indent);
    }

    fn behind(&mut self, around: &Around<'a>) {
        if let Some(comment) = around.behind {
            self.out.comment(comment);
        }
    }

    fn own_lines(&mut self, comments: &[Own<'a>], indent: usize) {
        for own in comments {
            if own.gap == Gap::Blank {
                self.out.blank();
            }
            self.out.fresh(indent);
            self.out.push(own.text);
        }
    }

    /// An opening brace with the comment behind it.
    fn open(&mut self, block: &Block<'a>) {
        self.out.push("{");
        if let Some(comment) = block.opening {
            self.out.comment(comment);
        }
    }

    /// The last comments of a block and its closing brace.
    fn close(&mut self, block: &Block<'a>, indent: usize) {
        self.own_lines(&block.closing, indent + STEP);
        let is_empty =
            block.entries.is_empty() && block.closing.is_empty() && block.opening.is_none();
        if !is_empty {
            self.out.fresh(indent);
        }
        self.out.push("}");
    }
}

fn same_kind(a: &Item, b: &Item) -> bool {
    std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind)
}

/// Whether nothing but blanks stood between an entry and the one before it.
fn around_is_same_line(around: &Around<'_>) -> bool {
    around.before.first().map_or(around.gap, |own| own.gap) == Gap::SameLine
}

/// Whether declarations written on one line get a blank line between them.
fn parts_company(a: &Item, b: &Item) -> bool {
    !same_kind(a, b) || is_block(a) || is_block(b)
}

fn is_block(item: &Item) -> bool {
    !matches!(
        item.kind,
        ItemKind::Ruleset(_)
            | ItemKind::Use(_)
            | ItemKind::Enum(_)
            | ItemKind::Record(_)
            | ItemKind::Let(_)
            | ItemKind::Segment(_)
            | ItemKind::Behaviour(_)
            | ItemKind::Event(_)
            | ItemKind::Feature(_)
            | ItemKind::Timezone(_)
            | ItemKind::WeekStarts(_)
            | ItemKind::Issue(_)
            | ItemKind::Group(_)
            | ItemKind::Reference(Reference {
                rows: ReferenceRows::File(_),
                ..
            })
    )
}

fn enum_head(decl: &EnumDecl) -> String {
    let ordered = if decl.ordered { "ordered " } else { "" };
    format!("{ordered}enum {}", plain_name(&decl.name.text))
}

/// The end of a type, without what follows.
fn type_end(ty: &TypeExpr) -> u32 {
    ty.at.0.end
}
