//! Dates and times of Excel, numbers of days.

use satsuma_columns::MICROS_PER_DAY;

/// Days from 1899-12-30 to 1970-01-01.
const DAYS_1900: i64 = 25_569;
/// Days from 1904-01-01 to 1970-01-01.
const DAYS_1904: i64 = 24_107;
/// Excel has a 29 February 1900, which is this day.
const FALSE_LEAP_DAY: i64 = 60;

/// The first day of a workbook's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Epoch {
    #[default]
    Of1900,
    Of1904,
}

impl Epoch {
    /// Days since 1970-01-01.
    pub(super) fn date(self, serial: f64) -> Option<i32> {
        self.days(serial).and_then(|days| i32::try_from(days).ok())
    }

    /// Microseconds since 1970-01-01. Excel has whole milliseconds.
    pub(super) fn timestamp(self, serial: f64) -> Option<i64> {
        let days = self.days(serial)?;
        let of_day = micros(serial - serial.floor());
        days.checked_mul(MICROS_PER_DAY)?.checked_add(of_day)
    }

    fn days(self, serial: f64) -> Option<i64> {
        if !(0.0..=2_958_466.0).contains(&serial) {
            // Excel's dates end with the year 9999 and are not negative.
            return None;
        }
        let days = serial.floor() as i64;
        Some(match self {
            Self::Of1900 if days < FALSE_LEAP_DAY => days - DAYS_1900 + 1,
            Self::Of1900 => days - DAYS_1900,
            Self::Of1904 => days - DAYS_1904,
        })
    }

    /// The number of a day; `None` before the first.
    pub(super) fn serial_of_date(days: i32) -> Option<f64> {
        let days = i64::from(days) + DAYS_1900;
        // Before the false leap day Excel is a day ahead.
        let serial = if days <= FALSE_LEAP_DAY { days - 1 } else { days };
        (serial >= 1).then_some(serial as f64)
    }

    /// The number of a day with a time; `None` before the first day.
    pub(super) fn serial_of_timestamp(micros: i64) -> Option<f64> {
        let day = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).ok()?;
        Some(Self::serial_of_date(day)? + serial_of_time(micros.rem_euclid(MICROS_PER_DAY)))
    }
}

/// Microseconds of a time or duration. Excel has whole milliseconds.
pub(super) fn time(serial: f64) -> Option<i64> {
    (serial.abs() < 1e6).then(|| micros(serial))
}

fn micros(serial: f64) -> i64 {
    (serial * 86_400_000.0).round() as i64 * 1_000
}

pub(super) fn serial_of_time(micros: i64) -> f64 {
    micros as f64 / MICROS_PER_DAY as f64
}

#[cfg(test)]
mod tests {
    use satsuma_columns::date::days_of;

    use super::*;

    #[test]
    fn serials_are_days_of_both_epochs() {
        assert_eq!(Epoch::Of1900.date(44_260.0), days_of(2021, 3, 5));
        assert_eq!(Epoch::Of1900.date(59.0), days_of(1900, 2, 28));
        assert_eq!(Epoch::Of1900.date(61.0), days_of(1900, 3, 1));
        assert_eq!(Epoch::Of1904.date(0.0), days_of(1904, 1, 1));
        assert_eq!(Epoch::Of1900.timestamp(25_569.520_833_333_336), Some(45_000_000_000));
        assert_eq!(Epoch::Of1900.date(-1.0), None);
        for days in [days_of(1900, 1, 1), days_of(1900, 2, 28), days_of(1900, 3, 1), days_of(2021, 3, 5)] {
            let serial = Epoch::serial_of_date(days.unwrap()).unwrap();
            assert_eq!(Epoch::Of1900.date(serial), days);
        }
        assert_eq!(Epoch::serial_of_date(days_of(1899, 12, 31).unwrap()), None);
    }
}
