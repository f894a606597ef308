//! The service's side: starts a process for each execution and listens to it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use async_trait::async_trait;
use satsuma_domain::execution::{Failure, FailureCategory, Outcome, ResultFile};
use satsuma_domain::log::Level;
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{ExecutionNumber, Job};
use tokio::sync::mpsc::{Receiver, channel};

use super::{COMMAND, Order, STOP, Said};
use crate::disk::Disk;
use crate::error::LocalError;
use crate::stores::running::Running;

/// Lines of a child that wait to be read.
const AHEAD: usize = 16;

/// The signal with which the system ends a process when memory is exhausted.
const SIGKILL: i32 = 9;

/// How often an execution begins again because the disk was full.
const MAX_WAITS: usize = 5;

/// The codes of failures that a full disk can cause.
const OF_DISK: [&str; 3] = ["disk", "storage", "internal"];

/// Runs each execution in a process of its own.
pub(crate) struct InChildren<R> {
    /// Stores logs and removes results, without a process.
    stores: R,
    /// This program.
    program: PathBuf,
    reached: Running,
    scratch: PathBuf,
    disk: Disk,
}

/// A child that ends with this.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl<R: Runner> InChildren<R> {
    /// Children use the stores at `reached` and write temporary files to `scratch`.
    pub(crate) fn new(stores: R, reached: Running, scratch: PathBuf, disk: Disk) -> Result<Self, LocalError> {
        let program = std::env::current_exe().map_err(|error| LocalError::System {
            what: "the path of this program",
            detail: error.to_string(),
        })?;
        Ok(Self { stores, program, reached, scratch, disk })
    }

    async fn watch(
        &self,
        job: Job,
        execution: ExecutionNumber,
        context: &RunContext,
    ) -> std::io::Result<Ran> {
        let name = format!("{}/{}", job.key.instance, job.key.id);
        let mut command = Command::new(&self.program);
        command.args([COMMAND, &name]).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C in a terminal reaches the service alone, which lets running jobs end.
        command.process_group(0);
        // Removed with its content here: a child that is killed leaves its files.
        let folder = tempfile::Builder::new().prefix("job-").tempdir_in(&self.scratch)?;
        let mut child = Started(command.spawn()?);
        let gone = || std::io::Error::other("a child without its pipes");
        let mut stdin = child.0.stdin.take().ok_or_else(gone)?;
        let mut said = lines(child.0.stdout.take().ok_or_else(gone)?);
        let scratch = folder.path().to_owned();
        let order = Order { job, execution, stores: self.reached.clone(), scratch };
        let order = serde_json::to_string(&order)?;
        // A child that ends before it has read its order breaks the pipe; its status has the reason.
        let stdin = tokio::task::spawn_blocking(move || {
            let _ = writeln!(stdin, "{order}");
            stdin
        });
        let mut stdin: Option<ChildStdin> = stdin.await.ok();
        let mut is_asked = false;
        loop {
            tokio::select! {
                line = said.recv() => match line {
                    Some(Said::Word { progress, log }) => {
                        context.report_builders(progress.builders.clone());
                        context.report(progress);
                        context.log().append(&log);
                    }
                    Some(Said::Done { report, warnings, outcome }) => {
                        context.set_report(report);
                        return Ok(Ran { warnings, outcome });
                    }
                    None => break,
                },
                () = context.stopped(), if !is_asked => {
                    is_asked = true;
                    if let Some(stdin) = &mut stdin {
                        // Short enough for the pipe: this never waits.
                        let _ = writeln!(stdin, "{STOP}");
                    }
                }
            }
        }
        let status =
            tokio::task::spawn_blocking(move || child.0.wait()).await.map_err(std::io::Error::other)??;
        Ok(if is_asked { canceled() } else { ended(status, context) })
    }
}

/// The lines of a child, read by a thread.
fn lines(out: ChildStdout) -> Receiver<Said> {
    let (sender, receiver) = channel(AHEAD);
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let Ok(said) = serde_json::from_str(&line) else { break };
            if sender.blocking_send(said).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The end of a run whose process ended without a result.
fn ended(status: ExitStatus, context: &RunContext) -> Ran {
    let how = match (status.signal(), status.code()) {
        (Some(SIGKILL), _) => {
            "was killed, as the system does if memory is exhausted; use smaller data, or a machine with more memory".to_owned()
        }
        (Some(signal), _) => format!("ended with signal {signal}; the service's log has the details"),
        (None, code) => {
            let code = code.map_or_else(String::new, |code| format!(" with code {code}"));
            format!("ended{code} before its result; the service's log has the details")
        }
    };
    let message = format!("the process that ran this stream {how}");
    tracing::error!(%status, "the process of a job ended before its result");
    context.log().line(Level::Error, &message);
    failed("internal", message)
}

fn failed(code: &str, message: String) -> Ran {
    let failure = Failure::new(code, FailureCategory::System, message);
    Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
}

fn is_of_disk(ran: &Ran) -> bool {
    matches!(&ran.outcome, Outcome::Failed { failure } if OF_DISK.contains(&failure.code.as_str()))
}

fn canceled() -> Ran {
    Ran { warnings: Vec::new(), outcome: Outcome::Canceled }
}

#[async_trait]
impl<R: Runner> Runner for InChildren<R> {
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran {
        let mut waits = 0;
        loop {
            let ran = match self.watch(job.clone(), execution, &context).await {
                Ok(ran) => ran,
                Err(error) => {
                    tracing::error!(%error, "no process could be started for a job");
                    let message = format!("the service could not start a process for this job: {error}");
                    failed("internal", message)
                }
            };
            // With its own files deleted, the disk is full of other data: the run was not at fault.
            if waits == MAX_WAITS || !is_of_disk(&ran) || self.disk.has_room(0) {
                return ran;
            }
            waits += 1;
            tracing::warn!("the disk is full: a job waits until there is space");
            context.log().line(Level::Warn, "disk full: the run begins again when there is space");
            if context.unless_stopped(self.disk.room()).await.is_none() {
                return canceled();
            }
        }
    }

    async fn discard(&self, job: &Job, execution: ExecutionNumber, results: &[ResultFile]) {
        self.stores.discard(job, execution, results).await;
    }

    async fn keep_log(&self, job: &Job, execution: ExecutionNumber, log: String) {
        self.stores.keep_log(job, execution, log).await;
    }
}
