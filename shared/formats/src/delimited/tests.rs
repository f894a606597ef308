//! Evidence: IBM's documentation of the Var. File node, and results of IBM's engine in tests that mention it.

use std::io::Write as _;

use arrow_array::{Array, Int64Array, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use proptest::prelude::*;
use satsuma_columns::Storage;

use super::*;

mod fields;
mod hostile;
mod ranges;
mod real_files;

fn csv() -> Dialect {
    Dialect::standard(b',')
}

struct Read {
    names: Vec<String>,
    batches: Vec<RecordBatch>,
    unconverted: Vec<(String, u64)>,
    invalid: u64,
    short: u64,
}

impl Read {
    /// Records as text: fields in `|…|`, nulls as `∅`.
    fn text(&self) -> String {
        let options = FormatOptions::new().with_null("∅");
        let mut lines = vec![self.names.join("|")];
        for batch in &self.batches {
            let columns =
                batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap());
            let columns = columns.collect::<Vec<_>>();
            for row in 0..batch.num_rows() {
                lines.push(
                    columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|"),
                );
            }
        }
        lines.join("\n")
    }
}

fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn open(
    path: &std::path::Path,
    dialect: Dialect,
    known: &[(&str, Storage)],
) -> Result<DelimitedFile, ReadError> {
    let known = known.iter().map(|(name, storage)| ((*name).to_owned(), *storage)).collect::<Vec<_>>();
    DelimitedFile::open(path, dialect, &known)
}

fn read(bytes: &[u8], dialect: Dialect, known: &[(&str, Storage)]) -> Result<Read, ReadError> {
    let file = file_of(bytes);
    read_ranges(&open(file.path(), dialect, known)?, None)
}

/// The file in ranges of about `target` bytes, or as a whole.
fn read_ranges(file: &DelimitedFile, target: Option<u64>) -> Result<Read, ReadError> {
    let ranges = target.map_or_else(|| Ok(vec![file.whole()]), |target| file.plan_ranges(target, 2))?;
    let columns = (0..file.fields().len()).collect::<Vec<_>>();
    let mut read = Read {
        names: file.fields().iter().map(|field| format!("{}:{}", field.name, field.storage.name())).collect(),
        batches: Vec::new(),
        unconverted: Vec::new(),
        invalid: 0,
        short: 0,
    };
    for range in ranges {
        let mut bytes = 0;
        for batch in file.read_range(range, &columns, None)? {
            let batch = batch?;
            bytes += batch.bytes;
            read.batches.push(batch.records);
            read.unconverted.extend(batch.unconverted.into_iter().map(|lost| (lost.field, lost.values)));
            read.invalid += batch.invalid;
            read.short += batch.short;
        }
        assert!(bytes <= range.end - range.start);
    }
    Ok(read)
}

fn text(bytes: &[u8], dialect: Dialect) -> String {
    read(bytes, dialect, &[]).map_or_else(|error| error.to_string(), |read| read.text())
}

