//! Date formats of a stream: parsing and printing.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{self, Write};

use crate::calendar::{MONTHS, WEEKDAYS, day_of_year, position_of_name, weekday_of};
use crate::date::{date_of, days_of};

/// A part of a date format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Day,
    Month,
    MonthName,
    Year2,
    Year4,
    DayOfYear,
    Separator(char),
    Weekday,
    FullMonth,
    Quarter,
    Week,
    Mark(&'static str),
}

use Part::{
    Day, DayOfYear, FullMonth, Mark, Month, MonthName, Quarter, Separator, Week, Weekday, Year2, Year4,
};

/// A date format of Modeler. IBM, "Dates" in the CLEM reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateFormat {
    name: &'static str,
    parts: &'static [Part],
}

macro_rules! formats {
    ($($name:literal => [$($part:expr),*]),* $(,)?) => {
        /// Every date format, by Modeler's name.
        const FORMATS: &[DateFormat] = &[$(DateFormat { name: $name, parts: &[$($part),*] }),*];
    };
}

const DASH: Part = Separator('-');
const SLASH: Part = Separator('/');
const DOT: Part = Separator('.');

formats! {
    "DDMMYY" => [Day, Month, Year2],
    "MMDDYY" => [Month, Day, Year2],
    "YYMMDD" => [Year2, Month, Day],
    "YYYYMMDD" => [Year4, Month, Day],
    "YYYYDDD" => [Year4, DayOfYear],
    "DAY" => [Weekday],
    "MONTH" => [FullMonth],
    "DD-MM-YY" => [Day, DASH, Month, DASH, Year2],
    "DD-MM-YYYY" => [Day, DASH, Month, DASH, Year4],
    "MM-DD-YY" => [Month, DASH, Day, DASH, Year2],
    "MM-DD-YYYY" => [Month, DASH, Day, DASH, Year4],
    "DD-MON-YY" => [Day, DASH, MonthName, DASH, Year2],
    "DD-MON-YYYY" => [Day, DASH, MonthName, DASH, Year4],
    "YYYY-MM-DD" => [Year4, DASH, Month, DASH, Day],
    "DD.MM.YY" => [Day, DOT, Month, DOT, Year2],
    "DD.MM.YYYY" => [Day, DOT, Month, DOT, Year4],
    "MM.DD.YY" => [Month, DOT, Day, DOT, Year2],
    "MM.DD.YYYY" => [Month, DOT, Day, DOT, Year4],
    "DD.MON.YY" => [Day, DOT, MonthName, DOT, Year2],
    "DD.MON.YYYY" => [Day, DOT, MonthName, DOT, Year4],
    "DD/MM/YY" => [Day, SLASH, Month, SLASH, Year2],
    "DD/MM/YYYY" => [Day, SLASH, Month, SLASH, Year4],
    "MM/DD/YY" => [Month, SLASH, Day, SLASH, Year2],
    "MM/DD/YYYY" => [Month, SLASH, Day, SLASH, Year4],
    "DD/MON/YY" => [Day, SLASH, MonthName, SLASH, Year2],
    "DD/MON/YYYY" => [Day, SLASH, MonthName, SLASH, Year4],
    "MON YYYY" => [MonthName, Separator(' '), Year4],
    "q Q YYYY" => [Quarter, Mark(" Q "), Year4],
    "ww WK YYYY" => [Week, Mark(" WK "), Year4],
}

/// Formats that no stream can choose, but that Modeler reads: a real stream has `2021/6/1 0:12` as a timestamp.
const RECOGNISED: &[DateFormat] = &[
    DateFormat { name: "YYYY/MM/DD", parts: &[Year4, SLASH, Month, SLASH, Day] },
    DateFormat { name: "YYYY.MM.DD", parts: &[Year4, DOT, Month, DOT, Day] },
];

/// Name of the default format `YYYY-MM-DD` in stream files. All known streams have it, with dates of that
/// form.
const STORED_DEFAULT: &str = "format23";

/// A format in a plan is its name.
impl Serialize for DateFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DateFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = Self::all().find(|format| format.name == name);
        found.ok_or_else(|| D::Error::custom(format!("{name:?} is no format")))
    }
}

impl DateFormat {
    /// `YYYY-MM-DD`.
    pub const ISO: Self = Self { name: "YYYY-MM-DD", parts: &[Year4, DASH, Month, DASH, Day] };

