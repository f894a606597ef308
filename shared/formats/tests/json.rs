//! JSON files: round trips, and errors that name unsupported features.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use arrow_array::RecordBatch;
use proptest::prelude::*;
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_formats::json::{JsonFormat, JsonReader, JsonWriter};
use satsuma_formats::{FormatError, RecordReader};
use support::{batches, values};

fn read(text: &str) -> Result<(DataModel, Vec<RecordBatch>), FormatError> {
    let mut reader = JsonReader::open(text.as_bytes().to_vec(), JsonFormat::Records)?;
    let batches = batches(&mut reader)?;
    Ok((reader.data_model().clone(), batches))
}

#[test]
fn fields_are_those_of_all_records() {
    let text = "\u{feff} [ {\"b\": 1, \"a\": null}, {\"c\": \"\\u00e9\", \"b\": 0.5}\n, {} ] ";
    let (model, read) = read(text).unwrap();
    let fields: Vec<_> =
        model.fields().iter().map(|field| format!("{} {}", field.name, field.storage)).collect();
    assert_eq!(fields, ["b real", "a string", "c string"]);
    assert_eq!(values(&model, &read, "b"), [Scalar::Real(1.0), Scalar::Real(0.5), Scalar::Null]);
    assert_eq!(values(&model, &read, "c"), [Scalar::Null, Scalar::text("é"), Scalar::Null]);
}

#[test]
fn what_is_not_supported_is_named() {
    let texts = [
        "{}",
        "[]",
        "[{\"a\":1}",
        "[{\"a\":1}] x",
        "[{\"a\":true}]",
        "[{\"a\":{}}]",
        "[{\"a\":1,\"a\":2}]",
        "[{\"a\":1},{\"a\":\"x\"}]",
        "[[1]]",
    ];
    let errors = texts.map(|text| format!("{text}: {}", read(text).unwrap_err()));
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn both_formats_are_written() {
    let model = DataModel::new(vec![
        Field::new("a\"b", Storage::Real),
        Field::new("day", Storage::Date),
        Field::new("at", Storage::Timestamp),
    ])
    .unwrap();
    let rows = [
        [Scalar::Real(2.0), Scalar::Date(0), Scalar::Timestamp(-1)],
        [Scalar::Null, Scalar::Null, Scalar::Null],
    ];
    let columns =
        (0..3).map(|at| Scalar::column(rows.iter().map(|row| &row[at]), model.fields()[at].storage));
    let batch = RecordBatch::try_new(model.schema(), columns.collect()).unwrap();
    let texts = [JsonFormat::Records, JsonFormat::Values].map(|format| {
        let mut writer = JsonWriter::new(&model, Vec::new(), format).unwrap();
        writer.write(&batch).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    });
    insta::assert_snapshot!(texts.concat(), @r#"
    [{"a\"b":2.0,"day":"1970-01-01","at":"1969-12-31T23:59:59.999999"},
    {"a\"b":null,"day":null,"at":null}]
    [[2.0,"1970-01-01","1969-12-31T23:59:59.999999"],
    [null,null,null]]
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_records_are_read_again(
        rows in prop::collection::vec((any::<Option<i64>>(), any::<Option<String>>()), 1..20),
    ) {
        let model = DataModel::new(vec![Field::new("n", Storage::Integer), Field::new("s", Storage::String)]).unwrap();
        let numbers: Vec<_> = rows.iter().map(|row| row.0.map_or(Scalar::Null, Scalar::Integer)).collect();
        let texts: Vec<_> = rows.iter().map(|row| row.1.clone().map_or(Scalar::Null, Scalar::text)).collect();
        let columns = vec![Scalar::column(&numbers, Storage::Integer), Scalar::column(&texts, Storage::String)];
        let mut writer = JsonWriter::new(&model, Vec::new(), JsonFormat::Records).unwrap();
        writer.write(&RecordBatch::try_new(model.schema(), columns).unwrap()).unwrap();
        let (found, read) = read(&String::from_utf8(writer.finish().unwrap()).unwrap()).unwrap();
        prop_assert_eq!(values(&found, &read, "n"), numbers);
        prop_assert_eq!(values(&found, &read, "s"), texts);
    }

    #[test]
    fn no_text_panics(text in r#"[\[\]{},:"a1.\- e]{0,40}"#) {
        let _ = read(&text);
        let _ = read(&format!("[{{{text}"));
    }
}
