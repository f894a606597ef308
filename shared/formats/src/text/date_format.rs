//! Modeler's date formats.

use std::fmt;
use std::str;

use satsuma_columns::date::days_of;
use serde::{Deserialize, Serialize};

/// A date format of Modeler, by IBM's name (IBM, CLEM reference, "Dates"), such as `DD/MM/YYYY`.
///
/// Days and months may have one digit if a separator marks their end: Modeler's own recognition reads
/// `2021/6/1` (a real stream has such a field as a timestamp).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct DateFormat {
    order: Order,
    /// The byte between the parts; 0 for none.
    separator: u8,
    has_century: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
    /// `YYYYDDD`
    YearDay,
    /// `DD-MON-YY`
    DayNameYear,
    /// `MON YYYY`: the first of the month.
    NameYear,
    /// `q Q YYYY`: the first of the quarter.
    Quarter,
}

use Order::{DayMonthYear, DayNameYear, MonthDayYear, NameYear, Quarter, YearDay, YearMonthDay};

const MONTHS: [&[u8; 3]; 12] =
    [b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV", b"DEC"];

impl From<DateFormat> for String {
    fn from(format: DateFormat) -> Self {
        format.to_string()
    }
}

impl TryFrom<String> for DateFormat {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::all().find(|format| format.to_string() == name).ok_or_else(|| format!("no format {name:?}"))
    }
}

impl DateFormat {
    /// `YYYY-MM-DD`
    pub const ISO: Self = Self::new(YearMonthDay, b'-', true);

    const fn new(order: Order, separator: u8, has_century: bool) -> Self {
        Self { order, separator, has_century }
    }

    /// All supported formats, those with a separator first.
    pub fn all() -> impl Iterator<Item = Self> {
        let separated =
            [YearMonthDay, DayMonthYear, MonthDayYear, DayNameYear].into_iter().flat_map(|order| {
                b"-/.".iter().flat_map(move |separator| {
                    [true, false].into_iter().map(move |century| Self::new(order, *separator, century))
                })
            });
        let separated = separated.filter(|format| format.order != YearMonthDay || format.has_century);
        let others = [
            Self::new(NameYear, b' ', true),
            Self::new(Quarter, b' ', true),
            Self::new(DayMonthYear, 0, false),
            Self::new(MonthDayYear, 0, false),
            Self::new(YearMonthDay, 0, false),
            Self::new(YearMonthDay, 0, true),
            Self::new(YearDay, 0, true),
        ];
        separated.chain(others)
    }

    /// The format with IBM's name. `None` for other names, and for `DAY`, `MONTH` and `ww WK YYYY`, which do
    /// not define a day.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|format| format.to_string().eq_ignore_ascii_case(name))
    }

    /// The format of a code in a stream (`dateFormat`).
    ///
    /// Assumption: `format23` is `YYYY-MM-DD`. Every available stream has this code, and those that read
    /// dates read them from files in this format. IBM publishes no list of codes, so others are `None`.
    pub fn from_code(code: &str) -> Option<Self> {
        (code == "format23").then_some(Self::ISO)
    }

    /// Whether a value in this format looks like a number.
    pub(super) fn is_bare(self) -> bool {
        self.separator == 0
    }

    /// Days since 1970-01-01. A two-digit year means the first year that is not before `two_digit_baseline`.
    #[inline]
    pub fn parse(self, text: &[u8], two_digit_baseline: i32) -> Option<i32> {
        match self.order {
            DayMonthYear | MonthDayYear | YearMonthDay => {
                let parts = if self.separator == 0 { self.bare(text)? } else { self.parts(text)? };
                let [first, second, third] = parts;
                let (year, month, day) = match self.order {
                    DayMonthYear => (third, second, first),
                    MonthDayYear => (third, first, second),
                    _ => (first, second, third),
                };
                days_of(self.year(year, two_digit_baseline)?, number(month, 2)?, number(day, 2)?)
            }
            YearDay => {
                let (year, day) = text.split_at_checked(4)?;
                let (year, day) = (i64::from(number(year, 4)?), number(day, 3).filter(|_| day.len() == 3)?);
                let first = days_of(year, 1, 1)?;
                let days = first.checked_add(i32::try_from(day).ok()?.checked_sub(1)?)?;
                (day > 0 && days < days_of(year + 1, 1, 1)?).then_some(days)
            }
            DayNameYear => {
                let [day, month, year] = self.parts(text)?;
                days_of(self.year(year, two_digit_baseline)?, month_of(month)?, number(day, 2)?)
            }
            NameYear => {
                let [month, year] = halves(text, b' ')?;
                days_of(self.year(year, two_digit_baseline)?, month_of(month)?, 1)
            }
            Quarter => {
                let [quarter, rest] = halves(text, b' ')?;
                let [letter, year] = halves(rest, b' ')?;
                let quarter = number(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
                let year =
                    self.year(year, two_digit_baseline).filter(|_| letter.eq_ignore_ascii_case(b"Q"))?;
                days_of(year, quarter * 3 - 2, 1)
            }
        }
    }

    fn year(self, text: &[u8], two_digit_baseline: i32) -> Option<i64> {
        let width = if self.has_century { 4 } else { 2 };
        let year = i64::from(number(text, width).filter(|_| text.len() == width)?);
        let baseline = i64::from(two_digit_baseline);
        Some(if self.has_century { year } else { baseline + (year - baseline).rem_euclid(100) })
    }

    #[inline]
    fn parts(self, text: &[u8]) -> Option<[&[u8]; 3]> {
        let [first, rest] = halves(text, self.separator)?;
        let [second, third] = halves(rest, self.separator)?;
        Some([first, second, third])
    }

    fn bare(self, text: &[u8]) -> Option<[&[u8]; 3]> {
        let year = if self.has_century { 4 } else { 2 };
        let first = if self.order == YearMonthDay { year } else { 2 };
        let (first, rest) = text.split_at_checked(first)?;
        let (second, third) = rest.split_at_checked(2)?;
        let third_width = if self.order == YearMonthDay { 2 } else { year };
        (third.len() == third_width).then_some([first, second, third])
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = if self.has_century { "YYYY" } else { "YY" };
        let separator = [self.separator];
        let separator = str::from_utf8(&separator).unwrap_or_default().trim_matches('\0');
        match self.order {
            DayMonthYear => write!(f, "DD{separator}MM{separator}{year}"),
            MonthDayYear => write!(f, "MM{separator}DD{separator}{year}"),
            YearMonthDay => write!(f, "{year}{separator}MM{separator}DD"),
            YearDay => f.write_str("YYYYDDD"),
            DayNameYear => write!(f, "DD{separator}MON{separator}{year}"),
            NameYear => f.write_str("MON YYYY"),
            Quarter => f.write_str("q Q YYYY"),
        }
    }
}