    /// The format of Modeler's name, such as `DD/MM/YYYY`, in letters of any case, or of a stream file's name for
    /// the default, `format23`. `None` for other names: which format they mean is not known.
    pub fn named(name: &str) -> Option<Self> {
        if name == STORED_DEFAULT {
            return Some(Self::ISO);
        }
        FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name)).copied()
    }

    /// All formats, in the order of the stream properties dialog box, and those that Modeler recognises beside them.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().chain(RECOGNISED).copied()
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
        !self.parts.iter().any(|part| matches!(part, Separator(_) | Mark(_) | Weekday | FullMonth))
    }

    /// Whether a text of the format names one day: `DAY`, `MONTH` and `ww WK YYYY` do not.
    pub fn names_a_day(self) -> bool {
        !self.parts.iter().any(|part| matches!(part, Weekday | FullMonth | Week))
    }

    /// Days since 1970-01-01 of a text in this format, white space around it left out; `None` where it is not such
    /// a date.
    ///
    /// A year of two digits is the first of that ending from `two_digit_year_baseline` on. A day or month may have
    /// one digit where a separator follows: a real stream holds `2021/6/1 0:12` as a timestamp. A week is its first
    /// day of that year. `DAY` and `MONTH` name no date.
    pub fn parse(self, text: &str, two_digit_year_baseline: i32) -> Option<i32> {
        self.parse_bytes(text.trim().as_bytes(), two_digit_year_baseline)
    }

    /// The same for bytes without white space around them.
    pub fn parse_bytes(self, text: &[u8], two_digit_year_baseline: i32) -> Option<i32> {
        let mut rest = text;
        let (mut year, mut month, mut day) = (None, 1, 1);
        let (mut day_of_year, mut week) = (None, None);
        let fixed = !self.parts.iter().any(|part| matches!(part, Separator(_) | Mark(_)));
        for part in self.parts {
            match part {
                Separator(separator) => rest = rest.strip_prefix(&[*separator as u8])?,
                Mark(mark) => {
                    let mark = mark.trim().as_bytes();
                    let (head, tail) = rest.trim_ascii_start().split_at_checked(mark.len())?;
                    rest = head.eq_ignore_ascii_case(mark).then(|| tail.trim_ascii_start())?;
                }
                Day => day = number(&mut rest, 2, fixed)?,
                Month => month = number(&mut rest, 2, fixed)?,
                Year4 => year = Some(i64::from(number(&mut rest, 4, true)?)),
                Year2 => {
                    year = Some(full_year(number(&mut rest, 2, true)?, two_digit_year_baseline));
                }
                DayOfYear => day_of_year = Some(number(&mut rest, 3, true)?),
                MonthName => month = 1 + u32::try_from(position_of_name(&MONTHS, 3, &mut rest)?).ok()?,
                Quarter => {
                    let quarter = number(&mut rest, 1, true)?;
                    month = (1..=4).contains(&quarter).then(|| quarter * 3 - 2)?;
                }
                Week => week = Some(number(&mut rest, 2, false)?),
                Weekday | FullMonth => return None,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let year = year?;
        let first = days_of(year, month, day)?;
        match (day_of_year, week) {
            (None, None) => Some(first),
            (Some(number), _) => {
                let date = first.checked_add(i32::try_from(number).ok()?.checked_sub(1)?)?;
                (date >= first && date_of(date).0 == year).then_some(date)
            }
            // Weeks begin on Monday, and week 1 is the one of 1 January.
            (_, Some(week @ 1..=54)) => {
                let monday = first - (weekday_of(first) + 5) % 7;
                let date = (monday + (i32::try_from(week).ok()? - 1) * 7).max(first);
                (date_of(date).0 == year).then_some(date)
            }
            _ => None,
        }
    }

    /// Appends a date in this format.
    pub fn print(self, days: i32, to: &mut String) {
        let (year, month, day) = date_of(days);
        let name = |names: &[&'static str], at: u32| names.get(at as usize).copied().unwrap_or_default();
        for part in self.parts {
            // Writing to a string never fails.
            let _ = match part {
                Separator(separator) => write!(to, "{separator}"),
                Mark(mark) => to.write_str(mark),
                Day => write!(to, "{day:02}"),
                Month => write!(to, "{month:02}"),
                Year4 => write!(to, "{year:04}"),
                Year2 => write!(to, "{:02}", year.rem_euclid(100)),
                DayOfYear => write!(to, "{:03}", day_of_year(days)),
                MonthName => {
                    to.extend(
                        name(&MONTHS, month - 1).chars().take(3).map(|letter| letter.to_ascii_uppercase()),
                    );
                    Ok(())
                }
                Weekday => to.write_str(name(&WEEKDAYS, weekday_of(days) as u32 - 1)),
                FullMonth => to.write_str(name(&MONTHS, month - 1)),
                Quarter => write!(to, "{}", month.div_ceil(3)),
                Week => write!(to, "{:02}", week_of_year(days)),
            };
        }
    }
}

/// The week within a date's year: weeks begin on Monday, week 1 contains 1 January.
fn week_of_year(days: i32) -> i32 {
    let day = day_of_year(days);
    let first = days - (day - 1);
    (day - 1 + (weekday_of(first) + 5) % 7) / 7 + 1
}

/// The first year from `baseline` on that ends with these two digits.
fn full_year(two_digits: u32, baseline: i32) -> i64 {
    let baseline = i64::from(baseline);
    baseline + (i64::from(two_digits) - baseline).rem_euclid(100)
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A number of up to `digits` digits, or of exactly as many; it is removed.
#[inline]
pub(crate) fn number(rest: &mut &[u8], digits: usize, exact: bool) -> Option<u32> {
    let length = rest.iter().take(digits).take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 || (exact && length < digits) {
        return None;
    }
    let (number, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(number.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IBM, "Dates": the examples of each format.
    #[test]
    fn ibms_examples_of_every_format_parse() {
        let day = days_of(1963, 1, 15);
        let pairs = [
            ("DDMMYY", "150163"),
            ("MMDDYY", "011563"),
            ("YYMMDD", "630115"),
            ("YYYYMMDD", "19630115"),
            ("DD/MM/YY", "15/01/63"),
            ("MM/DD/YYYY", "01/15/1963"),
            ("DD-MM-YY", "15-01-63"),
            ("MM.DD.YYYY", "01.15.1963"),
            ("DD-MON-YY", "15-jan-63"),
            ("DD/MON/YYYY", "15/Jan/1963"),
            ("DD.MON.YY", "15.JAN.63"),
            ("DD.MON.YYYY", "15.January.1963"),
            ("YYYY-MM-DD", "1963-1-15"),
        ];
        for (name, text) in pairs {
            let format = DateFormat::named(name).unwrap();
            assert_eq!(format.parse(text, 1930), day, "{name}");
        }
        let format = DateFormat::named("YYYYDDD").unwrap();
        assert_eq!(format.parse("2000032", 1930), days_of(2000, 2, 1));
        assert_eq!(format.parse("2001366", 1930), None);
        assert_eq!(format.parse("2001000", 1930), None);
        assert_eq!(DateFormat::named("q Q YYYY").unwrap().parse("4 Q 2004", 1930), days_of(2004, 10, 1));
        let mut text = String::new();
        DateFormat::named("q Q YYYY").unwrap().print(days_of(2004, 12, 25).unwrap(), &mut text);
        assert_eq!(text, "4 Q 2004");
        assert_eq!(DateFormat::named("MON YYYY").unwrap().parse("Jan 2004", 1930), days_of(2004, 1, 1));
    }

    #[test]
    fn a_printed_date_reads_back_in_every_full_format() {
        for name in DateFormat::names().filter(|name| name.contains('D') && *name != "DAY") {
            let format = DateFormat::named(name).unwrap();
            for days in (-10_000..20_000).step_by(37) {
                let mut text = String::new();
                format.print(days, &mut text);
                let baseline = date_of(days).0 as i32 - 50;
                assert_eq!(format.parse(&text, baseline), Some(days), "{name} {text}");
            }
        }
    }

    /// IBM, "2-digit dates start from"; the streams' own value is 1930.
    #[test]
    fn years_of_two_digits_begin_with_the_baseline() {
        let format = DateFormat::named("dd/mm/yy").unwrap();
        assert_eq!(format.parse("01/01/30", 1930), days_of(1930, 1, 1));
        assert_eq!(format.parse("01/01/29", 1930), days_of(2029, 1, 1));
        assert_eq!(format.parse("01/01/2029", 1930), None);
    }

    #[test]
    fn text_in_another_date_format_is_none() {
        for text in ["", "2001-02-29", "2001-1", "2001-01-01x", "01/02/2003", "20010101"] {
            assert_eq!(DateFormat::ISO.parse(text, 1930), None, "{text}");
        }
    }
}
