//! The memory for reading a document stays below its limits, whatever the document contains.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use peak_alloc::PeakAlloc;
use satsuma_fastinfoset::{Attribute, Name, WriteError, Writer, WriterOptions};
use satsuma_stream::{Element, ErrorKind, Limits};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Small, so that small documents reach them.
const MEMORY: u64 = 4 << 20;
const TEXT: u64 = 256 << 10;

/// Memory that is needed once: the open elements, the parser, the error.
const ONCE: usize = 128 << 10;

fn limits() -> Limits {
    Limits { document_memory: MEMORY, table_memory: MEMORY, text_bytes: TEXT, ..Limits::default() }
}

type Fill = fn(&mut Writer, &str) -> Result<(), WriteError>;

/// A document whose root is filled until it is larger than any limit of this test.
fn fast_infoset(fill: Fill) -> Vec<u8> {
    let options = WriterOptions {
        index_values_below: 1 << 10,
        index_chunks_below: 1 << 10,
        ..WriterOptions::default()
    };
    let mut writer = Writer::with_options(Vec::new(), &options).unwrap();
    writer.start_element(&Name::local("root"), &[]).unwrap();
    for number in 0..100_000 {
        fill(&mut writer, &format!("{number:06}")).unwrap();
    }
    writer.end_element().unwrap();
    writer.finish().unwrap()
}

fn element(
    writer: &mut Writer,
    name: &str,
    attributes: &[(&str, &str)],
    text: &str,
) -> Result<(), WriteError> {
    let attributes: Vec<_> =
        attributes.iter().map(|(name, value)| Attribute { name: Name::local(name), value: *value }).collect();
    writer.start_element(&Name::local(name), &attributes)?;
    if !text.is_empty() {
        writer.text(text)?;
    }
    writer.end_element()
}

/// Every type of content that a document may have many times.
fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let xml = |piece: fn(usize) -> String| {
        let mut text = String::from("<root>");
        (0..200_000).for_each(|number| text.push_str(&piece(number)));
        text.push_str("</root>");
        text.into_bytes()
    };
    let mut nested = String::from("<root>");
    for _ in 0..2_000 {
        nested += &"<a>".repeat(200);
        nested += &"</a>".repeat(200);
    }
    nested += "</root>";
    let mut attributes = String::from("<root>");
    for number in 0..100 {
        attributes += "<a";
        (0..4_000).for_each(|at| write!(attributes, " a{at}=\"{number}\"").unwrap());
        attributes += "/>";
    }
    attributes += "</root>";
    vec![
        ("elements", fast_infoset(|writer, _| element(writer, "a", &[], ""))),
        ("texts", fast_infoset(|writer, _| element(writer, "a", &[], "some"))),
        ("different texts", fast_infoset(|writer, number| element(writer, "a", &[], number))),
        (
            "short values",
            fast_infoset(|writer, _| element(writer, "a", &[("b", "1"), ("c", "2"), ("d", "3")], "")),
        ),
        ("different values", fast_infoset(|writer, number| element(writer, "a", &[("b", number)], ""))),
        (
            "long values",
            fast_infoset(|writer, _| element(writer, "a", &[("b", "longer than what is shared")], "")),
        ),
        ("names", fast_infoset(|writer, number| element(writer, &format!("a{number}"), &[], ""))),
        ("one text", fast_infoset(|writer, number| writer.text(&number.repeat(20)))),
        ("sections", fast_infoset(|writer, _| writer.cdata("some"))),
        ("comments", fast_infoset(|writer, _| writer.comment("some"))),
        ("instructions", fast_infoset(|writer, _| writer.instruction("a", "some"))),
        ("XML elements", xml(|_| "<a/>".to_owned())),
        ("XML layout", xml(|_| "<a/>\n".to_owned())),
        ("XML texts", xml(|number| format!("<a>{number}</a>"))),
        ("XML sections", xml(|_| "<![CDATA[a]]>".to_owned())),
        ("XML references", xml(|_| "&#65;&#66;&#67;&#68;&#69;".repeat(6))),
        ("XML escapes", xml(|_| format!("<a><data encoding='hexBinary'>{}</data></a>", "0041".repeat(10)))),
        ("XML of one escape", {
            let hex = "0041".repeat(60_000);
            let parts = format!("<a><data encoding='hexBinary'>{hex}</data></a>");
            format!("<root>{}</root>", parts.repeat(120)).into_bytes()
        }),
        ("XML nested", nested.into_bytes()),
        ("XML attributes", attributes.into_bytes()),
    ]
}

/// Peak memory of reading, and its result.
fn read(document: &[u8], limits: &Limits) -> (usize, satsuma_stream::Result<Element>) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let outcome = Element::read(document, limits);
    (ALLOCATOR.peak_usage() - before, outcome)
}

fn no_shape_takes_more_than_it_is_charged() {
    for (what, document) in shapes() {
        let (peak, outcome) = read(&document, &limits());
        let error = outcome.map(drop).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Limit { .. } | ErrorKind::FastInfoset(_)),
            "{what}: {error}"
        );
        let tables = if what.starts_with("XML") { TEXT } else { MEMORY };
        println!("{what}: {peak} bytes, {error}");
        assert!(peak < usize::try_from(MEMORY + tables).unwrap() + ONCE, "{what}: {peak} bytes");
        // The counted memory is close to the real one: no document is refused for memory that it would not
        // use.
        assert!(peak > usize::try_from(MEMORY).unwrap() / 2, "{what}: {peak} bytes");
    }
}

/// Tables before the root that nothing refers to.
fn tables_take_no_more_than_they_are_charged() {
    let entries = || (0..60_000).map(|number| format!("{number:x}")).collect::<Vec<_>>();
    let mut options = WriterOptions::default();
    options.initial.attribute_values = entries();
    options.initial.chunks = entries();
    options.initial.other_strings = entries();
    let mut writer = Writer::with_options(Vec::new(), &options).unwrap();
    writer.start_element(&Name::local("root"), &[]).unwrap();
    writer.end_element().unwrap();
    let (peak, outcome) = read(&writer.finish().unwrap(), &limits());
    assert!(outcome.unwrap_err().to_string().contains("tables"));
    assert!(peak < usize::try_from(MEMORY).unwrap() + ONCE, "{peak} bytes");
}

/// The largest known real document has 496,392 elements.
fn half_a_million_elements_are_read() {
    let options = WriterOptions::indexing();
    let mut writer = Writer::with_options(Vec::new(), &options).unwrap();
    writer.start_element(&Name::local("root"), &[]).unwrap();
    for number in 0..500_000 {
        let number = number.to_string();
        element(&mut writer, "value", &[("type", "string"), ("label", &number)], &number).unwrap();
    }
    writer.end_element().unwrap();
    let document = writer.finish().unwrap();
    let (peak, outcome) = read(&document, &Limits::default());
    assert_eq!(outcome.unwrap().elements().count(), 500_000);
    println!("500,000 elements, each with two attributes and a text: {peak} bytes");
}

/// One test, because the peak is that of the whole process.
#[test]
fn reading_holds_no_more_than_the_limits_say() {
    no_shape_takes_more_than_it_is_charged();
    tables_take_no_more_than_they_are_charged();
    half_a_million_elements_are_read();
}
