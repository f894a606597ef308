//! Values of a part of an expression for all rows of a batch.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use satsuma_columns::{Scalar, Storage};

use crate::error::{ClemError, ErrorKind, MAX_COLUMN_TEXT, Result, too_much_text};

/// Values for all rows of a batch.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// The same value in every row.
    Same(Scalar),
    /// The same boolean in every row.
    SameTruth(Option<bool>),
    /// A boolean for each row.
    Truth(BooleanArray),
    /// A value for each row, in the Arrow type of a storage.
    Column(ArrayRef),
}

impl Value {
    pub(crate) const NULL: Self = Self::Same(Scalar::Null);

    pub(crate) fn is_constant(&self) -> bool {
        matches!(self, Self::Same(_) | Self::SameTruth(_))
    }

    /// A column of this storage; booleans become 1 and 0.
    pub(crate) fn into_column(self, storage: Storage, rows: usize) -> Result<ArrayRef> {
        Ok(match self {
            Self::Same(Scalar::String(text)) if text.len().saturating_mul(rows) > MAX_COLUMN_TEXT => {
                return Err(too_much_text());
            }
            Self::Same(scalar) => scalar.to_storage(storage).unwrap_or(Scalar::Null).repeat(storage, rows),
            Self::SameTruth(truth) => {
                let scalar = truth.map_or(Scalar::Null, |truth| Scalar::Integer(truth.into()));
                scalar.repeat(storage, rows)
            }
            Self::Truth(truths) => {
                let numbers = truths.values().iter().map(i64::from);
                Arc::new(PrimitiveArray::<Int64Type>::new(numbers.collect(), truths.nulls().cloned()))
            }
            Self::Column(column) => column,
        })
    }

    /// Booleans of all rows.
    pub(crate) fn into_truths(self, rows: usize) -> Result<BooleanArray> {
        match self {
            Self::Truth(truths) => Ok(truths),
            Self::SameTruth(truth) => Ok(BooleanArray::from_iter(std::iter::repeat_n(truth, rows))),
            Self::Same(Scalar::Null) => Ok(BooleanArray::new_null(rows)),
            Self::Same(_) | Self::Column(_) => Err(mismatch("a condition")),
        }
    }
}

/// An error that only an invalid program can cause: the check guarantees the types of kernels.
pub(crate) fn mismatch(expected: &str) -> ClemError {
    ErrorKind::Columns(format!("a kernel expected {expected}; this is a fault of the compiler")).anywhere()
}

/// Typed access to the values of a part.
pub(crate) trait View<'a>: Sized {
    type Item: Copy + PartialOrd;

    fn of(value: &'a Value) -> Result<Self>;

    fn get(&self, row: usize) -> Option<Self::Item>;

    /// The value of a row, undefined if it is null.
    fn raw(&self, row: usize) -> Self::Item;
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident, $arrow:ty, $item:ty, $scalar:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $name<'a> {
            Same(Option<$item>),
            Array(&'a PrimitiveArray<$arrow>),
        }

        impl<'a> View<'a> for $name<'a> {
            type Item = $item;

            fn of(value: &'a Value) -> Result<Self> {
                match value {
                    Value::Same(Scalar::$scalar(item)) => Ok(Self::Same(Some(*item))),
                    Value::Same(Scalar::Null) => Ok(Self::Same(None)),
                    Value::Column(column) => match column.as_primitive_opt::<$arrow>() {
                        Some(array) => Ok(Self::Array(array)),
                        None => Err(mismatch(stringify!($scalar))),
                    },
                    _ => Err(mismatch(stringify!($scalar))),
                }
            }

            #[inline]
            fn get(&self, row: usize) -> Option<$item> {
                match self {
                    Self::Same(item) => *item,
                    Self::Array(array) => array.is_valid(row).then(|| array.value(row)),
                }
            }

            #[inline]
            fn raw(&self, row: usize) -> $item {
                match self {
                    Self::Same(item) => item.unwrap_or_default(),
                    Self::Array(array) => array.value(row),
                }
            }
        }
    )*};
}

views! {
    /// Whole numbers.
    Integers, Int64Type, i64, Integer;
    /// Real numbers.
    Reals, Float64Type, f64, Real;
    /// Days since 1970-01-01.
    Dates, Date32Type, i32, Date;
    /// Microseconds of a day.
    Times, Time64MicrosecondType, i64, Time;
    /// Microseconds since 1970-01-01.
    Timestamps, TimestampMicrosecondType, i64, Timestamp;
}

