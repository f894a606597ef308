//! Numeric, trigonometric, probability and bitwise functions.

use crate::kernels::arithmetic::round;
use crate::kernels::convert::truncate;
use crate::kernels::map::{map1, map2, map3};
use crate::kernels::{Env, distributions};
use crate::value::{Integers, Reals};

use super::{Function, function};

pub(super) const NUMERIC: &[Function] = &[
    function!("abs(NUM)", "abs", "Number", "The absolute value, in NUM's storage.",
        [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, i64::checked_abs),
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.abs()))),
    function!("exp(NUM)", "exp", "Real", "e raised to a power.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.exp()))),
    function!("fracof(NUM)", "fracof", "Real", "The fraction: NUM - intof(NUM).",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x - x.trunc()))),
    function!("intof(NUM)", "intof", "Integer", "The integer part.",
        [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, Some),
        [Real] Integer => |a, e| map1::<Reals<'_>, i64>(a, e, truncate)),
    function!("log(NUM)", "log", "Real", "The natural logarithm; null for 0 and below.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| (x > 0.0).then(|| x.ln()))),
    function!("log10(NUM)", "log10", "Real", "The logarithm to base 10; null for 0 and below.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| (x > 0.0).then(|| x.log10()))),
    function!("negate(NUM)", "negate", "Number", "The negative value.",
        [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, i64::checked_neg),
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(-x))),
    function!("round(NUM)", "round", "Integer", "The nearest integer; halves away from 0.",
        [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, Some),
        [Real] Integer => round),
    function!("sign(NUM)", "sign", "Number", "-1, 0 or 1, in NUM's storage.",
        [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, |x| Some(x.signum())),
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(if x == 0.0 { 0.0 } else { x.signum() }))),
    function!("sqrt(NUM)", "sqrt", "Real", "The square root; null for negative numbers.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| (x >= 0.0).then(|| x.sqrt()))),
    function!(
        "sum_n(LIST)",
        "sum_n",
        "Number",
        "The sum of a list; nulls are left out, null where all are null.",
        special
    ),
    function!(
        "mean_n(LIST)",
        "mean_n",
        "Real",
        "The mean of a list; nulls are left out, null where all are null.",
        special
    ),
    function!(
        "sdev_n(LIST)",
        "sdev_n",
        "Real",
        "The standard deviation of a list (n - 1); nulls are left out.",
        special
    ),
];

/// An angle in radians.
fn radians(angle: f64, env: Env<'_>) -> f64 {
    if env.settings.angles_in_radians { angle } else { angle.to_radians() }
}

/// Radians in the stream's unit.
fn angle(radians: f64, env: Env<'_>) -> Option<f64> {
    Some(if env.settings.angles_in_radians { radians } else { radians.to_degrees() })
}

pub(super) const TRIGONOMETRIC: &[Function] = &[
    function!("arccos(NUM)", "arccos", "Real", "The arccosine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| angle(x.acos(), e))),
    function!("arccosh(NUM)", "arccosh", "Real", "The hyperbolic arccosine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.acosh()))),
    function!("arcsin(NUM)", "arcsin", "Real", "The arcsine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| angle(x.asin(), e))),
    function!("arcsinh(NUM)", "arcsinh", "Real", "The hyperbolic arcsine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.asinh()))),
    function!("arctan(NUM)", "arctan", "Real", "The arctangent.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| angle(x.atan(), e))),
    function!("arctan2(NUM_Y, NUM_X)", "arctan2", "Real", "The arctangent of NUM_Y / NUM_X in its quadrant.",
        [Real, Real] Real => |a, e| map2::<Reals<'_>, Reals<'_>, f64>(a, e, |y, x| angle(y.atan2(x), e))),
    function!("arctanh(NUM)", "arctanh", "Real", "The hyperbolic arctangent.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.atanh()))),
    function!("cos(NUM)", "cos", "Real", "The cosine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(radians(x, e).cos()))),
    function!("cosh(NUM)", "cosh", "Real", "The hyperbolic cosine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.cosh()))),
    function!("pi", "pi", "Real", "The constant π.", special),
    function!("sin(NUM)", "sin", "Real", "The sine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(radians(x, e).sin()))),
    function!("sinh(NUM)", "sinh", "Real", "The hyperbolic sine.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.sinh()))),
    function!("tan(NUM)", "tan", "Real", "The tangent.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(radians(x, e).tan()))),
    function!("tanh(NUM)", "tanh", "Real", "The hyperbolic tangent.",
        [Real] Real => |a, e| map1::<Reals<'_>, f64>(a, e, |x| Some(x.tanh()))),
];

pub(super) const PROBABILITY: &[Function] = &[
    function!("cdf_chisq(NUM, DF)", "cdf_chisq", "Real", "The probability that a chi-square value with DF degrees of freedom is below NUM.",
        [Real, Real] Real => |a, e| map2::<Reals<'_>, Reals<'_>, f64>(a, e, distributions::chi_square)),
    function!("cdf_f(NUM, DF1, DF2)", "cdf_f", "Real", "The probability that an F value is below NUM.",
        [Real, Real, Real] Real => |a, e| map3::<Reals<'_>, Reals<'_>, Reals<'_>, f64>(a, e, distributions::f)),
    function!("cdf_normal(NUM, MEAN, STDDEV)", "cdf_normal", "Real", "The probability that a normal value is below NUM.",
        [Real, Real, Real] Real => |a, e| map3::<Reals<'_>, Reals<'_>, Reals<'_>, f64>(a, e, distributions::normal)),
    function!("cdf_t(NUM, DF)", "cdf_t", "Real", "The probability that a Student's t value is below NUM.",
        [Real, Real] Real => |a, e| map2::<Reals<'_>, Reals<'_>, f64>(a, e, distributions::t)),
];

pub(super) const BITWISE: &[Function] = &[
    function!("integer_bitcount(INT)", "integer_bitcount", "Integer", "The number of 1 bits; of 0 bits for a negative number.",
    [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, |x| {
        Some(i64::from(if x < 0 { x.count_zeros() } else { x.count_ones() }))
    })),
    function!("integer_leastbit(INT)", "integer_leastbit", "Integer", "The position of the lowest 1 bit, from 0; null for 0.",
    [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, |x| {
        (x != 0).then(|| i64::from(x.trailing_zeros()))
    })),
    function!("integer_length(INT)", "integer_length", "Integer", "The length in bits as a two's complement, without the sign.",
    [Integer] Integer => |a, e| map1::<Integers<'_>, i64>(a, e, |x| {
        Some(i64::from(64 - if x < 0 { x.leading_ones() } else { x.leading_zeros() }))
    })),
    function!("testbit(INT, N)", "testbit", "Boolean", "Whether the bit at position N is 1.",
    [Integer, Integer] Truth => |a, e| map2::<Integers<'_>, Integers<'_>, bool>(a, e, |x, n| {
        let n = u32::try_from(n).ok()?;
        Some(x >> n.min(63) & 1 == 1)
    })),
];

/// `INT1 << N`; null if bits beyond 64 are lost.
pub(crate) fn shift_left(a: &[crate::value::Value], e: Env<'_>) -> crate::Result<crate::value::Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(a, e, shift)
}

/// `INT1 >> N`.
pub(crate) fn shift_right(a: &[crate::value::Value], e: Env<'_>) -> crate::Result<crate::value::Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(a, e, |x, n| shift(x, n.checked_neg()?))
}

/// A shift to the left; a negative number of bits shifts to the right.
fn shift(x: i64, n: i64) -> Option<i64> {
    if n < 0 {
        return Some(x >> n.unsigned_abs().min(63));
    }
    if x == 0 {
        return Some(0);
    }
    let n = u32::try_from(n).ok().filter(|n| *n < 63)?;
    x.checked_mul(1_i64 << n)
}
