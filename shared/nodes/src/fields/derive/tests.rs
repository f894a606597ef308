//! Evidence: IBM's documentation of the node, and cases C2 and C6, whose answers were checked by calculation.

use crate::testing_fields::{chain, last_column, refusal};

const AGES: [(&str, &str); 2] = [("Age", "integer"), ("Name", "string")];
const AGE_DATA: &str = "Age,Name\n20,a\n,b\n40,c\n";

#[tokio::test]
async fn a_formula_has_the_storage_of_its_expression() {
    let node = (
        "DeriveNode",
        "<deriveSingleFieldName>Half</deriveSingleFieldName>\
        <deriveFormulaExpression>Age / 8</deriveFormulaExpression>",
        "",
    );
    let lines = chain(&[node], &AGES, AGE_DATA).await;
    assert_eq!(lines, ["Age,Name,Half", "20,a,2.5", "$null$,b,$null$", "40,c,5.0"]);
}

#[tokio::test]
async fn a_flag_is_false_where_its_condition_is_null() {
    let flag = |yes: &str, no: &str| {
        format!(
            "<deriveSingleFieldName>Old</deriveSingleFieldName><deriveType>flag</deriveType>\
        <deriveFlagFieldCondition>Age > 30</deriveFlagFieldCondition>\
        <deriveFlagTrueValue>{yes}</deriveFlagTrueValue><deriveFlagFalseValue>{no}</deriveFlagFalseValue>"
        )
    };
    let lines = chain(&[("DeriveNode", &flag("T", "F"), "")], &AGES, AGE_DATA).await;
    assert_eq!(last_column(&lines), ["F", "F", "T"]);
    // Values that are numbers can be used in calculations.
    let sum = (
        "DeriveNode",
        "<deriveSingleFieldName>Sum</deriveSingleFieldName>\
        <deriveFormulaExpression>Old + 1</deriveFormulaExpression>",
        "",
    );
    let lines = chain(&[("DeriveNode", &flag("1", "0"), ""), sum], &AGES, AGE_DATA).await;
    assert_eq!(last_column(&lines), ["1", "1", "2"]);
}

#[tokio::test]
async fn a_nominal_field_has_the_value_of_its_first_condition() {
    let node = (
        "DeriveNode",
        "<deriveSingleFieldName>Group</deriveSingleFieldName><deriveType>set</deriveType>\
        <deriveSetTable><rows><row><index>1</index><name>all</name><condition>Age > 0</condition></row>\
        <row><index>0</index><name>it's \"old\"</name><condition>Age > 30</condition></row></rows></deriveSetTable>\
        <deriveSetDefaultValue>undef</deriveSetDefaultValue>",
        "",
    );
    let lines = chain(&[node], &AGES, AGE_DATA).await;
    assert_eq!(lines, ["Age,Name,Group", "20,a,all", "$null$,b,$null$", "40,c,\"it's \"\"old\"\"\""]);
}

#[tokio::test]
async fn a_conditional_field_has_the_value_of_its_branch() {
    let node = (
        "DeriveNode",
        "<deriveSingleFieldName>X</deriveSingleFieldName><deriveType>conditional</deriveType>\
        <deriveConditionalIfCondition>Age > 30</deriveConditionalIfCondition>\
        <deriveConditionalThenExpression>Age</deriveConditionalThenExpression>\
        <deriveConditionalElseExpression>0.5</deriveConditionalElseExpression>",
        "",
    );
    let lines = chain(&[node], &AGES, AGE_DATA).await;
    assert_eq!(last_column(&lines), ["0.5", "0.5", "40.0"]);
}

#[tokio::test]
async fn several_fields_are_derived_with_an_extension() {
    let node = |position: &str| {
        format!(
            "<deriveMode>multiple</deriveMode><deriveMultipleFieldList><field>a</field><field>b</field>\
        </deriveMultipleFieldList><deriveMultipleExtensionName>_2</deriveMultipleExtensionName>\
        <deriveMultipleExtensionPosition>{position}</deriveMultipleExtensionPosition>\
        <deriveFormulaExpression>@FIELD * 2 - a</deriveFormulaExpression>"
        )
    };
    let fields = [("a", "integer"), ("b", "integer")];
    let lines = chain(&[("DeriveNode", &node("suffix"), "")], &fields, "a,b\n1,10\n").await;
    assert_eq!(lines, ["a,b,a_2,b_2", "1,10,1,19"]);
    let lines = chain(&[("DeriveNode", &node("prefix"), "")], &fields, "a,b\n1,10\n").await;
    assert_eq!(lines, ["a,b,_2a,_2b", "1,10,1,19"]);
}

