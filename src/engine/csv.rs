//! Records of CSV, or of any other source with a header of columns, straight into slots.
//!
//! In: a header once, then rows of cells. Out: contexts, or a frame filled again and again. A header cell is
//! the dotted path of a field (`customer.tier`, `touchpoint.channel`) or `now`; an empty cell is missing; a cell
//! is read by the declared type: numbers as JSON writes them, members, texts, dates and times as they are,
//! `true`, `false`, and here only `1` and `0` for bools, amounts also with their currency (`12.50 GBP`), places
//! as `51.5 -0.12` or `51.5,-0.12`, lists as JSON text. The library reads no files: the cells come from a reader
//! such as the csv crate's, whose records can be handed over as they are.
//!
//! Invariants: all that can be wrong with a header is found with the header, so that no mistake of it is
//! repeated a row; a row does not look up names. Start reading at [`ColumnsBuilder::header`].

use super::bind::convert::{Scalar, shortened};
use super::bind::{Binder, Binding, MOST_PROBLEMS, Place, bind_json};
use super::context::Context;
use super::frame::{Frame, foreign};
use super::ruleset::Ruleset;
use super::schema::Schema;
use super::slot::Slot;
use crate::error::{Error, ErrorKind, Problem};
use crate::eval::Inputs;
use crate::hir::{Input, InputId, Root, Ty};
use crate::value::currency;
use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;
use std::fmt;

/// How columns become fields, before the header is known. Made by [`Ruleset::columns`].
///
/// ```
/// use pervade::Ruleset;
/// let rules = Ruleset::from_text(
///     "ruleset demo context { customer: { age: int } newsletter: bool = false }
///      touchpoint { channel: enum { web, mobile } }
///      decision adult -> bool { when customer.age >= 18 => true otherwise => false }",
/// )?;
/// let columns = rules
///     .columns()
///     .map("customer.age", "Alter")
///     .constant("touchpoint.channel", "web")
///     .ignore_undeclared()
///     .header(["id", "Alter", "newsletter"])?;
/// let adult = rules.decision::<bool>("adult")?;
/// let context = columns.context(["c1", "17", "1"])?;
/// assert!(!adult.decide(&context)?.value());
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct ColumnsBuilder {
    rules: Ruleset,
    mapped: Vec<(String, String)>,
    constants: Vec<(String, String)>,
    ignore_undeclared: bool,
    now: Option<DateTime<Utc>>,
}

/// Without the constants: some of them may be sensitive.
impl fmt::Debug for ColumnsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColumnsBuilder")
            .field("rules", &self.rules)
            .field("mapped", &self.mapped)
            .finish_non_exhaustive()
    }
}

impl Ruleset {
    /// How the columns of a CSV file, or of another table, become contexts.
    #[must_use]
    pub fn columns(&self) -> ColumnsBuilder {
        ColumnsBuilder {
            rules: self.clone(),
            mapped: Vec::new(),
            constants: Vec::new(),
            ignore_undeclared: false,
            now: None,
        }
    }
}

impl Frame {
    /// Sets a field from a text written as a cell of CSV is: `18`, `gold`, `true` or `1`; an empty one takes
    /// the field back.
    ///
    /// # Errors
    /// The text does not fit, or the slot belongs to another ruleset.
    ///
    /// ```
    /// use pervade::{Anything, Ruleset};
    /// let rules = Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// let (adult, age) = (rules.decision::<bool>("adult")?, rules.slot::<Anything>("age")?);
    /// let mut frame = rules.frame();
    /// frame.set_cell(&age, "18")?;
    /// assert!(adult.decide_in(&mut frame)?.value()?);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn set_cell<T: ?Sized>(&mut self, slot: &Slot<T>, cell: &str) -> Result<(), Error> {
        let rules = self.rules.clone();
        if !rules.inner().is(slot.rules) {
            return Err(foreign());
        }
        let schema = rules.schema();
        let kind = CellKind::of(&schema.input(slot.input).ty);
        let kind = kind.ok_or_else(|| Error::slot("", RECORD))?;
        let (place, input) = (0, Some(slot.input));
        give(
            schema,
            &mut self.binding,
            Cell { place, input, kind },
            cell.as_bytes(),
        );
        self.binding.check()
    }
}

impl ColumnsBuilder {
    /// Takes the field from the column of this name, which then stands for no other field by its own name.
    #[must_use]
    pub fn map(mut self, path: impl Into<String>, column: impl Into<String>) -> Self {
        self.mapped.push((path.into(), column.into()));
        self
    }

