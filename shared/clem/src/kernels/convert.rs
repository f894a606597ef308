//! Conversions between storages. A value that cannot be converted becomes null.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use satsuma_columns::{MICROS_PER_DAY, Scalar, day_of, time_of};

use super::map::{map1, write1};
use super::{Env, Kernel};
use crate::error::Result;
use crate::kind::Kind;
use crate::value::{
    Clock, Dates, Day, Integers, Moment, Output, Reals, Texts, Times, Timestamps, Truths, Value, mismatch,
};

/// The implicit conversion from one kind to another, which changes no meaning. The inner `None` means that no
/// conversion is necessary, the outer one that none exists.
pub(crate) fn implicit(from: Kind, to: Kind) -> Option<Option<Kernel>> {
    Some(match (from, to) {
        (from, to) if from == to => None,
        (Kind::Null, Kind::Truth) => Some(|_, _| Ok(Value::SameTruth(None))),
        (Kind::Null, _) => None,
        (Kind::Truth, Kind::Integer) => Some(truth_to_integer),
        (Kind::Truth, Kind::Real) => Some(|args, env| integer_to_real(&[truth_to_integer(args, env)?], env)),
        (Kind::Integer, Kind::Real) => Some(integer_to_real),
        (Kind::Date, Kind::Timestamp) => Some(date_to_timestamp),
        _ => return None,
    })
}

/// Conversions of function arguments beyond the implicit ones: text is parsed in the stream's formats, a
/// whole real number is an integer, a number is a condition.
pub(crate) fn lenient(from: Kind, to: Kind) -> Option<Option<Kernel>> {
    if let Some(found) = implicit(from, to) {
        return Some(found);
    }
    Some(Some(match (from, to) {
        (Kind::Real, Kind::Integer) => |args, env| map1::<Reals<'_>, i64>(args, env, whole),
        (Kind::Timestamp, Kind::Date) => timestamp_to_date,
        (Kind::Timestamp, Kind::Time) => timestamp_to_time,
        (Kind::String, Kind::Date) => text_to_date,
        (Kind::String, Kind::Time) => text_to_time,
        (Kind::String, Kind::Timestamp) => text_to_timestamp,
        (Kind::Integer, Kind::Truth) => |args, env| map1::<Integers<'_>, bool>(args, env, |n| Some(n != 0)),
        _ => return None,
    }))
}

/// `to_integer(ITEM)`.
pub(crate) fn to_integer(from: Kind) -> Option<Kernel> {
    Some(match from {
        Kind::Null | Kind::Integer => same,
        Kind::Truth => truth_to_integer,
        Kind::Real => |args, env| map1::<Reals<'_>, i64>(args, env, truncate),
        Kind::String => |args, env| map1::<Texts<'_>, i64>(args, env, parse_integer),
        Kind::Date | Kind::Time | Kind::Timestamp => return None,
    })
}

/// `to_real(ITEM)`, and `to_number(ITEM)` of text.
pub(crate) fn to_real(from: Kind) -> Option<Kernel> {
    Some(match from {
        Kind::Null | Kind::Real => same,
        Kind::Truth => |args, env| integer_to_real(&[truth_to_integer(args, env)?], env),
        Kind::Integer => integer_to_real,
        Kind::String => |args, env| map1::<Texts<'_>, f64>(args, env, parse_real),
        Kind::Date | Kind::Time | Kind::Timestamp => return None,
    })
}

/// `to_string(ITEM)`, which `><` also applies to its operands.
pub(crate) fn to_string(from: Kind) -> Kernel {
    match from {
        Kind::Null | Kind::String => same,
        Kind::Truth => |args, env| to_string(Kind::Integer)(&[truth_to_integer(args, env)?], env),
        Kind::Integer => {
            |args, env| write1::<Integers<'_>>(args, env, |number, to| write!(to, "{number}").ok())
        }
        // IBM, "Conversion functions": a value with 6 digits after the radix point.
        Kind::Real => |args, env| write1::<Reals<'_>>(args, env, |number, to| write!(to, "{number:.6}").ok()),
        Kind::Date => |args, env| {
            write1::<Dates<'_>>(args, env, |days, to| {
                env.settings.print_date(days, to);
                Some(())
            })
        },
        Kind::Time => |args, env| {
            write1::<Times<'_>>(args, env, |micros, to| {
                env.settings.print_time(micros, to);
                Some(())
            })
        },
        Kind::Timestamp => |args, env| {
            write1::<Timestamps<'_>>(args, env, |micros, to| {
                env.settings.print_timestamp(micros, to);
                Some(())
            })
        },
    }
}

