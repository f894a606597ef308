//! Arrow columns of the variables of a SAV file.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    Date32Builder, Float64Builder, Int64Builder, StringBuilder, Time64MicrosecondBuilder,
    TimestampMicrosecondBuilder,
};
use encoding_rs::Encoding;
use satsuma_columns::Storage;

use super::charset::trimmed;
use super::format;
use super::source::ByteOrder;
use super::variable::{Kind, Variable, number};
use crate::error::FormatError;

/// Modeler's text for a null in a string, which it declares missing.
pub(super) const NULL_TEXT: &str = "$null$";

/// Data that all columns of a file share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) order: ByteOrder,
    pub(super) sysmis: f64,
    pub(super) encoding: &'static Encoding,
}

/// A column that grows row by row.
pub(super) struct Column {
    name: String,
    /// Offset in the case of a number, or the pieces of a string.
    pieces: Vec<(usize, usize)>,
    values: Values,
    /// The bytes of a string in pieces, and its decoded text.
    scratch: Vec<u8>,
    text: String,
}

enum Values {
    Real(Float64Builder),
    Integer(Int64Builder),
    Date(Date32Builder),
    Time(Time64MicrosecondBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    /// Text; [`NULL_TEXT`] is null if it is declared missing.
    Text(StringBuilder, bool),
    /// Labels of numbers, by their bits.
    NumberLabels(StringBuilder, HashMap<u64, String>),
    /// Labels of strings, by their bytes.
    TextLabels(StringBuilder, HashMap<Vec<u8>, String>),
}

impl Column {
    pub(super) fn new(variable: &Variable, storage: Storage, labels_as_data: bool, shared: Shared) -> Self {
        let pieces = match &variable.kind {
            Kind::Number => vec![(variable.slot * 8, 8)],
            Kind::String(pieces) => pieces.clone(),
        };
        let use_labels = labels_as_data && !variable.labels.is_empty();
        let values = match (use_labels, variable.is_string(), storage) {
            (true, true, _) => Values::TextLabels(
                StringBuilder::with_capacity(0, 0),
                variable.labels.iter().cloned().collect(),
            ),
            (true, false, _) => {
                let labels = variable.labels.iter();
                let labels = labels
                    .filter_map(|(value, label)| Some((key(number(value, shared.order)?), label.clone())));
                Values::NumberLabels(StringBuilder::with_capacity(0, 0), labels.collect())
            }
            (false, true, _) => {
                let declared = variable.missing.values.iter().any(|value| value == NULL_TEXT.as_bytes());
                Values::Text(StringBuilder::with_capacity(0, 0), declared)
            }
            (_, _, Storage::Integer) => Values::Integer(Int64Builder::with_capacity(0)),
            (_, _, Storage::Date) => Values::Date(Date32Builder::with_capacity(0)),
            (_, _, Storage::Time) => Values::Time(Time64MicrosecondBuilder::with_capacity(0)),
            (_, _, Storage::Timestamp) => Values::Timestamp(TimestampMicrosecondBuilder::with_capacity(0)),
            _ => Values::Real(Float64Builder::with_capacity(0)),
        };
        Self { name: variable.name.clone(), pieces, values, scratch: Vec::new(), text: String::new() }
    }

    /// Appends the value of a case.
    pub(super) fn append(&mut self, row: &[u8], shared: Shared) -> Result<(), FormatError> {
        if let Values::Text(..) | Values::TextLabels(..) = self.values {
            self.append_text(row, shared.encoding);
            return Ok(());
        }
        let offset = self.pieces.first().map_or(0, |piece| piece.0);
        let value = row.get(offset..).and_then(|bytes| number(bytes, shared.order));
        let value = value.filter(|value| !value.is_nan() && *value != shared.sysmis);
        match &mut self.values {
            Values::Real(column) => column.append_option(value),
            Values::Integer(column) => {
                let whole = value.map(format::whole).transpose();
                column.append_option(whole.map_err(|fault| fault.in_field(&self.name))?);
            }
            Values::Date(column) => column.append_option(value.and_then(format::date)),
            Values::Time(column) => column.append_option(value.and_then(format::time)),
            Values::Timestamp(column) => column.append_option(value.and_then(format::timestamp)),
            Values::NumberLabels(column, labels) => {
                column.append_option(value.and_then(|value| labels.get(&key(value))));
            }
            Values::Text(..) | Values::TextLabels(..) => {}
        }
        Ok(())
    }

    fn append_text(&mut self, row: &[u8], encoding: &'static Encoding) {
        let piece = |(offset, length): (usize, usize)| row.get(offset..offset + length).unwrap_or_default();
        let bytes = match self.pieces.as_slice() {
            [only] => piece(*only),
            pieces => {
                self.scratch.clear();
                pieces.iter().for_each(|at| self.scratch.extend_from_slice(piece(*at)));
                self.scratch.as_slice()
            }
        };
        let bytes = trimmed(bytes);
        match &mut self.values {
            Values::Text(column, null_declared) => {
                if *null_declared && bytes == NULL_TEXT.as_bytes() {
                    column.append_null();
                } else {
                    column.append_value(decode(encoding, bytes, &mut self.text));
                }
            }
            Values::TextLabels(column, labels) => column.append_option(labels.get(bytes)),
            _ => {}
        }
    }

    /// The column since the last call.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match &mut self.values {
            Values::Real(column) => Arc::new(column.finish()),
            Values::Integer(column) => Arc::new(column.finish()),
            Values::Date(column) => Arc::new(column.finish()),
            Values::Time(column) => Arc::new(column.finish()),
            Values::Timestamp(column) => Arc::new(column.finish()),
            Values::Text(column, _) | Values::NumberLabels(column, _) | Values::TextLabels(column, _) => {
                Arc::new(column.finish())
            }
        }
    }
}

/// A number as a key: both zeros are one.
fn key(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// Decodes into `text`, which grows once.
fn decode<'a>(encoding: &'static Encoding, bytes: &'a [u8], text: &'a mut String) -> &'a str {
    if bytes.is_ascii()
        && encoding.is_ascii_compatible()
        && let Ok(ascii) = std::str::from_utf8(bytes)
    {
        return ascii;
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    text.clear();
    text.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
    let _ = decoder.decode_to_string(bytes, text, true);
    text
}
