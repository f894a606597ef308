//! Date formats of a stream: parsing and printing.

use std::fmt::Write;

use crate::calendar::{MONTHS, WEEKDAYS, day_of_year, position_of_name, weekday_of};
use crate::date::{date_of, days_of};

/// A part of a date format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Name of the default format `YYYY-MM-DD` in stream files. All known streams have it, with dates of that
/// form.
const STORED_DEFAULT: &str = "format23";

impl DateFormat {
    /// `YYYY-MM-DD`.
    pub const ISO: Self = Self { name: "YYYY-MM-DD", parts: &[Year4, DASH, Month, DASH, Day] };

    /// The format with Modeler's name, such as `DD/MM/YYYY`, or with a stream file's name for the default,
    /// `format23`. `None` for other names, whose meaning is unknown.
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

    /// Days since 1970-01-01 of a text in this format; `None` if it is not such a date.
    ///
    /// A two-digit year means the first year with that ending from `two_digit_year_baseline` on. `DAY` and
    /// `MONTH` define no date.
    pub fn parse(self, text: &str, two_digit_year_baseline: i32) -> Option<i32> {
        let mut rest = text.trim();
        let (mut year, mut month, mut day) = (None, 1, 1);
        let mut week = None;
        let fixed = !self.parts.iter().any(|part| matches!(part, Separator(_) | Mark(_)));
        for part in self.parts {
            match part {
                Separator(separator) => rest = rest.strip_prefix(*separator)?,
                Mark(mark) => rest = rest.trim_start().strip_prefix(mark.trim())?.trim_start(),
                Day => day = number(&mut rest, 2, fixed)?,
                Month => month = number(&mut rest, 2, fixed)?,
                Year4 => year = Some(i64::from(number(&mut rest, 4, true)?)),
                Year2 => {
                    year = Some(full_year(number(&mut rest, 2, true)?, two_digit_year_baseline));
                }
                DayOfYear => {
                    let start = days_of(year?, 1, 1)?;
                    let date = start.checked_add(i32::try_from(number(&mut rest, 3, true)?).ok()? - 1)?;
                    return (rest.is_empty() && date >= start && date_of(date).0 == year?).then_some(date);
                }
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
        let first = days_of(year?, month, day)?;
        match week {
            None => Some(first),
            // Weeks begin on Monday, and week 1 contains 1 January.
            Some(week @ 1..=54) => {
                let monday = first - (weekday_of(first) + 5) % 7;
                Some((monday + (i32::try_from(week).ok()? - 1) * 7).max(first))
            }
            Some(_) => None,
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

/// A number of up to `digits` digits, or of exactly as many.
fn number(rest: &mut &str, digits: usize, exact: bool) -> Option<u32> {
    let length = rest.bytes().take(digits).take_while(u8::is_ascii_digit).count();
    if length == 0 || (exact && length < digits) {
        return None;
    }
    let (number, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    number.parse().ok()
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
        ];
        for (name, text) in pairs {
            let format = DateFormat::named(name).unwrap();
            assert_eq!(format.parse(text, 1930), day, "{name}");
        }
        let format = DateFormat::named("YYYYDDD").unwrap();
        assert_eq!(format.parse("2000032", 1930), days_of(2000, 2, 1));
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

    #[test]
    fn text_in_another_date_format_is_none() {
        for text in ["", "2001-02-29", "2001-1", "2001-01-01x", "01/02/2003", "20010101"] {
            assert_eq!(DateFormat::ISO.parse(text, 1930), None, "{text}");
        }
    }
}
