//! Evidence: IBM's documentation of the Fixed File node; a real stream with six files, which contains their
//! fields and storages.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use arrow_array::{Array, Int64Array};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use satsuma_columns::Storage;

use super::*;
use crate::delimited::Limits;
use crate::encoding::{InvalidText, TextEncoding};
use crate::text::ReadError;

const SHIFT_JIS: TextEncoding =
    TextEncoding { encoding: encoding_rs::SHIFT_JIS, invalid: InvalidText::Discard };

/// The columns of the real stream.
fn staff() -> FixedDialect {
    let column = |name: &str, start, length| FixedColumn { name: name.to_owned(), start, length };
    let columns = [column("ID", 1, 3), column("NAME", 4, 5), column("AGE", 9, 2), column("DEPT", 11, 3)];
    FixedDialect { text: SHIFT_JIS, ..FixedDialect::lines(columns.to_vec(), 13) }
}

fn text_of(
    path: &Path,
    dialect: FixedDialect,
    known: &[(&str, Storage)],
    target: u64,
) -> Result<String, ReadError> {
    let known = known.iter().map(|(name, storage)| ((*name).to_owned(), *storage)).collect::<Vec<_>>();
    let file = FixedFile::open(path, dialect, &known)?;
    let columns = (0..file.fields().len()).collect::<Vec<_>>();
    let options = FormatOptions::new().with_null("∅");
    let mut lines = Vec::new();
    let mut last = -1;
    for range in file.plan_ranges(target, 2)? {
        for batch in file.read_range(range, &columns, Some("__row"))? {
            let batch = batch?.records;
            let offsets = batch.column(columns.len()).as_any().downcast_ref::<Int64Array>().unwrap();
            let texts = batch.columns().iter().take(columns.len());
            let texts =
                texts.map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect::<Vec<_>>();
            for row in 0..batch.num_rows() {
                assert!(offsets.value(row) > last, "offsets grow");
                last = offsets.value(row);
                lines
                    .push(texts.iter().map(|text| text.value(row).to_string()).collect::<Vec<_>>().join("|"));
            }
        }
    }
    Ok(lines.join("\n"))
}

fn text(bytes: &[u8], dialect: &FixedDialect, known: &[(&str, Storage)]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let whole = text_of(file.path(), dialect.clone(), known, u64::MAX);
    let whole = whole.unwrap_or_else(|error| error.to_string());
    for (buffer_bytes, target) in [(2, 1), (10, 20), (64, 30)] {
        let limits = Limits { buffer_bytes, batch_rows: 2, ..dialect.limits };
        let parts = text_of(file.path(), FixedDialect { limits, ..dialect.clone() }, known, target);
        assert_eq!(parts.unwrap_or_else(|error| error.to_string()), whole);
    }
    whole
}

