//! SCF: the container of models in component-framework nodes.
//!
//! The format: a header, blocks with one zlib stream each, and a directory block. All numbers are big-endian.
//! *Keys* identify an entry: none for an ordinary model, the values of the split fields for a split model, a
//! file name for others. *Properties* describe it, such as its MIME type.

mod read;
mod write;

use crate::error::Result;
use crate::limits::Limits;

/// `SCF`, version 1.
const MAGIC: [u8; 4] = *b"SCF\x01";
/// Magic and the offset of the directory.
const HEADER_BYTES: usize = 12;
/// Tag of a string, the only known type of value.
const STRING_TAG: u8 = 3;

/// MIME type of a PMML entry.
pub const PMML_MIME_TYPE: &str = "application/vnd.spss.pmml+xml";

/// A container in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScfContainer {
    /// Live entries in the order of the directory.
    pub entries: Vec<ScfEntry>,
}

/// A file in a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScfEntry {
    /// Identifies the entry; empty for an ordinary model.
    pub keys: Vec<String>,
    /// `key=value` pairs; `None` if the writer omitted the block of properties.
    pub properties: Option<Vec<(String, String)>>,
    /// The content.
    pub payload: Vec<u8>,
}

impl ScfContainer {
    /// Reads a container. Blocks without a directory entry are ignored.
    ///
    /// # Errors
    /// The container is damaged, or exceeds the limits of a zip entry.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        read::read(bytes, limits)
    }

    /// Whether the bytes begin like a container.
    pub fn is_scf(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// The container as bytes. Each block is a complete zlib stream with its checksum.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) if something is too long for the format.
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
    /// An entry for the PMML of an ordinary model, with Modeler's keys and properties.
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
