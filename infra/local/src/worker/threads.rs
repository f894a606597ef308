//! Threads for jobs alone. Scoring keeps a thread busy for as long as there are records: on the
//! threads of the API and the heartbeats it would keep both waiting.

use std::sync::Arc;

use async_trait::async_trait;
use satsuma_domain::execution::{Failure, FailureCategory, Outcome};
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{ExecutionNumber, Job};
use tokio::runtime::{Builder, Runtime};

use crate::error::LocalError;

/// Runs jobs on threads of their own.
pub(super) struct OnOwnThreads {
    runner: Arc<dyn Runner>,
    /// Empty only while it is dropped.
    threads: Option<Runtime>,
}

impl OnOwnThreads {
    pub(super) fn new(runner: Arc<dyn Runner>) -> Result<Self, LocalError> {
        let threads = Builder::new_multi_thread().enable_all().thread_name("job").build();
        let threads = threads
            .map_err(|error| LocalError::System { what: "threads for jobs", detail: error.to_string() })?;
        Ok(Self { runner, threads: Some(threads) })
    }
}

#[async_trait]
impl Runner for OnOwnThreads {
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran {
        let Some(threads) = &self.threads else { return gone() };
        let runner = Arc::clone(&self.runner);
        let run = threads.spawn(async move { runner.run(job, execution, context).await });
        match run.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(ran) => ran,
            // The caller knows what to do about a panic.
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => gone(),
        }
    }
}

impl Drop for OnOwnThreads {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            // Whatever still runs there was given up already.
            threads.shutdown_background();
        }
    }
}

fn gone() -> Ran {
    let failure = Failure::new("internal", FailureCategory::System, "the service stopped");
    Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
}
