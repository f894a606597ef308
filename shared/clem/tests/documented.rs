//! IBM's documented examples and rules.

#![allow(clippy::unwrap_used)]

mod support;

use satsuma_clem::ErrorKind;
use satsuma_columns::{Scalar, Settings, Storage};
use support::*;

fn check(pairs: &[(&str, Scalar)]) {
    for (expression, expected) in pairs {
        let found = value(expression);
        assert_eq!(&found, expected, "{expression}");
    }
}

/// IBM, "String functions" and "CLEM examples".
#[test]
fn string_functions_agree_with_ibms_examples() {
    check(&[
        ("count_substring(\"foooo.txt\", \"oo\")", Scalar::Integer(3)),
        ("stripchar(`3`,\"123\")", text("12")),
        ("lowertoupper(\"druga\"(5))", text("A")),
        ("stripchar(`d`,\"drugA\")", text("rugA")),
        ("\"xx\" >< \"BRAMLEY\"", text("xxBRAMLEY")),
        ("3 >< 5", text("35")),
        ("allbutfirst(3, \"abcdef\")", text("def")),
        ("allbutlast(3, \"abcdef\")", text("abc")),
        ("endstring(2, \"abc\")", text("bc")),
        ("endstring(9, \"abc\")", text("abc")),
        ("startstring(2, \"abc\")", text("ab")),
        ("hassubstring(\"abcabc\", \"bc\")", Scalar::Integer(2)),
        ("hassubstring(\"abcabc\", 3, \"bc\")", Scalar::Integer(5)),
        ("issubstring(\"x\", \"abc\")", Scalar::Integer(0)),
        ("issubstring_count(\"bc\", 2, \"abcabc\")", Scalar::Integer(5)),
        ("issubstring_count(\"bc\", 3, \"abcabc\")", Scalar::Integer(0)),
        ("issubstring_lim(\"bc\", 1, false, false, \"abcabc\")", Scalar::Integer(2)),
        ("issubstring_lim(\"bc\", 3, 4, false, \"abcabc\")", Scalar::Integer(0)),
        ("isstartstring(\"ab\", \"abc\")", Scalar::Integer(1)),
        ("isendstring(\"bc\", \"abc\")", Scalar::Integer(2)),
        ("ismidstring(\"b\", \"abc\")", Scalar::Integer(2)),
        ("ismidstring(\"a\", \"abc\")", Scalar::Integer(0)),
        ("locchar(`n`, 2, \"banana\")", Scalar::Integer(3)),
        ("locchar(`n`, 9, \"banana\")", Scalar::Null),
        ("locchar_back(`n`, 4, \"banana\")", Scalar::Integer(3)),
        ("skipchar(`a`, 1, \"aab\")", Scalar::Integer(3)),
        ("skipchar_back(`b`, 3, \"aab\")", Scalar::Integer(2)),
        ("strmember(`c`, \"abc\")", Scalar::Integer(3)),
        ("subscrs(1, \"produce\")", text("p")),
        ("subscrs(8, \"produce\")", Scalar::Null),
        ("substring(2, 3, \"produce\")", text("rod")),
        ("substring(0, 3, \"produce\")", Scalar::Null),
        ("substring_between(2, 4, \"produce\")", text("rod")),
        ("textsplit(\"a-b-c\", 1, `-`)", text("a")),
        ("textsplit(\"a-b-c\", 3, `-`)", text("c")),
        ("replace(\"a\", \"xy\", \"banana\")", text("bxynxynxy")),
        ("replicate(3, \"ab\")", text("ababab")),
        ("trim(\" \t　a b \")", text("a b")),
        ("trim_start(\" a \")", text("a ")),
        ("trimend(\" a \")", text(" a")),
        ("unicode_char(97)", text("a")),
        ("unicode_value(`a`)", Scalar::Integer(97)),
        ("uppertolower(\"ÄB\")", text("äb")),
        ("length(\"東京\")", Scalar::Integer(2)),
        ("last(\"abc\")", text("c")),
        ("alphabefore(\"A\", \"a\")", Scalar::Integer(1)),
        ("isalphacode(`A`)", Scalar::Integer(1)),
        ("isnumbercode(`A`)", Scalar::Integer(0)),
        ("\"drugA\" matches \"drug?\"", Scalar::Integer(1)),
        ("\"drugA\" matches \"*x*\"", Scalar::Integer(0)),
        ("soundex(\"Washington\")", text("W252")),
        ("soundex_difference(\"Smith\", \"Smyth\")", Scalar::Integer(4)),
    ]);
}

