//! Objects of an array, one at a time, without a tree.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::JSON;
use crate::error::FormatError;

/// A value of a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
}

/// A consumer of the values of records.
pub(super) trait Sink {
    /// The number of a field.
    fn field(&mut self, name: &str) -> Result<usize, String>;
    /// Adds a value of the current record.
    fn value(&mut self, field: usize, value: Value<'_>) -> Result<(), String>;
}

/// The objects of an array in a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cursor {
    at: usize,
    ended: bool,
}

impl Cursor {
    /// Reads the next object into `sink`; false at the end of the array.
    pub(super) fn next(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<bool, FormatError> {
        if self.ended {
            return Ok(false);
        }
        let expected = if self.at == 0 { b'[' } else { b',' };
        match self.token(bytes) {
            Some(token) if token == expected => self.at += 1,
            Some(b']') if self.at > 0 => return self.end(bytes),
            _ if self.at == 0 => return Err(self.damaged("it is not an array of objects")),
            _ => return Err(self.damaged("a record is followed by neither a comma nor the end of the array")),
        }
        if expected == b'[' && self.token(bytes) == Some(b']') {
            return self.end(bytes);
        }
        let rest = bytes.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
        let record = values.next().ok_or_else(|| self.damaged("it ends in its array"))?;
        let record = record.map_err(|error| self.damaged(&error.to_string()))?;
        let used = values.byte_offset();
        let mut deserializer = serde_json::Deserializer::from_str(record.get());
        let read = deserializer.deserialize_map(RecordVisitor { sink });
        read.map_err(|error| self.damaged(&error.to_string()))?;
        self.at += used;
        Ok(true)
    }

    fn end(&mut self, bytes: &[u8]) -> Result<bool, FormatError> {
        self.at += 1;
        self.ended = true;
        match self.token(bytes) {
            None => Ok(false),
            Some(_) => Err(self.damaged("there is more behind the array")),
        }
    }

    /// The next byte that is no white space.
    fn token(&mut self, bytes: &[u8]) -> Option<u8> {
        let rest = bytes.get(self.at..)?;
        let skipped = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))?;
        self.at += skipped;
        bytes.get(self.at).copied()
    }

    fn damaged(&self, problem: &str) -> FormatError {
        FormatError::damaged_at(JSON, self.at as u64, problem)
    }
}

struct RecordVisitor<'a> {
    sink: &'a mut dyn Sink,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key_seed(Name { sink: &mut *self.sink })? {
            map.next_value_seed(Field { sink: &mut *self.sink, field })?;
        }
        Ok(())
    }
}

/// The name of a field.
struct Name<'a> {
    sink: &'a mut dyn Sink,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        self.sink.field(name).map_err(E::custom)
    }
}

/// The value of a field.
struct Field<'a> {
    sink: &'a mut dyn Sink,
    field: usize,
}

impl Field<'_> {
    fn add<E: Error>(self, value: Value<'_>) -> Result<(), E> {
        self.sink.value(self.field, value).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Field<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text or null; other values of a record are not supported")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.add(Value::Null)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.add(Value::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.add(i64::try_from(number).map_or(Value::Real(number as f64), Value::Integer))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.add(Value::Real(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.add(Value::Text(text))
    }
}
