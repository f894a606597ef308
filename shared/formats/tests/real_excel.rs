//! Real workbooks against the statistics that Modeler stored in the streams that read them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fs;

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Scalar};
use satsuma_formats::RecordReader;
use satsuma_formats::excel::{ExcelReadOptions, ExcelReader};
use support::{batches, compare, real_file, values};

fn read(file: &str) -> Option<(DataModel, Vec<RecordBatch>)> {
    let mut reader =
        ExcelReader::open(fs::read(real_file(file)?).unwrap(), &ExcelReadOptions::default()).unwrap();
    let read = batches(&mut reader).unwrap();
    Some((reader.data_model().clone(), read))
}

#[test]
fn mixed_columns_are_strings_and_whole_numbers_real() {
    let folder = "AbdelrahmanHamada404+breast-cancer-ibm-spss-modeler";
    let compared = compare(&format!("{folder}/project.str"), read(&format!("{folder}/breast-cancer.xlsx")));
    assert!(compared == 11 || compared == 0, "{compared}");
}

#[test]
fn dates_among_strings_are_serial_numbers() {
    let compared =
        compare("Mostafamahmoud12824/Stream1.str", read("Mostafamahmoud12824/Breast Cancer dataset.xlsx"));
    assert!(compared == 10 || compared == 0, "{compared}");
}

#[test]
fn blank_rows_end_and_an_empty_header_is_a_number() {
    let compared = compare("NinelieAimer/persume/persume.str", read("NinelieAimer/persume/persume.xlsx"));
    assert!(compared == 19 || compared == 0, "{compared}");
}

/// Evidence: a workbook that Modeler's Excel export wrote.
#[test]
fn a_workbook_of_modeler_is_read() {
    let Some((model, read)) = read("nausahadali+SPSS-PROJECT/Output.xlsx") else { return };
    assert_eq!(model.len(), 14);
    assert_eq!(values(&model, &read, "$RC-Is_Returning_Customer")[0], Scalar::Real(2.0 / 3.0));
    assert_eq!(values(&model, &read, "Order_ID").len(), 937);
}
