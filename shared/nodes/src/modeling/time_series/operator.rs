//! A whole series passes through its models.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, new_null_array,
};
use datafusion::arrow::compute::{cast, concat};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, SchemaRef};
use futures::StreamExt;
use satsuma_engine::{Encoded, NodeError, NodeRef, Records, Serial, TaskStatus, one};
use satsuma_pmml::{Forecast, Forecaster};

use super::calendar::Interval;
use crate::modeling::document::model_error;
use crate::records::pull::{Pull, failed, records};

/// Time points of a series. IBM's own limit for those that come out (`outputTimePointsLimit`).
const MAX_TIME_POINTS: usize = 100_000;

/// The models of a nugget.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) interval: Interval,
    /// The first time point, in days since 1970.
    pub(super) start: i32,
    /// Time points to come.
    pub(super) span: usize,
    pub(super) targets: Vec<Target>,
}

/// The model of a target.
#[derive(Debug)]
pub(super) struct Target {
    /// Its place among the series.
    pub(super) place: usize,
    /// The places of its predictors.
    pub(super) predictors: Vec<usize>,
    /// How many standard errors its limits are away; none without limits.
    pub(super) distance: Option<f64>,
    pub(super) residuals: bool,
    pub(super) forecaster: Forecaster,
}

#[derive(Debug)]
pub(super) struct Operator {
    pub(super) series: Arc<Series>,
    /// The columns of the time point and of the series.
    pub(super) columns: Vec<usize>,
    pub(super) schema: SchemaRef,
    pub(super) node: NodeRef,
    pub(super) encoded: Encoded,
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        match one(inputs) {
            Ok(input) => {
                let running = Running {
                    input: Some(input),
                    series: Arc::clone(&self.series),
                    columns: self.columns.clone(),
                    schema: self.schema.clone(),
                    status: status.clone(),
                };
                records(running, self.node.clone())
            }
            Err(error) => failed(error, &self.node),
        }
    }
}

struct Running {
    input: Option<Records>,
    series: Arc<Series>,
    columns: Vec<usize>,
    schema: SchemaRef,
    status: TaskStatus,
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some(mut input) = self.input.take() else { return Ok(None) };
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); self.columns.len()];
        let mut count = 0;
        while let Some(batch) = input.next().await.transpose()? {
            self.status.check_canceled()?;
            count += batch.num_rows();
            if count > MAX_TIME_POINTS {
                let message = format!("a series of more than {MAX_TIME_POINTS} records is not supported");
                return Err(NodeError::unsupported(message));
            }
            for (part, place) in parts.iter_mut().zip(&self.columns) {
                part.extend(batch.columns().get(*place).cloned());
            }
        }
        if count == 0 {
            return Ok(None);
        }
        let whole = parts.iter().map(|part| {
            let arrays = part.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>();
            Ok(concat(&arrays)?)
        });
        let columns = whole.collect::<Result<Vec<_>, NodeError>>()?;
        Ok(Some(RecordBatch::try_new(self.schema.clone(), self.series.outputs(&columns)?)?))
    }
}

impl Series {
    /// The columns that come out: time points, whether they are to come, the series, the models' results.
    fn outputs(&self, columns: &[ArrayRef]) -> Result<Vec<ArrayRef>, NodeError> {
        let Some((days, metrics)) = columns.split_first() else { return Ok(Vec::new()) };
        let days = self.time_points(days)?;
        let count = days.len();
        let all = count + self.span;
        let mut times = days;
        for _ in 0..self.span {
            let next = times.last().and_then(|last| self.interval.after(*last));
            times.push(next.ok_or_else(|| NodeError::unsupported("a time point to come is no date"))?);
        }
        let flags = (0..all).map(|row| i64::from(row >= count)).collect::<Int64Array>();
        let mut outputs: Vec<ArrayRef> = vec![Arc::new(Date32Array::from(times)), Arc::new(flags)];
        for metric in metrics {
            let more = new_null_array(metric.data_type(), self.span);
            outputs.push(concat(&[metric.as_ref(), more.as_ref()])?);
        }
        for target in &self.targets {
            outputs.extend(target.outputs(metrics, self.span)?);
        }
        Ok(outputs)
    }

    /// Checks that the time points are those of a series that begins where the model's series began.
    fn time_points(&self, column: &ArrayRef) -> Result<Vec<i32>, NodeError> {
        let days = column.as_primitive_opt::<Date32Type>().filter(|days| days.null_count() == 0);
        let Some(days) = days else {
            return Err(NodeError::unsupported(
                "a time point is missing; fill or drop such records before the node",
            ));
        };
        let mut wanted = Some(self.start);
        for (row, day) in days.values().iter().enumerate() {
            if wanted != Some(*day) {
                let message = match row {
                    0 => "the series does not begin where the model's own series began",
                    _ => {
                        "the time points are not in order, one record each; aggregate or fill them before the node"
                    }
                };
                return Err(NodeError::unsupported(format!("record {}: {message}", row + 1)));
            }
            wanted = self.interval.after(*day);
        }
        Ok(days.values().to_vec())
    }
}

impl Target {
    fn outputs(&self, metrics: &[ArrayRef], span: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let values = numbers(metrics, self.place)?;
        let predictors = self.predictors.iter().map(|place| numbers(metrics, *place));
        let predictors = predictors.collect::<Result<Vec<_>, _>>()?;
        let predictors = predictors.iter().map(|values| values.values().as_ref()).collect::<Vec<&[f64]>>();
        let fitted = self.forecaster.fit(values.values(), &predictors, span).map_err(model_error)?;
        let points = fitted.fits.iter().copied().chain(fitted.forecasts.iter().copied().map(Some));
        let points = points.collect::<Vec<Option<Forecast>>>();
        let column = |value: &dyn Fn(&Forecast) -> Option<f64>| -> ArrayRef {
            Arc::new(points.iter().map(|point| point.as_ref().and_then(value)).collect::<Float64Array>())
        };
        let mut outputs = vec![column(&|point| Some(point.value))];
        if let Some(distance) = self.distance {
            outputs.push(column(&|point| Some(point.value - distance * point.standard_error?)));
            outputs.push(column(&|point| Some(point.value + distance * point.standard_error?)));
        }
        if self.residuals {
            let rest = points.iter().enumerate().map(|(row, point)| {
                let actual = (row < values.len()).then(|| values.value(row));
                Some(actual? - point.as_ref()?.value)
            });
            outputs.push(Arc::new(rest.collect::<Float64Array>()));
        }
        Ok(outputs)
    }
}

/// The values of a series, all of which must be there.
fn numbers(metrics: &[ArrayRef], place: usize) -> Result<Float64Array, NodeError> {
    let none = || NodeError::Model("a series of the model is missing".to_owned());
    let column = cast(metrics.get(place).ok_or_else(none)?, &DataType::Float64)?;
    let numbers = column.as_primitive::<Float64Type>().clone();
    if numbers.null_count() > 0 || numbers.values().iter().any(|value| !value.is_finite()) {
        return Err(NodeError::unsupported(
            "a series with missing values is not supported; fill them before the node",
        ));
    }
    Ok(numbers)
}
