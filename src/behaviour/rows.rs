//! The events of one type: columns in the order of the events, so that windows are stretches.

use super::edges::{between, first_not};
use crate::eval::Key;
use crate::graph::{Items, Kind, Scalar, TextRef};
use crate::value::Value;
use rust_decimal::Decimal;
use std::ops::Range;
use std::sync::atomic::AtomicU32;

/// What is not there, in a column of codes.
pub(super) const NONE: u32 = u32::MAX;

/// The events of one type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    /// When, ascending.
    pub(crate) at: Vec<i64>,
    /// The producers' counters; empty where all are zero.
    seq: Vec<u64>,
    /// The ids, as codes.
    ids: Vec<u32>,
    /// The channels; empty where none has one.
    channels: Vec<u32>,
    /// The devices, as codes; empty where none has one.
    devices: Vec<u32>,
    fields: Vec<Column>,
}

/// A field of all events of a type.
#[derive(Clone, Debug)]
enum Column {
    /// Bools, members, texts, and the places of lists and records.
    Codes(Kind, Vec<u32>),
    Ints(Vec<i64>, Absent),
    Decimals(Vec<Decimal>, Absent),
}

/// Where nothing is there; empty where everything is.
#[derive(Clone, Debug, Default)]
struct Absent(Vec<bool>);

impl Absent {
    fn insert(&mut self, len: usize, row: usize, absent: bool) {
        if absent && self.0.is_empty() {
            self.0 = vec![false; len];
        }
        if absent || !self.0.is_empty() {
            insert_at(&mut self.0, row, absent);
        }
    }

    fn remove(&mut self, row: usize) {
        if row < self.0.len() {
            self.0.remove(row);
        }
    }

    fn at(&self, row: usize) -> bool {
        self.0.get(row).copied().unwrap_or(false)
    }
}

/// Room grows by an eighth: many customers are kept in memory at once, each with events that come one by one.
fn insert_at<T>(column: &mut Vec<T>, row: usize, value: T) {
    if column.len() == column.capacity() {
        column.reserve_exact(column.len() / 8 + 4);
    }
    column.insert(row.min(column.len()), value);
}

/// A column that stays empty as long as all its values are the usual one.
fn insert_rare<T: Copy + PartialEq>(
    column: &mut Vec<T>,
    len: usize,
    row: usize,
    value: T,
    usual: T,
) {
    if value != usual && column.is_empty() {
        column.resize(len, usual);
    }
    if value != usual || !column.is_empty() {
        insert_at(column, row, value);
    }
}

fn remove_at<T>(column: &mut Vec<T>, row: usize) {
    if row < column.len() {
        column.remove(row);
    }
}

/// An event, its texts and parts as codes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) at: i64,
    pub(super) seq: u64,
    pub(super) id: u32,
    pub(super) channel: Option<u32>,
    pub(super) device: Option<u32>,
    pub(super) fields: &'a [Cell],
}

/// A field of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Missing,
    Code(u32),
    Int(i64),
    Decimal(Decimal),
}

impl Rows {
    pub(super) fn new(fields: &[Kind]) -> Rows {
        let column = |kind: &Kind| match kind {
            Kind::Int => Column::Ints(Vec::new(), Absent::default()),
            Kind::Decimal => Column::Decimals(Vec::new(), Absent::default()),
            kind => Column::Codes(*kind, Vec::new()),
        };
        Rows {
            fields: fields.iter().map(column).collect(),
            ..Rows::default()
        }
    }

    /// How many fields the events have.
    pub(super) fn width(&self) -> usize {
        self.fields.len()
    }

    /// How many events there are.
    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    /// The memory of the events themselves, and of their fields, in bytes.
    pub(super) fn bytes(&self) -> (usize, usize) {
        let codes = [&self.ids, &self.channels, &self.devices];
        let codes = codes.map(|codes| codes.capacity() * size_of::<u32>());
        let own = self.at.capacity() * size_of::<i64>() + self.seq.capacity() * size_of::<u64>();
        let column = |column: &Column| match column {
            Column::Codes(_, codes) => codes.capacity() * size_of::<u32>(),
            Column::Ints(ints, absent) => ints.capacity() * size_of::<i64>() + absent.0.capacity(),
            Column::Decimals(decimals, absent) => {
                decimals.capacity() * size_of::<Decimal>() + absent.0.capacity()
            }
        };
        let fields = self.fields.iter().map(column);
        (own + codes.iter().sum::<usize>(), fields.sum())
    }

