//! The grammar: tokens, precedence, limits, printing.

#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use satsuma_clem::{ErrorKind, Expression};
use satsuma_columns::Scalar;
use support::*;

fn same(one: &str, two: &str) {
    let parse = |text: &str| Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(parse(one), parse(two), "{one}");
}

/// IBM, "CLEM operators": the table of precedence; operators of equal precedence associate to the left.
#[test]
fn operators_group_as_ibms_table_says() {
    for (text, grouped) in [
        ("a or b and c", "a or (b and c)"),
        ("a = b > c", "a = (b > c)"),
        ("a > b + c", "a > (b + c)"),
        ("a - b - c", "(a - b) - c"),
        ("a + b * c", "a + (b * c)"),
        ("a * b ** c", "a * (b ** c)"),
        ("a ** b ** c", "(a ** b) ** c"),
        ("a ** b rem c", "a ** (b rem c)"),
        ("a * b div c", "a * (b div c)"),
        ("a && b + c", "(a && b) + c"),
        ("a && b =  0", "(a && b) = 0"),
        ("a >< b + c", "(a >< b) + c"),
        ("- a ** b", "- (a ** b)"),
        ("- a + b", "(- a) + b"),
        ("-2 ** 2", "(-2) ** 2"),
        ("not a = b and c", "(not(a = b)) and c"),
        ("not(a) and b", "(not(a)) and b"),
        ("a matches \"x\" or b", "(a matches \"x\") or b"),
        ("a == b", "a = b"),
        ("a /== b", "a /= b"),
        ("a-2", "a - 2"),
    ] {
        same(text, grouped);
    }
}

#[test]
fn any_white_space_may_stand_between_tokens() {
    same("a\u{3000}+\t\n\r\u{a0}b", "a + b");
    same("\u{feff}random( 5 )", "random(5)");
    same("[1 2,3  ,4]", "[1, 2, 3, 4]");
}

/// Real streams write nested conditions, and Modeler stores some without their last endif.
#[test]
fn conditions_may_lack_the_last_endif() {
    same("if a then b else c", "if a then b else c endif");
    same("if a then b elseif c then d", "if a then b elseif c then d endif");
    same(
        "if a then b else if c then d else e endif endif",
        "if a then b else (if c then d else e endif) endif",
    );
    same("if a then b else if c then d else e endif endif", "if a then b elseif c then d else e endif");
    same(
        "if a then b else if c then d else e endif + 1 endif",
        "if a then b else ((if c then d else e endif) + 1) endif",
    );
    same("max(if a then b else c, 1)", "max((if a then b else c endif), 1)");
    assert!(Expression::parse("if a then b else c d").is_err());
}

#[test]
fn names_of_any_script_need_no_quotes() {
    let columns = [
        ("구매_2", satsuma_columns::Storage::Integer, integers([1])),
        ("价格", satsuma_columns::Storage::Integer, integers([2])),
    ];
    assert_eq!(evaluate("구매_2 + 价格", &columns), integers([3]));
}

#[test]
fn escapes_and_quotes_of_all_kinds_are_read() {
    for (expression, expected) in [
        ("\"a\\n\\\"b\\\\\"", "a\n\"b\\"),
        ("'it\\'s'", "it's"),
        ("`a`", "a"),
        ("\"\\$65443\"", "$65443"),
        ("\"\"", ""),
    ] {
        assert_eq!(value(expression), Scalar::text(expected), "{expression}");
    }
}

#[test]
fn texts_that_are_no_expressions_are_refused_with_a_reason() {
    for text in [
        "",
        " ",
        "a +",
        "(a",
        "a)",
        "\"a",
        "'a",
        "`a",
        "``",
        "1.",
        "12abc",
        "a b",
        "if a then b else c endif x",
        "a matches b",
        "[a",
        "a = = b",
        "max(a b)",
        "{a}",
        "a ; b",
        "if a b endif",
        "#",
        "@",
        "1e999",
        "then",
    ] {
        let error = Expression::parse(text).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Syntax(_)), "{text}: {error}");
    }
}

#[test]
fn deep_and_large_expressions_are_refused() {
    let nested = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let sum = vec!["1"; 100_000].join(" + ");
    let lists = "[".repeat(10_000);
    let minus = "- ".repeat(10_000) + "1";
    let not = "not ".repeat(10_000) + "1";
    let conditions = "if 1 then ".repeat(10_000);
    let subscripts = format!("\"a\"{}", "(1)".repeat(10_000));
    let calls = "abs(".repeat(10_000);
    for text in [nested, sum, lists, minus, not, conditions, subscripts, calls, "1 ".repeat(1 << 20)] {
        let error = Expression::parse(&text).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::TooLarge(_) | ErrorKind::Syntax(_)), "{error}");
    }
}

