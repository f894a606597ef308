//! Converts values of a file to the storages in the stream.
//!
//! Files of another format than the stream's original one may have other storages: all numbers of a workbook
//! are real. Later nodes require the storages in the stream.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use satsuma_columns::{DataModel, Field, MICROS_PER_DAY, Measure, Storage};
use satsuma_engine::{NodeError, NodeTask};

use super::records_table::Batches;

/// Doubles represent all integers below this one exactly.
const LARGEST_EXACT: f64 = (1_u64 << 53) as f64;

/// Records whose fields are converted to the storages in the stream.
pub(crate) struct Restored {
    batches: Box<dyn Batches>,
    model: DataModel,
    is_changed: bool,
}

impl Restored {
    /// Fields keep the storage of the file if there is no conversion.
    pub(crate) fn new(batches: Box<dyn Batches>, known: &[(String, Storage)]) -> Result<Self, NodeError> {
        let mut is_changed = false;
        let fields = batches.model().fields().iter().map(|field| {
            let wanted = known.iter().find(|(name, _)| *name == field.name).map(|(_, storage)| *storage);
            match wanted.filter(|wanted| converts(field.storage, *wanted)) {
                Some(storage) => {
                    is_changed = true;
                    let plain = Field::new(&field.name, storage);
                    let measure = match field.measure {
                        Measure::Range if storage == Storage::String => plain.measure,
                        ref measure => measure.clone(),
                    };
                    Field {
                        storage,
                        measure,
                        value_labels: plain.value_labels,
                        blanks: None,
                        ..field.clone()
                    }
                }
                None => field.clone(),
            }
        });
        let model = DataModel::new(fields.collect())?;
        Ok(Self { batches, model, is_changed })
    }
}

impl Batches for Restored {
    fn model(&self) -> &DataModel {
        &self.model
    }

    fn next(&mut self, task: &NodeTask) -> Result<Option<RecordBatch>, NodeError> {
        let Some(batch) = self.batches.next(task)? else { return Ok(None) };
        if !self.is_changed {
            return Ok(Some(batch));
        }
        let mut columns = Vec::with_capacity(batch.num_columns());
        for (column, field) in batch.columns().iter().zip(self.model.fields()) {
            let Some((converted, lost)) = convert(column, field.storage) else {
                columns.push(Arc::clone(column));
                continue;
            };
            let what = field.storage.name();
            task.warn(
                format!("values of field {:?} that are not {what} values became null", field.name),
                lost,
            );
            columns.push(converted);
        }
        Ok(Some(RecordBatch::try_new(self.model.schema(), columns)?))
    }
}

fn converts(from: Storage, to: Storage) -> bool {
    use Storage::{Date, Integer, Real, String, Timestamp};
    matches!(
        (from, to),
        (Integer, Real | String)
            | (Real, Integer | String)
            | (String, Integer | Real)
            | (Date, Timestamp)
            | (Timestamp, Date)
    )
}

