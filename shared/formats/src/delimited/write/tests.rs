//! Evidence: the recorded responses of the original service (tabs, CR LF), IBM's documentation of the Flat
//! File node, RFC 4180, and round trips.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow_array::{Time64MicrosecondArray, TimestampMicrosecondArray};
use proptest::prelude::*;

use super::*;
use crate::text::Decimal;

fn written(columns: Vec<(&str, ArrayRef)>, layout: Layout) -> String {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut text = Vec::new();
    format_header(batch.schema_ref(), &layout, &mut text);
    format_batch(&batch, &layout, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn sample() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("$N-Drug", Arc::new(StringArray::from(vec![Some("drugY"), None, Some("a,\"b\""), Some("$null$")]))),
        ("no, quotes", Arc::new(Int64Array::from(vec![Some(-7), None, Some(0), Some(i64::MAX)]))),
        ("p", Arc::new(Float64Array::from(vec![Some(0.9999929901781156), None, Some(23.0), Some(1e-7)]))),
    ]
}

#[test]
fn csv_quotes_where_needed() {
    insta::assert_snapshot!(written(sample(), Layout::csv()), @r#"
    $N-Drug,"no, quotes",p
    drugY,-7,0.9999929901781156
    $null$,$null$,$null$
    "a,""b""",0,23.0
    "$null$",9223372036854775807,1e-7
    "#);
}

#[test]
fn tab_is_what_the_original_service_answered() {
    let text = written(sample(), Layout::tab());
    assert!(text.starts_with("$N-Drug\tno, quotes\tp\r\ndrugY\t-7\t0.9999929901781156\r\n"), "{text}");
}

#[test]
fn a_flat_file_quotes_all_text_and_may_have_decimal_commas() {
    let layout = Layout {
        separator: ";".to_owned(),
        quoting: Quoting::Text("'".to_owned()),
        decimal: Decimal::Comma,
        ..Layout::csv()
    };
    insta::assert_snapshot!(written(sample(), layout), @r#"
    $N-Drug;no, quotes;p
    'drugY';-7;0,9999929901781156
    $null$;$null$;$null$
    'a,"b"';0;23,0
    '$null$';9223372036854775807;1e-7
    "#);
}

#[test]
fn dates_and_times_are_written_as_they_are_read() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("d", Arc::new(Date32Array::from(vec![Some(0), Some(-1), Some(19_782), None]))),
        ("t", Arc::new(Time64MicrosecondArray::from(vec![0, 86_399_000_000, 500_000, 1]))),
        ("s", Arc::new(TimestampMicrosecondArray::from(vec![0, -1_000_000, 1_709_164_800_000_000, 1]))),
    ];
    insta::assert_snapshot!(written(columns, Layout::csv()), @r"
    d,t,s
    1970-01-01,00:00:00,1970-01-01 00:00:00
    1969-12-31,23:59:59,1969-12-31 23:59:59
    2024-02-29,00:00:00.500000,2024-02-29 00:00:00
    $null$,00:00:00.000001,1970-01-01 00:00:00.000001
    ");
}

proptest! {
    /// The digits of every double round-trip.
    #[test]
    fn doubles_survive(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO) {
        let column: Vec<(&str, ArrayRef)> = vec![("x", Arc::new(Float64Array::from(vec![value])))];
        let text = written(column, Layout::csv());
        let digits = text.lines().nth(1).unwrap();
        prop_assert_eq!(digits.parse::<f64>().unwrap().to_bits(), value.to_bits());
    }
}

#[test]
fn a_list_is_refused_by_the_name_of_its_field() {
    let list: ArrayRef =
        Arc::new(ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>([Some([Some(1)])]));
    let batch = RecordBatch::try_from_iter([("l", list)]).unwrap();
    let fault = format_batch(&batch, &Layout::csv(), &mut Vec::new()).unwrap_err();
    assert!(fault.to_string().starts_with("field \"l\" is List("), "{fault}");
}
