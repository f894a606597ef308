//! Intervals between records, and the fields that number and label them.
//!
//! IBM, "Time Intervals node", sample output of each interval: the index and the label, then one number for each part
//! of the interval. The week starts at 1 and goes on, whatever the calendar; Monday is day 1. A model that IBM built
//! of a stream that starts on Wednesday 2014-01-01 holds week 1 and day 3 of 7, which agrees.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int64Array, StringArray};
use satsuma_columns::calendar::{WEEKDAYS, weekday_of};
use satsuma_columns::{Field, Scalar, Storage};
use serde::{Deserialize, Serialize};

/// Days of a week.
const WEEK: i64 = 7;

/// The interval between records, and the first record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Interval {
    /// Periods without a cycle.
    Periods { first: i64 },
    /// Periods of a cycle.
    Cycle { first_cycle: i64, first_period: i64, periods: i64 },
    /// Calendar years.
    Years { first: i64 },
    /// The first days of each week from Monday on; `first` is the date of the first record.
    DaysOfWeek { first: i32, days: i64 },
}

/// The place of a date within its week, from 0 for Monday.
pub(super) fn day_of_week(date: i32) -> i64 {
    i64::from((weekday_of(date) + 5) % 7)
}

impl Interval {
    /// The fields behind the index: the label, and the numbers. `name` completes a name.
    pub(super) fn fields(self, name: impl Fn(&str) -> String) -> Vec<Field> {
        let field = |part: &str, storage| Field::new(name(part), storage);
        let label = if let Self::DaysOfWeek { .. } = self { Storage::Date } else { Storage::String };
        let mut fields = vec![field("TimeLabel", label)];
        let numbers: &[&str] = match self {
            Self::Periods { .. } => &["Period"],
            Self::Cycle { .. } => &["Cycle", "Period"],
            Self::Years { .. } => &["Year"],
            Self::DaysOfWeek { .. } => &["Week", "Day"],
        };
        fields.extend(numbers.iter().map(|part| field(part, Storage::Integer)));
        if let (Self::DaysOfWeek { days, .. }, Some(day)) = (self, fields.last_mut()) {
            let names = WEEKDAYS.iter().cycle().skip(1).zip(1..=days);
            let labels = names.map(|(name, day)| (Scalar::Integer(day), (*name).to_owned()));
            day.value_labels = labels.collect();
        }
        fields
    }

    /// The columns of [`Interval::fields`] for `rows` records; `first` is the zero-based number of the first one.
    pub(super) fn columns(self, first: i64, rows: usize) -> Vec<ArrayRef> {
        let records = || (first..).take(rows);
        let integers = |value: &dyn Fn(i64) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(records().map(value)))
        };
        let texts = |value: &dyn Fn(i64) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(records().map(value)))
        };
        match self {
            Self::Periods { first } => {
                let period = |record: i64| first.saturating_add(record);
                vec![texts(&|record| format!("Period {}", period(record))), integers(&period)]
            }
            Self::Cycle { first_cycle, first_period, periods } => {
                let passed = |record: i64| first_period.saturating_add(record).saturating_sub(1);
                let periods = periods.max(1);
                let cycle = |record: i64| first_cycle.saturating_add(passed(record) / periods);
                let period = |record: i64| passed(record) % periods + 1;
                let label = |record: i64| format!("Cycle {}, Period {}", cycle(record), period(record));
                vec![texts(&label), integers(&cycle), integers(&period)]
            }
            Self::Years { first } => {
                let year = |record: i64| first.saturating_add(record);
                vec![texts(&|record| year(record).to_string()), integers(&year)]
            }
            Self::DaysOfWeek { first: start, days } => {
                let days = days.clamp(1, WEEK);
                let passed = |record: i64| record.saturating_add(day_of_week(start));
                let monday = i64::from(start) - day_of_week(start);
                let date = |record: i64| {
                    let passed = passed(record);
                    let date = (passed / days).saturating_mul(WEEK).saturating_add(passed % days + monday);
                    i32::try_from(date).unwrap_or(i32::MAX)
                };
                vec![
                    Arc::new(Date32Array::from_iter_values(records().map(date))),
                    integers(&|record| passed(record) / days + 1),
                    integers(&|record| passed(record) % days + 1),
                ]
            }
        }
    }
}
