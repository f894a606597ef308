//! Builds columns from fields.

use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use arrow_array::{ArrayRef, PrimitiveArray};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer, ScalarBuffer};
use satsuma_columns::Storage;

use super::NULL_TEXT;
use super::batch::Unconverted;
use super::block::Block;
use super::calendar::Calendar;
use super::fault::{At, Fault};
use super::forms::is_moment;
use super::infer::FileField;
use super::number::{NumberStyle, integer, real};
use super::string_column::StringColumn;
use super::trim::{Trim, trimmed};

/// Characters of a value in a message.
const SHOWN: usize = 40;

/// A column under construction.
pub(super) struct ColumnBuilder {
    field: FileField,
    /// Its index among the fields of the file.
    place: usize,
    /// Number of values that could not be converted, and became null.
    unconverted: u64,
    /// The first of them: its record's place in the text of its block, and the value.
    found: Option<(usize, String)>,
    /// The first of them: the byte offset of its record in the file, and the value.
    first: Option<(u64, String)>,
    values: Values,
}

enum Values {
    String(StringColumn),
    Integer(Primitive<Int64Type>),
    Real(Primitive<Float64Type>),
    Date(Primitive<Date32Type>),
    Time(Primitive<Time64MicrosecondType>),
    Timestamp(Primitive<TimestampMicrosecondType>),
}

impl ColumnBuilder {
    pub(super) fn new(field: FileField, place: usize) -> Result<Self, Fault> {
        let values = match field.storage {
            Storage::String => Values::String(StringColumn::default()),
            Storage::Integer => Values::Integer(Primitive::new()),
            Storage::Real => Values::Real(Primitive::new()),
            Storage::Date => Values::Date(Primitive::new()),
            Storage::Time => Values::Time(Primitive::new()),
            Storage::Timestamp => Values::Timestamp(Primitive::new()),
            Storage::List(_) => {
                return Err(Fault::Storage {
                    field: field.name,
                    found: field.storage.to_string(),
                    wanted: "one of string, integer, real, date, time, timestamp".to_owned(),
                });
            }
        };
        Ok(Self { field, place, unconverted: 0, found: None, first: None, values })
    }

    pub(super) fn field(&self) -> &FileField {
        &self.field
    }

    pub(super) fn start(&mut self, rows: usize) {
        self.unconverted = 0;
        (self.found, self.first) = (None, None);
        match &mut self.values {
            Values::String(column) => column.start(rows),
            Values::Integer(column) => column.start(rows),
            Values::Real(column) => column.start(rows),
            Values::Date(column) => column.start(rows),
            Values::Time(column) => column.start(rows),
            Values::Timestamp(column) => column.start(rows),
        }
    }

    /// Appends the values of a block, whose text must be valid UTF-8.
    pub(super) fn append(
        &mut self,
        block: &Block,
        text: &[u8],
        width: usize,
        numbers: NumberStyle,
        trim: Trim,
    ) -> Result<(), At> {
        let spans = block.column(self.place, width);
        let calendar = self.field.calendar;
        let bad = match &mut self.values {
            Values::String(column) => {
                spans.for_each(|span| column.push(span.of(text), trim));
                return Ok(());
            }
            Values::Integer(column) => {
                let bad = column.append(spans.map(|span| span.of(text)), |text| integer(text, numbers));
                self.count(bad, block, text, width, |text| integer(text, numbers).is_some());
                return Ok(());
            }
            Values::Real(column) => {
                let bad = column.append(spans.map(|span| span.of(text)), |text| real(text, numbers));
                self.count(bad, block, text, width, |text| real(text, numbers).is_some());
                return Ok(());
            }
            Values::Date(column) => {
                column.append(spans.map(|span| span.of(text)), |text| calendar.date(text))
            }
            Values::Time(column) => {
                column.append(spans.map(|span| span.of(text)), |text| calendar.time(text))
            }
            Values::Timestamp(column) => {
                column.append(spans.map(|span| span.of(text)), |text| calendar.timestamp(text))
            }
        };
        if bad == 0 {
            return Ok(());
        }
        let storage = self.field.storage;
        self.count(bad, block, text, width, |value| is_date(value, storage, calendar));
        self.no_date(block, text, width).map_or(Ok(()), Err)
    }

    /// Counts values of a block that became null, and finds the first of them.
    fn count(&mut self, bad: u64, block: &Block, text: &[u8], width: usize, is_good: impl Fn(&[u8]) -> bool) {
        self.unconverted += bad;
        if bad == 0 || self.first.is_some() {
            return;
        }
        let values = block.column(self.place, width).map(|span| trimmed(span.of(text)));
        let first = values.enumerate().find(|(_, value)| !is_null(value) && !is_good(value));
        self.found =
            first.map(|(row, value)| (block.starts.get(row).copied().unwrap_or_default(), shown(value)));
    }

