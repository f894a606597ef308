//! Comparisons: equal, less, less or equal, by storage.

use std::cmp::Ordering;

use arrow_array::{Array, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use satsuma_columns::Scalar;

use super::{Env, Kernel};
use crate::error::Result;
use crate::kind::Kind;
use crate::value::{Dates, Integers, Output, Reals, Texts, Times, Timestamps, Truths, Value, View, mismatch};

/// The comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    /// Two nulls are equal; the comparison of null with another value is null. IBM, "Handling records with
    /// system missing values".
    fn of_nulls(self) -> bool {
        self.accepts(Ordering::Equal)
    }

    /// The kernel that compares a value with one that it can never equal; `None` where order matters.
    pub(crate) fn of_unlike(self) -> Option<Kernel> {
        match self {
            Self::Equal => Some(|args, env| unlike(args, env, false)),
            Self::NotEqual => Some(|args, env| unlike(args, env, true)),
            _ => None,
        }
    }

    /// The kernel of the comparison for operands of one kind.
    pub(crate) fn kernel(self) -> Kernel {
        match self {
            Self::Equal => |args, env| compare(args, env, Self::Equal),
            Self::NotEqual => |args, env| compare(args, env, Self::NotEqual),
            Self::Less => |args, env| compare(args, env, Self::Less),
            Self::LessOrEqual => |args, env| compare(args, env, Self::LessOrEqual),
            Self::Greater => |args, env| compare(args, env, Self::Greater),
            Self::GreaterOrEqual => |args, env| compare(args, env, Self::GreaterOrEqual),
        }
    }
}

/// The same truth for every value but null.
fn unlike(args: &[Value], env: Env<'_>, truth: bool) -> Result<Value> {
    let [value] = args else {
        return Err(mismatch("one operand"));
    };
    let nulls = match value {
        Value::Same(Scalar::Null) | Value::SameTruth(None) => return Ok(Value::SameTruth(None)),
        Value::Same(_) | Value::SameTruth(_) => return Ok(Value::SameTruth(Some(truth))),
        Value::Truth(truths) => truths.nulls().cloned(),
        Value::Column(column) => column.nulls().cloned(),
    };
    let values = if truth { BooleanBuffer::new_set(env.rows) } else { BooleanBuffer::new_unset(env.rows) };
    Ok(Value::Truth(BooleanArray::new(values, nulls)))
}

/// Text by character code, numbers by value, dates and times by moment.
fn compare(args: &[Value], env: Env<'_>, comparison: Comparison) -> Result<Value> {
    let [one, two] = args else {
        return Err(mismatch("two operands"));
    };
    match kind_of(one).or_else(|| kind_of(two)) {
        None => Ok(Value::SameTruth(Some(comparison.of_nulls()))),
        Some(Kind::Integer) => typed::<Integers<'_>>(one, two, env, comparison),
        Some(Kind::Real) => typed::<Reals<'_>>(one, two, env, comparison),
        Some(Kind::Date) => typed::<Dates<'_>>(one, two, env, comparison),
        Some(Kind::Time) => typed::<Times<'_>>(one, two, env, comparison),
        Some(Kind::Timestamp) => typed::<Timestamps<'_>>(one, two, env, comparison),
        Some(Kind::Truth) => typed::<Truths<'_>>(one, two, env, comparison),
        Some(Kind::String) => typed::<Texts<'_>>(one, two, env, comparison),
        Some(Kind::Null) => Err(mismatch("a storage")),
    }
}

/// The kind of a value at run time; `None` for a constant null.
pub(crate) fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::Same(Scalar::Null) => None,
        Value::Same(scalar) => scalar.storage().and_then(Kind::of),
        Value::SameTruth(_) | Value::Truth(_) => Some(Kind::Truth),
        Value::Column(column) => satsuma_columns::Storage::of_arrow(column.data_type()).and_then(Kind::of),
    }
}

