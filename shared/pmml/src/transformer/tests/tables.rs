use super::*;

fn map(attributes: &str, pairs: &[(&str, &str)], rows: &[&[(&str, &str)]]) -> String {
    let pairs: String =
        pairs.iter().map(|(f, c)| format!(r#"<FieldColumnPair field="{f}" column="{c}"/>"#)).collect();
    let row = |cells: &&[(&str, &str)]| {
        let cells: String = cells.iter().map(|(c, v)| format!("<{c}>{v}</{c}>")).collect();
        format!("<row>{cells}</row>")
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        r#"<MapValues outputColumn="o" {attributes}>{pairs}<InlineTable>{rows}</InlineTable></MapValues>"#
    )
}

#[test]
fn map_values_looks_up_texts() {
    let data = batch([("s", texts(&[Some("a"), Some("b"), Some("c"), None]))]);
    let rows: &[&[_]] = &[&[("i", "a"), ("o", "1")], &[("i", "b"), ("o", "2")], &[("i", "b"), ("o", "3")]];
    let table = |attributes| map(attributes, &[("s", "i")], rows);
    assert_eq!(cells(&evaluate("double", &table(""), &data)), ["1", "2", "–", "–"]);
    let mapped = table(r#"defaultValue="0" mapMissingTo="9""#);
    assert_eq!(cells(&evaluate("double", &mapped, &data)), ["1", "2", "0", "9"]);
    assert_eq!(cells(&evaluate("string", &mapped, &data)), ["1", "2", "0", "9"]);
    assert_eq!(cells(&evaluate("integer", &mapped, &data)), ["1", "2", "0", "9"]);
}

#[test]
fn map_values_looks_up_numbers_as_numbers() {
    let data = batch([("n", integers(&[Some(1), Some(0), Some(2)]))]);
    let rows: &[&[_]] = &[&[("i", "1.0"), ("o", "one")], &[("i", "-0"), ("o", "zero")]];
    assert_eq!(cells(&evaluate("string", &map("", &[("n", "i")], rows), &data)), ["one", "zero", "–"]);
    let rows: &[&[_]] = &[&[("i", "one"), ("o", "1")]];
    insta::assert_snapshot!(refused(&map("", &[("n", "i")], rows)), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): "one" does not suit the field's data type"#);
}

#[test]
fn map_values_over_several_fields_needs_all_of_them() {
    let data = batch([
        ("s", texts(&[Some("a"), Some("a"), Some("b"), None])),
        ("n", integers(&[Some(1), Some(2), Some(1), Some(1)])),
        ("b", truths(&[Some(true); 4])),
    ]);
    let rows: &[&[_]] = &[
        &[("i", "a"), ("j", "1"), ("k", "true"), ("o", "first")],
        &[("i", "b"), ("j", "1"), ("k", "true"), ("o", "second")],
    ];
    let table =
        map(r#"defaultValue="other" mapMissingTo="missing""#, &[("s", "i"), ("n", "j"), ("b", "k")], rows);
    assert_eq!(cells(&evaluate("string", &table, &data)), ["first", "other", "second", "missing"]);
    let open: &[&[_]] = &[&[("i", "a"), ("o", "1")]];
    insta::assert_snapshot!(refused(&map("", &[("s", "i"), ("n", "j")], open)), @r#"PMML/TransformationDictionary/DerivedField[1]/MapValues/InlineTable/row[1] (line 9, column 229): no column "j""#);
}

#[test]
fn a_table_inside_a_function_must_have_a_type() {
    let rows: &[&[_]] = &[&[("i", "a"), ("o", "1")]];
    let sum = |attributes| {
        let table = map(attributes, &[("s", "i")], rows);
        format!(r#"<Apply function="+">{table}<Constant>1</Constant></Apply>"#)
    };
    insta::assert_snapshot!(refused(&sum("")), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): MapValues without dataType inside a function is not supported"#);
    let data = batch([("s", texts(&[Some("a")]))]);
    assert_eq!(cells(&evaluate("double", &sum(r#"dataType="double""#), &data)), ["2"]);
}

#[test]
fn discretize_supports_all_closures_and_open_ends() {
    let bin = |value: &str, closure: &str, margins: &str| {
        format!(
            r#"<DiscretizeBin binValue="{value}"><Interval closure="{closure}" {margins}/></DiscretizeBin>"#
        )
    };
    let bins = [
        bin("low", "openOpen", r#"rightMargin="0""#),
        bin("zero", "closedClosed", r#"leftMargin="0" rightMargin="0""#),
        bin("small", "openClosed", r#"leftMargin="0" rightMargin="1""#),
        bin("gap", "openOpen", r#"leftMargin="1" rightMargin="2""#),
        bin("high", "closedOpen", r#"leftMargin="3" rightMargin="4""#),
    ]
    .concat();
    let of = |attributes: &str| format!(r#"<Discretize field="x" {attributes}>{bins}</Discretize>"#);
    let x = [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0].map(Some);
    let data = batch([("x", doubles(&[x.as_slice(), &[None]].concat()))]);
    let found = cells(&evaluate("string", &of(""), &data));
    assert_eq!(found, ["low", "zero", "small", "small", "gap", "–", "high", "–", "–"]);
    let found = cells(&evaluate("string", &of(r#"defaultValue="out" mapMissingTo="none""#), &data));
    assert_eq!(found, ["low", "zero", "small", "small", "gap", "out", "high", "out", "none"]);
}

#[test]
fn norm_discrete_reads_categories_of_discretize() {
    let content = r#"
        <DerivedField name="size" optype="categorical" dataType="string">
            <Discretize field="x" defaultValue="big"><DiscretizeBin binValue="small"><Interval closure="openOpen" rightMargin="1"/></DiscretizeBin></Discretize>
        </DerivedField>
        <DerivedField name="out" optype="continuous" dataType="double"><NormDiscrete field="size" value="small"/></DerivedField>"#;
    let data = batch([("x", doubles(&[Some(0.0), Some(1.0), None]))]);
    let found = compile(&transformations(content)).unwrap().transform(&data).unwrap();
    assert_eq!(cells(&found[1]), ["1", "0", "–"]);
}
