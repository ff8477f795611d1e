//! What of a ruleset needs a type: fields, and the enums and records that can be reached from what is given (events
//! included) and from what decisions give.
//!
//! In: a ruleset. Out: a [`Model`], in declared order throughout. Nothing recurses but over one written type.

use crate::engine::output::show;
use crate::engine::schema::bounds_text;
use crate::engine::{Ruleset, kind_word};
use crate::eval::View;
use crate::hir::{
    Bounds, Def, EnumId, EventType, Input, Program, Record, RecordField, RecordId, Root, Ty,
};
use crate::value::Value;

/// Whether a value is given to the rules or by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

/// A field of the context, the touchpoint, a record or an event.
#[derive(Clone, Copy)]
pub(super) struct Field<'r> {
    pub(super) name: &'r str,
    pub(super) ty: &'r Ty,
    pub(super) range: Option<&'r Bounds>,
    pub(super) default: Option<&'r Value>,
    pub(super) docs: &'r [String],
    sensitive: bool,
}

impl<'r> Field<'r> {
    fn of_input(input: &'r Input) -> Self {
        Field {
            name: &input.name,
            ty: &input.ty,
            range: input.range.as_ref(),
            default: input.default.as_ref(),
            docs: &input.docs,
            sensitive: input.sensitive,
        }
    }

    fn of_record(field: &'r RecordField) -> Self {
        Field {
            name: &field.name,
            ty: &field.ty,
            range: field.range.as_ref(),
            default: field.default.as_ref(),
            docs: &field.docs,
            sensitive: field.sensitive,
        }
    }
}

/// What of a ruleset needs a type.
pub(super) struct Model<'r> {
    pub(super) program: &'r Program,
    pub(super) context: Vec<Field<'r>>,
    pub(super) touchpoint: Vec<Field<'r>>,
    /// Whether the time is asked for.
    pub(super) now: bool,
    /// Whether a place is given, or given back.
    pub(super) has_places: bool,
    /// What hosts ask for by name.
    pub(super) decisions: Vec<&'r Def>,
    /// By record type: whether it is given, whether it is given back, whether something in it must be given, whether
    /// something in it has a default.
    records: Vec<[bool; 4]>,
    /// By enum: whether it occurs.
    enums: Vec<bool>,
}

const GIVEN: usize = 0;
const RESULT: usize = 1;
const NEEDS: usize = 2;
const VARIES: usize = 3;

impl<'r> Model<'r> {
    pub(super) fn new(rules: &'r Ruleset) -> Self {
        let program = &*rules.schema().program;
        let top = |root| {
            let inputs = program.inputs().iter();
            let own = inputs.filter(move |input| input.parent.is_none() && input.root == root);
            own.map(Field::of_input).collect()
        };
        let hidden = rules.inner().hidden();
        let asked_for = |(def, number): (&'r Def, u32)| {
            let word = kind_word(&def.kind);
            let decides = [
                "decision",
                "table",
                "score",
                "classify",
                "feature",
                "journey",
                "next_best_action",
            ]
            .contains(&word);
            (decides && !hidden.is_sensitive(crate::hir::DefId(number))).then_some(def)
        };
        let mut model = Model {
            program,
            context: top(Root::Context),
            touchpoint: top(Root::Touchpoint),
            now: program.now().is_some(),
            has_places: false,
            decisions: program
                .declared()
                .iter()
                .zip(0..)
                .filter_map(asked_for)
                .collect(),
            records: vec![[false; 4]; program.records().len()],
            enums: vec![false; program.enums().len()],
        };
        let given = model.context.iter().chain(&model.touchpoint);
        let mut given: Vec<&Ty> = given.map(|field| field.ty).collect();
        let carried = program.events().iter().map(|e| program.record(e.record));
        given.extend(carried.flat_map(|record| record.fields.iter().map(|f| &f.ty)));
        model.reach(given, GIVEN);
        model.reach(model.decisions.iter().map(|def| &def.ty).collect(), RESULT);
        model.settle();
        model
    }

    /// Marks everything that types are made of.
    fn reach(&mut self, mut open: Vec<&'r Ty>, mark: usize) {
        while let Some(ty) = open.pop() {
            match ty {
                Ty::Optional(inner) | Ty::List(inner) => open.push(inner),
                Ty::Geo => self.has_places = true,
                Ty::Enum(id) => {
                    if let Some(seen) = self.enums.get_mut(id.index()) {
                        *seen = true;
                    }
                }
                Ty::Record(id) => {
                    let marks = self.records.get_mut(id.index());
                    let seen = marks.and_then(|marks| marks.get_mut(mark));
                    if let Some(seen) = seen.filter(|seen| !**seen) {
                        *seen = true;
                        open.extend(self.program.record(*id).fields.iter().map(|f| &f.ty));
                    }
                }
                _ => {}
            }
        }
    }

