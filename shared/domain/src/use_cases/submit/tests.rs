use super::*;
use crate::ids::{InstanceId, JobId, Revision, WorkerId};
use crate::job::JobState;
use crate::job::execution::{Outcome, Progress};
use crate::job::fingerprint::RETRY_WINDOW;
use crate::job::report::Report;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
}

fn marked(mark: &str, model: &str) -> Submission {
    let json = format!(r#"{{"action":"BATCH_SCORE","model":{{"id":"{model}"}}}}"#);
    let definition = JobDefinition::parse(json.as_bytes()).unwrap();
    Submission::from(definition).marked(Some(IdempotencyKey::new(mark).unwrap()))
}

#[tokio::test]
async fn a_marked_request_sent_twice_submits_once() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    let first = create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    assert_eq!(create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap(), first);
    let put = create_or_resubmit(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    assert_eq!(put, Submitted::Repeated(first));
    assert!(store.take_message().is_some());
    assert_eq!(store.take_message(), None);
}

#[tokio::test]
async fn a_mark_counts_for_its_definition_and_its_revision_only() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    let other = create(&store, &store, &clock, key(), marked("k1", "other")).await;
    assert!(matches!(other, Err(Error::JobExists(_))));
    for (mark, revision) in [("k2", 2), ("k2", 2), ("k3", 3)] {
        create_or_resubmit(&store, &store, &clock, key(), marked(mark, "m")).await.unwrap();
        let job = store.get_job(&key()).await.unwrap().unwrap();
        assert_eq!((job.revision, job.state), (Revision(revision), JobState::Pending));
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum By {
    Post,
    Put,
}

struct Service {
    store: Memory,
    clock: ManualClock,
}

impl Service {
    fn new() -> Self {
        Self { store: Memory::default(), clock: ManualClock::at(Timestamp(1)) }
    }

    async fn send(&self, by: By, model: &str) -> &'static str {
        let (store, definition) = (&self.store, marked("-", model).definition);
        match by {
            By::Post => match create(store, store, &self.clock, key(), definition).await {
                Ok(_) => "200",
                Err(error) => error.code(),
            },
            By::Put => match create_or_resubmit(store, store, &self.clock, key(), definition).await {
                Ok(Submitted::Created(_)) => "created",
                Ok(Submitted::Resubmitted(_)) => "again",
                Ok(Submitted::Repeated(_)) => "repeated",
                Err(error) => error.code(),
            },
        }
    }

    /// Moves the job on.
    async fn happens(&self, event: impl FnOnce(&Job) -> Event) {
        let job = self.job().await;
        let next = transition(&job, &event(&job), self.clock.now()).unwrap();
        assert_eq!(self.store.replace_job(&job, &next).await.unwrap(), Written::Done);
    }

    async fn is_claimed(&self) {
        self.happens(|job| Event::Claim { worker: WorkerId::new(), revision: job.revision }).await;
    }

    async fn ends(&self) {
        self.happens(|job| Event::Finish {
            execution: job.execution().unwrap().number,
            progress: Progress::default(),
            warnings: vec![],
            report: Report::default(),
            outcome: Outcome::Success { results: vec![] },
        })
        .await;
    }

    async fn job(&self) -> Job {
        self.store.get_job(&key()).await.unwrap().unwrap()
    }

    fn messages(&self) -> usize {
        std::iter::from_fn(|| self.store.take_message()).count()
    }
}

#[tokio::test]
async fn a_post_whose_response_was_lost_is_answered_in_any_state() {
    let service = Service::new();
    assert_eq!(service.send(By::Post, "m").await, "200");
    assert_eq!(service.send(By::Post, "m").await, "200");
    assert_eq!(service.send(By::Post, "other").await, "job_exists");
    service.is_claimed().await;
    assert_eq!(service.send(By::Post, "m").await, "200");
    service.ends().await;
    assert_eq!(service.send(By::Post, "m").await, "200");
    assert_eq!(service.messages(), 1, "it ran once");
    service.clock.advance(RETRY_WINDOW);
    assert_eq!(service.send(By::Post, "m").await, "job_exists");
}

#[tokio::test]
async fn a_repeated_put_is_recognised_while_its_job_is_not_ended() {
    let service = Service::new();
    assert_eq!(service.send(By::Put, "m").await, "created");
    assert_eq!(service.send(By::Put, "m").await, "repeated");
    service.is_claimed().await;
    assert_eq!(service.send(By::Put, "m").await, "repeated");
    assert_eq!(service.send(By::Put, "other").await, "conflict");
    assert_eq!(service.messages(), 1);
    service.clock.advance(RETRY_WINDOW);
    assert_eq!(service.send(By::Put, "m").await, "conflict");
}

#[tokio::test]
async fn a_put_of_a_job_that_ended_runs_it_again_however_soon() {
    let service = Service::new();
    for answer in ["created", "again", "again"] {
        assert_eq!(service.send(By::Put, "m").await, answer);
        service.is_claimed().await;
        service.ends().await;
    }
    assert_eq!(service.messages(), 3);
}

#[tokio::test]
async fn another_verb_or_definition_is_a_new_request() {
    let service = Service::new();
    assert_eq!(service.send(By::Put, "m").await, "created");
    assert_eq!(service.send(By::Post, "m").await, "job_exists");
    for model in ["n", "m", "n"] {
        assert_eq!(service.send(By::Put, model).await, "again");
    }
    assert_eq!(service.send(By::Put, "n").await, "repeated");
}

#[tokio::test]
async fn a_job_in_deletion_does_not_answer_a_repeated_request() {
    let service = Service::new();
    service.send(By::Post, "m").await;
    service.is_claimed().await;
    service.happens(|_| Event::Cancel).await;
    assert_eq!(service.send(By::Post, "m").await, "job_exists");
    assert_eq!(service.send(By::Put, "m").await, "conflict");
}

#[tokio::test]
async fn requests_with_and_without_a_key_are_different() {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    create(&store, &store, &clock, key(), marked("k1", "m")).await.unwrap();
    let again = create(&store, &store, &clock, key(), marked("k1", "m").definition).await;
    assert!(matches!(again, Err(Error::JobExists(_))));
    let again = create(&store, &store, &clock, key(), marked("k2", "m")).await;
    assert!(matches!(again, Err(Error::JobExists(_))));
}

#[tokio::test]
async fn one_of_two_concurrent_posts_submits() {
    let service = Service::new();
    let both = futures::future::join(service.send(By::Post, "m"), service.send(By::Post, "m")).await;
    assert_eq!((both, service.messages()), (("200", "200"), 1));
}
