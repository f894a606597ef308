use super::{ModelerFile, ModelerFileKind};
use crate::{RecordColumn, RecordTable, RecordValues, StreamBuilder, write_archive};

fn open(document: &str, side_files: &[(&str, &[u8])]) -> crate::Result<ModelerFile> {
    let main = [("x.xml", document.as_bytes())];
    let files = main.iter().chain(side_files).copied();
    ModelerFile::open(write_archive(files).unwrap())
}

const NUGGET: &str = "<node class='com.spss.clementine.component.node.ApplyC5RuleNode' uid='id1'>\
    <properties><name>Drug</name></properties></node>";

#[test]
fn palettes_and_nodes_hold_nodes() {
    let palette =
        format!("<clementineModelPalette><models>{NUGGET}{NUGGET}</models></clementineModelPalette>");
    let ModelerFileKind::Palette(nodes) = open(&palette, &[]).unwrap().kind().clone() else {
        panic!("not a palette");
    };
    assert_eq!((nodes.len(), nodes[1].display_name()), (2, "Drug"));
    let node = format!("<clementineNode>{NUGGET}</clementineNode>");
    let ModelerFileKind::Node(nodes) = open(&node, &[]).unwrap().kind().clone() else {
        panic!("not a node");
    };
    assert_eq!(nodes[0].node_type.class(), "ApplyC5RuleNode");
}

/// The structure is that of files written by Modeler 18.0 and 18.6.
#[test]
fn models_of_palettes_and_saved_models_are_read() {
    let model = "<model class='com.spss.clementine.component.node.ChaidRuleOutput'>\
        <modelBuildInfo modelBuilderId='BuildChaidRuleNode'/><properties><name>Age</name>\
        <model class='com.spss.clementine.component.model.RuleTreeModel' pmml='data/0001.dat'>\
        <algorithmName>CHAID</algorithmName></model></properties></model>";
    let palette = format!(
        "<clementineModelPalette><modelPalette>{model}{model}</modelPalette></clementineModelPalette>"
    );
    let saved = format!("<clementineModel>{model}</clementineModel>");
    for (document, count) in [(palette, 2), (saved, 1)] {
        let file = open(&document, &[]).unwrap();
        let ModelerFileKind::Palette(models) = file.kind() else { panic!("no models") };
        assert_eq!((models.len(), models[0].display_name()), (count, "Age"));
        assert_eq!(models[0].node_type.class(), "ChaidRuleOutput");
        assert_eq!(models[0].model_header().unwrap().unwrap().algorithm_name, "CHAID");
    }
}

#[test]
fn an_output_has_its_records() {
    let values = RecordValues::Text(vec![Some("yes".to_owned()), None]);
    let column = RecordColumn { name: "answer".to_owned(), letter: 'A', values };
    let table = RecordTable { columns: vec![column] };
    let document = "<clementineOutput><output class='com.spss.clementine.component.node.TableOutput'>\
        <properties><name>Table</name><builderNodeId>id7</builderNodeId></properties>\
        <data file='data/0001.dat'/></output></clementineOutput>";
    let file = open(document, &[("data/0001.dat", &table.write().unwrap())]).unwrap();
    let ModelerFileKind::Output(output) = file.kind() else {
        panic!("not an output");
    };
    assert_eq!((output.class.as_str(), output.builder.as_deref()), ("TableOutput", Some("id7")));
    assert_eq!(file.table(&output.tables[0]).unwrap(), table);
    assert_eq!(file.write().unwrap(), ModelerFile::open(file.write().unwrap()).unwrap().write().unwrap());
}

#[test]
fn a_stream_is_one_kind_and_other_documents_are_none() {
    let stream = ModelerFile::open(StreamBuilder::new("a").write().unwrap()).unwrap();
    assert!(matches!(stream.kind(), ModelerFileKind::Stream(_)));
    insta::assert_snapshot!(open("<html/>", &[]).unwrap_err(), @r#"the file is not a stream: its root element is "html", entry "x.xml""#);
    insta::assert_snapshot!(open("<clementineOutput/>", &[]).unwrap_err(), @r#"element "output" is missing, in clementineOutput, entry "x.xml""#);
}
