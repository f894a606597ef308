//! Modeler's time formats.

use std::fmt;
use std::str;

use serde::{Deserialize, Serialize};

use super::date_format::{halves, number};

/// A time format of Modeler, by IBM's name (IBM, CLEM reference, "Time"), such as `HH:MM:SS`.
///
/// With separators a single digit is sufficient, so that `(H)H:(M)M` and `HH:MM` read the same. The seconds
/// of `HH:MM:SS` may have a fraction, which is how Satsuma writes such times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeFormat {
    parts: Parts,
    /// The byte between the parts; 0 for none.
    separator: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Parts {
    HoursMinutesSeconds,
    HoursMinutes,
    MinutesSeconds,
}

use Parts::{HoursMinutes, HoursMinutesSeconds, MinutesSeconds};

impl From<TimeFormat> for String {
    fn from(format: TimeFormat) -> Self {
        format.to_string()
    }
}

impl TryFrom<String> for TimeFormat {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::all().find(|format| format.to_string() == name).ok_or_else(|| format!("no format {name:?}"))
    }
}

impl TimeFormat {
    /// `HH:MM:SS`
    pub const ISO: Self = Self { parts: HoursMinutesSeconds, separator: b':' };

    /// `HH:MM`
    pub(super) const SHORT: Self = Self { parts: HoursMinutes, separator: b':' };

    /// All supported formats.
    pub fn all() -> impl Iterator<Item = Self> {
        b":.\0".iter().flat_map(|separator| {
            [HoursMinutesSeconds, HoursMinutes, MinutesSeconds]
                .into_iter()
                .map(|parts| Self { parts, separator: *separator })
        })
    }

    /// The format with IBM's name, such as `(H)H:(M)M`; `None` for other names.
    pub fn from_name(name: &str) -> Option<Self> {
        let full = name.to_ascii_uppercase().replace("(H)", "H").replace("(M)", "M").replace("(S)", "S");
        Self::all().find(|format| format.to_string() == full)
    }

    /// The format of a code in a stream (`timeFormat`).
    ///
    /// Assumption: `format4` is `HH:MM:SS`, which is the fourth in IBM's list and the format of the times
    /// that streams with this code read. Others are `None`.
    pub fn from_code(code: &str) -> Option<Self> {
        (code == "format4").then_some(Self::ISO)
    }

    pub(super) fn is_bare(self) -> bool {
        self.separator == 0
    }

    /// Microseconds since midnight.
    #[inline]
    pub fn parse(self, text: &[u8]) -> Option<i64> {
        let (text, micros) = self.fraction(text)?;
        let (hours, minutes, seconds) = match self.parts {
            HoursMinutesSeconds => {
                let [hours, rest] = self.halves(text)?;
                let [minutes, seconds] = self.halves(rest)?;
                (number(hours, 2)?, number(minutes, 2)?, number(seconds, 2)?)
            }
            HoursMinutes => {
                let [hours, minutes] = self.halves(text)?;
                (number(hours, 2)?, number(minutes, 2)?, 0)
            }
            MinutesSeconds => {
                let [minutes, seconds] = self.halves(text)?;
                (0, number(minutes, 2)?, number(seconds, 2)?)
            }
        };
        let is_time = hours < 24 && minutes < 60 && seconds < 60;
        let seconds = i64::from((hours * 60 + minutes) * 60 + seconds);
        is_time.then_some(seconds * 1_000_000 + i64::from(micros))
    }

    #[inline]
    fn halves(self, text: &[u8]) -> Option<[&[u8]; 2]> {
        if self.separator != 0 {
            return halves(text, self.separator);
        }
        let (first, rest) = text.split_at_checked(2)?;
        (rest.len() >= 2).then_some([first, rest])
    }

    /// The text before a fraction of a second, and the fraction in microseconds.
    #[inline]
    fn fraction(self, text: &[u8]) -> Option<(&[u8], u32)> {
        const DIGITS: usize = 6;
        if self != Self::ISO {
            return Some((text, 0));
        }
        let Some([whole, digits]) = halves(text, b'.') else { return Some((text, 0)) };
        let scale = 10_u32.pow(DIGITS.checked_sub(digits.len())? as u32);
        Some((whole, number(digits, DIGITS)? * scale))
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = [self.separator];
        let separator = str::from_utf8(&separator).unwrap_or_default().trim_matches('\0');
        match self.parts {
            HoursMinutesSeconds => write!(f, "HH{separator}MM{separator}SS"),
            HoursMinutes => write!(f, "HH{separator}MM"),
            MinutesSeconds => write!(f, "MM{separator}SS"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence: the examples in IBM's table of CLEM time formats.
    #[test]
    fn ibm_s_examples_of_times_are_read() {
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
            let format = TimeFormat::from_name(name).unwrap();
            assert_eq!(format.parse(text.as_bytes()), Some(seconds * 1_000_000), "{name}");
        }
        assert_eq!(TimeFormat::ISO.parse(b"00:00:00.5"), Some(500_000));
        for wrong in ["24:00:00", "1:60:00", "1:00", "::", "00:00:00.1234567", "00:00:00."] {
            assert_eq!(TimeFormat::ISO.parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
