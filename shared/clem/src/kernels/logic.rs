//! Conditions: `and`, `or`, `not` in three-valued logic, and choices.

use arrow_array::{Array, BooleanArray, new_null_array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_select::zip::zip;
use satsuma_columns::Storage;

use super::Env;
use crate::error::Result;
use crate::kind::Kind;
use crate::value::{Value, mismatch};

/// False wins over null, null over true (Kleene). IBM, "Handling records with system missing values".
pub(crate) fn and(one: &Value, two: &Value, env: Env<'_>) -> Result<Value> {
    combine(one, two, env, false)
}

/// True wins over null, null over false.
pub(crate) fn or(one: &Value, two: &Value, env: Env<'_>) -> Result<Value> {
    combine(one, two, env, true)
}

/// `winner` decides whatever the other side is.
fn combine(one: &Value, two: &Value, env: Env<'_>, winner: bool) -> Result<Value> {
    if let Value::SameTruth(Some(truth)) = one {
        return Ok(if *truth == winner { one.clone() } else { two.clone() });
    }
    if let Value::SameTruth(Some(truth)) = two {
        return Ok(if *truth == winner { two.clone() } else { one.clone() });
    }
    let (one, two) = (one.clone().into_truths(env.rows)?, two.clone().into_truths(env.rows)?);
    let (one_won, two_won) = (known(&one, winner), known(&two, winner));
    let won = &one_won | &two_won;
    let lost = &known(&one, !winner) & &known(&two, !winner);
    let values = if winner { won.clone() } else { lost.clone() };
    let nulls = NullBuffer::new(&won | &lost);
    Ok(Value::Truth(BooleanArray::new(values, Some(nulls).filter(|nulls| nulls.null_count() > 0))))
}

/// Rows whose truth is known to be this.
fn known(truths: &BooleanArray, wanted: bool) -> BooleanBuffer {
    let values = if wanted { truths.values().clone() } else { !truths.values() };
    match truths.nulls() {
        Some(nulls) => &values & nulls.inner(),
        None => values,
    }
}

/// Null stays null.
pub(crate) fn not(args: &[Value], _: Env<'_>) -> Result<Value> {
    match args {
        [Value::SameTruth(truth)] => Ok(Value::SameTruth(truth.map(|truth| !truth))),
        [Value::Truth(truths)] => {
            Ok(Value::Truth(BooleanArray::new(!truths.values(), truths.nulls().cloned())))
        }
        [Value::Same(_)] => Ok(Value::SameTruth(None)),
        _ => Err(mismatch("a condition")),
    }
}

/// Rows where a condition is true: null counts as false.
pub(crate) fn holds(condition: &Value, rows: usize) -> Result<BooleanBuffer> {
    let truths = condition.clone().into_truths(rows)?;
    Ok(known(&truths, true))
}

/// The value of the first branch whose condition is true, else the last value. A null condition is not true:
/// the search goes on.
pub(crate) fn choose(
    branches: &[(Value, Value)],
    otherwise: Value,
    kind: Kind,
    env: Env<'_>,
) -> Result<Value> {
    let mut result = otherwise;
    for (condition, value) in branches.iter().rev() {
        result = match condition {
            Value::SameTruth(Some(true)) => value.clone(),
            Value::SameTruth(_) | Value::Same(_) => result,
            condition => select(holds(condition, env.rows)?, value, result, kind, env)?,
        };
    }
    Ok(result)
}

fn select(mask: BooleanBuffer, value: &Value, other: Value, kind: Kind, env: Env<'_>) -> Result<Value> {
    match mask.count_set_bits() {
        0 => return Ok(other),
        set if set == env.rows => return Ok(value.clone()),
        _ => {}
    }
    let mask = BooleanArray::new(mask, None);
    let fault = |_| mismatch("columns of one kind");
    if kind == Kind::Truth {
        let (value, other) = (value.clone().into_truths(env.rows)?, other.into_truths(env.rows)?);
        let chosen = zip(&mask, &value, &other).map_err(fault)?;
        let chosen = chosen.as_any().downcast_ref::<BooleanArray>().cloned();
        return chosen.map(Value::Truth).ok_or_else(|| mismatch("a condition"));
    }
    let storage = kind.storage().unwrap_or(Storage::Integer);
    if kind == Kind::Null {
        return Ok(Value::Column(new_null_array(&storage.arrow(), env.rows)));
    }
    let value = value.clone().into_column(storage, env.rows);
    let other = other.into_column(storage, env.rows);
    Ok(Value::Column(zip(&mask, &value, &other).map_err(fault)?))
}

/// Whether values are null. Never null itself.
pub(crate) fn is_null(args: &[Value], env: Env<'_>) -> Result<Value> {
    Ok(match args {
        [Value::Same(scalar)] => Value::SameTruth(Some(scalar.is_null())),
        [Value::SameTruth(truth)] => Value::SameTruth(Some(truth.is_none())),
        [Value::Truth(truths)] => Value::Truth(nulls_of(truths.nulls(), env.rows)),
        [Value::Column(column)] => Value::Truth(nulls_of(column.nulls(), env.rows)),
        _ => return Err(mismatch("one argument")),
    })
}

fn nulls_of(nulls: Option<&NullBuffer>, rows: usize) -> BooleanArray {
    let values = nulls.map_or_else(|| BooleanBuffer::new_unset(rows), |nulls| !nulls.inner());
    BooleanArray::new(values, None)
}
