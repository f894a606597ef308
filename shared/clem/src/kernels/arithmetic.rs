//! Arithmetic. A result that exceeds its storage is null: CLEM's integers have any size, ours 64 bits.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::NullBuffer;
use satsuma_columns::Scalar;

use super::Env;
use super::map::{map1, map2};
use crate::error::Result;
use crate::value::{Integers, Reals, Value};

/// An operand of a loop over slices.
enum Operand<'a, T: ArrowPrimitiveType> {
    Same(T::Native),
    Array(&'a PrimitiveArray<T>),
}

impl<'a, T: ArrowPrimitiveType> Operand<'a, T> {
    fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Self::Same(_) => None,
            Self::Array(array) => array.nulls(),
        }
    }

    fn column(value: &'a Value) -> Option<Self> {
        match value {
            Value::Column(column) => column.as_primitive_opt().map(Self::Array),
            _ => None,
        }
    }
}

fn real(value: &Value) -> Option<Operand<'_, Float64Type>> {
    match value {
        Value::Same(Scalar::Real(number)) => Some(Operand::Same(*number)),
        value => Operand::column(value),
    }
}

fn integer(value: &Value) -> Option<Operand<'_, Int64Type>> {
    match value {
        Value::Same(Scalar::Integer(number)) => Some(Operand::Same(*number)),
        value => Operand::column(value),
    }
}

/// Applies an operator to all rows, null or not. `None` for two constants, and if a result fails the test.
fn apply<T: ArrowPrimitiveType>(
    one: Operand<'_, T>,
    two: Operand<'_, T>,
    operator: impl Fn(T::Native, T::Native) -> (T::Native, bool),
) -> Option<Value> {
    let nulls = NullBuffer::union(one.nulls(), two.nulls());
    let mut fits = true;
    let mut row = |a, b| {
        let (result, fitting) = operator(a, b);
        fits &= fitting;
        result
    };
    let values: Vec<T::Native> = match (one, two) {
        (Operand::Same(_), Operand::Same(_)) => return None,
        (Operand::Array(a), Operand::Same(b)) => a.values().iter().map(|a| row(*a, b)).collect(),
        (Operand::Same(a), Operand::Array(b)) => b.values().iter().map(|b| row(a, *b)).collect(),
        (Operand::Array(a), Operand::Array(b)) => {
            a.values().iter().zip(b.values()).map(|(a, b)| row(*a, *b)).collect()
        }
    };
    fits.then(|| Value::Column(Arc::new(PrimitiveArray::<T>::new(values.into(), nulls))))
}

/// An operator of integers; rows whose result overflows are null.
fn of_integers(args: &[Value], env: Env<'_>, overflowing: impl Fn(i64, i64) -> (i64, bool)) -> Result<Value> {
    if let [one, two] = args
        && let (Some(one), Some(two)) = (integer(one), integer(two))
        && let Some(value) = apply(one, two, |one, two| {
            let (result, overflows) = overflowing(one, two);
            (result, !overflows)
        })
    {
        return Ok(value);
    }
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, |one, two| {
        let (result, overflows) = overflowing(one, two);
        (!overflows).then_some(result)
    })
}

/// An operator of reals; rows whose result is not finite are null.
fn of_reals(args: &[Value], env: Env<'_>, operator: impl Fn(f64, f64) -> f64) -> Result<Value> {
    if let [one, two] = args
        && let (Some(one), Some(two)) = (real(one), real(two))
        && let Some(value) = apply(one, two, |one, two| {
            let result = operator(one, two);
            (result, result.is_finite())
        })
    {
        return Ok(value);
    }
    map2::<Reals<'_>, Reals<'_>, f64>(args, env, |one, two| Some(operator(one, two)))
}

/// `NUM1 + NUM2`.
pub(crate) fn add_integers(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_integers(args, env, i64::overflowing_add)
}

/// `NUM1 + NUM2`.
pub(crate) fn add_reals(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_reals(args, env, |one, two| one + two)
}

/// `NUM1 - NUM2`.
pub(crate) fn subtract_integers(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_integers(args, env, i64::overflowing_sub)
}

/// `NUM1 - NUM2`.
pub(crate) fn subtract_reals(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_reals(args, env, |one, two| one - two)
}

/// `NUM1 * NUM2`.
pub(crate) fn multiply_integers(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_integers(args, env, i64::overflowing_mul)
}

/// `NUM1 * NUM2`.
pub(crate) fn multiply_reals(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_reals(args, env, |one, two| one * two)
}

/// `NUM1 / NUM2`: always real, null if the divisor is 0.
pub(crate) fn divide(args: &[Value], env: Env<'_>) -> Result<Value> {
    of_reals(args, env, |one, two| one / two)
}

/// `INT1 div INT2`: the quotient without its fraction.
pub(crate) fn div(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, i64::checked_div)
}

/// `INT1 rem INT2`: the remainder of `div`, with the sign of INT1.
pub(crate) fn rem(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, |one, two| {
        // The remainder by -1 is 0, even if the quotient overflows.
        if two == -1 { Some(0) } else { one.checked_rem(two) }
    })
}

/// `INT1 mod INT2`: the remainder with the sign of INT2.
pub(crate) fn modulo(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, |one, two| {
        if two == -1 {
            return Some(0);
        }
        let rest = one.checked_rem(two)?;
        Some(if rest != 0 && (rest < 0) != (two < 0) { rest + two } else { rest })
    })
}

/// `BASE ** POWER` of integers: by multiplication. A negative power has an integer result only for 1 and -1.
pub(crate) fn power_integers(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, |base, power| match (base, u32::try_from(power)) {
        (1, _) => Some(1),
        (-1, _) => Some(if power % 2 == 0 { 1 } else { -1 }),
        (0, _) if power > 0 => Some(0),
        (_, Ok(power)) => base.checked_pow(power),
        _ => None,
    })
}

/// `BASE ** POWER` of a real and an integer: by multiplication.
pub(crate) fn power_by_integer(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Integers<'_>, f64>(args, env, |base, power| match i32::try_from(power) {
        Ok(power) => Some(base.powi(power)),
        Err(_) => Some(base.powf(power as f64)),
    })
}

/// `BASE ** POWER` of reals: exp(POWER * log(BASE)). IBM, "Numeric functions"; null for a negative base.
pub(crate) fn power_reals(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Reals<'_>, f64>(args, env, |base, power| match base {
        _ if base < 0.0 => None,
        0.0 => (power > 0.0).then_some(0.0),
        _ => Some((power * base.ln()).exp()),
    })
}

/// `round(NUM)`: intof(NUM + 0.5) of a positive number, intof(NUM - 0.5) of a negative one.
pub(crate) fn round(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Reals<'_>, i64>(args, env, |number| {
        super::convert::truncate(if number > 0.0 { number + 0.5 } else { number - 0.5 })
    })
}