    /// Gives the field the same value in every row, written as a cell.
    #[must_use]
    pub fn constant(mut self, path: impl Into<String>, cell: impl Into<String>) -> Self {
        self.constants.push((path.into(), cell.into()));
        self
    }

    /// The instant for rows that give none of their own, in a column `now`.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo context { n: int } segment late = now >= 2026-03-06T18:00:00Z",
    /// )?;
    /// let now: DateTime<Utc> = "2026-03-06T18:30:00Z".parse().map_err(|_| "no instant").unwrap();
    /// let columns = rules.columns().now(now).header(["n", "now"])?;
    /// let late = rules.decision::<bool>("late")?;
    /// assert!(late.decide(&columns.context(["1", ""])?)?.into_value());
    /// assert!(!late.decide(&columns.context(["1", "2026-03-06T17:00:00Z"])?)?.into_value());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn now(mut self, now: DateTime<Utc>) -> Self {
        self.now = Some(now);
        self
    }

    /// Lets columns pass that the ruleset does not declare.
    #[must_use]
    pub fn ignore_undeclared(mut self) -> Self {
        self.ignore_undeclared = true;
        self
    }

    /// Matches the header with the declared fields.
    ///
    /// # Errors
    /// Everything that is wrong with the header: columns without a field, fields without a column that need
    /// one, a field given twice, a constant that does not fit.
    pub fn header<C: AsRef<[u8]>>(
        self,
        header: impl IntoIterator<Item = C>,
    ) -> Result<Columns, Error> {
        let names: Vec<String> = header.into_iter().map(|cell| name(cell.as_ref())).collect();
        let mut matching = Matching::new(self.rules.schema());
        for (path, column) in &self.mapped {
            matching.mapped(path, column, &names);
        }
        for (path, cell) in &self.constants {
            matching.constant(path, cell);
        }
        for (place, column) in names.iter().enumerate() {
            if !self.mapped.iter().any(|(_, mapped)| mapped == column) {
                matching.named(place, column, self.ignore_undeclared);
            }
        }
        matching.required(self.now.is_some());
        matching.check_constants(&self.rules);
        let Matching {
            mut cells,
            constants,
            problems,
            ..
        } = matching;
        if !problems.is_empty() {
            let left_out = problems.len().saturating_sub(MOST_PROBLEMS);
            let mut problems = problems;
            problems.truncate(MOST_PROBLEMS);
            return Err(ErrorKind::Context { problems, left_out }.into());
        }
        cells.sort_by_key(|cell| cell.place);
        Ok(Columns {
            width: names.len(),
            rules: self.rules,
            cells,
            constants,
            now: self.now,
        })
    }
}

/// A header cell as text, without blanks around it and without a byte order mark in front.
fn name(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    text.trim_start_matches('\u{feff}').trim().to_owned()
}

/// Columns matched with fields: makes contexts of rows. See [`ColumnsBuilder`].
#[derive(Clone)]
pub struct Columns {
    rules: Ruleset,
    /// For rows that give none.
    now: Option<DateTime<Utc>>,
    /// In the order of the columns.
    cells: Vec<Cell>,
    constants: Vec<(Cell, Box<str>)>,
    width: usize,
}

/// Without the constants: some of them may be sensitive.
impl fmt::Debug for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Columns")
            .field("rules", &self.rules)
            .field("cells", &self.cells)
            .finish_non_exhaustive()
    }
}

/// A field and the column that gives it.
#[derive(Clone, Copy, Debug)]
struct Cell {
    place: usize,
    /// `None` is `now`, of rules that do not ask for it.
    input: Option<InputId>,
    kind: CellKind,
}

/// How the text of a cell is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CellKind {
    Bool,
    Number,
    Text,
    Money,
    Geo,
    List,
}

/// What is said of a path that can't be a column.
const RECORD: &str = "it has fields of its own: give each its column";

impl CellKind {
    /// `None` for what has fields of its own.
    fn of(ty: &Ty) -> Option<CellKind> {
        match ty.present() {
            Ty::Bool => Some(CellKind::Bool),
            Ty::Int | Ty::Decimal | Ty::Distance => Some(CellKind::Number),
            Ty::Money(_) => Some(CellKind::Money),
            Ty::Geo => Some(CellKind::Geo),
            Ty::List(_) => Some(CellKind::List),
            Ty::Record(_) => None,
            _ => Some(CellKind::Text),
        }
    }
}

impl Columns {
    /// The context of one row.
    ///
    /// # Errors
    /// Everything that does not fit, with the fields' paths.
    pub fn context<C: AsRef<[u8]>>(
        &self,
        row: impl IntoIterator<Item = C>,
    ) -> Result<Context, Error> {
        let mut builder = self.rules.context();
        self.read(builder.binding(), row);
        builder.build()
    }

