//! Runs that replace stored files when their time is over.

use super::*;
use crate::job::execution::{BuilderProgress, BuilderState};

/// Replaces a file, and is asked to stop meanwhile.
struct Commits {
    /// Whether the replacement ends.
    ends: bool,
}

#[async_trait]
impl Runner for Commits {
    async fn run(&self, _: Job, _: ExecutionNumber, context: RunContext) -> Ran {
        let built = BuilderProgress { state: BuilderState::Built, ..BuilderProgress::waiting("C5.0") };
        context.report_builders(vec![built, BuilderProgress::waiting("CHAID")]);
        context.report(Progress { fraction: 0.5, rows_read: 10, ..Progress::default() });
        assert!(context.begin_commit());
        context.stopped().await;
        if !self.ends {
            std::future::pending::<()>().await;
        }
        Ran { warnings: Vec::new(), outcome: Outcome::Success { results: Vec::new() } }
    }
}

async fn ended(ends: bool) -> Job {
    let service = Service::new();
    let message = service.submitted().await;
    let (runner, time) = (Arc::new(Commits { ends }), Duration::from_secs(30));
    handle(&*service.store, runner, &*service.clock, &message, time).await.unwrap();
    service.job().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_ends_after_the_time_limit_is_a_success() {
    let job = ended(true).await;
    assert_eq!(job.state, JobState::Success);
    let states: Vec<_> = job.execution().unwrap().progress.builders.iter().map(|it| it.state).collect();
    assert_eq!(states, [BuilderState::Built, BuilderState::Waiting]);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_with_an_unknown_end_is_named_by_the_failure() {
    let job = ended(false).await;
    insta::assert_snapshot!(job.execution().unwrap().failure().unwrap().message, @"the time limit of 30 s for one run was reached at 50 %, with 10 records read and 0 written, and 1 of 2 models built; no result was kept, but the stored stream may have been replaced: GET /pm/v1/file/<id>/versions lists who made each version of it. Split the data over several jobs, or raise the workers' memory, which also gives them more processor time");
}

#[test]
fn a_run_that_should_stop_begins_no_replacement() {
    let context = RunContext::new();
    context.stop();
    assert!(!context.begin_commit() && !context.commits());
}
