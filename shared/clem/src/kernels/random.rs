//! Random numbers. Modeler's own generator for CLEM is unknown; this one is ours.
//!
//! A number depends only on the seed, the place in the expression and the record's number. The size of
//! batches and other expressions have no influence.

use arrow_array::Float64Array;

use super::Env;
use super::map::{map1, map2};
use crate::error::Result;
use crate::value::{Integers, Output, Reals, Value, View, mismatch};

/// A uniform number of [0, 1) with 53 random bits: SplitMix64 (Steele, Lea and Flood 2014) as a hash.
fn uniform(stream: u64, row: u64) -> f64 {
    (mix(stream ^ mix(row.wrapping_add(0x9E37_79B9_7F4A_7C15))) >> 11) as f64 / (1_u64 << 53) as f64
}

pub(crate) fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Uniform numbers of rows from one on.
pub(crate) fn uniforms(stream: u64, first_row: usize, rows: usize) -> Float64Array {
    (0..rows as u64).map(|row| Some(uniform(stream, first_row as u64 + row))).collect()
}

/// `random(INT)`: 1 to INT. Arguments: uniform number, INT.
pub(crate) fn integer_from_one(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Integers<'_>, i64>(args, env, |u, limit| Some(1 + below(u, limit)?))
}

/// `random0(INT)`: 0 to INT - 1.
pub(crate) fn integer_from_zero(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Integers<'_>, i64>(args, env, below)
}

fn below(u: f64, limit: i64) -> Option<i64> {
    (limit > 0).then(|| ((u * limit as f64) as i64).min(limit - 1))
}

/// `random(REAL)`: from 1 to REAL.
pub(crate) fn real_from_one(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Reals<'_>, f64>(args, env, |u, limit| Some(1.0 + u * (limit - 1.0)))
}

/// `random0(REAL)`: from 0 to below REAL.
pub(crate) fn real_from_zero(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Reals<'_>, f64>(args, env, |u, limit| Some(u * limit))
}

/// A standard normal number from a uniform one.
pub(crate) fn normal(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Reals<'_>, f64>(args, env, |u| Some(super::distributions::normal_quantile(u.max(1e-17))))
}

/// `oneof(LIST)`: an item of the list. Arguments: uniform number, items.
pub(crate) fn one_of(args: &[Value], env: Env<'_>) -> Result<Value> {
    let (u, items) = args.split_first().ok_or_else(|| mismatch("a list"))?;
    let count = items.len() as i64;
    let u = Reals::of(u)?;
    let index = i64::column((0..env.rows).map(|row| Some(1 + below(u.get(row)?, count)?)), env.rows);
    let mut values = vec![index];
    values.extend(items.iter().cloned());
    super::lists::value_at(&values, env)
}
