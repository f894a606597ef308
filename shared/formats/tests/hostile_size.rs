//! Small files that claim or inflate to large sizes use no more memory than their limits.

#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use arrow_array::RecordBatch;
use peak_alloc::PeakAlloc;
use satsuma_columns::{DataModel, Field, Scalar, Storage};
use satsuma_formats::excel::{ExcelReadOptions, ExcelReader};
use satsuma_formats::sav::{Compression, SavReadOptions, SavReader, SavWriteOptions, SavWriter};
use satsuma_formats::{FormatError, RecordReader};
use satsuma_stream::write_archive;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Megabytes beyond those at the start.
fn peak_of(read: impl FnOnce()) -> f32 {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage_as_mb();
    read();
    MEMORY.peak_usage_as_mb() - before
}

fn count(mut reader: impl RecordReader) -> Result<usize, FormatError> {
    let mut rows = 0;
    while let Some(batch) = reader.next_batch()? {
        rows += batch.num_rows();
    }
    Ok(rows)
}

/// One test, because the peak is that of the process.
#[test]
fn memory_does_not_follow_claims() {
    sav_that_claims_labels();
    sav_that_repeats_labels();
    zsav_that_inflates();
    worksheet_that_inflates();
    shared_texts_that_inflate();
}

fn zsav() -> Vec<u8> {
    let model =
        DataModel::new(vec![Field::new("n", Storage::Real), Field::new("s", Storage::String)]).unwrap();
    let (number, text) = (Scalar::Real(1.0), Scalar::text(" ".repeat(100) + "x"));
    let columns = vec![number.repeat(Storage::Real, 8_192), text.repeat(Storage::String, 8_192)];
    let batch = RecordBatch::try_new(model.schema(), columns).unwrap();
    let options = SavWriteOptions { compression: Compression::Zlib, ..SavWriteOptions::default() };
    let mut writer = SavWriter::new(&model, Cursor::new(Vec::new()), options).unwrap();
    (0..20).for_each(|_| writer.write(&batch).unwrap());
    writer.finish(Cursor::new(Vec::new())).unwrap().into_inner()
}

fn zsav_that_inflates() {
    let file = zsav();
    let peak = peak_of(|| {
        let reader = SavReader::open(file.as_slice(), &SavReadOptions::default()).unwrap();
        assert_eq!(count(reader).unwrap(), 163_840);
    });
    assert!(peak < 8.0, "{peak} MB for {} bytes", file.len());
}

fn sav_that_claims_labels() {
    let mut file = zsav();
    // After the header: value labels with a claimed number of two thousand million, and a variable label of
    // that length.
    for record in [[3, i32::MAX, 0, 0, 0, 0], [2, 0, 1, 0, 0, 0]] {
        file.truncate(176);
        file.extend(record.iter().flat_map(|number: &i32| number.to_le_bytes()));
        file.extend([b'x'; 8]);
        file.extend(i32::MAX.to_le_bytes());
        let peak = peak_of(|| {
            let error = SavReader::open(file.as_slice(), &SavReadOptions::default()).err().unwrap();
            assert!(matches!(error, FormatError::Damaged { .. } | FormatError::Limit { .. }), "{error}");
        });
        assert!(peak < 1.0, "{peak} MB");
    }
}

fn sav_that_repeats_labels() {
    let mut file = zsav();
    file.truncate(176);
    let mut number = |number: i32| file.extend(number.to_le_bytes());
    for _ in 0..10_000 {
        [2, 0, 0, 0, 0x0005_0800, 0x0005_0800, 0x2020_2056, 0x2020_2020].into_iter().for_each(&mut number);
    }
    // A thousand labels, for each of ten thousand variables.
    [3, 1_000].into_iter().for_each(&mut number);
    (0..1_000).for_each(|_| [0, 0, 0x6161_6103, 0x2020_2020].into_iter().for_each(&mut number));
    [4, 10_000].into_iter().chain(1..=10_000).for_each(&mut number);
    [999, 0].into_iter().for_each(&mut number);
    let error = SavReader::open(file.as_slice(), &SavReadOptions::default()).err().unwrap();
    assert!(matches!(error, FormatError::Limit { .. }), "{error}");
}

fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let book: &[u8] =
        br#"<workbook xmlns:r="r"><sheets><sheet name="Data" r:id="rId1"/></sheets></workbook>"#;
    let links: &[u8] = br#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="rId3" Type="x/sharedStrings" Target="strings.xml"/></Relationships>"#;
    let parts = [
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/strings.xml", strings),
        ("xl/sheet.xml", sheet),
    ];
    write_archive(parts).unwrap()
}

fn worksheet_that_inflates() {
    let rows = "<row><c><v>1</v></c></row>".repeat(100_000);
    let file =
        workbook(format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes(), b"<sst/>");
    let length = file.len();
    let peak = peak_of(|| {
        let reader = ExcelReader::open(file, &ExcelReadOptions::default()).unwrap();
        assert_eq!(count(reader).unwrap(), 99_999);
    });
    assert!(peak < 4.0, "{peak} MB for {length} bytes");
}

fn shared_texts_that_inflate() {
    // A text of a megabyte in one item, in pieces that are each small enough.
    let runs =
        "<r><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></r>".repeat(20_000);
    let sheet = b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let file = workbook(sheet, format!("<sst><si>{runs}</si></sst>").as_bytes());
    let length = file.len();
    let peak = peak_of(|| {
        let error = ExcelReader::open(file, &ExcelReadOptions::default()).err().unwrap();
        assert!(matches!(error, FormatError::Limit { .. }), "{error}");
    });
    assert!(peak < 4.0, "{peak} MB for {length} bytes");
}
