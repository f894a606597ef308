//! Points in time, and clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC, the unit of the batch API's `createdAt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time and `after` later.
    #[must_use]
    pub fn plus(self, after: Duration) -> Self {
        let millis = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// The time as text, in UTC: `2017-05-31T10:18:13.369Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (year, month, day) = self.date();
        let (of_day, millis) = (self.epoch_seconds().rem_euclid(86_400), self.0.rem_euclid(1000));
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }

    /// Year, month and day, in UTC (Gregorian).
    #[must_use]
    pub fn date(self) -> (i64, u8, u8) {
        // The year begins in March here, so that a leap day is its last: 400 of these years have 146,097
        // days (http://howardhinnant.github.io/date_algorithms.html).
        let from_year_0 = self.epoch_seconds().div_euclid(86_400) + 719_468;
        let (era, day) = (from_year_0.div_euclid(146_097), from_year_0.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + carry, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub fn epoch_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// A clock; tests use their own.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(0).plus(since_epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_496_225_893_369, "2017-05-31T10:18:13.369Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp(millis).rfc3339(), text);
        }
        // No representable time panics.
        assert!(Timestamp(i64::MAX).rfc3339().ends_with('Z'));
        assert!(Timestamp(i64::MIN).rfc3339().ends_with('Z'));
    }
}
