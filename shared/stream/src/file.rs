//! A stream file: the zip, its main document, and the graph read from it.

use bytes::Bytes;

use crate::archive::Archive;
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::limits::Limits;
use crate::stream::Stream;

/// A `.str` file, opened. Every entry and every element that is not understood is kept.
#[derive(Debug, Clone)]
pub struct StreamFile {
    archive: Archive,
    main: String,
    document: Element,
    stream: Stream,
    limits: Limits,
}

impl StreamFile {
    /// Opens a file with the default [`Limits`].
    ///
    /// # Errors
    /// If the file is no zip, hostile, damaged, or not a stream.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self> {
        Self::open_with(bytes, Limits::default())
    }

    /// As [`StreamFile::open`], with other limits.
    ///
    /// # Errors
    /// As [`StreamFile::open`].
    pub fn open_with(bytes: impl Into<Bytes>, limits: Limits) -> Result<Self> {
        let archive = Archive::open(bytes, &limits)?;
        let main = main_entry(&archive)?;
        let content = archive.read(&main)?;
        let document = Element::read(&content, &limits).map_err(|error| error.in_entry(&main))?;
        let stream = Stream::from_document(&document, &limits).map_err(|error| error.in_entry(&main))?;
        Ok(StreamFile { archive, main, document, stream, limits })
    }

    /// The stream's graph.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// The whole main document.
    pub fn document(&self) -> &Element {
        &self.document
    }

    /// Name of the main document's entry. It need not be that of the file or stream.
    pub fn main_entry(&self) -> &str {
        &self.main
    }

    /// The zip itself, with its entries in order.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Reads a side file, such as `data/0001.dat`.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntry`] or [`ErrorKind::Damaged`].
    pub fn entry(&self, name: &str) -> Result<Vec<u8>> {
        self.archive.read(name)
    }

    /// The limits that the file was opened with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// The one XML document at the root of the zip.
fn main_entry(archive: &Archive) -> Result<String> {
    let is_main = |name: &&str| !name.contains('/') && name.ends_with(".xml");
    let found: Vec<_> = archive.names().filter(is_main).collect();
    match found.as_slice() {
        [main] => Ok((*main).to_owned()),
        [] => Err(ErrorKind::MainDocument("none".to_owned()).into()),
        several => Err(ErrorKind::MainDocument(several.join(", ")).into()),
    }
}

#[cfg(test)]
mod tests;
