//! Documented algorithm: small documents of our own, evaluated by hand from the definitions at dmg.org.

mod functions;
mod tables;

use super::*;
use crate::fixture::*;

#[test]
fn linear_norm_is_piecewise_and_goes_on_outside() {
    let points =
        r#"<LinearNorm orig="0" norm="0"/><LinearNorm orig="10" norm="1"/><LinearNorm orig="30" norm="5"/>"#;
    let norm =
        |attributes: &str| format!(r#"<NormContinuous field="x" {attributes}>{points}</NormContinuous>"#);
    let x = [Some(-5.0), Some(0.0), Some(5.0), Some(10.0), Some(20.0), Some(30.0), Some(40.0), None];
    let inside = [Some(0.0), Some(0.5), Some(1.0), Some(3.0), Some(5.0)];
    let around = |low, high, missing| {
        let mut cells = vec![low];
        cells.extend(inside);
        cells.extend([high, missing]);
        cells
    };
    assert_eq!(numbers(&norm(""), &x), around(Some(-0.5), Some(7.0), None));
    assert_eq!(numbers(&norm(r#"outliers="asIs""#), &x), around(Some(-0.5), Some(7.0), None));
    assert_eq!(numbers(&norm(r#"outliers="asExtremeValues""#), &x), around(Some(0.0), Some(5.0), None));
    assert_eq!(numbers(&norm(r#"outliers="asMissingValues""#), &x), around(None, None, None));
    let mapped = norm(r#"outliers="asMissingValues" mapMissingTo="9""#);
    assert_eq!(numbers(&mapped, &x), around(Some(9.0), Some(9.0), Some(9.0)));
}

#[test]
fn linear_norm_needs_two_growing_points() {
    let one = r#"<NormContinuous field="x"><LinearNorm orig="0" norm="0"/></NormContinuous>"#;
    insta::assert_snapshot!(refused(one), @"PMML/TransformationDictionary/DerivedField[1]/NormContinuous (line 9, column 109): fewer than two LinearNorm elements");
    let equal = r#"<NormContinuous field="x"><LinearNorm orig="1" norm="0"/><LinearNorm orig="1" norm="1"/></NormContinuous>"#;
    insta::assert_snapshot!(refused(equal), @"PMML/TransformationDictionary/DerivedField[1]/NormContinuous/LinearNorm[2] (line 9, column 166): orig=1 is not greater than the one before");
}

#[test]
fn norm_discrete_tells_one_value_from_all_others() {
    let text = batch([("s", texts(&[Some("a"), Some("A"), Some(""), None]))]);
    let is_a = evaluate("double", r#"<NormDiscrete field="s" value="a"/>"#, &text);
    assert_eq!(cells(&is_a), ["1", "0", "0", "–"]);
    let mapped = evaluate("double", r#"<NormDiscrete field="s" value="a" mapMissingTo="0.5"/>"#, &text);
    assert_eq!(cells(&mapped), ["1", "0", "0", "0.5"]);
    let number = batch([("n", integers(&[Some(1), Some(2), None]))]);
    assert_eq!(
        cells(&evaluate("integer", r#"<NormDiscrete field="n" value="1.0"/>"#, &number)),
        ["1", "0", "–"]
    );
    let truth = batch([("b", truths(&[Some(true), Some(false), None]))]);
    assert_eq!(
        cells(&evaluate("double", r#"<NormDiscrete field="b" value="true"/>"#, &truth)),
        ["1", "0", "–"]
    );
}

#[test]
fn field_ref_and_constant_take_the_type_of_the_field() {
    let data = batch([("s", texts(&[Some("a"), None])), ("d", dates(&[Some(11017), None]))]);
    assert_eq!(cells(&evaluate("string", r#"<FieldRef field="s"/>"#, &data)), ["a", "–"]);
    assert_eq!(cells(&evaluate("string", r#"<FieldRef field="s" mapMissingTo="?"/>"#, &data)), ["a", "?"]);
    assert_eq!(
        cells(&evaluate("date", r#"<FieldRef field="d" mapMissingTo="1970-01-02"/>"#, &data)),
        ["11017", "1"]
    );
    // "01" would be the number 1 if the field were not text.
    assert_eq!(cells(&evaluate("string", "<Constant>01</Constant>", &data)), ["01", "01"]);
    assert_eq!(cells(&evaluate("double", "<Constant>01</Constant>", &data)), ["1", "1"]);
    assert_eq!(cells(&evaluate("double", r#"<Constant missing="true"/>"#, &data)), ["–", "–"]);
    insta::assert_snapshot!(refused(r#"<FieldRef field="s"/>"#), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): a string stands where a number is needed"#);
    insta::assert_snapshot!(refused(r#"<FieldRef field="z"/>"#), @r#"PMML/TransformationDictionary/DerivedField[1] "out" (line 9, column 46): no field "z" among the active and derived ones"#);
}

#[test]
fn an_integer_field_holds_no_fraction() {
    let data = batch([("x", doubles(&[Some(2.0), Some(2.5), None]))]);
    assert_eq!(cells(&evaluate("integer", r#"<FieldRef field="x"/>"#, &data)), ["2", "–", "–"]);
}

#[test]
fn derived_fields_may_stand_in_any_order_but_not_in_a_circle() {
    let field = |name: &str, of: &str| {
        format!(
            r#"<DerivedField name="{name}" optype="continuous" dataType="double">
                <Apply function="+"><FieldRef field="{of}"/><Constant>1</Constant></Apply></DerivedField>"#
        )
    };
    let backwards = [field("c", "b2"), field("b2", "a"), field("a", "x")].concat();
    let transformer = compile(&transformations(&backwards)).unwrap();
    let found = transformer.transform(&batch([("x", doubles(&[Some(0.0)]))])).unwrap();
    assert_eq!(found.iter().map(|c| cells(c).remove(0)).collect::<Vec<_>>(), ["3", "2", "1"]);
    let circle = [field("a", "b2"), field("b2", "c"), field("c", "a")].concat();
    insta::assert_snapshot!(compile(&transformations(&circle)).unwrap_err(), @r#"PMML/TransformationDictionary/DerivedField[3] "c" (line 11, column 103): field "a" is computed from itself"#);
    let twice = [field("a", "x"), field("a", "y")].concat();
    insta::assert_snapshot!(compile(&transformations(&twice)).unwrap_err(), @r#"PMML/TransformationDictionary/DerivedField[2] (line 10, column 103): a second derived field "a""#);
}

#[test]
fn only_the_fields_asked_for_are_computed_and_only_their_inputs_read() {
    let content = r#"
        <DerivedField name="p" optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
        <DerivedField name="q" optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField>
        <DerivedField name="odd" optype="continuous" dataType="double"><Apply function="matches"><FieldRef field="s"/><Constant>a</Constant></Apply></DerivedField>"#;
    let document = Document::parse(transformations(content).as_bytes()).unwrap();
    insta::assert_snapshot!(document.transformer().unwrap_err(), @r#"PMML/TransformationDictionary/DerivedField[3] "odd" (line 12, column 9): function "matches" is not supported"#);
    let transformer = Transformer::select(&document, &["q"]).unwrap();
    let names: Vec<_> = transformer.inputs().iter().map(|i| i.name.as_str()).collect();
    assert_eq!(names, ["y"]);
    assert_eq!(transformer.outputs()[0].arrow_type, arrow_schema::DataType::Float64);
    assert!(Transformer::select(&document, &["z"]).is_err());
}

#[test]
fn a_value_that_the_dictionary_calls_missing_is_missing() {
    let document = pmml(
        r#"<DataDictionary>
            <DataField name="x" optype="continuous" dataType="double"><Value value="-99" property="missing"/></DataField>
            <DataField name="s" optype="categorical" dataType="string"><Value value="a"/><Value value="?" property="missing"/></DataField>
        </DataDictionary><TransformationDictionary>
            <DerivedField name="x2" optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
            <DerivedField name="s2" optype="categorical" dataType="string"><FieldRef field="s"/></DerivedField>
        </TransformationDictionary>"#,
    );
    let data =
        batch([("x", doubles(&[Some(-99.0), Some(1.0)])), ("s", texts(&[Some("?"), Some("unheard of")]))]);
    let found = compile(&document).unwrap().transform(&data).unwrap();
    assert_eq!(cells(&found[0]), ["–", "1"]);
    assert_eq!(cells(&found[1]), ["–", "unheard of"], "no schema says what to do with other values");
}

#[test]
fn columns_convert_where_no_value_changes_and_are_refused_otherwise() {
    use std::sync::Arc;

    use arrow_array::{Float32Array, Int8Array, LargeStringArray, NullArray, StringViewArray};

    let copy = |field: &str, data_type: &str, column: ArrayRef| {
        let expression = format!(r#"<FieldRef field="{field}"/>"#);
        let transformer = compile(&transformations(&derived(data_type, &expression))).unwrap();
        transformer.transform(&batch([(field, column)])).map(|c| cells(&c[0])).map_err(|e| e.to_string())
    };
    let ok = |cells: &[&str]| Ok(cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
    assert_eq!(copy("x", "double", integers(&[Some(1), None])), ok(&["1", "–"]));
    assert_eq!(copy("n", "integer", doubles(&[Some(2.0)])), ok(&["2"]));
    assert_eq!(copy("n", "integer", Arc::new(Int8Array::from(vec![-3]))), ok(&["-3"]));
    assert_eq!(copy("x", "double", Arc::new(Float32Array::from(vec![0.5]))), ok(&["0.5"]));
    assert_eq!(copy("s", "string", Arc::new(LargeStringArray::from(vec!["ä"]))), ok(&["ä"]));
    assert_eq!(
        copy("s", "string", Arc::new(StringViewArray::from(vec!["a text of many letters"]))),
        ok(&["a text of many letters"])
    );
    assert_eq!(copy("s", "string", Arc::new(NullArray::new(2))), ok(&["–", "–"]));
    assert_eq!(copy("b", "boolean", truths(&[Some(true), None])), ok(&["true", "–"]));
    assert_eq!(copy("x", "double", doubles(&[Some(f64::NAN), Some(f64::INFINITY)])), ok(&["–", "–"]));
    insta::assert_snapshot!(copy("x", "double", texts(&[Some("1")])).unwrap_err(), @r#"field "x" is Utf8 in the data, but the model expects double"#);
    insta::assert_snapshot!(copy("s", "string", integers(&[Some(1)])).unwrap_err(), @r#"field "s" is Int64 in the data, but the model expects string"#);
    insta::assert_snapshot!(copy("n", "integer", integers(&[Some(0), Some((1 << 53) + 1)])).unwrap_err(), @r#"field "n", row 1: 9007199254740993 is too large to be computed with exactly"#);
}

#[test]
fn batches_longer_than_a_chunk_are_computed_whole() {
    let rows = 2 * CHUNK + 7;
    let x: Vec<_> = (0..rows).map(|i| (i % 5 != 0).then_some(i as f64)).collect();
    let expression =
        r#"<Apply function="*" mapMissingTo="-1"><FieldRef field="x"/><Constant>2</Constant></Apply>"#;
    let expected: Vec<_> = x.iter().map(|x| x.map_or(Some(-1.0), |x| Some(2.0 * x))).collect();
    assert_eq!(numbers(expression, &x), expected);
    assert_eq!(numbers(expression, &[]), []);
    let names: Vec<_> = (0..rows).map(|i| format!("{}", i % 7)).collect();
    let column = texts(&names.iter().map(|n| Some(n.as_str())).collect::<Vec<_>>());
    let upper =
        r#"<Apply function="concat"><FieldRef field="s"/><Constant dataType="string">!</Constant></Apply>"#;
    let found = cells(&evaluate("string", upper, &batch([("s", column)])));
    assert_eq!(found, names.iter().map(|n| format!("{n}!")).collect::<Vec<_>>());
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let transformer = compile(&transformations(&derived("double", r#"<FieldRef field="x"/>"#))).unwrap();
    let other = transformer.transform(&batch([("y", doubles(&[None]))])).unwrap_err();
    insta::assert_snapshot!(other, @r#"the data have no field "x", which the model needs"#);
    insta::assert_snapshot!(transformer.transform_columns(1, &[]).unwrap_err(), @"the batch does not fit the model: 0 columns for 1 inputs");
    let short = transformer.transform_columns(2, &[doubles(&[None])]).unwrap_err();
    insta::assert_snapshot!(short, @r#"the batch does not fit the model: field "x" has 1 rows, not 2"#);
}
