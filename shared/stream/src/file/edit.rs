//! Edits of an opened stream.

use bytes::Bytes;

use super::StreamFile;
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::package::Package;
use crate::stream::Stream;

/// A stream during [`StreamFile::edit`]. Uids identify nodes, including those inside supernodes.
#[derive(Debug)]
pub struct Edit {
    pub(super) before: Stream,
    pub(super) package: Package,
}

impl Edit {
    pub(super) fn new(file: StreamFile) -> Self {
        Edit { before: file.stream, package: file.package }
    }

    pub(super) fn finish(self) -> Result<StreamFile> {
        StreamFile::from_package(self.package)
    }

    /// The stream as it was before the edit.
    pub fn before(&self) -> &Stream {
        &self.before
    }

    /// The main document, for any change that keeps it a stream.
    pub fn document_mut(&mut self) -> &mut Element {
        self.package.document_mut()
    }

    /// Replaces the graph by a changed one.
    ///
    /// # Errors
    /// Those of [`Stream::to_document`].
    pub fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        *self.package.document_mut() = stream.to_document()?;
        Ok(())
    }

    /// A node's element, for changes.
    ///
    /// # Errors
    /// [`ErrorKind::NoNode`].
    pub fn node_mut(&mut self, uid: &str) -> Result<&mut Element> {
        let is_it = |element: &Element| is_node(element) && element.attr("uid") == Some(uid);
        let missing = || ErrorKind::NoNode(uid.to_owned());
        let path = match uid {
            "" => None,
            _ => self.package.document().position_of(&is_it),
        };
        let path = path.ok_or_else(missing)?;
        let found = self.package.document_mut().at_mut(&path);
        found.ok_or_else(|| missing().into())
    }

    /// Sets a text property of a node.
    ///
    /// # Errors
    /// [`ErrorKind::NoNode`].
    pub fn set_property(&mut self, uid: &str, name: &str, text: &str) -> Result<()> {
        if let Some(properties) = self.node_mut(uid)?.child_or_new("properties") {
            properties.set_leaf(name, text);
        }
        Ok(())
    }

    /// Sets a text property of the stream itself.
    ///
    /// # Errors
    /// [`ErrorKind::MissingElement`] if the document has none.
    pub fn set_stream_property(&mut self, name: &str, text: &str) -> Result<()> {
        let stream = self.package.document_mut().child_mut("stream");
        let properties = stream.and_then(|stream| stream.child_mut("properties"));
        let properties = properties.ok_or_else(|| ErrorKind::MissingElement("properties".to_owned()))?;
        properties.set_leaf(name, text);
        Ok(())
    }

    /// Reads the present content of a side file.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntry`] or [`ErrorKind::Damaged`].
    pub fn side_file(&self, name: &str) -> Result<Vec<u8>> {
        self.package.read(name)
    }

    /// Replaces or adds a side file.
    ///
    /// # Errors
    /// [`ErrorKind::UnsafeName`] for a name that is not a plain relative path, or is that of the main
    /// document; [`ErrorKind::Limit`].
    pub fn put_side_file(&mut self, name: &str, content: impl Into<Bytes>) -> Result<()> {
        self.package.put(name, content.into())
    }

    /// Adds a side file with the next number and returns its name: `data/0007.dat`.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`].
    pub fn add_side_file(&mut self, content: impl Into<Bytes>) -> Result<String> {
        self.package.append(content.into())
    }

    /// Removes a side file. The caller removes references to it.
    pub fn remove_side_file(&mut self, name: &str) {
        self.package.remove(name);
    }

    /// Sets the time of saving, in milliseconds since 1970; the displayed date is in UTC.
    ///
    /// # Errors
    /// [`ErrorKind::MissingElement`].
    pub fn stamp(&mut self, saved_at: i64) -> Result<()> {
        self.set_stream_property("lastSavedDate", &saved_at.to_string())?;
        let document = self.package.document_mut();
        if document.attr("date").is_some() {
            document.set_attr("date", &crate::time::utc(saved_at));
        }
        Ok(())
    }
}

/// Nodes have a class. Entries of `terminalNodeOrder` have the same element name, but no class.
pub(super) fn is_node(element: &Element) -> bool {
    element.name() == "node" && element.attr("class").is_some()
}
