//! Statistics of one field for many groups.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use satsuma_columns::Storage;
use satsuma_engine::NodeError;

/// What is computed of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Statistic {
    Sum,
    Mean,
    Min,
    Max,
    StandardDeviation,
    Median,
    Count,
    Variance,
}

impl Statistic {
    /// All, in the order of output fields.
    pub(crate) const ALL: [Self; 8] = [
        Self::Sum,
        Self::Mean,
        Self::Min,
        Self::Max,
        Self::StandardDeviation,
        Self::Median,
        Self::Count,
        Self::Variance,
    ];

    /// The property of a row of `aggregateFields`.
    pub(super) fn property(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::StandardDeviation => "stddev",
            Self::Median => "median",
            Self::Count => "count",
            Self::Variance => "variance",
        }
    }

    /// The part of the name of the result.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sum => "Sum",
            Self::Mean => "Mean",
            Self::Min => "Min",
            Self::Max => "Max",
            Self::StandardDeviation => "SDev",
            Self::Median => "Median",
            Self::Count => "Count",
            Self::Variance => "Variance",
        }
    }

    /// The storage of the result; `None` if fields of that storage have no such statistic.
    pub(crate) fn storage(self, field: Storage) -> Option<Storage> {
        match self {
            Self::Count => Some(Storage::Integer),
            Self::Min | Self::Max => (field.is_numeric() || field.is_temporal()).then_some(field),
            Self::Sum => field.is_numeric().then_some(field),
            Self::Mean | Self::StandardDeviation | Self::Median | Self::Variance => {
                field.is_numeric().then_some(Storage::Real)
            }
        }
    }
}

/// The storage as which values of a field are counted: lists have no statistics but the count, for which
/// they are like text.
pub(super) fn kept(storage: Storage) -> Storage {
    match storage {
        Storage::List(_) => Storage::String,
        storage => storage,
    }
}

/// Most values kept for the medians of one field: 256 MiB, half of the memory of a job by default.
const MAX_VALUES: usize = 32 << 20;

/// Statistics of one field; each vector has an element for each group, if needed.
#[derive(Debug)]
pub(crate) struct Accumulator {
    storage: Storage,
    statistics: Vec<Statistic>,
    groups: usize,
    counts: Vec<i64>,
    whole_sums: Option<Vec<i64>>,
    /// Sums, and sums of squares, in record order.
    sums: Option<Vec<(f64, f64)>>,
    whole_extremes: Option<Vec<(i64, i64)>>,
    extremes: Option<Vec<(f64, f64)>>,
    /// All values for medians: 8 bytes per record.
    values: Option<Vec<Vec<f64>>>,
    kept_values: usize,
}

impl Accumulator {
    pub(crate) fn new(storage: Storage, statistics: &[Statistic]) -> Self {
        let needs = |wanted: &[Statistic]| statistics.iter().any(|statistic| wanted.contains(statistic));
        let extremes = needs(&[Statistic::Min, Statistic::Max]);
        let moments = needs(&[Statistic::Mean, Statistic::StandardDeviation, Statistic::Variance]);
        let sums = needs(&[Statistic::Sum]);
        let is_real = storage == Storage::Real;
        Self {
            storage,
            statistics: statistics.to_vec(),
            groups: 0,
            counts: Vec::new(),
            whole_sums: (sums && !is_real).then(Vec::new),
            sums: (moments || sums && is_real).then(Vec::new),
            whole_extremes: (extremes && !is_real).then(Vec::new),
            extremes: (extremes && is_real).then(Vec::new),
            values: needs(&[Statistic::Median]).then(Vec::new),
            kept_values: 0,
        }
    }

    /// Adds the values of a batch; each row has a group number below `groups`.
    pub(crate) fn update(
        &mut self,
        ids: &[usize],
        groups: usize,
        column: &ArrayRef,
    ) -> Result<(), NodeError> {
        self.grow(groups);
        for (row, id) in ids.iter().enumerate() {
            if column.is_valid(row)
                && let Some(count) = self.counts.get_mut(*id)
            {
                *count += 1;
            }
        }
        if self.values.is_some() {
            self.kept_values += column.len() - column.null_count();
            if self.kept_values > MAX_VALUES {
                let message = "there are more values than a median can be computed of; sort the records by the \
                               keys with a Sort node and check Keys are contiguous";
                return Err(NodeError::Model(message.to_owned()));
            }
        }
        if self.sums.is_some() || self.extremes.is_some() || self.values.is_some() {
            self.update_real(ids, cast(column, &DataType::Float64)?.as_primitive());
        }
        if self.whole_sums.is_some() || self.whole_extremes.is_some() {
            self.update_whole(ids, cast(column, &DataType::Int64)?.as_primitive())?;
        }
        Ok(())
    }

    /// Extends the vectors for groups without records.
    pub(super) fn at_least(&mut self, groups: usize) {
        self.grow(groups.max(self.groups));
    }

    fn grow(&mut self, groups: usize) {
        self.groups = groups;
        self.counts.resize(groups, 0);
        let lowest = (i64::MAX, i64::MIN);
        self.whole_sums.iter_mut().for_each(|sums| sums.resize(groups, 0));
        self.sums.iter_mut().for_each(|sums| sums.resize(groups, (0.0, 0.0)));
        self.whole_extremes.iter_mut().for_each(|extremes| extremes.resize(groups, lowest));
        let lowest = (f64::INFINITY, f64::NEG_INFINITY);
        self.extremes.iter_mut().for_each(|extremes| extremes.resize(groups, lowest));
        self.values.iter_mut().for_each(|values| values.resize(groups, Vec::new()));
    }

