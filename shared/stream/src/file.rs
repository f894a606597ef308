//! A stream file: the zip, its main document, and the graph read from it.

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

/// A `.str` file, opened. Every entry and every element that is not understood is kept.
#[derive(Debug, Clone)]
pub struct StreamFile {
    package: Package,
    stream: Stream,
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

    /// Name of the main document's entry. It need not be that of the file or stream.
    pub fn main_entry(&self) -> &str {
        self.package.main()
    }

    /// The zip as it was opened, with its entries in order; what was changed since is not in it.
    pub fn archive(&self) -> &Archive {
        self.package.archive()
    }

    /// Names of all entries as [`StreamFile::write`] writes them, in order.
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

    /// The file again, as the bytes of a `.str`.
    ///
    /// Without an [edit](StreamFile::edit) these are the bytes that were opened. Otherwise entries that
    /// were not changed keep their compressed bytes, times and order; a changed main document keeps its
    /// encoding, all elements and attributes in their order, and the version stamps. Records of folders and
    /// a comment of the zip, neither of which Modeler writes, are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Write`](crate::ErrorKind::Write) if something is longer than the format can say.
    pub fn write(&self) -> Result<Vec<u8>> {
        self.package.write()
    }

    /// Changes the file: all of what `change` does, or, if that fails or what comes of it is no
    /// stream, nothing.
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
    /// That of `change`, or that of reading the result.
    pub fn edit<T>(&mut self, change: impl FnOnce(&mut Edit) -> Result<T>) -> Result<T> {
        let mut edit = Edit::new(self.clone());
        let result = change(&mut edit)?;
        *self = edit.finish()?;
        Ok(result)
    }
}

#[cfg(test)]
mod tests;
