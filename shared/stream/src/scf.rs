//! SCF: the container that component-framework nodes keep their models in.
//!
//! A header, blocks that each hold one zlib stream, and a directory block (all numbers
//! big-endian). An entry is known by its *keys* (none for an ordinary model, the values of the split
//! fields for a split model, a file name for others) and by *properties* such as its MIME type.

mod read;
mod write;

use crate::error::Result;
use crate::limits::Limits;

/// `SCF`, version 1.
const MAGIC: [u8; 4] = *b"SCF\x01";
/// Magic and the offset of the directory.
const HEADER_BYTES: usize = 12;
/// Tag of a string, the only kind of value that ever occurs.
const STRING_TAG: u8 = 3;

/// MIME type of a PMML entry.
pub const PMML_MIME_TYPE: &str = "application/vnd.spss.pmml+xml";

/// A container, read whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScfContainer {
    /// Live entries in the order of the directory.
    pub entries: Vec<ScfEntry>,
}

/// A file in a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScfEntry {
    /// What tells the entry from others; empty for an ordinary model.
    pub keys: Vec<String>,
    /// `key=value` pairs; `None` where the writer left the block of properties out.
    pub properties: Option<Vec<(String, String)>>,
    /// The content.
    pub payload: Vec<u8>,
}

impl ScfContainer {
    /// Reads a container; blocks that the directory does not lead to are ignored.
    ///
    /// # Errors
    /// If it is damaged or beyond the limits for an entry of a zip.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        read::read(bytes, limits)
    }

    /// Whether the bytes start as a container does.
    pub fn is_scf(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// The container as bytes, in the complete form: each block a whole zlib stream with its checksum.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) if something is longer than the format can say.
    pub fn write(&self) -> Result<Vec<u8>> {
        write::write(self)
    }

    /// Entries of a MIME type.
    pub fn of_mime_type<'a>(&'a self, mime_type: &'a str) -> impl Iterator<Item = &'a ScfEntry> {
        let entries = self.entries.iter();
        entries.filter(move |entry| entry.property("mimeType") == Some(mime_type))
    }

    /// PMML entries: one for an ordinary model, one for each split otherwise.
    pub fn pmml(&self) -> impl Iterator<Item = &ScfEntry> {
        self.of_mime_type(PMML_MIME_TYPE)
    }
}

impl ScfEntry {
    /// An entry for the PMML of an ordinary model, as Modeler labels it.
    pub fn pmml(pmml: impl Into<Vec<u8>>) -> Self {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        ScfEntry {
            keys: Vec::new(),
            properties: Some(vec![pair("mimeType", PMML_MIME_TYPE), pair("typeId", "MEpmml.xml")]),
            payload: pmml.into(),
        }
    }

    /// The value of a property.
    pub fn property(&self, key: &str) -> Option<&str> {
        let mut pairs = self.properties.iter().flatten();
        pairs.find_map(|(name, value)| (name == key).then_some(value.as_str()))
    }
}

#[cfg(test)]
mod tests;
