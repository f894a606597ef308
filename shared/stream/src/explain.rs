//! Explanation of a stream: its content as plain data, for people and clients.
//!
//! The data are meant for JSON responses. Explaining never fails: unreadable parts are listed in
//! [`Explanation::problems`]. An engine fills in [`Explanation::actions`], because this crate cannot check
//! what an engine supports.

mod actions;
mod collect;
mod diagram;
mod models;
mod stream;

pub use actions::{ActionCheck, Obstacle};
pub use diagram::{
    CommentSummary, DiagramSummary, LinkSummary, NodeSummary, Point, SourceField, SourceSummary,
};
pub use models::{BuilderSummary, ModelSummary};
pub use stream::{DesignationSummary, GlobalSummary, ParameterSummary, ScoringSummary, ScriptSummary};

use serde::Serialize;

use crate::file::StreamFile;

/// The content of a stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Name of the stream when it was saved.
    pub name: String,
    /// Version of Modeler that wrote it.
    pub version: String,
    /// Version of the stream format.
    pub save_version: String,
    /// When it was last saved, in milliseconds since 1970.
    pub saved_at: Option<i64>,
    /// Nodes, links and comments. Supernodes contain their own.
    pub diagram: DiagramSummary,
    /// Source nodes with their fields, including those in supernodes.
    pub sources: Vec<SourceSummary>,
    /// Numbers of the nodes that a run executes, in execution order, in the stream's diagram.
    pub terminals: Vec<u32>,
    /// The deployment of the stream.
    pub scoring: ScoringSummary,
    /// Its parameters.
    pub parameters: Vec<ParameterSummary>,
    /// Global values of its fields.
    pub globals: Vec<GlobalSummary>,
    /// Its models, including those in supernodes.
    pub models: Vec<ModelSummary>,
    /// Nonempty scripts of the stream and of its supernodes.
    pub scripts: Vec<ScriptSummary>,
    /// Checks whether each action can be run; empty if they were not requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionCheck>,
    /// Parts that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// Explains a stream.
///
/// ```
/// use satsuma_stream::{StreamBuilder, StreamFile, explain::explain};
///
/// let mut stream = StreamBuilder::new("sample");
/// let source = stream.delimited_file("data.csv", &[]);
/// let table = stream.table();
/// stream.link(source, table).score_with(table);
/// let explanation = explain(&StreamFile::open(stream.write()?)?);
/// assert_eq!(explanation.sources[0].place.as_deref(), Some("data.csv"));
/// assert_eq!(explanation.scoring.branch.as_deref(), Some([0, 1].as_slice()));
/// # Ok::<(), satsuma_stream::StreamError>(())
/// ```
pub fn explain(file: &StreamFile) -> Explanation {
    collect::collect(file)
}

#[cfg(test)]
mod tests;
