use std::sync::Arc;

use super::{element, node};
use crate::node::{Node, NodeBudget};
use crate::nodes::{CfParameters, FieldSeparator, OutputMode, QuoteMode, SuperNode, TypedNode, UnusedFields};
use crate::{Element, Field, FilterRow, Limits, Measure, Parameter, Role, Storage, TypeRow, Value};

fn of(element: Element) -> Node {
    Node::from_element(&Arc::new(element), &mut NodeBudget::new(1)).unwrap()
}

/// Changes a typed node, writes it into its element, and reads it again.
fn changed(node: &Node, change: impl FnOnce(&mut TypedNode)) -> (TypedNode, Node) {
    let mut typed = node.typed().unwrap();
    assert_eq!(&typed.write_into(node).unwrap(), node.element(), "unchanged, it is equal");
    change(&mut typed);
    let written = of(typed.write_into(node).unwrap());
    assert_eq!(written.typed().unwrap(), typed);
    (typed, written)
}

#[test]
fn a_source_is_written_where_it_changed_and_nowhere_else() {
    let source = node(
        "DelimitedFileImportNode",
        "<properties><name>In</name><odd>1</odd><inputFileName>a.csv</inputFileName><delimiterChars>;</delimiterChars>\
         <typeTable><rows><row><name>a</name><shade>green</shade><direction>out</direction></row></rows></typeTable>\
         </properties><extra/>",
    );
    let (_, written) = changed(&source, |typed| {
        let TypedNode::DelimitedFileImport(source) = typed else { panic!("no source") };
        source.input_file_name = "b.csv".to_owned();
        source.delimiters.other = "|".to_owned();
        source.delimiters.tab = true;
        source.single_quotes = QuoteMode::Include;
        source.field_count = Some(7);
        source.imported_fields = vec![Field::new("a", Storage::Integer, Measure::Range)];
        source.type_table.rows[0].direction = Some(Role::Input);
        source.type_table.rows.push(TypeRow::new("b"));
    });
    insta::assert_snapshot!(String::from_utf8(written.element().to_xml().unwrap()).unwrap());
}

#[test]
fn tables_keep_rows_that_did_not_change_and_what_is_not_known_of_those_that_did() {
    let filter = node(
        "FilterNode",
        "<properties><filterTable><defaultDrop>false</defaultDrop><rows><row><name>a</name><drop>true</drop><x/>\
         </row><row><name>b</name><rename>c</rename></row></rows><fieldGroups><groups/></fieldGroups>\
         </filterTable></properties>",
    );
    let (_, written) = changed(&filter, |typed| {
        let TypedNode::Filter(filter) = typed else { panic!("no filter") };
        filter.filter_table.rows.remove(1);
        filter.filter_table.rows.push(FilterRow { name: "d".to_owned(), drop: true, rename: None });
    });
    let table = written.properties().unwrap().child("filterTable").unwrap();
    assert!(table.path(["fieldGroups", "groups"]).is_some());
    assert!(table.path(["rows", "row", "x"]).is_some());

    let types = node(
        "TypeNode",
        "<properties><typeTable><defaultValueMode>pass</defaultValueMode><rows><row><name>a</name>\
         <shade>green</shade><check>nullify</check></row></rows></typeTable></properties>",
    );
    let (_, written) = changed(&types, |typed| {
        let TypedNode::Type(types) = typed else { panic!("no types") };
        types.type_table.rows[0].check = None;
        types.type_table.rows[0].measure = Some(Measure::Flag);
    });
    let row = written.element().path(["properties", "typeTable", "rows", "row"]).unwrap();
    assert_eq!(row.text_of("shade").unwrap(), "green");
}

