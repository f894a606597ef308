//! Hostile files: limits are enforced, and every file gives a result or an error.

use std::path::Path;

use super::*;

fn small() -> Limits {
    Limits { field_bytes: 100, record_bytes: 1_000, fields: 50, buffer_bytes: 64, batch_rows: 10 }
}

#[test]
fn a_mark_that_swallows_the_file_stops_at_the_limit() {
    let mut bytes = b"a,b\n1,\"x\n".to_vec();
    bytes.resize(10_000, b'y');
    let dialect = Dialect { limits: small(), ..csv() };
    insta::assert_snapshot!(read(&bytes, dialect.clone(), &[("a", Storage::Real), ("b", Storage::String)]).err().unwrap(), @"the quotation mark on line 2 has no partner; set the node's quotes to Discard or Include as text if it is part of the text");
    bytes.push(b'"');
    insta::assert_snapshot!(text(&bytes, dialect), @"the quotation mark on line 2 has no partner; set the node's quotes to Discard or Include as text if it is part of the text");
}

#[test]
fn a_line_without_end_stops_at_the_limit() {
    let dialect = Dialect { limits: small(), double_quotes: QuoteMode::Include, ..csv() };
    let line = [b"a,b\n1,2\n3,".to_vec(), vec![b'x'; 5_000]].concat();
    insta::assert_snapshot!(text(&line, dialect.clone()), @"line 3 has a field or record over 100 bytes; check the delimiters and quotes");
    let fields = [b"a,b\n".to_vec(), b"x,".repeat(5_000)].concat();
    insta::assert_snapshot!(text(&fields, dialect.clone()), @"line 2 has over 50 fields; check the delimiters");
    let blanks = [b"a b\n1".to_vec(), vec![b' '; 5_000], b"2\n".to_vec()].concat();
    let blanks_dialect = Dialect { delimiters: b" ".to_vec(), merge_blanks: true, ..dialect };
    insta::assert_snapshot!(text(&blanks, blanks_dialect), @"line 2 has a field or record over 1000 bytes; check the delimiters and quotes");
}

/// The window grows with the longest record, not with the file.
#[test]
fn records_longer_than_the_window_are_read() {
    let limits = Limits { field_bytes: 1_000, record_bytes: 10_000, ..small() };
    let long = "z".repeat(999);
    let bytes = format!("a,b\n1,{long}\n2,\"{long}\"\n3,\n");
    let read = read(bytes.as_bytes(), Dialect { limits, ..csv() }, &[]).unwrap();
    assert_eq!(read.text(), format!("a:integer|b:string\n1|{long}\n2|{long}\n3|"));
}

#[test]
fn a_file_of_marks_alone_is_read_or_refused() {
    for marks in ["\"", "\"\"", "\"\"\"", "'\"'\"", "\",\"\n\"", "\r\r\n\n\r", "\0\0\0", "\u{feff}"] {
        for single_quotes in [QuoteMode::Discard, QuoteMode::PairDiscard, QuoteMode::Include] {
            for header in [false, true] {
                let dialect = Dialect { single_quotes, header, limits: small(), ..csv() };
                let _ = text(marks.repeat(33).as_bytes(), dialect);
            }
        }
    }
}

/// Null characters after the last line are not a record.
#[test]
fn null_characters_fill_files_up() {
    let read = read(b"a,b\n1,2\n\0\0\0\0", csv(), &[]).unwrap();
    assert_eq!((read.text().as_str(), read.invalid), ("a:integer|b:integer\n1|2", 4));
}

/// Records of one value each, in a file of 16,384 fields: batches have fewer records then.
#[test]
fn batches_of_wide_files_have_fewer_records() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/hostile");
    for (name, batch_rows) in [("wide-10rows.csv", 10), ("wide-40000rows.csv", 256)] {
        let path = folder.join(name);
        if !path.exists() {
            println!("skipped: {} is not there", path.display());
            continue;
        }
        let file = open(&path, Dialect { line_is_record: true, ..csv() }, &[]).unwrap();
        let ranges = file.plan_ranges(99_999, 2).unwrap();
        assert_eq!(file.fields().len(), 16_384);
        for projection in [vec![0], (0..16_384).collect()] {
            let mut reader = file.read_range(*ranges.last().unwrap(), &projection, None).unwrap();
            let batch = reader.next().unwrap().unwrap().records;
            assert_eq!((batch.num_rows(), batch.num_columns()), (batch_rows, projection.len()), "{name}");
        }
        let fault = open(&path, csv(), &[]).unwrap_err().to_string();
        assert_eq!(
            fault,
            "line 2: the number of fields is 1 instead of 16384; check the delimiters and quotes"
        );
    }
}

/// The null is dropped, text moves over it, and its old last byte would complete the character.
#[test]
fn a_character_cut_short_stays_cut_where_text_moves() {
    let discard = Dialect { double_quotes: QuoteMode::Discard, ..csv() };
    assert!(text(b"a\nx\0y\xE2\x82\"\n", discard.clone()).starts_with("line 2: the file is not UTF-8 text"));
    let invalid = TextEncoding { encoding: encoding_rs::UTF_8, invalid: InvalidText::Discard };
    assert_eq!(text(b"a\nx\0y\xE2\x82\"\n", Dialect { text: invalid, ..discard }), "a:string\nxy");
}
