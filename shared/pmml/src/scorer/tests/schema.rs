use super::*;

/// A model that predicts x + 1000·[s is "b"], so that its result shows the treatment of x and s.
fn mirror(x: &str, s: &str) -> Result<Scorer, PmmlError> {
    scorer(&pmml(&format!(
        r#"<DataDictionary>
            <DataField name="x" optype="continuous" dataType="double"><Interval closure="closedClosed" leftMargin="0" rightMargin="100"/><Value value="-1" property="missing"/></DataField>
            <DataField name="s" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/><Value value="bad" property="invalid"/><Value value="?" property="missing"/></DataField>
            <DataField name="t" optype="continuous" dataType="double"/>
        </DataDictionary>
        <SupportVectorMachineModel functionName="regression" svmRepresentation="Coefficients">
          <MiningSchema><MiningField name="x" {x}/><MiningField name="s" {s}/><MiningField name="t" usageType="target"/><MiningField name="w" usageType="supplementary"/></MiningSchema>
          <LocalTransformations><DerivedField name="is b" optype="continuous" dataType="double"><NormDiscrete field="s" value="b"/></DerivedField></LocalTransformations>
          <LinearKernelType/>
          <VectorDictionary><VectorFields><FieldRef field="x"/><FieldRef field="is b"/></VectorFields></VectorDictionary>
          <SupportVectorMachine><Coefficients><Coefficient value="1"/><Coefficient value="1000"/></Coefficients></SupportVectorMachine>
        </SupportVectorMachineModel>"#
    )))
}

/// The treatment of values of x if s = "a".
fn x(attributes: &str) -> String {
    let x = [Some(50.0), Some(150.0), Some(-1.0), None];
    let data = batch([("x", doubles(&x)), ("s", texts(&[Some("a"); 4]))]);
    cells(mirror(attributes, "").unwrap().score(&data).unwrap().predicted()).join(" ")
}

/// The treatment of values of s if x = 0.
fn s(attributes: &str) -> String {
    let s = [Some("a"), Some("b"), Some("bad"), Some("unlisted"), Some("?"), None];
    let data = batch([("x", doubles(&[Some(0.0); 6])), ("s", texts(&s))]);
    cells(mirror("", attributes).unwrap().score(&data).unwrap().predicted()).join(" ")
}

#[test]
fn supplementary_fields_are_no_inputs() {
    let scorer = mirror("", "").unwrap();
    let names: Vec<_> = scorer.inputs().iter().map(|i| i.name.as_str()).collect();
    assert_eq!(names, ["x", "s"]);
    assert_eq!(scorer.target().unwrap().name, "t");
    assert_eq!(scorer.predicted_type(), arrow_schema::DataType::Float64);
}

#[test]
fn invalid_and_missing_values_make_no_prediction_unless_treated() {
    assert_eq!(x(""), "50 – – –");
    assert_eq!(s(""), "0 1000 – – – –");
}