/// IBM, "Numeric functions": integer division, powers, rounding.
#[test]
fn numbers_follow_ibms_rules() {
    check(&[
        ("7 / 2", Scalar::Real(3.5)),
        ("6 / 2", Scalar::Real(3.0)),
        ("1 / 0", Scalar::Null),
        ("7 div 2", Scalar::Integer(3)),
        ("-7 div 2", Scalar::Integer(-3)),
        ("-7 rem 2", Scalar::Integer(-1)),
        ("-7 mod 2", Scalar::Integer(1)),
        ("7 mod -2", Scalar::Integer(-1)),
        ("7 div 0", Scalar::Null),
        ("2 ** 10", Scalar::Integer(1024)),
        ("2 ** -1", Scalar::Real(0.5)),
        ("2.0 ** 3", Scalar::Real(8.0)),
        ("(-8.0) ** 0.5", Scalar::Null),
        ("0 ** 0", Scalar::Integer(1)),
        ("round(2.5)", Scalar::Integer(3)),
        ("round(-2.5)", Scalar::Integer(-3)),
        ("intof(-2.7)", Scalar::Integer(-2)),
        ("fracof(2.5)", Scalar::Real(0.5)),
        ("abs(-3)", Scalar::Integer(3)),
        ("abs(-3.5)", Scalar::Real(3.5)),
        ("sign(-3)", Scalar::Integer(-1)),
        ("sign(0.5)", Scalar::Real(1.0)),
        ("sqrt(-1)", Scalar::Null),
        ("log(0)", Scalar::Null),
        ("log10(1000)", Scalar::Real(3.0)),
        ("1 + 2 * 3", Scalar::Integer(7)),
        ("1.0E-4 * 10000", Scalar::Real(1.0)),
        ("9223372036854775807 + 1", Scalar::Null),
        ("2 * 3 ** 2 rem 2", Scalar::Integer(2)),
        ("pi", Scalar::Real(std::f64::consts::PI)),
        ("~~ 0", Scalar::Integer(-1)),
        ("6 && 3", Scalar::Integer(2)),
        ("6 || 3", Scalar::Integer(7)),
        ("6 ||/& 3", Scalar::Integer(5)),
        ("6 &&~~ 3", Scalar::Integer(4)),
        ("1 << 4", Scalar::Integer(16)),
        ("-16 >> 2", Scalar::Integer(-4)),
        ("6 &&=_0 1", Scalar::Integer(1)),
        ("6 &&/=_0 1", Scalar::Integer(0)),
        ("integer_bitcount(7)", Scalar::Integer(3)),
        ("integer_leastbit(12)", Scalar::Integer(2)),
        ("integer_length(8)", Scalar::Integer(4)),
        ("testbit(5, 2)", Scalar::Integer(1)),
    ]);
}

/// IBM, "Conversion functions".
#[test]
fn conversions_follow_ibms_rules() {
    check(&[
        ("to_string(3.5)", text("3.500000")),
        ("to_string(3)", text("3")),
        ("to_integer(\"0012\")", Scalar::Integer(12)),
        ("to_integer(\"x\")", Scalar::Null),
        ("to_real(\"1.5\")", Scalar::Real(1.5)),
        ("to_integer(3)", Scalar::Integer(3)),
        ("to_date(\"2001-02-29\")", Scalar::Null),
        ("to_string(to_date(\"2001-02-28\"))", text("2001-02-28")),
        ("is_integer(3)", Scalar::Integer(1)),
        ("is_number(\"3\")", Scalar::Integer(0)),
    ]);
}