    /// Fills a frame with one row; what was in it before is gone. The quick way for many rows.
    ///
    /// # Errors
    /// Everything that does not fit, with the fields' paths; or the frame belongs to another ruleset. The frame
    /// then decides nothing until it is filled again.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo context { age: int? } segment adult = (age else 0) >= 18",
    /// )?;
    /// let (columns, adult) = (rules.columns().header(["age"])?, rules.decision::<bool>("adult")?);
    /// let mut frame = rules.frame();
    /// for (row, expected) in [("17", Some(false)), ("x", None), ("", Some(false)), ("18", Some(true))] {
    ///     let filled = columns.fill(&mut frame, [row]);
    ///     assert_eq!(filled.is_ok(), expected.is_some());
    ///     let decided = adult.decide_in(&mut frame).and_then(|outcome| outcome.value());
    ///     assert_eq!(decided.ok(), expected);
    /// }
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn fill<C: AsRef<[u8]>>(
        &self,
        frame: &mut Frame,
        row: impl IntoIterator<Item = C>,
    ) -> Result<(), Error> {
        frame.clear();
        let binding = frame.binding_of(&self.rules)?;
        self.read(binding, row);
        let complete = binding.complete(self.rules.schema());
        if complete.is_err() {
            binding.spoil();
        }
        complete
    }

    fn read<C: AsRef<[u8]>>(&self, binding: &mut Binding, row: impl IntoIterator<Item = C>) {
        let schema = self.rules.schema();
        for (cell, text) in &self.constants {
            give(schema, binding, *cell, text.as_bytes());
        }
        let mut wanted = self.cells.iter().peekable();
        let mut width = 0;
        for text in row {
            while let Some(cell) = wanted.next_if(|cell| cell.place == width) {
                give(schema, binding, *cell, text.as_ref());
            }
            width += 1;
        }
        if let Some(now) = self.now.filter(|_| !binding.has_now(schema))
            && let Err(message) = binding.set_now(schema, now)
        {
            binding.problem(Problem::new("now", message));
        }
        if width != self.width {
            let message = format!(
                "the row has {width} {}, the header {}",
                if width == 1 { "cell" } else { "cells" },
                self.width
            );
            binding.problem(Problem::new("", message));
        }
    }
}

/// Reads one cell into its field.
fn give(schema: &Schema, binding: &mut Binding, cell: Cell, bytes: &[u8]) {
    let place = cell.input.map_or(Place::Instant, Place::Input);
    let scalar = match (cell.kind, bytes, std::str::from_utf8(bytes)) {
        (_, [], _) => Scalar::Missing,
        (_, _, Err(_)) => Scalar::Other("bytes that are no text"),
        (CellKind::Bool, b"0" | b"false", _) => Scalar::Bool(false),
        (CellKind::Bool, b"1" | b"true", _) => Scalar::Bool(true),
        (CellKind::Number, _, Ok(text)) => number(text),
        (CellKind::Money, _, Ok(text)) => return amount(schema, binding, place, text),
        (CellKind::Geo, _, Ok(text)) => return degrees(schema, binding, place, text),
        (CellKind::List, _, Ok(text)) if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            // What does not fit is noted in the binding; that it is JSON has just been seen.
            let _ = bind_json(schema, binding, place, text);
            return;
        }
        (_, _, Ok(text)) => Scalar::Text(text),
    };
    Binder::new(schema, binding).scalar(place, scalar);
}

/// A number as JSON writes it, or a text that is none.
fn number(text: &str) -> Scalar<'_> {
    match text.as_bytes() {
        [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => Scalar::Number(text),
        _ => Scalar::Text(text),
    }
}

/// `12.50` or `12.50 GBP`.
fn amount(schema: &Schema, binding: &mut Binding, place: Place<'_>, text: &str) {
    let mut binder = Binder::new(schema, binding);
    let (amount, code) = match text.split_once(' ') {
        Some((amount, code)) if currency::find(code).is_some() => (amount, Some(code)),
        _ => (text, None),
    };
    let Some(code) = code else {
        binder.scalar(place, number(amount));
        return;
    };
    let Some(mut shape) = binder.open(place) else {
        return;
    };
    for (name, scalar) in [("amount", number(amount)), ("currency", Scalar::Text(code))] {
        if let Some(part) = binder.enter(place, &mut shape, name) {
            let value = binder.scalar(part, scalar);
            binder.leave(&mut shape, value);
        }
    }
    binder.close(shape);
}

