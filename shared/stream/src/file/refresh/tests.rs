use super::{ModelContent, NewModel};
use crate::nodes::{ModelHeader, OutputField, OutputRole, SvmOptions, TypedNode};
use crate::{
    Element, ErrorKind, Field, FieldType, Measure, ScfContainer, Storage, StreamBuilder, StreamFile,
    write_archive,
};

const OLD: &str = "<PMML version=\"4.2\">old</PMML>";
const NEW: &str = "<PMML version=\"4.3\">new</PMML>";
/// The time of the refresh; its date is `2020-02-29 00:00:00`.
const NOW: i64 = 1_582_934_400_000;

fn header(name: &str, built: i64) -> ModelHeader {
    let output = OutputField {
        name: format!("$P-{name}"),
        field_type: FieldType::new(Storage::String, Measure::Flag),
        role: Some(OutputRole::PredictedValue),
        target_field: Some(name.to_owned()),
        tag: None,
    };
    ModelHeader {
        name: name.to_owned(),
        algorithm_name: "any".to_owned(),
        build_date: Some(built),
        record_count: Some(7),
        inputs: vec![Field::new("age", Storage::Integer, Measure::Range)],
        outputs: vec![output],
    }
}

fn model(builder: &str, slot: &str) -> NewModel {
    NewModel {
        builder: builder.to_owned(),
        header: header("churn", NOW),
        contents: vec![(slot.to_owned(), ModelContent::Pmml(NEW.as_bytes().to_vec()))],
        inline: Vec::new(),
        build_info: Some(Element::new("modelBuildInfo").with_attr("modelBuilderId", "mine")),
        build_settings: Some(Element::new("buildSettings")),
        build_parameters: None,
        saved_at: NOW,
    }
}

/// A neural net and a support vector machine, each linked to a builder of its own. A copy of the latter has
/// an inactive link.
fn deployed() -> StreamFile {
    let mut stream = StreamBuilder::new("deployed");
    let source = stream.delimited_file("in.csv", &[]);
    let svm = stream.svm_nugget(OLD, &header("churn", 1), true).unwrap();
    let copy = stream.svm_nugget(OLD, &header("churn", 1), true).unwrap();
    let net =
        stream.neural_net_nugget(OLD, &header("churn", 1), &[("scoring.isConfidence", "true")]).unwrap();
    stream.label(svm, "My machine").set(svm, "builderNodeId", "idSVM").set(copy, "builderNodeId", "idSVM");
    stream.set(svm, "refreshLinkState", "TurnOnReplaceLink").set(
        copy,
        "refreshLinkState",
        "TurnOffReplaceLink",
    );
    stream.set(net, "builderNodeId", "idNET").set(net, "refreshLinkState", "TurnOnReplaceLink");
    let table = stream.table();
    stream.link(source, svm).link(svm, copy).link(copy, net).link(net, table).score_with(table);
    let mut file = StreamFile::open(stream.write().unwrap()).unwrap();
    file.edit(|edit| {
        edit.document_mut().set_attr("date", "2017-05-31 10:13:01");
        edit.set_stream_property("lastSavedDate", "1496225581194")
    })
    .unwrap();
    file
}

#[test]
fn a_refresh_replaces_the_models_of_active_links_and_nothing_else() {
    let mut file = deployed();
    let before = file.clone();
    let refreshed = file.edit(|edit| edit.refresh(&model("idSVM", "model"))).unwrap();
    assert_eq!(refreshed, ["id1"]);

    let again = StreamFile::open(file.write().unwrap()).unwrap();
    let stream = again.stream();
    let TypedNode::ExtensionApply(svm) = stream.diagram.find("My machine").unwrap().typed().unwrap() else {
        panic!("not a nugget of an extension");
    };
    let container = svm.container("model").unwrap();
    assert_eq!(container.content(&again).unwrap(), NEW.as_bytes());
    assert_eq!(container.header, header("churn", NOW));
    assert!(SvmOptions::from_nugget(&svm).unwrap().raw_propensity, "scoring options stay");
    assert_eq!(stream.element().text_of("none"), None);
    assert_eq!(again.document().attr("date"), Some("2020-02-29 00:00:00"));
    assert_eq!(again.document().attr("version"), before.document().attr("version"));

    // All other nodes, all links, and the other side files are unchanged.
    for (now, then) in stream.diagram.nodes().iter().zip(before.stream().diagram.nodes()) {
        assert_eq!((now.id, &now.uid, &now.position), (then.id, &then.uid, &then.position));
        assert_eq!(now.element() == then.element(), then.uid != "id1");
    }
    assert_eq!(stream.diagram.links(), before.stream().diagram.links());
    for name in ["data/0002.dat", "data/0003.dat", "data/0004.dat"] {
        assert_eq!(again.entry(name).unwrap(), before.entry(name).unwrap());
    }
}

