//! Shared code of the tests on real streams and data.

#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Scalar};
use satsuma_formats::{FormatError, RecordReader};
use satsuma_stream::nodes::TypedNode;
use satsuma_stream::{StreamFile, TypeRow};

/// A file of the collection of real streams, which is not part of the repository.
pub fn real_file(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    let folder = std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from);
    let file = folder.join(path);
    if file.is_file() {
        return Some(file);
    }
    eprintln!("skipped: there is no {}", file.display());
    None
}

/// All batches of a reader.
pub fn batches(reader: &mut dyn RecordReader) -> Result<Vec<RecordBatch>, FormatError> {
    let mut batches = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        assert!(batch.num_rows() > 0 && batch.num_rows() <= satsuma_formats::BATCH_ROWS);
        batches.push(batch);
    }
    Ok(batches)
}

/// The values of a field in all batches.
pub fn values(model: &DataModel, batches: &[RecordBatch], field: &str) -> Vec<Scalar> {
    let at = model.position(field).unwrap_or_else(|| panic!("no field {field}"));
    let rows = |batch: &RecordBatch| {
        let column = batch.column(at).clone();
        (0..batch.num_rows()).map(move |row| Scalar::at(&column, row))
    };
    batches.iter().flat_map(rows).collect()
}

/// The first type that a Type node has stored for each field: that of the node behind the source.
fn stored_types(stream: &str) -> Option<Vec<TypeRow>> {
    let file = StreamFile::open(std::fs::read(real_file(stream)?).unwrap()).unwrap();
    let mut rows: Vec<TypeRow> = Vec::new();
    for node in file.stream().diagram.all_nodes() {
        let Ok(TypedNode::Type(types)) = node.typed() else { continue };
        for row in types.type_table.rows.iter().filter(|row| row.field_type.is_some()) {
            if !rows.iter().any(|known| known.name == row.name) {
                rows.push(row.clone());
            }
        }
    }
    Some(rows)
}

/// Compares storage, minimum, maximum, members and their counts; returns the number of fields.
pub fn compare(stream: &str, data: Option<(DataModel, Vec<RecordBatch>)>) -> usize {
    let (Some(types), Some((model, read))) = (stored_types(stream), data) else { return 0 };
    let mut compared = 0;
    for row in &types {
        let Some(stored) = &row.field_type else { continue };
        // Fields that the stream derives are not in the file.
        let Some(field) = model.field(&row.name) else { continue };
        assert_eq!(field.storage.name(), stored.storage.as_str(), "{}", row.name);
        let mut known: Vec<Scalar> = values(&model, &read, &row.name);
        known.retain(|value| !value.is_null());
        known.sort_by(Scalar::order);
        let expected: Vec<_> = stored.values.iter().filter_map(Scalar::of_stream).collect();
        if field.storage.is_numeric() && expected.len() == 2 {
            assert_eq!([&expected[0], &expected[1]], [&known[0], &known[known.len() - 1]], "{}", row.name);
        } else if !expected.is_empty() {
            let mut members = known.clone();
            members.dedup();
            assert_eq!(members, expected, "{}", row.name);
        }
        if let Some(statistics) = &stored.statistics {
            let text = |element: &str| {
                statistics.path([element, "valuesFrequency"]).map(|count| count.text().into_owned())
            };
            assert_eq!(text("countStats").unwrap(), known.len().to_string(), "{}", row.name);
            if let Some(numbers) = statistics.child("numericalStats") {
                let mean = known.iter().filter_map(Scalar::as_f64).sum::<f64>() / known.len() as f64;
                let stored: f64 = numbers.attr("meanValue").unwrap().parse().unwrap();
                assert!((mean - stored).abs() <= 1e-9 * stored.abs(), "{}: {mean} {stored}", row.name);
            }
        }
        compared += 1;
    }
    compared
}

/// Fields and values as text, for snapshots.
pub fn describe(model: &DataModel, batches: &[RecordBatch]) -> String {
    let mut lines = Vec::new();
    for field in model.fields() {
        let (name, storage, measure) = (&field.name, field.storage, field.measure.as_str());
        lines.push(format!("{name} {storage} {measure} {} {:?}", field.role.as_str(), field.label));
        if let Some(blanks) = &field.blanks {
            lines.push(format!("  blanks {:?} {:?}", blanks.values, blanks.range));
        }
        if !field.value_labels.is_empty() {
            lines.push(format!("  labels {:?}", field.value_labels));
        }
        lines.push(format!("  {:?}", values(model, batches, name)));
    }
    lines.join("\n")
}