/// Stacks of test threads are smaller than those of programs.
#[test]
fn the_deepest_accepted_expressions_evaluate() {
    let sum = |terms: usize| vec!["x"; terms].join(" + ");
    let columns = [("x", satsuma_columns::Storage::Integer, integers([1, 2]))];
    assert_eq!(evaluate(&sum(1_999), &columns), integers([1_999, 3_998]));
    let nested = |depth: usize| format!("{}x{}", "(1 + ".repeat(depth), ")".repeat(depth));
    assert_eq!(evaluate(&nested(59), &columns), integers([60, 61]));
    let conditions = format!("{}0{}", "if x = 9 then 1 else ".repeat(5_000), " endif".repeat(5_000));
    assert_eq!(evaluate(&conditions, &columns), integers([0, 0]));
    let many = (0..5_000).map(|n| format!("x = {n}")).collect::<Vec<_>>().join(" or ");
    assert_eq!(evaluate(&many, &columns), integers([1, 1]));
}

#[test]
fn expressions_are_put_together_from_parts() {
    let columns = [("x", satsuma_columns::Storage::Integer, integers([1, 7, 9]))];
    let parse = |text: &str| Expression::parse(text).unwrap();
    let constant = |scalar: Scalar| Expression::constant(&scalar).unwrap();
    let branches = [
        (parse("x < 5 or x = undef"), constant(text("it's \"small\"\n"))),
        (parse("x < 8"), constant(text(""))),
    ];
    let choice = Expression::choice(&branches, Some(&parse("if x = 9 then \"nine\""))).unwrap();
    let found = evaluate(choice.source(), &columns);
    assert_eq!(found, texts(&["it's \"small\"\n", "", "nine"]));
    for scalar in
        [Scalar::Null, Scalar::Integer(i64::MIN), Scalar::Integer(-3), Scalar::Real(-1.5e-300), text("\\")]
    {
        assert_eq!(value(constant(scalar.clone()).source()), scalar);
    }
    assert_eq!(Expression::constant(&Scalar::Date(1)), None);
    assert!(Expression::choice(&[], None).is_err());
}

/// Expressions of every kind of part.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| format!("{number:?}")),
        "[a-zA-Z_][a-z0-9_]{0,3}x".prop_map(|name| name),
        "\\PC{0,4}".prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        "\\PC{0,4}".prop_map(|text| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))),
        Just("`c`".to_owned()),
        Just("undef".to_owned()),
        Just("@INDEX".to_owned()),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let operator = prop::sample::select(vec![
            "or", "and", "=", "==", "/=", "/==", ">", ">=", "<", "<=", "&&=_0", "&&/=_0", "+", "><", "-",
            "*", "&&", "&&~~", "||", "||/&", "<<", ">>", "/", "**", "rem", "mod", "div",
        ]);
        prop_oneof![
            (inner.clone(), operator, inner.clone())
                .prop_map(|(one, operator, two)| format!("{one} {operator} {two}")),
            inner.clone().prop_map(|one| format!("({one})")),
            inner.clone().prop_map(|one| format!("- {one}")),
            inner.clone().prop_map(|one| format!("~~ {one}")),
            inner.clone().prop_map(|one| format!("not({one})")),
            inner.clone().prop_map(|one| format!("not {one}")),
            inner.clone().prop_map(|one| format!("({one}) matches \"a*?\\\\*\"")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("f({one}, {two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("[({one}) ({two})]")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(one, two, three)| format!("if {one} then {two} else {three} endif")),
            (inner.clone(), inner.clone(), inner.clone(), inner).prop_map(|(one, two, three, four)| format!(
                "if {one} then {two} elseif {three} then {four} endif"
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_expression_parses_to_itself(text in expression()) {
        let Ok(parsed) = Expression::parse(&text) else { return Ok(()) };
        let printed = parsed.to_string();
        prop_assert_eq!(Expression::parse(&printed), Ok(parsed), "{}", printed);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[\\PC\\n]{0,60}") {
        let _ = Expression::parse(&text);
    }

    #[test]
    fn no_sequence_of_tokens_makes_the_parser_panic(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "if", "then", "else", "elseif", "endif", "and", "or", "not", "matches", "(", ")", "[", "]", ",", "-", "+",
            "><", "'x'", "\"y\"", "`z`", "1", "2.5", "@FIELD", "f", "undef", "~~", "div",
        ]), 0..40),
    ) {
        let text = tokens.join(" ");
        if let Ok(parsed) = Expression::parse(&text) {
            prop_assert_eq!(Expression::parse(&parsed.to_string()), Ok(parsed.clone()));
            let columns = [("x", satsuma_columns::Storage::Real, vec![Scalar::Real(1.0)])];
            let _ = parsed.check(&context(&columns));
        }
    }
}
