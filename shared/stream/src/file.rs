//! A stream file: the zip, its main document, and its graph.

mod edit;
mod nugget;
mod refresh;

use bytes::Bytes;

pub use edit::Edit;
pub use nugget::{Delivery, NewNugget};
pub use refresh::{ModelContent, NewModel};

use crate::archive::Archive;
use crate::element::Element;
use crate::error::Result;
use crate::limits::Limits;
use crate::package::Package;
use crate::stream::Stream;

/// An opened `.str` file. It keeps all entries and elements, including unknown ones.
#[derive(Debug, Clone)]
pub struct StreamFile {
    package: Package,
    stream: Stream,
}

impl StreamFile {
    /// Opens a file with the default [`Limits`].
    ///
    /// # Errors
    /// The file is not a zip archive, is hostile or damaged, or is not a stream.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self> {
        Self::open_with(bytes, Limits::default())
    }

    /// Like [`StreamFile::open`], with other limits.
    ///
    /// # Errors
    /// Those of [`StreamFile::open`].
    pub fn open_with(bytes: impl Into<Bytes>, limits: Limits) -> Result<Self> {
        Self::from_package(Package::open(bytes, limits)?)
    }

    pub(crate) fn from_package(package: Package) -> Result<Self> {
        let stream = Stream::from_document(package.document(), package.limits())
            .map_err(|error| error.in_entry(package.main()))?;
        Ok(StreamFile { package, stream })
    }

    /// The stream's graph.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// The whole main document.
    pub fn document(&self) -> &Element {
        self.package.document()
    }

    /// Name of the main document's entry. It may differ from the names of the file and the stream.
    pub fn main_entry(&self) -> &str {
        self.package.main()
    }

    /// The zip as it was opened, with its entries in order, without later changes.
    pub fn archive(&self) -> &Archive {
        self.package.archive()
    }

    /// Names of all entries that [`StreamFile::write`] writes, in order.
    pub fn entry_names(&self) -> impl Iterator<Item = &str> {
        self.package.names()
    }

    /// Reads a side file, such as `data/0001.dat`.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntry`](crate::ErrorKind::NoEntry) or [`ErrorKind::Damaged`](crate::ErrorKind::Damaged).
    pub fn entry(&self, name: &str) -> Result<Vec<u8>> {
        self.package.read(name)
    }

    /// The limits that the file was opened with.
    pub fn limits(&self) -> &Limits {
        self.package.limits()
    }

    /// The file as the bytes of a `.str`.
    ///
    /// Without an [edit](StreamFile::edit) these are the original bytes. After an edit, unchanged entries
    /// keep their compressed bytes, times and order. A changed main document keeps its encoding, the order of
    /// its elements and attributes, and its version stamps. Records of folders and the comment of the zip are
    /// dropped; Modeler writes neither.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) if something is too long for the format.
    pub fn write(&self) -> Result<Vec<u8>> {
        self.package.write()
    }

    /// Applies `change` to the file. If it fails, or if the result is not a stream, the file does not change.
    ///
    /// ```
    /// use satsuma_stream::{StreamBuilder, StreamFile};
    ///
    /// let mut stream = StreamBuilder::new("sample");
    /// let source = stream.delimited_file("data.csv", &[]);
    /// let mut file = StreamFile::open(stream.write()?)?;
    /// file.edit(|edit| edit.set_property(&source.uid(), "inputFileName", "other.csv"))?;
    /// let again = StreamFile::open(file.write()?)?;
    /// let node = again.stream().diagram.find(&source.uid())?;
    /// assert_eq!(node.property("inputFileName").as_deref(), Some("other.csv"));
    /// # Ok::<(), satsuma_stream::StreamError>(())
    /// ```
    ///
    /// # Errors
    /// The error of `change`, or of reading the result.
    pub fn edit<T>(&mut self, change: impl FnOnce(&mut Edit) -> Result<T>) -> Result<T> {
        let mut edit = Edit::new(self.clone());
        let result = change(&mut edit)?;
        *self = edit.finish()?;
        Ok(result)
    }
}

#[cfg(test)]
mod tests;
