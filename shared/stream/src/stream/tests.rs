use crate::diagram::Comment;
use crate::{Designation, Element, Limits, RefreshLink, Stream, StreamFile, Value, write_archive};

const DOCUMENT: &str = "<clementineStream version='18.0' date='2017-05-31 10:13:01'><stream saveVersion='18.0'>\
    <properties><keywords/><name>old</name><script/><scnScoringTerminalNode>idT</scnScoringTerminalNode>\
    <scnModelBuildNode>idGONE</scnModelBuildNode>\
    <parameterTable><rows><row><name>limit</name><value type='I'>5</value><longName>Limit</longName>\
    <type><storage>integer</storage><measure>typeless</measure><values/></type><prompt>true</prompt><x/></row></rows>\
    </parameterTable><globalsTable><rows><row><name>age</name><ave><value type='D'>41.5</value>\
    <timestamp>7</timestamp></ave></row></rows></globalsTable></properties>\
    <diagram><nodes><node id='1' uid='idS' class='a.DelimitedFileImportNode'><properties><name>In</name>\
    <position><x>10</x><y>20</y></position></properties></node>\
    <node id='2' uid='idU' class='a.MutableSuperNode'><properties><name>Prepare</name></properties><diagram><nodes>\
    <node id='1' uid='idN' class='a.ApplyC5RuleNode'><properties><builderNodeId>idB</builderNodeId>\
    <refreshLinkState>TurnOnReplaceLink</refreshLinkState></properties></node></nodes></diagram></node>\
    <node id='3' uid='idT' class='a.TableNode'><properties/></node>\
    <node id='4' uid='idB' class='a.BuildC5RuleNode'><properties/></node></nodes>\
    <links><link srcId='1' dstId='2' more='kept'/><link srcId='2' dstId='3'/></links>\
    <comments><comment uid='c'><properties><text>Why?</text><idList><value>idS</value></idList></properties>\
    </comment></comments><terminalNodeOrder><node id='3'/></terminalNodeOrder></diagram></stream></clementineStream>";

fn stream() -> Stream {
    Stream::from_document(&document(), &Limits::default()).unwrap()
}

fn document() -> Element {
    Element::read(DOCUMENT.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn a_graph_that_was_not_changed_is_its_document() {
    assert_eq!(stream().to_document().unwrap(), document());
}

#[test]
fn a_graph_that_was_changed_is_its_document_with_the_changes() {
    let mut changed = stream();
    changed.name = "new".to_owned();
    changed.properties.script = "print(1)".to_owned();
    changed.properties.maximum_set_size = None;
    changed.parameters[0].value = Some(Value::Integer(6));
    changed.globals[0].mean = Some(Value::Real(42.0));
    let source = changed.diagram.find("In").unwrap().id;
    let node = changed.diagram.node_mut(source).unwrap();
    (node.label, node.position, node.enabled) = (Some("Customers".to_owned()), Some((30, 40)), false);
    let inner = changed.diagram.find("Prepare").unwrap().id;
    let inner = changed.diagram.node_mut(inner).unwrap().inner.as_mut().unwrap();
    let nugget = inner.nodes()[0].id;
    inner.node_mut(nugget).unwrap().cache_enabled = true;
    changed.diagram.add_comment(Comment::new("New", (5, 6), (100, 20), &["idT".to_owned()]));

    let document = changed.to_document().unwrap();
    let again = Stream::from_document(&document, &Limits::default()).unwrap();
    assert_eq!(again.properties, changed.properties);
    assert_eq!(again.parameters, changed.parameters);
    assert_eq!(again.globals[0].mean, changed.globals[0].mean);
    assert_eq!(again.diagram.links(), changed.diagram.links());
    assert_eq!(again.diagram.comments(), changed.diagram.comments());
    insta::assert_snapshot!(String::from_utf8(document.to_xml().unwrap()).unwrap());
}

#[test]
fn a_changed_graph_is_put_into_its_file() {
    let mut file = StreamFile::open(write_archive([("a.xml", DOCUMENT.as_bytes())]).unwrap()).unwrap();
    let mut changed = file.stream().clone();
    changed.properties.script = "print(1)".to_owned();
    file.edit(|edit| edit.set_stream(&changed)).unwrap();
    let again = StreamFile::open(file.write().unwrap()).unwrap();
    assert_eq!(again.stream().properties, changed.properties);
}

#[test]
fn ties_and_designations_are_followed_into_supernodes() {
    let stream = stream();
    let [tie] = stream.ties().try_into().unwrap();
    assert_eq!((tie.nugget.uid.as_str(), tie.builder.unwrap().uid.as_str()), ("idN", "idB"));
    assert_eq!(tie.link, RefreshLink::On);
    assert!(matches!(stream.scoring_terminal(), Designation::Node(node) if node.uid == "idT"));
    assert_eq!(stream.model_builder(), Designation::Dangling("idGONE"));
    assert_eq!(stream.scoring_model(), Designation::Unset);
}
