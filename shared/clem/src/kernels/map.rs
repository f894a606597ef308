//! Row functions as kernels. Null in any argument makes the result null.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use satsuma_columns::Scalar;

use super::Env;
use crate::error::{MAX_COLUMN_TEXT, Result, too_much_text};
use crate::value::{Output, Value, View, mismatch};

/// Largest result of a text function in bytes; a longer result is null. Database cells rarely are larger.
pub(crate) const MAX_TEXT: usize = 1 << 20;

fn argument(args: &[Value], at: usize) -> Result<&Value> {
    args.get(at).ok_or_else(|| mismatch("another argument"))
}

/// Rows from a function of the row; a single row if all arguments are constants.
fn rows<R: Output>(args: &[Value], env: Env<'_>, row: impl Fn(usize) -> Option<R>) -> Value {
    if args.iter().all(Value::is_constant) {
        return R::same(row(0));
    }
    R::column((0..env.rows).map(row), env.rows)
}

/// A function of one argument.
pub(crate) fn map1<'a, A: View<'a>, R: Output>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(A::Item) -> Option<R>,
) -> Result<Value> {
    let a = A::of(argument(args, 0)?)?;
    Ok(rows(args, env, |row| f(a.get(row)?)))
}

/// A function of two arguments.
pub(crate) fn map2<'a, A: View<'a>, B: View<'a>, R: Output>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(A::Item, B::Item) -> Option<R>,
) -> Result<Value> {
    let (a, b) = (A::of(argument(args, 0)?)?, B::of(argument(args, 1)?)?);
    Ok(rows(args, env, |row| f(a.get(row)?, b.get(row)?)))
}

/// A function of three arguments.
pub(crate) fn map3<'a, A: View<'a>, B: View<'a>, C: View<'a>, R: Output>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(A::Item, B::Item, C::Item) -> Option<R>,
) -> Result<Value> {
    let (a, b, c) = (A::of(argument(args, 0)?)?, B::of(argument(args, 1)?)?, C::of(argument(args, 2)?)?);
    Ok(rows(args, env, |row| f(a.get(row)?, b.get(row)?, c.get(row)?)))
}

/// A function of any number of arguments of one kind.
pub(crate) fn map_all<'a, A: View<'a>, R: Output>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(&dyn Fn(usize) -> Option<A::Item>) -> Option<R>,
) -> Result<Value> {
    let views = args.iter().map(A::of).collect::<Result<Vec<_>>>()?;
    Ok(rows(args, env, |row| f(&|at| views.get(at)?.get(row))))
}

/// A text column; an error if the texts exceed it.
struct Column {
    builder: StringBuilder,
    bytes: usize,
}

impl Column {
    fn new(rows: usize) -> Self {
        Self { builder: StringBuilder::with_capacity(rows, rows * 8), bytes: 0 }
    }

    fn push(&mut self, text: Option<&str>) -> Result<()> {
        self.bytes += text.map_or(0, str::len);
        if self.bytes > MAX_COLUMN_TEXT {
            return Err(too_much_text());
        }
        self.builder.append_option(text);
        Ok(())
    }

    fn finish(mut self) -> Value {
        Value::Column(Arc::new(self.builder.finish()))
    }
}

/// Texts from a function that writes into a buffer. The result is null if the function returns false or the
/// text is too long.
fn texts(args: &[Value], env: Env<'_>, row: impl Fn(usize, &mut String) -> Option<()>) -> Result<Value> {
    let mut buffer = String::new();
    if args.iter().all(Value::is_constant) {
        let made = row(0, &mut buffer).filter(|()| buffer.len() <= MAX_TEXT);
        return Ok(Value::Same(made.map_or(Scalar::Null, |()| Scalar::text(buffer))));
    }
    let mut column = Column::new(env.rows);
    for at in 0..env.rows {
        buffer.clear();
        let made = row(at, &mut buffer).filter(|()| buffer.len() <= MAX_TEXT);
        column.push(made.map(|()| buffer.as_str()))?;
    }
    Ok(column.finish())
}

/// A function of one argument that writes text.
pub(crate) fn write1<'a, A: View<'a>>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(A::Item, &mut String) -> Option<()>,
) -> Result<Value> {
    let a = A::of(argument(args, 0)?)?;
    texts(args, env, |row, to| f(a.get(row)?, to))
}

/// A function of two arguments that writes text.
pub(crate) fn write2<'a, A: View<'a>, B: View<'a>>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(A::Item, B::Item, &mut String) -> Option<()>,
) -> Result<Value> {
    let (a, b) = (A::of(argument(args, 0)?)?, B::of(argument(args, 1)?)?);
    texts(args, env, |row, to| f(a.get(row)?, b.get(row)?, to))
}

/// A function of three arguments that writes text.
pub(crate) fn write3<'a, A: View<'a>, B: View<'a>, C: View<'a>>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl Fn(A::Item, B::Item, C::Item, &mut String) -> Option<()>,
) -> Result<Value> {
    let (a, b, c) = (A::of(argument(args, 0)?)?, B::of(argument(args, 1)?)?, C::of(argument(args, 2)?)?);
    texts(args, env, |row, to| f(a.get(row)?, b.get(row)?, c.get(row)?, to))
}

/// A function whose result is a part of a text, which is the last argument.
pub(crate) fn part2<'a, A: View<'a>>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl for<'t> Fn(A::Item, &'t str) -> Option<&'t str>,
) -> Result<Value> {
    let (a, text) = (A::of(argument(args, 0)?)?, crate::value::Texts::of(argument(args, 1)?)?);
    parts(args, env, |row| f(a.get(row)?, text.get(row)?))
}

/// A function whose result is a part of its only text.
pub(crate) fn part1(
    args: &[Value],
    env: Env<'_>,
    f: impl for<'t> Fn(&'t str) -> Option<&'t str>,
) -> Result<Value> {
    let text = crate::value::Texts::of(argument(args, 0)?)?;
    parts(args, env, |row| f(text.get(row)?))
}

/// A function of two arguments and a text whose result is a part of the text.
pub(crate) fn part3<'a, A: View<'a>, B: View<'a>>(
    args: &'a [Value],
    env: Env<'_>,
    f: impl for<'t> Fn(A::Item, B::Item, &'t str) -> Option<&'t str>,
) -> Result<Value> {
    let (a, b) = (A::of(argument(args, 0)?)?, B::of(argument(args, 1)?)?);
    let text = crate::value::Texts::of(argument(args, 2)?)?;
    parts(args, env, |row| f(a.get(row)?, b.get(row)?, text.get(row)?))
}

fn parts<'a>(args: &[Value], env: Env<'_>, row: impl Fn(usize) -> Option<&'a str>) -> Result<Value> {
    if args.iter().all(Value::is_constant) {
        return Ok(Value::Same(row(0).map_or(Scalar::Null, Scalar::text)));
    }
    let mut column = Column::new(env.rows);
    for at in 0..env.rows {
        column.push(row(at))?;
    }
    Ok(column.finish())
}
