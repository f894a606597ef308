//! Dry run: reports what a job would read, execute and write, and why it could not run, with the code of a
//! run. It fetches only the stream, and writes nothing.

use std::collections::HashMap;
use std::path::PathBuf;

use satsuma_domain::definition::NodeData;
use satsuma_domain::execution::{Failure, FailureCategory};
use satsuma_domain::file::FileInfo;
use satsuma_domain::ports::GetFile;
use satsuma_domain::{FileId, InstanceId, JobDefinition, StoreError};
use satsuma_engine::{
    CheckReport, Effort, EngineError, ExportOverride, FileFormat, Limits, NodeUse, SourceFile,
    SourceOverride, SourceUse,
};
use satsuma_stream::explain::Obstacle;
use satsuma_stream::{StreamError, StreamFile};

use crate::{failure, request, sources, unsupported};

/// Most files that are looked up; a job reads a few, a hostile stream names thousands.
const MAX_LOOKUPS: usize = 100;

/// The result of a dry run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DryRun {
    /// The engine's result.
    pub report: CheckReport,
    /// The sources that it would read.
    pub sources: Vec<Read>,
    /// Where its results would go.
    pub exports: Vec<Write>,
    /// All obstacles, the engine's included.
    pub obstacles: Vec<Obstacle>,
}

impl DryRun {
    /// The result for a job whose stream is missing.
    #[must_use]
    pub fn without_stream(definition: &JobDefinition) -> Self {
        Self::blocked(definition, &failure::stream_missing(&definition.model.id))
    }

    /// The result for a job with an unreadable stream.
    #[must_use]
    pub fn without_readable_stream(definition: &JobDefinition, error: &StreamError) -> Self {
        Self::blocked(definition, &failure::stream_unreadable(&definition.model.id, error))
    }

    /// The result for a job whose stream was not read, with the reason. A run may read it.
    #[must_use]
    pub fn unchecked(definition: &JobDefinition, reason: &str) -> Self {
        let message = format!("not checked: {reason}");
        Self::blocked(definition, &Failure::new("unexamined", FailureCategory::System, message))
    }

    fn blocked(definition: &JobDefinition, failure: &Failure) -> Self {
        let unsupported = unsupported::all(definition);
        let obstacles = unsupported.iter().chain([failure]).map(obstacle);
        Self { obstacles: obstacles.collect(), ..Self::default() }
    }
}

/// A source that a job would read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The node.
    pub node: NodeUse,
    /// The upload that it would read; `None` if it reads other data.
    pub file: Option<String>,
    /// Whether the job names the file, rather than the node itself.
    pub is_given: bool,
    /// Whether the upload exists.
    pub found: Found,
}

/// The result of looking up an upload.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// It exists.
    There(FileInfo),
    /// It does not exist.
    Missing,
    /// The job reads more files than a dry run looks up.
    Unchecked,
}

/// A result that a job would write.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// The terminal node.
    pub node: NodeUse,
    /// The name of the result file; `None` if the records would go elsewhere.
    pub file: Option<String>,
}

/// Checks a job with its stream.
///
/// # Errors
/// A fault of the store.
pub async fn dry_run<F: GetFile>(
    files: &F,
    instance: &InstanceId,
    definition: &JobDefinition,
    stream: StreamFile,
    effort: Effort,
) -> Result<DryRun, StoreError> {
    let setting = &definition.setting;
    // The engine also checks the rest of a job whose inputs or outputs are already refused.
    let reads = |input: &NodeData| {
        let file = input.file().filter(|_| unsupported::of_input(definition, input).is_none());
        file.map_or_else(|| elsewhere(input), |file| sources::given(&input.node, file, PathBuf::new()))
    };
    let writes = |(number, output): (usize, &NodeData)| {
        let export = request::export(output).filter(|_| unsupported::of_export(definition, output).is_none());
        export.unwrap_or_else(|| nowhere(number, output))
    };
    let sources = setting.inputs.iter().map(reads).collect();
    let mut request = request::of_definition(definition, stream, sources, PathBuf::new(), Limits::default());
    request.exports = setting.exports.iter().enumerate().map(writes).collect();
    // Compiling models needs much processor time.
    let report = tokio::task::spawn_blocking(move || satsuma_nodes::engine().dry_run(&request, effort)).await;
    let report = report.map_err(|fault| StoreError::permanent("check a job", fault.to_string()))?;

    let unsupported = unsupported_in(definition, &report);
    let obstacles = unsupported.iter().map(obstacle).chain(report.obstacles.iter().cloned()).collect();
    let mut dry_run = DryRun { obstacles, ..DryRun::default() };
    let mut lookups = Lookups { files, instance, known: HashMap::new() };
    for source in &report.sources {
        let read = lookups.source(definition, source).await?;
        dry_run.obstacles.extend(read.missing());
        dry_run.sources.push(read);
    }
    for result in &report.results {
        let given = result.export.and_then(|at| setting.exports.get(at));
        let refused = given.filter(|export| unsupported::of_export(definition, export).is_some());
        let file = match refused {
            Some(export) => export.file().map(|file| file.id.to_string()),
            None => Some(result.file.clone()),
        };
        dry_run.exports.push(Write { node: result.node.clone(), file });
    }
    dry_run.report = report;
    Ok(dry_run)
}

