//! Arithmetic. A result that its storage cannot hold is null: CLEM's integers have any size, ours 64 bits.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, Float64Array, Int64Array, PrimitiveArray};
use arrow_buffer::NullBuffer;

use super::Env;
use super::map::{map1, map2};
use crate::error::Result;
use crate::value::{Integers, Reals, Value};

macro_rules! operators {
    ($($(#[$doc:meta])* $integers:ident, $reals:ident, $checked:ident, $wrapping:ident, $op:tt;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $integers(args: &[Value], env: Env<'_>) -> Result<Value> {
            if let Some((one, two)) = columns::<Int64Type>(args) {
                let exact = |(one, two): (&i64, &i64)| one.$checked(*two).is_some();
                if one.values().iter().zip(two.values()).all(exact) {
                    let values = one.values().iter().zip(two.values()).map(|(one, two)| one.$wrapping(*two));
                    let nulls = NullBuffer::union(one.nulls(), two.nulls());
                    return Ok(Value::Column(Arc::new(Int64Array::new(values.collect(), nulls))));
                }
            }
            map2::<Integers<'_>, Integers<'_>, i64>(args, env, |one, two| one.$checked(two))
        }

        $(#[$doc])*
        pub(crate) fn $reals(args: &[Value], env: Env<'_>) -> Result<Value> {
            if let Some((one, two)) = columns::<Float64Type>(args) {
                let values: Vec<f64> =
                    one.values().iter().zip(two.values()).map(|(one, two)| one $op two).collect();
                let nulls = NullBuffer::union(one.nulls(), two.nulls());
                if values.iter().all(|number| number.is_finite()) {
                    return Ok(Value::Column(Arc::new(Float64Array::new(values.into(), nulls))));
                }
            }
            map2::<Reals<'_>, Reals<'_>, f64>(args, env, |one, two| Some(one $op two))
        }
    )*};
}

operators! {
    /// `NUM1 + NUM2`.
    add_integers, add_reals, checked_add, wrapping_add, +;
    /// `NUM1 - NUM2`.
    subtract_integers, subtract_reals, checked_sub, wrapping_sub, -;
    /// `NUM1 * NUM2`.
    multiply_integers, multiply_reals, checked_mul, wrapping_mul, *;
}

/// Both operands as columns of a type, where neither is a constant.
fn columns<T: arrow_array::ArrowPrimitiveType>(
    args: &[Value],
) -> Option<(&PrimitiveArray<T>, &PrimitiveArray<T>)> {
    match args {
        [Value::Column(one), Value::Column(two)] => Some((one.as_primitive_opt()?, two.as_primitive_opt()?)),
        _ => None,
    }
}

/// `NUM1 / NUM2`: always real, null where the divisor is 0.
pub(crate) fn divide(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Reals<'_>, Reals<'_>, f64>(args, env, |one, two| (two != 0.0).then(|| one / two))
}

/// `INT1 div INT2`: the quotient without its fraction.
pub(crate) fn div(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, i64::checked_div)
}

/// `INT1 rem INT2`: what `div` leaves, with the sign of INT1.
pub(crate) fn rem(args: &[Value], env: Env<'_>) -> Result<Value> {
    map2::<Integers<'_>, Integers<'_>, i64>(args, env, |one, two| {
        // The remainder by -1 is 0, also where the quotient overflows.
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

/// `BASE ** POWER` of integers: by multiplication. A negative power has an integer result for 1 and -1 only.
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