#[test]
fn blank_numbers_are_null_and_blank_text_is_not() {
    insta::assert_snapshot!(text(b"id,name,score\n1,,2.5\n,b,\n3,c,1e-3\n", csv()), @r"
    id:integer|name:string|score:real
    1||2.5
    ∅|b|∅
    3|c|0.001
    ");
}

#[test]
fn storages_of_the_stream_win_over_what_the_values_look_like() {
    let known = [("age", Storage::Real), ("id", Storage::String), ("visits", Storage::Integer)];
    let read = read(b"id,age,visits\n007,23,23.0\n008,,2.5\n009,x,$null$\n", csv(), &known).unwrap();
    insta::assert_snapshot!(read.text(), @r"
    id:string|age:real|visits:integer
    007|23.0|23
    008|∅|2
    009|∅|∅
    ");
    assert_eq!(read.unconverted, [("age".to_owned(), 1)]);
}

#[test]
fn words_are_no_numbers() {
    let known = [("x", Storage::Real)];
    let read = read(b"x\ninf\nNaN\n-1.5\n1e999\n+.5\n", csv(), &known).unwrap();
    insta::assert_snapshot!(read.text(), @r"
    x:real
    ∅
    ∅
    -1.5
    ∅
    0.5
    ");
    assert_eq!(read.unconverted, [("x".to_owned(), 3)]);
}

#[test]
fn several_delimiters_count_at_once() {
    let dialect = Dialect { delimiters: b",;|".to_vec(), ..csv() };
    insta::assert_snapshot!(text(b"a;b,c|d\n1,2;3|4\n", dialect), @r"
    a:integer|b:integer|c:integer|d:integer
    1|2|3|4
    ");
}

#[test]
fn several_blanks_are_one_delimiter_if_the_node_says_so() {
    let dialect = Dialect { delimiters: b" ".to_vec(), merge_blanks: true, ..csv() };
    insta::assert_snapshot!(text(b"a b\n1    2\n3 4\n", dialect), @r"
    a:integer|b:integer
    1|2
    3|4
    ");
}

/// IBM's engine kept the leading space: record 197 of a saved table of a real stream.
#[test]
fn discard_drops_every_quotation_mark() {
    let dialect = Dialect { single_quotes: QuoteMode::Discard, double_quotes: QuoteMode::Discard, ..csv() };
    insta::assert_snapshot!(text(b"a,b\n\" Osvical D\",it's\n\"x  \",5\" wide\n", dialect), @r"
    a:string|b:string
     Osvical D|its
    x|5 wide
    ");
}

#[test]
fn pairs_of_quotation_marks_hold_delimiters_and_line_breaks() {
    insta::assert_snapshot!(text(b"a,b\n\"x, y\nz\",\"say \"\"hi\"\"\"\r\n\"\",' '\n", csv()), @r#"
    a:string|b:string
    x, y
    z|say "hi"
    |' '
    "#);
}

#[test]
fn a_quotation_mark_without_a_partner_is_an_error() {
    insta::assert_snapshot!(text(b"a,b\n1,2\n3,\"x\n4,y\n", csv()), @r#"the quotation mark on line 3 has no partner; set the node's quotes to Discard or Include as text if it is part of the text"#);
}

#[test]
fn marks_included_as_text_stay() {
    let dialect = Dialect { double_quotes: QuoteMode::Include, ..csv() };
    insta::assert_snapshot!(text(b"a\n\"x\"\n", dialect), @r#"
    a:string
    "x"
    "#);
}

#[test]
fn a_record_of_another_length_is_an_error_that_names_the_line() {
    insta::assert_snapshot!(text(b"a,b\n1,2\n\n3\n", csv()), @r#"line 4: the number of fields is 1 instead of 2; check the delimiters and quotes"#);
}

#[test]
fn where_the_line_is_the_record_short_lines_are_filled_up() {
    let dialect = Dialect { line_is_record: true, ..csv() };
    let read = read(b"a,b,c\n1\n2,x,,,\n3,y,4\n", dialect.clone(), &[]).unwrap();
    insta::assert_snapshot!(read.text(), @r"
    a:integer|b:string|c:integer
    1||∅
    2|x|∅
    3|y|4
    ");
    assert_eq!(read.short, 1);
    insta::assert_snapshot!(text(b"a,b\n1,2,3\n", dialect), @r#"line 2: the number of fields is 3 instead of 2; check the delimiters and quotes"#);
}

#[test]
fn decimal_commas_and_trimming() {
    let dialect = Dialect {
        delimiters: b";".to_vec(),
        numbers: NumberStyle { decimal: Decimal::Comma, grouping: None },
        trim: Trim::Left,
        ..csv()
    };
    insta::assert_snapshot!(text(b"a;b\n 1,5 ;  x \n-2;y\n", dialect), @r"
    a:real|b:string
    1.5|x 
    -2.0|y
    ");
}

#[test]
fn encodings_and_byte_order_marks() {
    let latin = TextEncoding { encoding: encoding_rs::WINDOWS_1252, invalid: InvalidText::Discard };
    insta::assert_snapshot!(text(b"a\nM\xfcller\n", Dialect { text: latin, ..csv() }), @"
    a:string
    Müller
    ");
    insta::assert_snapshot!(text(b"\xef\xbb\xbfa,b\n1,2\n", csv()), @r"
    a:integer|b:integer
    1|2
    ");
    insta::assert_snapshot!(text(b"\xff\xfea\0\n\x00\xe4\x00\n\0", csv()), @"
    a:string
    ä
    ");
    insta::assert_snapshot!(text(b"a\nM\xfcller\n", csv()), @r#"line 2: the file is not UTF-8 text; save it as UTF-8 or name its encoding"#);
}

#[test]
fn invalid_characters_are_dropped_or_replaced_as_the_node_says() {
    let with = |invalid| Dialect { text: TextEncoding { encoding: encoding_rs::UTF_8, invalid }, ..csv() };
    let dropped = read(b"a\nx\xffy\0z\n", with(InvalidText::Discard), &[]).unwrap();
    assert_eq!((dropped.text().as_str(), dropped.invalid), ("a:string\nxyz", 2));
    let replaced = read(b"a\nx\xffy\0z\n", with(InvalidText::Replace('?')), &[]).unwrap();
    assert_eq!((replaced.text().as_str(), replaced.invalid), ("a:string\nx?y?z", 2));
}

#[test]
fn every_kind_of_line_end_is_one() {
    insta::assert_snapshot!(text(b"a,b\r\n1,2\r3,4\n5,6", csv()), @r"
    a:integer|b:integer
    1|2
    3|4
    5|6
    ");
}

#[test]
fn skipped_characters_are_characters_not_bytes_or_lines() {
    let dialect = Dialect { skip_characters: 3, ..csv() };
    insta::assert_snapshot!(text("äö!a\n1\n".as_bytes(), dialect), @r"
    a:integer
    1
    ");
}

#[test]
fn without_a_header_fields_go_by_position() {
    let dialect = Dialect { header: false, ..csv() };
    let known = [("x", Storage::Real)];
    insta::assert_snapshot!(read(b"1,b\n2,c\n", dialect, &known).unwrap().text(), @r"
    x:real|field2:string
    1.0|b
    2.0|c
    ");
}

#[test]
fn a_date_in_another_form_than_the_first_is_an_error() {
    let known = [("d", Storage::Date), ("t", Storage::Time), ("s", Storage::Timestamp)];
    let good = b"d,t,s\n2024-02-29,23:59:58,1969-12-31 00:00:01\n,,\n";
    insta::assert_snapshot!(read(good, csv(), &known).unwrap().text(), @r"
    d:date|t:time|s:timestamp
    2024-02-29|23:59:58|1969-12-31T00:00:01
    ∅|∅|∅
    ");
    let bad = b"d,t,s\n2024-02-29,,\n\n02/29/2024,,\n";
    insta::assert_snapshot!(text_with(bad, &known), @r#"line 4, field "d": "02/29/2024" is no date or time of the form YYYY-MM-DD"#);
}

fn text_with(bytes: &[u8], known: &[(&str, Storage)]) -> String {
    read(bytes, csv(), known).map_or_else(|error| error.to_string(), |read| read.text())
}

#[test]
fn headers_must_tell_fields_apart() {
    insta::assert_snapshot!(text(b"a,a\n1,2\n", csv()), @r#"the field name "a" occurs twice"#);
    insta::assert_snapshot!(text(b",b\n1,2\n", csv()), @r"
    field1:integer|b:integer
    1|2
    ");
    insta::assert_snapshot!(text(b"", csv()), @r#"the file is empty; its first line must hold the field names"#);
}

#[test]
fn a_huge_field_is_refused() {
    let mut bytes = b"a,b\n1,".to_vec();
    bytes.resize(bytes.len() + Limits::default().field_bytes + 1, b'x');
    assert!(text(&bytes, csv()).contains("line 2 has a field or record over 1048576 bytes"));
    let wide = vec![b','; Limits::default().fields + 1];
    assert!(text(&wide, csv()).contains("line 1 has over 16384 fields"));
}

#[test]
fn records_keep_their_order_over_many_batches() {
    let mut bytes = b"n,text\n".to_vec();
    for n in 0..30_000 {
        writeln!(bytes, "{n},some text {n}").unwrap();
    }
    let read = read(&bytes, csv(), &[]).unwrap();
    assert!(read.batches.len() > 3, "{} batches", read.batches.len());
    let text = read.text();
    let lines = text.lines().skip(1).enumerate().filter(|(n, line)| *line != format!("{n}|some text {n}"));
    assert_eq!(lines.count(), 0);
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    let quotes =
        || prop_oneof![Just(QuoteMode::Discard), Just(QuoteMode::PairDiscard), Just(QuoteMode::Include)];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (quotes(), quotes(), flags, 0..4usize).prop_map(
        |(single_quotes, double_quotes, flags, skip_characters)| Dialect {
            delimiters: if flags.0 { b", \t".to_vec() } else { b",".to_vec() },
            merge_blanks: flags.1,
            header: flags.2,
            line_is_record: flags.3,
            single_quotes,
            double_quotes,
            skip_characters,
            ..csv()
        },
    )
}

/// Characters that are special in some dialect, letters, numbers and dates, halves of characters, and invalid
/// bytes.
const PIECES: [&[u8]; 24] = [
    b",",
    b";",
    b"\t",
    b" ",
    b"\"",
    b"\"\"",
    b"'",
    b"\r",
    b"\n",
    b"\r\n",
    b"a",
    b"bc",
    b"1",
    b"-2.5e3",
    b"0x1F",
    b"2026-11-22",
    b"$null$",
    b"\0",
    "é".as_bytes(),
    b"\xC3",
    b"\xE2\x82",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"\xFE\xFF",
];

proptest! {
    /// Hostile files: any bytes give a result or an error, and every batch is rectangular.
    #[test]
    fn no_file_makes_the_reader_panic(
        pieces in proptest::collection::vec(prop::sample::select(&PIECES[..]), 0..200),
        dialect in any_dialect(),
    ) {
        if let Ok(read) = read(&pieces.concat(), dialect, &[]) {
            for batch in &read.batches {
                prop_assert_eq!(batch.num_columns(), read.names.len());
            }
        }
    }

    /// Text of a standard CSV writer is read unchanged, whatever its length and the ends of chunks.
    #[test]
    fn quoted_text_comes_back(values in proptest::collection::vec("[a-z,\"'\\r\\n ]{0,12}", 1..40)) {
        let mut bytes = b"n,v\n".to_vec();
        for (n, value) in values.iter().enumerate() {
            writeln!(bytes, "{n},\"{}\"", value.replace('"', "\"\"")).unwrap();
        }
        let read = read(&bytes, csv(), &[("v", Storage::String)]).unwrap();
        let column = read.batches.iter().flat_map(|batch| {
            batch.column(1).as_any().downcast_ref::<StringArray>().unwrap().iter().map(|value| value.unwrap().to_owned()).collect::<Vec<_>>()
        });
        prop_assert_eq!(column.collect::<Vec<_>>(), values);
    }
}
