//! Rows that the host gives in the place of a file: [`Compiler::rows`].
//!
//! They become the text that the file would hold, one JSON object a line, so that there is one way of reading rows, and
//! what is wrong with them is shown where it stands.

mod finite;

use super::compile::Compiler;
use super::load::Loaded;
use crate::diagnostic::{Code, nearest};
use crate::error::Error;
use crate::hir::is_json_lines;
use crate::source::Sources;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Texts of the host's rows, by the names of the files they stand for.
pub(super) type Given = BTreeMap<String, String>;

impl Compiler {
    /// Gives the rows that the rules read `from "offers.jsonl"`: no file of that name is read. The rows are structs or
    /// maps of the host, one a row, with a field for each of the record type; so a catalogue of actions comes straight out of
    /// a database, without a text. `name` is as the rules name it, relative to the main text.
    ///
    /// # Errors
    /// The name does not end with `.jsonl` or `.ndjson`, rows were given for it before, or a row can't be serialised or
    /// holds a float that is no number. What does not fit the record type is reported when the rules are compiled; so is a
    /// name that the rules do not read.
    ///
    /// ```
    /// use pervade::Compiler;
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct Offer { id: &'static str, min_age: u32, price: f64 }
    ///
    /// let rules = Compiler::new()
    ///     .rows("offers.jsonl", [
    ///         Offer { id: "popcorn", min_age: 0, price: 4.50 },
    ///         Offer { id: "wine", min_age: 18, price: 6.00 },
    ///     ])?
    ///     .text(r#"
    ///         ruleset demo
    ///         context { age: int }
    ///         record Offer { id: string, min_age: int, price: decimal }
    ///         reference offers: Offer key id from "offers.jsonl"
    ///         issue sales
    ///         group sales.snacks
    ///         actions offer from offers in sales.snacks {
    ///             eligible when age >= offer.min_age
    ///             value    offer.price
    ///         }
    ///         next_best_action home { choose from sales.* rank by value }
    ///     "#)?;
    /// let home = rules.decision::<serde_json::Value>("home")?;
    /// let chosen = |age: u32| -> Result<Vec<String>, pervade::Error> {
    ///     let context = rules.context().json(&format!("{{ \"age\": {age} }}"))?.build()?;
    ///     let arbitration = home.decide(&context)?.arbitration()?;
    ///     Ok(arbitration.chosen().iter().map(|one| one.action().to_owned()).collect())
    /// };
    /// assert_eq!(chosen(20)?, ["wine", "popcorn"]);
    /// assert_eq!(chosen(12)?, ["popcorn"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn rows<R: Serialize>(
        mut self,
        name: impl Into<String>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Self, Error> {
        let name = name.into();
        if !is_json_lines(&name) {
            let message = format!(
                "rows can't stand for `{name}`: they are JSON lines, whose names end with `.jsonl`"
            );
            return Err(Error::handle(&name, message));
        }
        if self.given.contains_key(&name) {
            let message =
                format!("rows were given for `{name}` already: give all rows of a file at once");
            return Err(Error::handle(&name, message));
        }
        let mut text = String::new();
        for (row, place) in rows.into_iter().zip(1..) {
            let line = line(&row)
                .map_err(|why| Error::handle(&name, format!("row {place} for `{name}` {why}")))?;
            text.push_str(&line);
            text.push('\n');
        }
        self.given.insert(name, text);
        Ok(self)
    }
}

/// A row as JSON, or why it is none.
fn line<R: Serialize>(row: &R) -> Result<String, String> {
    if let Err(error) = row.serialize(finite::Look)
        && let Some(float) = error.float
    {
        let (found, path) = (if float.is_nan() { "NaN" } else { "infinity" }, error.path);
        return Err(format!(
            "has {found} in `{path}`, which is no number: give one, or `None` where the field may be missing"
        ));
    }
    serde_json::to_string(row).map_err(|error| format!("can't be serialised: {error}"))
}

/// Sources among which some texts are given by the host.
pub(super) struct WithGiven<'a> {
    given: &'a Given,
    rest: &'a dyn Sources,
    /// The names of JSON lines that were asked for.
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> WithGiven<'a> {
    pub(super) fn new(given: &'a Given, rest: &'a dyn Sources) -> Self {
        WithGiven {
            given,
            rest,
            asked: RefCell::default(),
        }
    }

    /// # Errors
    /// Rows were given that nothing reads.
    pub(super) fn all_read(&self) -> Result<(), Error> {
        let asked = self.asked.borrow();
        let Some(name) = self.unread().next() else {
            return Ok(());
        };
        let mut message =
            format!("rows were given for `{name}`, but no `from` of the rules names it");
        match nearest(name, asked.iter().map(String::as_str)) {
            Some(near) => message.push_str(&format!("; did you mean `{near}`?")),
            None if asked.is_empty() => message.push_str(", nor any other JSON lines"),
            None => {
                let asked: Vec<String> = asked.iter().map(|name| format!("`{name}`")).collect();
                message.push_str(&format!("; they name {}", asked.join(", ")));
            }
        }
        Err(Error::handle(name, message))
    }

    /// Adds to the reports of JSON lines that can't be read what a host would do about them.
    pub(super) fn tell(&self, loaded: &mut Loaded) {
        let sources = &loaded.sources;
        for error in &mut loaded.diagnostics {
            let name = sources.snippet(error.primary.span).trim_matches('"');
            if error.code != Code::UnreadableSource || !is_json_lines(name) {
                continue;
            }
            let near = nearest(name, self.unread()).or_else(|| self.unread().next());
            error.help.push(match near {
                Some(near) => format!(
                    "rows were given for `{near}`, which nothing reads: give them for `{name}`, or name `{near}` here"
                ),
                None => "a host that has the rows gives them by `Compiler::rows`".to_owned(),
            });
        }
    }

    /// The names that rows were given for and that nothing asked for.
    fn unread(&self) -> impl Iterator<Item = &str> {
        let asked = self.asked.borrow().clone();
        let names = self.given.keys().map(String::as_str);
        names.filter(move |name| !asked.contains(*name))
    }
}

impl Sources for WithGiven<'_> {
    fn read(&self, name: &str) -> Result<String, String> {
        if is_json_lines(name) {
            self.asked.borrow_mut().insert(name.to_owned());
        }
        match self.given.get(name) {
            Some(text) => Ok(text.clone()),
            None => self.rest.read(name),
        }
    }
}
