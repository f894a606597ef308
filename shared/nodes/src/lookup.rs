//! Finds indexes of values in a list, for whole columns.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, UInt32Array};
use datafusion::arrow::datatypes::{
    Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use satsuma_columns::{Scalar, Storage};
use satsuma_engine::NodeError;
use serde::{Deserialize, Serialize};

/// Finds the places of values in a list of values of one storage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Vec<Scalar>", into = "Vec<Scalar>")]
pub struct Lookup {
    values: Vec<Scalar>,
    texts: HashMap<Box<str>, u32>,
    numbers: HashMap<i64, u32>,
}

impl Lookup {
    /// The values, without nulls; of equal ones the first is found.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a Scalar>) -> Self {
        let (mut texts, mut numbers) = (HashMap::new(), HashMap::new());
        let values = values.into_iter().cloned().collect::<Vec<_>>();
        for (place, value) in (0..).zip(&values) {
            if let Scalar::String(text) = value {
                texts.entry(text.as_ref().into()).or_insert(place);
            } else if let Some(key) = key(value) {
                numbers.entry(key).or_insert(place);
            }
        }
        Self { values, texts, numbers }
    }

    /// The index of each value of a column; null if the list has no such value.
    ///
    /// # Errors
    /// The column contains lists.
    pub fn find(&self, column: &ArrayRef) -> Result<UInt32Array, NodeError> {
        Ok(match Storage::of_arrow(column.data_type()) {
            Some(Storage::String) => {
                column.as_string::<i32>().iter().map(|text| self.texts.get(text?).copied()).collect()
            }
            Some(Storage::Integer) => self.numbers::<Int64Type>(column, |number| number),
            Some(Storage::Real) => self.numbers::<Float64Type>(column, of_real),
            Some(Storage::Date) => self.numbers::<Date32Type>(column, i64::from),
            Some(Storage::Time) => self.numbers::<Time64MicrosecondType>(column, |micros| micros),
            Some(Storage::Timestamp) => self.numbers::<TimestampMicrosecondType>(column, |micros| micros),
            Some(Storage::List(_)) | None => {
                return Err(NodeError::unsupported("values of lists cannot be looked up"));
            }
        })
    }

    fn numbers<T: ArrowPrimitiveType>(
        &self,
        column: &ArrayRef,
        key: impl Fn(T::Native) -> i64,
    ) -> UInt32Array {
        let values = column.as_primitive::<T>().iter();
        values.map(|value| self.numbers.get(&key(value?)).copied()).collect()
    }
}

impl From<Vec<Scalar>> for Lookup {
    fn from(values: Vec<Scalar>) -> Self {
        Self::new(&values)
    }
}

impl From<Lookup> for Vec<Scalar> {
    fn from(lookup: Lookup) -> Self {
        lookup.values
    }
}

fn key(value: &Scalar) -> Option<i64> {
    Some(match value {
        Scalar::Null | Scalar::String(_) => return None,
        Scalar::Integer(number) | Scalar::Time(number) | Scalar::Timestamp(number) => *number,
        Scalar::Real(number) => of_real(*number),
        Scalar::Date(days) => i64::from(*days),
    })
}

/// The bits of a real number; both zeros are one value.
fn of_real(number: f64) -> i64 {
    (number + 0.0).to_bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_storage() {
        let values = [Scalar::Real(0.0), Scalar::Real(2.5)];
        let column = Scalar::column(&[Scalar::Real(2.5), Scalar::Null, Scalar::Real(-0.0)], Storage::Real);
        let places = Lookup::new(&values).find(&column).unwrap();
        assert_eq!(places, UInt32Array::from(vec![Some(1), None, Some(0)]));
        let column = Scalar::column(&[Scalar::text("b"), Scalar::text("")], Storage::String);
        let places = Lookup::new(&[Scalar::text("a"), Scalar::text("b")]).find(&column).unwrap();
        assert_eq!(places, UInt32Array::from(vec![Some(1), None]));
    }
}
