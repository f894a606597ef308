//! Amounts as people write them.

use std::time::Duration;

use satsuma_domain::Timestamp;

/// Reads `90s`, `30m`, `12h` or `7d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let seconds = amount(text, &units).ok_or("a time is a number and one of s, m, h, d, such as 12h")?;
    Ok(Duration::from_secs(seconds))
}

/// Reads `500`, `10MB` or `2TB`; a kilobyte has 1,000 bytes.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let units = [("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("", 1)];
    amount(text, &units)
        .ok_or_else(|| "a size is a number and kB, MB, GB, TB or nothing, such as 50GB".to_owned())
}

/// Reads `100h` as seconds.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    duration(text).map(|duration| duration.as_secs())
}

fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let factor = units.iter().find(|(name, _)| *name == unit)?.1;
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(factor)
        .filter(|amount| *amount <= satsuma_domain::usage::Quotas::MOST)
}

/// A time, to the minute.
pub(crate) fn to_minute(time: Timestamp) -> String {
    let (year, month, day) = time.date();
    let minutes = time.epoch_seconds().rem_euclid(86_400) / 60;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_amounts_with_known_units_are_parsed() {
        assert_eq!(duration("90m"), Ok(Duration::from_secs(5_400)));
        assert_eq!((bytes("500"), bytes("2TB")), (Ok(500), Ok(2_000_000_000_000)));
        for text in ["", "h", "12", "12 h", "-1h", "1e3s", "99999999999999999999d", "12H"] {
            assert!(duration(text).is_err(), "{text}");
        }
        for text in ["GB", "1.5GB", "1gb", "99999999999TB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_shown_to_the_minute() {
        assert_eq!(to_minute(Timestamp(1_709_251_199_000)), "2024-02-29 23:59 UTC");
    }
}