/// All unsupported features of the definition, each at its node of the stream.
fn unsupported_in(definition: &JobDefinition, report: &CheckReport) -> Vec<Failure> {
    let at = |failure: Failure, node: Option<&NodeUse>| match node {
        Some(node) => failure::at(failure, &node.reference),
        None => failure,
    };
    let inputs = definition.setting.inputs.iter().enumerate().filter_map(|(number, input)| {
        let mut sources = report.sources.iter();
        let source = sources.find(|source| source.file == SourceFile::Given(number));
        Some(at(unsupported::of_input(definition, input)?, source.map(|source| &source.node)))
    });
    let exports = definition.setting.exports.iter().enumerate().filter_map(|(number, export)| {
        let result = report.results.iter().find(|result| result.export == Some(number));
        Some(at(unsupported::of_export(definition, export)?, result.map(|result| &result.node)))
    });
    inputs.chain(exports).chain(unsupported::of_report(definition)).collect()
}

/// Looks up uploads, each once.
struct Lookups<'a, F> {
    files: &'a F,
    instance: &'a InstanceId,
    known: HashMap<FileId, Option<FileInfo>>,
}

impl<F: GetFile> Lookups<'_, F> {
    async fn source(&mut self, definition: &JobDefinition, source: &SourceUse) -> Result<Read, StoreError> {
        let (id, file) = match &source.file {
            SourceFile::Given(at) => {
                let given = definition.setting.inputs.get(*at).and_then(NodeData::file);
                (given.map(|file| file.id.clone()), given.map(|file| file.id.to_string()))
            }
            SourceFile::Wanted(name) => (sources::upload_of(name), Some(name.clone())),
            SourceFile::None => (None, None),
        };
        let found = match id {
            Some(id) => self.look_up(id).await?,
            None => Found::Missing,
        };
        let is_given = matches!(source.file, SourceFile::Given(_));
        Ok(Read { node: source.node.clone(), file, is_given, found })
    }

    async fn look_up(&mut self, id: FileId) -> Result<Found, StoreError> {
        if !self.known.contains_key(&id) {
            if self.known.len() == MAX_LOOKUPS {
                return Ok(Found::Unchecked);
            }
            let info = self.files.file_info(&sources::key(self.instance, &id)).await?;
            self.known.insert(id.clone(), info);
        }
        let info = self.known.get(&id).cloned().flatten();
        Ok(info.map_or(Found::Missing, Found::There))
    }
}

impl Read {
    /// The obstacle if the file is missing. Inputs that are not files have an obstacle of their own.
    fn missing(&self) -> Option<Obstacle> {
        let file = self.file.as_ref()?;
        match &self.found {
            Found::There(_) => None,
            Found::Unchecked => {
                let reason = format!("not checked: the job reads more than {MAX_LOOKUPS} files");
                let failure = Failure::new("unexamined", FailureCategory::System, reason);
                Some(obstacle(&failure::at(failure, &self.node.reference)))
            }
            Found::Missing if self.is_given => {
                let id = FileId::new(file.clone()).ok()?;
                Some(obstacle(&failure::at(failure::input_missing(&id), &self.node.reference)))
            }
            Found::Missing => {
                let node = self.node.reference.clone();
                let error = EngineError::SourceMissing { node, file: file.clone() };
                Some(obstacle(&failure::of_engine(&error)))
            }
        }
    }
}

/// A failure of a run, as an obstacle.
fn obstacle(failure: &Failure) -> Obstacle {
    Obstacle {
        node: failure.node.clone(),
        uid: failure.uid.clone(),
        property: None,
        value: None,
        reason: failure.message.clone(),
        code: failure.code.clone().into(),
    }
}

/// A placeholder for data that are not in a readable file.
fn elsewhere(input: &NodeData) -> SourceOverride {
    SourceOverride {
        node: input.node.clone(),
        path: PathBuf::new(),
        file_name: "elsewhere.csv".to_owned(),
        format: None,
        encoding: None,
    }
}

/// A placeholder for a target that is not a writable file; each has its own.
fn nowhere(number: usize, output: &NodeData) -> ExportOverride {
    let (node, file_name) = (output.node.clone(), format!("elsewhere {number}.csv"));
    ExportOverride { node, file_name, format: Some(FileFormat::Csv) }
}