#[test]
fn outputs_supernodes_and_preparations_are_written() {
    changed(&node("TableNode", "<properties><outputName>x</outputName></properties>"), |typed| {
        let TypedNode::Table(table) = typed else { panic!("no table") };
        table.output_mode = OutputMode::File;
        table.output_name = Some("result".to_owned());
        table.output_file_path = Some("out.txt".to_owned());
    });
    changed(&node("TextFileExportNode", "<properties/>"), |typed| {
        let TypedNode::TextFileExport(export) = typed else { panic!("no export") };
        export.field_separator = FieldSeparator::Custom;
        export.other_separator = "~".to_owned();
        export.include_field_names = false;
    });
    changed(&node("AutoDataPrepNode", "<properties><old>1</old></properties>"), |typed| {
        let TypedNode::AutoDataPrep(prep) = typed else { panic!("no preparation") };
        prep.analysis_pmml = Some("<PMML/>".to_owned());
        prep.unused_fields = UnusedFields::SetDirectionNone;
        prep.input_fields = vec!["a".to_owned(), "b".to_owned()];
        prep.settings.clear();
    });
    let (typed, _) = changed(&node("MutableSuperNode", "<properties/><diagram/>"), |typed| {
        let TypedNode::SuperNode(node) = typed else { panic!("no supernode") };
        node.script = "pass".to_owned();
        node.parameters = vec![Parameter {
            name: "limit".to_owned(),
            long_name: "Upper limit".to_owned(),
            value: Some(Value::Integer(5)),
            storage: Some(Storage::Integer),
            measure: Some(Measure::Typeless),
            prompt: true,
        }];
    });
    assert!(matches!(typed, TypedNode::SuperNode(node) if SuperNode::clone(&node).parameters.len() == 1));
}

#[test]
fn nuggets_are_written() {
    let net = "<node id='1' class='a.CFApplyModelNode' extensionID='e' extensionObjectID='neuralnetmodel'>\
        <properties><model class='m'><name>old</name><recordCount>5</recordCount><formats/></model></properties>\
        <container containerData='data/0001.dat'><containerName>PMML</containerName></container></node>";
    let (_, written) = changed(&of(element(net)), |typed| {
        let TypedNode::CfApply(net) = typed else { panic!("no net") };
        net.header.name = "new".to_owned();
        net.header.record_count = None;
        net.header.inputs = vec![Field::new("a", Storage::Real, Measure::Range)];
        net.containers[0].entry = "data/0002.dat".to_owned();
        net.builder = Some("idB".to_owned());
    });
    let model = written.element().path(["properties", "model"]).unwrap();
    assert!(model.child("formats").is_some() && model.attr("class") == Some("m"));

    let svm = "<node id='1' class='a.ExtensionApplyModelNode' extensionID='e' extensionElementID='applySVM'>\
        <properties><_raw_propensity>false</_raw_propensity></properties><contentContainers><containers>\
        <container name='model' class='c'><content typeID='t' content='data/0001.dat'/><more/></container>\
        </containers></contentContainers></node>";
    let (_, written) = changed(&of(element(svm)), |typed| {
        let TypedNode::ExtensionApply(svm) = typed else { panic!("no machine") };
        svm.containers[0].header.algorithm_name = "SVM".to_owned();
        svm.containers[0].contents[0].entry = "data/0002.dat".to_owned();
        svm.containers[0].model_type = Some("Classification".to_owned());
    });
    let path = ["contentContainers", "containers", "container"];
    assert!(written.element().path(path).unwrap().child("more").is_some());
}

#[test]
fn a_typed_node_is_not_written_into_one_of_another_type() {
    let filter = node("FilterNode", "<properties/>").typed().unwrap();
    let error =
        filter.write_into(&node("TableNode", "<properties><name>Table</name></properties>")).unwrap_err();
    insta::assert_snapshot!(error, @r#"the node is a TableNode, not a Filter node, in TableNode "Table""#);
}

/// Found by fuzzing: a root without attributes got some.
#[test]
fn a_parameter_file_without_attributes_is_written_without() {
    let bare = CfParameters::read(b"<Parameters/>", &Limits::default()).unwrap();
    let again = CfParameters::read(&bare.write().unwrap(), &Limits::default()).unwrap();
    assert_eq!(again, bare);
    assert_ne!(bare, CfParameters::default());
}
