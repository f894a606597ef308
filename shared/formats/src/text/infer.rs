//! The storage of a field, and how its dates are written, from the first lines of the file.

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
    /// How values are kept.
    pub storage: Storage,
    /// How dates and times are written, where the storage is one of them.
    pub calendar: Calendar,
}

/// What a column can still be, having seen some of its values.
pub(crate) struct Guess {
    is_seen: bool,
    is_integer: bool,
    is_real: bool,
    /// A value with quotation marks is text, as documented.
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

    /// Looks at one value.
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

    /// The field: with the storage that is known, or the narrowest that fits all values.
    pub(crate) fn field(&self, name: String, known: Option<Storage>) -> FileField {
        let (storage, found) = match known {
            Some(storage) => (storage, self.form(storage)),
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
        let found = temporal.into_iter().find_map(|storage| Some((storage, Some(self.form(storage)?))));
        found.filter(|_| self.recognise_dates).unwrap_or((Storage::String, None))
    }

    fn form(&self, storage: Storage) -> Option<Calendar> {
        match storage {
            Storage::Date => self.forms.date(),
            Storage::Time => self.forms.time(),
            Storage::Timestamp => self.forms.timestamp(),
            _ => None,
        }
    }
}
