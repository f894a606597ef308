//! Excel workbooks: the rules of the source node, and round trips.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::io::Cursor;

use arrow_array::{ArrayRef, RecordBatch};
use proptest::prelude::*;
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_formats::excel::{
    BlankRows, CellPlace, ExcelReadOptions, ExcelReader, ExcelWriteOptions, ExcelWriter, SheetChoice,
    SheetRange,
};
use satsuma_formats::{FormatError, RecordReader};
use satsuma_stream::write_archive;
use support::{batches, values};

fn write(
    model: &DataModel,
    rows: &[Vec<Scalar>],
    options: ExcelWriteOptions,
) -> Result<Vec<u8>, FormatError> {
    let columns =
        model.fields().iter().enumerate().map(|(at, field)| -> ArrayRef {
            Scalar::column(rows.iter().map(|row| &row[at]), field.storage)
        });
    let batch = RecordBatch::try_new(model.schema(), columns.collect()).unwrap();
    let mut writer = ExcelWriter::new(model, Cursor::new(Vec::new()), options)?;
    writer.write(&batch)?;
    writer.finish(Vec::new())
}

fn read(bytes: Vec<u8>, options: &ExcelReadOptions) -> Result<(DataModel, Vec<RecordBatch>), FormatError> {
    let mut reader = ExcelReader::open(bytes, options)?;
    let batches = batches(&mut reader)?;
    Ok((reader.data_model().clone(), batches))
}

/// A workbook of one sheet with these rows as XML.
fn workbook(rows: &str) -> Vec<u8> {
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="Data" r:id="rId1"/></sheets><definedNames><definedName name="Corner">Data!$A$2:$B$3</definedName></definedNames></workbook>"#;
    let links = r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="rId2" Type="x/styles" Target="styles.xml"/><Relationship Id="rId3" Type="x/sharedStrings" Target="strings.xml"/></Relationships>"#;
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="49"/><xf numFmtId="21"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
    let strings = "<sst><si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r><rPh><t>zwo</t></rPh></si><si><t/></si></sst>";
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let parts: [(&str, &str); 5] = [
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/styles.xml", styles),
        ("xl/strings.xml", strings),
        ("xl/sheet.xml", &sheet),
    ];
    write_archive(parts.map(|(name, content)| (name, content.as_bytes()))).unwrap()
}

