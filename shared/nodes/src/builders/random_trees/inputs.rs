//! Inputs that are used: screened, without missing values, and in bins.

use satsuma_columns::{Field, Scalar};
use satsuma_engine::NodeError;
use satsuma_mining::forest::{ForestData, ForestInput, ForestTarget, cut_points, median};

use super::columns::{Column, Columns, Read};

/// Which inputs are used, and into how many bins continuous ones are divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Screening {
    /// The highest share of missing values.
    pub(super) missing: f64,
    /// The highest share of one category.
    pub(super) single_category: f64,
    /// The most categories.
    pub(super) categories: usize,
    /// The lowest coefficient of variation.
    pub(super) variation: f64,
    /// Bins of continuous inputs.
    pub(super) bins: usize,
}

/// An input that is used.
#[derive(Debug, Clone)]
pub(super) struct Used {
    pub(super) field: Field,
    /// The place among all inputs, from 1.
    pub(super) number: usize,
    pub(super) values: UsedValues,
}

/// The values of an input.
#[derive(Debug, Clone)]
pub(super) enum UsedValues {
    /// The upper limits of all bins but the last, the value of missing ones, and statistics.
    Bins { cuts: Vec<f64>, missing: f64, statistics: Statistics },
    /// The categories, and the one of missing ones.
    Categories { values: Vec<Scalar>, missing: Scalar },
}

/// Statistics of an input without missing values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Statistics {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

/// The kind of target.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    Number,
    Categories(Vec<Scalar>),
}

/// The records of a forest, and the inputs that they have.
pub(super) struct Prepared {
    pub(super) fields: Vec<Used>,
    pub(super) data: ForestData,
    pub(super) goal: Goal,
}

impl Prepared {
    /// # Errors
    /// If there are no records, or no input is left.
    pub(super) fn new(columns: Columns, screening: Screening) -> Result<Self, NodeError> {
        if columns.target.column.len() == 0 {
            return Err(NodeError::Model("no record has a target".to_owned()));
        }
        let (target, goal) = match columns.target.column {
            Column::Numbers(numbers) => (ForestTarget::Numbers(numbers), Goal::Number),
            Column::Places(places, values, _) => {
                let places = places.into_iter().map(Option::unwrap_or_default).collect();
                (ForestTarget::Categories { count: values.len(), values: places }, Goal::Categories(values))
            }
        };
        let (mut fields, mut inputs) = (Vec::new(), Vec::new());
        for (Read { field, column, .. }, number) in columns.inputs.into_iter().zip(1..) {
            if let Some((values, input)) = used(column, screening) {
                fields.push(Used { field, number, values });
                inputs.push(input);
            }
        }
        match fields.is_empty() {
            true => {
                let message =
                    "no input is left: each has too many missing values or categories, or varies too little";
                Err(NodeError::Model(message.to_owned()))
            }
            false => Ok(Self { fields, data: ForestData { inputs, target }, goal }),
        }
    }
}

fn used(column: Column, screening: Screening) -> Option<(UsedValues, ForestInput)> {
    match column {
        Column::Numbers(numbers) => continuous(numbers, screening),
        Column::Places(places, values, _) => categorical(&places, values, screening),
    }
}

fn continuous(mut numbers: Vec<f64>, screening: Screening) -> Option<(UsedValues, ForestInput)> {
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    let absent = numbers.len() - sorted.len();
    if absent as f64 > screening.missing * numbers.len() as f64 {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let missing = median(&sorted)?;
    numbers.iter_mut().filter(|number| number.is_nan()).for_each(|number| *number = missing);
    sorted.clone_from(&numbers);
    sorted.sort_by(f64::total_cmp);
    let statistics = Statistics::of(&numbers, &sorted);
    if statistics.deviation < screening.variation * statistics.mean.abs() {
        return None;
    }
    let cuts = cut_points(&sorted, screening.bins);
    let bin = |number: &f64| cuts.partition_point(|cut| cut < number) as u16;
    let values = numbers.iter().map(bin).collect();
    let input = ForestInput { is_ordered: true, count: cuts.len() + 1, values };
    Some((UsedValues::Bins { cuts, missing, statistics }, input))
}

fn categorical(
    places: &[Option<u16>],
    values: Vec<Scalar>,
    screening: Screening,
) -> Option<(UsedValues, ForestInput)> {
    let mut counts = vec![0_usize; values.len()];
    for place in places.iter().flatten() {
        counts.get_mut(usize::from(*place)).into_iter().for_each(|count| *count += 1);
    }
    let all = places.len() as f64;
    let known: usize = counts.iter().sum();
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let is_out = all - known as f64 > screening.missing * all
        || values.len() > screening.categories
        || most as f64 > screening.single_category * all;
    if is_out {
        return None;
    }
    let mode = counts.iter().position(|count| *count == most)?;
    let missing = values.get(mode)?.clone();
    let mode = u16::try_from(mode).ok()?;
    let of_records = places.iter().map(|place| place.unwrap_or(mode)).collect();
    let input = ForestInput { is_ordered: false, count: values.len(), values: of_records };
    Some((UsedValues::Categories { values, missing }, input))
}

impl Statistics {
    /// Those of some numbers, which are given in record order and sorted.
    fn of(numbers: &[f64], sorted: &[f64]) -> Self {
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let squares = numbers.iter().map(|number| (number - mean) * (number - mean)).sum::<f64>();
        Self {
            low: sorted.first().copied().unwrap_or_default(),
            high: sorted.last().copied().unwrap_or_default(),
            mean,
            deviation: (squares / count).sqrt(),
        }
    }
}
