//! Records as inputs and outputs of a net.

use satsuma_columns::Scalar;
use satsuma_engine::NodeError;
use satsuma_mining::neural::Samples;

use super::options::NetOptions;
use crate::builders::columns::Column;
use crate::random::JavaRandom;

/// Numbers of all records together: 512 MB of them, which a worker holds.
const MAX_NUMBERS: usize = 64 << 20;

/// The coding of a column.
#[derive(Debug, Clone)]
pub(super) enum Coding {
    /// A number, standardized by this mean and deviation. The limits are those of the records.
    Number {
        /// The mean of the records that the net learns from.
        mean: f64,
        /// Their standard deviation.
        deviation: f64,
        /// The lowest and the highest value of all records.
        limits: (f64, f64),
    },
    /// An indicator of each category that occurs.
    Categories(Vec<Scalar>),
}

impl Coding {
    /// The number of units.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Number { .. } => 1,
            Self::Categories(categories) => categories.len(),
        }
    }

    fn add(&self, column: &Column, value: f64, to: &mut Vec<f64>) {
        match self {
            Self::Number { mean, deviation, .. } => to.push((value - mean) / deviation),
            Self::Categories(categories) => {
                let own = column.categories.as_ref().and_then(|all| all.get(value as usize));
                to.extend(categories.iter().map(|category| f64::from(u8::from(Some(category) == own))));
            }
        }
    }
}

/// The records of a net: those that it learns from, and those that validate it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The column and the coding of each input that varies.
    pub(super) inputs: Vec<(usize, Coding)>,
    pub(super) target: Coding,
    pub(super) is_categorical: bool,
    numbers: [(Vec<f64>, Vec<f64>); 2],
}

impl Prepared {
    /// # Errors
    /// If nothing varies, or there are too few or too many records.
    pub(super) fn new(columns: &[Column], rows: &[f64], options: &NetOptions) -> Result<Self, NodeError> {
        let width = columns.len();
        let records = rows.len() / width.max(1);
        let learning = learning(records, options);
        let learns = learning.iter().filter(|learns| **learns).count();
        if learns < 2 {
            let message = format!("{learns} records without missing values are too few to learn from");
            return Err(NodeError::Model(message));
        }
        let coding = |at: usize, column: &Column| coding(column, rows, width, at, &learning);
        let (target, inputs) = columns.split_last().ok_or(NodeError::Model("no target".to_owned()))?;
        let inputs: Vec<(usize, Coding)> =
            inputs.iter().enumerate().filter_map(|(at, column)| Some((at, coding(at, column)?))).collect();
        let Some(coded) = coding(width - 1, target) else {
            let message = format!("the target {:?} has one value only; it must vary", target.field.name);
            return Err(NodeError::Model(message));
        };
        if inputs.is_empty() {
            return Err(NodeError::Model("no input varies; add inputs".to_owned()));
        }
        let units = inputs.iter().map(|(_, coding)| coding.width()).sum::<usize>() + coded.width();
        if records * units > MAX_NUMBERS {
            let message = format!(
                "more than {} records do not fit into memory; use a sample of them",
                MAX_NUMBERS / units
            );
            return Err(NodeError::Model(message));
        }
        let mut numbers: [(Vec<f64>, Vec<f64>); 2] = Default::default();
        for (row, learns) in rows.chunks_exact(width).zip(&learning) {
            let [learnt, judging] = &mut numbers;
            let (given, wanted) = if *learns { learnt } else { judging };
            for (at, coding) in &inputs {
                if let (Some(column), Some(value)) = (columns.get(*at), row.get(*at)) {
                    coding.add(column, *value, given);
                }
            }
            coded.add(target, row.last().copied().unwrap_or_default(), wanted);
        }
        let is_categorical = matches!(coded, Coding::Categories(_));
        Ok(Self { inputs, target: coded, is_categorical, numbers })
    }

    fn samples(&self, place: usize) -> Samples<'_> {
        let (inputs, outputs) = match self.numbers.get(place) {
            Some((inputs, outputs)) => (inputs.as_slice(), outputs.as_slice()),
            None => Default::default(),
        };
        let width = self.inputs.iter().map(|(_, coding)| coding.width()).sum();
        Samples { inputs, width, outputs, targets: self.target.width() }
    }

    /// The records that the net learns from.
    pub(super) fn learns(&self) -> Samples<'_> {
        self.samples(0)
    }

    /// The records that validate it; those that it learns from where none are set aside.
    pub(super) fn judges(&self) -> Samples<'_> {
        match self.samples(1).records() {
            0 => self.samples(0),
            _ => self.samples(1),
        }
    }
}

/// Whether the net learns from each record. As in Modeler, their number is the share rounded down; which ones they are
/// is a shuffle of our own.
fn learning(records: usize, options: &NetOptions) -> Vec<bool> {
    let mut order: Vec<usize> = (0..records).collect();
    let mut random = JavaRandom::new(options.seed);
    for last in (1..records).rev() {
        let other = (random.fraction() * (last + 1) as f64) as usize;
        order.swap(last, other.min(last));
    }
    let count = ((1.0 - options.set_aside) * records as f64 + 1e-9).floor() as usize;
    let mut learning = vec![false; records];
    for record in order.into_iter().take(count) {
        if let Some(learns) = learning.get_mut(record) {
            *learns = true;
        }
    }
    learning
}

/// The coding of a column; none if it does not vary.
fn coding(column: &Column, rows: &[f64], width: usize, at: usize, learning: &[bool]) -> Option<Coding> {
    let values = || rows.iter().skip(at).step_by(width.max(1)).copied();
    match &column.categories {
        Some(categories) => {
            let mut occurs = vec![false; categories.len()];
            for value in values() {
                if let Some(occurs) = occurs.get_mut(value as usize) {
                    *occurs = true;
                }
            }
            let found = categories.iter().zip(occurs).filter(|(_, occurs)| *occurs);
            let found: Vec<Scalar> = found.map(|(category, _)| category.clone()).collect();
            (found.len() > 1).then_some(Coding::Categories(found))
        }
        None => {
            let learnt = || values().zip(learning).filter(|(_, learns)| **learns).map(|(value, _)| value);
            let count = learnt().count() as f64;
            let mean = learnt().sum::<f64>() / count;
            let squares = learnt().map(|value| (value - mean) * (value - mean)).sum::<f64>();
            let deviation = (squares / (count - 1.0)).sqrt();
            let limits = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
            (deviation > 0.0).then_some(Coding::Number { mean, deviation, limits })
        }
    }
}