/// IBM, "Date and time functions", with the base date 1900-01-01.
#[test]
fn dates_follow_ibms_rules() {
    check(&[
        ("date_days_difference(to_date(\"2001-01-01\"), to_date(\"2001-03-01\"))", Scalar::Integer(59)),
        ("date_days_difference(\"2001-03-01\", \"2001-01-01\")", Scalar::Integer(-59)),
        ("date_in_days(\"1900-01-02\")", Scalar::Integer(1)),
        ("date_in_weeks(\"1900-01-15\")", Scalar::Real(2.0)),
        ("date_months_difference(\"2000-01-01\", \"2000-01-31\")", Scalar::Real(30.0 / 30.4375)),
        ("date_before(\"2001-01-01\", \"2001-01-02\")", Scalar::Integer(1)),
        ("datetime_weekday(\"2024-09-01\")", Scalar::Integer(1)),
        ("datetime_month_name(datetime_month(\"2024-09-01\"))", text("September")),
        ("datetime_day_short_name(2)", text("Mon")),
        ("datetime_day_name(8)", Scalar::Null),
        ("datetime_date(2024, 2, 30)", Scalar::Null),
        ("datetime_date(2024, 2, 29)", date("2024-02-29")),
        ("datetime_date(86400)", date("1900-01-02")),
        ("datetime_time(90061)", time("01:01:01")),
        ("datetime_time(1, 2, 3)", time("01:02:03")),
        ("datetime_timestamp(\"2001-02-03 04:05:06\")", timestamp("2001-02-03 04:05:06")),
        ("datetime_timestamp(2001, 2, 3, 4, 5, 6)", timestamp("2001-02-03 04:05:06")),
        (
            "datetime_timestamp(to_date(\"2001-02-03\"), to_time(\"04:05:06\"))",
            timestamp("2001-02-03 04:05:06"),
        ),
        ("datetime_hour(to_timestamp(\"2001-02-03 04:05:06\"))", Scalar::Integer(4)),
        ("time_in_secs(\"01:00:01\")", Scalar::Integer(3601)),
        ("time_hours_difference(\"10:00:00\", \"09:00:00\")", Scalar::Real(-1.0)),
        ("time_before(\"09:00:00\", \"10:00:00\")", Scalar::Integer(1)),
        ("date_iso_week(\"2005-01-01\")", Scalar::Integer(53)),
        ("date_iso_year(\"2005-01-01\")", Scalar::Integer(2004)),
        ("date_from_ywd(2004, 53, 6)", date("2005-01-01")),
        ("date_add_months(1, to_date(\"2024-01-31\"))", date("2024-02-29")),
        ("date_add_years(-1, to_date(\"2024-02-29\"))", date("2023-02-28")),
        ("time_add_seconds(-3, to_time(\"00:00:01\"))", time("23:59:58")),
        ("date_add_weeks(1, to_timestamp(\"2024-01-01 01:00:00\"))", timestamp("2024-01-08 01:00:00")),
    ]);
}

/// Two streams that Modeler wrote: `to_datetime` of a date field is a date field, of a timestamp field a timestamp field.
#[test]
fn to_datetime_keeps_dates_and_timestamps() {
    let columns = [
        ("d", Storage::Date, vec![date("1970-01-02")]),
        ("ts", Storage::Timestamp, vec![timestamp("2016-05-27 00:00:00")]),
    ];
    assert_eq!(evaluate("to_datetime(d)", &columns), [date("1970-01-02")]);
    assert_eq!(evaluate("to_datetime(ts)", &columns), [timestamp("2016-05-27 00:00:00")]);
}

/// IBM, "Date and time functions": with Rollover a later first time belongs to the previous day.
#[test]
fn time_differences_roll_over_where_the_stream_does() {
    let mut context = context(&[]);
    context.settings = Settings { time_rollover: true, ..Settings::default() };
    let found = evaluate_in("time_mins_difference(\"23:00:00\", \"01:00:00\")", &context, &[]);
    assert_eq!(found, [Scalar::Real(120.0)]);
}

/// IBM, "Handling records with system missing values".
#[test]
fn nulls_follow_ibms_rules() {
    let columns = [("x", Storage::Integer, vec![Scalar::Null, Scalar::Integer(1)])];
    let truth =
        |values: [Option<i64>; 2]| values.map(|value| value.map_or(Scalar::Null, Scalar::Integer)).to_vec();
    for (expression, expected) in [
        ("x + 1", [None, Some(2)]),
        ("x = 1", [None, Some(1)]),
        ("x /= 1", [None, Some(0)]),
        ("x = undef", [Some(1), None]),
        ("x /= undef", [Some(0), None]),
        ("x > 0 and 1 = 0", [Some(0), Some(0)]),
        ("x > 0 and x < 5", [None, Some(1)]),
        ("x > 0 or 1 = 1", [Some(1), Some(1)]),
        ("x > 5 or x > 6", [None, Some(0)]),
        ("not(x > 0)", [None, Some(0)]),
        ("@NULL(x)", [Some(1), Some(0)]),
        ("if x > 0 then 1 else 2 endif", [Some(2), Some(1)]),
        ("if x > 0 then 1 elseif @NULL(x) then 3 endif", [Some(3), Some(1)]),
        ("max(x, 5)", [None, Some(5)]),
        ("max_n([x 0])", [Some(0), Some(1)]),
        ("sum_n([x 4])", [Some(4), Some(5)]),
        ("count_nulls([x 1 undef])", [Some(2), Some(1)]),
        ("count_equal(x, [1 2 1])", [None, Some(2)]),
        ("first_non_null([x 7])", [Some(7), Some(1)]),
        ("first_non_null_index([x 7])", [Some(2), Some(1)]),
        ("value_at(x, [8 9])", [None, Some(8)]),
        ("member(x, [1 2])", [Some(0), Some(1)]),
        ("length(undef)", [None, None]),
    ] {
        assert_eq!(evaluate(expression, &columns), truth(expected), "{expression}");
    }
}

