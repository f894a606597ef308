mod write;

use std::sync::Arc;

use super::{CfParameters, CfValue, DelimitedFileImport, Filter, QuoteMode, Table, TypedNode};
use crate::element::Element;
use crate::node::{Node, NodeBudget};
use crate::{FilterOutcome, Limits, Role, TypeTable, Value};

fn element(xml: &str) -> Element {
    Element::read(xml.as_bytes(), &Limits::default()).unwrap()
}

fn node(class: &str, inside: &str) -> Node {
    let class = format!("com.spss.clementine.component.node.{class}");
    let xml = format!("<node id='7' uid='id7' class='{class}'>{inside}</node>");
    Node::from_element(&Arc::new(element(&xml)), &mut NodeBudget::new(1)).unwrap()
}

#[test]
fn what_is_not_known_is_kept_for_the_engine_to_refuse() {
    let source = node(
        "DelimitedFileImportNode",
        "<properties><name>Var. File</name><singleQuoteMode>sometimes</singleQuoteMode>\
         <delimiterChars>;</delimiterChars><useDelimiterChars>false</useDelimiterChars>\
         <useManualFieldCount>false</useManualFieldCount><manualFieldCount>3</manualFieldCount>\
         <brandNew>1</brandNew><lastSavedBy>me</lastSavedBy></properties>",
    );
    let source = DelimitedFileImport::from_node(&source).unwrap();
    assert_eq!(source.single_quotes, QuoteMode::Other("sometimes".to_owned()));
    assert_eq!((source.delimiters.other.as_str(), source.field_count), ("", None));
    let unknown: Vec<_> = source.unknown.iter().map(|property| &*property.name).collect();
    assert_eq!(unknown, ["brandNew"]);
}

#[test]
fn errors_name_the_node_and_the_property() {
    let label = "<name>Filter</name><autoLabel>false</autoLabel><label>Drop ids</label>";
    let inside = |more: &str| format!("<properties>{label}{more}</properties>");
    let rows = "<filterTable><rows><row><name>a</name><drop>perhaps</drop></row></rows></filterTable>";
    let errors = [
        Filter::from_node(&node("FilterNode", &inside(rows))).unwrap_err(),
        Filter::from_node(&node("FilterNode", &inside(label))).unwrap_err(),
        Filter::from_node(&node("TableNode", &inside(""))).unwrap_err(),
        node("CFApplyModelNode", &inside("")).typed().unwrap_err(),
        node("TypeNode", &inside("<typeTable><rows><row><name>a</name><type/></row></rows></typeTable>"))
            .typed()
            .unwrap_err(),
    ];
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    value "perhaps" is not true or false, in FilterNode "Drop ids"/filterTable/row/drop
    property "name" occurs twice, in FilterNode "Drop ids"
    the node is a TableNode, not a Filter node, in TableNode "Drop ids"
    element "model" is missing, in CFApplyModelNode "Drop ids"
    element "storage" is missing, in TypeNode "Drop ids"/typeTable/row "a"/type
    "#);
}

#[test]
fn names_shown_are_labels_only_if_a_user_set_them() {
    let shown = |properties: &str| {
        let node = node("TableNode", &format!("<properties>{properties}</properties>"));
        node.display_name().to_owned()
    };
    assert_eq!(shown("<name>Table</name><autoLabel>true</autoLabel><label>x</label>"), "Table");
    assert_eq!(shown("<name>Table</name><autoLabel>false</autoLabel><label>x</label>"), "x");
    assert_eq!(shown("<name>Table</name><autoLabel>false</autoLabel><label/>"), "Table");
    assert_eq!(shown(""), "TableNode");
    let disabled = node("TableNode", "<properties><enabled>false</enabled></properties>");
    assert!(!disabled.enabled);
    assert!(Table::from_node(&disabled).unwrap().unknown.is_empty());
    assert_eq!(node("SortNode", "").typed().unwrap(), TypedNode::Other);
}