/// A column in another storage, and the number of values that became null; `None` if it is unchanged.
fn convert(column: &ArrayRef, to: Storage) -> Option<(ArrayRef, u64)> {
    let from = Storage::of_arrow(column.data_type())?;
    if !converts(from, to) {
        return None;
    }
    let (converted, lost): (ArrayRef, u64) = match (from, to) {
        (Storage::Integer, Storage::Real) => {
            let values = column.as_primitive_opt::<Int64Type>()?;
            (Arc::new(values.unary::<_, Float64Type>(|value| value as f64)), 0)
        }
        (Storage::Real, Storage::Integer) => {
            let values = column.as_primitive_opt::<Float64Type>()?;
            let is_whole = |value: &f64| value.fract() == 0.0 && value.abs() <= LARGEST_EXACT;
            counted::<Int64Type, _>(values.iter(), |value| {
                Some(value).filter(is_whole).map(|value| value as i64)
            })
        }
        (Storage::Integer, Storage::String) => {
            let values = column.as_primitive_opt::<Int64Type>()?;
            (Arc::new(values.iter().map(|value| Some(value?.to_string())).collect::<StringArray>()), 0)
        }
        (Storage::Real, Storage::String) => (texts(column.as_primitive_opt()?), 0),
        (Storage::String, Storage::Integer) => {
            let values = column.as_string_opt::<i32>()?.iter().map(filled);
            // As text files are read: a fraction is dropped.
            let truncated = |text: &str| {
                let number: f64 = text.parse().ok()?;
                (number.abs() <= LARGEST_EXACT).then_some(number as i64)
            };
            counted::<Int64Type, _>(values, |text| text.parse().ok().or_else(|| truncated(text)))
        }
        (Storage::String, Storage::Real) => {
            let values = column.as_string_opt::<i32>()?.iter().map(filled);
            counted::<Float64Type, _>(values, |text| {
                text.parse().ok().filter(|value: &f64| value.is_finite())
            })
        }
        (Storage::Date, Storage::Timestamp) => {
            let days = column.as_primitive_opt::<Date32Type>()?;
            let micros = |day| i64::from(day) * MICROS_PER_DAY;
            (Arc::new(days.unary::<_, TimestampMicrosecondType>(micros)), 0)
        }
        (Storage::Timestamp, Storage::Date) => {
            let micros = column.as_primitive_opt::<TimestampMicrosecondType>()?;
            // A time of day that would be lost makes the conversion fail.
            let day = |value: i64| {
                let day = value.div_euclid(MICROS_PER_DAY);
                i32::try_from(day).ok().filter(|_| value.rem_euclid(MICROS_PER_DAY) == 0)
            };
            counted::<Date32Type, _>(micros.iter(), day)
        }
        _ => return None,
    };
    Some((converted, lost))
}

/// A text that is not blank.
fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn counted<T: ArrowPrimitiveType, V>(
    values: impl Iterator<Item = Option<V>>,
    convert: impl Fn(V) -> Option<T::Native>,
) -> (ArrayRef, u64) {
    let mut lost = 0;
    let converted = values.map(|value| {
        let converted = convert(value?);
        lost += u64::from(converted.is_none());
        converted
    });
    let converted: PrimitiveArray<T> = converted.collect();
    (Arc::new(converted), lost)
}

/// Numbers as text: integers without a fraction, as a workbook displays them.
fn texts(values: &PrimitiveArray<Float64Type>) -> ArrayRef {
    use std::fmt::Write as _;
    let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 8);
    for value in values {
        match value {
            None => builder.append_null(),
            Some(value) => {
                // Writing to memory does not fail.
                let _ = write!(builder, "{value}");
                builder.append_value("");
            }
        }
    }
    Arc::new(builder.finish())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Float64Array, Int64Array, TimestampMicrosecondArray};
    use satsuma_columns::Scalar;

    use super::*;

    fn converted(column: ArrayRef, to: Storage) -> (Vec<Scalar>, u64) {
        let (column, lost) = convert(&column, to).unwrap();
        ((0..column.len()).map(|row| Scalar::at(&column, row)).collect(), lost)
    }

    #[test]
    fn numbers_of_a_workbook_get_the_streams_storages() {
        let reals: ArrayRef = Arc::new(Float64Array::from(vec![Some(23.0), Some(0.5), None]));
        let whole = converted(Arc::clone(&reals), Storage::Integer);
        assert_eq!(whole, (vec![Scalar::Integer(23), Scalar::Null, Scalar::Null], 1));
        let text = converted(reals, Storage::String);
        assert_eq!(text, (vec![Scalar::text("23"), Scalar::text("0.5"), Scalar::Null], 0));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some(" 7"), Some("x"), Some(""), None]));
        let numbers = converted(Arc::clone(&texts), Storage::Real);
        assert_eq!(numbers, (vec![Scalar::Real(7.0), Scalar::Null, Scalar::Null, Scalar::Null], 1));
        assert_eq!(converted(texts, Storage::Integer).0[0], Scalar::Integer(7));
        let integers: ArrayRef = Arc::new(Int64Array::from(vec![4]));
        assert_eq!(converted(integers, Storage::Real).0, [Scalar::Real(4.0)]);
    }

    #[test]
    fn a_timestamp_with_a_time_is_no_date() {
        let micros = vec![Some(MICROS_PER_DAY * 3), Some(MICROS_PER_DAY * 3 + 1)];
        let column: ArrayRef = Arc::new(TimestampMicrosecondArray::from(micros));
        assert_eq!(converted(column, Storage::Date), (vec![Scalar::Date(3), Scalar::Null], 1));
    }
}
