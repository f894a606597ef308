//! One execution of a job by the engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use satsuma_domain::execution::{Failure, MAX_RESULTS, Outcome, Progress, ResultFile};
use satsuma_domain::file::{FileKey, FileName, ResultId};
use satsuma_domain::log::{Level, RunLog};
use satsuma_domain::ports::{GetFile, PutFile, RemoveFile};
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{ExecutionNumber, Job, Report};
use satsuma_engine::{Cancellation, Environment, JobOutcome, Limits, RunStatistics};
use satsuma_stream::{Limits as StreamLimits, StreamFile};
use tracing::{Instrument, info_span};

use crate::account::Account;
use crate::sources::Sources;
use crate::{failure, narrate, report, request, scratch, unsupported};

/// Runs streams with the engine, on files from a store.
#[derive(Debug)]
pub struct EngineRunner<F> {
    files: Arc<F>,
    scratch: PathBuf,
    limits: Limits,
    account: Account,
}

impl<F: GetFile + PutFile + RemoveFile + 'static> EngineRunner<F> {
    /// A runner whose executions each get a folder of their own in `scratch`.
    #[must_use]
    pub fn new(files: Arc<F>, scratch: PathBuf, limits: Limits) -> Self {
        Self { files, scratch, limits, account: Account::default() }
    }

    /// The same, with the use of each execution in its report.
    #[must_use]
    pub fn charged_to(mut self, account: Account) -> Self {
        self.account = account;
        self
    }

    async fn execute(
        &self,
        job: &Job,
        number: ExecutionNumber,
        context: &RunContext,
    ) -> Result<Ran, Failure> {
        unsupported::check(&job.definition)?;
        // Gone with everything in it when this function returns: a sandbox is used again, by others.
        let folder = scratch::folder(&self.scratch).map_err(|error| failure::of_disk(&error))?;
        let sources =
            Arc::new(Sources::new(Arc::clone(&self.files), job.key.instance.clone(), folder.path(), context));
        let fetched = async {
            let stream = self.stream(job, folder.path(), context.log()).await?;
            Ok::<_, Failure>((stream, sources.overrides(&job.definition.setting.inputs).await?))
        };
        let fetched = context.unless_stopped(fetched).instrument(info_span!("fetch")).await;
        let Some((stream, overrides)) = fetched.transpose()? else { return Ok(canceled()) };
        let work_dir = folder.path().join("work");
        std::fs::create_dir(&work_dir).map_err(|error| failure::of_disk(&error))?;
        let request = request::of_definition(&job.definition, stream, overrides, work_dir, self.limits);

        let reporter = context.clone();
        let statistics = RunStatistics::new();
        let environment = Environment {
            data: sources,
            progress: Some(Arc::new(move |progress| {
                reporter.report(Progress {
                    fraction: progress.fraction,
                    rows_read: progress.rows_read,
                    rows_written: progress.rows_written,
                });
            })),
            listener: Some(narrate::listener(context)),
            statistics: statistics.clone(),
            cancellation: Cancellation::from(context.stop_flag()),
        };
        // The engine checks the flag between batches; a waiting future (a download, a full channel) is
        // dropped.
        let run = satsuma_nodes::engine().run(&request, &environment).instrument(info_span!("run"));
        let ran = context.unless_stopped(run).await;
        context.set_report(report::of(&statistics));
        narrate::work(context.log(), &statistics);
        match ran {
            Some(Ok(outcome)) => {
                let published = self.publish(job, number, context, outcome);
                published.instrument(info_span!("publish")).await
            }
            Some(Err(error)) if error.is_canceled() => Ok(canceled()),
            Some(Err(error)) => Err(failure::of_engine(&error)),
            None => Ok(canceled()),
        }
    }

    /// The stream as it is now: a file replaced later does not reach this execution.
    async fn stream(&self, job: &Job, folder: &Path, log: &RunLog) -> Result<StreamFile, Failure> {
        let id = &job.definition.model.id;
        let key = FileKey { instance: job.key.instance.clone(), name: FileName::Upload(id.clone()) };
        let path = folder.join("stream");
        let downloaded = self.files.download(&key, &path).await.map_err(|fault| failure::of_store(&fault))?;
        let info = downloaded.ok_or_else(|| failure::stream_missing(id))?;
        log.line(Level::Info, &format!("stream `{id}`: {}", narrate::content(&info)));
        if info.bytes > StreamLimits::FILE_BYTES {
            return Err(failure::stream_too_large(id, info.bytes));
        }
        let bytes = std::fs::read(&path).map_err(|error| failure::of_disk(&error))?;
        StreamFile::open(bytes).map_err(|error| failure::stream_unreadable(id, &error))
    }

    /// Stores the results where this execution alone writes; the job's last write makes them visible.
    async fn publish(
        &self,
        job: &Job,
        number: ExecutionNumber,
        context: &RunContext,
        outcome: JobOutcome,
    ) -> Result<Ran, Failure> {
        if outcome.files.len() > MAX_RESULTS {
            let many = outcome.files.len();
            return Err(failure::unsupported(format!(
                "the stream writes {many} files, at most {MAX_RESULTS} are kept"
            )));
        }
        let mut results = Vec::with_capacity(outcome.files.len());
        for file in &outcome.files {
            let key = result_key(job, number, &file.name);
            results.push(ResultFile {
                name: file.name.clone(),
                media_type: file.media_type.to_owned(),
                bytes: file.bytes,
            });
            let upload = self.files.upload(&key, file.media_type, &file.path);
            let ended = match context.unless_stopped(upload).await {
                Some(Ok(())) => {
                    context.log().line(Level::Info, &format!("result `{}` is stored", file.name));
                    continue;
                }
                Some(Err(fault)) => Err(failure::result_not_stored(&key.name, &fault)),
                None => Ok(canceled()),
            };
            self.discard(job, number, &results).await;
            return ended;
        }
        let (rows_read, rows_written) = (outcome.rows_read, outcome.rows_written);
        context.report(Progress { fraction: 1.0, rows_read, rows_written });
        Ok(Ran { warnings: outcome.warnings, outcome: Outcome::Success { results } })
    }
}

#[async_trait]
impl<F: GetFile + PutFile + RemoveFile + 'static> Runner for EngineRunner<F> {
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran {
        let before = self.account.used_since(None);
        let executed = self.execute(&job, execution, &context).await;
        context.set_report(Report { used: self.account.used_since(before), ..context.node_report() });
        executed.unwrap_or_else(|failure| Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } })
    }

    async fn discard(&self, job: &Job, execution: ExecutionNumber, results: &[ResultFile]) {
        for result in results {
            let key = result_key(job, execution, &result.name);
            if let Err(fault) = self.files.remove_file(&key).await {
                tracing::warn!(%fault, result = key.name.id(), "an unused result was not removed");
            }
        }
    }

    async fn keep_log(&self, job: &Job, execution: ExecutionNumber, log: String) {
        let name = FileName::Log { job: job.uuid, execution };
        let key = FileKey { instance: job.key.instance.clone(), name };
        if let Err(fault) = self.files.put_file(&key, narrate::MEDIA_TYPE, log.into()).await {
            tracing::warn!(%fault, "the log of the execution was not stored");
        }
    }
}

fn canceled() -> Ran {
    Ran { warnings: Vec::new(), outcome: Outcome::Canceled }
}

/// The key of a result.
fn result_key(job: &Job, execution: ExecutionNumber, name: &str) -> FileKey {
    let result = ResultId { job: job.uuid, execution, name: name.to_owned() };
    FileKey { instance: job.key.instance.clone(), name: FileName::Result(result) }
}