/// A row of cells without places.
fn row(number: u32, cells: &[&str]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

const EMPTY: &str = "<c/>";
const ONE: &str = r#"<c t="s"><v>0</v></c>"#;
const TWO: &str = r#"<c t="s"><v>1</v></c>"#;
const BLANK_TEXT: &str = r#"<c t="s"><v>2</v></c>"#;
const FIVE: &str = "<c><v>5</v></c>";
const HALF: &str = "<c><v>0.5</v></c>";
const DAY: &str = r#"<c s="1"><v>44260</v></c>"#;
const TEXT_NUMBER: &str = r#"<c s="2"><v>7</v></c>"#;
const CLOCK: &str = r#"<c s="3"><v>0.75</v></c>"#;
const STAMP: &str = r#"<c s="4"><v>44260.5</v></c>"#;
const ERROR: &str = r#"<c t="e"><v>#N/A</v></c>"#;
const TRUE: &str = r#"<c t="b"><v>1</v></c>"#;

fn storages(model: &DataModel) -> Vec<String> {
    model.fields().iter().map(|field| format!("{} {}", field.name, field.storage)).collect()
}

#[test]
fn storages_follow_the_scanned_cells() {
    let header = row(1, &[ONE, TWO, EMPTY, FIVE, ONE]);
    let first = row(2, &[FIVE, FIVE, DAY, TEXT_NUMBER, CLOCK, STAMP, ERROR, DAY]);
    let second = row(3, &[HALF, ONE, EMPTY, HALF, CLOCK, DAY, EMPTY, FIVE]);
    let (model, read) = read(workbook(&(header + &first + &second)), &ExcelReadOptions::default()).unwrap();
    let expected =
        ["one real", "two string", "C3 date", "5 string", "one1 time", "C6 timestamp", "C7 real", "C8 real"];
    assert_eq!(storages(&model), expected);
    assert_eq!(values(&model, &read, "two"), [Scalar::text("5"), Scalar::text("one")]);
    assert_eq!(values(&model, &read, "C3"), [Scalar::Date(18_691), Scalar::Null]);
    assert_eq!(values(&model, &read, "5"), [Scalar::text("7"), Scalar::text("0.5")]);
    assert_eq!(values(&model, &read, "one1")[0], Scalar::Time(64_800_000_000));
    assert_eq!(values(&model, &read, "C6")[0], Scalar::Timestamp(18_691 * 86_400_000_000 + 43_200_000_000));
    assert_eq!(values(&model, &read, "C8")[0], Scalar::Real(44_260.0));
}

#[test]
fn text_behind_the_scanned_rows_is_null_among_numbers() {
    let rows = row(1, &[FIVE, ONE]) + &row(2, &[ONE, FIVE]) + &row(3, &[TRUE, TRUE]);
    let options =
        ExcelReadOptions { field_names_included: false, scan_rows: 1, ..ExcelReadOptions::default() };
    let (model, read) = read(workbook(&rows), &options).unwrap();
    assert_eq!(storages(&model), ["C1 real", "C2 string"]);
    assert_eq!(values(&model, &read, "C1"), [Scalar::Real(5.0), Scalar::Null, Scalar::Null]);
    assert_eq!(values(&model, &read, "C2"), [Scalar::text("one"), Scalar::text("5"), Scalar::text("TRUE")]);
}

#[test]
fn a_range_begins_with_the_first_value_and_ends_with_blank_rows() {
    let head = row(3, &[EMPTY, BLANK_TEXT]) + &row(4, &[EMPTY, EMPTY, ONE, TWO]);
    let rows = head + &row(5, &[FIVE, EMPTY, FIVE, BLANK_TEXT]) + &row(8, &[EMPTY, EMPTY, HALF]);
    let (model, stopped) = read(workbook(&rows), &ExcelReadOptions::default()).unwrap();
    assert_eq!(storages(&model), ["one real", "two string"]);
    assert_eq!(values(&model, &stopped, "one"), [Scalar::Real(5.0)]);
    assert_eq!(values(&model, &stopped, "two"), [Scalar::text("")]);
    let options = ExcelReadOptions { blank_rows: BlankRows::Return, ..ExcelReadOptions::default() };
    let (model, all) = read(workbook(&rows), &options).unwrap();
    assert_eq!(
        values(&model, &all, "one"),
        [Scalar::Real(5.0), Scalar::Null, Scalar::Null, Scalar::Real(0.5)]
    );
}

#[test]
fn a_single_blank_row_among_data_is_refused() {
    let rows = row(1, &[ONE]) + &row(2, &[FIVE]) + &row(4, &[FIVE]);
    let error = read(workbook(&rows), &ExcelReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("row 3 of the worksheet is blank"), "{error}");
}

#[test]
fn explicit_and_named_ranges_return_all_their_rows() {
    let rows = row(1, &[ONE, TWO]) + &row(2, &[ONE, TWO]) + &row(3, &[FIVE, DAY]) + &row(4, &[HALF, EMPTY]);
    let place = |text: &str| CellPlace::parse(text).unwrap();
    let explicit = ExcelReadOptions {
        range: SheetRange::Explicit(place("A2"), place("R6C1")),
        sheet: SheetChoice::Name("data".to_owned()),
        ..ExcelReadOptions::default()
    };
    let (model, all) = read(workbook(&rows), &explicit).unwrap();
    let expected = [Scalar::Real(5.0), Scalar::Real(0.5), Scalar::Null, Scalar::Null];
    assert_eq!(values(&model, &all, "one"), expected);
    let named =
        ExcelReadOptions { range: SheetRange::Named("corner".to_owned()), ..ExcelReadOptions::default() };
    let (model, all) = read(workbook(&rows), &named).unwrap();
    assert_eq!(storages(&model), ["one real", "two date"]);
    assert_eq!(values(&model, &all, "one"), [Scalar::Real(5.0)]);
}

#[test]
fn missing_sheets_and_ranges_are_named() {
    let options = |sheet, range| ExcelReadOptions { sheet, range, ..ExcelReadOptions::default() };
    let file = workbook(&row(1, &[ONE]));
    let errors = [
        options(SheetChoice::Index(3), SheetRange::FirstNonBlank),
        options(SheetChoice::Name("X".to_owned()), SheetRange::FirstNonBlank),
        options(SheetChoice::Index(0), SheetRange::Named("Y".to_owned())),
    ];
    let errors = errors.map(|options| read(file.clone(), &options).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"), @r#"
    the Excel workbook has no worksheet of index 3; it has "Data"
    the Excel workbook has no worksheet named "X"; it has "Data"
    the Excel workbook has no range named "Y" of a single area
    "#);
}

#[test]
fn a_sheet_that_ends_in_its_rows_is_refused() {
    let rows = row(1, &[ONE]) + &row(2, &[FIVE]) + "<!--";
    let error = read(workbook(&rows), &ExcelReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("sheet.xml"), "{error}");
}

#[test]
fn texts_beyond_the_limits_are_refused() {
    let long = format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, "x".repeat(2 << 20));
    let error = read(workbook(&row(1, &[&long])), &ExcelReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("1048576 bytes"), "{error}");
    let runs = "<r><t>xxxxxxxxxxxxxxxx</t></r>".repeat(10_000);
    let runs = format!(r#"<c t="inlineStr"><is>{runs}</is></c>"#);
    let error = read(workbook(&row(1, &[&runs])), &ExcelReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("131072 allowed"), "{error}");
}

#[test]
fn far_apart_cells_cost_no_memory() {
    let rows =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let options = ExcelReadOptions { field_names_included: false, ..ExcelReadOptions::default() };
    let (model, read) = read(workbook(rows), &options).unwrap();
    assert_eq!((model.len(), read.len()), (1, 1));
}

fn model() -> DataModel {
    let fields = [
        ("text", Storage::String),
        ("whole", Storage::Integer),
        ("real", Storage::Real),
        ("day", Storage::Date),
        ("clock", Storage::Time),
        ("stamp", Storage::Timestamp),
    ];
    DataModel::new(fields.map(|(name, storage)| Field::new(name, storage)).to_vec()).unwrap()
}

fn value(storage: Storage) -> BoxedStrategy<Scalar> {
    let null = Just(Scalar::Null);
    match storage {
        Storage::Integer => prop_oneof![null, (-(1_i64 << 53)..(1 << 53)).prop_map(Scalar::Integer)].boxed(),
        Storage::Real => {
            let finite = any::<f64>().prop_filter("cells are finite", |number| number.is_finite());
            prop_oneof![null, finite.prop_map(Scalar::Real)].boxed()
        }
        Storage::Date => prop_oneof![null, (-25_567..2_932_896).prop_map(Scalar::Date)].boxed(),
        Storage::Time => prop_oneof![null, (0_i64..86_400).prop_map(|s| Scalar::Time(s * 1_000_000))].boxed(),
        Storage::Timestamp => prop_oneof![
            null,
            (-2_208_000_000_i64..4_000_000_000).prop_map(|s| Scalar::Timestamp(s * 1_000_000))
        ]
        .boxed(),
        _ => {
            let text =
                prop_oneof![any::<String>(), Just(String::new()), Just(" _x000D_<&\u{1}\r\n".to_owned())];
            prop_oneof![
                null,
                text.prop_map(|text: String| Scalar::text(text.replace(['\u{fffe}', '\u{ffff}'], "")))
            ]
            .boxed()
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<Vec<Scalar>>> {
    let row: Vec<_> = model().fields().iter().map(|field| value(field.storage)).collect();
    prop::collection::vec(row, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_rows_are_read_again(rows in rows(), column in 0_u32..4, first in 0_u32..4) {
        let model = model();
        let start = CellPlace { row: first, column };
        let options = ExcelWriteOptions { start, ..ExcelWriteOptions::default() };
        let bytes = write(&model, &rows, options).unwrap();
        let last = CellPlace { row: first + rows.len() as u32, column: column + 5 };
        let options = ExcelReadOptions { range: SheetRange::Explicit(start, last), ..ExcelReadOptions::default() };
        let (found, read) = read(bytes, &options).unwrap();
        for (at, field) in model.fields().iter().enumerate() {
            let expected = rows.iter().map(|row| row[at].clone()).map(|value| match value {
                // All numbers of workbooks are real.
                Scalar::Integer(number) => Scalar::Real(number as f64),
                value => value,
            });
            let expected: Vec<_> = expected.collect();
            let is_known = expected.iter().any(|value| !value.is_null());
            if is_known {
                prop_assert_eq!(values(&found, &read, &field.name), expected);
            }
        }
    }

    #[test]
    fn damaged_workbooks_never_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = workbook(&(row(1, &[ONE, TWO]) + &row(2, &[FIVE, DAY])));
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        let _ = read(bytes, &ExcelReadOptions::default());
    }

    #[test]
    fn damaged_sheets_never_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), 0x20_u8..0x7f), 1..6),
    ) {
        let mut rows = (row(1, &[ONE, TWO]) + &row(2, &[FIVE, DAY, TRUE, ERROR]) + &row(3, &[STAMP])).into_bytes();
        for (place, byte) in places {
            let place = place.index(rows.len());
            rows[place] = byte;
        }
        let _ = read(workbook(&String::from_utf8(rows).unwrap()), &ExcelReadOptions::default());
    }
}

#[test]
fn values_that_no_cell_holds_are_refused() {
    let long = vec![
        Scalar::text("x".repeat(32_768)),
        Scalar::Null,
        Scalar::Null,
        Scalar::Null,
        Scalar::Null,
        Scalar::Null,
    ];
    let early =
        vec![Scalar::Null, Scalar::Null, Scalar::Null, Scalar::Date(-30_000), Scalar::Null, Scalar::Null];
    let errors = [long, early]
        .map(|row| write(&model(), &[row], ExcelWriteOptions::default()).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"), @r#"
    a text of 32768 bytes in the field "text" cannot be written to the cell A2 of an Excel workbook
    a date before the year 1900 in the field "day" cannot be written to the cell D2 of an Excel workbook
    "#);
}

/// Made with xlwt.
fn binary_workbook() -> Vec<u8> {
    include_bytes!("data/sheets.xls").to_vec()
}

#[test]
fn binary_workbooks_are_read_by_the_same_rules() {
    let (model, read_sheet) = read(binary_workbook(), &ExcelReadOptions::default()).unwrap();
    let expected = [
        "name string",
        "whole real",
        "real real",
        "day date",
        "code string",
        "stamp timestamp",
        "clock time",
        "mixed string",
        "flag string",
        "C11 real",
    ];
    assert_eq!(storages(&model), expected);
    let row = |at: usize| {
        model.names().map(|name| values(&model, &read_sheet, name)[at].clone()).collect::<Vec<_>>()
    };
    let expected = [
        Scalar::text("名前299".to_owned() + &"x".repeat(49)),
        Scalar::Real(199.0),
        Scalar::Real(37.475),
        Scalar::Date(18_262 + 299),
        Scalar::text("299"),
        Scalar::Timestamp((18_262 * 24 + 12 + 299) * 3_600_000_000 + 1_800_000_000),
        Scalar::Time(((299 % 24) * 3_600 + (299 % 60) * 60 + 5) * 1_000_000),
        Scalar::text("299"),
        Scalar::text("TRUE"),
        Scalar::Null,
    ];
    assert_eq!(row(299), expected);
    assert_eq!(row(0)[7], Scalar::text("m0"));
    let second = ExcelReadOptions { sheet: SheetChoice::Index(1), ..ExcelReadOptions::default() };
    let (model, read_sheet) = read(binary_workbook(), &second).unwrap();
    assert_eq!(values(&model, &read_sheet, "a"), [Scalar::Real(1.5)]);
    assert_eq!(ExcelReader::sheet_names(binary_workbook()).unwrap(), ["Erstes", "Zweites"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_binary_workbooks_never_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = binary_workbook();
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        let _ = read(bytes, &ExcelReadOptions::default());
    }
}