#[test]
fn a_net_loses_the_reports_of_its_old_model() {
    let mut file = deployed();
    let report = file
        .edit(|edit| {
            let report = edit.add_side_file(b"report of the old model".to_vec())?;
            let container = Element::new("container").with_attr("containerData", report.as_str());
            edit.node_mut("id3")?.push_child(container.with_leaf("containerName", "StatXML"));
            Ok(report)
        })
        .unwrap();
    file.edit(|edit| edit.replace_model("id3", &model("idNET", "PMML"))).unwrap();
    let again = StreamFile::open(file.write().unwrap()).unwrap();
    let TypedNode::CfApply(net) = again.stream().diagram.find("id3").unwrap().typed().unwrap() else {
        panic!("not a net");
    };
    assert_eq!(net.pmml(&again).unwrap(), NEW.as_bytes());
    assert_eq!((net.containers.len(), net.header.build_date), (1, Some(NOW)));
    assert_eq!(net.parameters(&again).unwrap().text("scoring.isConfidence"), Some("true"));
    assert!(!again.archive().contains(&report));
    let model = file.entry(&net.containers[0].entry).unwrap();
    assert!(ScfContainer::is_scf(&model));
}

#[test]
fn models_that_a_builder_does_not_refresh_are_refused_and_nothing_changes() {
    let mut file = deployed();
    let before = file.document().clone();
    let mut refused = |nugget: &str, builder: &str, slot: &str| {
        file.edit(|edit| edit.replace_model(nugget, &model(builder, slot))).unwrap_err().to_string()
    };
    let messages = [
        refused("id2", "idSVM", "model"),
        refused("id3", "idSVM", "PMML"),
        refused("id0", "idSVM", "model"),
        refused("id9", "idSVM", "model"),
        refused("id1", "idSVM", "report"),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    the model of nugget id2 is not replaced: its link to the builder is not active
    the model of nugget id3 is not replaced: another node built it
    the model of nugget id0 is not replaced: another node built it
    there is no node "id9"
    the model container cannot be read: the nugget has no container "report"
    "#);
    assert_eq!(file.document(), &before);
    assert!(file.edit(|edit| edit.refresh(&model("idNobody", "pmml"))).unwrap().is_empty());
}

#[test]
fn a_tree_is_replaced_whole_or_not_at_all() {
    let document = "<clementineStream date='x'><stream><properties/><diagram><nodes>\
        <node id='1' uid='idC5' class='com.spss.clementine.component.node.ApplyC5RuleNode'><properties>\
        <builderNodeId>idB</builderNodeId><refreshLinkState>TurnOnReplaceLink</refreshLinkState>\
        <scoreMode>voting</scoreMode><model class='RuleTreeModel' pmml='data/0001.dat'><name>old</name>\
        <formats><key>a</key></formats><root><old/></root></model><spssSpvFileData byteArray='data/0002.dat'/>\
        </properties></node>\
        </nodes></diagram></stream></clementineStream>";
    let files: [(&str, &[u8]); 3] =
        [("a.xml", document.as_bytes()), ("data/0001.dat", OLD.as_bytes()), ("data/0002.dat", b"tables")];
    let mut file = StreamFile::open(write_archive(files).unwrap()).unwrap();
    let mut new = model("idB", "pmml");
    let error = file.edit(|edit| edit.replace_model("idC5", &new)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotRefreshed { .. }));
    insta::assert_snapshot!(error, @"the model of nugget idC5 is not replaced: the new model has no root");

    new.inline = vec![Element::new("root").with_child(Element::new("new"))];
    file.edit(|edit| edit.replace_model("idC5", &new)).unwrap();
    let again = StreamFile::open(file.write().unwrap()).unwrap();
    assert_eq!(again.entry("data/0001.dat").unwrap(), NEW.as_bytes());
    assert!(again.entry(again.main_entry()).unwrap().starts_with(b"<?xml"), "the encoding stays");
    let node = again.stream().diagram.find("idC5").unwrap();
    // Tables of the output viewer would show the old model.
    assert!(node.property("spssSpvFileData").is_none() && again.entry("data/0002.dat").is_err());
    let model = node.element().path(["properties", "model"]).unwrap();
    assert!(model.path(["root", "new"]).is_some() && model.path(["root", "old"]).is_none());
    assert!(model.path(["formats", "key"]).is_some());
    assert_eq!(model.text_of("name").unwrap(), "churn");
    assert_eq!(node.property("scoreMode").as_deref(), Some("voting"));
}
