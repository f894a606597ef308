//! Random sequences of requests, compared with a small reference model of the API.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use lambda_http::{Body, Response};
use proptest::prelude::*;
use satsuma_domain::Clock;
use serde_json::Value;

use super::world::{Ending, World};

/// Number of sequences, unless `PROPTEST_CASES` sets it.
const CASES: u32 = 128;

fn cases() -> ProptestConfig {
    let named = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    // A sequence that fails becomes a named test.
    let failure_persistence = None;
    ProptestConfig { cases: named.unwrap_or(CASES), failure_persistence, ..ProptestConfig::default() }
}

const IDS: [&str; 3] = ["a", "b%20c", "%E9%A6%99"];
const READABLE: [&str; 3] = ["a", "b c", "香"];

/// How long an identical request without an idempotency key counts as a repetition, in milliseconds.
const WINDOW: i64 = 120_000;

#[derive(Debug, Clone)]
enum Request {
    Submit { post: bool, id: usize, model: u8, mark: Option<u8> },
    Delete(Vec<usize>),
    Upload(usize, u8),
    DeleteFile(usize),
    Work { succeeds: bool },
    Wait(u64),
}

fn request() -> impl Strategy<Value = Request> {
    let id = 0..IDS.len();
    prop_oneof![
        6 => (any::<bool>(), id.clone(), 0_u8..2, prop::option::weighted(0.3, 0_u8..2))
            .prop_map(|(post, id, model, mark)| Request::Submit { post, id, model, mark }),
        2 => prop::collection::vec(id.clone(), 1..3).prop_map(Request::Delete),
        1 => (id.clone(), any::<u8>()).prop_map(|(id, byte)| Request::Upload(id, byte)),
        1 => id.prop_map(Request::DeleteFile),
        3 => any::<bool>().prop_map(|succeeds| Request::Work { succeeds }),
        2 => (0_u64..150).prop_map(Request::Wait),
    ]
}

/// The expected state of a job.
#[derive(Debug, Clone)]
struct Job {
    number: usize,
    revision: u32,
    state: &'static str,
    post: bool,
    model: u8,
    mark: Option<u8>,
    submitted_at: i64,
}

#[derive(Default)]
struct Promised {
    jobs: BTreeMap<usize, Job>,
    numbers: usize,
    messages: VecDeque<(usize, u32)>,
    files: BTreeMap<usize, u8>,
}

impl Promised {
    /// The expected status of a submission, after applying it.
    fn submit(&mut self, post: bool, id: usize, model: u8, mark: Option<u8>, now: i64) -> u16 {
        let Some(job) = self.jobs.get_mut(&id) else {
            self.numbers += 1;
            let (number, state) = (self.numbers, "PENDING");
            let job = Job { number, revision: 1, state, post, model, mark, submitted_at: now };
            self.jobs.insert(id, job);
            self.messages.push_back((id, 1));
            return if post { 200 } else { 201 };
        };
        let is_repeated = match (mark, job.mark) {
            (Some(mark), Some(before)) => mark == before && model == job.model,
            (None, None) => {
                let is_same = (post, model) == (job.post, job.model);
                is_same && now < job.submitted_at + WINDOW && (post || job.state == "PENDING")
            }
            _ => false,
        };
        match (is_repeated, post) {
            (true, true) => 200,
            (true, false) => {
                if job.revision == 1 {
                    201
                } else {
                    200
                }
            }
            (false, true) => 409,
            (false, false) => {
                let (number, revision) = (job.number, job.revision + 1);
                *job = Job { number, revision, state: "PENDING", post, model, mark, submitted_at: now };
                self.messages.push_back((id, revision));
                200
            }
        }
    }

    fn work(&mut self, succeeds: bool) -> bool {
        let Some((id, revision)) = self.messages.pop_front() else { return false };
        let named = |job: &&mut Job| job.revision == revision && job.state == "PENDING";
        if let Some(job) = self.jobs.get_mut(&id).filter(named) {
            job.state = if succeeds { "SUCCESS" } else { "FAILED" };
        }
        true
    }
}

