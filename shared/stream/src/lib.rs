//! SPSS Modeler stream files (`.str`): reads the zip of binary XML and model containers as a typed graph of
//! nodes.
//!
//! [`StreamFile::open`] reads untrusted bytes. [`Limits`] bound all resources, and nothing panics. A
//! [`StreamError`] describes the problem with its entry and element, for the person who uploaded the file.
//!
//! # Reading
//!
//! ```
//! use satsuma_stream::nodes::TypedNode;
//! use satsuma_stream::{StreamBuilder, StreamFile, TypeTable};
//!
//! # let mut stream = StreamBuilder::new("sample");
//! # let (source, types, table) =
//! #     (stream.delimited_file("in.csv", &[]), stream.type_node(&TypeTable::default()), stream.table());
//! # stream.link(source, types).link(types, table).score_with(table);
//! # let bytes: Vec<u8> = stream.write()?;
//! let file = StreamFile::open(bytes)?;
//! let stream = file.stream();
//! // Sources first, the terminal node last; a cycle is an error.
//! let branch = stream.scoring_branch()?;
//! let mut steps = Vec::new();
//! for node in &branch.nodes {
//!     let inputs = stream.diagram.inputs(node.id).count();
//!     match node.typed()? {
//!         TypedNode::DelimitedFileImport(source) => steps.push(format!("read {}", source.input_file_name)),
//!         TypedNode::Filter(filter) => steps.push(format!("{:?} of {inputs}", filter.filter_table)),
//!         TypedNode::CfApply(nugget) => steps.push(format!("{} bytes of PMML", nugget.pmml(&file)?.len())),
//!         TypedNode::Other => steps.push(format!("cannot run {}", node.describe())),
//!         _ => steps.push(node.describe()),
//!     }
//! }
//! assert_eq!(steps, ["read in.csv", "TypeNode \"Type\"", "TableNode \"Table\""]);
//! # Ok::<(), satsuma_stream::StreamError>(())
//! ```
//!
//! Typed nodes keep what they do not know: unknown names of a fixed set become `Other`, and unknown
//! properties are listed in `unknown`. Refuse both with [`Node::describe`], the property and its value.
//! [`Node::element`] has everything else. The engine decides about disabled nodes ([`Node::enabled`]).
//! [`PropertyReader`], [`text_enum!`] and [`tables`] read the node types that have no Rust type here.
//! [`Diagram::find`] and [`Diagram::find_among`] find the nodes that a job definition names, and
//! [`Stream::branch_to`] their branches.
//!
//! Side files are inflated when they are read ([`StreamFile::entry`] and the methods of nuggets), so that
//! unused ones cost nothing.
//!
//! # Writing and editing
//!
//! [`StreamBuilder`] creates new streams. [`StreamFile::edit`] changes a stream atomically, and
//! [`StreamFile::write`] writes it: unchanged parts keep their bytes.
//!
//! ```
//! use satsuma_stream::{StreamBuilder, StreamFile};
//!
//! let mut new = StreamBuilder::new("churn");
//! let source = new.delimited_file("in.csv", &[]);
//! let table = new.table();
//! new.link(source, table).label(table, "Scores").score_with(table);
//! let mut file = StreamFile::open(new.write()?)?;
//!
//! file.edit(|edit| edit.set_property(&source.uid(), "inputFileName", "tonight.csv"))?;
//! let again = StreamFile::open(file.write()?)?;
//! let node = again.stream().diagram.find(&source.uid())?;
//! assert_eq!(node.property("inputFileName").as_deref(), Some("tonight.csv"));
//!
//! // An edit that fails has no effect.
//! let before = file.write()?;
//! assert!(file.edit(|edit| edit.set_property("idNobody", "inputFileName", "x")).is_err());
//! assert_eq!(file.write()?, before);
//! # Ok::<(), satsuma_stream::StreamError>(())
//! ```
//!
//! [`Edit::deliver`] delivers a newly built model like an execution of its builder: it replaces the model of
//! the builder's nuggets or, if the builder has none, adds a nugget if the stream's settings allow it.
//!
//! # Inspecting a stream
//!
//! [`catalog`] has the names of all node types. [`explain::explain`] describes the content of a stream,
//! [`svg`] draws it, and [`survey`] counts the node types of many streams. [`ModelerFile`] also opens
//! palettes, nodes and saved outputs.

mod archive;
mod builder;
pub mod catalog;
mod diagram;
mod element;
mod error;
pub mod explain;
mod extension;
mod field;
mod fields;
mod file;
mod inflate;
mod limits;
mod modeler_file;
mod node;
pub mod nodes;
mod package;
mod record_table;
mod scf;
mod stream;
pub mod survey;
mod svg;
pub mod tables;
mod text_enum;
mod time;
mod value;

pub use archive::{Archive, read_entry_run, write_archive};
pub use builder::{NodeRef, StreamBuilder};
pub use diagram::{Comment, Diagram, Link};
pub use element::{Content, Element, FromText, Instruction};
pub use error::{ErrorKind, Place, Result, StreamError};
pub use extension::{read_pairs, unwrap_content, wrap_content, write_pairs};
pub use field::{Field, FieldType, Measure, Role, Storage};
pub use file::{Delivery, Edit, ModelContent, NewModel, NewNugget, StreamFile};
pub use limits::Limits;
pub use modeler_file::{ModelerFile, ModelerFileKind, SavedOutput};
pub use node::{Node, NodeFamily, NodeId, NodeKind, NodeType};
pub use nodes::PropertyReader;
pub use record_table::{RecordColumn, RecordTable, RecordValues};
pub use scf::{PMML_MIME_TYPE, ScfContainer, ScfEntry};
pub use stream::{
    Branch, DeploymentType, Designation, GlobalValues, Parameter, RefreshLink, RulesetMode, ScriptLanguage,
    Stream, StreamProperties, Tie,
};
pub use svg::svg;
pub use tables::{
    Check, FilterOutcome, FilterRow, FilterTable, Missing, TextImportRow, TextImportTable, TypeRow,
    TypeTable, ValueMode,
};
pub use time::utc;
pub use value::Value;
