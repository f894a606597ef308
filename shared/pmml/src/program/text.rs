//! Columns of text: borrowed from Arrow, decoded by a dictionary, or built.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, LargeStringArray, StringArray, StringViewArray};

use super::{Column, State};

/// Texts of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    source: Source,
    /// For `Source::Coded`: codes of the dictionary.
    codes: Vec<u32>,
    /// For `Source::Built`: the concatenated texts, and the end of each.
    bytes: String,
    ends: Vec<usize>,
}

#[derive(Debug, Default)]
enum Source {
    /// An Arrow column, from a row on.
    Array(Arc<TextArray>, usize),
    Coded(Arc<[String]>),
    #[default]
    Built,
    Repeated(String),
}

/// An Arrow column of text.
#[derive(Debug)]
pub(crate) enum TextArray {
    Utf8(StringArray),
    LargeUtf8(LargeStringArray),
    Utf8View(StringViewArray),
}

impl TextArray {
    pub(crate) fn get(&self, row: usize) -> &str {
        match self {
            Self::Utf8(array) if row < array.len() => array.value(row),
            Self::LargeUtf8(array) if row < array.len() => array.value(row),
            Self::Utf8View(array) if row < array.len() => array.value(row),
            _ => "",
        }
    }

    pub(crate) fn as_array(&self) -> &dyn Array {
        match self {
            Self::Utf8(array) => array,
            Self::LargeUtf8(array) => array,
            Self::Utf8View(array) => array,
        }
    }
}

impl Texts {
    /// The text of a row.
    pub(crate) fn get(&self, row: usize) -> &str {
        let found = match &self.source {
            Source::Array(array, from) => Some(array.get(from + row)),
            Source::Coded(dictionary) => {
                self.codes.get(row).and_then(|c| dictionary.get(*c as usize)).map(String::as_str)
            }
            Source::Built => {
                let start = row.checked_sub(1).and_then(|r| self.ends.get(r)).copied().unwrap_or(0);
                self.ends.get(row).and_then(|end| self.bytes.get(start..*end))
            }
            Source::Repeated(text) => Some(text.as_str()),
        };
        found.unwrap_or_default()
    }

    /// Shows an Arrow column from row `from` on.
    pub(crate) fn borrow(&mut self, array: &Arc<TextArray>, from: usize) {
        self.source = Source::Array(Arc::clone(array), from);
    }

    /// Shows one text in all rows.
    pub(crate) fn repeat(&mut self, text: &str, _rows: usize) {
        self.source = Source::Repeated(text.to_owned());
    }

    /// Starts a column of codes of `dictionary`.
    pub(crate) fn code(&mut self, dictionary: &Arc<[String]>) -> &mut Vec<u32> {
        self.source = Source::Coded(Arc::clone(dictionary));
        self.codes.clear();
        &mut self.codes
    }

    /// Starts a column that is built row by row with [`Texts::push`].
    pub(crate) fn build(&mut self) {
        self.source = Source::Built;
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a row that consists of `pieces`.
    pub(crate) fn push<'a>(&mut self, pieces: impl IntoIterator<Item = &'a str>) {
        pieces.into_iter().for_each(|piece| self.bytes.push_str(piece));
        self.ends.push(self.bytes.len());
    }

    /// Adds a row that consists of characters.
    pub(crate) fn push_chars(&mut self, characters: impl Iterator<Item = char>) {
        self.bytes.extend(characters);
        self.ends.push(self.bytes.len());
    }
}

/// Collects text columns of chunks into one Arrow column.
#[derive(Debug, Default)]
pub(crate) struct Collector(StringBuilder);

impl Collector {
    pub(crate) fn extend(&mut self, column: &Column, rows: usize) {
        for row in 0..rows {
            match column.state(row) {
                State::Valid => self.0.append_value(column.texts.get(row)),
                _ => self.0.append_null(),
            }
        }
    }

    pub(crate) fn finish(mut self) -> StringArray {
        self.0.finish()
    }
}
