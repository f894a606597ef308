//! The list of a job's executions.

use lambda_http::Request;
use satsuma_domain::file::{FileName, ResultId};
use satsuma_domain::report::NodeReport;
use satsuma_domain::{Execution, Job, JobState, Outcome};
use satsuma_http::Settings;
use serde::Serialize;

use super::execution::ExecutionView;

/// One attempt to run a job.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Execution"))]
#[serde(rename_all = "camelCase")]
pub struct ExecutionEntry<'a> {
    /// Its number within the job, from 1.
    number: u32,
    /// Number of the submission that it runs, from 1.
    revision: u32,
    /// Id of the worker, new for every execution.
    worker: String,
    /// State of the execution.
    status: JobState,
    #[serde(flatten)]
    execution: ExecutionView<'a>,
    /// On `FAILED`: the problem, its place, and the remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_msg: Option<&'a str>,
    /// The files that it created.
    results: Vec<ResultView<'a>>,
    /// What each node did, after the end of the execution. Each node follows its inputs. Only the 20 nodes
    /// with the longest running time are listed.
    nodes: Vec<NodeWork<'a>>,
    /// Number of nodes that are not listed; the log has all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    more_nodes: Option<u32>,
}

/// A file that an execution created.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Result"))]
#[serde(rename_all = "camelCase")]
struct ResultView<'a> {
    /// Its name.
    name: &'a str,
    /// Its media type.
    media_type: &'a str,
    /// Its size in bytes.
    bytes: u64,
    /// URL of the file, for fetching and deleting it; append the access key. The file may have been deleted.
    url: String,
}

/// The work of one node.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NodeReport"))]
#[serde(rename_all = "camelCase")]
struct NodeWork<'a> {
    /// The node: its type and label, as in messages.
    node: String,
    /// Its uid, which is the same in all versions of the stream.
    #[serde(skip_serializing_if = "str::is_empty")]
    uid: &'a str,
    /// Number of input records; 0 at a source.
    rows_in: u64,
    /// Number of output records; 0 at a terminal node.
    rows_out: u64,
    /// Milliseconds of its own work. Nodes work in parallel. A node that only selects or describes fields has
    /// no work of its own.
    busy_ms: u64,
}

impl<'a> NodeWork<'a> {
    fn new(report: &'a NodeReport) -> Self {
        Self {
            node: format!("{} \"{}\"", report.kind, report.node),
            uid: &report.uid,
            rows_in: report.rows_in,
            rows_out: report.rows_out,
            busy_ms: report.busy_ms,
        }
    }
}

/// The stored executions of a job, newest first.
#[must_use]
pub fn executions<'a>(job: &'a Job, settings: &Settings, request: &Request) -> Vec<ExecutionEntry<'a>> {
    let newest_first = job.executions.iter().rev();
    newest_first.map(|execution| ExecutionEntry::new(job, execution, settings, request)).collect()
}

impl<'a> ExecutionEntry<'a> {
    fn new(job: &'a Job, execution: &'a Execution, settings: &Settings, request: &Request) -> Self {
        let results = execution.results().iter().map(|file| {
            let result = ResultId { job: job.uuid, execution: execution.number, name: file.name.clone() };
            ResultView {
                name: &file.name,
                media_type: &file.media_type,
                bytes: file.bytes,
                url: settings.file_url(request, &FileName::Result(result)),
            }
        });
        Self {
            number: execution.number.0,
            revision: execution.revision.0,
            worker: execution.worker.0.to_string(),
            status: match execution.outcome {
                None => job.state,
                Some(Outcome::Success { .. }) => JobState::Success,
                Some(Outcome::Failed { .. }) => JobState::Failed,
                Some(Outcome::Canceled) => JobState::Canceled,
            },
            execution: ExecutionView::new(execution),
            failure_msg: execution.failure().map(|failure| failure.message.as_str()),
            results: results.collect(),
            nodes: execution.report.nodes.iter().map(NodeWork::new).collect(),
            more_nodes: Some(execution.report.more_nodes).filter(|more| *more > 0),
        }
    }
}
