//! Calendar months, by which running time is counted.

use std::fmt;

use crate::time::Timestamp;

/// A month of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: u8,
}

impl Month {
    /// The month of a time.
    #[must_use]
    pub fn of(time: Timestamp) -> Self {
        let (year, month, _) = time.date();
        Self { year, month }
    }
}

/// As `2026-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_at_its_last_second_in_utc_leap_years_too() {
        for (seconds, month) in [
            (0, "1970-01"),
            (-1, "1969-12"),
            (951_782_399, "2000-02"),
            (951_868_799, "2000-02"),
            (951_868_800, "2000-03"),
            (1_709_251_199, "2024-02"),
            (1_709_251_200, "2024-03"),
            (1_798_761_599, "2026-12"),
            (1_798_761_600, "2027-01"),
        ] {
            assert_eq!(Month::of(Timestamp(seconds * 1_000)).to_string(), month, "{seconds}");
        }
    }
}
