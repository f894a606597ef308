//! Functions of lists of fields: the first argument may be an item to look for.

use super::compare::{Comparison, kind_of};
use super::logic::{choose, is_null};
use super::map::map_all;
use super::{Env, Kernel};
use crate::error::Result;
use crate::kind::Kind;
use crate::value::{Integers, Reals, Truths, Value, View, mismatch};

/// Comparisons of every item of the list with the first argument: `item <comparison> sought`.
fn compared(args: &[Value], env: Env<'_>, comparison: Comparison) -> Result<Vec<Value>> {
    let (sought, items) = args.split_first().ok_or_else(|| mismatch("an item and a list"))?;
    let kernel = comparison.kernel();
    items.iter().map(|item| kernel(&[item.clone(), sought.clone()], env)).collect()
}

/// Null if the sought item is null, otherwise the number of items of which the comparison is true.
fn count(args: &[Value], env: Env<'_>, comparison: Comparison) -> Result<Value> {
    let truths = compared(args, env, comparison)?;
    let count = map_all::<Truths<'_>, i64>(&truths, env, |get| {
        Some((0..truths.len()).filter(|at| get(*at) == Some(true)).count() as i64)
    })?;
    null_with_first(args, count, env)
}

fn null_with_first(args: &[Value], value: Value, env: Env<'_>) -> Result<Value> {
    let first = args.first().unwrap_or(&Value::NULL);
    let is_null = is_null(std::slice::from_ref(first), env)?;
    choose(&[(is_null, Value::NULL)], value, Kind::Integer, env)
}

pub(crate) const COUNT_EQUAL: Kernel = |args, env| count(args, env, Comparison::Equal);
pub(crate) const COUNT_NOT_EQUAL: Kernel = |args, env| count(args, env, Comparison::NotEqual);
pub(crate) const COUNT_LESS: Kernel = |args, env| count(args, env, Comparison::Less);
pub(crate) const COUNT_GREATER: Kernel = |args, env| count(args, env, Comparison::Greater);

/// The index of the first or last equal item; 0 if there is none.
fn index(args: &[Value], env: Env<'_>, last: bool) -> Result<Value> {
    let truths = compared(args, env, Comparison::Equal)?;
    position(&truths, env, last)
}

fn position(truths: &[Value], env: Env<'_>, last: bool) -> Result<Value> {
    map_all::<Truths<'_>, i64>(truths, env, |get| {
        let mut positions = 0..truths.len();
        let holds = |at: &usize| get(*at) == Some(true);
        let found = if last { positions.rev().find(holds) } else { positions.find(holds) };
        Some(found.map_or(0, |at| at as i64 + 1))
    })
}

pub(crate) const FIRST_INDEX: Kernel = |args, env| index(args, env, false);
pub(crate) const LAST_INDEX: Kernel = |args, env| index(args, env, true);

/// `member(ITEM, LIST)`: whether an item is equal. Two nulls are equal.
pub(crate) fn member(args: &[Value], env: Env<'_>) -> Result<Value> {
    let truths = compared(args, env, Comparison::Equal)?;
    map_all::<Truths<'_>, bool>(&truths, env, |get| Some((0..truths.len()).any(|at| get(at) == Some(true))))
}

fn present(args: &[Value], env: Env<'_>) -> Result<Vec<Value>> {
    let is_present = |item: &Value| super::logic::not(&[is_null(std::slice::from_ref(item), env)?], env);
    args.iter().map(is_present).collect()
}

fn count_present(args: &[Value], env: Env<'_>, wanted: bool) -> Result<Value> {
    let truths = present(args, env)?;
    map_all::<Truths<'_>, i64>(&truths, env, |get| {
        Some((0..truths.len()).filter(|at| get(*at) == Some(wanted)).count() as i64)
    })
}

pub(crate) const COUNT_NULLS: Kernel = |args, env| count_present(args, env, false);
pub(crate) const COUNT_NON_NULLS: Kernel = |args, env| count_present(args, env, true);
pub(crate) const FIRST_NON_NULL_INDEX: Kernel = |args, env| position(&present(args, env)?, env, false);
pub(crate) const LAST_NON_NULL_INDEX: Kernel = |args, env| position(&present(args, env)?, env, true);

/// The first of the items that is not null.
fn non_null<'a>(items: impl Iterator<Item = &'a Value>, env: Env<'_>) -> Result<Value> {
    let mut branches = Vec::new();
    let mut kind = Kind::Null;
    for item in items {
        if let Some(found) = kind_of(item) {
            kind = found;
        }
        let present = super::logic::not(&[is_null(std::slice::from_ref(item), env)?], env)?;
        branches.push((present, item.clone()));
    }
    choose(&branches, Value::NULL, kind, env)
}

pub(crate) fn first_non_null(args: &[Value], env: Env<'_>) -> Result<Value> {
    non_null(args.iter(), env)
}

pub(crate) fn last_non_null(args: &[Value], env: Env<'_>) -> Result<Value> {
    non_null(args.iter().rev(), env)
}

/// `value_at(INTEGER, LIST)`: null if there is no such item.
pub(crate) fn value_at(args: &[Value], env: Env<'_>) -> Result<Value> {
    let (index, items) = args.split_first().ok_or_else(|| mismatch("an index and a list"))?;
    let wanted = Integers::of(index)?;
    if index.is_constant() {
        let at = wanted.get(0).and_then(|at| usize::try_from(at - 1).ok());
        return Ok(at.and_then(|at| items.get(at)).cloned().unwrap_or(Value::NULL));
    }
    let equal = Comparison::Equal.kernel();
    let mut branches = Vec::with_capacity(items.len());
    let mut kind = Kind::Null;
    for (at, item) in items.iter().enumerate() {
        if let Some(found) = kind_of(item) {
            kind = found;
        }
        let number = Value::Same(satsuma_columns::Scalar::Integer(at as i64 + 1));
        branches.push((equal(&[index.clone(), number], env)?, item.clone()));
    }
    choose(&branches, Value::NULL, kind, env)
}

/// The numbers of a row that are not null: their count, mean and sum of squared deviations.
fn moments(get: &dyn Fn(usize) -> Option<f64>, length: usize) -> (f64, f64, f64) {
    let numbers = || (0..length).filter_map(get);
    let count = numbers().count() as f64;
    let mean = numbers().sum::<f64>() / count;
    (count, mean, numbers().map(|number| (number - mean).powi(2)).sum())
}

pub(crate) fn mean_n(args: &[Value], env: Env<'_>) -> Result<Value> {
    map_all::<Reals<'_>, f64>(args, env, |get| Some(moments(get, args.len()).1))
}

/// The standard deviation of a sample: n - 1 in the denominator; null for fewer than two values.
pub(crate) fn sdev_n(args: &[Value], env: Env<'_>) -> Result<Value> {
    map_all::<Reals<'_>, f64>(args, env, |get| {
        let (count, _, squares) = moments(get, args.len());
        (count > 1.0).then(|| (squares / (count - 1.0)).sqrt())
    })
}

pub(crate) fn sum_reals(args: &[Value], env: Env<'_>) -> Result<Value> {
    map_all::<Reals<'_>, f64>(args, env, |get| {
        (0..args.len()).filter_map(get).reduce(|sum, number| sum + number)
    })
}

pub(crate) fn sum_integers(args: &[Value], env: Env<'_>) -> Result<Value> {
    map_all::<Integers<'_>, i64>(args, env, |get| {
        let mut numbers = (0..args.len()).filter_map(get);
        let first = numbers.next()?;
        numbers.try_fold(first, i64::checked_add)
    })
}
