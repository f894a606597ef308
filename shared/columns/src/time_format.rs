//! Time formats of a stream: parsing and printing.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{self, Write};

use crate::date_format::number;
use crate::storage::MICROS_PER_DAY;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A time format of Modeler. IBM, "Time" in the CLEM reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// A format in a plan is its name.
impl Serialize for TimeFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TimeFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom(format!("{name:?} is no format")))
    }
}

impl TimeFormat {
    /// `HH:MM:SS`.
    pub const ISO: Self = Self { name: "HH:MM:SS", parts: HMS, separator: Some(':'), short: false };

    /// The format of Modeler's name, such as `HH:MM`, in letters of any case, or of a stream file's name for the
    /// default, `format4`. `None` for other names: which format they mean is not known.
    pub fn named(name: &str) -> Option<Self> {
        if name == STORED_DEFAULT {
            return Some(Self::ISO);
        }
        FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name)).copied()
    }

    /// All formats, in the order of the stream properties dialog box.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().copied()
    }

    /// Modeler's names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|format| format.name)
    }

    /// Modeler's name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whether a text of the format looks like a number: it has nothing between its parts.
    pub fn is_bare(self) -> bool {
        self.separator.is_none()
    }

    /// The format with leading zeros that reads the same texts: `HH:MM` for `(H)H:(M)M`.
    #[must_use]
    pub fn full(self) -> Self {
        let same = |format: &&Self| {
            !format.short && format.parts == self.parts && format.separator == self.separator
        };
        FORMATS.iter().find(same).copied().unwrap_or(self)
    }

    /// Microseconds of a text in this format, white space around it left out; `None` where it is no such time of day.
    /// Seconds may have a fraction of six digits at most.
    pub fn parse(self, text: &str) -> Option<i64> {
        self.parse_bytes(text.trim().as_bytes())
    }

    /// The same for bytes without white space around them.
    pub fn parse_bytes(self, text: &[u8]) -> Option<i64> {
        const DIGITS: usize = 6;
        let mut rest = text;
        let mut seconds = 0;
        let mut first = true;
        for ((present, unit), limit) in self.parts.into_iter().zip([3_600, 60, 1]).zip([24, 60, 60]) {
            if !present {
                continue;
            }
            if let Some(separator) = self.separator.filter(|_| !first) {
                rest = rest.strip_prefix(&[separator as u8])?;
            }
            let part = number(&mut rest, 2, self.separator.is_none()).filter(|part| *part < limit)?;
            seconds += i64::from(part) * unit;
            first = false;
        }
        let micros = seconds * MICROS_PER_SECOND;
        if rest.is_empty() {
            return Some(micros);
        }
        let mut fraction = rest.strip_prefix(b".").filter(|_| self.parts[2])?;
        let scale = 10_u32.pow(DIGITS.checked_sub(fraction.len())? as u32);
        let part = number(&mut fraction, DIGITS, false)?;
        fraction.is_empty().then(|| micros + i64::from(part * scale))
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

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The time of day of a moment: microseconds since midnight.
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

    /// Proof: the examples in IBM's table of CLEM time formats.
    #[test]
    fn ibms_examples_of_times_are_read() {
        for (name, text, seconds) in [
            ("HHMMSS", "120112", 43_272),
            ("HHMM", "0745", 27_900),
            ("MMSS", "5558", 3_358),
            ("HH:MM:SS", "22:12:12", 79_932),
            ("HH:MM", "07:45", 27_900),
            ("MM:SS", "55:58", 3_358),
            ("(H)H:(M)M:(S)S", "12:1:12", 43_272),
            ("(H)H:(M)M", "7:45", 27_900),
            ("(M)M:(S)S", "1:0", 60),
            ("HH.MM.SS", "01.01.01", 3_661),
            ("(H)H.(M)M.(S)S", "1.1.1", 3_661),
            ("MM.SS", "55.58", 3_358),
        ] {
            let format = TimeFormat::named(name).unwrap();
            assert_eq!(format.parse(text), Some(seconds * 1_000_000), "{name}");
        }
        assert_eq!(TimeFormat::ISO.parse("00:00:00.5"), Some(500_000));
        for wrong in ["24:00:00", "1:60:00", "1:00", "::", "00:00:00.1234567", "00:00:00."] {
            assert_eq!(TimeFormat::ISO.parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_in_another_time_format_is_none() {
        for text in ["", "24:00:00", "01:60:00", "1", "01:02", "01:02:03x", "01-02-03"] {
            assert_eq!(TimeFormat::ISO.parse(text), None, "{text}");
        }
    }
}
