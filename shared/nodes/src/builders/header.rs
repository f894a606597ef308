//! The header of a new model: its name, its fields, its times.

use satsuma_columns::{Field, Scalar, Values, date};
use satsuma_engine::NodeRun;
use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};
use satsuma_stream::{FieldType, Measure, Value};

/// The program that built a model, as its nugget shows it, and its version.
pub(crate) const APPLICATION: (&str, &str) = ("Satsuma", env!("CARGO_PKG_VERSION"));

/// A header that is built now.
pub(crate) fn header(
    name: String,
    algorithm: &str,
    inputs: &[&Field],
    outputs: Vec<OutputField>,
    run: &NodeRun,
) -> ModelHeader {
    ModelHeader {
        name,
        algorithm_name: algorithm.to_owned(),
        build_date: Some(milliseconds(run)),
        record_count: None,
        inputs: inputs.iter().map(|field| of_field(field)).collect(),
        outputs,
    }
}

/// The time at which the run began, in milliseconds since 1970.
pub(crate) fn milliseconds(run: &NodeRun) -> i64 {
    run.now() / 1_000
}

/// A field that the nugget adds.
pub(crate) fn output(
    name: String,
    storage: satsuma_stream::Storage,
    measure: Measure,
    role: OutputRole,
) -> OutputField {
    OutputField {
        name,
        field_type: FieldType::new(storage, measure),
        role: Some(role),
        target_field: None,
        tag: None,
    }
}

/// A field as streams store it.
fn of_field(field: &Field) -> satsuma_stream::Field {
    satsuma_stream::Field { name: field.name.clone(), field_type: field_type(field) }
}

/// The type of a field as streams store it.
pub(crate) fn field_type(field: &Field) -> FieldType {
    let mut field_type =
        FieldType::new(satsuma_stream::Storage::from(field.storage.name()), field.measure.clone());
    field_type.values = match &field.values {
        Values::Range(low, high) => vec![of_scalar(low), of_scalar(high)],
        values => values.members().iter().map(of_scalar).collect(),
    };
    field_type
}

/// A value as streams store it.
pub(crate) fn of_scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Null => Value::Other { letter: String::new(), text: String::new() },
        Scalar::String(text) => Value::Text(text.to_string()),
        Scalar::Integer(number) => i32::try_from(*number).map_or(Value::Long(*number), Value::Integer),
        Scalar::Real(number) => Value::Real(*number),
        Scalar::Date(days) => Value::Date(date::print_iso_date(*days)),
        Scalar::Time(micros) => Value::Other { letter: "V".to_owned(), text: iso_time(*micros) },
        Scalar::Timestamp(micros) => {
            let days = micros.div_euclid(satsuma_columns::MICROS_PER_DAY);
            let time = micros.rem_euclid(satsuma_columns::MICROS_PER_DAY);
            Value::Timestamp(format!("{} {}", date::print_iso_date(days as i32), iso_time(time)))
        }
    }
}

fn iso_time(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A number in the shortest digits that read back as the same number, as Modeler writes numbers.
pub(crate) fn number(value: f64) -> String {
    Value::Real(value).text()
}
