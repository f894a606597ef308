//! Variables, combined from all records of the dictionary.

use std::collections::HashMap;

use encoding_rs::Encoding;
use satsuma_columns::{Measure, Role, Storage};

use super::charset::{self, text, trimmed};
use super::format::PrintFormat;
use super::raw::{RawDictionary, RawVariable};
use super::source::{ByteOrder, SAV};
use crate::error::{FormatError, check_limit};

/// A very long string is stored in pieces of this many bytes, ...
pub(super) const PIECE_BYTES: usize = 255;
/// ... but their number is computed as if they had this many.
pub(super) const PIECE_STEP: usize = 252;
/// The longest string of Statistics.
pub(super) const MAX_STRING: usize = 32_767;

/// Value labels of all variables together; each takes some hundred bytes. Surveys of 30,000 variables with 30 labels
/// each have half of it.
const MAX_VALUE_LABELS: u64 = 2_000_000;

/// A variable of a SAV file.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) label: Option<String>,
    pub(super) kind: Kind,
    pub(super) format: PrintFormat,
    pub(super) measure: Option<Measure>,
    pub(super) role: Role,
    pub(super) missing: Missing,
    /// Labels by value: the bytes of a number or of an unpadded string.
    pub(super) labels: Vec<(Vec<u8>, String)>,
    /// The place of its first 8-byte value in a case, from 0.
    pub(super) slot: usize,
}

/// The content of a variable, and its place in a case.
pub(super) enum Kind {
    Number,
    /// Pieces of a string: offset in the case and length, in bytes.
    String(Vec<(usize, usize)>),
}

/// Missing values of a variable.
#[derive(Default)]
pub(super) struct Missing {
    /// Bytes of numbers or of unpadded strings.
    pub(super) values: Vec<Vec<u8>>,
    /// Ends of a range; infinite where open.
    pub(super) range: Option<(f64, f64)>,
}

impl Variable {
    pub(super) fn is_string(&self) -> bool {
        matches!(self.kind, Kind::String(_))
    }

    /// The storage of its values.
    pub(super) fn storage(&self, use_format: bool) -> Storage {
        match self.kind {
            Kind::String(_) => Storage::String,
            Kind::Number => self.format.storage(use_format),
        }
    }
}

/// The variables of a file, in order.
pub(super) fn variables(
    raw: &RawDictionary,
    encoding: &'static Encoding,
) -> Result<Vec<Variable>, FormatError> {
    let lengths = very_long(&raw.extensions.very_long);
    let long_names = pairs(&raw.extensions.long_names, encoding);
    let display = display(raw);
    let mut variables: Vec<Variable> = Vec::new();
    let mut at = 0;
    while let Some(first) = raw.variables.get(at) {
        let short = charset::text(encoding, &first.name);
        let length = lengths.get(trimmed(&first.name)).copied();
        let (kind, pieces) = kind(raw, at, length)?;
        let measure = display.get(at).and_then(|code| match code {
            1 => Some(Measure::Set),
            2 => Some(Measure::OrderedSet),
            3 => Some(Measure::Range),
            _ => None,
        });
        variables.push(Variable {
            name: long_names.get(&short).cloned().unwrap_or(short),
            label: first
                .label
                .as_deref()
                .map(|label| text(encoding, label))
                .filter(|label| !label.is_empty()),
            missing: missing(first, raw),
            kind,
            format: PrintFormat::unpack(first.print),
            measure,
            role: Role::Input,
            labels: Vec::new(),
            slot: first.slot,
        });
        at += pieces;
    }
    value_labels(raw, encoding, &mut variables)?;
    Ok(variables)
}

