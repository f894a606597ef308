use crate::{Element, Limits, StreamBuilder, StreamFile, write_archive};

fn message(files: &[(&str, &[u8])]) -> String {
    let bytes = write_archive(files.iter().copied()).unwrap();
    StreamFile::open(bytes).unwrap_err().to_string()
}

/// The smallest valid stream, in the plain XML of version 12.
const PLAIN: &str = "<?xml version='1.0' encoding='UTF-8'?><clementineStream version='12.0'>\
    <stream saveVersion='12.0'><properties><name>old</name></properties>\
    <diagram><nodes/><links/></diagram></stream></clementineStream>";

#[test]
fn plain_xml_of_version_12_opens_and_keeps_its_side_files() {
    let files: [(&str, &[u8]); 3] =
        [("old.xml", PLAIN.as_bytes()), ("data/0001.dat", b"model"), ("meta/index.xml", b"<contentIndex/>")];
    let file = StreamFile::open(write_archive(files).unwrap()).unwrap();
    assert_eq!(file.stream().name, "old");
    assert_eq!(file.stream().save_version, "12.0");
    assert_eq!(file.entry("data/0001.dat").unwrap(), b"model");
    assert_eq!(file.archive().names().count(), 3);
    insta::assert_snapshot!(file.stream().scoring_branch().unwrap_err(), @r#"the stream has no scoring branch: set one in the deployment options of the stream, or use a terminal node's "Use as scoring branch""#);
}

#[test]
fn a_scoring_branch_that_dangles_is_an_error_of_its_own() {
    let deployed =
        PLAIN.replace("<name>old</name>", "<scnScoringTerminalNode>id1ABC</scnScoringTerminalNode>");
    let bytes = write_archive([("a.xml", deployed.as_bytes())]).unwrap();
    let file = StreamFile::open(bytes).unwrap();
    insta::assert_snapshot!(file.stream().scoring_branch().unwrap_err(), @"the end of the scoring branch, node id1ABC, is not in the stream");
}

#[test]
fn files_that_are_no_streams_are_refused_with_the_reason() {
    let node = "<clementineNode/>";
    let no_diagram = "<clementineStream><stream><properties/></stream></clementineStream>";
    let odd_value = PLAIN.replace("<name>old</name>", "<timeRollover>perhaps</timeRollover>");
    let odd_node = PLAIN.replace("<nodes/>", "<nodes><node id='1' uid='a'/></nodes>");
    let inner = "<node id='4' class='x.y.MutableSuperNode'><properties><name>Prepare</name>\
        </properties><diagram><nodes/><links><link srcId='1' dstId='2'/></links></diagram></node>";
    let inner = PLAIN.replace("<nodes/>", &format!("<nodes>{inner}</nodes>"));
    let deep = format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000));
    let entities = "<!DOCTYPE a [<!ENTITY b \"ha\">]><a>&b;</a>";
    let messages = [
        StreamFile::open(b"{\\rtf1}".to_vec()).unwrap_err().to_string(),
        message(&[]),
        message(&[("data/0001.dat", b"x")]),
        message(&[("a.xml", PLAIN.as_bytes()), ("b.xml", PLAIN.as_bytes())]),
        message(&[("a.xml", b"\xE0\0\0\x01\0\x3C\x05ab")]),
        message(&[("a.xml", b"not xml")]),
        message(&[("a.xml", node.as_bytes())]),
        message(&[("a.xml", no_diagram.as_bytes())]),
        message(&[("a.xml", odd_value.as_bytes())]),
        message(&[("a.xml", odd_node.as_bytes())]),
        message(&[("a.xml", inner.as_bytes())]),
        message(&[("a.xml", deep.as_bytes())]),
        message(&[("a.xml", entities.as_bytes())]),
        message(&[("a.xml", &vec![b' '; 2 << 20])]),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    not a readable zip archive (missing end of central directory); a stream file is one
    a stream file holds one .xml entry at its root; found none
    a stream file holds one .xml entry at its root; found none
    a stream file holds one .xml entry at its root; found a.xml, b.xml
    the document ends too early, at byte 9, entry "a.xml"
    the XML is not well formed or not supported: there is text outside the root element, at byte 7, entry "a.xml"
    the file is not a stream: its root element is "clementineNode", entry "a.xml"
    element "diagram" is missing, in stream, entry "a.xml"
    value "perhaps" is not true or false, in stream/properties/timeRollover, entry "a.xml"
    attribute "class" is missing, in stream/diagram/node 1/node, entry "a.xml"
    a link refers to node 1, which is not in the diagram, in stream/diagram/MutableSuperNode "Prepare"/diagram, entry "a.xml"
    levels of nested elements: 257 is more than the 256 allowed, at byte 771, entry "a.xml"
    the XML is not well formed or not supported: it has a document type declaration, at byte 31, entry "a.xml"
    compression ratio of one entry: 1021 is more than the 200 allowed, entry "a.xml"
    "#);
}

