//! Time Intervals: labels the records of a time series, and appends future records. IBM: "Time Intervals Node"
//! (deprecated since 18.0), `timeintervalsnode`.
//!
//! Records are labelled in input order: *periods*, *cyclic periods*, *years* and *days per week*. Names, order and labels
//! of the new fields follow published responses of IBM's scoring service (`Period 3`, `Cycle 5, Period 11`) and IBM's
//! sample output of each interval. In future records, the input fields are null. Other intervals, and intervals that
//! come from a date field, are refused: how Modeler groups and pads records is not documented in full.

mod interval;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, new_null_array};
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::calendar::MONTHS;
use satsuma_columns::date::days_of;
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRun, NodeType, Process, Reported, Table, one,
    settings,
};
use satsuma_stream::{Element, StreamError, tables, text_enum};
use serde::{Deserialize, Serialize};

use self::interval::{Interval, day_of_week};
use crate::fold::{Fold, fold, operator};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "TimeIntervalsNode",
    extension: None,
    inputs: Inputs::One,
    settings: TimeIntervalsSettings::LIST,
    compile,
};

text_enum! {
    /// The source of labels.
    Mode {
        /// The order of records.
        Label = "LABEL",
        /// A date or time field.
        Create = "CREATE",
    }
}

text_enum! {
    /// The interval between records.
    IntervalType {
        /// A period.
        Periods = "PERIODS",
        /// A period of a cycle.
        CyclicPeriods = "CYCLIC_PERIODS",
        /// A year.
        Years = "YEARS",
        /// A day of a week.
        DaysPerWeek = "DAYS_PER_WEEK",
    }
}

settings! {
    /// Settings of a Time Intervals node.
    pub struct TimeIntervalsSettings {
        /// The source of labels.
        mode: Mode = value("timeIntervalMode", "mode", Mode::Label),
        /// The interval between records.
        interval: IntervalType = value("timeIntervalType", "interval_type", IntervalType::Periods),
        /// The name extension of new fields.
        extension: String = value("timeFieldNameExtension", "field_name_extension", "$TI_".to_owned()),
        /// Whether the extension is a prefix.
        is_prefix: bool = value("timeFieldNameExtensionAsPrefix", "field_name_extension_as_prefix", true),
        /// The first cycle.
        first_cycle: i64 = value("timeLabelCycleStart", "", 1),
        /// The first period.
        first_period: i64 = value("timeLabelPeriodStart", "period_start", 1),
        /// The periods of a cycle.
        periods_per_cycle: i64 = value("timeLabelPeriodsPerCycle", "periods_per_interval", 12),
        /// The year of the first record.
        first_year: i64 = value("timeLabelYearStart", "year_start", 2000),
        /// The month of the first record, in English.
        first_month: String = value("timeLabelMonthStart", "month_start", "January".to_owned()),
        /// The day of the month of the first record.
        first_day: u32 = value("timeLabelDayStart", "day_start", 1),
        /// The days of a week that have records.
        days_per_week: i64 = value("timeNumDaysPerWeek", "days_per_week", 5),
        /// The first day of a week, in English.
        week_begins_on: String = value("timeWeekBeginsOn", "week_begins_on", "Monday".to_owned()),
        /// Whether future records are appended.
        has_future: bool = value("timeIntervalsCreateFutureRecords", "create_future_records", false),
        /// The number of future records.
        future_records: u64 = value("timeIntervalsNumFutureRecords", "num_future_records", 1),
        /// Whether a flag field marks future records.
        has_future_field: bool = value("timeIntervalsCreateFutureField", "create_future_field", false),
        /// The name of the flag field.
        future_field: String = value("timeIntervalsFutureFieldName", "future_field_name", "$TI_Future".to_owned()),
        /// The number of fields with values for future records.
        future_values: usize = parsed("timeIntervalsFutureValuesFields", "", rows),
    }
    // Settings of the intervals and modes that are refused; the estimation period, which only models use.
    ignored: [
        "dateFormat", "timeAggrAndPaddingFields", "timeAggrFunctionFlagDefault", "timeAggrFunctionRangeDefault",
        "timeAggrFunctionSetDefault", "timeCreateFieldsAndFunctionsMode", "timeDayBeginsAt", "timeFiscalYearBegins",
        "timeFormat", "timeIncrementBy", "timeIntervalField", "timeIntervalsCustomFutureValues",
        "timeLabelQuarterStart", "timeLabelTimeStart", "timeNumHoursPerDay", "timePaddingFunctionFlagDefault",
        "timePaddingFunctionRangeDefault", "timePaddingFunctionSetDefault", "timePaddingMaxRecordsCreated",
        "timeSeriesBeginEstimationMode", "timeSeriesEndEstimationMode", "timeSeriesEstimationPeriodNumHoldouts",
        "timeSeriesEstimationPeriodStartOffset",
    ]
}

