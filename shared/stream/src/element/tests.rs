use crate::{Element, ErrorKind, Limits};

fn xml(text: &str) -> crate::Result<Element> {
    Element::read(text.as_bytes(), &Limits::default())
}

fn message(result: crate::Result<Element>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn layout_is_dropped_and_text_kept_exactly() {
    let element = xml("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- note -->\n<a b='1'>\n  \
        <script>x = 1&#13;\n  y &lt; <![CDATA[2 & 3]]> </script>\n  <blank> \t</blank><none/>\n</a>\n")
    .unwrap();
    assert_eq!(element.text_of("script").unwrap(), "x = 1\r\n  y < 2 & 3 ");
    assert_eq!(element.text_of("blank").unwrap(), " \t");
    assert_eq!(element.text_of("none").unwrap(), "");
    assert_eq!(element.elements().count(), 3);
    assert_eq!(element.content().len(), 3);
    assert_eq!(element.attr("b"), Some("1"));
}

#[test]
fn both_encodings_give_the_same_tree() {
    let element =
        xml("<p:a xmlns:p='u'><name>caf\u{e9} &amp; \u{1F34A}</name><x y='&quot;'/>mixed <b/> text</p:a>")
            .unwrap();
    let binary = element.to_fast_infoset().unwrap();
    assert_eq!(Element::read(&binary, &Limits::default()).unwrap(), element);
}

#[test]
fn text_that_xml_cannot_carry_is_escaped_as_modeler_does() {
    let escaped = xml("<name><data encoding=\"hexBinary\">000c000fd83cdf4a</data></name>").unwrap();
    assert_eq!(escaped.text(), "\u{c}\u{f}\u{1F34A}");
    assert_eq!(escaped.elements().count(), 0);

    let binary = escaped.to_fast_infoset().unwrap();
    assert!(binary.windows(9).any(|window| window == b"hexBinary"));
    assert_eq!(Element::read(&binary, &Limits::default()).unwrap(), escaped);

    // Invalid escapes are kept unchanged.
    for odd in ["000", "zzzz", "d800", "+123"] {
        let text = format!("<name><data encoding=\"hexBinary\">{odd}</data></name>");
        assert_eq!(xml(&text).unwrap().elements().count(), 1, "{odd}");
    }
}

#[test]
fn values_are_typed_and_errors_name_the_element() {
    let element = xml("<p><n>12</n><f>maybe</f><r>1.0E-4</r><e/><q s='x'/></p>").unwrap();
    assert_eq!(element.get::<u32>("n").unwrap(), Some(12));
    assert_eq!(element.get::<f64>("r").unwrap(), Some(1e-4));
    assert_eq!(element.get::<String>("e").unwrap().as_deref(), Some(""));
    assert_eq!(element.get::<u32>("absent").unwrap(), None);
    assert_eq!(element.path(["q"]).unwrap().attr("s"), Some("x"));
    let errors = [
        element.get::<bool>("f").unwrap_err(),
        element.get::<u32>("e").unwrap_err(),
        element.require("absent").unwrap_err(),
        element.require_attr("id").unwrap_err(),
        element.child("q").unwrap().get_attr::<u32>("s").unwrap_err(),
    ];
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    value "maybe" is not true or false, in p/f
    value "" is not a whole number from 0, in p/e
    element "absent" is missing, in p
    attribute "id" is missing, in p
    value "x" is not a whole number from 0, in q/@s
    "#);
}

#[test]
fn xml_with_more_than_plain_elements_is_refused() {
    let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
    let refused = [
        laughs,
        "<a>&nbsp;</a>",
        "<a b='&c;'/>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
        "<a><b></a>",
        "<a>",
        "<a/><b/>",
        "text",
        "",
        "<a b='1' b='2'/>",
        "<a>&#x0;</a>",
    ];
    let messages: Vec<_> = refused.iter().map(|text| message(xml(text))).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
    the XML is not well formed or not supported: it has a document type declaration, at byte 51
    the XML is not well formed or not supported: it refers to an entity "nbsp", at byte 9
    the XML is not well formed or not supported: at 1..2: unrecognized entity `c`, at byte 12
    the XML is not well formed or not supported: its encoding is ISO-8859-1, not UTF-8, at byte 43
    the XML is not well formed or not supported: ill-formed document: expected `</b>`, but `</a>` was found, at byte 6
    the XML is not well formed or not supported: the document ends inside element "a"
    the XML is not well formed or not supported: there is a second root element, at byte 8
    the XML is not well formed or not supported: there is text outside the root element, at byte 4
    the XML is not well formed or not supported: there is no root element
    the XML is not well formed or not supported: position 8: duplicated attribute, previous declaration at position 2, at byte 16
    the XML is not well formed or not supported: invalid character reference: 0x0 character is not permitted in XML, at byte 8
    "#);
    let latin = Element::read(b"<a>\xE9</a>", &Limits::default()).unwrap_err();
    assert!(matches!(latin.kind(), ErrorKind::Xml(_)), "{latin}");
}

#[test]
fn deep_and_large_documents_are_refused_in_both_encodings() {
    let deep = "<a>".repeat(100_000);
    let deep_binary = [b"\xE0\0\0\x01\0\x3C\0a".as_slice(), &[0; 100_000]].concat();
    let limits = Limits { document_memory: 100_000, ..Limits::default() };
    let wide = format!("<a>{}</a>", "<b/>".repeat(1000));
    let attributes: String = (0..1000).map(|number| format!(" a{number}=''")).collect();
    let attributes = format!("<a{attributes}/>");
    let messages = [
        message(xml(&deep)),
        message(Element::read(&deep_binary, &Limits::default())),
        message(Element::read(wide.as_bytes(), &limits)),
        message(Element::read(attributes.as_bytes(), &limits)),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r"
    levels of nested elements: 257 is more than the 256 allowed, at byte 771
    more than 256 levels of nesting, at byte 263
    bytes of memory for one document: 100070 is more than the 100000 allowed, at byte 2795
    bytes of memory for one document: 100067 is more than the 100000 allowed, at byte 7894
    ");
}

#[test]
fn an_element_has_no_more_attributes_than_are_allowed() {
    let element = |count: usize| {
        let attributes: String = (0..count).map(|number| format!(" a{number}=''")).collect();
        xml(&format!("<a{attributes}/>"))
    };
    assert_eq!(element(4096).unwrap().attributes().count(), 4096);
    insta::assert_snapshot!(message(element(4097)), @"attributes of one element: 4097 is more than the 4096 allowed, at byte 35767");
}

#[test]
fn sections_comments_and_instructions_round_trip() {
    let element =
        xml("<a><?tool  do it?><b><![CDATA[1 < 2]]> text</b><!-- note --><c d='&#9;\"&#10;'/></a>").unwrap();
    assert_eq!(element.text_of("b").unwrap(), "1 < 2 text");
    let text = String::from_utf8(element.to_xml().unwrap()).unwrap();
    assert!(
        text.contains("<![CDATA[1 < 2]]>")
            && text.contains("<!-- note -->")
            && text.contains("<?tool do it?>")
    );
    assert_eq!(xml(&text).unwrap(), element);
    let binary = element.to_fast_infoset().unwrap();
    assert_eq!(Element::read(&binary, &Limits::default()).unwrap(), element);
    assert!(Element::new("a").is_empty() && xml("<a><!-- note --></a>").unwrap().is_empty());
}

#[test]
fn text_that_xml_forbids_is_refused_or_escaped() {
    let element = Element::new("name").with_text("a\u{c}b]]>\r\n");
    assert_eq!(xml(&String::from_utf8(element.to_xml().unwrap()).unwrap()).unwrap(), element);
    let attribute = Element::new("a").with_attr("b", "\u{1}");
    insta::assert_snapshot!(attribute.to_xml().unwrap_err(), @r#"cannot be written: attribute "b" contains characters that XML forbids"#);
}

/// Found by fuzzing: an escape beside other content became an element on reading.
#[test]
fn control_characters_beside_elements_round_trip_or_fail() {
    let mixed = Element::new("type").with_text("\u{1}").with_leaf("storage", "integer");
    let binary = mixed.to_fast_infoset().unwrap();
    assert_eq!(Element::read(&binary, &Limits::default()).unwrap(), mixed);
    insta::assert_snapshot!(mixed.to_xml().unwrap_err(), @"cannot be written: text beside elements contains characters that XML forbids");
}

/// Found by fuzzing: such documents could be read, but not written.
#[test]
fn control_characters_are_not_xml() {
    let messages = ["<a>\u{1}</a>", "<a b='\u{0}'/>", "<a\u{0}/>", "<a>&#1;</a>", "<a b='&#xFFFF;'/>"];
    let messages = messages.map(|text| message(xml(text)));
    insta::assert_snapshot!(messages.join("\n"), @"
    the XML is not well formed or not supported: it contains a character that XML forbids, at byte 3
    the XML is not well formed or not supported: it contains a character that XML forbids, at byte 6
    the XML is not well formed or not supported: it contains a character that XML forbids, at byte 2
    the XML is not well formed or not supported: it contains a character that XML forbids, at byte 7
    the XML is not well formed or not supported: it contains a character that XML forbids, at byte 17
    ");
}

/// Found by fuzzing: such names could be read, but some of them could not be written.
#[test]
fn invalid_names_are_neither_read_nor_written_as_xml() {
    for name in ["a b", "a?b", "1a", "-", "a\u{D7}", "a\"b"] {
        assert!(Element::new(name).to_xml().is_err(), "{name:?}");
        assert!(Element::new("a").with_attr(name, "").to_xml().is_err(), "{name:?}");
        assert!(xml(&format!("<{name}></{name}>")).is_err(), "{name:?}");
        assert!(xml(&format!("<a {name}=''/>")).is_err(), "{name:?}");
    }
    assert!(Element::new("").to_xml().is_err());
    for name in ["_a", "x:y", "a.b-c1", "\u{E9}", "香水", "a\u{B7}"] {
        assert_eq!(xml(&format!("<{name} {name}='1'/>")).unwrap().attr(name), Some("1"), "{name:?}");
    }
}
