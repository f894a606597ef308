//! Access keys stay where they were sent: in no answer, in no line of the log.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use satsuma_domain::JobId;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::GetJob;
use satsuma_http::logs;
use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use super::world::{World, shown};
use crate::ROUTES;

/// A key that would be recognised anywhere.
const CANARY: &str = "canary-4f1d";

#[derive(Clone, Default)]
pub(super) struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Captured {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Captures what this test's thread logs, while the guard lives.
pub(super) fn capture(level: &str) -> (Captured, DefaultGuard) {
    // With a single subscriber in the process, `tracing` asks the thread that meets an event first
    // whether anybody listens, once and for all; the threads of other tests would say no.
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(logs::subscriber("trace", io::sink)));
    let captured = Captured::default();
    let guard = tracing::subscriber::set_default(logs::subscriber(level, captured.clone()));
    LazyLock::force(&SECOND);
    (captured, guard)
}

#[tokio::test]
async fn a_key_in_the_query_is_in_no_answer_and_no_log_line() {
    let (captured, _logging) = capture("trace");
    let job = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;
    let mut world = World::new();
    let instances = [world.instance.clone(), None];
    for (instance, body) in
        instances.into_iter().flat_map(|instance| [(instance.clone(), job), (instance, "{")])
    {
        world.instance = instance;
        for route in ROUTES {
            let path = route.path.replace("{id}", "j").replace("{ids}", "j").replace("{id+}", "f");
            let target = format!("{path}?accesskey={CANARY}&limit=1&AccessKey={CANARY}");
            let answer = shown(&world.send(route.method, &target, body).await);
            assert!(!answer.contains(CANARY), "{} {path}: {answer}", route.method);
        }
    }
    let event = lambda_http::request::from_str(include_str!("events/submit_job.json")).unwrap();
    assert!(!shown(&world.call("submit-job", event).await).contains(CANARY));
    let log = captured.text();
    assert!(log.lines().count() > ROUTES.len());
    assert!(!log.contains(CANARY));
    assert!(!log.contains("accesskey"));
}

#[tokio::test]
async fn a_job_remembers_the_request_that_submitted_it() {
    let world = World::new();
    let job = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;
    for (method, revision) in [("POST", 1), ("PUT", 2)] {
        world.clock.advance(std::time::Duration::from_secs(600));
        world.send(method, "/pm/v1/jobs/j", job).await;
        let key = JobKey { instance: world.instance.clone().unwrap(), id: JobId::new("j").unwrap() };
        let stored = world.service.jobs.get_job(&key).await.unwrap().unwrap();
        assert_eq!((stored.revision.0, stored.request_id.as_deref()), (revision, Some("req-1")));
    }
}

#[tokio::test]
async fn the_access_log_says_who_did_what_and_how_it_went() {
    let (captured, _logging) = capture("");
    World::new().send("GET", "/pm/v1/jobs/drug_job5", "").await;
    let mut line: serde_json::Value = serde_json::from_str(captured.text().trim()).unwrap();
    line["timestamp"] = "…".into();
    line["duration_ms"] = 0.into();
    insta::assert_json_snapshot!(line);
}
