use super::svg;
use crate::{Element, Limits, NodeType, StreamBuilder, StreamFile};

const HOSTILE: &str = "</text><script>alert(1)</script>&\"'\u{202E}\u{1}";

fn drawn(stream: &StreamBuilder) -> String {
    svg(&StreamFile::open(stream.write().unwrap()).unwrap())
}

#[test]
fn a_small_stream_is_drawn() {
    let mut stream = StreamBuilder::new("sample");
    let source = stream.delimited_file("in.csv", &[]);
    let filter = stream.filter(&crate::FilterTable::default());
    let table = stream.table();
    let export = stream.text_file_export("out.csv");
    stream.link(source, filter).link(filter, table).link(source, export).score_with(table);
    stream.label(source, "Customers of last year").set(export, "enabled", "false");
    let drawing = drawn(&stream);
    let body = drawing.split_once("</defs>").unwrap().1;
    insta::assert_snapshot!(body);
}

#[test]
fn hostile_texts_are_nothing_but_text() {
    let mut stream = StreamBuilder::new(HOSTILE.replace(['/', '\u{1}'], ""));
    let table = stream.table();
    stream.label(table, HOSTILE);
    let mut file = StreamFile::open(stream.write().unwrap()).unwrap();
    file.edit(|edit| {
        let comment = crate::Comment::new(HOSTILE, (i32::MIN, i32::MAX), (i32::MAX, -5), &[table.uid()]);
        let diagram = edit.document_mut().child_mut("stream").unwrap().child_mut("diagram").unwrap();
        diagram.put_child(Element::new("comments").with_child(comment.element().clone()));
        Ok(())
    })
    .unwrap();
    let drawing = svg(&file);
    assert!(!drawing.contains("<script") && !drawing.contains('\u{202E}') && !drawing.contains('\u{1}'));
    // The drawing is well-formed XML, with only the elements that were drawn.
    let root = Element::read(drawing.as_bytes(), &Limits::default()).unwrap();
    fn names(element: &Element, found: &mut std::collections::BTreeSet<String>) {
        found.insert(element.name().to_owned());
        element.elements().for_each(|child| names(child, found));
    }
    let mut found = std::collections::BTreeSet::new();
    names(&root, &mut found);
    let expected =
        ["defs", "g", "line", "marker", "path", "polygon", "rect", "style", "svg", "text", "title"];
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    assert_eq!(drawing, svg(&file), "the same every time");
}

#[test]
fn labels_are_short_and_wide_characters_count_twice() {
    use super::label::{code, wrapped};
    assert_eq!(wrapped("Customers of the last year", 15, 2), ["Customers of", "the last year"]);
    assert_eq!(wrapped("Customers of the year before last", 15, 2), ["Customers of", "the year befor…"]);
    assert_eq!(
        wrapped("a_name_that_does_not_end_anywhere_soon", 15, 2),
        ["a_name_that_doe", "s_not_end_anyw…"]
    );
    assert_eq!(wrapped("香水分析数据挖掘流", 10, 2), ["香水分析数", "据挖掘流"]);
    assert_eq!(wrapped("", 10, 2), [""]);
    let codes = ["AutoDataPrepNode", "TypeNode", "ApplyC5RuleNode", "Node", ""]
        .map(|class| code(&NodeType::new(class)));
    assert_eq!(codes, ["ADP", "Ty", "C5R", "No", ""]);
    assert_eq!(code(&NodeType::of_extension("ExtensionApplyModelNode", "applySVM")), "SVM");
}

#[test]
fn an_empty_stream_has_a_drawing_too() {
    let drawing = drawn(&StreamBuilder::new("empty"));
    assert!(Element::read(drawing.as_bytes(), &Limits::default()).is_ok());
}