/// IBM, "Comparison functions": `=` and `/=` take items of any type. A real stream of 18.6 computes seven branches
/// behind `if (churn = "Yes") then 1 else 0 endif`, where `churn` is an integer.
#[test]
fn no_number_equals_text_that_is_none() {
    let columns = [
        ("churn", Storage::Integer, vec![Scalar::Integer(0), Scalar::Integer(1), Scalar::Null]),
        ("rate", Storage::Real, vec![Scalar::Real(0.5), Scalar::Null, Scalar::Real(1.0)]),
    ];
    assert_eq!(evaluate("if (churn = \"Yes\") then 1 else 0 endif", &columns), integers([0, 0, 0]));
    let (no, yes) = (Scalar::Integer(0), Scalar::Integer(1));
    assert_eq!(evaluate("churn = \"Yes\"", &columns), [no.clone(), no.clone(), Scalar::Null]);
    assert_eq!(evaluate("\"\" /= rate", &columns), [yes.clone(), Scalar::Null, yes]);
    assert_eq!(value("1 = \"one\""), no);
    // What such text is as a number decides; a misspelt field is named; text and numbers have no order.
    for text in ["churn = \"1\"", "churn = 'Yes'", "churn > \"Yes\"", "churn = uppertolower(\"Yes\")"] {
        refusal(text, &columns);
    }
}

/// IBM, "Values and data types": a quoted name that is no field is text.
#[test]
fn single_quotes_mean_a_field_or_else_text() {
    let columns = [("a b", Storage::Integer, integers([1, 2]))];
    assert_eq!(evaluate("if 'a b' = 1 then 'Yes' else 'No' endif", &columns), texts(&["Yes", "No"]));
}

/// IBM, "Special fields" and "Functions available for missing values".
#[test]
fn lists_of_fields_are_expanded() {
    let columns = [
        ("cardtenure", Storage::Integer, vec![Scalar::Null]),
        ("card2tenure", Storage::Integer, integers([5])),
        ("other", Storage::String, texts(&["x"])),
        ("card3tenure", Storage::Real, vec![Scalar::Null]),
    ];
    for (expression, expected) in [
        ("count_nulls(['cardtenure' 'card2tenure' 'card3tenure'])", 2),
        ("count_nulls(@FIELDS_MATCHING('card*'))", 2),
        ("count_nulls(@FIELDS_BETWEEN(cardtenure, other))", 1),
        ("count_non_nulls([@FIELDS_MATCHING(\"card?tenure\"), other])", 2),
    ] {
        assert_eq!(evaluate(expression, &columns), integers([expected]), "{expression}");
    }
}

#[test]
fn errors_point_to_the_place_and_suggest_a_name() {
    let columns = [("Income", Storage::Integer, integers([1]))];
    let error = refusal("1 +\n  Incmoe", &columns);
    assert_eq!(
        error.to_string(),
        "there is no field \"Incmoe\"; did you mean \"Income\"? (line 2, column 3)"
    );
    let error = refusal("lenght(\"a\")", &columns);
    assert!(
        matches!(error.kind, ErrorKind::UnknownFunction { suggestion: Some(name), .. } if name == "length")
    );
    // Errors name text in single quotes that should have been a field.
    for text in ["'Incme' > 3", "'Incme' + 1", "sqrt('Incme')"] {
        let error = refusal(text, &columns);
        assert!(error.to_string().contains("\"Incme\""), "{error}");
    }
    let error = refusal("distance(Income, Income)", &columns);
    assert!(matches!(error.kind, ErrorKind::Unsupported { .. }), "{error}");
    let error = refusal("Income + \"a\"", &columns);
    assert!(matches!(error.kind, ErrorKind::Type { .. }), "{error}");
    let error = refusal("count_nulls(@MULTI_RESPONSE_SET('x'))", &columns);
    assert!(matches!(error.kind, ErrorKind::Unsupported { .. }), "{error}");
    assert!(matches!(refusal("@FIELD > 0", &columns).kind, ErrorKind::NoMeaning { .. }));
}