/// The parts before and after the first separator.
#[inline]
pub(super) fn halves(text: &[u8], separator: u8) -> Option<[&[u8]; 2]> {
    let at = text.iter().position(|byte| *byte == separator)?;
    Some([text.get(..at)?, text.get(at + 1..)?])
}

/// A number of one to `most` digits.
#[inline]
pub(super) fn number(text: &[u8], most: usize) -> Option<u32> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    let mut value = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
    }
    Some(value)
}

fn month_of(name: &[u8]) -> Option<u32> {
    let at = MONTHS.iter().position(|month| name.eq_ignore_ascii_case(month.as_slice()))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence: the examples in IBM's table of CLEM date formats.
    #[test]
    fn ibm_s_examples_are_15_january_1963() {
        let expected = days_of(1963, 1, 15);
        for (name, text) in [
            ("DDMMYY", "150163"),
            ("MMDDYY", "011563"),
            ("YYMMDD", "630115"),
            ("YYYYMMDD", "19630115"),
            ("DD/MM/YY", "15/01/63"),
            ("DD/MM/YYYY", "15/01/1963"),
            ("MM/DD/YY", "01/15/63"),
            ("MM/DD/YYYY", "01/15/1963"),
            ("DD-MM-YYYY", "15-01-1963"),
            ("MM-DD-YY", "01-15-63"),
            ("DD.MM.YYYY", "15.01.1963"),
            ("MM.DD.YY", "01.15.63"),
            ("DD-MON-YY", "15-jan-63"),
            ("DD/MON/YYYY", "15/JAN/1963"),
            ("DD.MON.YYYY", "15.Jan.1963"),
            ("YYYY-MM-DD", "1963-1-15"),
        ] {
            let format = DateFormat::from_name(name).unwrap();
            assert_eq!(format.parse(text.as_bytes(), 1930), expected, "{name}");
        }
        let ordinal = DateFormat::from_name("YYYYDDD").unwrap();
        assert_eq!(ordinal.parse(b"2000032", 1930), days_of(2000, 2, 1));
        assert_eq!(ordinal.parse(b"2001366", 1930), None);
        let month = DateFormat::from_name("MON YYYY").unwrap();
        assert_eq!(month.parse(b"Jan 2004", 1930), days_of(2004, 1, 1));
        let quarter = DateFormat::from_name("q Q YYYY").unwrap();
        assert_eq!(quarter.parse(b"4 Q 2004", 1930), days_of(2004, 10, 1));
        for refused in ["DAY", "MONTH", "ww WK YYYY", ""] {
            assert_eq!(DateFormat::from_name(refused), None, "{refused}");
        }
    }

    /// Evidence: IBM, "2-digit dates start from"; the streams' own value is 1930.
    #[test]
    fn years_of_two_digits_begin_with_the_baseline() {
        let format = DateFormat::from_name("DD/MM/YY").unwrap();
        assert_eq!(format.parse(b"01/01/30", 1930), days_of(1930, 1, 1));
        assert_eq!(format.parse(b"01/01/29", 1930), days_of(2029, 1, 1));
        assert_eq!(format.parse(b"01/01/2029", 1930), None);
        assert_eq!(DateFormat::ISO.parse(b"2001-02-29", 1930), None);
    }
}
