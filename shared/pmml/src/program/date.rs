//! Dates as days since 1970-01-01 in the proleptic Gregorian calendar.

/// Days since 1970 of `year-month-day`.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let mut parts = text.trim().splitn(3, '-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: u32 = parts.next()?.parse().ok()?;
    let day: u32 = parts.next()?.parse().ok()?;
    let longest = match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let valid = (1..=longest).contains(&day) && (1..=9999).contains(&year);
    valid.then(|| days(year, month, day) as f64)
}

/// Seconds since midnight of `hour:minute:second`; decimals and seconds are optional.
pub(crate) fn parse_time(text: &str) -> Option<f64> {
    let mut parts = text.trim().splitn(3, ':');
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let valid = hour < 24 && minute < 60 && (0.0..60.0).contains(&second);
    valid.then(|| f64::from(hour * 3600 + minute * 60) + second)
}

/// Seconds since 1970 of a date and a time, with `T` or a blank between.
pub(crate) fn parse_date_time(text: &str) -> Option<f64> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    Some(parse(date)? * SECONDS_A_DAY + parse_time(time)?)
}

pub(crate) const SECONDS_A_DAY: f64 = 86_400.0;

/// Days from 1970-01-01 to January 1st of a year.
pub(crate) fn new_year(year: f64) -> f64 {
    // No `Date32` exists beyond these years; the clamp prevents overflow.
    days(year.clamp(-5_000_000.0, 5_000_000.0) as i64, 1, 1) as f64
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Counts from March 1st, so that the leap day ends its year.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let months = i64::from((month + 9) % 12);
    let in_year = (153 * months + 2) / 5 + i64::from(day) - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days are between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + in_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_1970_in_the_gregorian_calendar() {
        assert_eq!(parse("1970-01-01"), Some(0.0));
        assert_eq!(parse("1969-12-31"), Some(-1.0));
        assert_eq!(parse("2000-03-01"), Some(11_017.0));
        assert_eq!(parse("2024-02-29"), Some(19_782.0));
        assert_eq!(parse("2023-02-29"), None);
        assert_eq!(parse("2023-13-01"), None);
        assert_eq!(new_year(1960.0), -3653.0);
        assert_eq!(parse_time("01:02:03.5"), Some(3723.5));
        assert_eq!(parse_time("24:00:00"), None);
        assert_eq!(parse_date_time("1970-01-02T00:00:01"), Some(86_401.0));
        assert_eq!(parse_date_time("1969-12-31 23:59:59"), Some(-1.0));
    }
}
