use super::*;
use crate::error::ErrorKind;
use crate::value::Value;

fn text(number: usize, bytes: &[u8]) -> Result<String, ErrorKind> {
    let mut out = String::new();
    decode(Algorithm::numbered(number).unwrap(), bytes, &mut out, 1000).map(|()| out)
}

fn bytes(value: Value<'_>) -> (usize, Vec<u8>) {
    let mut out = Vec::new();
    let algorithm = encode(value, &mut out).unwrap();
    (algorithm as usize, out)
}

/// Bytes and texts derived by hand from X.891 §10.2 to §10.11.
#[test]
fn every_built_in_algorithm_has_the_text_that_the_standard_defines() {
    let texts: Vec<_> = [
        (1, [0x00, 0xAB, 0xFF].as_slice()),
        (2, b"any carnal pleas"),
        (3, &[0x00, 0x01, 0x80, 0x00]),
        (4, &[0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]),
        (5, &[0x80, 0, 0, 0, 0, 0, 0, 0]),
        (6, &[0x38]),
        (6, &[0x05]),
        (6, &[0x6F, 0x40]),
        (7, &[0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0, 0x7F, 0x80, 0, 0]),
        (8, &[0x3F, 0xB9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A, 0xFF, 0xF0, 0, 0, 0, 0, 0, 0]),
        (8, &[0x7F, 0xF8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (9, &[0xF8, 0x1D, 0x4F, 0xAE, 0x7D, 0xEC, 0x11, 0xD0, 0xA7, 0x65, 0, 0xA0, 0xC9, 0x1E, 0x6B, 0xF6]),
        (10, "a < b ☺".as_bytes()),
    ]
    .into_iter()
    .map(|(number, bytes)| format!("{number:2} {}", text(number, bytes).unwrap()))
    .collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
     1 00ABFF
     2 YW55IGNhcm5hbCBwbGVhcw==
     3 1 -32768
     4 -1 2147483647
     5 -9223372036854775808
     6 true
     6 false true false true
     6 true true true true false true
     7 1.0E0 -2.5E0 INF
     8 1.0E-1 -INF
     8 NaN 0.0E0
     9 f81d4fae-7dec-11d0-a765-00a0c91e6bf6
    10 a < b ☺
    ");
}

#[test]
fn what_is_encoded_is_decoded() {
    let uuid = [[7; 16], [200; 16]];
    let cases = [
        (Value::Hexadecimal(&[1, 0xFE]), "01FE"),
        (Value::Base64(&[0, 1, 2, 3]), "AAECAw=="),
        (Value::Short(&[i16::MIN, 0, i16::MAX]), "-32768 0 32767"),
        (Value::Int(&[i32::MIN, 42]), "-2147483648 42"),
        (Value::Long(&[i64::MIN, i64::MAX]), "-9223372036854775808 9223372036854775807"),
        (
            Value::Float(&[1e-45, 3.402_823_5e38, -0.0, 16_777_216.0]),
            "1.0E-45 3.4028235E38 -0.0E0 1.6777216E7",
        ),
        (Value::Double(&[5e-324, 0.1, 123_456_789.125]), "5.0E-324 1.0E-1 1.23456789125E8"),
        (Value::Uuid(&uuid), "07070707-0707-0707-0707-070707070707 c8c8c8c8-c8c8-c8c8-c8c8-c8c8c8c8c8c8"),
    ];
    for (value, expected) in cases {
        let (number, bytes) = bytes(value);
        assert_eq!(text(number, &bytes).unwrap(), expected);
    }
    for length in 1..40 {
        let list: Vec<bool> = (0..length).map(|place| place % 3 == 0).collect();
        let (number, bytes) = bytes(Value::Boolean(&list));
        assert_eq!(bytes.len(), (length + 4_usize).div_ceil(8));
        let expected: Vec<_> = list.iter().map(bool::to_string).collect();
        assert_eq!(text(number, &bytes).unwrap(), expected.join(" "));
    }
}

#[test]
fn bytes_that_stand_for_nothing_are_refused() {
    let wrong = [
        (3, [0].as_slice()),
        (4, &[0; 6]),
        (5, &[0; 12]),
        (6, &[0x40]),
        (6, &[0x80, 0]),
        (7, &[0; 3]),
        (8, &[0; 4]),
        (9, &[0; 17]),
        (10, &[0xC3]),
    ];
    let errors: Vec<_> = wrong.map(|(number, bytes)| text(number, bytes).unwrap_err().to_string()).into();
    insta::assert_snapshot!(errors.join("\n"), @r"
    a string is not valid shorts
    a string is not valid ints
    a string is not valid longs
    a string is not valid booleans
    a string is not valid booleans
    a string is not valid floats
    a string is not valid doubles
    a string is not valid UUIDs
    a string is not valid UTF-8
    ");
    // Every byte of booleans expands to eight words: the text has a limit of its own.
    assert!(matches!(text(6, &[0; 100]), Err(ErrorKind::Limit { maximum: 1000, .. })));
    assert!(matches!(text(1, &[0; 501]), Err(ErrorKind::Limit { maximum: 1000, .. })));
}
