//! Time Intervals: labels the records of a time series, and appends future records. IBM: "Time Intervals Node"
//! (deprecated since 18.0), `timeintervalsnode`.
//!
//! *Periods* and *cyclic periods* label records in input order. Names, order and labels of the new fields follow
//! published responses of IBM's scoring service for two such streams: `$TI_TimeIndex`, `$TI_TimeLabel` (`Period 3`,
//! `Cycle 5, Period 11`), `$TI_Cycle`, `$TI_Period`, `$TI_Future`. In future records, the input fields are null. Other
//! intervals are refused, because their labels are not known.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, new_null_array};
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRun, NodeType, Process, Reported, Table, one,
    settings,
};
use satsuma_stream::{Element, StreamError, tables, text_enum};
use serde::{Deserialize, Serialize};

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
    Interval {
        /// A period.
        Periods = "PERIODS",
        /// A period of a cycle.
        CyclicPeriods = "CYCLIC_PERIODS",
    }
}

settings! {
    /// Settings of a Time Intervals node.
    pub struct TimeIntervalsSettings {
        /// The source of labels.
        mode: Mode = value("timeIntervalMode", "mode", Mode::Label),
        /// The interval between records.
        interval: Interval = value("timeIntervalType", "interval_type", Interval::Periods),
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
        "timeFormat", "timeIncrementBy", "timeIntervalField", "timeIntervalsCustomFutureValues", "timeLabelDayStart",
        "timeLabelMonthStart", "timeLabelQuarterStart", "timeLabelTimeStart", "timeLabelYearStart",
        "timeNumDaysPerWeek", "timeNumHoursPerDay", "timePaddingFunctionFlagDefault",
        "timePaddingFunctionRangeDefault", "timePaddingFunctionSetDefault", "timePaddingMaxRecordsCreated",
        "timeSeriesBeginEstimationMode", "timeSeriesEndEstimationMode", "timeSeriesEstimationPeriodNumHoldouts",
        "timeSeriesEstimationPeriodStartOffset", "timeWeekBeginsOn",
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
    first_cycle: i64,
    first_period: i64,
    /// The periods of a cycle, where there are cycles.
    cycle: Option<i64>,
    /// The number of future records.
    future: usize,
    future_field: Option<String>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: TimeIntervalsSettings = compile.settings()?;
    if settings.mode != Mode::Label {
        let message = "only LABEL is supported; IBM does not document the labels of dates";
        return Err(compile.refuse_value("timeIntervalMode", settings.mode, message));
    }
    let cycle = match settings.interval {
        Interval::Periods => None,
        Interval::CyclicPeriods => Some(settings.periods_per_cycle),
        other => {
            let message = "PERIODS and CYCLIC_PERIODS are supported; IBM does not document the labels of other \
                           intervals";
            return Err(compile.refuse_value("timeIntervalType", other, message));
        }
    };
    if let Some(periods) = cycle
        && !(1..=periods).contains(&settings.first_period)
    {
        let message = "the first period must be one of the periods of a cycle";
        return Err(compile.refuse_value("timeLabelPeriodStart", settings.first_period, message));
    }
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
        first_cycle: settings.first_cycle,
        first_period: settings.first_period,
        cycle,
        future,
        future_field: settings.has_future_field.then_some(settings.future_field),
    }))
}

impl TimeIntervals {
    fn added(&self) -> Vec<Field> {
        let field =
            |name: &str, storage| Field::new(format!("{}{name}{}", self.around.0, self.around.1), storage);
        let mut fields = vec![field("TimeIndex", Storage::Integer), field("TimeLabel", Storage::String)];
        if self.cycle.is_some() {
            fields.push(field("Cycle", Storage::Integer));
        }
        fields.push(field("Period", Storage::Integer));
        if let Some(name) = &self.future_field {
            let values = Values::Flag(Scalar::Integer(0), Scalar::Integer(1));
            fields.push(Field::new(name, Storage::Integer).measured(Measure::Flag).valued(values));
        }
        fields
    }

    /// The cycle and the period of a record; `record` is its zero-based number.
    fn place(&self, record: i64) -> (i64, i64) {
        let period = self.first_period.saturating_add(record);
        match self.cycle {
            None => (0, period),
            Some(periods) => {
                let passed = period - 1;
                (self.first_cycle.saturating_add(passed / periods), passed % periods + 1)
            }
        }
    }

    /// The new columns of `rows` records; `first` is the zero-based number of the first.
    fn columns(&self, first: i64, rows: usize, is_future: bool) -> Vec<ArrayRef> {
        let records = || (first..).take(rows);
        let label = |record: i64| match (self.cycle, self.place(record)) {
            (None, (_, period)) => format!("Period {period}"),
            (Some(_), (cycle, period)) => format!("Cycle {cycle}, Period {period}"),
        };
        let integers = |value: &dyn Fn(i64) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(records().map(value)))
        };
        let mut columns = vec![integers(&|record| record.saturating_add(1))];
        columns.push(Arc::new(StringArray::from_iter_values(records().map(label))));
        if self.cycle.is_some() {
            columns.push(integers(&|record| self.place(record).0));
        }
        columns.push(integers(&|record| self.place(record).1));
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
pub static LABELS: Kind = Kind::serial("time-intervals", 1, |found| {
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

    #[tokio::test]
    async fn other_intervals_are_refused_by_name() {
        for (node, message) in [
            (node("MONTHS", ""), "timeIntervalType = \"MONTHS\""),
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