/// The content of a variable record, and the number of records that belong to it.
fn kind(raw: &RawDictionary, at: usize, length: Option<usize>) -> Result<(Kind, usize), FormatError> {
    let records = raw.variables.get(at..).unwrap_or_default();
    let Some(first) = records.first().filter(|first| first.width > 0) else {
        return Ok((Kind::Number, 1));
    };
    let Some(length) = length.filter(|length| *length > PIECE_BYTES) else {
        return Ok((Kind::String(vec![(first.slot * 8, usize::from(first.width))]), 1));
    };
    let count = length.div_ceil(PIECE_STEP);
    let damaged = || {
        let place = format!("in the variable {:?}", String::from_utf8_lossy(trimmed(&first.name)));
        FormatError::damaged_in(SAV, place, format!("a string of {length} bytes has no {count} pieces"))
    };
    let records = records.get(..count).filter(|_| length <= MAX_STRING).ok_or_else(damaged)?;
    let mut pieces = Vec::with_capacity(count);
    let mut rest = length;
    for record in records {
        let bytes = rest.min(PIECE_BYTES);
        if record.width == 0 || bytes > usize::from(record.width).next_multiple_of(8) {
            return Err(damaged());
        }
        pieces.push((record.slot * 8, bytes));
        rest -= bytes;
    }
    Ok((Kind::String(pieces), count))
}

/// Record 7/14: `SHORT=00300`, a zero byte and a tab behind each.
fn very_long(record: &[u8]) -> HashMap<&[u8], usize> {
    let entries = record.split(|byte| *byte == b'\t');
    let entry = |entry: &'_ [u8]| -> Option<(usize, usize)> {
        let middle = entry.iter().position(|byte| *byte == b'=')?;
        let length = entry.get(middle + 1..)?;
        let length = std::str::from_utf8(trimmed(length)).ok()?.trim().parse().ok()?;
        Some((middle, length))
    };
    entries
        .filter_map(|bytes| {
            let (middle, length) = entry(bytes)?;
            Some((trimmed(bytes.get(..middle)?), length))
        })
        .collect()
}

/// Record 7/13: `SHORT=Long name`, tabs between.
fn pairs(record: &[u8], encoding: &'static Encoding) -> HashMap<String, String> {
    let text = text(encoding, record);
    let pairs = text.split('\t').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(_, long)| !long.is_empty())
        .map(|(short, long)| (short.to_owned(), long.to_owned()))
        .collect()
}

/// Record 7/11: the measure of each variable record.
fn display(raw: &RawDictionary) -> Vec<i32> {
    let numbers = &raw.extensions.display;
    let records = raw.variables.len();
    let each = [3, 2].into_iter().find(|each| numbers.len() == each * records);
    each.map(|each| numbers.chunks(each).filter_map(|chunk| chunk.first().copied()).collect())
        .unwrap_or_default()
}

fn missing(record: &RawVariable, raw: &RawDictionary) -> Missing {
    let number = |bytes: &[u8; 8]| raw.order.f64(*bytes);
    let value = |bytes: &[u8; 8]| if record.width == 0 { bytes.to_vec() } else { trimmed(bytes).to_vec() };
    let mut missing = Missing::default();
    let mut values = record.missing.as_slice();
    if let (-3 | -2, [low, high, rest @ ..]) = (record.missing_code, values) {
        let extensions = &raw.extensions;
        let low = Some(number(low)).filter(|low| *low != extensions.lowest && *low != extensions.sysmis);
        let high = Some(number(high)).filter(|high| *high != extensions.highest);
        missing.range = Some((low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)));
        values = rest;
    }
    missing.values = values.iter().map(value).collect();
    missing
}

fn value_labels(
    raw: &RawDictionary,
    encoding: &'static Encoding,
    variables: &mut [Variable],
) -> Result<(), FormatError> {
    let by_slot: HashMap<usize, usize> =
        variables.iter().enumerate().map(|(at, variable)| (variable.slot, at)).collect();
    let mut total = 0_u64;
    for record in &raw.value_labels {
        for slot in &record.slots {
            let Some(variable) = by_slot.get(slot).and_then(|at| variables.get_mut(*at)) else { continue };
            // A record may assign its labels to any number of variables.
            total += record.labels.len() as u64;
            check_limit("value labels of all variables of the SAV file", total, MAX_VALUE_LABELS)?;
            let strings = variable.is_string();
            let key = |value: &[u8; 8]| if strings { trimmed(value).to_vec() } else { value.to_vec() };
            variable.labels =
                record.labels.iter().map(|(value, label)| (key(value), text(encoding, label))).collect();
        }
    }
    Ok(())
}

/// The number of 8 bytes of a file.
pub(super) fn number(bytes: &[u8], order: ByteOrder) -> Option<f64> {
    bytes.first_chunk().map(|bytes| order.f64(*bytes))
}
