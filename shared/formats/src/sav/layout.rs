//! The variables of a file that is written: their widths, pieces and short names.

use satsuma_columns::{Field, Measure, Storage};

use super::columns::NULL_TEXT;
use super::format::PrintFormat;
use super::raw::slots_of;
use super::spool::Strings;
use super::variable::{PIECE_BYTES, PIECE_STEP};

/// A variable of a file that is written.
pub(super) struct Layout<'a> {
    pub(super) field: &'a Field,
    pub(super) name: String,
    pub(super) label: Option<&'a str>,
    /// Bytes of a string; 0 for a number.
    pub(super) width: usize,
    /// The number of the first of its records, from 0, by which records are named.
    pub(super) first_record: usize,
    /// Nulls of a string are written as [`NULL_TEXT`], which is declared missing.
    pub(super) has_null_text: bool,
}

impl<'a> Layout<'a> {
    pub(super) fn new(
        field: &'a Field,
        name: String,
        label: Option<&'a str>,
        strings: Strings,
        first_record: usize,
    ) -> Self {
        let is_string = field.storage == Storage::String;
        let has_null_text = is_string && strings.any_null;
        let least = if has_null_text { NULL_TEXT.len() } else { 1 };
        let width = if is_string { strings.longest.max(least) } else { 0 };
        Self { field, name, label, width, first_record, has_null_text }
    }

    /// Widths of its records: one, or one for each piece of a very long string.
    pub(super) fn record_widths(&self) -> impl Iterator<Item = usize> {
        let width = self.width;
        let pieces = if width > PIECE_BYTES { width.div_ceil(PIECE_STEP) } else { 1 };
        (0..pieces).map(move |piece| match piece {
            _ if pieces == 1 => width,
            piece if piece + 1 < pieces => PIECE_BYTES,
            piece => width - piece * PIECE_STEP,
        })
    }

    /// The 8-byte values of a case that it takes.
    pub(super) fn slots(&self) -> usize {
        self.record_widths().map(slots_of).sum()
    }

    /// The short name of one of its records.
    pub(super) fn short_name(&self, piece: usize) -> String {
        format!("V{}", self.first_record + piece + 1)
    }

    /// A real number has Modeler's decimals; the other storages have the formats that show all of them.
    pub(super) fn format(&self) -> PrintFormat {
        let (code, width, decimals) = match self.field.storage {
            Storage::String => (PrintFormat::STRING, self.width.min(PIECE_BYTES) as u8, 0),
            Storage::Integer => (PrintFormat::F, 11, 0),
            Storage::Date => (PrintFormat::DATE, 11, 0),
            Storage::Time => (PrintFormat::TIME, 8, 0),
            Storage::Timestamp => (PrintFormat::DATETIME, 20, 0),
            Storage::Real | Storage::List(_) => {
                // Modeler writes F9.3 by default, and no number has more than 16 decimals.
                let decimals = self.field.format.decimals.unwrap_or(3).min(16);
                let width = self.field.format.width.and_then(|width| u8::try_from(width).ok());
                let width = width.unwrap_or(9).clamp(decimals + 2, 40);
                // A real without decimals would be read as integer.
                (PrintFormat::F, width.max(9), decimals.max(1))
            }
        };
        PrintFormat { code, width, decimals }
    }

    /// The measure as Statistics numbers it.
    pub(super) fn measure(&self) -> i32 {
        match self.field.measure {
            Measure::OrderedSet => 2,
            Measure::Range | Measure::Auto if self.field.storage != Storage::String => 3,
            _ => 1,
        }
    }

    /// The role as Statistics numbers it; it has none for the others.
    pub(super) fn role(&self) -> u8 {
        use satsuma_columns::Role;
        match self.field.role {
            Role::Input => 0,
            Role::Target => 1,
            Role::Both => 2,
            Role::Partition => 4,
            Role::Split => 5,
            _ => 3,
        }
    }
}
