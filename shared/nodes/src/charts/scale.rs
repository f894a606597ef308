//! Axes of fields, and places on them.

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_documents::{Axis, Scale, ticks};
use satsuma_engine::{NodeError, require};

use super::series::Series;
use crate::report::{Shown, numbers};

/// An axis that a field makes: numbers and times on a scale, or categories.
#[derive(Debug, Clone)]
pub(super) enum FieldAxis {
    /// A scale.
    Continuous { field: Field, low: f64, high: f64 },
    /// Categories.
    Categorical(Series),
}

impl FieldAxis {
    /// The axis of a field.
    ///
    /// # Errors
    /// If the field is missing.
    pub(super) fn new(name: &str, model: &DataModel) -> Result<Self, NodeError> {
        let field = require(model, name)?;
        let is_scale = field.storage.is_temporal() || field.storage.is_numeric() && !field.is_categorical();
        Ok(match is_scale {
            true => Self::Continuous { field: field.clone(), low: f64::INFINITY, high: f64::NEG_INFINITY },
            false => Self::Categorical(Series::new(name, model)?),
        })
    }

    /// The places of a column: numbers, or the numbers of categories. Null has none on a scale.
    ///
    /// # Errors
    /// If there are too many categories.
    pub(super) fn places(&mut self, column: &ArrayRef) -> Result<Vec<Option<f64>>, NodeError> {
        match self {
            Self::Continuous { low, high, .. } => {
                let column = numbers(column)?;
                for number in column.iter().flatten() {
                    *low = low.min(number);
                    *high = high.max(number);
                }
                Ok(column.iter().collect())
            }
            Self::Categorical(series) => {
                let mut columns = std::slice::from_ref(column);
                let places = series.places(&mut columns, column.len())?;
                Ok(places.into_iter().map(|place| Some(place as f64)).collect())
            }
        }
    }

    /// Where a place is drawn: categories in the middle of their band, in order.
    pub(super) fn drawn(&self) -> impl Fn(f64) -> f64 {
        let ranks = match self {
            Self::Continuous { .. } => None,
            Self::Categorical(series) => {
                let mut ranks = vec![0.0; series.categories().values().len()];
                for (rank, place) in series.order().into_iter().enumerate() {
                    if let Some(of_place) = ranks.get_mut(place) {
                        *of_place = rank as f64 + 0.5;
                    }
                }
                Some(ranks)
            }
        };
        move |place| match &ranks {
            Some(ranks) => ranks.get(place as usize).copied().unwrap_or_default(),
            None => place,
        }
    }

    /// The axis as a document has it.
    pub(super) fn axis(&self, shown: &Shown) -> Axis {
        match self {
            Self::Continuous { field, low, high } => {
                Axis { title: field.name.clone(), scale: scale(field.storage, *low, *high, shown) }
            }
            Self::Categorical(series) => Axis::categories(series.name(), series.names(shown)),
        }
    }

    /// A place as text.
    pub(super) fn text(&self, place: f64, shown: &Shown) -> String {
        match self {
            Self::Continuous { field, .. } => shown.text(&value(field.storage, place)),
            Self::Categorical(series) => series.text(place as usize, shown),
        }
    }

    /// The value at a place.
    pub(super) fn value(&self, place: f64) -> Scalar {
        match self {
            Self::Continuous { field, .. } => value(field.storage, place),
            Self::Categorical(series) => {
                series.categories().values().get(place as usize).cloned().unwrap_or(Scalar::Null)
            }
        }
    }
}

/// A number on a scale as a value.
pub(super) fn value(storage: Storage, number: f64) -> Scalar {
    match storage {
        Storage::Integer => Scalar::Real(number).to_storage(Storage::Integer).unwrap_or(Scalar::Real(number)),
        Storage::Date => Scalar::Date(number as i32),
        Storage::Time => Scalar::Time(number as i64),
        Storage::Timestamp => Scalar::Timestamp(number as i64),
        _ => Scalar::Real(number),
    }
}

/// A scale from a lowest to a highest number; dates and times have labels in the stream's formats.
pub(super) fn scale(storage: Storage, low: f64, high: f64, shown: &Shown) -> Scale {
    if !storage.is_temporal() || !(high - low).is_finite() {
        return Scale::Linear { low, high };
    }
    let labels = ticks(low, high, 6).into_iter().map(|tick| (tick, shown.text(&value(storage, tick))));
    Scale::Labeled { low, high, labels: labels.collect() }
}

/// The ends of a scale with some room around the points.
pub(super) fn with_room(axis: Axis) -> Axis {
    let scale = match axis.scale {
        Scale::Linear { low, high } if high > low => {
            let room = (high - low) * 0.04;
            Scale::Linear { low: low - room, high: high + room }
        }
        Scale::Labeled { low, high, labels } if high > low => {
            let room = (high - low) * 0.04;
            Scale::Labeled { low: low - room, high: high + room, labels }
        }
        other => other,
    };
    Axis { scale, ..axis }
}