/// The structure is that of real streams: blanks declared by a user, statistics of the engine, an unusual
/// direction.
#[test]
fn a_type_table_keeps_all_that_rows_can_say() {
    let xml = "<typeTable><defaultValueMode>pass</defaultValueMode><rows>\
        <row><name>age</name><measure>orderedSet</measure><valueMode>local</valueMode>\
        <check>nullify</check><missingEnabled>false</missingEnabled>\
        <missing><enabled>true</enabled><nullIncluded>true</nullIncluded>\
        <whitespaceIncluded>false</whitespaceIncluded><values><value type='A'>?</value></values>\
        <rangeIncluded>false</rangeIncluded></missing>\
        <type><storage>integer</storage><measure>flag</measure>\
        <values><value type='J'>0</value><value type='J'>1</value></values>\
        <truncated>false</truncated><univariateStats saveVersion='2'/>\
        <valueLabels><valueKey type='J'>1</valueKey><valueLabel>yes</valueLabel></valueLabels></type>\
        <direction>0</direction><shade>green</shade></row>\
        <row><name>sex</name></row></rows></typeTable>";
    let table = TypeTable::from_element(&element(xml)).unwrap();
    let [age, sex] = table.rows.as_slice() else {
        panic!("two rows");
    };
    assert_eq!(age.role(), Role::Other("0".to_owned()));
    assert_eq!(sex.role(), Role::Input);
    assert_eq!(age.effective_measure().unwrap().as_str(), "orderedSet");
    assert_eq!(age.unknown, ["shade"]);
    let field_type = age.field_type.as_ref().unwrap();
    assert_eq!(field_type.values, [Value::Long(0), Value::Long(1)]);
    assert_eq!(field_type.labels, [(Value::Long(1), "yes".to_owned())]);
    assert!(field_type.statistics.is_some());
    assert_eq!(age.missing.as_ref().unwrap().values, [Value::Text("?".to_owned())]);
    let mut again = TypeTable::from_element(&table.to_element()).unwrap();
    again.rows[0].unknown.clone_from(&age.unknown);
    assert_eq!(again, table);
}

#[test]
fn a_filter_drops_keeps_and_renames() {
    let filter = node(
        "FilterNode",
        "<properties><filterTable><defaultDrop>true</defaultDrop><rows>\
         <row><name>a</name><drop>false</drop></row><row><name>b</name><rename>c</rename></row>\
         <row><name>d</name><drop>true</drop></row></rows><fieldGroups><newNames/><groups/>\
         </fieldGroups></filterTable></properties>",
    );
    let filter = Filter::from_node(&filter).unwrap().filter_table;
    assert_eq!(filter.outcome("a"), FilterOutcome::Keep);
    assert_eq!(filter.outcome("b"), FilterOutcome::Rename("c"));
    assert_eq!(filter.outcome("d"), FilterOutcome::Drop);
    assert_eq!(filter.outcome("other"), FilterOutcome::Drop);
    assert!(!filter.has_groups);
}

#[test]
fn parameter_files_hold_texts_lists_and_structures() {
    let file = "<Parameters xmlns='http://xml.spss.com/pasw/extension'>\
        <Parameter name='scoring.isConfidence' value='true'/>\
        <Parameter name='empty' value=''/>\
        <Parameter name='fields'><ListValue><Value value='a'/><Value value='b'/></ListValue></Parameter>\
        <Parameter name='names'><StructuredValue><Attribute name='x' value='1'/>\
        <Attribute name='y'><ListValue/></Attribute></StructuredValue></Parameter></Parameters>";
    let parameters = CfParameters::read(file.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(parameters.get("scoring.isConfidence").unwrap(), Some(true));
    assert_eq!(parameters.get::<u32>("empty").unwrap(), None);
    assert_eq!(parameters.get::<u32>("absent").unwrap(), None);
    assert_eq!(parameters.iter().count(), 4);
    let text = |text: &str| CfValue::Text(text.to_owned());
    assert_eq!(parameters.value("fields"), Some(&CfValue::List(vec![text("a"), text("b")])));
    let structure = vec![("x".to_owned(), text("1")), ("y".to_owned(), CfValue::List(vec![]))];
    assert_eq!(parameters.value("names"), Some(&CfValue::Structure(structure)));
    let written = parameters.write().unwrap();
    assert_eq!(CfParameters::read(&written, &Limits::default()).unwrap(), parameters);
    let mut changed = CfParameters::default();
    changed.set("tree.MaxTreeDepth", text("5 & <more>"));
    let written = changed.write().unwrap();
    let again = CfParameters::read(&written, &Limits::default()).unwrap();
    assert_eq!(again.text("tree.MaxTreeDepth"), Some("5 & <more>"));
    let error = parameters.get::<u32>("scoring.isConfidence").unwrap_err();
    insta::assert_snapshot!(error, @r#"value "true" is not a whole number from 0, in scoring.isConfidence"#);
}
