//! Fields of records, and their Arrow columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{Float64Builder, Int64Builder, StringBuilder};
use satsuma_columns::{Field, Storage};

use super::record::{Sink, Value};

/// The most fields. Every name is held in memory.
const MAX_FIELDS: usize = 1 << 16;

/// The fields of a file's records, in the order of their first occurrence.
#[derive(Default)]
pub(super) struct Survey {
    by_name: HashMap<String, usize>,
    fields: Vec<Seen>,
    pub(super) records: u64,
}

/// The properties of a field.
struct Seen {
    name: String,
    storage: Option<Storage>,
    /// The record that had it last.
    last: u64,
}

impl Survey {
    /// The fields. One that is null in all records is a string.
    pub(super) fn fields(&self) -> Vec<Field> {
        let storage = |seen: &Seen| seen.storage.unwrap_or(Storage::String);
        self.fields.iter().map(|seen| Field::new(&seen.name, storage(seen))).collect()
    }
}

impl Sink for Survey {
    fn field(&mut self, name: &str) -> Result<usize, String> {
        let current = self.records + 1;
        if let Some(at) = self.by_name.get(name).copied() {
            let seen = self.fields.get_mut(at).ok_or_else(|| name.to_owned())?;
            if seen.last == current {
                return Err(format!("the field {name:?} occurs twice in record {current}"));
            }
            seen.last = current;
            return Ok(at);
        }
        if self.fields.len() >= MAX_FIELDS {
            return Err(format!("there are more than {MAX_FIELDS} fields"));
        }
        self.by_name.insert(name.to_owned(), self.fields.len());
        self.fields.push(Seen { name: name.to_owned(), storage: None, last: current });
        Ok(self.fields.len() - 1)
    }

    fn value(&mut self, field: usize, value: Value<'_>) -> Result<(), String> {
        let Some(seen) = self.fields.get_mut(field) else { return Ok(()) };
        let storage = match value {
            Value::Null => return Ok(()),
            Value::Integer(_) => Storage::Integer,
            Value::Real(_) => Storage::Real,
            Value::Text(_) => Storage::String,
        };
        seen.storage = Some(match (seen.storage, storage) {
            (None, storage) => storage,
            (Some(known), storage) if known == storage => storage,
            (Some(known), storage) if known.is_numeric() && storage.is_numeric() => Storage::Real,
            _ => {
                return Err(format!(
                    "the field {:?} has numbers and texts, which is not supported",
                    seen.name
                ));
            }
        });
        Ok(())
    }
}

/// Columns that grow record by record.
pub(super) struct Columns {
    by_name: HashMap<String, usize>,
    columns: Vec<Column>,
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

enum Column {
    Integer(Int64Builder),
    Real(Float64Builder),
    String(StringBuilder),
}

impl Columns {
    pub(super) fn new(fields: &[Field]) -> Self {
        let by_name = fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        let columns = fields.iter().map(|field| match field.storage {
            Storage::Integer => Column::Integer(Int64Builder::with_capacity(0)),
            Storage::Real => Column::Real(Float64Builder::with_capacity(0)),
            _ => Column::String(StringBuilder::with_capacity(0, 0)),
        });
        Self { by_name, columns: columns.collect(), rows: 0, bytes: 0 }
    }

    /// Ends a record: fields that it did not have are null.
    pub(super) fn end_record(&mut self) {
        self.rows += 1;
        for column in &mut self.columns {
            if column.len() < self.rows {
                column.append(Value::Null);
            }
        }
    }

    /// The columns since the last call.
    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        (self.rows, self.bytes) = (0, 0);
        self.columns.iter_mut().map(Column::finish).collect()
    }
}

impl Sink for Columns {
    fn field(&mut self, name: &str) -> Result<usize, String> {
        self.by_name.get(name).copied().ok_or_else(|| format!("the field {name:?} is new"))
    }

    fn value(&mut self, field: usize, value: Value<'_>) -> Result<(), String> {
        if let Value::Text(text) = value {
            self.bytes += text.len();
        }
        if let Some(column) = self.columns.get_mut(field) {
            column.append(value);
        }
        Ok(())
    }
}

impl Column {
    fn len(&self) -> usize {
        use arrow_array::builder::ArrayBuilder;
        match self {
            Self::Integer(column) => column.len(),
            Self::Real(column) => column.len(),
            Self::String(column) => column.len(),
        }
    }

    fn append(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Integer(column), Value::Integer(number)) => column.append_value(number),
            (Self::Real(column), Value::Integer(number)) => column.append_value(number as f64),
            (Self::Real(column), Value::Real(number)) => column.append_value(number),
            (Self::String(column), Value::Text(text)) => column.append_value(text),
            (Self::Integer(column), _) => column.append_null(),
            (Self::Real(column), _) => column.append_null(),
            (Self::String(column), _) => column.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Integer(column) => Arc::new(column.finish()),
            Self::Real(column) => Arc::new(column.finish()),
            Self::String(column) => Arc::new(column.finish()),
        }
    }
}