#[test]
fn invalid_values_may_be_used_replaced_or_missing() {
    assert_eq!(x(r#"invalidValueTreatment="asIs""#), "50 150 – –");
    assert_eq!(x(r#"invalidValueTreatment="asValue" invalidValueReplacement="7""#), "50 7 – –");
    assert_eq!(x(r#"invalidValueTreatment="asMissing" missingValueReplacement="8""#), "50 8 8 8");
    assert_eq!(s(r#"invalidValueTreatment="asIs""#), "0 1000 0 0 – –");
    assert_eq!(s(r#"invalidValueTreatment="asValue" invalidValueReplacement="b""#), "0 1000 1000 1000 – –");
    let replaced = r#"invalidValueTreatment="asMissing" missingValueReplacement="b""#;
    assert_eq!(s(replaced), "0 1000 1000 1000 1000 1000");
}

#[test]
fn missing_values_may_be_replaced() {
    assert_eq!(x(r#"missingValueReplacement="8" missingValueTreatment="asMean""#), "50 – 8 8");
    assert_eq!(x(r#"missingValueTreatment="returnInvalid""#), "50 – – –");
    assert_eq!(s(r#"missingValueReplacement="b""#), "0 1000 – – 1000 1000");
}

#[test]
fn numbers_outside_a_range_may_be_cut_off_or_missing() {
    let range = r#"lowValue="60" highValue="90""#;
    assert_eq!(x(&format!(r#"outliers="asExtremeValues" {range}"#)), "60 – – –");
    assert_eq!(x(&format!(r#"outliers="asMissingValues" {range} missingValueReplacement="8""#)), "8 – 8 8");
    assert_eq!(x(&format!(r#"outliers="asIs" {range}"#)), "50 – – –");
}

#[test]
fn an_invalid_input_counts_even_where_the_model_maps_missing_ones() {
    // Like IBM's support vector machines: mapMissingTo on the indicator of a category.
    let document = pmml(&format!(
        r#"{DATA}<SupportVectorMachineModel functionName="regression" svmRepresentation="Coefficients">
          <MiningSchema><MiningField name="s"/><MiningField name="amount" usageType="target"/></MiningSchema>
          <LocalTransformations><DerivedField name="s=b" optype="continuous" dataType="double">
            <MapValues defaultValue="0" mapMissingTo="0" outputColumn="out"><FieldColumnPair column="value" field="s"/>
              <InlineTable><row><value>b</value><out>1</out></row></InlineTable></MapValues></DerivedField></LocalTransformations>
          <LinearKernelType/>
          <VectorDictionary><VectorFields><FieldRef field="s=b"/></VectorFields></VectorDictionary>
          <SupportVectorMachine><Coefficients><Coefficient value="1"/></Coefficients></SupportVectorMachine>
        </SupportVectorMachineModel>"#
    ));
    let data = batch([("s", texts(&[Some("a"), Some("b"), None, Some("unlisted")]))]);
    assert_eq!(cells(scorer(&document).unwrap().score(&data).unwrap().predicted()), ["0", "1", "0", "–"]);
}

#[test]
fn contradictory_schemas_are_refused() {
    let refused = |x: &str| mirror(x, "").unwrap_err().to_string();
    insta::assert_snapshot!(refused(r#"invalidValueTreatment="asValue""#), @"PMML/SupportVectorMachineModel/MiningSchema/MiningField[1] (line 7, column 25): no attribute invalidValueReplacement");
    insta::assert_snapshot!(refused(r#"invalidValueTreatment="guess""#), @r#"PMML/SupportVectorMachineModel/MiningSchema/MiningField[1] (line 7, column 25): invalidValueTreatment="guess" is not supported"#);
    insta::assert_snapshot!(refused(r#"missingValueReplacement="eight""#), @r#"DataField "x": "eight" does not suit the field's data type"#);
    insta::assert_snapshot!(refused(r#"outliers="asExtremeValues""#), @"PMML/SupportVectorMachineModel/MiningSchema/MiningField[1] (line 7, column 25): no attribute lowValue");
    insta::assert_snapshot!(refused(r#"usageType="target""#), @"PMML/SupportVectorMachineModel (line 6, column 9): a second target is not supported");
    insta::assert_snapshot!(refused(r#"usageType="supplementary""#), @r#"PMML/SupportVectorMachineModel (line 6, column 9): no field "x" among the active and derived ones"#);
}

#[test]
fn categories_have_the_type_of_the_target() {
    let document = pmml(
        r#"<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
            <DataField name="flag" optype="categorical" dataType="integer"><Value value="1"/><Value value="0"/></DataField></DataDictionary>
        <SupportVectorMachineModel functionName="classification" svmRepresentation="Coefficients" maxWins="true">
          <MiningSchema><MiningField name="x"/><MiningField name="flag" usageType="target"/></MiningSchema><LinearKernelType/>
          <VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields></VectorDictionary>
          <SupportVectorMachine targetCategory="1" alternateTargetCategory="0"><Coefficients><Coefficient value="1"/></Coefficients></SupportVectorMachine>
        </SupportVectorMachineModel>"#,
    );
    let flags = scorer(&document).unwrap();
    assert_eq!(flags.predicted_type(), arrow_schema::DataType::Int64);
    let scores = flags.score(&batch([("x", doubles(&[Some(1.0), Some(-1.0), None]))])).unwrap();
    assert_eq!(scores.predicted().data_type(), &arrow_schema::DataType::Int64);
    assert_eq!(cells(scores.predicted()), ["1", "0", "–"]);
    let odd = document.replace(r#"targetCategory="1""#, r#"targetCategory="one""#);
    insta::assert_snapshot!(refused_model(&odd), @r#"PMML/SupportVectorMachineModel (line 3, column 9): category "one" is no integer"#);
}