fn real(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/streams/hkwd+spsssample/230711固定長ノード");
    let path = folder.join(name);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// Evidence: the stream's fields and storages; the repository's page shows the names.
#[test]
fn the_files_of_a_real_stream_give_its_records() {
    let read =
        |name: &str, dialect: FixedDialect| real(name).map(|path| text_of(&path, dialect, &[], 20).unwrap());
    let no_lines = FixedDialect { line_oriented: false, ..staff() };
    for (name, dialect, expected) in [
        ("ASCII.txt", staff(), "1|MARY|43|DFG\n2|KEN|34|ABC\n3|mike|24|ABC"),
        ("ASCIIOUT.txt", staff(), "1|MARY|43|DFG\n2|KEN|34|ABC\n3|mike|24|ABC"),
        ("ASCII改行なし.txt", no_lines, "1|MARY|43|DFG\n2|KEN|34|ABC\n3|MIKE|24|ABC"),
        ("ASCII欠損値あり.txt", staff(), "1|MARY|43|DFG\n2|KEN|34|\n3|MIKE|24|ABC"),
        ("全角.txt", staff(), "1|鈴木一郎|43|DFG\n2|佐々木太郎|34|ABC\n3|佐藤次郎|24|ABC"),
        ("半角.txt", staff(), "1|ｽｽﾞｷ|43|DFG\n2|ﾀｶﾊｼ|34|ABC\n3|ｻﾄｳ|24|ABC"),
    ] {
        if let Some(text) = read(name, dialect) {
            assert_eq!(text, expected, "{name}");
        }
    }
}

#[test]
fn fields_are_counted_in_characters_not_bytes() {
    let (bytes, _, _) =
        encoding_rs::SHIFT_JIS.encode("001鈴木一郎　43DFG\r\n002KEN  34\r\n\r\n003ｻﾄｳ  24ABCrest");
    insta::assert_snapshot!(text(&bytes, &staff(), &[("ID", Storage::String)]), @r"
    001|鈴木一郎|43|DFG
    002|KEN|34|
    003|ｻﾄｳ|24|ABC
    ");
    insta::assert_snapshot!(text(&bytes, &staff(), &[("DEPT", Storage::Integer)]), @r"
    1|鈴木一郎|43|∅
    2|KEN|34|∅
    3|ｻﾄｳ|24|∅
    ");
}

#[test]
fn records_without_lines_follow_each_other() {
    let dialect = FixedDialect { line_oriented: false, text: TextEncoding::UTF_8, ..staff() };
    insta::assert_snapshot!(text("001MARY 43DFG002鈴木一郎　34ABC003MI\n".as_bytes(), &dialect, &[]), @r"
    1|MARY|43|DFG
    2|鈴木一郎|34|ABC
    3|MI
    |∅|
    ");
    insta::assert_snapshot!(text(b"001MARY 43DFG\n", &dialect, &[]), @"1|MARY|43|DFG");
}

#[test]
fn header_lines_are_lines() {
    let dialect = FixedDialect { skip_lines: 2, text: TextEncoding::UTF_8, ..staff() };
    insta::assert_snapshot!(text("\u{feff}Überschrift\r\n---\r\n001MARY 43DFG\r\n".as_bytes(), &dialect, &[]), @"1|MARY|43|DFG");
    assert_eq!(text(b"only\n", &dialect, &[]), "");
}

#[test]
fn utf_16_is_read_as_lines_and_without() {
    let units = "001MARY 43DFG\n002鈴木一郎　34ABC".encode_utf16();
    let bytes = [0xFF, 0xFE].into_iter().chain(units.flat_map(u16::to_le_bytes)).collect::<Vec<_>>();
    insta::assert_snapshot!(text(&bytes, &staff(), &[]), @r"
    1|MARY|43|DFG
    2|鈴木一郎|34|ABC
    ");
}

#[test]
fn dates_and_faults_name_line_and_field() {
    let columns = vec![FixedColumn { name: "d".to_owned(), start: 1, length: 10 }];
    let dialect = FixedDialect::lines(columns, 10);
    insta::assert_snapshot!(text(b"31/12/1999\n01/02/2024\n", &dialect, &[]), @r"
    1999-12-31
    2024-02-01
    ");
    let known = [("d", Storage::Date)];
    let short = FixedDialect { scan_lines: 1, ..dialect.clone() };
    insta::assert_snapshot!(text(b"31/12/1999\n12-31-1999\n", &short, &known), @r#"line 2, field "d": "12-31-1999" is no date or time of the form DD/MM/YYYY"#);
    insta::assert_snapshot!(text(b"2024-01-01\n\xFF\n", &dialect, &known), @"line 2: the file is not UTF-8 text; save it as UTF-8 or name its encoding");
}

#[test]
fn settings_that_cannot_be_followed_are_refused() {
    let with = |start, length| {
        let columns = vec![FixedColumn { name: "d".to_owned(), start, length }];
        FixedDialect::lines(columns, 10).check()
    };
    assert!(with(1, 10).is_ok());
    for (start, length) in [(0, 1), (1, 0), (2, 10), (usize::MAX, 2), (11, 1)] {
        assert!(
            with(start, length).unwrap_err().to_string().contains("fixedFileColumnSpecs"),
            "{start} {length}"
        );
    }
    let long = Limits { record_bytes: 100, buffer_bytes: 16, ..Limits::default() };
    let dialect = FixedDialect { limits: long, ..staff() };
    insta::assert_snapshot!(text(&[b'x'; 1_000], &dialect, &[("ID", Storage::String), ("NAME", Storage::String), ("AGE", Storage::Real), ("DEPT", Storage::String)]), @"line 1 has a field or record over 100 bytes; check the delimiters and quotes");
}