/// `to_date(ITEM)`, `datetime_date(ITEM)`. A number is seconds since the base date; parts of a day are dropped.
pub(crate) fn to_date(from: Kind) -> Option<Kernel> {
    Some(match from {
        Kind::Null | Kind::Date => same,
        Kind::Timestamp => timestamp_to_date,
        Kind::String => text_to_date,
        Kind::Integer | Kind::Real => |args, env| timestamp_to_date(&[seconds_to_timestamp(args, env)?], env),
        Kind::Time | Kind::Truth => return None,
    })
}

/// `to_time(ITEM)`, `datetime_time(ITEM)`. A number is seconds; whole days are dropped.
pub(crate) fn to_time(from: Kind) -> Option<Kernel> {
    Some(match from {
        Kind::Null | Kind::Time => same,
        Kind::Timestamp => timestamp_to_time,
        Kind::String => text_to_time,
        Kind::Integer | Kind::Real => {
            |args, env| number(args, env, |seconds| Some(Clock(time_of(micros_of(seconds)?))))
        }
        Kind::Date | Kind::Truth => return None,
    })
}

/// `to_timestamp(ITEM)`, `datetime_timestamp(ITEM)`. A number is seconds since the base date.
pub(crate) fn to_timestamp(from: Kind) -> Option<Kernel> {
    Some(match from {
        Kind::Null | Kind::Timestamp => same,
        Kind::Date => date_to_timestamp,
        Kind::String => text_to_timestamp,
        Kind::Integer | Kind::Real => seconds_to_timestamp,
        Kind::Time | Kind::Truth => return None,
    })
}

fn same(args: &[Value], _: Env<'_>) -> Result<Value> {
    args.first().cloned().ok_or_else(|| mismatch("one argument"))
}

pub(crate) fn truth_to_integer(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Truths<'_>, i64>(args, env, |truth| Some(truth.into()))
}

fn integer_to_real(args: &[Value], env: Env<'_>) -> Result<Value> {
    if let [Value::Column(column)] = args
        && let Some(integers) = column.as_primitive_opt::<Int64Type>()
    {
        let reals = integers.unary::<_, Float64Type>(|number| number as f64);
        return Ok(Value::Column(Arc::new(reals)));
    }
    map1::<Integers<'_>, f64>(args, env, |number| Some(number as f64))
}

fn date_to_timestamp(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Dates<'_>, Moment>(args, env, |days| Some(Moment(i64::from(days).checked_mul(MICROS_PER_DAY)?)))
}

fn timestamp_to_date(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Timestamps<'_>, Day>(args, env, |micros| day_of(micros).map(Day))
}

fn timestamp_to_time(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Timestamps<'_>, Clock>(args, env, |micros| Some(Clock(time_of(micros))))
}

fn text_to_date(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Texts<'_>, Day>(args, env, |text| env.settings.parse_date(text).map(Day))
}

fn text_to_time(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Texts<'_>, Clock>(args, env, |text| env.settings.parse_time(text).map(Clock))
}

fn text_to_timestamp(args: &[Value], env: Env<'_>) -> Result<Value> {
    map1::<Texts<'_>, Moment>(args, env, |text| env.settings.parse_timestamp(text).map(Moment))
}

fn seconds_to_timestamp(args: &[Value], env: Env<'_>) -> Result<Value> {
    let base = i64::from(env.settings.base_date()) * MICROS_PER_DAY;
    number(args, env, |seconds| Some(Moment(micros_of(seconds)?.checked_add(base)?)))
}

/// A function of an integer or a real.
fn number<R: Output>(args: &[Value], env: Env<'_>, f: impl Fn(f64) -> Option<R>) -> Result<Value> {
    match super::compare::kind_of(args.first().unwrap_or(&Value::NULL)) {
        Some(Kind::Integer) => map1::<Integers<'_>, R>(args, env, |number| f(number as f64)),
        _ => map1::<Reals<'_>, R>(args, env, f),
    }
}

/// Microseconds of seconds, to the nearest; null beyond 64 bits.
fn micros_of(seconds: f64) -> Option<i64> {
    let micros = (seconds * 1e6).round();
    (micros.abs() < 9e18).then_some(micros as i64)
}

/// The integer of a real without a fraction.
pub(crate) fn whole(number: f64) -> Option<i64> {
    (number.trunc() == number).then(|| truncate(number)).flatten()
}

/// The integer part; null beyond 64 bits.
pub(crate) fn truncate(number: f64) -> Option<i64> {
    (number.abs() < 9.2e18).then_some(number as i64)
}

/// Digits with an optional sign; blanks around them are ignored.
fn parse_integer(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// A decimal number; blanks around it are ignored. Words such as `inf` are invalid.
fn parse_real(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-' | b'e' | b'E');
    if !text.bytes().all(plain) {
        return None;
    }
    text.parse().ok()
}

/// A constant in another storage, for values of a data model.
pub(crate) fn constant(scalar: &Scalar) -> Value {
    Value::Same(match scalar {
        Scalar::Real(number) if !number.is_finite() => Scalar::Null,
        scalar => scalar.clone(),
    })
}
