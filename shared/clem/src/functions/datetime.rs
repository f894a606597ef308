//! Date and time functions.

use satsuma_columns::calendar::{MONTHS, WEEKDAYS, add_months, date_of_iso_week, iso_week_of, weekday_of};
use satsuma_columns::date::date_of;
use satsuma_columns::{MICROS_PER_DAY, Scalar, time_of};

use crate::Result;
use crate::kernels::dates::{
    DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR, SECOND, add_days, add_months_to_moment, add_to_moment,
    add_to_time, between_times, date_from, days_between, time_from,
};
use crate::kernels::map::{map1, map2, map3, write1};
use crate::kernels::{Env, Kernel};
use crate::value::{Clock, Dates, Day, Integers, Moment, Times, Timestamps, Value, mismatch};

use super::{Function, function};

/// Days since the stream's base date.
fn since_base(days: i32, env: Env<'_>) -> i64 {
    days_between(env.settings.base_date(), days)
}

/// Seconds of microseconds.
fn seconds(micros: i64) -> f64 {
    micros as f64 / SECOND as f64
}

fn whole_seconds(micros: i64) -> i64 {
    micros / SECOND
}

macro_rules! in_units {
    ($unit:expr) => {
        |a, e| map1::<Dates<'_>, f64>(a, e, |days| Some(since_base(days, e) as f64 / $unit))
    };
}

macro_rules! difference_in_units {
    ($unit:expr) => {
        |a, e| map2::<Dates<'_>, Dates<'_>, f64>(a, e, |one, two| Some(days_between(one, two) as f64 / $unit))
    };
}

macro_rules! add_months_of {
    (Date $factor:literal) => {
        |a, e| {
            map2::<Integers<'_>, Dates<'_>, Day>(a, e, |count, days| {
                add_months(days, count.checked_mul($factor)?).map(Day)
            })
        }
    };
    (Timestamp $factor:literal) => {
        |a, e| {
            map2::<Integers<'_>, Timestamps<'_>, Moment>(a, e, |count, micros| {
                add_months_to_moment(micros, count.checked_mul($factor)?).map(Moment)
            })
        }
    };
}

macro_rules! add_days_of {
    (Date $factor:literal) => {
        |a, e| {
            map2::<Integers<'_>, Dates<'_>, Day>(a, e, |count, days| {
                add_days(days, count.checked_mul($factor)?).map(Day)
            })
        }
    };
    (Timestamp $factor:literal) => {
        |a, e| {
            map2::<Integers<'_>, Timestamps<'_>, Moment>(a, e, |count, micros| {
                add_to_moment(micros, count.checked_mul($factor)?, MICROS_PER_DAY).map(Moment)
            })
        }
    };
}

macro_rules! add_time_of {
    (Time $unit:expr) => {
        |a, e| {
            map2::<Integers<'_>, Times<'_>, Clock>(a, e, |count, time| {
                add_to_time(time, count, $unit).map(Clock)
            })
        }
    };
    (Timestamp $unit:expr) => {
        |a, e| {
            map2::<Integers<'_>, Timestamps<'_>, Moment>(a, e, |count, micros| {
                add_to_moment(micros, count, $unit).map(Moment)
            })
        }
    };
}

/// A part of a time of day.
macro_rules! part_of_time {
    ($divisor:expr, $modulus:expr) => {
        |a, e| map1::<Times<'_>, i64>(a, e, |time| Some(time_of(time) / SECOND / $divisor % $modulus))
    };
}

/// A name of a list by its number from 1, or its first letters.
fn name(args: &[Value], env: Env<'_>, names: &[&'static str], length: Option<usize>) -> Result<Value> {
    write1::<Integers<'_>>(args, env, |number, to| {
        let name = names.get(usize::try_from(number.checked_sub(1)?).ok()?)?;
        to.push_str(length.map_or(Some(*name), |length| name.get(..length))?);
        Some(())
    })
}

/// A timestamp from six numbers.
fn moment_from(args: &[Value], env: Env<'_>) -> Result<Value> {
    let [year, month, day, hour, minute, second] = args else {
        return Err(mismatch("six arguments"));
    };
    let date = map3::<Integers<'_>, Integers<'_>, Integers<'_>, Day>(
        &[year.clone(), month.clone(), day.clone()],
        env,
        |year, month, day| date_from(year, month, day).map(Day),
    )?;
    let time = map3::<Integers<'_>, Integers<'_>, Integers<'_>, Clock>(
        &[hour.clone(), minute.clone(), second.clone()],
        env,
        |hour, minute, second| time_from(hour, minute, second).map(Clock),
    )?;
    date_and_time(&[date, time], env)
}

