//! Access keys appear in no response and in no log line.

use satsuma_domain::JobId;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::GetJob;
use satsuma_telemetry::testing::{SAMPLED, capture_traced, invocation};
use tracing::Instrument;

use super::world::{World, shown};
use crate::ROUTES;

/// A key that is easy to find in any text.
const CANARY: &str = "canary-4f1d";

#[tokio::test]
async fn a_key_in_the_query_is_in_no_answer_and_no_log_line() {
    let (captured, daemon, _logging) = capture_traced("trace");
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
            let answer = world.send(route.method, &target, body).instrument(invocation(SAMPLED)).await;
            let answer = shown(&answer);
            assert!(!answer.contains(CANARY), "{} {path}: {answer}", route.method);
            let told = serde_json::to_string(&daemon.documents()).unwrap();
            assert!(told.contains(route.function) && !told.contains(CANARY), "{told}");
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
    let (captured, _, _logging) = capture_traced("");
    World::new().send("GET", "/pm/v1/jobs/drug_job5", "").instrument(invocation(SAMPLED)).await;
    let mut line: serde_json::Value = serde_json::from_str(captured.text().trim()).unwrap();
    line["timestamp"] = "…".into();
    line["duration_ms"] = 0.into();
    insta::assert_json_snapshot!(line);
}