fn rows(element: &Element) -> Result<usize, StreamError> {
    Ok(tables::rows(element).count())
}

/// Maximum number of future records: Modeler's default limit for created records.
const MOST_FUTURE: u64 = 50_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct TimeIntervals {
    /// Prefix and suffix of names.
    around: (String, String),
    interval: Interval,
    /// The number of future records.
    future: usize,
    future_field: Option<String>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TimeIntervalsSettings = compile.settings()?;
    if settings.mode != Mode::Label {
        let message = "only LABEL is supported; IBM does not document how dates are grouped and padded";
        return Err(compile.refuse_value("timeIntervalMode", settings.mode, message));
    }
    let interval = interval(&settings, compile)?;
    if settings.future_values > 0 {
        let message = "values for future records are not supported";
        return Err(compile.refuse_value("timeIntervalsFutureValuesFields", settings.future_values, message));
    }
    let future = if settings.has_future { settings.future_records } else { 0 };
    let Some(future) = usize::try_from(future).ok().filter(|_| future <= MOST_FUTURE) else {
        let message = format!("at most {MOST_FUTURE} future records are supported");
        return Err(compile.refuse_value("timeIntervalsNumFutureRecords", future, message));
    };
    let around = match settings.is_prefix {
        true => (settings.extension, String::new()),
        false => (String::new(), settings.extension),
    };
    Ok(Compiled::process(TimeIntervals {
        around,
        interval,
        future,
        future_field: settings.has_future_field.then_some(settings.future_field),
    }))
}

fn interval(settings: &TimeIntervalsSettings, compile: &mut Compile<'_>) -> Result<Interval, Reported> {
    match &settings.interval {
        IntervalType::Periods => Ok(Interval::Periods { first: settings.first_period }),
        IntervalType::CyclicPeriods => {
            let periods = settings.periods_per_cycle;
            let (first_cycle, first_period) = (settings.first_cycle, settings.first_period);
            if !(1..=periods).contains(&first_period) {
                let message = "the first period must be one of the periods of a cycle";
                return Err(compile.refuse_value("timeLabelPeriodStart", first_period, message));
            }
            Ok(Interval::Cycle { first_cycle, first_period, periods })
        }
        IntervalType::Years => Ok(Interval::Years { first: settings.first_year }),
        IntervalType::DaysPerWeek => days_of_week(settings, compile),
        other => {
            let message = "PERIODS, CYCLIC_PERIODS, YEARS and DAYS_PER_WEEK are supported; the labels of other \
                           intervals are not known";
            Err(compile.refuse_value("timeIntervalType", other, message))
        }
    }
}

fn days_of_week(settings: &TimeIntervalsSettings, compile: &mut Compile<'_>) -> Result<Interval, Reported> {
    if settings.week_begins_on != "Monday" {
        let message =
            "only weeks that begin on Monday are supported; how Modeler numbers other days is not known";
        return Err(compile.refuse_value("timeWeekBeginsOn", &settings.week_begins_on, message));
    }
    let days = settings.days_per_week;
    if !(1..=7).contains(&days) {
        return Err(compile.refuse_value("timeNumDaysPerWeek", days, "a week has 1 to 7 days"));
    }
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == settings.first_month);
    let first = month.and_then(|(_, month)| days_of(settings.first_year, month, settings.first_day));
    let Some(first) = first else {
        return Err(compile.refuse_value(
            "timeLabelDayStart",
            settings.first_day,
            "the first date does not exist",
        ));
    };
    if day_of_week(first) >= days {
        let message = "the first date is not one of the days of a week that have records";
        return Err(compile.refuse_value("timeLabelDayStart", settings.first_day, message));
    }
    Ok(Interval::DaysOfWeek { first, days })
}

