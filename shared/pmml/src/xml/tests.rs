use super::*;

fn error(text: &str) -> String {
    parse(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_document_becomes_a_tree_without_namespaces() {
    let text = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n\
        <!-- a comment --><p:a xmlns:p='urn:x' xmlns='urn:y' xsi:z='1' b='1 &lt; &#x32;'>\n \
        <c>x &amp;<![CDATA[ <y>]]></c><c/></p:a>";
    let root = parse(text.as_bytes()).unwrap();
    assert_eq!(root.name, "a");
    assert_eq!(root.attributes, [("b".to_owned(), "1 < 2".to_owned())]);
    assert_eq!(root.text, "", "indentation is nothing");
    assert_eq!(root.position, Position { line: 2, column: 19 });
    let texts: Vec<_> = root.children.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["x & <y>", ""]);
    assert_eq!(root.children[1].position.line, 3);
}

#[test]
fn hostile_documents_are_refused_with_a_place_and_a_reason() {
    let lol = "<!DOCTYPE a [<!ENTITY b 'bbb'>]>\n<a>&b;</a>";
    insta::assert_snapshot!(error(lol), @"document (line 1, column 1): not readable as XML: a document type declaration");
    insta::assert_snapshot!(error("<a>\n<b>&c;</b></a>"), @"a/b (line 2, column 4): not readable as XML: unknown entity &c;");
    insta::assert_snapshot!(error("<a><b></a>"), @"a/b (line 1, column 7): not readable as XML: ill-formed document: expected `</b>`, but `</a>` was found");
    insta::assert_snapshot!(error("<a><b>"), @"a/b (line 1, column 7): not readable as XML: the document ends inside an element");
    insta::assert_snapshot!(error("<a/><a/>"), @"document (line 1, column 5): not readable as XML: a second root element");
    insta::assert_snapshot!(error("<a/>tail"), @"document (line 1, column 5): not readable as XML: text outside the root element");
    insta::assert_snapshot!(error(""), @"document (line 1, column 1): not readable as XML: no element");
    insta::assert_snapshot!(error("<a b='1' b='2'/>"), @"document (line 1, column 1): not readable as XML: position 8: duplicated attribute, previous declaration at position 2");
    insta::assert_snapshot!(error("<?xml version='1.0' encoding='latin1'?><a/>"), @"document (line 1, column 1): not readable as XML: encoding latin1 instead of UTF-8");
    insta::assert_snapshot!(parse(b"<a>\xff</a>").unwrap_err(), @"document: not readable as XML: not UTF-8 at byte 3");
}

#[test]
fn documents_beyond_the_depth_limit_are_refused_early() {
    let deep = "<a>".repeat(MAX_DEPTH + 1) + &"</a>".repeat(MAX_DEPTH + 1);
    assert!(matches!(parse(deep.as_bytes()), Err(PmmlError::Limit { limit: MAX_DEPTH, .. })));
    let bomb = "<a>".repeat(2_000_000);
    assert!(matches!(parse(bomb.as_bytes()), Err(PmmlError::Limit { limit: MAX_DEPTH, .. })));
}

#[test]
fn documents_with_too_many_elements_are_refused() {
    let wide = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
    assert!(matches!(parse(wide.as_bytes()), Err(PmmlError::Limit { limit: MAX_ELEMENTS, .. })));
    let full = format!("<a>{}</a>", r#"<b a="" b="" c="" d=""/>"#.repeat(MAX_ALL_ATTRIBUTES / 4 + 1));
    assert!(matches!(parse(full.as_bytes()), Err(PmmlError::Limit { limit: MAX_ALL_ATTRIBUTES, .. })));
}

#[test]
fn elements_with_too_many_attributes_are_refused_early() {
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=''")).collect();
    let error = parse(format!("<a{attributes}/>").as_bytes());
    assert!(matches!(error, Err(PmmlError::Limit { limit: MAX_ATTRIBUTES, .. })));
}
