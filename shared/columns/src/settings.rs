//! Settings of a stream that define the meaning of text, dates and angles.

use satsuma_stream::StreamProperties;
use thiserror::Error;

use crate::date::days_of;
use crate::date_format::DateFormat;
use crate::storage::MICROS_PER_DAY;
use crate::time_format::{TimeFormat, day_of, time_of};

/// Settings of a stream that define the meaning of text, dates and angles ("Stream Properties", Options).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Format of dates in input and output.
    pub date_format: DateFormat,
    /// Format of times in input and output.
    pub time_format: TimeFormat,
    /// The year from whose 1 January dates are counted ("Date baseline").
    pub date_baseline: i32,
    /// The first year that a two-digit year can mean ("2-digit dates start from").
    pub two_digit_year_baseline: i32,
    /// Whether negative time differences refer to the previous day ("Rollover days/mins").
    pub time_rollover: bool,
    /// Whether trigonometric functions use radians instead of degrees.
    pub angles_in_radians: bool,
}

/// A format that is not supported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the stream's {0} format \"{1}\" is not supported")]
pub struct UnknownFormat(&'static str, String);

impl Default for Settings {
    /// Modeler's defaults.
    fn default() -> Self {
        Self {
            date_format: DateFormat::ISO,
            time_format: TimeFormat::ISO,
            date_baseline: 1900,
            two_digit_year_baseline: 1930,
            time_rollover: false,
            angles_in_radians: true,
        }
    }
}

impl Settings {
    /// The settings of a stream.
    ///
    /// # Errors
    /// A date or time format of the stream is unknown.
    pub fn of_stream(properties: &StreamProperties) -> Result<Self, UnknownFormat> {
        let (date, time) = (&properties.date_format, &properties.time_format);
        Ok(Self {
            date_format: DateFormat::named(date).ok_or_else(|| UnknownFormat("date", date.clone()))?,
            time_format: TimeFormat::named(time).ok_or_else(|| UnknownFormat("time", time.clone()))?,
            date_baseline: properties.date_baseline,
            two_digit_year_baseline: properties.two_digit_year_baseline,
            time_rollover: properties.time_rollover,
            angles_in_radians: properties.angles_in_radians,
        })
    }

    /// Days since 1970-01-01 of the baseline date.
    pub fn base_date(&self) -> i32 {
        days_of(self.date_baseline.into(), 1, 1).unwrap_or_default()
    }

    /// Days since 1970-01-01 of a text in the date format.
    pub fn parse_date(&self, text: &str) -> Option<i32> {
        self.date_format.parse(text, self.two_digit_year_baseline)
    }

    /// Microseconds of a text in the time format.
    pub fn parse_time(&self, text: &str) -> Option<i64> {
        self.time_format.parse(text)
    }

    /// Microseconds since 1970-01-01 of a date, a blank and a time, or of a date alone.
    pub fn parse_timestamp(&self, text: &str) -> Option<i64> {
        let text = text.trim();
        let midnight = |days: i32| i64::from(days) * MICROS_PER_DAY;
        if let Some(days) = self.parse_date(text) {
            return Some(midnight(days));
        }
        let (date, time) = text.rsplit_once([' ', 'T'])?;
        Some(midnight(self.parse_date(date)?) + self.parse_time(time)?)
    }

    /// Appends a date in the date format.
    pub fn print_date(&self, days: i32, to: &mut String) {
        self.date_format.print(days, to);
    }

    /// Appends a time in the time format.
    pub fn print_time(&self, micros: i64, to: &mut String) {
        self.time_format.print(micros, to);
    }

    /// Appends a date and a time, a blank between them.
    pub fn print_timestamp(&self, micros: i64, to: &mut String) {
        if let Some(days) = day_of(micros) {
            self.print_date(days, to);
            to.push(' ');
        }
        self.print_time(time_of(micros), to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_back_as_it_was_printed() {
        let settings = Settings::default();
        let micros = settings.parse_timestamp("2022-08-04 15:52:20").unwrap();
        let mut text = String::new();
        settings.print_timestamp(micros, &mut text);
        assert_eq!(text, "2022-08-04 15:52:20");
        assert_eq!(
            settings.parse_timestamp("1900-01-01"),
            Some(i64::from(settings.base_date()) * MICROS_PER_DAY)
        );
    }
}
