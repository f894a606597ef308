//! Fast Infoset, the binary XML of ITU-T Rec. X.891 | ISO/IEC 24824-1.
//!
//! [`Reader`] pulls [`Event`]s out of a document held in memory; names, text and attribute values
//! that are stored as UTF-8 are borrowed from it. [`Writer`] emits the smallest useful subset:
//! every name literal once and by index after, text and attribute values always literal.
//!
//! Every byte is taken to be hostile: sizes are bounded by [`Limits`], no input panics, and each
//! [`Error`] carries the offset of the byte that it is about. Features of the standard that are not
//! handled (external vocabularies, DTDs, restricted alphabets, most encoding algorithms) are
//! refused by name, see [`Feature`].
//!
//! ```
//! use satsuma_fastinfoset::{Event, Name, Reader, Writer};
//!
//! let mut writer = Writer::new();
//! writer.start_element(&Name::local("greeting"), &[])?;
//! writer.text("hello")?;
//! writer.end_element()?;
//! let bytes = writer.finish()?;
//!
//! let mut reader = Reader::new(&bytes)?;
//! while let Some(event) = reader.next_event()? {
//!     if let Event::Text(text) = event {
//!         assert_eq!(text, "hello");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cursor;
mod error;
mod event;
mod limits;
mod reader;
mod vocabulary;
mod writer;

pub use error::{Error, ErrorKind, Feature};
pub use event::{Attribute, Event, Name, NamespaceDeclaration, StartElement};
pub use limits::Limits;
pub use reader::{Reader, is_fast_infoset};
pub use writer::{WriteError, Writer};

/// The four bytes that a document starts with: an identification and version 1 (X.891 §12.6, §12.7).
const MAGIC: [u8; 4] = [0xE0, 0x00, 0x00, 0x01];

/// Number, counted from 1, of the built-in encoding algorithm that marks a CDATA section (X.891 §10.11).
const CDATA_ALGORITHM: u8 = 10;

/// What the prefix `xml` is bound to in every document.
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
