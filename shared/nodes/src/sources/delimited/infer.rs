//! The storage of a field that the stream does not know, from the first lines of the file.

use super::convert::{NULL_TEXT, date, integer, real, time, timestamp};
use super::dialect::Dialect;
use satsuma_columns::Storage;

/// What a column can still be, having seen some of its values.
pub(super) struct Guess {
    seen: bool,
    integer: bool,
    real: bool,
    date: bool,
    time: bool,
    timestamp: bool,
}

impl Guess {
    pub(super) fn new(dialect: &Dialect) -> Self {
        let dates = dialect.recognise_dates;
        Self { seen: false, integer: true, real: true, date: dates, time: dates, timestamp: dates }
    }

    /// Looks at one value. A value that had quotation marks is text, as documented.
    pub(super) fn see(&mut self, text: &str, quoted: bool, dialect: &Dialect) {
        let text = text.trim();
        if text.is_empty() || text == NULL_TEXT {
            return;
        }
        self.seen = true;
        let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'+');
        self.integer &= !quoted && whole && integer(text, dialect.decimal).is_some();
        self.real &= !quoted && real(text, dialect.decimal).is_some();
        self.date &= !quoted && date(text).is_some();
        self.time &= !quoted && time(text).is_some();
        self.timestamp &= !quoted && timestamp(text).is_some();
    }

    pub(super) fn storage(&self) -> Storage {
        match self {
            Self { seen: false, .. } => Storage::String,
            Self { integer: true, .. } => Storage::Integer,
            Self { real: true, .. } => Storage::Real,
            Self { date: true, .. } => Storage::Date,
            Self { time: true, .. } => Storage::Time,
            Self { timestamp: true, .. } => Storage::Timestamp,
            _ => Storage::String,
        }
    }
}
