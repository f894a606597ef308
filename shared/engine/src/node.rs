//! What a type of node is to the engine.
//!
//! A type of node is one file of the crate `satsuma-nodes`: its settings, its behaviour, its tests, and one
//! [`NodeType`] that a [`Registry`] lists. Compiling a node reads its settings and gives one of three things:
//! a [`Source`], a [`Process`] or a [`Terminal`]. Compiled nodes hold everything that the stream says of
//! them; what they need of a run they get as a [`NodeRun`].

use async_trait::async_trait;
use satsuma_columns::DataModel;

use crate::compile::Compile;
use crate::data::Table;
use crate::diagnostic::Reported;
use crate::error::NodeError;
use crate::exec::Kind;
use crate::outcome::Product;
use crate::request::{ExportOverride, SourceOverride};
use crate::settings::Setting;
use crate::task::NodeRun;

/// How many links lead into a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inputs {
    /// None: a source.
    None,
    /// Exactly one.
    One,
    /// One or more, in an order.
    Many,
}

/// A type of node.
#[derive(Debug, Clone, Copy)]
pub struct NodeType {
    /// The class that streams name, without its package: `SelectNode`.
    pub class: &'static str,
    /// The extension, for classes that stand for many types of nodes: `applySVM`.
    pub extension: Option<&'static str>,
    /// How many links lead into it.
    pub inputs: Inputs,
    /// All properties that it reads, for documents and scripts.
    pub settings: &'static [Setting],
    /// Compiles a node of the type. Whatever it does not support, it reports.
    pub compile: fn(&mut Compile<'_>) -> Result<Compiled, Reported>,
}

/// A node, ready to work.
pub enum Compiled {
    /// It makes records.
    Source(Box<dyn Source>),
    /// It turns tables into a table.
    Process(Box<dyn Process>),
    /// It ends a branch.
    Terminal(Box<dyn Terminal>),
}

impl Compiled {
    /// A source.
    pub fn source(source: impl Source + 'static) -> Self {
        Self::Source(Box::new(source))
    }

    /// A node between others.
    pub fn process(process: impl Process + 'static) -> Self {
        Self::Process(Box::new(process))
    }

    /// The end of a branch.
    pub fn terminal(terminal: impl Terminal + 'static) -> Self {
        Self::Terminal(Box::new(terminal))
    }
}

/// A node without inputs.
#[async_trait]
pub trait Source: Send + Sync {
    /// The file that it looks for by name; `None` where the job names the file, or there is none.
    fn wanted_file(&self) -> Option<&str>;

    /// The fields as the stream knows them, without looking at the data.
    ///
    /// # Errors
    /// [`NodeError::NeedsRecords`] where the stream does not know them.
    fn model(&self) -> Result<DataModel, NodeError>;

    /// Opens the data: headers are read, records are not. The table's records are read when it is run.
    ///
    /// # Errors
    /// If the data are missing or unreadable.
    async fn open(&self, run: &NodeRun) -> Result<Table, NodeError>;

    /// Reads the values that the types of the source ask for; called only where a later node uses them.
    ///
    /// # Errors
    /// If reading fails.
    async fn instantiate(&self, table: Table, _run: &NodeRun) -> Result<Table, NodeError> {
        Ok(table)
    }
}

/// A node with inputs whose records go on.
#[async_trait]
pub trait Process: Send + Sync {
    /// The fields that come out, from those that arrive, without any record. Runs, checks and `inspect`
    /// use it, so whatever can be wrong about fields must show here.
    ///
    /// # Errors
    /// What is wrong; [`NodeError::NeedsRecords`] where only the records decide.
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError>;

    /// The table that comes out. It may run passes over its inputs first.
    ///
    /// # Errors
    /// What is wrong with the fields, or a pass that fails.
    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError>;

    /// Whether it needs the values of the fields that arrive: members of sets, ranges. Type nodes upstream
    /// then read those that the stream does not hold.
    fn uses_values(&self) -> bool {
        false
    }

    /// Whether it only renames, drops or describes fields. Its table is not kept for several readers; that
    /// of its input is.
    fn is_free(&self) -> bool {
        false
    }
}

/// A node that ends a branch.
#[async_trait]
pub trait Terminal: Send + Sync {
    /// The names of the files that it writes.
    fn file_names(&self) -> Vec<String>;

    /// Checks the fields that arrive, without any record.
    ///
    /// # Errors
    /// What is wrong.
    fn check(&self, _input: &DataModel) -> Result<(), NodeError> {
        Ok(())
    }

    /// Whether it needs the values of the fields that arrive.
    fn uses_values(&self) -> bool {
        false
    }

    /// Whether other branches read what it computes, so that it runs before them: Set Globals.
    fn runs_first(&self) -> bool {
        false
    }

    /// Does its work.
    ///
    /// # Errors
    /// Whatever fails.
    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError>;
}

/// The types of nodes that an engine knows.
#[derive(Debug, Clone, Copy)]
pub struct Registry {
    /// The types; of two with the same class and extension the first is taken.
    pub types: &'static [&'static NodeType],
    /// The kinds of what their plans carry.
    pub kinds: &'static [&'static Kind],
    /// Compiles any source whose data the job replaces.
    pub replaced_source: fn(&mut Compile<'_>, &SourceOverride) -> Result<Compiled, Reported>,
    /// Compiles any terminal node whose records the job sends elsewhere.
    pub replaced_export: fn(&mut Compile<'_>, &ExportOverride) -> Result<Compiled, Reported>,
}

impl Registry {
    /// The type of a node.
    pub fn find(&self, node_type: &satsuma_stream::NodeType) -> Option<&'static NodeType> {
        let fits = |known: &&&NodeType| {
            known.class == node_type.class()
                && (known.extension.is_none() || known.extension == node_type.extension())
        };
        self.types.iter().find(fits).copied()
    }
}