fn json(response: &Response<Body>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

async fn carry_out(world: &World, promised: &mut Promised, request: Request) {
    match request {
        Request::Submit { post, id, model, mark } => {
            let body = format!(r#"{{"action":"BATCH_SCORE","model":{{"id":"model {model}"}}}}"#);
            let mark_text = mark.map(|mark| format!("mark {mark}"));
            let mut headers = vec![("content-type", "application/json")];
            headers.extend(mark_text.as_deref().map(|text| ("idempotency-key", text)));
            let (method, path) = (if post { "POST" } else { "PUT" }, format!("/pm/v1/jobs/{}", IDS[id]));
            let answer = world.send_as(method, &path, &headers, body.as_bytes()).await;
            let status = promised.submit(post, id, model, mark, world.clock.now().0);
            assert_eq!(answer.status().as_u16(), status);
        }
        Request::Delete(ids) => {
            let path: Vec<&str> = ids.iter().map(|id| IDS[*id]).collect();
            let answer = world.send("DELETE", &format!("/v1/jobs/{}", path.join(",")), "").await;
            let gone = ids.iter().filter(|id| promised.jobs.remove(id).is_some()).count();
            assert_eq!((answer.status().as_u16(), json(&answer)), (200, gone.into()));
        }
        Request::Upload(id, byte) => {
            assert_eq!(world.upload(IDS[id], "data.csv", &[byte]).await.status(), 200);
            promised.files.insert(id, byte);
        }
        Request::DeleteFile(id) => {
            let answer = world.send("DELETE", &format!("/v1/file/{}", IDS[id]), "").await;
            let status = if promised.files.remove(&id).is_some() { 200 } else { 404 };
            assert_eq!(answer.status(), status);
        }
        Request::Work { succeeds } => {
            if promised.work(succeeds) {
                world.work(if succeeds { Ending::Success } else { Ending::Failure }).await;
            }
        }
        Request::Wait(seconds) => world.clock.advance(Duration::from_secs(seconds)),
    }
}

/// Compares every response with the model.
async fn compare(world: &World, promised: &Promised) {
    let listed = json(&world.send("GET", "/pm/v1/jobs", "").await);
    let mut expected: Vec<(&usize, &Job)> = promised.jobs.iter().collect();
    expected.sort_by_key(|(_, job)| job.number);
    let shown = listed.as_array().unwrap().iter();
    let shown: Vec<(&str, &str, &str)> = shown
        .map(|job| {
            let text = |value: &'_ Value| value.as_str().map(str::to_owned);
            assert_eq!(text(&job["result"]["jobStatus"]).unwrap_or("PENDING".into()), job["status"]);
            (
                job["id"].as_str().unwrap(),
                job["status"].as_str().unwrap(),
                job["model"]["id"].as_str().unwrap(),
            )
        })
        .collect();
    let models = ["model 0", "model 1"];
    let expected: Vec<_> = expected
        .iter()
        .map(|(id, job)| (READABLE[**id], job.state, models[usize::from(job.model)]))
        .collect();
    assert_eq!(shown, expected);

    for (id, path) in IDS.iter().enumerate() {
        let (job, answer) =
            (promised.jobs.get(&id), world.send("GET", &format!("/v1/jobs/{path}/status"), "").await);
        assert_eq!(answer.status(), if job.is_some() { 200 } else { 404 });
        if let Some(job) = job {
            let status = json(&answer);
            assert_eq!(status["jobStatus"], job.state);
            assert_eq!(status["dataUrl"].is_string(), job.state == "SUCCESS", "{status}");
            assert_eq!(status["failureMsg"].is_string(), job.state == "FAILED", "{status}");
        }
        let (file, answer) =
            (promised.files.get(&id), world.send("GET", &format!("/v1/file/{path}"), "").await);
        let bytes = (answer.status() == 200).then(|| answer.body().to_vec());
        assert_eq!(bytes, file.map(|byte| vec![*byte]));
    }
    let mut files: Vec<&str> = promised.files.keys().map(|id| READABLE[*id]).collect();
    files.sort_unstable();
    assert_eq!(json(&world.send("GET", "/pm/v1/file/", "").await), Value::from(files));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_api_keeps_its_promises_whatever_is_asked(requests in prop::collection::vec(request(), 1..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (world, mut promised) = (World::new(), Promised::default());
            for request in requests {
                carry_out(&world, &mut promised, request).await;
                compare(&world, &promised).await;
            }
            assert_eq!(world.service.queue.take_message().is_some(), !promised.messages.is_empty());
        });
    }
}
