//! Time formats of a stream: parsing and printing.

use std::fmt::Write;

use crate::storage::MICROS_PER_DAY;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A time format of Modeler. IBM, "Time" in the CLEM reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeFormat {
    name: &'static str,
    /// Whether the format has hours, minutes and seconds.
    parts: [bool; 3],
    separator: Option<char>,
    /// Whether leading zeros may be missing.
    short: bool,
}

macro_rules! formats {
    ($($name:literal => $parts:expr, $separator:expr, $short:expr;)*) => {
        /// Every time format, in the order of the stream properties dialog box.
        const FORMATS: &[TimeFormat] =
            &[$(TimeFormat { name: $name, parts: $parts, separator: $separator, short: $short }),*];
    };
}

const HMS: [bool; 3] = [true, true, true];
const HM: [bool; 3] = [true, true, false];
const MS: [bool; 3] = [false, true, true];

formats! {
    "HHMMSS" => HMS, None, false;
    "HHMM" => HM, None, false;
    "MMSS" => MS, None, false;
    "HH:MM:SS" => HMS, Some(':'), false;
    "HH:MM" => HM, Some(':'), false;
    "MM:SS" => MS, Some(':'), false;
    "(H)H:(M)M:(S)S" => HMS, Some(':'), true;
    "(H)H:(M)M" => HM, Some(':'), true;
    "(M)M:(S)S" => MS, Some(':'), true;
    "HH.MM.SS" => HMS, Some('.'), false;
    "HH.MM" => HM, Some('.'), false;
    "MM.SS" => MS, Some('.'), false;
    "(H)H.(M)M.(S)S" => HMS, Some('.'), true;
    "(H)H.(M)M" => HM, Some('.'), true;
    "(M)M.(S)S" => MS, Some('.'), true;
}

/// Name of the default format `HH:MM:SS` in stream files.
const STORED_DEFAULT: &str = "format4";

impl TimeFormat {
    /// `HH:MM:SS`.
    pub const ISO: Self = Self { name: "HH:MM:SS", parts: HMS, separator: Some(':'), short: false };

    /// The format with Modeler's name, such as `HH:MM`, or with a stream file's name for the default,
    /// `format4`. `None` for other names, whose meaning is unknown.
    pub fn named(name: &str) -> Option<Self> {
        if name == STORED_DEFAULT {
            return Some(Self::ISO);
        }
        FORMATS.iter().find(|format| format.name == name).copied()
    }

    /// Modeler's names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|format| format.name)
    }

    /// Modeler's name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Microseconds of a text in this format; `None` if it is not such a time of day. Seconds may have a
    /// fraction.
    pub fn parse(self, text: &str) -> Option<i64> {
        let mut rest = text.trim();
        let mut total = 0;
        let mut first = true;
        for ((present, unit), limit) in self.parts.into_iter().zip([3_600, 60, 1]).zip([24, 60, 60]) {
            if !present {
                continue;
            }
            if let Some(separator) = self.separator.filter(|_| !first) {
                rest = rest.strip_prefix(separator)?;
            }
            let length = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
            if length == 0 || (length == 1 && self.separator.is_none()) {
                return None;
            }
            let (digits, tail) = rest.split_at_checked(length)?;
            let number: i64 = digits.parse().ok()?;
            if number >= limit {
                return None;
            }
            total += number * unit * MICROS_PER_SECOND;
            rest = tail;
            first = false;
        }
        if rest.is_empty() {
            return Some(total);
        }
        let fraction = rest.strip_prefix('.').filter(|_| self.parts[2])?;
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let scaled = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
        Some(total + scaled.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    }

    /// Appends a time in this format. A negative time has a minus sign; fractions of a second are not printed.
    pub fn print(self, micros: i64, to: &mut String) {
        let seconds = micros.unsigned_abs() / MICROS_PER_SECOND.unsigned_abs();
        if micros < 0 && seconds > 0 {
            to.push('-');
        }
        let hours = seconds / 3_600;
        let minutes = if self.parts[0] { seconds / 60 % 60 } else { seconds / 60 };
        let mut first = true;
        for (present, number) in self.parts.into_iter().zip([hours, minutes, seconds % 60]) {
            if !present {
                continue;
            }
            if let Some(separator) = self.separator.filter(|_| !first) {
                to.push(separator);
            }
            // Writing to a string never fails.
            let _ = if self.short { write!(to, "{number}") } else { write!(to, "{number:02}") };
            first = false;
        }
    }
}

/// The time of day of a timestamp: microseconds since midnight.
pub fn time_of(micros: i64) -> i64 {
    micros.rem_euclid(MICROS_PER_DAY)
}

/// The date of a timestamp: days since 1970-01-01, `None` outside the range of dates.
pub fn day_of(micros: i64) -> Option<i32> {
    i32::try_from(micros.div_euclid(MICROS_PER_DAY)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_time_reads_back_in_every_full_format() {
        for name in TimeFormat::names().filter(|name| name.contains('H') && name.contains('S')) {
            let format = TimeFormat::named(name).unwrap();
            for seconds in (0..86_400).step_by(61) {
                let mut text = String::new();
                format.print(seconds * MICROS_PER_SECOND, &mut text);
                assert_eq!(format.parse(&text), Some(seconds * MICROS_PER_SECOND), "{name} {text}");
            }
        }
        assert_eq!(TimeFormat::ISO.parse("01:02:03.25"), Some(3_723_250_000));
    }

    #[test]
    fn text_in_another_time_format_is_none() {
        for text in ["", "24:00:00", "01:60:00", "1", "01:02", "01:02:03x", "01-02-03"] {
            assert_eq!(TimeFormat::ISO.parse(text), None, "{text}");
        }
    }
}
