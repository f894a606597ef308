use super::*;

const X: &str = r#"<FieldRef field="x"/>"#;

fn apply(function: &str, arguments: &[&str]) -> String {
    apply_with(function, "", arguments)
}

fn apply_with(function: &str, attributes: &str, arguments: &[&str]) -> String {
    format!(r#"<Apply function="{function}" {attributes}>{}</Apply>"#, arguments.concat())
}

fn constant(text: &str) -> String {
    format!("<Constant>{text}</Constant>")
}

/// The function of one number at `x`.
fn at(function: &str, x: f64) -> Option<f64> {
    numbers(&apply(function, &[X]), &[Some(x)])[0]
}

/// The function of x and y.
fn of(function: &str, x: f64, y: f64) -> Option<f64> {
    numbers(&apply(function, &[X, &constant(&y.to_string())]), &[Some(x)])[0]
}

#[test]
fn arithmetic_is_that_of_doubles() {
    assert_eq!(of("+", 2.5, 4.0), Some(6.5));
    assert_eq!(of("-", 2.5, 4.0), Some(-1.5));
    assert_eq!(of("*", 2.5, 4.0), Some(10.0));
    assert_eq!(of("/", 2.5, 4.0), Some(0.625));
    assert_eq!(of("pow", 2.0, 10.0), Some(1024.0));
    assert_eq!((of("threshold", 2.0, 1.0), of("threshold", 1.0, 1.0)), (Some(1.0), Some(0.0)));
    assert_eq!(
        (of("modulo", 11.0, 4.0), of("modulo", -8.0, 5.0), of("modulo", 8.0, -5.0)),
        (Some(3.0), Some(2.0), Some(-2.0))
    );
    assert_eq!(of("hypot", 3.0, 4.0), Some(5.0));
}

#[test]
fn functions_of_a_number_are_those_of_the_specification() {
    assert_eq!((at("log10", 1000.0), at("ln", 1.0), at("ln1p", 0.0)), (Some(3.0), Some(0.0), Some(0.0)));
    assert_eq!((at("sqrt", 9.0), at("abs", -2.5)), (Some(3.0), Some(2.5)));
    assert_eq!((at("exp", 0.0), at("expm1", 0.0)), (Some(1.0), Some(0.0)));
    assert_eq!((at("floor", -1.5), at("ceil", -1.5)), (Some(-2.0), Some(-1.0)));
    // round: halves upwards; rint: halves to even.
    assert_eq!([2.5, -2.5, 0.49999999999999994].map(|x| at("round", x)), [Some(3.0), Some(-2.0), Some(0.0)]);
    assert_eq!([2.5, 3.5, -2.5].map(|x| at("rint", x)), [Some(2.0), Some(4.0), Some(-2.0)]);
    for function in ["sin", "asin", "sinh", "tan", "atan", "tanh"] {
        assert_eq!(at(function, 0.0), Some(0.0), "{function}");
    }
    assert_eq!((at("cos", 0.0), at("acos", 1.0), at("cosh", 0.0)), (Some(1.0), Some(0.0), Some(1.0)));
    assert_eq!(of("atan2", 0.0, 1.0), Some(0.0));
}

#[test]
fn results_outside_a_functions_domain_are_invalid_or_by_request_missing() {
    assert_eq!(
        (of("/", 1.0, 0.0), at("ln", 0.0), at("sqrt", -1.0), at("exp", 1000.0)),
        (None, None, None, None)
    );
    let zero = constant("0");
    // An invalid result makes dependent results invalid; a missing one can be replaced.
    let spoiled = apply_with("+", r#"mapMissingTo="7" defaultValue="8""#, &[&apply("/", &[X, &zero]), X]);
    assert_eq!(numbers(&spoiled, &[Some(1.0)]), [None]);
    let replaced = apply_with("/", r#"invalidValueTreatment="asMissing" defaultValue="8""#, &[X, &zero]);
    assert_eq!(numbers(&replaced, &[Some(1.0)]), [Some(8.0)]);
    // An unselected branch has no effect.
    let guarded =
        apply("if", &[&apply("equal", &[X, &zero]), &zero, &apply("/", &["<Constant>6</Constant>", X])]);
    assert_eq!(numbers(&guarded, &[Some(0.0), Some(2.0)]), [Some(0.0), Some(3.0)]);
    insta::assert_snapshot!(refused(&apply_with("/", r#"invalidValueTreatment="asIs""#, &[X, &zero])), @r#"PMML/TransformationDictionary/DerivedField[1]/Apply (line 9, column 109): invalidValueTreatment="asIs" is not supported"#);
}

#[test]
fn a_missing_argument_makes_the_result_missing_unless_mapped() {
    let sum = |attributes| apply_with("+", attributes, &[X, "<Constant>1</Constant>"]);
    let x = [Some(1.0), None];
    assert_eq!(numbers(&sum(""), &x), [Some(2.0), None]);
    assert_eq!(numbers(&sum(r#"mapMissingTo="-1""#), &x), [Some(2.0), Some(-1.0)]);
    assert_eq!(numbers(&sum(r#"defaultValue="-2""#), &x), [Some(2.0), Some(-2.0)]);
    assert_eq!(numbers(&sum(r#"mapMissingTo="-1" defaultValue="-2""#), &x), [Some(2.0), Some(-1.0)]);
}

#[test]
fn aggregates_leave_missing_values_out() {
    let data = batch([
        ("x", doubles(&[Some(1.0), Some(4.0), None, None])),
        ("y", doubles(&[Some(2.0), None, Some(6.0), None])),
    ]);
    let aggregate = |function| {
        let arguments = [X, r#"<FieldRef field="y"/>"#, "<Constant>6</Constant>"];
        cells(&evaluate("double", &apply(function, &arguments), &data))
    };
    assert_eq!(aggregate("min"), ["1", "4", "6", "6"]);
    assert_eq!(aggregate("max"), ["6", "6", "6", "6"]);
    assert_eq!(aggregate("sum"), ["9", "10", "12", "6"]);
    assert_eq!(aggregate("avg"), ["3", "5", "6", "6"]);
    assert_eq!(aggregate("median"), ["2", "5", "6", "6"]);
    assert_eq!(aggregate("product"), ["12", "24", "36", "6"]);
    assert_eq!(numbers(&apply("sum", &[X]), &[None]), [None], "of nothing there is no sum");
}

#[test]
fn comparisons_hold_between_values_of_a_kind() {
    let truth = |function: &str, text: &str| {
        let data = batch([("x", doubles(&[Some(1.0), Some(2.0), Some(3.0), None]))]);
        cells(&evaluate("boolean", &apply(function, &[X, &constant(text)]), &data)).join(" ")
    };
    assert_eq!(truth("equal", "2"), "false true false –");
    assert_eq!(truth("notEqual", "2.0"), "true false true –");
    assert_eq!(truth("lessThan", "2"), "true false false –");
    assert_eq!(truth("lessOrEqual", "2"), "true true false –");
    assert_eq!(truth("greaterThan", "2"), "false false true –");
    assert_eq!(truth("greaterOrEqual", "2"), "false true true –");
    let data = batch([("s", texts(&[Some("2"), Some("10"), None])), ("d", dates(&[Some(0), Some(9), None]))]);
    let s = r#"<FieldRef field="s"/>"#;
    // The untyped constant 2 follows the text beside it; texts compare as texts.
    assert_eq!(
        cells(&evaluate("boolean", &apply("equal", &[s, &constant("2")]), &data)),
        ["true", "false", "–"]
    );
    assert_eq!(
        cells(&evaluate("boolean", &apply("lessThan", &[s, &constant("2")]), &data)),
        ["false", "true", "–"]
    );
    let later = apply("greaterThan", &[r#"<FieldRef field="d"/>"#, &constant("1970-01-05")]);
    assert_eq!(cells(&evaluate("boolean", &later, &data)), ["false", "true", "–"]);
    insta::assert_snapshot!(refused(&apply("equal", &[s, X])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): a number stands where a string is needed"#);
    insta::assert_snapshot!(refused(&apply("equal", &[X, r#"<Constant dataType="string">1</Constant>"#])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): a string stands where a number is needed"#);
}

#[test]
fn logic_and_membership_give_truths() {
    let data = batch([
        ("b", truths(&[Some(true), Some(false), None])),
        ("x", doubles(&[Some(1.0), Some(3.0), None])),
    ]);
    let b = r#"<FieldRef field="b"/>"#;
    let truth = |expression: String| cells(&evaluate("boolean", &expression, &data)).join(" ");
    assert_eq!(truth(apply("and", &[b, r#"<Constant dataType="boolean">true</Constant>"#])), "true false –");
    assert_eq!(
        truth(apply("or", &[b, b, r#"<Constant dataType="boolean">false</Constant>"#])),
        "true false –"
    );
    assert_eq!(truth(apply("not", &[b])), "false true –");
    assert_eq!(
        truth(apply("isIn", &[X, "<Constant>1</Constant>", "<Constant>2</Constant>"])),
        "true false –"
    );
    assert_eq!(
        truth(apply("isNotIn", &[X, "<Constant>1</Constant>", "<Constant>2</Constant>"])),
        "false true –"
    );
    insta::assert_snapshot!(refused(&apply("not", &[X])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): a number stands where a boolean is needed"#);
}

#[test]
fn missing_and_invalid_values_can_be_asked_about() {
    let ratio = apply("/", &["<Constant>1</Constant>", X]);
    let data = batch([("x", doubles(&[Some(1.0), Some(0.0), None]))]);
    let truth = |function: &str| cells(&evaluate("boolean", &apply(function, &[&ratio]), &data)).join(" ");
    assert_eq!(truth("isMissing"), "false false true");
    assert_eq!(truth("isNotMissing"), "true true false");
    assert_eq!(truth("isValid"), "true false false");
    assert_eq!(truth("isNotValid"), "false true true");
    insta::assert_snapshot!(refused(&apply_with("isMissing", r#"mapMissingTo="0""#, &[X])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): mapMissingTo on function "isMissing" is not supported"#);
}

#[test]
fn a_choice_takes_one_branch_and_is_missing_without_it() {
    let positive = apply("greaterThan", &[X, "<Constant>0</Constant>"]);
    let x = [Some(1.0), Some(-1.0), None];
    assert_eq!(
        numbers(&apply("if", &[&positive, X, "<Constant>0</Constant>"]), &x),
        [Some(1.0), Some(0.0), None]
    );
    assert_eq!(numbers(&apply("if", &[&positive, X]), &x), [Some(1.0), None, None]);
    let data = batch([("x", doubles(&x)), ("s", texts(&[Some("a"), Some("b"), Some("c")]))]);
    let text = apply("if", &[&positive, r#"<FieldRef field="s"/>"#, &constant("0")]);
    assert_eq!(cells(&evaluate("string", &text, &data)), ["a", "0", "–"]);
    let codes = apply("if", &[&positive, &constant("01"), &constant("02")]);
    assert_eq!(cells(&evaluate("string", &codes, &data)), ["01", "02", "–"]);
    insta::assert_snapshot!(refused(&apply("if", &[X, X, X])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): a number stands where a boolean is needed"#);
}

#[test]
fn texts_are_changed_letter_by_letter() {
    let data = batch([("s", texts(&[Some(" Straße 7 "), None]))]);
    let s = r#"<FieldRef field="s"/>"#;
    let text = |expression: &str| cells(&evaluate("string", expression, &data)).remove(0);
    assert_eq!(text(&apply("uppercase", &[s])), " STRASSE 7 ");
    assert_eq!(text(&apply("lowercase", &[s])), " straße 7 ");
    assert_eq!(text(&apply("trimBlanks", &[s])), "Straße 7");
    assert_eq!(text(&apply("concat", &[s, s])), " Straße 7  Straße 7 ");
    let part = |start, length| text(&apply("substring", &[s, &constant(start), &constant(length)]));
    assert_eq!(
        (part("2", "3"), part("6", "100"), part("2", "0")),
        ("Str".into(), "ße 7 ".into(), String::new())
    );
    assert_eq!(part("0", "3"), "–", "letters count from 1");
    let length = evaluate("integer", &apply("stringLength", &[s]), &data);
    assert_eq!(cells(&length), ["10", "–"]);
}

#[test]
fn days_are_counted_from_a_year() {
    // From the specification: 2003-04-01 is day 15796 since 1960.
    let data = batch([("d", dates(&[Some(12143), None]))]);
    let days = apply("dateDaysSinceYear", &[r#"<FieldRef field="d"/>"#, &constant("1960")]);
    assert_eq!(cells(&evaluate("integer", &days, &data)), ["15796", "–"]);
}

#[test]
fn defined_functions_are_their_bodies_with_arguments() {
    // Like Auto Data Prep: trims outliers.
    let function = r#"<DefineFunction name="trim" optype="continuous" dataType="double">
        <ParameterField name="Var"/><ParameterField name="Method"/><ParameterField name="High"/>
        <Apply function="if">
            <Apply function="and">
                <Apply function="greaterThan"><FieldRef field="Var"/><FieldRef field="High"/></Apply>
                <Apply function="equal"><FieldRef field="Method"/><Constant>asExtremeValues</Constant></Apply>
            </Apply>
            <FieldRef field="High"/><FieldRef field="Var"/>
        </Apply></DefineFunction>"#;
    let trimmed = |method: &str| {
        let call = apply(
            "trim",
            &[X, &format!(r#"<Constant dataType="string">{method}</Constant>"#), "<Constant>3</Constant>"],
        );
        let transformer = compile(&transformations(&[function, &derived("double", &call)].concat())).unwrap();
        cells(&transformer.transform(&batch([("x", doubles(&[Some(2.0), Some(9.0), None]))])).unwrap()[0])
    };
    assert_eq!(trimmed("asExtremeValues"), ["2", "3", "–"]);
    assert_eq!(trimmed("asIs"), ["2", "9", "–"]);
    let outside = function.replace(r#"<FieldRef field="High"/><FieldRef field="Var"/>"#, X);
    let method = r#"<Constant dataType="string">asIs</Constant>"#;
    let call = derived("double", &apply("trim", &[X, method, X]));
    let outside = transformations(&[outside.as_str(), &call].concat());
    insta::assert_snapshot!(compile(&outside).unwrap_err(), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 17, column 34): no parameter "x""#);
}

#[test]
fn functions_that_would_never_end_are_refused() {
    let function = |name: &str, body: &str| {
        format!(
            r#"<DefineFunction name="{name}" optype="continuous"><ParameterField name="p"/>{body}</DefineFunction>"#
        )
    };
    let p = r#"<FieldRef field="p"/>"#;
    let call = derived("double", &apply("f0", &[X]));
    let itself = [function("f0", &apply("f0", &[p])), call.clone()].concat();
    insta::assert_snapshot!(compile(&transformations(&itself)).unwrap_err(), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 186): more than 128 levels of expressions"#);
    // Each calls the next twice: 2⁶⁰ expressions out of 60 lines.
    let mut doubling = call;
    for i in 0..60 {
        let inner = apply(&format!("f{}", i + 1), &[p]);
        doubling += &function(&format!("f{i}"), &apply("+", &[&inner, &inner]));
    }
    doubling += &function("f60", p);
    insta::assert_snapshot!(compile(&transformations(&doubling)).unwrap_err(), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): more than 200000 expressions"#);
}

#[test]
fn unknown_functions_and_wrong_numbers_of_arguments_are_refused_by_name() {
    insta::assert_snapshot!(refused(&apply("x-myFunction", &[X])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): function "x-myFunction" is not supported"#);
    insta::assert_snapshot!(refused(&apply("+", &[X])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): function "+" has 1 arguments instead of 2"#);
    insta::assert_snapshot!(refused(&apply("formatNumber", &[X, &constant("%d")])), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): function "formatNumber" is not supported"#);
}

#[test]
fn times_count_seconds_and_normal_distributions_have_their_values() {
    use arrow_array::{Time64MicrosecondArray, TimestampMicrosecondArray};
    let fields = r#"<DataDictionary><DataField name="when" optype="ordinal" dataType="dateTime"/><DataField name="at" optype="ordinal" dataType="time"/></DataDictionary>"#;
    let field = |name: &str, apply: &str| {
        format!(r#"<DerivedField name="{name}" optype="continuous" dataType="double">{apply}</DerivedField>"#)
    };
    let when = r#"<FieldRef field="when"/>"#;
    let document = pmml(&format!(
        "{fields}<TransformationDictionary>{}{}{}</TransformationDictionary>",
        field("a", &apply("dateSecondsSinceYear", &[when, &constant("1970")])),
        field("b", &apply("dateSecondsSinceMidnight", &[when])),
        field("c", &apply("dateSecondsSinceMidnight", &[r#"<FieldRef field="at"/>"#])),
    ));
    let transformer = crate::fixture::compile(&document).unwrap();
    let when = std::sync::Arc::new(TimestampMicrosecondArray::from(vec![Some(90_000_500_000), None]));
    let at = std::sync::Arc::new(Time64MicrosecondArray::from(vec![Some(3_600_000_000), None]));
    let found = transformer.transform(&batch([("when", when), ("at", at)])).unwrap();
    assert_eq!(
        found.iter().map(|c| cells(c).join(" ")).collect::<Vec<_>>(),
        ["90000.5 –", "3600.5 –", "3600 –"]
    );
    assert_eq!(at_half("stdNormalCDF"), 0.5);
    assert!((at_half("stdNormalPDF") - 0.398_942_280_401_432_7).abs() < 1e-16);
    assert_eq!(at_half("erf"), 0.0);
    let normal =
        |name: &str| numbers(&apply(name, &[X, &constant("10"), &constant("2")]), &[Some(10.0)])[0].unwrap();
    assert_eq!(normal("normalCDF"), 0.5);
    assert!((normal("normalPDF") - 0.398_942_280_401_432_7 / 2.0).abs() < 1e-16);
}

fn at_half(function: &str) -> f64 {
    at(function, 0.0).unwrap()
}
