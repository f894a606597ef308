//! Formats of the dates and times of a field.

use satsuma_columns::{DateFormat, MICROS_PER_DAY, TimeFormat};
use serde::{Deserialize, Serialize};

/// Formats of dates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Format of dates, and of the date in a timestamp.
    pub date: DateFormat,
    /// Format of times, and of the time in a timestamp.
    pub time: TimeFormat,
    /// The first year that two digits can mean (stream property `date2DigitBaseline`).
    pub two_digit_baseline: i32,
}

impl Default for Calendar {
    /// `YYYY-MM-DD`, `HH:MM:SS` and 1930, the settings of new streams.
    fn default() -> Self {
        Self { date: DateFormat::ISO, time: TimeFormat::ISO, two_digit_baseline: 1930 }
    }
}

impl Calendar {
    /// Days since 1970-01-01.
    #[inline]
    pub(super) fn date(&self, text: &[u8]) -> Option<i32> {
        self.date.parse_bytes(text, self.two_digit_baseline)
    }

    /// Microseconds since midnight.
    #[inline]
    pub(super) fn time(&self, text: &[u8]) -> Option<i64> {
        self.time.parse_bytes(text)
    }

    /// Microseconds since 1970-01-01 00:00:00: a date, a space or `T`, a time. The last space separates them,
    /// because a date may contain some.
    #[inline]
    pub(super) fn timestamp(&self, text: &[u8]) -> Option<i64> {
        let at = text.iter().rposition(|byte| matches!(byte, b' ' | b'T'))?;
        let day = self.date(text.get(..at)?.trim_ascii_end())?;
        Some(i64::from(day) * MICROS_PER_DAY + self.time(text.get(at + 1..)?)?)
    }
}