fn date_and_time(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Dates<'_>, Times<'_>, Moment>(args, env, |days, time| {
        Some(Moment(i64::from(days).checked_mul(MICROS_PER_DAY)?.checked_add(time)?))
    })
}

/// Seconds of a timestamp since the base date.
pub(crate) const SECONDS_OF_MOMENT: Kernel = |a, e| {
    let base = i64::from(e.settings.base_date()) * MICROS_PER_DAY;
    map1::<Timestamps<'_>, f64>(a, e, |micros| Some(seconds(micros.checked_sub(base)?)))
};

/// Text in the date format for a constant date.
pub(crate) fn print_today(days: i32, settings: &satsuma_columns::Settings) -> Scalar {
    let mut text = String::new();
    settings.print_date(days, &mut text);
    Scalar::text(text)
}

pub(super) const DATE_TIME: &[Function] = &[
    function!(
        "@TODAY",
        "@TODAY",
        "String",
        "The current date as a string in the stream's date format; null for a format with two-digit years unless days and minutes roll over.",
        special
    ),
    function!("datetime_date(YEAR, MONTH, DAY)", "datetime_date", "Date", "The date of a year, month and day; null where there is none.",
    [Integer, Integer, Integer] Date => |a, e| map3::<Integers<'_>, Integers<'_>, Integers<'_>, Day>(a, e, |y, m, d| {
        date_from(y, m, d).map(Day)
    })),
    function!(
        "datetime_date(ITEM)",
        "datetime_date",
        "Date",
        "The date of a number (seconds since the base date), a string, a timestamp or a date.",
        special
    ),
    function!("date_add_years(NUM, DATE)", "date_add_years", "Date", "A date or timestamp so many years later.",
        [Integer, Date] Date => add_months_of!(Date 12), [Integer, Timestamp] Timestamp => add_months_of!(Timestamp 12)),
    function!("date_add_months(NUM, DATE)", "date_add_months", "Date", "A date or timestamp so many months later.",
        [Integer, Date] Date => add_months_of!(Date 1), [Integer, Timestamp] Timestamp => add_months_of!(Timestamp 1)),
    function!("date_add_weeks(NUM, DATE)", "date_add_weeks", "Date", "A date or timestamp so many weeks later.",
        [Integer, Date] Date => add_days_of!(Date 7), [Integer, Timestamp] Timestamp => add_days_of!(Timestamp 7)),
    function!("date_add_days(NUM, DATE)", "date_add_days", "Date", "A date or timestamp so many days later.",
        [Integer, Date] Date => add_days_of!(Date 1), [Integer, Timestamp] Timestamp => add_days_of!(Timestamp 1)),
    function!("time_add_hours(NUM, TIME)", "time_add_hours", "Time", "A time or timestamp so many hours later.",
        [Integer, Time] Time => add_time_of!(Time 3_600 * SECOND), [Integer, Timestamp] Timestamp => add_time_of!(Timestamp 3_600 * SECOND)),
    function!("time_add_minutes(NUM, TIME)", "time_add_minutes", "Time", "A time or timestamp so many minutes later.",
        [Integer, Time] Time => add_time_of!(Time 60 * SECOND), [Integer, Timestamp] Timestamp => add_time_of!(Timestamp 60 * SECOND)),
    function!("time_add_seconds(NUM, TIME)", "time_add_seconds", "Time", "A time or timestamp so many seconds later.",
        [Integer, Time] Time => add_time_of!(Time SECOND), [Integer, Timestamp] Timestamp => add_time_of!(Timestamp SECOND)),
    function!("date_before(DATE1, DATE2)", "date_before", "Boolean", "Whether DATE1 is before DATE2.",
        [Date, Date] Truth => |a, e| map2::<Dates<'_>, Dates<'_>, bool>(a, e, |one, two| Some(one < two)),
        [Timestamp, Timestamp] Truth => |a, e| map2::<Timestamps<'_>, Timestamps<'_>, bool>(a, e, |one, two| Some(one < two))),
    function!("date_days_difference(DATE1, DATE2)", "date_days_difference", "Integer", "Days from DATE1 to DATE2.",
        [Date, Date] Integer => |a, e| map2::<Dates<'_>, Dates<'_>, i64>(a, e, |one, two| Some(days_between(one, two)))),
    function!("date_in_days(DATE)", "date_in_days", "Integer", "Days since the base date.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(since_base(days, e)))),
    function!("date_in_months(DATE)", "date_in_months", "Real", "Months of 30.4375 days since the base date.",
        [Date] Real => in_units!(DAYS_PER_MONTH)),
    function!("date_in_weeks(DATE)", "date_in_weeks", "Real", "Weeks since the base date.",
        [Date] Real => in_units!(DAYS_PER_WEEK)),
    function!("date_in_years(DATE)", "date_in_years", "Real", "Years of 365.25 days since the base date.",
        [Date] Real => in_units!(DAYS_PER_YEAR)),
    function!("date_months_difference(DATE1, DATE2)", "date_months_difference", "Real", "Months of 30.4375 days from DATE1 to DATE2.",
        [Date, Date] Real => difference_in_units!(DAYS_PER_MONTH)),
    function!("date_weeks_difference(DATE1, DATE2)", "date_weeks_difference", "Real", "Weeks from DATE1 to DATE2.",
        [Date, Date] Real => difference_in_units!(DAYS_PER_WEEK)),
    function!("date_years_difference(DATE1, DATE2)", "date_years_difference", "Real", "Years of 365.25 days from DATE1 to DATE2.",
        [Date, Date] Real => difference_in_units!(DAYS_PER_YEAR)),
    function!("date_from_ywd(YEAR, WEEK, DAY)", "date_from_ywd", "Date", "The date of an ISO 8601 year, week and weekday.",
    [Integer, Integer, Integer] Date => |a, e| map3::<Integers<'_>, Integers<'_>, Integers<'_>, Day>(a, e, |y, w, d| {
        date_of_iso_week(y, w, d).map(Day)
    })),
    function!("date_iso_day(DATE)", "date_iso_day", "Integer", "The ISO 8601 weekday, from 1 for Monday.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(iso_week_of(days).2.into()))),
    function!("date_iso_week(DATE)", "date_iso_week", "Integer", "The ISO 8601 week.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(iso_week_of(days).1.into()))),
    function!("date_iso_year(DATE)", "date_iso_year", "Integer", "The ISO 8601 year.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(iso_week_of(days).0))),
    function!("datetime_day(DATE)", "datetime_day", "Integer", "The day of the month.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(date_of(days).2.into()))),
    function!("datetime_day_name(DAY)", "datetime_day_name", "String", "The English name of weekday DAY, from 1 for Sunday.",
        [Integer] String => |a, e| name(a, e, &WEEKDAYS, None)),
    function!("datetime_day_short_name(DAY)", "datetime_day_short_name", "String", "The short English name of weekday DAY.",
        [Integer] String => |a, e| name(a, e, &WEEKDAYS, Some(3))),
    function!("datetime_hour(TIME)", "datetime_hour", "Integer", "The hour of a time or timestamp.",
        [Time] Integer => part_of_time!(3_600, 24)),
    function!("datetime_in_seconds(TIME)", "datetime_in_seconds", "Real", "Seconds of a time, or from the base date to a date or timestamp.",
        [Time] Real => |a, e| map1::<Times<'_>, f64>(a, e, |time| Some(seconds(time))),
        [Date] Real => |a, e| map1::<Dates<'_>, f64>(a, e, |days| Some(since_base(days, e) as f64 * 86_400.0)),
        [Timestamp] Real => SECONDS_OF_MOMENT),
    function!("datetime_minute(TIME)", "datetime_minute", "Integer", "The minute of a time or timestamp.",
        [Time] Integer => part_of_time!(60, 60)),
    function!("datetime_month(DATE)", "datetime_month", "Integer", "The month.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(date_of(days).1.into()))),
    function!("datetime_month_name(MONTH)", "datetime_month_name", "String", "The English name of month MONTH.",
        [Integer] String => |a, e| name(a, e, &MONTHS, None)),
    function!("datetime_month_short_name(MONTH)", "datetime_month_short_name", "String", "The short English name of month MONTH.",
        [Integer] String => |a, e| name(a, e, &MONTHS, Some(3))),
    function!(
        "datetime_now",
        "datetime_now",
        "Timestamp",
        "The current time, the same in all records.",
        special
    ),
    function!("datetime_second(TIME)", "datetime_second", "Integer", "The second of a time or timestamp.",
        [Time] Integer => part_of_time!(1, 60)),
    function!("datetime_time(HOUR, MINUTE, SECOND)", "datetime_time", "Time", "The time of an hour, minute and second; null where there is none.",
    [Integer, Integer, Integer] Time => |a, e| map3::<Integers<'_>, Integers<'_>, Integers<'_>, Clock>(a, e, |h, m, s| {
        time_from(h, m, s).map(Clock)
    })),
    function!(
        "datetime_time(ITEM)",
        "datetime_time",
        "Time",
        "The time of a number (seconds; whole days are dropped), a string, a timestamp or a time.",
        special
    ),
    function!("datetime_timestamp(YEAR, MONTH, DAY, HOUR, MINUTE, SECOND)", "datetime_timestamp", "Timestamp", "The timestamp of six numbers.",
        [Integer, Integer, Integer, Integer, Integer, Integer] Timestamp => moment_from),
    function!("datetime_timestamp(DATE, TIME)", "datetime_timestamp", "Timestamp", "The timestamp of a date and a time.",
        [Date, Time] Timestamp => date_and_time),
    function!(
        "datetime_timestamp(ITEM)",
        "datetime_timestamp",
        "Timestamp",
        "The timestamp of a number (seconds since the base date), a string or a date.",
        special
    ),
    function!("datetime_weekday(DATE)", "datetime_weekday", "Integer", "The weekday, from 1 for Sunday.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(weekday_of(days).into()))),
    function!("datetime_year(DATE)", "datetime_year", "Integer", "The year.",
        [Date] Integer => |a, e| map1::<Dates<'_>, i64>(a, e, |days| Some(date_of(days).0))),
    function!("time_before(TIME1, TIME2)", "time_before", "Boolean", "Whether TIME1 is before TIME2.",
        [Time, Time] Truth => |a, e| map2::<Times<'_>, Times<'_>, bool>(a, e, |one, two| Some(one < two)),
        [Timestamp, Timestamp] Truth => |a, e| map2::<Timestamps<'_>, Timestamps<'_>, bool>(a, e, |one, two| Some(one < two))),
    function!("time_hours_difference(TIME1, TIME2)", "time_hours_difference", "Real", "Hours from TIME1 to TIME2; where TIME1 is later, negative, or of the day before if days roll over.",
        [Time, Time] Real => |a, e| map2::<Times<'_>, Times<'_>, f64>(a, e, |one, two| Some(seconds(between_times(one, two, e)?) / 3_600.0)),
        [Timestamp, Timestamp] Real => |a, e| map2::<Timestamps<'_>, Timestamps<'_>, f64>(a, e, |one, two| Some(seconds(two.checked_sub(one)?) / 3_600.0))),
    function!("time_in_hours(TIME)", "time_in_hours", "Real", "Hours since midnight.",
        [Time] Real => |a, e| map1::<Times<'_>, f64>(a, e, |time| Some(seconds(time) / 3_600.0))),
    function!("time_in_mins(TIME)", "time_in_mins", "Real", "Minutes since midnight.",
        [Time] Real => |a, e| map1::<Times<'_>, f64>(a, e, |time| Some(seconds(time) / 60.0))),
    function!("time_in_secs(TIME)", "time_in_secs", "Integer", "Seconds since midnight.",
        [Time] Integer => |a, e| map1::<Times<'_>, i64>(a, e, |time| Some(whole_seconds(time)))),
    function!("time_mins_difference(TIME1, TIME2)", "time_mins_difference", "Real", "Minutes from TIME1 to TIME2, as time_hours_difference.",
        [Time, Time] Real => |a, e| map2::<Times<'_>, Times<'_>, f64>(a, e, |one, two| Some(seconds(between_times(one, two, e)?) / 60.0)),
        [Timestamp, Timestamp] Real => |a, e| map2::<Timestamps<'_>, Timestamps<'_>, f64>(a, e, |one, two| Some(seconds(two.checked_sub(one)?) / 60.0))),
    function!("time_secs_difference(TIME1, TIME2)", "time_secs_difference", "Integer", "Seconds from TIME1 to TIME2, as time_hours_difference.",
        [Time, Time] Integer => |a, e| map2::<Times<'_>, Times<'_>, i64>(a, e, |one, two| Some(whole_seconds(between_times(one, two, e)?))),
        [Timestamp, Timestamp] Integer => |a, e| map2::<Timestamps<'_>, Timestamps<'_>, i64>(a, e, |one, two| Some(whole_seconds(two.checked_sub(one)?)))),
];
