//! Weekdays, ISO weeks, and names of days and months.

use crate::date::{date_of, days_of};

/// English names of months. Modeler uses those of its locale; ours is English.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// English names of weekdays, Sunday first.
pub const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The weekday of a date, from 1 for Sunday to 7 for Saturday.
pub fn weekday_of(days: i32) -> i32 {
    // 1970-01-01 was a Thursday.
    (days.rem_euclid(7) + 4) % 7 + 1
}

/// The day of a date's year, from 1.
pub fn day_of_year(days: i32) -> i32 {
    let (year, _, _) = date_of(days);
    days_of(year, 1, 1).map_or(1, |first| days - first + 1)
}

/// ISO 8601 year, week and weekday (1 for Monday) of a date.
pub fn iso_week_of(days: i32) -> (i64, u32, u32) {
    let weekday = (weekday_of(days) + 5) % 7 + 1;
    // The week belongs to the year of its Thursday.
    let thursday = days.saturating_add(4 - weekday);
    let (year, _, _) = date_of(thursday);
    let week = (day_of_year(thursday) - 1) / 7 + 1;
    (year, week as u32, weekday as u32)
}

/// The date of an ISO 8601 year, week and weekday (1 for Monday); `None` if it does not exist.
pub fn date_of_iso_week(year: i64, week: i64, weekday: i64) -> Option<i32> {
    if !(1..=53).contains(&week) || !(1..=7).contains(&weekday) {
        return None;
    }
    let fourth = days_of(year, 1, 4)?;
    let monday = fourth - (weekday_of(fourth) + 5) % 7;
    let date = monday.checked_add(i32::try_from((week - 1) * 7 + weekday - 1).ok()?)?;
    (iso_week_of(date).0 == year).then_some(date)
}

/// The date a number of months later. A day that the month lacks becomes its last day. `None` outside the
/// calendar.
pub fn add_months(days: i32, months: i64) -> Option<i32> {
    let (year, month, day) = date_of(days);
    let month = year.checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(months)?;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u32 + 1);
    (day.min(28)..=day).rev().find_map(|day| days_of(year, month, day))
}

/// The place of the name that `rest` begins with, by its first `length` letters or in full; the name is removed.
pub(crate) fn position_of_name(names: &[&str], length: usize, rest: &mut &[u8]) -> Option<usize> {
    for (at, name) in names.iter().enumerate() {
        for wanted in [*name, name.get(..length)?] {
            if let Some((head, tail)) = rest.split_at_checked(wanted.len())
                && head.eq_ignore_ascii_case(wanted.as_bytes())
            {
                *rest = tail;
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO 8601: 2004-01-01 is day 4 of week 1; 2005-01-01 is day 6 of week 53 of 2004.
    #[test]
    fn iso_weeks_and_dates_are_each_other_s_inverse() {
        assert_eq!(iso_week_of(days_of(2004, 1, 1).unwrap()), (2004, 1, 4));
        assert_eq!(iso_week_of(days_of(2005, 1, 1).unwrap()), (2004, 53, 6));
        for days in (-40_000..40_000).step_by(11) {
            let (year, week, weekday) = iso_week_of(days);
            assert_eq!(date_of_iso_week(year, week.into(), weekday.into()), Some(days));
        }
        assert_eq!(date_of_iso_week(2005, 53, 1), None);
    }

    #[test]
    fn months_are_added_within_the_calendar() {
        let january = days_of(2024, 1, 31).unwrap();
        assert_eq!(add_months(january, 1), days_of(2024, 2, 29));
        assert_eq!(add_months(january, -2), days_of(2023, 11, 30));
        assert_eq!(add_months(january, i64::MAX), None);
    }

    #[test]
    fn sunday_is_the_first_weekday() {
        assert_eq!(weekday_of(days_of(2024, 9, 1).unwrap()), 1);
        assert_eq!(weekday_of(days_of(1899, 12, 30).unwrap()), 7);
    }
}