    /// Finds which records need something and which vary; as many passes as records lie inside one another.
    fn settle(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            for (record, number) in self.program.records().iter().zip(0..) {
                let fields = || record.fields.iter().map(Field::of_record);
                let needs = fields().any(|field| self.is_required(&field));
                let varies =
                    fields().any(|field| field.default.is_some() || self.holds_varying(field.ty));
                changed |= self.set(RecordId(number), NEEDS, needs);
                changed |= self.set(RecordId(number), VARIES, varies);
            }
        }
    }

    fn set(&mut self, id: RecordId, mark: usize, value: bool) -> bool {
        let marks = self.records.get_mut(id.index());
        let known = marks.and_then(|marks| marks.get_mut(mark));
        known.is_some_and(|known| std::mem::replace(known, value) != value)
    }

    fn mark(&self, id: RecordId, mark: usize) -> bool {
        let marks = self.records.get(id.index());
        marks.and_then(|marks| marks.get(mark)) == Some(&true)
    }

    fn holds_varying(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Optional(inner) | Ty::List(inner) => self.holds_varying(inner),
            Ty::Record(id) => self.mark(*id, VARIES),
            _ => false,
        }
    }

    /// Whether a field must be given: a record where something in it must be.
    pub(super) fn is_required(&self, field: &Field<'_>) -> bool {
        let present = field.default.is_none() && !field.ty.is_optional();
        present
            && match field.ty {
                Ty::Record(id) => self.mark(*id, NEEDS),
                _ => true,
            }
    }

    /// Whether a record type differs when it is given back, but for how its values are written.
    pub(super) fn varies(&self, id: RecordId) -> bool {
        self.mark(id, VARIES)
    }

    /// The record types that are given, or given back.
    pub(super) fn records(&self, way: Way) -> impl Iterator<Item = (RecordId, &'r Record)> {
        let mark = match way {
            Way::In => GIVEN,
            Way::Out => RESULT,
        };
        let numbered = self.program.records().iter().zip(0..);
        let ids = numbered.map(|(record, number)| (RecordId(number), record));
        ids.filter(move |(id, _)| self.mark(*id, mark))
    }

    /// Whether a record type is given.
    pub(super) fn is_given(&self, id: RecordId) -> bool {
        self.mark(id, GIVEN)
    }

    /// The enums that occur.
    pub(super) fn enums(&self) -> impl Iterator<Item = (EnumId, &'r crate::hir::Enum)> {
        let numbered = self.program.enums().iter().zip(&self.enums).zip(0..);
        numbered.filter_map(|((it, occurs), number)| occurs.then_some((EnumId(number), it)))
    }

    /// The types of events.
    pub(super) fn events(&self) -> &'r [EventType] {
        self.program.events()
    }

    /// The fields of an event as a history takes it, but for its `type`.
    pub(super) fn event_fields(&self, number: usize) -> Vec<Field<'r>> {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let entry = self.program.entry(number);
        let fields = entry.map_or(&[][..], |id| self.program.record(id).fields.as_slice());
        let fields = fields.iter().filter(|field| field.name != "type");
        fields.map(Field::of_record).collect()
    }

    /// The fields of a record type.
    pub(super) fn fields(&self, id: RecordId) -> Vec<Field<'r>> {
        let fields = self.program.record(id).fields.iter();
        fields.map(Field::of_record).collect()
    }

    /// A field's type as an author writes it, in one line: `int 0..=366 = 0`.
    pub(super) fn told(&self, field: &Field<'_>) -> String {
        let mut text = self.program.type_name(field.ty.present());
        if let Some(range) = field.range {
            text.push(' ');
            text.push_str(&bounds_text(range));
        }
        if field.ty.is_optional() {
            text.push('?');
        }
        if let Some(default) = field.default {
            text.push_str(" = ");
            text.push_str(&show(self.program, field.ty, View::of(default)));
        }
        if field.sensitive {
            text.push_str(" sensitive");
        }
        plain(&text)
    }
}

/// A text without what would end a line, or a comment.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("*/", "* /").replace('`', "'");
    let kept = |c: char| match c {
        // The second row: what turns the direction of a text around.
        c if c.is_control() => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        '\u{2028}' | '\u{2029}' => ' ',
        c => c,
    };
    text.chars().map(kept).collect()
}

/// A doc comment as lines of plain words: no fences or indented blocks, which documentation tools would take for code.
pub(super) fn prose(docs: &[String]) -> impl Iterator<Item = String> + use<'_> {
    let fence = |line: &str| line.starts_with("```") || line.starts_with("~~~");
    let lines = docs.iter().map(|line| line.trim());
    let kept = lines.filter(move |line| !fence(line));
    kept.map(|line| {
        let text = line.replace("*/", "* /");
        text.split('`').map(plain).collect::<Vec<_>>().join("`")
    })
}
