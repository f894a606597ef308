//! The interface between the engine and the types of nodes.
//!
//! A type of node is one file of the crate `satsuma-nodes`: its settings, its behaviour, its tests, and one
//! [`NodeType`] in the list of a [`Registry`]. Compiling a node reads its settings and returns a [`Source`],
//! a [`Process`] or a [`Terminal`]. Compiled nodes contain all their data from the stream; a [`NodeRun`]
//! supplies those of the run.

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

/// The number of links into a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inputs {
    /// None: a source.
    None,
    /// Exactly one.
    One,
    /// One or more, in order.
    Many,
}

/// A type of node.
#[derive(Debug, Clone, Copy)]
pub struct NodeType {
    /// The class in streams, without its package: `SelectNode`.
    pub class: &'static str,
    /// The extension, for classes that many types of nodes share: `applySVM`.
    pub extension: Option<&'static str>,
    /// The number of its input links.
    pub inputs: Inputs,
    /// All properties that it reads, for documents and scripts.
    pub settings: &'static [Setting],
    /// Compiles a node of this type, and reports unsupported features.
    pub compile: fn(&mut Compile<'_>) -> Result<Compiled, Reported>,
}

/// A compiled node.
pub enum Compiled {
    /// It reads records.
    Source(Box<dyn Source>),
    /// It computes a table from tables.
    Process(Box<dyn Process>),
    /// It ends a branch.
    Terminal(Box<dyn Terminal>),
}

impl Compiled {
    /// A source.
    pub fn source(source: impl Source + 'static) -> Self {
        Self::Source(Box::new(source))
    }

    /// A node with inputs and output.
    pub fn process(process: impl Process + 'static) -> Self {
        Self::Process(Box::new(process))
    }

    /// A node at the end of a branch.
    pub fn terminal(terminal: impl Terminal + 'static) -> Self {
        Self::Terminal(Box::new(terminal))
    }
}

/// A node without inputs.
#[async_trait]
pub trait Source: Send + Sync {
    /// The file that it looks up by name; `None` if the job names the file, or there is none.
    fn wanted_file(&self) -> Option<&str>;

    /// The fields from the stream, without reading data.
    ///
    /// # Errors
    /// [`NodeError::NeedsRecords`] if the stream does not contain them.
    fn model(&self) -> Result<DataModel, NodeError>;

    /// Opens the data: reads headers, but no records. The records of the table are read when it is executed.
    ///
    /// # Errors
    /// The data are missing or unreadable.
    async fn open(&self, run: &NodeRun) -> Result<Table, NodeError>;

    /// Reads the values that the types of the source require. Called only if a later node uses them.
    ///
    /// # Errors
    /// A failure in reading.
    async fn instantiate(&self, table: Table, _run: &NodeRun) -> Result<Table, NodeError> {
        Ok(table)
    }
}

/// A node with inputs and an output.
#[async_trait]
pub trait Process: Send + Sync {
    /// The output fields, derived from the input fields without any record. Runs, checks and `inspect` use
    /// it, so that every problem of fields must be reported here.
    ///
    /// # Errors
    /// The problem; [`NodeError::NeedsRecords`] if the fields depend on the records.
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError>;

    /// The output table. It may first run passes over its inputs.
    ///
    /// # Errors
    /// A problem of the fields, or a pass that failed.
    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError>;

    /// Whether it needs the values of its input fields: members of sets, ranges. Type nodes upstream then
    /// read those that are missing in the stream.
    fn uses_values(&self) -> bool {
        false
    }

    /// Whether it only renames, drops or describes fields. Its table is not cached for several readers; that
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

    /// Checks the input fields, without any record.
    ///
    /// # Errors
    /// The problem.
    fn check(&self, _input: &DataModel) -> Result<(), NodeError> {
        Ok(())
    }

    /// Whether it needs the values of its input fields.
    fn uses_values(&self) -> bool {
        false
    }

    /// Whether other branches read its results, so that it runs before them: Set Globals.
    fn runs_first(&self) -> bool {
        false
    }

    /// Whether its model predicts a field. The engine then scores the training records with the new model, to measure
    /// its quality, and keeps the records for that.
    fn predicts(&self) -> bool {
        true
    }

    /// Executes the node.
    ///
    /// # Errors
    /// The failure.
    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError>;

    /// Executes it behind a node, for terminal nodes that compare its input with its output. `before` has the fields that
    /// arrive at that node.
    ///
    /// # Errors
    /// The failure.
    async fn run_behind(
        &self,
        _before: Option<&DataModel>,
        input: Table,
        run: &NodeRun,
    ) -> Result<Vec<Product>, NodeError> {
        self.run(input, run).await
    }
}

/// The types of nodes of an engine.
#[derive(Debug, Clone, Copy)]
pub struct Registry {
    /// The types; of two with the same class and extension the first one is used.
    pub types: &'static [&'static NodeType],
    /// The kinds of what their plans carry.
    pub kinds: &'static [&'static Kind],
    /// Compiles a source whose data a source override replaces.
    pub replaced_source: fn(&mut Compile<'_>, &SourceOverride) -> Result<Compiled, Reported>,
    /// Compiles a terminal node with an export override.
    pub replaced_export: fn(&mut Compile<'_>, &ExportOverride) -> Result<Compiled, Reported>,
    /// Compiles the end behind a nugget that measures the quality of its model in `EVALUATION` jobs.
    pub quality: fn(&mut Compile<'_>) -> Option<Compiled>,
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
