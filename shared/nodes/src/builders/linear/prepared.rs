//! Inputs as effects: numbers without outliers, and merged categories.

use satsuma_engine::NodeError;
use satsuma_mining::preparation::{merge_categories, robust_moments};
use satsuma_mining::regression::Design;

use super::options::LinearOptions;
use crate::builders::columns::Column;
use crate::builders::header::of_scalar;

/// Numbers farther from the mean than this number of deviations are set to it.
pub(super) const CUTOFF: f64 = 3.0;

/// Categories are merged while they differ with a probability above this one.
const MERGING: f64 = 0.1;

/// A field with a greater share of missing values is left out.
const MAX_MISSING: f64 = 0.5;

/// A prepared field with more categories is left out.
const MAX_PREPARED: usize = 100;

/// A continuous field with fewer different values would be prepared as an ordinal one.
const MIN_DIFFERENT: usize = 5;

/// Numbers of all records together: 512 MB of them, which a worker holds.
const MAX_NUMBERS: usize = 64 << 20;

/// An input as an effect.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    /// The place of its column.
    pub(super) column: usize,
    pub(super) values: EffectValues,
}

/// The values of an effect.
#[derive(Debug, Clone)]
pub(super) enum EffectValues {
    /// A number; prepared with this mean and deviation.
    Number(Option<(f64, f64)>),
    /// Categories.
    Factor {
        /// The text of each category of the effect.
        labels: Vec<String>,
        /// The category of the effect for each one of the field.
        numbers: Vec<Option<usize>>,
    },
}

impl EffectValues {
    /// The number of columns.
    fn width(&self) -> usize {
        match self {
            Self::Number(_) => 1,
            Self::Factor { labels, .. } => labels.len(),
        }
    }
}

/// The records without missing values as rows of effects and the target.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) rows: Vec<f64>,
    pub(super) width: usize,
    /// The columns of each effect.
    pub(super) design: Design,
}

/// The effects of the inputs, and the records. The last column is the target.
///
/// # Errors
/// If a field cannot be prepared, no effect is left, or there are too many records.
pub(super) fn prepare(
    rows: &[f64],
    columns: &[Column],
    options: &LinearOptions,
) -> Result<(Vec<Effect>, Prepared), NodeError> {
    let width = columns.len();
    let target = width.saturating_sub(1);
    let records =
        || rows.chunks_exact(width).filter(|row| row.get(target).is_some_and(|value| value.is_finite()));
    let mut effects = Vec::with_capacity(target);
    for (number, column) in columns.iter().take(target).enumerate() {
        let pairs = records().filter_map(|row| Some((*row.get(number)?, *row.get(target)?)));
        let pairs: Vec<(f64, f64)> = pairs.filter(|(value, _)| value.is_finite()).collect();
        let missing = records().count() - pairs.len();
        let values = match &column.categories {
            None => continuous(column, &pairs, missing, options)?,
            Some(_) => categorical(column, &pairs, missing, options)?,
        };
        effects.extend(values.map(|values| Effect { column: number, values }));
    }
    if effects.is_empty() {
        return Err(NodeError::Model("no input varies; add inputs".to_owned()));
    }
    let mut design = Design::new();
    let mut next = 0;
    for effect in &effects {
        design.push((next..next + effect.values.width()).collect());
        next += effect.values.width();
    }
    let wide = next + 1;
    if rows.len() / width.max(1) * wide > MAX_NUMBERS {
        let message =
            format!("more than {} records do not fit into memory; use a sample of them", MAX_NUMBERS / wide);
        return Err(NodeError::Model(message));
    }
    let mut prepared = Vec::new();
    for row in records() {
        let start = prepared.len();
        if effects.iter().all(|effect| add(effect, row, &mut prepared)) {
            prepared.extend(row.get(target));
        } else {
            prepared.truncate(start);
        }
    }
    Ok((effects, Prepared { rows: prepared, width: wide, design }))
}

/// Adds the columns of an effect; whether the record has a value.
fn add(effect: &Effect, row: &[f64], to: &mut Vec<f64>) -> bool {
    let Some(value) = row.get(effect.column).copied().filter(|value| value.is_finite()) else { return false };
    match &effect.values {
        EffectValues::Number(None) => to.push(value),
        EffectValues::Number(Some((mean, deviation))) => {
            let far = CUTOFF * deviation;
            to.push(value.clamp(mean - far, mean + far));
        }
        EffectValues::Factor { labels, numbers } => {
            let Some(number) = numbers.get(value as usize).copied().flatten() else { return false };
            to.extend((0..labels.len()).map(|label| f64::from(u8::from(label == number))));
        }
    }
    true
}

/// A continuous input; none if it is left out.
fn continuous(
    column: &Column,
    pairs: &[(f64, f64)],
    missing: usize,
    options: &LinearOptions,
) -> Result<Option<EffectValues>, NodeError> {
    if !options.prepares {
        return Ok(Some(EffectValues::Number(None)));
    }
    if is_sparse(pairs.len(), missing) {
        return Ok(None);
    }
    let mut different: Vec<f64> = Vec::with_capacity(MIN_DIFFERENT);
    for (value, _) in pairs {
        if !different.contains(value) {
            different.push(*value);
        }
        if different.len() == MIN_DIFFERENT {
            break;
        }
    }
    match different.len() {
        0 | 1 => Ok(None),
        count if count < MIN_DIFFERENT => {
            let message = format!(
                "input {:?} has {count} different values, and automatic data preparation of such numbers is not \
                 supported; make the field a flag or nominal, or switch the preparation off",
                column.field.name
            );
            Err(NodeError::Model(message))
        }
        _ => {
            let values: Vec<f64> = pairs.iter().map(|(value, _)| *value).collect();
            Ok(robust_moments(&values).map(|moments| EffectValues::Number(Some(moments))))
        }
    }
}

/// A categorical input; none if it is left out.
fn categorical(
    column: &Column,
    pairs: &[(f64, f64)],
    missing: usize,
    options: &LinearOptions,
) -> Result<Option<EffectValues>, NodeError> {
    let categories = column.categories.as_deref().unwrap_or_default();
    if options.prepares {
        if is_sparse(pairs.len(), missing) || categories.len() > MAX_PREPARED {
            return Ok(None);
        }
        if missing > 0 {
            let message = format!(
                "input {:?} has no value in {missing} records, and automatic data preparation of such categories is \
                 not supported; fill them in front of the builder, or switch the preparation off",
                column.field.name
            );
            return Err(NodeError::Model(message));
        }
        let records = pairs.iter().map(|(value, target)| (*value as usize, *target));
        let numbers = merge_categories(categories.len(), records, MERGING);
        let count = numbers.iter().flatten().max().map_or(0, |most| most + 1);
        let labels = (0..count).map(|label| label.to_string()).collect();
        return Ok((count > 1).then_some(EffectValues::Factor { labels, numbers }));
    }
    // Without preparation, the categories that occur.
    let mut numbers = vec![None; categories.len()];
    for (value, _) in pairs {
        if let Some(number) = numbers.get_mut(*value as usize) {
            *number = Some(0);
        }
    }
    let mut labels = Vec::new();
    for (category, number) in categories.iter().zip(&mut numbers) {
        if number.is_some() {
            *number = Some(labels.len());
            labels.push(of_scalar(category).text());
        }
    }
    Ok((!labels.is_empty()).then_some(EffectValues::Factor { labels, numbers }))
}

fn is_sparse(present: usize, missing: usize) -> bool {
    missing as f64 > MAX_MISSING * (present + missing) as f64
}
