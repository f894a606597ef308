//! Conditions: `and`, `or`, `not` in three-valued logic, and choices.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_select::interleave::interleave;

use super::Env;
use crate::error::{Result, of_arrow};
use crate::kind::Kind;
use crate::value::{Value, mismatch};

/// False has priority over null, null over true (Kleene). IBM, "Handling records with system missing values".
pub(crate) fn and(one: &Value, two: &Value, env: Env<'_>) -> Result<Value> {
    combine(one, two, env, false)
}

/// True has priority over null, null over false.
pub(crate) fn or(one: &Value, two: &Value, env: Env<'_>) -> Result<Value> {
    combine(one, two, env, true)
}

/// `winner` determines the result, whatever the other side is.
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

/// Rows with this known boolean.
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

/// The value of the first branch whose condition is true, otherwise the last value. A null condition is not
/// true: the next branch is tried.
pub(crate) fn choose(
    branches: &[(Value, Value)],
    otherwise: Value,
    kind: Kind,
    env: Env<'_>,
) -> Result<Value> {
    // The value that each row selects: 0 is the last one, n + 1 that of branch n.
    let mut picks = vec![0; env.rows];
    for (at, (condition, _)) in branches.iter().enumerate().rev() {
        match condition {
            Value::SameTruth(Some(true)) => picks.fill(at + 1),
            Value::SameTruth(_) | Value::Same(_) => {}
            condition => holds(condition, env.rows)?.set_indices().for_each(|row| {
                if let Some(pick) = picks.get_mut(row) {
                    *pick = at + 1;
                }
            }),
        }
    }
    let values: Vec<&Value> =
        std::iter::once(&otherwise).chain(branches.iter().map(|(_, value)| value)).collect();
    if let Some(first) = picks.first()
        && picks.iter().all(|pick| pick == first)
    {
        return Ok(values.get(*first).map_or(Value::NULL, |value| (*value).clone()));
    }
    gather(&values, &picks, kind)
}

/// A column whose rows come from several values; constants are read from one row.
fn gather(values: &[&Value], picks: &[usize], kind: Kind) -> Result<Value> {
    let rows_of = |value: &Value| if value.is_constant() { 1 } else { picks.len() };
    let constant: Vec<bool> = values.iter().map(|value| value.is_constant()).collect();
    let index = |(row, pick): (usize, &usize)| {
        (*pick, if constant.get(*pick).copied().unwrap_or(true) { 0 } else { row })
    };
    let indices: Vec<(usize, usize)> = picks.iter().enumerate().map(index).collect();
    if kind == Kind::Truth {
        let arrays = values.iter().map(|value| (*value).clone().into_truths(rows_of(value)));
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        let arrays: Vec<&dyn Array> = arrays.iter().map(|array| array as &dyn Array).collect();
        let chosen = interleave(&arrays, &indices).map_err(of_arrow)?;
        return chosen.as_boolean_opt().cloned().map(Value::Truth).ok_or_else(|| mismatch("a condition"));
    }
    let Some(storage) = kind.storage() else {
        return Ok(Value::NULL);
    };
    let arrays = values.iter().map(|value| (*value).clone().into_column(storage, rows_of(value)));
    let arrays = arrays.collect::<Result<Vec<ArrayRef>>>()?;
    let arrays: Vec<&dyn Array> = arrays.iter().map(|array| array.as_ref()).collect();
    Ok(Value::Column(interleave(&arrays, &indices).map_err(of_arrow)?))
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