    fn update_real(&mut self, ids: &[usize], column: &Float64Array) {
        for (id, value) in ids.iter().zip(column) {
            let Some(value) = value else { continue };
            if let Some((sum, squares)) = self.sums.as_mut().and_then(|sums| sums.get_mut(*id)) {
                *sum += value;
                *squares += value * value;
            }
            if let Some((low, high)) = self.extremes.as_mut().and_then(|extremes| extremes.get_mut(*id)) {
                *low = low.min(value);
                *high = high.max(value);
            }
            if let Some(values) = self.values.as_mut().and_then(|values| values.get_mut(*id)) {
                values.push(value);
            }
        }
    }

    fn update_whole(&mut self, ids: &[usize], column: &Int64Array) -> Result<(), NodeError> {
        for (id, value) in ids.iter().zip(column) {
            let Some(value) = value else { continue };
            if let Some(sum) = self.whole_sums.as_mut().and_then(|sums| sums.get_mut(*id)) {
                *sum = sum.checked_add(value).ok_or_else(|| {
                    NodeError::Model("a sum is beyond the range of integers; make the field real".to_owned())
                })?;
            }
            if let Some((low, high)) = self.whole_extremes.as_mut().and_then(|all| all.get_mut(*id)) {
                *low = (*low).min(value);
                *high = (*high).max(value);
            }
        }
        Ok(())
    }

    /// The results of the first groups, one column for each statistic; the other groups remain.
    pub(crate) fn take(&mut self, groups: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let groups = groups.min(self.groups);
        let mut columns = Vec::with_capacity(self.statistics.len());
        for statistic in self.statistics.clone() {
            columns.push(self.column(statistic, groups)?);
        }
        self.groups -= groups;
        self.counts.drain(..groups);
        self.whole_sums.iter_mut().for_each(|all| drop(all.drain(..groups)));
        self.sums.iter_mut().for_each(|all| drop(all.drain(..groups)));
        self.whole_extremes.iter_mut().for_each(|all| drop(all.drain(..groups)));
        self.extremes.iter_mut().for_each(|all| drop(all.drain(..groups)));
        if let Some(values) = &mut self.values {
            self.kept_values -= values.drain(..groups).map(|values| values.len()).sum::<usize>();
        }
        Ok(columns)
    }

    fn column(&mut self, statistic: Statistic, groups: usize) -> Result<ArrayRef, NodeError> {
        if let (Statistic::Median, Some(values)) = (statistic, &mut self.values) {
            let medians = values.iter_mut().take(groups).map(|values| median(values));
            return Ok(Arc::new(medians.collect::<Float64Array>()));
        }
        let counts = &self.counts;
        let count = |group: usize| counts.get(group).copied().unwrap_or_default();
        let real = |value: &dyn Fn(usize) -> Option<f64>| -> ArrayRef {
            Arc::new(
                (0..groups).map(|group| value(group).filter(|_| count(group) > 0)).collect::<Float64Array>(),
            )
        };
        let whole = |value: &dyn Fn(usize) -> Option<i64>| -> ArrayRef {
            Arc::new(
                (0..groups).map(|group| value(group).filter(|_| count(group) > 0)).collect::<Int64Array>(),
            )
        };
        let moments = |group: usize| self.sums.as_ref().and_then(|sums| sums.get(group)).copied();
        let variance = |group: usize| {
            let (sum, squares) = moments(group)?;
            variance(count(group), sum, squares)
        };
        let column = match statistic {
            Statistic::Count => {
                Arc::new(Int64Array::from_iter_values(counts.iter().take(groups).copied())) as ArrayRef
            }
            Statistic::Sum => match &self.whole_sums {
                Some(sums) => whole(&|group| sums.get(group).copied()),
                None => real(&|group| moments(group).map(|(sum, _)| sum)),
            },
            Statistic::Mean => real(&|group| moments(group).map(|(sum, _)| sum / count(group) as f64)),
            Statistic::Variance => real(&variance),
            Statistic::StandardDeviation => real(&|group| variance(group).map(f64::sqrt)),
            Statistic::Min | Statistic::Max => {
                let is_low = statistic == Statistic::Min;
                match (&self.whole_extremes, &self.extremes) {
                    (Some(all), _) => {
                        let of = |(low, high): &(i64, i64)| if is_low { *low } else { *high };
                        whole(&|group| all.get(group).map(of))
                    }
                    (_, Some(all)) => {
                        let of = |(low, high): &(f64, f64)| if is_low { *low } else { *high };
                        real(&|group| all.get(group).map(of))
                    }
                    (None, None) => real(&|_| None),
                }
            }
            Statistic::Median => real(&|_| None),
        };
        match statistic.storage(self.storage) {
            Some(storage) if *column.data_type() != storage.arrow() => of_whole(&column, storage),
            _ => Ok(column),
        }
    }
}

/// Days or microseconds as dates or times.
fn of_whole(column: &ArrayRef, storage: Storage) -> Result<ArrayRef, NodeError> {
    match storage {
        Storage::Date => Ok(cast(&cast(column, &DataType::Int32)?, &DataType::Date32)?),
        storage => Ok(cast(column, &storage.arrow())?),
    }
}

/// The variance of a sample, by the formula that reproduces Modeler's numbers to the last bit.
fn variance(count: i64, sum: f64, squares: f64) -> Option<f64> {
    if count < 2 {
        return None;
    }
    let count = count as f64;
    Some(((count * squares - sum * sum) / (count * (count - 1.0))).max(0.0))
}

/// The middle value, or the mean of the two in the middle.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = values.get(half).copied()?;
    match values.len() % 2 {
        1 => Some(upper),
        _ => values.get(half - 1).map(|lower| (lower + upper) / 2.0),
    }
}