    /// Finds the offset in the file of the first value that became null.
    pub(super) fn locate(&mut self, offset_of: impl FnOnce(usize) -> u64) {
        if let Some((place, value)) = self.found.take() {
            self.first = Some((offset_of(place), value));
        }
    }

    /// A date in another format is an error, not a null: a wrong format would lose every value. A text that is no
    /// date at all is null: where a real stream reads `NaT` as a date, Modeler counted no value.
    fn no_date(&self, block: &Block, text: &[u8], width: usize) -> Option<At> {
        let calendar = self.field.calendar;
        let form = match self.field.storage {
            Storage::Date => calendar.date.to_string(),
            Storage::Time => calendar.time.to_string(),
            _ => format!("{} {}", calendar.date, calendar.time),
        };
        let values = block.column(self.place, width).map(|span| trimmed(span.of(text)));
        let is_other = |value: &[u8]| {
            !is_null(value) && !is_date(value, self.field.storage, calendar) && is_moment(value)
        };
        let (row, value) = values.enumerate().find(|(_, value)| is_other(value))?;
        let value = shown(value);
        let fault = Fault::NotADate { line: 0, field: self.field.name.clone(), value, form };
        Some(At { place: block.starts.get(row).copied().unwrap_or_default(), fault })
    }

    /// The column, and the values that became null, if any.
    pub(super) fn finish(&mut self) -> Option<(ArrayRef, Option<Unconverted>)> {
        let array: ArrayRef = match &mut self.values {
            Values::String(column) => column.finish()?,
            Values::Integer(column) => column.finish(),
            Values::Real(column) => column.finish(),
            Values::Date(column) => column.finish(),
            Values::Time(column) => column.finish(),
            Values::Timestamp(column) => column.finish(),
        };
        let unconverted = (self.unconverted > 0).then(|| {
            let (offset, first) = self.first.take().unwrap_or_default();
            let FileField { name: field, storage, .. } = self.field.clone();
            Unconverted { field, storage, count: self.unconverted, first, offset }
        });
        Some((array, unconverted))
    }
}

/// Whether a text is a date, a time or both, as the storage wants.
fn is_date(value: &[u8], storage: Storage, calendar: Calendar) -> bool {
    match storage {
        Storage::Date => calendar.date(value).is_some(),
        Storage::Time => calendar.time(value).is_some(),
        _ => calendar.timestamp(value).is_some(),
    }
}

fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(value).chars().take(SHOWN).collect()
}

#[inline]
fn is_null(text: &[u8]) -> bool {
    text.is_empty() || text == NULL_TEXT.as_bytes()
}

/// Numbers or dates so far; a null mask exists only after the first null.
struct Primitive<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    valid: Option<BooleanBufferBuilder>,
    rows: usize,
}

impl<T: ArrowPrimitiveType> Primitive<T> {
    fn new() -> Self {
        Self { values: Vec::new(), valid: None, rows: 0 }
    }

    fn start(&mut self, rows: usize) {
        self.values = Vec::with_capacity(rows);
        self.valid = None;
        self.rows = rows;
    }

    /// Appends values; returns the number of those that are neither null nor of this type.
    #[inline]
    fn append<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a [u8]>,
        parse: impl Fn(&[u8]) -> Option<T::Native>,
    ) -> u64 {
        let mut bad = 0;
        for text in texts {
            let text = trimmed(text);
            let value = if is_null(text) {
                None
            } else {
                let value = parse(text);
                bad += u64::from(value.is_none());
                value
            };
            if value.is_none() || self.valid.is_some() {
                self.mark(value.is_some());
            }
            self.values.push(value.unwrap_or_default());
        }
        bad
    }

    fn mark(&mut self, is_valid: bool) {
        let (seen, rows) = (self.values.len(), self.rows);
        let valid = self.valid.get_or_insert_with(|| {
            let mut valid = BooleanBufferBuilder::new(rows);
            valid.append_n(seen, true);
            valid
        });
        valid.append(is_valid);
    }

    fn finish(&mut self) -> ArrayRef {
        let values = ScalarBuffer::from(std::mem::take(&mut self.values));
        let nulls = self.valid.take().map(|mut valid| NullBuffer::new(valid.finish()));
        Arc::new(PrimitiveArray::<T>::new(values, nulls))
    }
}