#[test]
fn limits_can_be_set() {
    let bytes = StreamBuilder::new("a").write().unwrap();
    let tight = [
        Limits { file_bytes: 100, ..Limits::default() },
        Limits { entry_bytes: 100, ..Limits::default() },
        Limits { document_bytes: 100, ..Limits::default() },
        Limits { document_memory: 1000, ..Limits::default() },
        Limits { depth: 3, ..Limits::default() },
    ];
    let messages =
        tight.map(|limits| StreamFile::open_with(bytes.clone(), limits).unwrap_err().kind().to_string());
    let words: Vec<_> = messages.iter().map(|message| message.split(':').next().unwrap()).collect();
    insta::assert_snapshot!(words.join("\n"), @r"
    bytes in the file
    bytes in one entry
    bytes in one document
    bytes of memory for one document
    more than 3 levels of nesting
    ");
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let bytes = StreamBuilder::new("a").write().unwrap();
    for length in 0..bytes.len() {
        assert!(StreamFile::open(bytes[..length].to_vec()).is_err(), "{length}");
    }
}

/// Engines share an opened file between threads.
#[test]
fn files_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<StreamFile>();
    shared::<Element>();
}

#[test]
fn an_edit_that_fails_or_leaves_no_stream_changes_nothing() {
    let mut file = StreamFile::open(StreamBuilder::new("a").write().unwrap()).unwrap();
    let before = file.write().unwrap();
    let failing = file.edit(|edit| {
        edit.add_side_file(b"lost".to_vec())?;
        edit.set_property("idNone", "a", "b")
    });
    insta::assert_snapshot!(failing.unwrap_err(), @r#"there is no node "idNone""#);
    let breaking = file.edit(|edit| {
        edit.document_mut().child_mut("stream").unwrap().retain_children(|child| child.name() != "diagram");
        Ok(())
    });
    insta::assert_snapshot!(breaking.unwrap_err(), @r#"element "diagram" is missing, in stream, entry "a.xml""#);
    assert_eq!(file.write().unwrap(), before);
    assert_eq!(file.entry_names().count(), 1);
}

#[test]
fn side_files_are_numbered_on_replaced_and_removed() {
    let mut stream = StreamBuilder::new("a");
    stream.side_file(vec![1; 100]);
    stream.side_file(vec![2; 100]);
    let mut file = StreamFile::open(stream.write().unwrap()).unwrap();
    let added = file
        .edit(|edit| {
            edit.remove_side_file("data/0002.dat");
            edit.put_side_file("data/0001.dat", b"one".to_vec())?;
            assert_eq!(edit.side_file("data/0001.dat")?, b"one");
            assert!(edit.side_file("data/0002.dat").is_err());
            // Used numbers are never reused, because references to them may remain.
            edit.add_side_file(b"three".to_vec())
        })
        .unwrap();
    assert_eq!(added, "data/0003.dat");
    let again = StreamFile::open(file.write().unwrap()).unwrap();
    assert_eq!(again.archive().names().collect::<Vec<_>>(), ["a.xml", "data/0001.dat", "data/0003.dat"]);
    assert_eq!(again.entry("data/0001.dat").unwrap(), b"one");
    for name in ["../x", "a.xml", "", "/x", "a\\b"] {
        let refused = file.edit(|edit| edit.put_side_file(name, Vec::new()));
        assert!(matches!(refused.unwrap_err().kind(), crate::ErrorKind::UnsafeName(_)), "{name}");
    }
}
