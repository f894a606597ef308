//! The child's side: runs one job and reports to its parent.

use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use satsuma_domain::Report;
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_worker::{EngineRunner, OnOwnThreads};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{Instrument, info_span};

use super::{Order, STOP, Said};
use crate::error::LocalError;

/// How often the child reports.
const REPORT_EVERY: Duration = Duration::from_millis(200);

/// Where Linux reads which process ends first if memory is exhausted.
const OOM_SCORE: &str = "/proc/self/oom_score_adj";

/// Children before their service: a service that ends costs every running job an attempt.
const OOM_FIRST: &str = "500";

/// Runs one job of a service that has started this process.
#[derive(Debug, Args)]
pub(crate) struct RunJob {
    /// Instance and id of the job, for those who list processes.
    #[arg(value_name = "JOB")]
    _job: String,
}

impl RunJob {
    /// Runs the job of standard input.
    pub(crate) async fn run(self) -> Result<(), LocalError> {
        let system = |what| move |detail: String| LocalError::System { what, detail };
        // Only Linux has this file, and only for better chances.
        let _ = std::fs::write(OOM_SCORE, OOM_FIRST);
        // Whoever stops the service may signal its children, too: the service decides when a run ends.
        let _ignored = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map_err(|error| system("the order of a job")(error.to_string()))?;
        let order: Order =
            serde_json::from_str(&line).map_err(|error| system("the order of a job")(error.to_string()))?;
        let (files, jobs) = (Arc::new(order.stores.files()), Arc::new(order.stores.jobs()));
        let engine = EngineRunner::new(files, order.scratch, satsuma_worker::limits()).charging(jobs);
        let engine = Arc::new(engine);
        let runner =
            OnOwnThreads::new(engine).map_err(|error| system("threads for a job")(error.to_string()))?;
        let context = RunContext::new();
        let asked = context.clone();
        std::thread::spawn(move || listen(&asked));
        let span = info_span!("job", instance = %order.job.key.instance, job = %order.job.key.id, execution = order.execution.0);
        let run = runner.run(order.job, order.execution, context.clone()).instrument(span);
        tokio::pin!(run);
        let ran = loop {
            tokio::select! {
                ran = &mut run => break ran,
                () = tokio::time::sleep(REPORT_EVERY) => say(&word(&context)),
            }
        };
        say(&word(&context));
        let Ran { warnings, outcome } = ran;
        say(&Said::Done { report: Report::clone(&context.node_report()), warnings, outcome });
        Ok(())
    }
}

fn word(context: &RunContext) -> Said {
    Said::Word { progress: context.progress(), log: context.log().take() }
}

/// Writes a line. A parent that cannot be reached has ended, and so does the child.
fn say(said: &Said) {
    let mut out = std::io::stdout().lock();
    let written = serde_json::to_string(said).map_err(std::io::Error::other);
    let written = written.and_then(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    if written.is_err() {
        std::process::exit(1);
    }
}

/// Stops the run when the parent asks for it, and the process when the parent has ended.
fn listen(context: &RunContext) {
    for line in std::io::stdin().lock().lines() {
        match line {
            Ok(line) if line == STOP => context.stop(),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    std::process::exit(1);
}
