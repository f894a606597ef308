//! Jobs in processes of their own: a stream that ends its process costs no other job an attempt.
//!
//! The service starts its own program with the hidden command `run-job`. It writes one [`Order`] to the child's
//! standard input, then `stop` if the run should stop. The end of that input is the end of the service, with which the
//! child ends. The child writes lines of [`Said`] to its standard output; its own log is standard error.

mod order;
mod runner;

use satsuma_domain::execution::{Outcome, Progress};
use satsuma_domain::{ExecutionNumber, Job, Report};
use serde::{Deserialize, Serialize};

pub(crate) use self::order::RunJob;
pub(crate) use self::runner::InChildren;
use crate::stores::running::Running;

/// The name of the hidden command.
const COMMAND: &str = "run-job";

/// The line that asks a child to stop its run.
const STOP: &str = "stop";

/// The order of a child: the job to run.
#[derive(Serialize, Deserialize)]
struct Order {
    job: Job,
    execution: ExecutionNumber,
    /// Where files are, and where a larger stream is charged.
    stores: Running,
    /// The folder for temporary files.
    scratch: std::path::PathBuf,
}

/// A message of a child.
#[derive(Debug, Serialize, Deserialize)]
enum Said {
    /// Its progress, and lines of the execution's log.
    Word { progress: Progress, log: String },
    /// The end of the run; nothing follows.
    Done { report: Report, warnings: Vec<String>, outcome: Outcome },
}
