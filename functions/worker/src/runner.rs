//! One execution of a job by the engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use satsuma_domain::definition::Action as JobAction;
use satsuma_domain::execution::{Failure, MAX_RESULTS, Outcome, Progress, ResultFile};
use satsuma_domain::file::{FileInfo, FileKey, FileName, ResultId};
use satsuma_domain::log::{Level, RunLog};
use satsuma_domain::ports::{ChargeStorage, GetFile, PutFile, RemoveFile, ReplaceFile};
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{ExecutionNumber, Job, Report};
use satsuma_engine::{Action, Cancellation, Environment, JobOutcome, Limits, RunStatistics};
use satsuma_stream::{Limits as StreamLimits, StreamFile};
use tracing::{Instrument, info_span};

use crate::metering::Metering;
use crate::refresh::Refreshed;
use crate::sources::Sources;
use crate::training::Builders;
use crate::{bundle, failure, narrate, refresh, report, request, scratch, training, unsupported};

/// Runs streams with the engine, on files from a store.
pub struct EngineRunner<F> {
    files: Arc<F>,
    /// Where a larger stream is charged when it replaces the stored one.
    usage: Option<Arc<dyn ChargeStorage>>,
    scratch: PathBuf,
    limits: Limits,
    metering: Metering,
}

impl<F: GetFile + PutFile + RemoveFile + ReplaceFile + 'static> EngineRunner<F> {
    /// A runner whose executions each get a folder of their own in `scratch`.
    #[must_use]
    pub fn new(files: Arc<F>, scratch: PathBuf, limits: Limits) -> Self {
        Self { files, usage: None, scratch, limits, metering: Metering::default() }
    }

    /// Charges the instance for the size of streams that jobs replace.
    #[must_use]
    pub fn charging(mut self, usage: Arc<dyn ChargeStorage>) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Adds the metering of executions to their reports.
    #[must_use]
    pub fn metered_by(mut self, metering: Metering) -> Self {
        self.metering = metering;
        self
    }

    async fn execute(
        &self,
        job: &Job,
        number: ExecutionNumber,
        context: &RunContext,
    ) -> Result<Ran, Failure> {
        unsupported::check(&job.definition)?;
        // Removed with its content when this function returns, because other tenants' jobs will use the same
        // sandbox.
        let folder = scratch::folder(&self.scratch).map_err(|error| failure::of_disk(&error))?;
        let sources =
            Arc::new(Sources::new(Arc::clone(&self.files), job.key.instance.clone(), folder.path(), context));
        let fetched = async {
            let stream = self.stream(job, folder.path(), context.log()).await?;
            let overrides = match &stream {
                Fetched::Stream(_, stream) => {
                    sources.overrides(stream.stream(), &job.definition.setting.inputs).await?
                }
                Fetched::Refreshed(..) => Vec::new(),
            };
            Ok::<_, Failure>((stream, overrides))
        };
        let fetched = context.unless_stopped(fetched).instrument(info_span!("fetch")).await;
        let Some((stream, overrides)) = fetched.transpose()? else { return Ok(canceled()) };
        let (read, stream) = match stream {
            Fetched::Stream(read, stream) => (read, stream),
            Fetched::Refreshed(read, name) => {
                return self.repeated(job, number, context, &read, name, folder.path()).await;
            }
        };
        let work_dir = folder.path().join("work");
        std::fs::create_dir(&work_dir).map_err(|error| failure::of_disk(&error))?;
        let request = request::of_definition(&job.definition, *stream, overrides, work_dir, self.limits);

        let reporter = context.clone();
        let builders = Arc::new(Builders::default());
        let of_builders = Arc::clone(&builders);
        let statistics = RunStatistics::new();
        let environment = Environment {
            data: sources,
            progress: Some(Arc::new(move |progress| {
                reporter.report(Progress {
                    fraction: of_builders.fraction(progress.fraction),
                    rows_read: progress.rows_read,
                    rows_written: progress.rows_written,
                    ..Progress::default()
                });
            })),
            listener: Some(narrate::listener(context, &builders)),
            statistics: statistics.clone(),
            cancellation: Cancellation::from(context.stop_flag()),
        };
        // The engine checks the flag between batches; a waiting future (a download, a full channel) is
        // dropped.
        let options = training::options(&job.definition);
        let engine = satsuma_nodes::engine();
        let run = engine.train(&request, &options, &environment).instrument(info_span!("run"));
        let ran = context.unless_stopped(run).await;
        context.set_report(report::of(&statistics));
        narrate::work(context.log(), &statistics);
        match ran {
            Some(Ok(outcome)) => {
                let outcome = match request.action {
                    Action::Evaluation => {
                        bundle::documents(outcome, job.definition.model.id.as_str(), folder.path())?
                    }
                    _ => outcome,
                };
                let new = outcome.files.last().map(|file| file.path.clone());
                let is_new = outcome.models.iter().any(|model| model.is_delivered);
                let published = self.publish(job, number, context, outcome);
                let ran = published.instrument(info_span!("publish")).await?;
                match (job.definition.action, new) {
                    (JobAction::AutoRefresh, Some(new)) => {
                        let refreshed = self.refresh(job, number, context, &read, (&new, is_new), ran);
                        refreshed.instrument(info_span!("refresh")).await
                    }
                    _ => Ok(ran),
                }
            }
            Some(Err(error)) if error.is_canceled() => Ok(canceled()),
            Some(Err(error)) => Err(failure::of_engine(&error)),
            None => Ok(canceled()),
        }
    }

    /// The present version of the stream. Later changes of the file do not affect this execution.
    async fn stream(&self, job: &Job, folder: &Path, log: &RunLog) -> Result<Fetched, Failure> {
        let id = &job.definition.model.id;
        let path = folder.join(STREAM);
        let downloaded = self.files.download(&stream_key(job), &path).await;
        let info = downloaded.map_err(|fault| failure::of_store(&fault))?;
        let info = info.ok_or_else(|| failure::stream_missing(id))?;
        log.line(Level::Info, &format!("stream `{id}`: {}", narrate::content(&info)));
        if info.bytes > StreamLimits::FILE_BYTES {
            return Err(failure::stream_too_large(id, info.bytes));
        }
        let bytes = std::fs::read(&path).map_err(|error| failure::of_disk(&error))?;
        let stream = StreamFile::open(bytes).map_err(|error| failure::stream_unreadable(id, &error))?;
        if job.definition.action == JobAction::AutoRefresh && info.by.is_of(job.uuid, job.revision) {
            let name = job.definition.model.name.clone();
            return Ok(Fetched::Refreshed(info, name.unwrap_or_else(|| stream.stream().name.clone())));
        }
        Ok(Fetched::Stream(info, Box::new(stream)))
    }

    /// Replaces the stored stream, after the results are stored.
    async fn refresh(
        &self,
        job: &Job,
        number: ExecutionNumber,
        context: &RunContext,
        read: &FileInfo,
        (new, is_new): (&Path, bool),
        mut ran: Ran,
    ) -> Result<Ran, Failure> {
        let Outcome::Success { results } = &ran.outcome else { return Ok(ran) };
        if !is_new {
            let id = &job.definition.model.id;
            ran.warnings.push(format!("the file `{id}` is not replaced: no model of it is new"));
            return Ok(ran);
        }
        let (usage, file) = (self.usage.as_deref(), stream_key(job));
        let refreshed = refresh::replace(&*self.files, usage, job, number, (&file, read), new, context).await;
        match refreshed {
            Ok(Refreshed::Replaced) => Ok(ran),
            Ok(Refreshed::Not(reason)) => {
                // First, because warnings may be cut.
                ran.warnings.insert(0, reason);
                Ok(ran)
            }
            Ok(Refreshed::Stopped) => {
                self.discard(job, number, results).await;
                Ok(canceled())
            }
            Err(failure) => {
                self.discard(job, number, results).await;
                Err(failure)
            }
        }
    }

    /// An earlier attempt of this submission has replaced the stream, but not reported it: the present stream is the
    /// result.
    async fn repeated(
        &self,
        job: &Job,
        number: ExecutionNumber,
        context: &RunContext,
        read: &FileInfo,
        name: String,
        folder: &Path,
    ) -> Result<Ran, Failure> {
        let message =
            format!("{} has replaced the stream already, and this attempt repeats nothing", read.by);
        context.log().line(Level::Info, &message);
        let outcome = JobOutcome {
            files: vec![satsuma_engine::stream_result(&name, folder.join(STREAM), read.bytes)],
            models: Vec::new(),
            warnings: vec![message],
            rows_read: 0,
            rows_written: 0,
        };
        self.publish(job, number, context, outcome).await
    }

    /// Stores the results under the execution's prefix, where only it writes; the job's last write makes them
    /// visible.
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
        context.report(Progress { fraction: 1.0, rows_read, rows_written, ..Progress::default() });
        Ok(Ran { warnings: outcome.warnings, outcome: Outcome::Success { results } })
    }
}

#[async_trait]
impl<F: GetFile + PutFile + RemoveFile + ReplaceFile + 'static> Runner for EngineRunner<F> {
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran {
        let before = self.metering.used_since(None);
        let executed = self.execute(&job, execution, &context).await;
        context.set_report(Report { used: self.metering.used_since(before), ..context.node_report() });
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

/// The name of the fetched stream in the folder of the execution.
const STREAM: &str = "stream";

/// The fetched stream.
enum Fetched {
    /// The stream to run.
    Stream(FileInfo, Box<StreamFile>),
    /// The stream is what an earlier attempt of this submission made; its name.
    Refreshed(FileInfo, String),
}

/// The key of the job's stream.
fn stream_key(job: &Job) -> FileKey {
    let name = FileName::Upload(job.definition.model.id.clone());
    FileKey { instance: job.key.instance.clone(), name }
}

/// The key of a result.
fn result_key(job: &Job, execution: ExecutionNumber, name: &str) -> FileKey {
    let result = ResultId { job: job.uuid, execution, name: name.to_owned() };
    FileKey { instance: job.key.instance.clone(), name: FileName::Result(result) }
}
