//! No function panics on extreme arguments, and no bytes make the decoder panic.

#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use satsuma_clem::{Expression, Program, groups};
use satsuma_columns::{Scalar, Storage};
use support::*;

/// Arguments of every kind, constants and fields.
const ARGUMENTS: [&str; 22] = [
    "0",
    "-1",
    "1",
    "3",
    "9223372036854775807",
    "-9223372036854775807",
    "0.5",
    "-1.0E308",
    "undef",
    "\"\"",
    "\"aé東\"",
    "\"2024-02-30\"",
    "i",
    "r",
    "s",
    "d",
    "t",
    "ts",
    "[i 1 undef]",
    "[s \"a\"]",
    "false",
    "i > 0",
];

fn columns() -> Vec<Column<'static>> {
    let extremes = [i64::MIN, -1, 0, i64::MAX];
    vec![
        ("i", Storage::Integer, integers(extremes).into_iter().chain([Scalar::Null]).collect()),
        (
            "r",
            Storage::Real,
            vec![
                Scalar::Real(f64::MAX),
                Scalar::Real(-0.0),
                Scalar::Real(1e-300),
                Scalar::Null,
                Scalar::Real(-1.5),
            ],
        ),
        ("s", Storage::String, vec![text(""), text("aé東\u{1F600}"), Scalar::Null, text("12"), text(" ")]),
        (
            "d",
            Storage::Date,
            vec![
                Scalar::Date(i32::MIN),
                Scalar::Date(i32::MAX),
                Scalar::Null,
                Scalar::Date(0),
                Scalar::Date(1),
            ],
        ),
        (
            "t",
            Storage::Time,
            vec![
                Scalar::Time(i64::MIN),
                Scalar::Time(i64::MAX),
                Scalar::Null,
                Scalar::Time(0),
                Scalar::Time(-1),
            ],
        ),
        (
            "ts",
            Storage::Timestamp,
            vec![
                Scalar::Timestamp(i64::MIN),
                Scalar::Timestamp(i64::MAX),
                Scalar::Null,
                Scalar::Timestamp(0),
                Scalar::Timestamp(-1),
            ],
        ),
    ]
}

/// Evaluates an expression if it checks.
fn survive(text: &str) -> bool {
    let columns = columns();
    let mut context = context(&columns);
    context.now = Some(i64::MAX);
    context.field = Some("i".to_owned());
    let Ok(program) = Expression::parse(text).and_then(|expression| expression.check(&context)) else {
        return false;
    };
    let (arrays, rows) = inputs(&program, &columns);
    let mut scan = program.scan();
    let first = scan.evaluate(&arrays, rows).unwrap();
    let rest = scan.finish().unwrap();
    assert_eq!(first.len() + rest.len(), rows, "{text}");
    true
}

#[test]
fn no_function_of_one_or_two_arguments_panics() {
    let mut accepted = std::collections::BTreeSet::new();
    for function in groups().iter().flat_map(|group| group.functions) {
        for one in ARGUMENTS {
            if survive(&format!("{}({one})", function.name)) {
                accepted.insert(function.name);
            }
            for two in ARGUMENTS {
                if survive(&format!("{}({one}, {two})", function.name)) {
                    accepted.insert(function.name);
                }
            }
        }
    }
    assert!(accepted.len() > 130, "{}", accepted.len());
}

/// Arrow's columns of text hold 2 GB; a constant of a megabyte may not be repeated for every record.
#[test]
fn texts_beyond_the_size_of_a_column_are_an_error() {
    let rows = 1 << 14;
    let columns = [("i", Storage::Integer, vec![Scalar::Integer(1_000_000); rows])];
    for text in [
        "replicate(1000000, \"a\")",
        "if i > @INDEX then replicate(1000000, \"a\") else \"b\" endif",
        "@OFFSET(replicate(1000000, \"a\"), 1)",
    ] {
        let program = Expression::parse(text).unwrap().check(&context(&columns)).unwrap();
        let (arrays, rows) = inputs(&program, &columns);
        let error = program.scan().evaluate(&arrays, rows).unwrap_err().to_string();
        assert!(error.to_lowercase().contains("overflow") || error.contains("smaller batches"), "{error}");
    }
}

#[test]
fn no_operator_panics() {
    let operators = [
        "or", "and", "=", "/=", ">", ">=", "<", "<=", "&&=_0", "&&/=_0", "+", "><", "-", "*", "&&", "&&~~",
        "||", "||/&", "<<", ">>", "/", "**", "rem", "mod", "div",
    ];
    for operator in operators {
        for one in ARGUMENTS {
            for two in ARGUMENTS {
                survive(&format!("{one} {operator} {two}"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_function_of_more_arguments_panics(
        name in prop::sample::select(groups().iter().flat_map(|group| group.functions).map(|f| f.name).collect::<Vec<_>>()),
        arguments in prop::collection::vec(prop::sample::select(ARGUMENTS.to_vec()), 0..7),
    ) {
        survive(&format!("{name}({})", arguments.join(", ")));
        survive(&format!("@SINCE({name}({}) = @THIS(i))", arguments.join(", ")));
        survive(&format!("@OFFSET({name}({}), i)", arguments.join(", ")));
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        prop_assert!(Program::decode(&bytes).is_err());
        let columns = columns();
        let program = Expression::parse("i + 1 > r").unwrap().check(&context(&columns)).unwrap();
        let mut encoded = program.encode().unwrap();
        let at = at.index(encoded.len());
        encoded[at] = byte;
        let _ = Program::decode(&encoded);
    }
}
