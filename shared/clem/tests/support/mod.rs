//! Shared code of the tests.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use satsuma_clem::{CheckContext, ClemError, Expression, Program};
use satsuma_columns::{DataModel, Field, Scalar, Settings, Storage};

/// A column of a test: name, storage, values.
pub type Column<'a> = (&'a str, Storage, Vec<Scalar>);

/// A context of these columns' fields.
pub fn context(columns: &[Column<'_>]) -> CheckContext {
    let fields = columns.iter().map(|(name, storage, _)| Field::new(*name, *storage));
    CheckContext::new(DataModel::new(fields.collect()).unwrap(), Settings::default())
}

/// The columns that a program reads, and the number of rows.
pub fn inputs(program: &Program, columns: &[Column<'_>]) -> (Vec<ArrayRef>, usize) {
    let rows = columns.first().map_or(1, |(_, _, values)| values.len());
    let find = |field: &Field| columns.iter().find(|(name, ..)| *name == field.name).unwrap();
    let arrays = program.fields().iter().map(|field| Scalar::column(&find(field).2, field.storage));
    (arrays.collect(), rows)
}

/// The values of an array.
pub fn scalars(array: &ArrayRef) -> Vec<Scalar> {
    (0..array.len()).map(|row| Scalar::at(array.as_ref(), row)).collect()
}

/// Values of an expression in order, by a scan in batches of at most `batch` rows.
pub fn scan(program: &Program, columns: &[Column<'_>], batch: usize) -> Vec<Scalar> {
    let (arrays, rows) = inputs(program, columns);
    let mut scan = program.scan();
    let mut result = Vec::new();
    for from in (0..rows).step_by(batch) {
        let length = batch.min(rows - from);
        let slices: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(from, length)).collect();
        result.extend(scalars(&scan.evaluate(&slices, length).unwrap()));
        assert!(result.len() >= (from + length).saturating_sub(program.look_ahead()));
    }
    result.extend(scalars(&scan.finish().unwrap()));
    assert_eq!(result.len(), rows, "{}", program.source());
    result
}

/// Values of an expression for all rows, checked against a context.
pub fn evaluate_in(text: &str, context: &CheckContext, columns: &[Column<'_>]) -> Vec<Scalar> {
    let expression = Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let program = expression.check(context).unwrap_or_else(|error| panic!("{text}: {error}"));
    if program.needs_order() {
        return scan(&program, columns, 3);
    }
    let (arrays, rows) = inputs(&program, columns);
    let array = program.evaluate(&arrays, rows).unwrap();
    if let Some(storage) = program.storage() {
        assert_eq!(array.data_type(), &storage.arrow(), "{text}");
    }
    scalars(&array)
}

/// Values of an expression for all rows.
pub fn evaluate(text: &str, columns: &[Column<'_>]) -> Vec<Scalar> {
    evaluate_in(text, &context(columns), columns)
}

/// The value of an expression without fields.
pub fn value(text: &str) -> Scalar {
    evaluate(text, &[]).remove(0)
}

/// The error of a refused expression.
pub fn refusal(text: &str, columns: &[Column<'_>]) -> ClemError {
    match Expression::parse(text).and_then(|expression| expression.check(&context(columns))) {
        Ok(_) => panic!("{text} is accepted"),
        Err(error) => error,
    }
}

pub fn text(text: &str) -> Scalar {
    Scalar::text(text)
}

pub fn texts(values: &[&str]) -> Vec<Scalar> {
    values.iter().map(|value| Scalar::text(*value)).collect()
}

pub fn integers(values: impl IntoIterator<Item = i64>) -> Vec<Scalar> {
    values.into_iter().map(Scalar::Integer).collect()
}

pub fn date(value: &str) -> Scalar {
    Scalar::Date(Settings::default().parse_date(value).unwrap())
}

pub fn time(value: &str) -> Scalar {
    Scalar::Time(Settings::default().parse_time(value).unwrap())
}

pub fn timestamp(value: &str) -> Scalar {
    Scalar::Timestamp(Settings::default().parse_timestamp(value).unwrap())
}

/// The folder of reference material, which is not part of the repository.
pub fn reference(name: &str) -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: there is no {}", path.display());
    None
}

/// A shared array.
pub fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}
