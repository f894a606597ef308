//! A stream explained: what is in it, for a person or a client to read.
//!
//! All of it is plain data, to be given out as JSON. Nothing here fails: what cannot be read is said in
//! [`Explanation::problems`]. Whether a service can run the stream is for an engine to say: it fills
//! [`Explanation::actions`].

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

/// What is in a stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The stream's name when it was saved.
    pub name: String,
    /// Version of Modeler that wrote it.
    pub version: String,
    /// Version of the layout.
    pub save_version: String,
    /// When it was last saved, in milliseconds since 1970.
    pub saved_at: Option<i64>,
    /// Nodes, links and comments; supernodes have theirs inside.
    pub diagram: DiagramSummary,
    /// Sources with their fields, inside supernodes too.
    pub sources: Vec<SourceSummary>,
    /// Nodes that a run executes, in its order: their numbers in the stream's own diagram.
    pub terminals: Vec<u32>,
    /// How the stream is deployed.
    pub scoring: ScoringSummary,
    /// Its parameters.
    pub parameters: Vec<ParameterSummary>,
    /// Global values of its fields.
    pub globals: Vec<GlobalSummary>,
    /// Its models, inside supernodes too.
    pub models: Vec<ModelSummary>,
    /// Scripts that are not empty, of the stream and of its supernodes.
    pub scripts: Vec<ScriptSummary>,
    /// For each action of a job, whether it can be run; empty if nobody was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionCheck>,
    /// What could not be read.
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
