//! Fast Infoset, the binary XML of ITU-T Rec. X.891 | ISO/IEC 24824-1.
//!
//! A Fast Infoset document is an XML document in a binary encoding: names, repeated values and pieces of text
//! are written once, and later referenced by number. This crate reads and writes all parts of the standard
//! that XML documents need, event by event.
//!
//! # Reading
//!
//! [`Reader`] returns [`Event`]s from a slice, read in place, or from any [`BufRead`](std::io::BufRead).
//! Events borrow from the reader, so that reading needs no allocation per event.
//!
//! ```
//! use satsuma_fastinfoset::{Event, Reader};
//!
//! let document = [
//!     0xE0, 0x00, 0x00, 0x01, 0x00, // Fast Infoset, version 1, an empty header
//!     0x7C, 2, b'r', b'o', b'w', // <row
//!     0x78, 1, b'i', b'd', 0x41, b'4', b'2', // id="42"
//!     0xF0, 0x82, 0, b'y', b'e', b's', 0xFF, // >yes</row>, the end
//! ];
//! let mut reader = Reader::new(document.as_slice())?;
//! let mut text = String::new();
//! while let Some(event) = reader.next_event()? {
//!     match event {
//!         Event::Start(element) => assert_eq!(element.attribute("id"), Some("42")),
//!         Event::Text(piece) | Event::CData(piece) => text += piece,
//!         _ => {}
//!     }
//! }
//! assert_eq!(text, "yes");
//! # Ok::<(), satsuma_fastinfoset::Error>(())
//! ```
//!
//! # Writing
//!
//! [`Writer`] writes into memory or any [`Write`](std::io::Write). [`WriterOptions`] select the strings that
//! go into tables, and the content of the header. [`Value`]s write numbers, bytes and restricted alphabets in
//! fewer bytes than their text.
//!
//! ```
//! use satsuma_fastinfoset::{Attribute, Name, NamespaceDeclaration, Value, Writer, WriterOptions};
//!
//! let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing())?;
//! let chart = Name::qualified_by(Some("c"), "urn:chart", "chart");
//! let namespace = NamespaceDeclaration { prefix: Some("c"), namespace: Some("urn:chart") };
//! let points = Attribute { name: Name::local("points"), value: Value::Double(&[0.5, 1.5, 2.5]) };
//! writer.start_element_with(&chart, &[namespace], &[points])?;
//! writer.text("three points")?;
//! writer.end_element()?;
//! let document = writer.finish()?;
//! assert!(satsuma_fastinfoset::is_fast_infoset(&document));
//! # Ok::<(), satsuma_fastinfoset::WriteError>(())
//! ```
//!
//! # Editing
//!
//! The writer accepts every event of a reader, so that a program can change a document while copying it:
//!
//! ```
//! use satsuma_fastinfoset::{Event, Name, Reader, Writer, WriterOptions};
//!
//! # fn renamed(document: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//! let mut reader = Reader::new(document)?;
//! let mut writer = Writer::with_options(Vec::new(), &WriterOptions::indexing())?;
//! while let Some(event) = reader.next_event()? {
//!     match event {
//!         Event::Start(element) if element.name() == Name::local("row") => {
//!             let attributes: Vec<_> = element.attributes().collect();
//!             writer.start_element(&Name::local("line"), &attributes)?;
//!         }
//!         other => writer.event(&other)?,
//!     }
//! }
//! let document = writer.finish()?;
//! # Ok(document)
//! # }
//! # let mut writer = Writer::new();
//! # writer.start_element(&Name::local("row"), &[])?;
//! # writer.end_element()?;
//! # let document = renamed(&writer.finish()?)?;
//! # let mut reader = Reader::new(document.as_slice())?;
//! # let Some(Event::Start(element)) = reader.next_event()? else { panic!() };
//! # assert_eq!(element.name().local, "line");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Supported features
//!
//! | of X.891 | reader | writer |
//! |---|---|---|
//! | XML declaration, header: additional data, notations, unparsed entities, encoding, standalone, version (§7.2, §12) | [`Reader::header`] | [`WriterOptions::header`] |
//! | initial vocabulary, all twelve tables (§7.2.13) | yes | [`WriterOptions::initial`] |
//! | external vocabulary (§7.2.14) | [`Reader::with_vocabularies`]; others refused by name | [`WriterOptions::external`] |
//! | elements, attributes, namespaces, text, comments, instructions, document type, unexpanded entities (§7.3 to §7.12) | [`Event`] | yes |
//! | UTF-8 and UTF-16 strings (§7.17) | yes | [`WriterOptions::utf16`] |
//! | restricted alphabets: numeric, date and time, declared (§8.2, §9) | as text | [`Value`] |
//! | the ten built-in encoding algorithms (§8.3, §10) | as the text that the standard defines | [`Value`], [`Writer::cdata`] |
//! | application-defined algorithms | refused by name | no |
//!
//! The common Java implementation (1.2.12) numbers declared alphabets and algorithms from 33. This crate
//! follows the standard, §7.2.15: from 16 and from 32. Nearly all documents declare none.
//!
//! # Hostile documents
//!
//! Every byte is considered hostile. [`Limits`] bound the resources of a document, no input panics, and each
//! [`Error`] has the offset of its byte. Unsupported features are refused by name, see [`Feature`].

mod algorithm;
mod alphabet;
mod cursor;
mod error;
mod event;
mod header;
mod limits;
mod reader;
mod tables;
mod value;
mod vocabulary;
mod writer;

pub use error::{Error, ErrorKind, Feature};
pub use event::{Attribute, Event, Name, NamespaceDeclaration, StartElement};
pub use header::{AdditionalData, Header, Notation, UnparsedEntity};
pub use limits::Limits;
pub use reader::{Reader, is_fast_infoset};
pub use value::Value;
pub use vocabulary::{QualifiedName, Vocabulary};
pub use writer::{WriteError, Writer, WriterOptions};

/// The first four bytes of a document: an identification and version 1 (X.891 §12.6, §12.7).
const MAGIC: [u8; 4] = [0xE0, 0x00, 0x00, 0x01];

/// The prefix that every document has (X.891 §7.2.21).
const XML_PREFIX: &str = "xml";

/// Its namespace (X.891 §7.2.22).
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
