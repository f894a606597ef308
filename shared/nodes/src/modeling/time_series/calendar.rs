//! Regular time points.

use satsuma_columns::calendar::add_months;
use satsuma_columns::date::date_of;
use serde::Serialize;

/// The distance of two time points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum Interval {
    Days(i32),
    Months(i64),
}

impl Interval {
    /// The interval of this name, so many times.
    pub(super) fn of(name: &str, increment: i32) -> Option<Self> {
        let times = |unit: i32| unit.checked_mul(increment).filter(|count| *count > 0);
        Some(match name {
            "DAY" => Self::Days(times(1)?),
            "WEEK" => Self::Days(times(7)?),
            "MONTH" => Self::Months(times(1)?.into()),
            "QUARTER" => Self::Months(times(3)?.into()),
            "YEAR" => Self::Months(times(12)?.into()),
            _ => return None,
        })
    }

    /// The next time point. Months have the day of the first one, which must exist in all of them.
    pub(super) fn after(self, day: i32) -> Option<i32> {
        match self {
            Self::Days(days) => day.checked_add(days),
            Self::Months(months) => add_months(day, months).filter(|next| date_of(*next).2 == date_of(day).2),
        }
    }
}

#[cfg(test)]
mod tests {
    use satsuma_columns::date::days_of;

    use super::*;

    #[test]
    fn the_next_time_point_is_an_interval_later() {
        let day = |year, month, day| days_of(year, month, day).unwrap();
        let next = |name: &str, from| Interval::of(name, 1).unwrap().after(from);
        assert_eq!(next("DAY", day(2024, 2, 28)), Some(day(2024, 2, 29)));
        assert_eq!(next("WEEK", day(2024, 12, 30)), Some(day(2025, 1, 6)));
        assert_eq!(next("QUARTER", day(2024, 10, 1)), Some(day(2025, 1, 1)));
        assert_eq!(next("MONTH", day(2024, 1, 31)), None);
        assert_eq!(Interval::of("HOUR", 1), None);
        assert_eq!(Interval::of("DAY", 0), None);
    }
}