/// Texts.
pub(crate) enum Texts<'a> {
    Same(Option<&'a str>),
    Array(&'a StringArray),
}

impl<'a> View<'a> for Texts<'a> {
    type Item = &'a str;

    fn of(value: &'a Value) -> Result<Self> {
        match value {
            Value::Same(Scalar::String(text)) => Ok(Self::Same(Some(text))),
            Value::Same(Scalar::Null) => Ok(Self::Same(None)),
            Value::Column(column) => match column.as_string_opt::<i32>() {
                Some(array) => Ok(Self::Array(array)),
                None => Err(mismatch("String")),
            },
            _ => Err(mismatch("String")),
        }
    }

    #[inline]
    fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Same(text) => *text,
            Self::Array(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }

    #[inline]
    fn raw(&self, row: usize) -> &'a str {
        match self {
            Self::Same(text) => text.unwrap_or_default(),
            Self::Array(array) => array.value(row),
        }
    }
}

/// Truths.
pub(crate) enum Truths<'a> {
    Same(Option<bool>),
    Array(&'a BooleanArray),
}

impl<'a> View<'a> for Truths<'a> {
    type Item = bool;

    fn of(value: &'a Value) -> Result<Self> {
        match value {
            Value::SameTruth(truth) => Ok(Self::Same(*truth)),
            Value::Same(Scalar::Null) => Ok(Self::Same(None)),
            Value::Truth(truths) => Ok(Self::Array(truths)),
            _ => Err(mismatch("Truth")),
        }
    }

    #[inline]
    fn get(&self, row: usize) -> Option<bool> {
        match self {
            Self::Same(truth) => *truth,
            Self::Array(truths) => truths.is_valid(row).then(|| truths.value(row)),
        }
    }

    #[inline]
    fn raw(&self, row: usize) -> bool {
        match self {
            Self::Same(truth) => truth.unwrap_or_default(),
            Self::Array(truths) => truths.value(row),
        }
    }
}

/// A result of a kernel.
pub(crate) trait Output: Sized {
    fn same(item: Option<Self>) -> Value;

    fn column(items: impl Iterator<Item = Option<Self>>, rows: usize) -> Value;
}

/// A date: days since 1970-01-01.
pub(crate) struct Day(pub(crate) i32);

/// A time: microseconds.
pub(crate) struct Clock(pub(crate) i64);

/// A timestamp: microseconds since 1970-01-01.
pub(crate) struct Moment(pub(crate) i64);

fn primitive<T: ArrowPrimitiveType>(items: impl Iterator<Item = Option<T::Native>>) -> Value {
    Value::Column(Arc::new(items.collect::<PrimitiveArray<T>>()))
}

impl Output for i64 {
    fn same(item: Option<Self>) -> Value {
        Value::Same(item.map_or(Scalar::Null, Scalar::Integer))
    }

    fn column(items: impl Iterator<Item = Option<Self>>, _: usize) -> Value {
        primitive::<Int64Type>(items)
    }
}

/// Numbers that are not finite become null, because reals of Modeler are finite.
impl Output for f64 {
    fn same(item: Option<Self>) -> Value {
        Value::Same(item.filter(|number| number.is_finite()).map_or(Scalar::Null, Scalar::Real))
    }

    fn column(items: impl Iterator<Item = Option<Self>>, _: usize) -> Value {
        primitive::<Float64Type>(items.map(|item| item.filter(|number| number.is_finite())))
    }
}

impl Output for bool {
    fn same(item: Option<Self>) -> Value {
        Value::SameTruth(item)
    }

    fn column(items: impl Iterator<Item = Option<Self>>, _: usize) -> Value {
        Value::Truth(items.collect())
    }
}

impl Output for Day {
    fn same(item: Option<Self>) -> Value {
        Value::Same(item.map_or(Scalar::Null, |day| Scalar::Date(day.0)))
    }

    fn column(items: impl Iterator<Item = Option<Self>>, _: usize) -> Value {
        primitive::<Date32Type>(items.map(|item| item.map(|day| day.0)))
    }
}

impl Output for Clock {
    fn same(item: Option<Self>) -> Value {
        Value::Same(item.map_or(Scalar::Null, |clock| Scalar::Time(clock.0)))
    }

    fn column(items: impl Iterator<Item = Option<Self>>, _: usize) -> Value {
        primitive::<Time64MicrosecondType>(items.map(|item| item.map(|clock| clock.0)))
    }
}

impl Output for Moment {
    fn same(item: Option<Self>) -> Value {
        Value::Same(item.map_or(Scalar::Null, |moment| Scalar::Timestamp(moment.0)))
    }

    fn column(items: impl Iterator<Item = Option<Self>>, _: usize) -> Value {
        primitive::<TimestampMicrosecondType>(items.map(|item| item.map(|moment| moment.0)))
    }
}
