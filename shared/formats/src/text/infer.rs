//! Infers the storage of a field and the format of its dates from the first lines of the file.

use satsuma_columns::Storage;
use serde::{Deserialize, Serialize};

use super::NULL_TEXT;
use super::calendar::Calendar;
use super::forms::Forms;
use super::number::{NumberStyle, integer, looks_whole, real};
use super::trim::trimmed;

/// A field of a text file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileField {
    /// The name.
    pub name: String,
    /// Storage of its values.
    pub storage: Storage,
    /// Formats of dates and times, if the storage is one of them.
    pub calendar: Calendar,
}

/// The possible storages of a column after some of its values.
pub(crate) struct Guess {
    is_seen: bool,
    is_integer: bool,
    is_real: bool,
    /// Quoted values are text, as documented.
    is_quoted: bool,
    recognise_dates: bool,
    numbers: NumberStyle,
    calendar: Calendar,
    forms: Forms,
}

impl Guess {
    pub(crate) fn new(numbers: NumberStyle, calendar: Calendar, recognise_dates: bool) -> Self {
        Self {
            is_seen: false,
            is_integer: true,
            is_real: true,
            is_quoted: false,
            recognise_dates,
            numbers,
            calendar,
            forms: Forms::new(calendar),
        }
    }

    /// Processes one value.
    pub(crate) fn see(&mut self, text: &[u8], is_quoted: bool) {
        let text = trimmed(text);
        if text.is_empty() || text == NULL_TEXT.as_bytes() {
            return;
        }
        self.is_seen = true;
        self.is_quoted |= is_quoted;
        self.is_integer &= looks_whole(text, self.numbers) && integer(text, self.numbers).is_some();
        self.is_real &= real(text, self.numbers).is_some();
        self.forms.see(text);
    }

    /// The field, with its known storage, or the narrowest one that fits all values.
    pub(crate) fn field(&self, name: String, known: Option<Storage>) -> FileField {
        let (storage, found) = match known {
            Some(storage) => (storage, self.forms.one(storage, true)),
            None => self.guessed(),
        };
        FileField { name, storage, calendar: found.unwrap_or(self.calendar) }
    }

    fn guessed(&self) -> (Storage, Option<Calendar>) {
        if !self.is_seen || self.is_quoted {
            return (Storage::String, None);
        }
        if self.is_integer || self.is_real {
            return (if self.is_integer { Storage::Integer } else { Storage::Real }, None);
        }
        let temporal = [Storage::Date, Storage::Time, Storage::Timestamp];
        let found =
            temporal.into_iter().find_map(|storage| Some((storage, Some(self.forms.one(storage, false)?))));
        found.filter(|_| self.recognise_dates).unwrap_or((Storage::String, None))
    }
}
