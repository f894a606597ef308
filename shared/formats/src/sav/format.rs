//! Print and write formats of variables.

use satsuma_columns::{MICROS_PER_DAY, Scalar, Storage};

use crate::error::FormatError;

/// Days from 1582-10-14, where SAV files begin to count seconds, to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 141_428;
const SECONDS_PER_DAY: f64 = 86_400.0;
/// Whole numbers of a larger magnitude are not exact in a double.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Display format of a variable in Statistics: a type, a width and a number of decimals, such as `F8.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PrintFormat {
    /// The number of the format type; 1 is `A`, 5 is `F`.
    pub(super) code: u8,
    /// Characters.
    pub(super) width: u8,
    /// Decimals.
    pub(super) decimals: u8,
}

impl PrintFormat {
    pub(super) const STRING: u8 = 1;
    pub(super) const F: u8 = 5;
    pub(super) const DATE: u8 = 20;
    pub(super) const TIME: u8 = 21;
    pub(super) const DATETIME: u8 = 22;

    pub(super) fn unpack(packed: i32) -> Self {
        let [decimals, width, code, _] = packed.to_le_bytes();
        Self { code, width, decimals }
    }

    pub(super) fn pack(self) -> i32 {
        i32::from_le_bytes([self.decimals, self.width, self.code, 0])
    }

    /// The storage of a numeric variable with this format. Only `Fn.0` means integers, and only if the node
    /// derives storage from formats. IBM, "IBM SPSS Statistics File Node".
    pub(super) fn storage(self, use_format: bool) -> Storage {
        match self.code {
            Self::F if use_format && self.decimals == 0 => Storage::Integer,
            // DATE, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE.
            Self::DATE | 23 | 24 | 28 | 29 | 30 | 38 | 39 => Storage::Date,
            // TIME, DTIME, MTIME: durations.
            Self::TIME | 25 | 40 => Storage::Time,
            // DATETIME, YMDHMS.
            Self::DATETIME | 41 => Storage::Timestamp,
            _ => Storage::Real,
        }
    }
}

/// The value of a number of a SAV file in a storage. Null for a date or time out of range.
///
/// # Errors
/// The storage is integer, and the number has a fraction or is too large to be exact.
pub(super) fn scalar(number: f64, storage: Storage) -> Result<Scalar, NotWhole> {
    Ok(match storage {
        Storage::Integer => whole(number).map(Scalar::Integer)?,
        Storage::Date => date(number).map_or(Scalar::Null, Scalar::Date),
        Storage::Time => time(number).map_or(Scalar::Null, Scalar::Time),
        Storage::Timestamp => timestamp(number).map_or(Scalar::Null, Scalar::Timestamp),
        _ => Scalar::Real(number),
    })
}

/// A number that integer storage cannot hold.
#[derive(Debug)]
pub(super) struct NotWhole(f64);

impl NotWhole {
    pub(super) fn in_field(&self, name: &str) -> FormatError {
        FormatError::Setting(format!(
            "the field {name:?} of the SAV file has a format without decimals and holds {}; clear \"Use field format \
             information to determine storage\"",
            self.0
        ))
    }
}

pub(super) fn whole(number: f64) -> Result<i64, NotWhole> {
    if number.trunc() == number && number.abs() <= LARGEST_WHOLE {
        Ok(number as i64)
    } else {
        Err(NotWhole(number))
    }
}

pub(super) fn date(seconds: f64) -> Option<i32> {
    let days = (seconds / SECONDS_PER_DAY).floor() - DAYS_BEFORE_1970 as f64;
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&days).then_some(days as i32)
}

pub(super) fn time(seconds: f64) -> Option<i64> {
    micros(seconds)
}

pub(super) fn timestamp(seconds: f64) -> Option<i64> {
    micros(seconds)?.checked_sub(DAYS_BEFORE_1970 * MICROS_PER_DAY)
}

/// Whole seconds and their fraction are separate, so that microseconds are exact in the present millennium.
fn micros(seconds: f64) -> Option<i64> {
    let whole = seconds.floor();
    if whole.abs() > 9e12 {
        return None;
    }
    Some(whole as i64 * 1_000_000 + ((seconds - whole) * 1e6).round() as i64)
}

pub(super) fn seconds_of_date(days: i32) -> f64 {
    (i64::from(days) + DAYS_BEFORE_1970) as f64 * SECONDS_PER_DAY
}

pub(super) fn seconds_of_time(micros: i64) -> f64 {
    micros as f64 / 1e6
}

pub(super) fn seconds_of_timestamp(micros: i64) -> f64 {
    let micros = i128::from(micros) + i128::from(DAYS_BEFORE_1970 * MICROS_PER_DAY);
    let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    seconds as f64 + rest as f64 / 1e6
}

/// The number of a value in a SAV file; `None` for null and text.
pub(super) fn number_of(value: &Scalar) -> Option<f64> {
    match value {
        Scalar::Null | Scalar::String(_) => None,
        Scalar::Integer(number) => Some(*number as f64),
        Scalar::Real(number) => Some(*number),
        Scalar::Date(days) => Some(seconds_of_date(*days)),
        Scalar::Time(micros) => Some(seconds_of_time(*micros)),
        Scalar::Timestamp(micros) => Some(seconds_of_timestamp(*micros)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_seconds_from_the_14th_of_october_1582() {
        // 13,166,064,000 seconds are 2000-01-01.
        assert_eq!(date(13_166_064_000.0), satsuma_columns::date::days_of(2000, 1, 1));
        assert_eq!(seconds_of_date(10_957), 13_166_064_000.0);
        assert_eq!(timestamp(13_166_064_001.5), Some(946_684_801_500_000));
        assert_eq!(seconds_of_timestamp(946_684_801_500_000), 13_166_064_001.5);
        assert_eq!(time(-1.5), Some(-1_500_000));
        assert_eq!(date(f64::MAX), None);
    }
}