/// Values of one kind. Reals are never NaN, so that every two values have an order.
fn typed<'a, V: View<'a>>(
    one: &'a Value,
    two: &'a Value,
    env: Env<'_>,
    comparison: Comparison,
) -> Result<Value> {
    let (a, b) = (V::of(one)?, V::of(two)?);
    if one.is_constant() && two.is_constant() {
        return Ok(bool::same(match (a.get(0), b.get(0)) {
            (Some(a), Some(b)) => a.partial_cmp(&b).map(|order| comparison.accepts(order)),
            (None, None) => Some(comparison.of_nulls()),
            _ => None,
        }));
    }
    let rows = env.rows;
    let values = match comparison {
        Comparison::Equal => BooleanBuffer::collect_bool(rows, |row| a.raw(row) == b.raw(row)),
        Comparison::NotEqual => BooleanBuffer::collect_bool(rows, |row| a.raw(row) != b.raw(row)),
        Comparison::Less => BooleanBuffer::collect_bool(rows, |row| a.raw(row) < b.raw(row)),
        Comparison::LessOrEqual => BooleanBuffer::collect_bool(rows, |row| a.raw(row) <= b.raw(row)),
        Comparison::Greater => BooleanBuffer::collect_bool(rows, |row| a.raw(row) > b.raw(row)),
        Comparison::GreaterOrEqual => BooleanBuffer::collect_bool(rows, |row| a.raw(row) >= b.raw(row)),
    };
    let (values, known) = match (nulls_of(one).valid(rows), nulls_of(two).valid(rows)) {
        (None, None) => (values, None),
        (Some(valid), None) | (None, Some(valid)) => (values, Some(valid)),
        // Known if both are null or neither is.
        (Some(one), Some(two)) => {
            let of_nulls =
                if comparison.of_nulls() { !&(&one | &two) } else { BooleanBuffer::new_unset(rows) };
            (&(&values & &(&one & &two)) | &of_nulls, Some(!&(&one ^ &two)))
        }
    };
    let known = known.map(NullBuffer::new).filter(|nulls| nulls.null_count() > 0);
    Ok(Value::Truth(BooleanArray::new(values, known)))
}

/// The rows of a value that are null.
enum Nulls<'a> {
    None,
    All,
    Some(&'a NullBuffer),
}

impl Nulls<'_> {
    /// Rows that are not null; `None` for all rows.
    fn valid(&self, rows: usize) -> Option<BooleanBuffer> {
        match self {
            Self::None => None,
            Self::All => Some(BooleanBuffer::new_unset(rows)),
            Self::Some(nulls) => Some(nulls.inner().clone()),
        }
    }
}

fn nulls_of(value: &Value) -> Nulls<'_> {
    match value {
        Value::Same(Scalar::Null) | Value::SameTruth(None) => Nulls::All,
        Value::Same(_) | Value::SameTruth(_) => Nulls::None,
        Value::Truth(truths) => truths.nulls().map_or(Nulls::None, Nulls::Some),
        Value::Column(column) => column.nulls().map_or(Nulls::None, Nulls::Some),
    }
}

/// The greater of two values of one kind. With one null, the result is null or, with `skip`, the other value.
fn extreme(args: &[Value], env: Env<'_>, comparison: Comparison, skip: bool) -> Result<Value> {
    let [one, two] = args else {
        return Err(mismatch("two operands"));
    };
    let Some(kind) = kind_of(one).or_else(|| kind_of(two)) else {
        return Ok(Value::NULL);
    };
    let first = compare(args, env, comparison)?;
    let null_one = super::logic::is_null(std::slice::from_ref(one), env)?;
    let null_two = super::logic::is_null(std::slice::from_ref(two), env)?;
    let other = |value: &Value| if skip { value.clone() } else { Value::NULL };
    let branches = [(null_one, other(two)), (null_two, other(one)), (first, one.clone())];
    super::logic::choose(&branches, two.clone(), kind, env)
}

/// `max(ITEM1, ITEM2)`: null if either is null.
pub(crate) fn max(args: &[Value], env: Env<'_>) -> Result<Value> {
    extreme(args, env, Comparison::GreaterOrEqual, false)
}

/// `min(ITEM1, ITEM2)`: null if either is null.
pub(crate) fn min(args: &[Value], env: Env<'_>) -> Result<Value> {
    extreme(args, env, Comparison::LessOrEqual, false)
}

/// The greatest value of a list; nulls are ignored.
pub(crate) fn max_n(args: &[Value], env: Env<'_>) -> Result<Value> {
    fold(args, env, Comparison::GreaterOrEqual)
}

/// The smallest value of a list; nulls are ignored.
pub(crate) fn min_n(args: &[Value], env: Env<'_>) -> Result<Value> {
    fold(args, env, Comparison::LessOrEqual)
}

fn fold(args: &[Value], env: Env<'_>, comparison: Comparison) -> Result<Value> {
    let mut items = args.iter();
    let mut result = items.next().cloned().unwrap_or(Value::NULL);
    for item in items {
        result = extreme(&[result, item.clone()], env, comparison, true)?;
    }
    Ok(result)
}
