//! Separate threads for jobs. Scoring keeps a thread busy while there are records; on the threads of the API
//! and the heartbeats it would delay both.

use std::sync::Arc;

use async_trait::async_trait;
use satsuma_domain::execution::{Failure, FailureCategory, Outcome, ResultFile};
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{ExecutionNumber, Job};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinError, JoinSet};
use tracing::Instrument;

/// Runs jobs on separate threads, as many as there are cores.
pub struct OnOwnThreads {
    runner: Arc<dyn Runner>,
    /// Empty only while it is dropped.
    threads: Option<Runtime>,
}

impl OnOwnThreads {
    /// Starts the threads that `runner` will run on.
    ///
    /// # Errors
    /// The system cannot create threads.
    pub fn new(runner: Arc<dyn Runner>) -> std::io::Result<Self> {
        let threads = Builder::new_multi_thread()
            .enable_all()
            .thread_name("job")
            .thread_stack_size(satsuma_engine::limits::STACK_BYTES)
            .build()?;
        Ok(Self { runner, threads: Some(threads) })
    }
}

#[async_trait]
impl Runner for OnOwnThreads {
    async fn run(&self, job: Job, execution: ExecutionNumber, context: RunContext) -> Ran {
        let Some(threads) = &self.threads else { return gone() };
        let runner = Arc::clone(&self.runner);
        // Dropped with this call: an abandoned run stops at its next await point.
        let mut task = JoinSet::new();
        let run = async move { runner.run(job, execution, context).await };
        task.spawn_on(run.in_current_span(), threads.handle());
        match task.join_next().await.map(|ran| ran.map_err(JoinError::try_into_panic)) {
            Some(Ok(ran)) => ran,
            // The caller handles a panic.
            Some(Err(Ok(panic))) => std::panic::resume_unwind(panic),
            Some(Err(Err(_))) | None => gone(),
        }
    }

    async fn discard(&self, job: &Job, execution: ExecutionNumber, results: &[ResultFile]) {
        self.runner.discard(job, execution, results).await;
    }

    async fn keep_log(&self, job: &Job, execution: ExecutionNumber, log: String) {
        self.runner.keep_log(job, execution, log).await;
    }
}

impl Drop for OnOwnThreads {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            // Remaining tasks have been abandoned.
            threads.shutdown_background();
        }
    }
}

fn gone() -> Ran {
    let failure = Failure::new("internal", FailureCategory::System, "the service stopped");
    Ran { warnings: Vec::new(), outcome: Outcome::Failed { failure } }
}

#[cfg(test)]
mod tests {
    use satsuma_domain::job::JobKey;
    use satsuma_domain::{InstanceId, JobDefinition, JobId, JobNumber, Timestamp};

    use super::*;

    /// Reports its thread, in place of a warning.
    struct Where;

    #[async_trait]
    impl Runner for Where {
        async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            let warnings = std::thread::current().name().map(str::to_owned).into_iter().collect();
            Ran { warnings, outcome: Outcome::Canceled }
        }
    }

    #[tokio::test]
    async fn a_job_keeps_none_of_its_callers_threads_busy() {
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("j").unwrap() };
        let job = Job::new(key, JobNumber(1), definition, Timestamp(0));
        let runner = OnOwnThreads::new(Arc::new(Where)).unwrap();
        assert_eq!(runner.run(job, ExecutionNumber(1), RunContext::new()).await.warnings, ["job"]);
    }
}
