//! Dates and times as numbers.

use crate::storage::MICROS_PER_DAY;

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar. `None` if the date does not exist.
pub fn days_of(year: i64, month: u32, day: u32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => return None,
    };
    if day == 0 || day > length || !(-999_999..=999_999).contains(&year) {
        return None;
    }
    // Years begin in March here, so that the leap day is their last day.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

/// Year, month and day of a number of days since 1970-01-01.
pub fn date_of(days: i32) -> (i64, u32, u32) {
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// `YYYY-MM-DD` of days since 1970-01-01.
pub fn print_iso_date(days: i32) -> String {
    let (year, month, day) = date_of(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub fn parse_iso_date(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    days_of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Microseconds of `hh:mm:ss`, with or without a fraction.
pub fn parse_iso_time(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let (hours, minutes) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
    let seconds = parts.next()?.parse::<f64>().ok()?;
    if hours > 23 || minutes > 59 || !(0.0..60.0).contains(&seconds) {
        return None;
    }
    let whole = i64::from(hours * 3_600 + minutes * 60) * 1_000_000;
    Some(whole + (seconds * 1e6).round() as i64)
}

/// Microseconds since 1970-01-01 of `YYYY-MM-DD hh:mm:ss`.
pub fn parse_iso_timestamp(text: &str) -> Option<i64> {
    let (date, time) = text.split_once([' ', 'T'])?;
    Some(i64::from(parse_iso_date(date)?) * MICROS_PER_DAY + parse_iso_time(time)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_day_numbers_are_each_other_s_inverse() {
        for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("1900-01-01", -25_567)] {
            assert_eq!(parse_iso_date(text), Some(days), "{text}");
        }
        for days in (-800_000..800_000).step_by(17) {
            let (year, month, day) = date_of(days);
            assert_eq!(days_of(year, month, day), Some(days));
        }
        assert_eq!(parse_iso_date("1900-02-29"), None);
    }

    #[test]
    fn a_timestamp_counts_microseconds() {
        assert_eq!(parse_iso_timestamp("1970-01-02 00:00:01.5"), Some(MICROS_PER_DAY + 1_500_000));
    }
}
