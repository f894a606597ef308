//! Errors in stream files, and their places.

use std::fmt;

use thiserror::Error;

/// A result with a [`StreamError`].
pub type Result<T> = std::result::Result<T, StreamError>;

/// An error in a stream file: the problem, the entry of the zip, and the byte or element.
///
/// The message addresses the person who uploaded the file.
#[derive(Debug, Clone, PartialEq, Error)]
pub struct StreamError {
    kind: Box<ErrorKind>,
    place: Box<Place>,
}

/// The place of an error in a stream file; unknown parts are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The entry of the zip, such as `data/0001.dat`.
    pub entry: Option<String>,
    /// Offset in bytes from the start of the entry, after inflating it.
    pub offset: Option<usize>,
    /// Path of the element, such as `node Type/properties/typeTable`.
    pub path: Option<String>,
}

/// The problem in a stream file.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not a zip archive, or its directory is damaged.
    #[error("not a readable zip archive ({0}); a stream file is one")]
    NotAZip(String),
    /// An entry's name could lead outside a folder, or is not a valid name.
    #[error("entry name {0:?} is not a plain relative path")]
    UnsafeName(String),
    /// Two entries have the same name.
    #[error("entry {0:?} occurs twice")]
    DuplicateEntry(String),
    /// Two entries share bytes, which only zip bombs do.
    #[error("entries {0:?} and {1:?} overlap")]
    OverlappingEntries(String, String),
    /// An entry is encrypted.
    #[error("the entry is encrypted")]
    Encrypted,
    /// An entry uses a compression method other than deflate. Contains the method's number in the zip
    /// specification.
    #[error("compression method {0} is not supported; only stored and deflated entries are read")]
    Compression(u16),
    /// A referenced entry is missing.
    #[error("there is no entry {0:?}")]
    NoEntry(String),
    /// An entry's inflated data do not match its directory record.
    #[error("the data is damaged: {0}")]
    Damaged(String),
    /// One of the [`Limits`](crate::Limits) was reached.
    #[error("{what}: {found} is more than the {maximum} allowed")]
    Limit {
        /// The quantity that is too large.
        what: &'static str,
        /// The actual or declared amount.
        found: u64,
        /// The allowed amount.
        maximum: u64,
    },
    /// The root of the zip does not have exactly one XML document.
    #[error("a stream file holds one .xml entry at its root; found {0}")]
    MainDocument(String),
    /// The document is another type of Modeler file.
    #[error("the file is not a stream: its root element is {0:?}")]
    NotAStream(String),
    /// The Fast Infoset document cannot be read.
    #[error("{0}")]
    FastInfoset(satsuma_fastinfoset::ErrorKind),
    /// The XML document cannot be read.
    #[error("the XML is not well formed or not supported: {0}")]
    Xml(String),
    /// An element is missing.
    #[error("element {0:?} is missing")]
    MissingElement(String),
    /// An attribute is missing.
    #[error("attribute {0:?} is missing")]
    MissingAttribute(String),
    /// A value does not have the expected type.
    #[error("value {value:?} is not {expected}")]
    Value {
        /// The actual value.
        value: String,
        /// The expected type, such as "a whole number".
        expected: &'static str,
    },
    /// Something that must be unique occurs twice.
    #[error("{0} occurs twice")]
    Twice(String),
    /// A link leads to a node that is not in the diagram.
    #[error("a link refers to node {0}, which is not in the diagram")]
    DanglingLink(u32),
    /// The links form a cycle.
    #[error("the links form a cycle through {0}")]
    Cycle(String),
    /// No node has the name, label or uid.
    #[error("there is no node {0:?}")]
    NoNode(String),
    /// Several nodes have the name or label.
    #[error("{query:?} may be any of {}", candidates.join(", "))]
    AmbiguousNode {
        /// The name or label.
        query: String,
        /// The nodes that match, with their uids.
        candidates: Vec<String>,
    },
    /// The stream designates no scoring branch.
    #[error(
        "the stream has no scoring branch: set one in the deployment options of the stream, or use a terminal node's \"Use as scoring branch\""
    )]
    NoScoringBranch,
    /// The designated terminal node of the scoring branch is not in the stream.
    #[error("the end of the scoring branch, node {0}, is not in the stream")]
    DanglingScoringBranch(String),
    /// A model container cannot be read.
    #[error("the model container cannot be read: {0}")]
    Container(String),
    /// A table of records cannot be read.
    #[error("the record table cannot be read: {0}")]
    RecordTable(String),
    /// A node has another type than the requested one.
    #[error("the node is a {found}, not a {wanted}")]
    WrongNodeType {
        /// Its type.
        found: String,
        /// The requested type.
        wanted: &'static str,
    },
    /// A nugget whose model must not be replaced, or not by this one.
    #[error("the model of nugget {nugget} is not replaced: {reason}")]
    NotRefreshed {
        /// Uid of the nugget.
        nugget: String,
        /// The reason.
        reason: String,
    },
    /// A builder that gets no nugget.
    #[error("builder {builder} gets no nugget: {reason}")]
    NotAdded {
        /// Uid of the builder.
        builder: String,
        /// The reason.
        reason: String,
    },
    /// Something that the writer cannot represent.
    #[error("cannot be written: {0}")]
    Write(String),
}

impl StreamError {
    /// An error without a place.
    pub fn new(kind: ErrorKind) -> Self {
        StreamError { kind: Box::new(kind), place: Box::default() }
    }

    /// The problem.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The place.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Changes an error about a container to one about a table of records.
    #[must_use]
    pub(crate) fn in_record_table(mut self) -> Self {
        if let ErrorKind::Container(message) = &*self.kind {
            self.kind = Box::new(ErrorKind::RecordTable(message.clone()));
        }
        self
    }

    /// Adds the entry of the zip, unless the error already has one.
    #[must_use]
    pub fn in_entry(mut self, entry: &str) -> Self {
        self.place.entry.get_or_insert_with(|| entry.to_owned());
        self
    }

    /// Adds the offset in the entry.
    #[must_use]
    pub fn at_offset(mut self, offset: usize) -> Self {
        self.place.offset = Some(offset);
        self
    }

    /// Prepends the name of an element to the path.
    #[must_use]
    pub fn within(mut self, element: &str) -> Self {
        let path = match self.place.path.take() {
            Some(inner) => format!("{element}/{inner}"),
            None => element.to_owned(),
        };
        self.place.path = Some(path);
        self
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.kind)?;
        let Place { entry, offset, path } = &*self.place;
        if let Some(offset) = offset {
            write!(out, ", at byte {offset}")?;
        }
        if let Some(path) = path {
            write!(out, ", in {path}")?;
        }
        if let Some(entry) = entry {
            write!(out, ", entry {entry:?}")?;
        }
        Ok(())
    }
}

impl From<ErrorKind> for StreamError {
    fn from(kind: ErrorKind) -> Self {
        StreamError::new(kind)
    }
}

impl From<satsuma_fastinfoset::Error> for StreamError {
    fn from(error: satsuma_fastinfoset::Error) -> Self {
        StreamError::new(ErrorKind::FastInfoset(error.kind)).at_offset(error.offset)
    }
}
