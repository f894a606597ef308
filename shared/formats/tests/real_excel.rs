//! Real workbooks against the statistics that Modeler stored in the streams that read them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fs;

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Scalar};
use satsuma_formats::RecordReader;
use satsuma_formats::excel::{ExcelReadOptions, ExcelReader};
use satsuma_stream::nodes::TypedNode;
use satsuma_stream::{StreamFile, TypeRow};
use support::{batches, real_file, values};

/// The rows of the Type node that has the most, which is the one behind the source.
fn stored_types(stream: &str) -> Option<Vec<TypeRow>> {
    let file = StreamFile::open(fs::read(real_file(stream)?).unwrap()).unwrap();
    let tables = file.stream().diagram.nodes().iter().filter_map(|node| match node.typed() {
        Ok(TypedNode::Type(types)) => Some(types.type_table.rows.clone()),
        _ => None,
    });
    tables.max_by_key(Vec::len)
}

fn read(file: &str) -> Option<(DataModel, Vec<RecordBatch>)> {
    let mut reader =
        ExcelReader::open(fs::read(real_file(file)?).unwrap(), &ExcelReadOptions::default()).unwrap();
    let read = batches(&mut reader).unwrap();
    Some((reader.data_model().clone(), read))
}

/// Compares storage, minimum, maximum, members and their counts; returns the number of fields.
fn compare(stream: &str, file: &str) -> usize {
    let (Some(types), Some((model, read))) = (stored_types(stream), read(file)) else { return 0 };
    let mut compared = 0;
    for row in &types {
        let Some(stored) = &row.field_type else { continue };
        let field = model.field(&row.name).unwrap_or_else(|| panic!("no field {}", row.name));
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

#[test]
fn mixed_columns_are_strings_and_whole_numbers_real() {
    let compared = compare(
        "AbdelrahmanHamada404+breast-cancer-ibm-spss-modeler/project.str",
        "AbdelrahmanHamada404+breast-cancer-ibm-spss-modeler/breast-cancer.xlsx",
    );
    assert!(compared == 11 || compared == 0, "{compared}");
}

#[test]
fn dates_among_strings_are_serial_numbers() {
    let compared =
        compare("Mostafamahmoud12824/Stream1.str", "Mostafamahmoud12824/Breast Cancer dataset.xlsx");
    assert!(compared == 10 || compared == 0, "{compared}");
}

#[test]
fn blank_rows_end_and_an_empty_header_is_a_number() {
    let compared = compare("NinelieAimer/persume/persume.str", "NinelieAimer/persume/persume.xlsx");
    assert!(compared == 19 || compared == 0, "{compared}");
}

/// Rests on a workbook that Modeler's Excel export wrote.
#[test]
fn a_workbook_of_modeler_is_read() {
    let Some((model, read)) = read("nausahadali+SPSS-PROJECT/Output.xlsx") else { return };
    assert_eq!(model.len(), 14);
    assert_eq!(values(&model, &read, "$RC-Is_Returning_Customer")[0], Scalar::Real(2.0 / 3.0));
    assert_eq!(values(&model, &read, "Order_ID").len(), 937);
}
