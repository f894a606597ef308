//! Builds a stream in code and writes it as a file.

mod document;
mod nodes;
mod nuggets;

use crate::archive::write_archive;
use crate::element::Element;
use crate::error::{ErrorKind, Result};
use crate::node::NodeId;

/// A node added to a [`StreamBuilder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRef(NodeId);

impl NodeRef {
    /// The node's number in the diagram.
    pub fn id(self) -> NodeId {
        self.0
    }

    /// The node's uid: `id` and its number.
    pub fn uid(self) -> String {
        format!("id{}", self.0)
    }
}

/// Creates a new stream from the node types that this crate reads.
///
/// Unset properties get the values of a new node in Modeler. We have not tested whether Modeler opens the
/// result.
///
/// ```
/// use satsuma_stream::{FilterTable, StreamBuilder, StreamFile, TypeTable};
///
/// let mut stream = StreamBuilder::new("sample");
/// let source = stream.delimited_file("data.csv", &[]);
/// let types = stream.type_node(&TypeTable::default());
/// let filter = stream.filter(&FilterTable::default());
/// let table = stream.table();
/// stream.link(source, types).link(types, filter).link(filter, table);
/// stream.score_with(table);
///
/// let file = StreamFile::open(stream.write()?)?;
/// assert_eq!(file.stream().scoring_branch()?.nodes.len(), 4);
/// # Ok::<(), satsuma_stream::StreamError>(())
/// ```
#[derive(Debug, Clone)]
pub struct StreamBuilder {
    name: String,
    nodes: Vec<Element>,
    links: Vec<(NodeId, NodeId)>,
    terminals: Vec<NodeId>,
    scoring_terminal: Option<NodeRef>,
    scoring_model: Option<NodeRef>,
    side_files: Vec<(String, Vec<u8>)>,
}

impl StreamBuilder {
    /// An empty stream.
    pub fn new(name: impl Into<String>) -> Self {
        StreamBuilder {
            name: name.into(),
            nodes: Vec::new(),
            links: Vec::new(),
            terminals: Vec::new(),
            scoring_terminal: None,
            scoring_model: None,
            side_files: Vec::new(),
        }
    }

    /// Links two nodes: records flow from the first to the second.
    pub fn link(&mut self, from: NodeRef, to: NodeRef) -> &mut Self {
        self.links.push((from.0, to.0));
        self
    }

    /// Sets a node's label, the name that users see and jobs refer to.
    pub fn label(&mut self, node: NodeRef, label: &str) -> &mut Self {
        self.set(node, "autoLabel", "false").set(node, "label", label)
    }

    /// Sets a text property, with a name as in files: `delimitOnTab`, `enabled` …
    pub fn set(&mut self, node: NodeRef, property: &str, value: &str) -> &mut Self {
        let position = usize::try_from(node.0.0).unwrap_or(usize::MAX);
        let properties = self.nodes.get_mut(position);
        let properties = properties.and_then(|node| node.child_or_new("properties"));
        if let Some(leaf) = properties.and_then(|properties| properties.child_or_new(property)) {
            leaf.set_text(value);
        }
        self
    }

    /// Designates the terminal node of the scoring branch, which deploys the stream for scoring.
    pub fn score_with(&mut self, terminal: NodeRef) -> &mut Self {
        self.scoring_terminal = Some(terminal);
        self
    }

    /// Designates the nugget that scoring uses.
    pub fn scoring_model(&mut self, nugget: NodeRef) -> &mut Self {
        self.scoring_model = Some(nugget);
        self
    }

    /// Adds a side file and returns its entry: `data/0001.dat`, `data/0002.dat` …
    pub fn side_file(&mut self, content: Vec<u8>) -> String {
        let entry = format!("data/{:04}.dat", self.side_files.len() + 1);
        self.side_files.push((entry.clone(), content));
        entry
    }

    /// The stream as the bytes of a `.str` file.
    ///
    /// # Errors
    /// [`ErrorKind::Write`] if something is too long for the format.
    pub fn write(&self) -> Result<Vec<u8>> {
        let document = self.document().to_fast_infoset()?;
        let plain = !self.name.contains(['/', '\\', ':']) && !self.name.contains(char::is_control);
        if self.name.is_empty() || !plain {
            let message = format!("{:?} cannot be the name of a stream's entry", self.name);
            return Err(ErrorKind::Write(message).into());
        }
        let main = format!("{}.xml", self.name);
        let side_files = self.side_files.iter();
        let side_files = side_files.map(|(name, content)| (name.as_str(), content.as_slice()));
        let files = std::iter::once((main.as_str(), document.as_slice())).chain(side_files);
        write_archive(files)
    }
}

#[cfg(test)]
mod tests;