/// `51.5 -0.12` or `51.5,-0.12`: latitude and longitude.
fn degrees(schema: &Schema, binding: &mut Binding, place: Place<'_>, text: &str) {
    let mut binder = Binder::new(schema, binding);
    let pair = match text.split_once(',') {
        Some((lat, lon)) => Some((lat, lon.strip_prefix(' ').unwrap_or(lon))),
        None => text.split_once(' '),
    };
    let Some((lat, lon)) = pair else {
        binder.scalar(place, Scalar::Text(text));
        return;
    };
    let Some(mut items) = binder.open_list(place) else {
        return;
    };
    for part in [lat, lon] {
        let item = binder.enter_item(&mut items);
        let value = binder.scalar(item, number(part));
        binder.leave_item(&mut items, value);
    }
    binder.close_list(place, items);
}

/// Finds which column gives which field.
struct Matching<'s> {
    schema: &'s Schema,
    cells: Vec<Cell>,
    constants: Vec<(Cell, Box<str>)>,
    /// One for each input: it has a column or a constant.
    given: Vec<bool>,
    problems: Vec<Problem>,
}

impl<'s> Matching<'s> {
    fn new(schema: &'s Schema) -> Self {
        Matching {
            schema,
            cells: Vec::new(),
            constants: Vec::new(),
            given: vec![false; schema.program.inputs().len()],
            problems: Vec::new(),
        }
    }

    fn problem(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(path, message));
    }

    /// A column that the host has mapped.
    fn mapped(&mut self, path: &str, column: &str, names: &[String]) {
        let mut places = names.iter().enumerate().filter(|(_, name)| *name == column);
        let found = (places.next(), places.next());
        match found {
            (Some((place, _)), None) => {
                if let Some(cell) = self.declared(path, place, "there is no such field") {
                    self.cells.push(cell);
                }
            }
            (Some(_), Some(_)) => {
                self.problem(path, format!("there are several columns `{column}`"));
            }
            (None, _) => self.problem(path, format!("there is no column `{column}`")),
        }
        self.excuse(path);
    }

    /// A field whose column is reported as wrong is not to be reported as missing too.
    fn excuse(&mut self, path: &str) {
        if let Some(input) = self.schema.path(path)
            && let Some(given) = self.given.get_mut(input.index())
        {
            *given = true;
        }
    }

    fn constant(&mut self, path: &str, text: &str) {
        if let Some(cell) = self.declared(path, 0, "there is no such field") {
            self.constants.push((cell, text.into()));
        }
    }

    /// Constants that do not fit are the header's mistake.
    fn check_constants(&mut self, rules: &Ruleset) {
        let inputs = Inputs::for_graph(&rules.inner().graph);
        let mut binding = Binding::new(self.schema, inputs, false);
        for (cell, text) in &self.constants {
            give(self.schema, &mut binding, *cell, text.as_bytes());
        }
        if let Err(error) = binding.check() {
            self.problems.extend(error.problems().iter().cloned());
        }
    }

    /// A column that is a path, or should be.
    fn named(&mut self, place: usize, column: &str, ignore: bool) {
        if ignore && column != "now" && self.schema.path(column).is_none() {
            return;
        }
        if let Some(cell) = self.declared(column, place, "there is no field for this column") {
            self.cells.push(cell);
        }
    }

    /// The field of a path, if it is there, has no parts, and has no column yet.
    fn declared(&mut self, path: &str, place: usize, unknown: &str) -> Option<Cell> {
        let schema = self.schema;
        let Some(input) = schema.path(path) else {
            if path == "now" {
                let kind = CellKind::Text;
                return Some(Cell {
                    place,
                    input: None,
                    kind,
                });
            }
            let near = schema.nearest_path(path);
            let text = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            self.problem(&shortened(path), format!("{unknown}{text}"));
            near.into_iter().for_each(|near| self.excuse(near));
            return None;
        };
        let Some(kind) = CellKind::of(&schema.input(input).ty) else {
            self.problem(path, RECORD);
            return None;
        };
        if let Some(given) = self.given.get_mut(input.index())
            && !std::mem::replace(given, true)
        {
            return Some(Cell {
                place,
                input: Some(input),
                kind,
            });
        }
        self.problem(path, "given twice");
        None
    }

    /// Fields that every row needs and no column gives.
    fn required(&mut self, now: bool) {
        let schema = self.schema;
        for (index, input) in schema.program.inputs().iter().enumerate() {
            let given = self.given.get(index).copied().unwrap_or_default();
            let leaf = !matches!(input.ty.present(), Ty::Record(_));
            if leaf && !given && always_asked(schema, Some(input)) {
                let text = match input.root {
                    Root::Now if now => continue,
                    Root::Now => {
                        "the rules ask for the time: give the instant in a column `now`, or one for all rows with `.now(…)`"
                    }
                    Root::Context | Root::Touchpoint => "required, but there is no column for it",
                };
                self.problem(&input.path, text);
            }
        }
    }
}