impl TimeIntervals {
    fn added(&self) -> Vec<Field> {
        let name = |part: &str| format!("{}{part}{}", self.around.0, self.around.1);
        let mut fields = vec![Field::new(name("TimeIndex"), Storage::Integer)];
        fields.extend(self.interval.fields(name));
        if let Some(name) = &self.future_field {
            let values = Values::Flag(Scalar::Integer(0), Scalar::Integer(1));
            fields.push(Field::new(name, Storage::Integer).measured(Measure::Flag).valued(values));
        }
        fields
    }

    /// The new columns of `rows` records; `first` is the zero-based number of the first.
    fn columns(&self, first: i64, rows: usize, is_future: bool) -> Vec<ArrayRef> {
        let integers = |value: &dyn Fn(i64) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values((first..).take(rows).map(value)))
        };
        let mut columns = vec![integers(&|record| record.saturating_add(1))];
        columns.extend(self.interval.columns(first, rows));
        if self.future_field.is_some() {
            columns.push(integers(&|_| i64::from(is_future)));
        }
        columns
    }
}

#[async_trait]
impl Process for TimeIntervals {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        Ok(DataModel::new(one(inputs)?.fields().iter().cloned().chain(self.added()).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(&[input.model().clone()])?;
        let labels = Labels { node: self.clone(), schema: model.schema(), records: 0 };
        fold(input, Vec::new(), labels, model, run)
    }
}

/// Labels records in order.
#[derive(Debug, Clone)]
struct Labels {
    node: TimeIntervals,
    schema: SchemaRef,
    /// The number of labelled records.
    records: i64,
}

/// The kind of these operators.
pub static LABELS: Kind = Kind::serial("time-intervals", 2, |found| {
    let (node, schema) = (found.settings()?, Arc::clone(found.schema()));
    operator(Labels { node, schema, records: 0 }, found.node())
});

impl Fold for Labels {
    fn encoded(&self) -> Result<Encoded, NodeError> {
        LABELS.encode(&self.node)
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, NodeError> {
        let rows = batch.num_rows();
        let added = self.node.columns(self.records, rows, false);
        self.records = self.records.saturating_add(rows as i64);
        let columns = batch.columns().iter().cloned().chain(added).collect();
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let rows = self.node.future;
        if rows == 0 {
            return Ok(None);
        }
        let added = self.node.columns(self.records, rows, true);
        let own = self.schema.fields().len().saturating_sub(added.len());
        let nulls =
            self.schema.fields().iter().take(own).map(|field| new_null_array(field.data_type(), rows));
        let columns = nulls.chain(added).collect();
        Ok(Some(RecordBatch::try_new(Arc::clone(&self.schema), columns)?))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, refusal};

    const FIELDS: [(&str, &str); 1] = [("t", "real")];

    fn node(interval: &str, more: &str) -> String {
        format!(
            "<timeIntervalMode>LABEL</timeIntervalMode><timeIntervalType>{interval}</timeIntervalType>\
            <timeIntervalsCreateFutureField>true</timeIntervalsCreateFutureField>{more}"
        )
    }

    /// Rests on a published response of IBM's scoring service: `[17.69,1,1,"Period 1",1,0,…]`.
    #[tokio::test]
    async fn periods_are_labelled_in_order() {
        let lines =
            chain(&[("TimeIntervalsNode", &node("PERIODS", ""), "")], &FIELDS, "t\n17.69\n17.66\n").await;
        let names = "t,$TI_TimeIndex,$TI_TimeLabel,$TI_Period,$TI_Future";
        assert_eq!(lines, [names, "17.69,1,Period 1,1,0", "17.66,2,Period 2,2,0"]);
    }

    /// Rests on a published response of IBM's scoring service for a cycle of 168 periods:
    /// `[null,null,683,"Cycle 5, Period 11",5,11,1,…]`.
    #[tokio::test]
    async fn future_records_continue_the_cycle() {
        let more = "<timeLabelPeriodsPerCycle>168</timeLabelPeriodsPerCycle>\
            <timeIntervalsCreateFutureRecords>true</timeIntervalsCreateFutureRecords>\
            <timeIntervalsNumFutureRecords>2</timeIntervalsNumFutureRecords>";
        let data = format!("t\n{}", "1.5\n".repeat(682));
        let lines = chain(&[("TimeIntervalsNode", &node("CYCLIC_PERIODS", more), "")], &FIELDS, &data).await;
        assert_eq!(lines[0], "t,$TI_TimeIndex,$TI_TimeLabel,$TI_Cycle,$TI_Period,$TI_Future");
        assert_eq!(lines.len(), 1 + 684);
        assert_eq!(lines[168], "1.5,168,\"Cycle 1, Period 168\",1,168,0");
        assert_eq!(lines[683], "$null$,683,\"Cycle 5, Period 11\",5,11,1");
        assert_eq!(lines[684], "$null$,684,\"Cycle 5, Period 12\",5,12,1");
    }

    /// IBM, "Time Intervals node", "Years", sample output: 1, "2000", 2000.
    #[tokio::test]
    async fn years_are_labelled_by_their_number() {
        let lines = chain(&[("TimeIntervalsNode", &node("YEARS", ""), "")], &FIELDS, "t\n1.5\n2.5\n").await;
        let names = "t,$TI_TimeIndex,$TI_TimeLabel,$TI_Year,$TI_Future";
        assert_eq!(lines, [names, "1.5,1,2000,2000,0", "2.5,2,2001,2001,0"]);
    }

    /// IBM, "Hours per day", sample output: Jan 5 2005 is day 3 (Wednesday). A public model that IBM built of such a
    /// stream holds week 1 and day 3 for 2014-01-01. Weeks of five days leave out Saturday and Sunday.
    #[tokio::test]
    async fn days_of_a_week_have_dates_and_leave_out_the_others() {
        let more = "<timeLabelYearStart>2005</timeLabelYearStart><timeLabelMonthStart>January</timeLabelMonthStart>\
            <timeLabelDayStart>5</timeLabelDayStart><timeNumDaysPerWeek>5</timeNumDaysPerWeek>";
        let data = format!("t\n{}", "1.5\n".repeat(5));
        let lines = chain(&[("TimeIntervalsNode", &node("DAYS_PER_WEEK", more), "")], &FIELDS, &data).await;
        let expected = [
            "t,$TI_TimeIndex,$TI_TimeLabel,$TI_Week,$TI_Day,$TI_Future",
            "1.5,1,2005-01-05,1,3,0",
            "1.5,2,2005-01-06,1,4,0",
            "1.5,3,2005-01-07,1,5,0",
            "1.5,4,2005-01-10,2,1,0",
            "1.5,5,2005-01-11,2,2,0",
        ];
        assert_eq!(lines, expected);
    }

    #[tokio::test]
    async fn other_intervals_are_refused_by_name() {
        for (node, message) in [
            (node("MONTHS", ""), "timeIntervalType = \"MONTHS\""),
            (node("DAYS_PER_WEEK", "<timeWeekBeginsOn>Sunday</timeWeekBeginsOn>"), "timeWeekBeginsOn"),
            // 2000-01-01 was a Saturday.
            (node("DAYS_PER_WEEK", ""), "timeLabelDayStart"),
            (
                node("CYCLIC_PERIODS", "<timeLabelPeriodStart>13</timeLabelPeriodStart>"),
                "timeLabelPeriodStart",
            ),
        ] {
            let refused = refusal(&[("TimeIntervalsNode", &node, "")], &FIELDS, "t\n1\n").await;
            assert!(refused.contains(message), "{refused}");
        }
    }
}
