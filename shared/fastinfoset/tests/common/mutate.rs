//! Damaged documents, and the checks for each.

#![allow(dead_code, reason = "the test and the example each use a part of it")]

use std::io::BufReader;

use satsuma_fastinfoset::{
    AdditionalData, Attribute, Error, ErrorKind, Event, Header, Limits, Name, NamespaceDeclaration, Notation,
    QualifiedName, Reader, UnparsedEntity, Value, Vocabulary, Writer, WriterOptions,
};

/// Small, so that many documents exceed them.
pub const LIMITS: Limits = Limits {
    vocabulary_entries: 4096,
    string_bytes: 1 << 16,
    total_bytes: 1 << 20,
    memory: 4 << 20,
    depth: 64,
    attributes: 256,
};

/// Largest memory of a reader with these limits: its memory, a string that its source returns in pieces, and
/// the records of an element's attributes.
pub const MOST_BYTES: usize = LIMITS.memory + 3 * LIMITS.string_bytes + 300 * LIMITS.attributes;

const EXTERNAL: &str = "urn:known";

/// Generates damaged documents from a seed.
pub struct Mutator {
    random: fastrand::Rng,
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    pub fn new(seed: u64, more: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut corpus = documents();
        corpus.extend(more);
        Mutator { random: fastrand::Rng::with_seed(seed), corpus }
    }

    pub fn next_input(&mut self) -> Vec<u8> {
        let random = &mut self.random;
        let mut bytes = self.corpus[random.usize(..self.corpus.len())].clone();
        for _ in 0..=random.usize(..5) {
            let place = random.usize(..=bytes.len());
            match random.u8(..9) {
                _ if bytes.is_empty() => bytes.push(random.u8(..)),
                0 => bytes[place.saturating_sub(1)] ^= 1 << random.u8(..8),
                1 => bytes[place.saturating_sub(1)] = random.u8(..),
                // Structural codes and extreme numbers.
                2 => {
                    let codes =
                        [0x00, 0x0F, 0x3C, 0x3F, 0x60, 0x78, 0x7C, 0x7F, 0x83, 0x8C, 0x9C, 0xCF, 0xF0, 0xFF];
                    bytes[place.saturating_sub(1)] = codes[random.usize(..codes.len())];
                }
                3 => bytes.insert(place, random.u8(..)),
                4 => {
                    bytes.remove(place.saturating_sub(1));
                }
                5 => bytes.truncate(place),
                6 => {
                    let end = random.usize(place..=bytes.len().min(place + 64));
                    let piece = bytes[place..end].to_vec();
                    let at = random.usize(..=bytes.len());
                    bytes.splice(at..at, piece);
                }
                7 => {
                    let end = random.usize(place..=bytes.len().min(place + 16));
                    bytes.drain(place..end);
                }
                _ => {
                    let other = &self.corpus[random.usize(..self.corpus.len())];
                    let from = random.usize(..=other.len());
                    bytes.truncate(place);
                    bytes.extend_from_slice(&other[from..]);
                }
            }
        }
        bytes
    }
}

/// Reads an input in one piece and in small ones, and writes the events. Panics if the results differ, or if
/// the written document has other events.
pub fn check(input: &[u8]) -> Result<usize, Error> {
    let whole = outcome(input);
    if input.len() < 4096 {
        assert_eq!(whole, outcome(BufReader::with_capacity(7, input)), "in pieces");
    }
    let (events, written) = whole?;
    let again = outcome(written.as_slice()).map(|(events, _)| events);
    assert_eq!(again.as_ref(), Ok(&events), "written again");
    Ok(events.len())
}

/// The events as strings, and a document written from them.
fn outcome(source: impl std::io::BufRead) -> Result<(Vec<String>, Vec<u8>), Error> {
    let known = known();
    let mut reader = Reader::with_vocabularies(source, LIMITS, &[(EXTERNAL, &known)])?;
    let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing()).expect("no header");
    let mut events = Vec::new();
    while let Some(event) = reader.next_event()? {
        if let Event::Start(element) = event {
            assert!(element.attributes().len() <= LIMITS.attributes);
        }
        events.push(format!("{event:?}"));
        writer.event(&event).expect("what was read can be written");
    }
    Ok((events, writer.finish().expect("what was read is whole")))
}