    /// Where an event goes, or where it is. `before`: whether the id of that code stands before that of the event.
    pub(super) fn place(&self, at: i64, seq: u64, before: impl Fn(u32) -> bool) -> usize {
        // Most events are newer than all others.
        if self.at.last().is_none_or(|last| *last < at) {
            return self.at.len();
        }
        let (mut low, mut high) = (
            self.first_at(at, None),
            self.first_at(at.saturating_add(1), None),
        );
        while low < high {
            let middle = low + (high - low) / 2;
            let other = self.seq(middle);
            if other < seq || (other == seq && before(self.id(middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn insert(&mut self, row: usize, event: &Row<'_>) {
        let len = self.at.len();
        let row = row.min(len);
        // What is moved is moved at once.
        crate::work::steps(1 + (len - row) / 256);
        insert_at(&mut self.at, row, event.at);
        insert_at(&mut self.ids, row, event.id);
        insert_rare(&mut self.seq, len, row, event.seq, 0);
        insert_rare(
            &mut self.channels,
            len,
            row,
            event.channel.unwrap_or(NONE),
            NONE,
        );
        insert_rare(
            &mut self.devices,
            len,
            row,
            event.device.unwrap_or(NONE),
            NONE,
        );
        for (column, cell) in self.fields.iter_mut().zip(event.fields) {
            match (column, *cell) {
                (Column::Codes(_, codes), cell) => {
                    let code = match cell {
                        Cell::Code(code) => code,
                        _ => NONE,
                    };
                    insert_at(codes, row, code);
                }
                (Column::Ints(ints, absent), cell) => {
                    let value = match cell {
                        Cell::Int(i) => Some(i),
                        _ => None,
                    };
                    insert_at(ints, row, value.unwrap_or(0));
                    absent.insert(len, row, value.is_none());
                }
                (Column::Decimals(decimals, absent), cell) => {
                    let value = match cell {
                        Cell::Decimal(d) => Some(d),
                        _ => None,
                    };
                    insert_at(decimals, row, value.unwrap_or_default());
                    absent.insert(len, row, value.is_none());
                }
            }
        }
    }

    pub(super) fn remove(&mut self, row: usize) {
        remove_at(&mut self.at, row);
        remove_at(&mut self.ids, row);
        remove_at(&mut self.seq, row);
        remove_at(&mut self.channels, row);
        remove_at(&mut self.devices, row);
        for column in &mut self.fields {
            match column {
                Column::Codes(_, codes) => remove_at(codes, row),
                Column::Ints(ints, absent) => {
                    remove_at(ints, row);
                    absent.remove(row);
                }
                Column::Decimals(decimals, absent) => {
                    remove_at(decimals, row);
                    absent.remove(row);
                }
            }
        }
    }

    pub(crate) fn at(&self, row: usize) -> i64 {
        self.at.get(row).copied().unwrap_or(0)
    }

    pub(super) fn seq(&self, row: usize) -> u64 {
        self.seq.get(row).copied().unwrap_or(0)
    }

    pub(super) fn id(&self, row: usize) -> u32 {
        self.ids.get(row).copied().unwrap_or(NONE)
    }

    pub(super) fn channel(&self, row: usize) -> Option<u32> {
        self.channels.get(row).copied().filter(|code| *code != NONE)
    }

    pub(super) fn device(&self, row: usize) -> Option<u32> {
        self.devices.get(row).copied().filter(|code| *code != NONE)
    }

    /// Where an event of this type stands among all.
    pub(super) fn key(&self, ty: u32, row: usize) -> Key {
        Key {
            at: self.at(row),
            raw: true,
            seq: self.seq(row),
            ty,
            row: u32::try_from(row).unwrap_or(u32::MAX),
        }
    }

    /// The first event at an instant or behind it, looked for from where it was before.
    pub(super) fn first_at(&self, at: i64, edge: Option<&AtomicU32>) -> usize {
        let all = self.at.as_slice();
        first_not(all.len(), edge, |row| all.get(row).is_some_and(|t| *t < at))
    }

    /// The events between two instants, both included.
    #[inline]
    pub(super) fn between(&self, window: (i64, i64), edge: Option<&AtomicU32>) -> Range<usize> {
        between(self.at.len(), edge, window, |row| self.at(row))
    }

    /// The first event that stands behind a place in the order of all, or (`inclusive`) there.
    pub(super) fn first_behind(&self, ty: u32, key: Key, inclusive: bool) -> usize {
        first_not(self.len(), None, |row| {
            let here = self.key(ty, row);
            here < key || (!inclusive && here == key)
        })
    }

    /// A declared field of an event.
    pub(super) fn field(&self, field: usize, row: usize) -> Scalar {
        match self.fields.get(field) {
            Some(Column::Codes(kind, codes)) => match codes.get(row) {
                Some(code) if *code != NONE => match kind {
                    Kind::Bool => Scalar::Bool(*code != 0),
                    Kind::Text => Scalar::Text(TextRef::Event(*code)),
                    Kind::List => Scalar::List(Items::Told(*code)),
                    Kind::Record => Scalar::Record(Items::Told(*code)),
                    _ => Scalar::Member(*code),
                },
                _ => Scalar::Missing,
            },
            Some(Column::Ints(ints, absent)) if !absent.at(row) => {
                ints.get(row).map_or(Scalar::Missing, |i| Scalar::Int(*i))
            }
            Some(Column::Decimals(decimals, absent)) if !absent.at(row) => {
                let value = decimals.get(row);
                value.map_or(Scalar::Missing, |d| Scalar::Decimal(*d))
            }
            _ => Scalar::Missing,
        }
    }

    /// A declared field of an event, as it is stored.
    pub(super) fn cell(&self, field: usize, row: usize) -> Cell {
        match (self.fields.get(field), self.field(field, row)) {
            (_, Scalar::Int(i)) => Cell::Int(i),
            (_, Scalar::Decimal(d)) => Cell::Decimal(d),
            (_, Scalar::Missing) => Cell::Missing,
            (Some(Column::Codes(_, codes)), _) => codes
                .get(row)
                .map_or(Cell::Missing, |code| Cell::Code(*code)),
            _ => Cell::Missing,
        }
    }

    /// All of a column of decimals that has no gaps.
    pub(super) fn decimals(&self, field: usize) -> Option<&[Decimal]> {
        match self.fields.get(field) {
            Some(Column::Decimals(decimals, absent)) if absent.0.is_empty() => Some(decimals),
            _ => None,
        }
    }

    /// All of a column of what is told apart by codes; [`NONE`] where nothing is there.
    pub(super) fn codes(&self, field: usize) -> Option<&[u32]> {
        match self.fields.get(field) {
            Some(Column::Codes(
                Kind::Bool | Kind::Member | Kind::WideMember | Kind::Text,
                codes,
            )) => Some(codes),
            _ => None,
        }
    }

    /// The newest of the columns that are asked about often; see [`Store::touch`](super::store::Store::touch).
    pub(super) fn touch(&self) -> i64 {
        let channel = self.channels.last().copied().unwrap_or(0);
        let field = match self.fields.first() {
            Some(Column::Codes(_, codes)) => codes.last().copied().unwrap_or(0),
            Some(Column::Ints(ints, _)) => ints.last().map_or(0, |int| int.count_ones()),
            Some(Column::Decimals(decimals, _)) => decimals.last().map_or(0, Decimal::scale),
            None => 0,
        };
        self.at(0) ^ self.newest() ^ i64::from(channel ^ field)
    }

    /// When the newest was; zero where there is none.
    pub(super) fn newest(&self) -> i64 {
        self.at.last().copied().unwrap_or(0)
    }

    /// The channels, as members; [`NONE`] where there is none. Empty where none has one.
    pub(super) fn channels(&self) -> &[u32] {
        &self.channels
    }

    /// All of a column of whole numbers that has no gaps.
    pub(super) fn ints(&self, field: usize) -> Option<&[i64]> {
        match self.fields.get(field) {
            Some(Column::Ints(ints, absent)) if absent.0.is_empty() => Some(ints),
            _ => None,
        }
    }
}

impl Cell {
    /// The value, where it needs no texts and lists of its store.
    pub(super) fn of(value: &Value, mut code: impl FnMut(&Value) -> u32) -> Cell {
        match value {
            Value::Missing => Cell::Missing,
            Value::Bool(b) => Cell::Code((*b).into()),
            Value::Member(member) => Cell::Code(*member),
            Value::Int(i) => Cell::Int(*i),
            Value::Decimal(d) => Cell::Decimal(*d),
            Value::Text(_) | Value::List(_) | Value::Record(_) => Cell::Code(code(value)),
        }
    }
}
