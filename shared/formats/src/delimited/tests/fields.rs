//! Evidence: IBM's documentation of the Var. File node's settings, or our own choice in tests that mention
//! it.

use super::*;

#[test]
fn a_comment_goes_up_to_the_end_of_its_line() {
    let dialect = Dialect { comments: b"#!".to_vec(), ..csv() };
    insta::assert_snapshot!(text(b"# made by hand\na,b#,c\n1,\"x#y\"\r\n! \"\n2,z!,\n", dialect.clone()), @r"
    a:integer|b:string
    1|x#y
    2|z
    ");
    insta::assert_snapshot!(text(b"a\n1 # one\n#\n2", Dialect { header: false, ..dialect }), @r"
    field1:string
    a
    1 
    
    2
    ");
}

#[test]
fn control_characters_may_delimit() {
    let dialect = Dialect { delimiters: Vec::new(), non_printing_delimit: true, ..csv() };
    insta::assert_snapshot!(text(b"a\tb\x1fc\x7fd\n1\t2\x1f,\x7f4\n", dialect), @r"
    a:integer|b:integer|c:string|d:integer
    1|2|,|4
    ");
}

#[test]
fn with_a_field_count_records_go_on_in_the_next_line() {
    let dialect = Dialect { fields: Some(3), ..csv() };
    let wrapped = b"a,b,c\n1,2\n3\n4,5,6,7\r\n8,9\n\n10,,\n";
    insta::assert_snapshot!(text(wrapped, dialect.clone()), @r"
    a:integer|b:integer|c:integer
    1|2|3
    4|5|6
    7|8|9
    10|∅|∅
    ");
    insta::assert_snapshot!(text(b"a,b,c\n1,2\n3,4", dialect.clone()), @"line 3: the number of fields is 1 instead of 3; check the delimiters and quotes");
    // The end of the line ends the record, a setting of the node: then the count only determines the number
    // of fields.
    insta::assert_snapshot!(text(b"a,b,c\n1,2\n3,4,5\n", Dialect { line_is_record: true, ..dialect }), @r"
    a:integer|b:integer|c:integer
    1|2|∅
    3|4|5
    ");
}

#[test]
fn numbers_may_have_groups_and_decimal_commas() {
    let numbers = NumberStyle { decimal: Decimal::Comma, grouping: Some('.') };
    let dialect = Dialect { delimiters: b";".to_vec(), numbers, ..csv() };
    insta::assert_snapshot!(text(b"a;b;c\n1.234,5;-1.000;1.00\n,5;7;2\n", dialect), @r"
    a:real|b:integer|c:string
    1234.5|-1000|1.00
    0.5|7|2
    ");
}

#[test]
fn a_form_of_dates_is_recognised_where_it_is_the_only_one() {
    insta::assert_snapshot!(text(b"a,b,c,d,e\n31/12/1999,1.2.2024,15-JAN-63,02:35:58,2021/6/1 0:00\n01/02/2024,31.1.2024,1-feb-29,0:0:1,2021/12/31 23:59\n", csv()), @r"
    a:date|b:date|c:date|d:time|e:timestamp
    1999-12-31|2024-02-01|1963-01-15|02:35:58|2021-06-01T00:00:00
    2024-02-01|2024-01-31|2029-02-01|00:00:01|2021-12-31T23:59:00
    ");
}

/// Our own choice: Modeler picks one of the two days, and IBM does not document which.
#[test]
fn ambiguous_dates_are_text_unless_the_stream_has_the_format() {
    let bytes = b"d\n01/02/2024\n03/04/2024\n";
    insta::assert_snapshot!(text(bytes, csv()), @r"
    d:string
    01/02/2024
    03/04/2024
    ");
    for (name, first) in [("DD/MM/YYYY", "2024-02-01"), ("MM/DD/YYYY", "2024-01-02")] {
        let date = satsuma_columns::DateFormat::named(name).unwrap();
        let dialect = Dialect { calendar: Calendar { date, ..Calendar::default() }, ..csv() };
        assert_eq!(text(bytes, dialect).lines().nth(1), Some(first), "{name}");
    }
    let known = [("d", Storage::Date)];
    insta::assert_snapshot!(read(bytes, csv(), &known).err().unwrap(), @r#"line 2, field "d": "01/02/2024" is not a date or time in the format YYYY-MM-DD"#);
}

#[test]
fn bare_dates_are_numbers_unless_the_stream_has_the_format() {
    insta::assert_snapshot!(text(b"d,t\n07111965,023558\n", csv()), @r"
    d:integer|t:integer
    7111965|23558
    ");
    let date = satsuma_columns::DateFormat::named("YYYYMMDD").unwrap();
    let time = satsuma_columns::TimeFormat::named("HHMM").unwrap();
    let dialect = Dialect { calendar: Calendar { date, time, ..Calendar::default() }, ..csv() };
    let known = [("d", Storage::Date), ("t", Storage::Time)];
    insta::assert_snapshot!(read(b"d,t\n20240229,0745\n", dialect, &known).unwrap().text(), @r"
    d:date|t:time
    2024-02-29|07:45:00
    ");
}

#[test]
fn quoted_values_are_text_and_dates_need_the_setting() {
    let dialect = Dialect { recognise_dates: false, ..csv() };
    insta::assert_snapshot!(text(b"a,b\n2024-01-01,\"1\"\n", dialect), @r"
    a:string|b:string
    2024-01-01|1
    ");
}

#[test]
fn settings_that_cannot_be_followed_are_refused_by_name() {
    let refused = |dialect: Dialect| dialect.check().unwrap_err().to_string();
    insta::assert_snapshot!(refused(Dialect { square_brackets_are_lists: true, ..csv() }), @"treatSquareBracketsAsLists: lists are not supported; read the field as a string");
    insta::assert_snapshot!(refused(Dialect { delimiters: vec![0xE9], ..csv() }), @"delimiterChars: delimiters must be ASCII characters within a line");
    insta::assert_snapshot!(refused(Dialect { comments: b",".to_vec(), ..csv() }), @"eolCommentChars: a comment must not begin with a delimiter or quotation mark");
    insta::assert_snapshot!(refused(Dialect { skip_characters: usize::MAX, ..csv() }), @"skipHeaderCount: at most a million characters are skipped");
    insta::assert_snapshot!(refused(Dialect { fields: Some(0), ..csv() }), @"manualFieldCount: a record must have at least one field");
    let list = [("a", Storage::List(satsuma_columns::ListOf::Integer))];
    insta::assert_snapshot!(read(b"a\n[1]\n", csv(), &list).err().unwrap(), @r#"field "a" is list, but one of string, integer, real, date, time, timestamp is needed; check the storage in the source node"#);
}

#[test]
fn skipped_characters_count_in_every_encoding() {
    let text_of = |encoding| TextEncoding { encoding, invalid: InvalidText::Discard };
    let dialect = |encoding| Dialect { text: text_of(encoding), skip_characters: 3, ..csv() };
    for encoding in
        [encoding_rs::SHIFT_JIS, encoding_rs::GB18030, encoding_rs::EUC_JP, encoding_rs::ISO_2022_JP]
    {
        let (bytes, _, _) = encoding.encode("漢字、a\n1\n");
        assert_eq!(text(&bytes, dialect(encoding)), "a:integer\n1", "{}", encoding.name());
    }
    let units = "\u{feff}漢字𝄞\na\n1\n".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    assert_eq!(text(&units, dialect(encoding_rs::UTF_8)), "a:integer\n1");
}

/// Rests on a real stream: of 28,382 records with a date field, some of which hold `NaT`, Modeler counted 25,159
/// values.
#[test]
fn text_that_is_no_date_at_all_becomes_null() {
    let known = [("d", Storage::Date)];
    let read = read(b"d\nNaT\n2019-05-21\nnone\n", csv(), &known).unwrap();
    insta::assert_snapshot!(read.text(), @r"
    d:date
    ∅
    2019-05-21
    ∅
    ");
    assert_eq!(read.unconverted, [("d".to_owned(), 2, "NaT".to_owned())]);
    // A field whose storage is not known is text then.
    assert!(text(b"d\nNaT\n2019-05-21\n", csv()).starts_with("d:string"));
    // A format that shows in the dates that there are is that of the field.
    let read = super::read(b"d\nNaT\n31/12/1999\n", csv(), &known).unwrap();
    assert!(read.text().ends_with("1999-12-31"));
}