/// Reads an input and discards the events.
pub fn read(input: &[u8], known: &Vocabulary) -> Result<usize, Error> {
    let mut reader = Reader::with_vocabularies(input, LIMITS, &[(EXTERNAL, known)])?;
    let mut bytes = 0;
    while let Some(event) = reader.next_event()? {
        bytes += match event {
            Event::Start(element) => element.attributes().map(|attribute| attribute.value.len()).sum(),
            Event::Text(text) | Event::CData(text) | Event::Comment(text) => text.len(),
            _ => 0,
        };
    }
    assert!(bytes <= LIMITS.total_bytes);
    Ok(bytes)
}

/// A short name of the error.
pub fn kind(error: &ErrorKind) -> String {
    let debug = format!("{error:?}");
    debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

pub fn known() -> Vocabulary {
    Vocabulary {
        restricted_alphabets: vec!["ACGT".into(), "0123456789ABCDEF".into()],
        local_names: vec!["a".into(), "b".into()],
        attribute_values: vec!["value".into()],
        chunks: vec!["chunk".into()],
        elements: vec![QualifiedName::local("a")],
        attributes: vec![QualifiedName::local("b")],
        ..Vocabulary::default()
    }
}

/// Documents with every feature, in several encodings.
pub fn documents() -> Vec<Vec<u8>> {
    let header = Header {
        declaration: true,
        additional_data: vec![AdditionalData { id: "urn:data".into(), data: vec![1, 2, 3] }],
        external_vocabulary: Some(EXTERNAL.into()),
        notations: vec![Notation { name: "n".into(), system: Some("s".into()), public: Some("p".into()) }],
        unparsed_entities: vec![UnparsedEntity {
            name: "e".into(),
            system: "s".into(),
            public: None,
            notation: "n".into(),
        }],
        encoding: Some("UTF-8".into()),
        standalone: Some(false),
        version: Some("1.0".into()),
    };
    let indexing = WriterOptions::indexing();
    let options = [
        WriterOptions::default(),
        indexing.clone(),
        WriterOptions { utf16: true, ..indexing.clone() },
        WriterOptions { initial: known(), ..indexing.clone() },
        WriterOptions { header, external: known(), initial: known(), ..indexing },
    ];
    options.iter().map(document).collect()
}

fn document(options: &WriterOptions) -> Vec<u8> {
    write(options).expect("a valid document")
}

fn write(options: &WriterOptions) -> Result<Vec<u8>, satsuma_fastinfoset::WriteError> {
    let mut writer = Writer::with_options(Vec::new(), options)?;
    writer.comment("comment")?;
    writer.document_type(Some("urn:system"), Some("-//public//"))?;
    writer.instruction("target", "content")?;
    writer.end_document_type()?;
    let namespaces = [
        NamespaceDeclaration { prefix: Some("p"), namespace: Some("urn:p") },
        NamespaceDeclaration { prefix: None, namespace: None },
    ];
    let attributes = [
        Attribute { name: Name::local("b"), value: Value::Text("value") },
        Attribute { name: Name::qualified_by(Some("p"), "urn:p", "b"), value: Value::Text("☺ value") },
        Attribute { name: Name::local("list"), value: Value::Int(&[1, -2, 3]) },
        Attribute { name: Name::local("when"), value: Value::DateTime("2026-11-22T16:41:00Z") },
    ];
    writer.start_element_with(&Name::qualified_by(Some("p"), "urn:p", "root"), &namespaces, &attributes)?;
    let values = [
        Value::Text("chunk"),
        Value::Text("a longer piece of text that no table takes"),
        Value::Numeric("-1.5e3"),
        Value::Short(&[1, 2]),
        Value::Long(&[i64::MIN]),
        Value::Float(&[0.5, f32::NAN]),
        Value::Double(&[1e300]),
        Value::Boolean(&[true, false, true, true, false, true]),
        Value::Uuid(&[[0xAB; 16]]),
        Value::Hexadecimal(&[1, 2, 3]),
        Value::Base64(b"base64"),
    ];
    for value in values.iter().chain(&values) {
        writer.start_element(&Name::local("a"), &[Attribute { name: Name::local("b"), value: "value" }])?;
        writer.value(*value)?;
        writer.end_element()?;
    }
    if !options.initial.restricted_alphabets.is_empty() {
        writer.value(Value::Alphabet { declared: 0, text: "GATTACA" })?;
        writer.value(Value::Alphabet { declared: 1, text: "0FF1CE" })?;
    }
    for number in 0..80 {
        writer.start_element(&Name::local(&format!("e{number}")), &[])?;
        writer.end_element()?;
    }
    writer.entity_reference("entity", Some("urn:system"), None)?;
    writer.cdata("<cdata>")?;
    writer.end_element()?;
    writer.instruction("target", "")?;
    writer.finish()
}
