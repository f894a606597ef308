use super::{Delivery, NewNugget};
use crate::nodes::{ModelHeader, TypedNode};
use crate::{Element, ErrorKind, ModelContent, NewModel, StreamFile, write_archive};

const NOW: i64 = 1_582_934_400_000;

/// A source and an SVM builder that reads it, in the form of version 18, with optional further nodes and
/// stream properties.
fn stream(properties: &str, nodes: &str) -> StreamFile {
    let document = format!(
        "<clementineStream date='x' version='18.0'><stream><properties>{properties}</properties><diagram><nodes>\
         <node id='0' uid='idSOURCE' class='com.spss.clementine.component.node.UserInputNode'><properties/></node>\
         <node id='1' uid='idSVM' class='com.spss.clementine.component.node.ExtensionBuildModelNode'\
          saveVersion='18.0' extensionID='spss.svm_id' extensionElementID='buildSVM'><properties>\
          <createdBy>ann</createdBy><_all_probabilities>false</_all_probabilities>\
          <_adjusted_propensity>false</_adjusted_propensity><_raw_propensity>true</_raw_propensity>\
          <_variable_importance>false</_variable_importance><position><x>200</x><y>100</y></position>\
          </properties></node>{nodes}</nodes><links><link srcId='0' dstId='1'/></links></diagram></stream>\
         </clementineStream>"
    );
    StreamFile::open(write_archive([("a.xml", document.as_bytes())]).unwrap()).unwrap()
}

fn nugget(builder: &str) -> NewNugget {
    let header = ModelHeader {
        name: "churn".to_owned(),
        algorithm_name: "SVM".to_owned(),
        build_date: Some(NOW),
        record_count: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
    };
    NewNugget {
        model: NewModel {
            builder: builder.to_owned(),
            header,
            contents: vec![("model".to_owned(), ModelContent::Pmml(b"<PMML/>".to_vec()))],
            inline: Vec::new(),
            build_info: Some(
                Element::new("modelBuildInfo").with_attr("modelBuilderId", "spss.svm_id!buildSVM"),
            ),
            build_settings: Some(Element::new("buildSettings")),
            build_parameters: None,
            saved_at: NOW,
        },
        model_type: Some("Classification".to_owned()),
        options: Vec::new(),
        scoring_parameters: None,
        application: ("Satsuma".to_owned(), "1.0".to_owned()),
    }
}

#[test]
fn a_builder_without_a_nugget_gets_one_and_refreshes_it_from_then_on() {
    let mut file = stream("", "");
    let Delivery::Added(uid) = file.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap() else {
        panic!("not added");
    };
    let file_again = StreamFile::open(file.write().unwrap()).unwrap();
    let diagram = &file_again.stream().diagram;
    let node = diagram.find("churn").unwrap();
    assert_eq!((node.id.0, &node.uid, node.position), (2, &uid, Some((200, 220))));
    assert_eq!(diagram.inputs(node.id).map(|node| node.uid.as_str()).collect::<Vec<_>>(), ["idSOURCE"]);
    assert_eq!(node.property("createdBy").as_deref(), Some("ann"));
    assert_eq!(node.property("_raw_propensity_available").as_deref(), Some("true"));
    let TypedNode::ExtensionApply(svm) = node.typed().unwrap() else {
        panic!("not a nugget of an extension");
    };
    let model = svm.container("model").unwrap();
    assert_eq!(
        (model.content(&file_again).unwrap(), &model.header.name),
        (b"<PMML/>".to_vec(), &"churn".into())
    );

    let next = file.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap();
    assert_eq!(next, Delivery::Refreshed(vec![uid]));
}

#[test]
fn the_same_run_writes_the_same_file() {
    let (mut one, mut two) = (stream("", ""), stream("", ""));
    one.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap();
    two.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap();
    assert_eq!(one.document(), two.document());
}

#[test]
fn a_nugget_whose_link_is_switched_off_stays_and_another_is_added_below_it() {
    let mut file = stream("", "");
    let Delivery::Added(first) = file.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap() else {
        panic!("not added");
    };
    file.edit(|edit| edit.set_property(&first, "refreshLinkState", "TurnOffReplaceLink")).unwrap();
    let before = file.stream().node_by_uid(&first).unwrap().clone();
    let Delivery::Added(second) = file.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap() else {
        panic!("not added");
    };
    assert_eq!(file.stream().node_by_uid(&first), Some(&before));
    assert_eq!(file.stream().node_by_uid(&second).unwrap().position, Some((200, 340)));
}

#[test]
fn a_stream_that_wants_no_new_nuggets_stays_as_it_is() {
    let mut file = stream("<createApplyNodeForNewModels>false</createApplyNodeForNewModels>", "");
    let before = file.document().clone();
    assert_eq!(file.edit(|edit| edit.deliver(&nugget("idSVM"))).unwrap(), Delivery::Nowhere);
    assert_eq!(file.document(), &before);
}

#[test]
fn what_is_not_known_is_refused_by_name_and_nothing_changes() {
    let off = "<createApplyNodeForNewModels>false</createApplyNodeForNewModels>";
    let links = "<createApplyNodeUpdateLinks>createDisabled</createApplyNodeUpdateLinks>";
    let quest = "<node id='7' uid='idQ' class='com.spss.clementine.component.node.CFBuildModelNode'\
        extensionID='spss.tree-extension' extensionObjectID='Quest'><properties/></node>";
    let refused = |mut file: StreamFile, nugget: &NewNugget| {
        let before = file.document().clone();
        let error = file.edit(|edit| edit.add_nugget(nugget)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotAdded { .. } | ErrorKind::NoNode(_)));
        assert_eq!(file.document(), &before);
        error.to_string()
    };
    let without = |change: fn(&mut NewNugget)| {
        let mut nugget = nugget("idSVM");
        change(&mut nugget);
        refused(stream("", ""), &nugget)
    };
    let messages = [
        refused(stream(off, ""), &nugget("idSVM")),
        refused(stream(links, ""), &nugget("idSVM")),
        refused(stream("", quest), &nugget("idQ")),
        refused(stream("", ""), &nugget("idSOURCE")),
        refused(stream("", ""), &nugget("idNONE")),
        without(|nugget| nugget.model.contents.clear()),
        without(|nugget| nugget.model.build_info = None),
        without(|nugget| nugget.model.build_info = Some(Element::new("modelBuildInfo"))),
        without(|nugget| nugget.model.build_settings = None),
        without(|nugget| nugget.model_type = None),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    builder idSVM gets no nugget: the stream's option createApplyNodeForNewModels is off
    builder idSVM gets no nugget: the stream's option createApplyNodeUpdateLinks is "createDisabled"
    builder idQ gets no nugget: what a nugget of CFBuildModelNode[Quest] consists of is not known
    builder idSOURCE gets no nugget: what a nugget of UserInputNode consists of is not known
    there is no node "idNONE"
    builder idSVM gets no nugget: the new model has no model
    builder idSVM gets no nugget: the new model has no modelBuildInfo
    builder idSVM gets no nugget: the modelBuildInfo of the new model is not one of spss.svm_id!buildSVM
    builder idSVM gets no nugget: the new model has no buildSettings
    builder idSVM gets no nugget: the new model has no model type
    "#);
}