/// Whether neither the field nor a record around it is optional or has a default.
fn always_asked<'s>(schema: &'s Schema, mut input: Option<&'s Input>) -> bool {
    while let Some(field) = input {
        if field.ty.is_optional() || field.default.is_some() {
            return false;
        }
        input = field.parent.map(|id| schema.input(id));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "ruleset demo
        context {
            age: int 0..=120
            tier: enum { guest, gold } = guest
            tags: list<string> = []
            home: { city: string, zip: string? }?
            spend: decimal?
            seen: bool = false
        }
        segment old = age > 60
        let city = home.city
        let zip = home.zip
        let cost = spend
        let labels = tags
        let known = seen
        let level = tier";

    fn rules() -> Ruleset {
        Ruleset::from_text(RULES).unwrap()
    }

    fn value(context: &Context, name: &str) -> String {
        let decision = context.rules().decision::<serde::de::IgnoredAny>(name);
        serde_json::to_value(decision.unwrap().decide(context).unwrap()).unwrap()["value"]
            .to_string()
    }

    #[test]
    fn cells_are_read_by_type_and_empty_ones_are_missing() {
        let header = [
            "age",
            "tier",
            "tags",
            "home.city",
            "home.zip",
            "spend",
            "seen",
        ];
        let columns = rules().columns().header(header).unwrap();
        let names = ["level", "labels", "city", "zip", "cost", "known"];
        let full = ["61", "gold", r#"["a"]"#, "Bern", "", "12.50", "1"];
        let context = columns.context(full).unwrap();
        let values = names.map(|name| value(&context, name));
        assert_eq!(
            values,
            [
                r#""gold""#,
                r#"["a"]"#,
                r#""Bern""#,
                "null",
                r#""12.5""#,
                "true"
            ]
        );
        let context = columns.context(["61", "", "", "", "", "", ""]).unwrap();
        let values = names.map(|name| value(&context, name));
        assert_eq!(
            values,
            [r#""guest""#, "[]", "null", "null", "null", "false"]
        );
    }

    #[test]
    fn rows_tell_everything_that_does_not_fit() {
        let header = ["age", "tier", "home.city", "home.zip", "spend", "seen"];
        let columns = rules().columns().header(header).unwrap();
        let error = columns
            .context(["x", "silver", "", "8000", "1,5", "yes"])
            .unwrap_err();
        let paths: Vec<&str> = error.problems().iter().map(|p| p.path.as_str()).collect();
        assert_eq!(
            paths,
            ["age", "tier", "spend", "seen", "home.city"],
            "{error}"
        );
        for row in [&["1"][..], &["1", "", "", "", "", "", ""]] {
            let error = columns.context(row).unwrap_err();
            assert!(error.to_string().contains("the header 6"), "{error}");
        }
        let bytes: [&[u8]; 6] = [b"1", b"\xff", b"", b"", b"", b""];
        assert_eq!(columns.context(bytes).unwrap_err().problems().len(), 1);
    }

    #[test]
    fn a_frame_of_another_ruleset_is_refused() {
        let columns = rules().columns().header(["age"]).unwrap();
        let mut frame = rules().frame();
        assert!(columns.fill(&mut frame, ["1"]).is_err());
        let slot = rules().slot::<i64>("age").unwrap();
        assert!(frame.set_cell(&slot, "1").is_err());
    }

    #[test]
    fn a_column_may_give_two_fields_and_a_field_has_one_column() {
        let two = || rules().columns().map("age", "n").map("spend", "n");
        let context = two()
            .header(["n", "home.city"])
            .unwrap()
            .context(["7", ""])
            .unwrap();
        assert_eq!(value(&context, "cost"), r#""7""#);
        for header in [&["n", "age"][..], &["n", "n"], &["m"]] {
            assert!(two().header(header).is_err(), "{header:?}");
        }
        assert!(
            rules()
                .columns()
                .constant("age", "1")
                .header(["age"])
                .is_err()
        );
        assert!(
            rules()
                .columns()
                .constant("age", "121")
                .header([""; 0])
                .is_err()
        );
        let constant = rules()
            .columns()
            .constant("age", "12")
            .header([""; 0])
            .unwrap();
        assert!(constant.context([""; 0]).is_ok());
    }
}
