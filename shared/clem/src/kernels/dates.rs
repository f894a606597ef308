//! Functions of dates and times.

use satsuma_columns::MICROS_PER_DAY;
use satsuma_columns::calendar::add_months;

use super::Env;

/// Microseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000;

/// Days of a month, a week and a year by IBM's definition ("Date and time functions").
pub(crate) const DAYS_PER_MONTH: f64 = 30.4375;
pub(crate) const DAYS_PER_WEEK: f64 = 7.0;
pub(crate) const DAYS_PER_YEAR: f64 = 365.25;

/// Days between two dates; negative if the second is earlier.
pub(crate) fn days_between(one: i32, two: i32) -> i64 {
    i64::from(two) - i64::from(one)
}

/// Microseconds from one time to another. If the first is later, it belongs to the previous day if the stream
/// has rollover; otherwise the difference is negative.
pub(crate) fn between_times(one: i64, two: i64, env: Env<'_>) -> Option<i64> {
    let difference = two.checked_sub(one)?;
    if env.settings.time_rollover && difference < 0 {
        return difference.checked_add(MICROS_PER_DAY);
    }
    Some(difference)
}

/// A date or timestamp, months later, with the same time of day.
pub(crate) fn add_months_to_moment(micros: i64, months: i64) -> Option<i64> {
    let days = satsuma_columns::day_of(micros)?;
    let moved = i64::from(add_months(days, months)?).checked_mul(MICROS_PER_DAY)?;
    moved.checked_add(satsuma_columns::time_of(micros))
}

/// Days later.
pub(crate) fn add_days(days: i32, more: i64) -> Option<i32> {
    i32::try_from(i64::from(days).checked_add(more)?).ok()
}

/// A time of day, later or earlier, across midnight.
pub(crate) fn add_to_time(time: i64, amount: i64, unit: i64) -> Option<i64> {
    Some(time.checked_add(amount.checked_mul(unit)?)?.rem_euclid(MICROS_PER_DAY))
}

/// A timestamp, later or earlier.
pub(crate) fn add_to_moment(moment: i64, amount: i64, unit: i64) -> Option<i64> {
    moment.checked_add(amount.checked_mul(unit)?)
}

/// The time of hours, minutes and seconds.
pub(crate) fn time_from(hours: i64, minutes: i64, seconds: i64) -> Option<i64> {
    let valid = (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
    valid.then(|| (hours * 3_600 + minutes * 60 + seconds) * SECOND)
}

/// The date of year, month and day.
pub(crate) fn date_from(year: i64, month: i64, day: i64) -> Option<i32> {
    satsuma_columns::date::days_of(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}
