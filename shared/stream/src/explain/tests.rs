use super::explain;
use crate::nodes::{ModelHeader, OutputField, OutputRole};
use crate::{Field, FieldType, Measure, Storage, StreamBuilder, StreamFile, write_archive};

fn header() -> ModelHeader {
    let output = OutputField {
        name: "$S-churn".to_owned(),
        field_type: FieldType::new(Storage::String, Measure::Flag),
        role: Some(OutputRole::PredictedValue),
        target_field: Some("churn".to_owned()),
        tag: None,
    };
    ModelHeader {
        name: "churn".to_owned(),
        algorithm_name: "SVM".to_owned(),
        build_date: Some(1_470_814_114_436),
        record_count: Some(7043),
        inputs: vec![Field::new("tenure", Storage::Integer, Measure::Range)],
        outputs: vec![output],
    }
}

#[test]
fn a_stream_is_explained_as_clients_get_it() {
    let mut stream = StreamBuilder::new("churn");
    let fields = [Field::new("tenure", Storage::Integer, Measure::Range)];
    let source = stream.delimited_file("C:\\data\\in.csv", &fields);
    let nugget = stream.svm_nugget("<PMML/>", &header(), true).unwrap();
    let table = stream.table();
    stream.label(source, "Customers").set(nugget, "builderNodeId", "idGONE");
    stream.set(nugget, "refreshLinkState", "TurnOnReplaceLink");
    stream.link(source, nugget).link(nugget, table).score_with(table);
    let mut file = StreamFile::open(stream.write().unwrap()).unwrap();
    file.edit(|edit| {
        edit.set_stream_property("lastSavedDate", "1470917738506")?;
        edit.set_stream_property("script", "print('hello')\r\n")?;
        edit.set_stream_property("scnModelBuildNode", "idGONE")
    })
    .unwrap();
    insta::assert_json_snapshot!(explain(&file));
}

#[test]
fn supernodes_are_explained_and_problems_listed() {
    let inner = "<diagram><nodes><node id='1' uid='idIN' class='a.DelimitedFileImportNode'>\
        <properties><name>In</name></properties><importedFields><field><name>x</name><type/></field>\
        </importedFields></node></nodes></diagram>";
    let node = format!(
        "<node id='1' uid='idS' class='a.MutableSuperNode'><properties><name>Prepare</name>\
         <script>pass</script><scriptLanguage>python</scriptLanguage></properties>{inner}</node>"
    );
    let document = format!(
        "<clementineStream version='18.0'><stream saveVersion='18.0'><properties/><diagram><nodes>{node}</nodes>\
         <comments><comment><properties><text>Why</text><idList><value>idS</value></idList></properties>\
         </comment></comments></diagram></stream></clementineStream>"
    );
    let bytes = write_archive([("a.xml", document.as_bytes())]).unwrap();
    let explanation = explain(&StreamFile::open(bytes).unwrap());
    let node = &explanation.diagram.nodes[0];
    assert_eq!(node.inside.as_ref().unwrap().nodes[0].family, "source");
    assert_eq!(explanation.scripts[0].super_node.as_deref(), Some("idS"));
    assert_eq!(explanation.diagram.comments[0].nodes, ["idS"]);
    // A supernode without a terminal node runs nothing.
    assert_eq!((explanation.terminals.len(), explanation.sources.len()), (0, 0));
    insta::assert_snapshot!(explanation.problems.join("\n"), @r#"element "storage" is missing, in DelimitedFileImportNode "In"/importedFields/x/type"#);
}