#[tokio::test]
async fn a_field_that_is_there_is_not_derived_again() {
    let node = (
        "DeriveNode",
        "<deriveSingleFieldName>Age</deriveSingleFieldName>\
        <deriveFormulaExpression>1</deriveFormulaExpression>",
        "",
    );
    assert!(refusal(&[node], &AGES, AGE_DATA).await.contains("the field name \"Age\" occurs twice"));
}

#[tokio::test]
async fn geospatial_fields_are_refused_by_property_and_value() {
    let node = (
        "DeriveNode",
        "<deriveSingleFieldName>X</deriveSingleFieldName>\
        <deriveFormulaExpression>1</deriveFormulaExpression>\
        <deriveFormulaFieldMeasure>geospatial</deriveFormulaFieldMeasure>",
        "",
    );
    let message = refusal(&[node], &AGES, AGE_DATA).await;
    assert!(message.contains("deriveFormulaFieldMeasure") && message.contains("geospatial"), "{message}");
}

/// C6: the count is 0 in the record that switches the state on.
#[tokio::test]
async fn a_count_resets_in_the_record_after_the_state_ends() {
    let state = (
        "DeriveNode",
        "<deriveSingleFieldName>state</deriveSingleFieldName><deriveType>state</deriveType>\
        <deriveStateOnCondition>B = 1</deriveStateOnCondition><deriveStateOffCondition>A = 1</deriveStateOffCondition>\
        <deriveStateOnValue>1</deriveStateOnValue><deriveStateOffValue>0</deriveStateOffValue>",
        "",
    );
    let count = (
        "DeriveNode",
        "<deriveSingleFieldName>count</deriveSingleFieldName><deriveType>count</deriveType>\
        <deriveCountInitialValue>-1</deriveCountInitialValue>\
        <deriveCountIncrementCondition>state = 1</deriveCountIncrementCondition>\
        <deriveCountResetCondition>state = 0</deriveCountResetCondition>",
        "",
    );
    let data = "A,B\n0,0\n0,1\n0,0\n1,0\n0,0\n0,1\n0,0\n,\n";
    let lines = chain(&[state, count], &[("A", "integer"), ("B", "integer")], data).await;
    assert_eq!(last_column(&lines), ["-1", "0", "1", "-1", "-1", "0", "1", "2"]);
}

/// The count of a real stream (customers in a row), which increases and resets depending on the previous
/// record.
#[tokio::test]
async fn a_count_looks_back_at_earlier_records() {
    let count = (
        "DeriveNode",
        "<deriveSingleFieldName>n</deriveSingleFieldName><deriveType>count</deriveType>\
        <deriveCountInitialValue>1</deriveCountInitialValue>\
        <deriveCountIncrementCondition>@OFFSET(id,1) = @OFFSET(id,0)</deriveCountIncrementCondition>\
        <deriveCountResetCondition>@OFFSET(id,1) /= @OFFSET(id,0)</deriveCountResetCondition>",
        "",
    );
    let lines = chain(&[count], &[("id", "string")], "id\na\na\na\nb\nb\n").await;
    assert_eq!(last_column(&lines), ["1", "2", "3", "1", "2"]);
}

#[tokio::test]
async fn a_count_by_real_numbers_is_real() {
    let count = (
        "DeriveNode",
        "<deriveSingleFieldName>n</deriveSingleFieldName><deriveType>count</deriveType>\
        <deriveCountIncrementByExpression>Age / 2</deriveCountIncrementByExpression>\
        <deriveCountIncrementCondition>Age > 0</deriveCountIncrementCondition>",
        "",
    );
    let lines = chain(&[count], &AGES, AGE_DATA).await;
    assert_eq!(last_column(&lines), ["10.0", "10.0", "30.0"]);
}
