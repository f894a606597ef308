//! A password in a definition never appears outside: in no response, log line, stored item, message or trace,
//! in no encoding.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use lambda_http::{Body, Response};
use satsuma_domain::InstanceId;
use satsuma_domain::passwords;
use satsuma_domain::ports::{ListJobs, SendMessage, Unseal};
use satsuma_http::percent_encode;
use satsuma_telemetry::testing::{SAMPLED, capture_traced, invocation};
use serde_json::{Value, json};
use tracing::Instrument;

use super::world::{Ending, World};

/// A password that JSON and URLs escape.
const CANARY: &str = "c4n\"ry\\pä55/w0rd+&?";

/// A password that JSON does not escape.
const PLAIN: &str = "plain-canary-7f3e9a";

/// The encodings of a secret. Base64 is cut to the part that does not depend on its position.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for at in 0..3 {
        let shifted = [&vec![0; at][..], secret].concat();
        for encoded in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            forms.push(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
        }
    }
    forms.push(STANDARD.encode(secret).into_bytes());
    if let Ok(text) = std::str::from_utf8(secret) {
        let escaped = serde_json::to_string(text).unwrap();
        forms.push(escaped.trim_matches('"').as_bytes().to_vec());
        // JSON within JSON, and the output of `{:?}`.
        let twice = serde_json::to_string(&escaped).unwrap();
        forms.push(twice.trim_matches(['"', '\\']).as_bytes().to_vec());
        forms.push(format!("{text:?}").trim_matches('"').as_bytes().to_vec());
        forms.push(percent_encode(text).to_string().into_bytes());
    }
    forms
}

/// All output that an observer could see.
#[derive(Default)]
struct Seen(Vec<(String, Vec<u8>)>);

impl Seen {
    fn note(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((what.into(), bytes.into()));
    }

    fn answer(&mut self, what: &str, response: &Response<Body>) -> u16 {
        self.note(what, format!("{:?} {}", response.headers(), String::from_utf8_lossy(response.body())));
        response.status().as_u16()
    }

    fn assert_without(&self, secret: &[u8]) {
        for form in forms(secret) {
            for (what, bytes) in &self.0 {
                let found = bytes.windows(form.len()).any(|window| window == form);
                assert!(!found, "{what} holds {}", String::from_utf8_lossy(&form));
            }
        }
    }
}

fn definition(password: &Value) -> Value {
    json!({
        "action": "BATCH_SCORE",
        "model": {"id": "m"},
        "dbDefinitions": {"db1": {
            "type": "DashDB", "host": "dash.example", "port": 50_001, "db": "BLUDB",
            "username": "bluadmin", "password": password
        }},
        "setting": {"inputs": [{"node": "in", "odbc": {"dbRef": "db1", "table": "T"}}]}
    })
}

/// Definitions that contain the password, each with a different error.
fn wrong_definitions(password: &str) -> Vec<String> {
    let whole = definition(&json!(password)).to_string();
    let changed = |path: &str, value: Value| {
        let mut definition = definition(&json!(password));
        *definition.pointer_mut(path).unwrap() = value;
        definition.to_string()
    };
    vec![
        whole[..whole.len() - 1].to_owned(),
        format!("{whole}}}"),
        whole.replace("BLUDB\",", "BLUDB\";"),
        changed("/action", json!("SCORE")),
        changed("/dbDefinitions/db1/type", json!("Postgres")),
        changed("/dbDefinitions/db1/port", json!(password)),
        changed("/dbDefinitions/db1/password", json!([password])),
        changed("/dbDefinitions/db1/password", json!({"secret": password})),
        changed("/dbDefinitions/db1/password", json!({ password: 1 })),
        changed("/dbDefinitions/db1", json!(password)),
        changed("/dbDefinitions", json!(password)),
        changed("/setting/inputs/0/odbc/dbRef", json!("db2")),
        changed("/setting", json!(password)),
        json!(password).to_string(),
    ]
}

async fn a_whole_life(world: &World, password: &str, seen: &mut Seen) {
    let submitted = definition(&json!(password)).to_string();
    let masked = definition(&json!("********")).to_string();
    let moved = masked.replace("dash.example", "evil.example");
    for (method, body, status) in [
        ("POST", &submitted, 200),
        ("POST", &submitted, 409),
        ("POST", &masked, 400),
        ("PUT", &masked, 200),
        ("PUT", &moved, 400),
        ("PUT", &submitted, 200),
    ] {
        let answer = world.send(method, "/pm/v1/jobs/j?accesskey=k", body).await;
        assert_eq!(seen.answer(&format!("the answer to {method}"), &answer), status, "{method} {body}");
    }
    look(world, seen).await;
    messages(world, seen).await;
    world.work(Ending::Failure).await;
    look(world, seen).await;
    for body in wrong_definitions(password) {
        let answer = world.send("PUT", "/pm/v1/jobs/j", &body).await;
        assert_eq!(seen.answer("the answer to a wrong definition", &answer), 400, "{body}");
    }
    world.keeper.be_away(true);
    let answer = world.send("PUT", "/pm/v1/jobs/j", &submitted).await;
    assert_eq!(seen.answer("the answer without a keeper", &answer), 503);
    let answer = world.send("POST", "/pm/v1/jobs/k", &submitted).await;
    assert_eq!(seen.answer("the answer without a keeper", &answer), 503);
    assert_eq!(world.send("GET", "/pm/v1/jobs/k", "").await.status(), 404, "nothing is stored");
    world.keeper.be_away(false);
    look(world, seen).await;
    assert_eq!(world.send("DELETE", "/pm/v1/jobs/j", "").await.status(), 200);
}

/// Requests everything that the API returns, and reads everything that is stored.
async fn look(world: &World, seen: &mut Seen) {
    for path in ["/pm/v1/jobs", "/pm/v1/jobs/j", "/pm/v1/jobs/j/status", "/pm/v1/file"] {
        let answer = world.send("GET", path, "").await;
        assert_eq!(seen.answer(&format!("the answer to GET {path}"), &answer), 200);
    }
    let instance = world.instance.as_ref().unwrap();
    for job in world.service.jobs.list_jobs(instance, None, 100).await.unwrap().items {
        seen.note("a stored job", serde_json::to_vec(&job).unwrap());
        seen.note("a job for developers", format!("{job:?}"));
    }
}

/// Reads the messages of the queue and leaves them there.
async fn messages(world: &World, seen: &mut Seen) {
    let mut taken = Vec::new();
    while let Some(message) = world.service.queue.take_message() {
        seen.note("a message", serde_json::to_vec(&message).unwrap());
        taken.push(message);
    }
    // The newest message is the valid one.
    world.service.queue.send(taken.last().unwrap()).await.unwrap();
}

/// The data keys that encrypt the stored passwords, and the passwords that a run receives.
async fn opened(world: &World) -> (Vec<u8>, String) {
    let instance: &InstanceId = world.instance.as_ref().unwrap();
    let job = world.service.jobs.list_jobs(instance, None, 1).await.unwrap().items.remove(0);
    let sealed = serde_json::to_value(&job.sealed_passwords).unwrap();
    let sealed: satsuma_domain::secret::Sealed = serde_json::from_value(sealed["db1"].clone()).unwrap();
    let key = world.keeper.open_data_key(instance, &sealed.wrapped_key().unwrap()).await.unwrap();
    let passwords = passwords::open(&*world.keeper, &job).await.unwrap();
    (key.reveal().to_vec(), passwords.get("db1").unwrap().reveal().to_owned())
}

#[tokio::test]
async fn a_planted_password_shows_up_nowhere() {
    let (log, daemon, _logging) = capture_traced("trace");
    for password in [CANARY, PLAIN] {
        let (world, mut seen) = (World::new(), Seen::default());
        a_whole_life(&world, password, &mut seen).instrument(invocation(SAMPLED)).await;
        // A control: the encrypted value is the password.
        world.send("POST", "/pm/v1/jobs/j", &definition(&json!(password)).to_string()).await;
        look(&world, &mut seen).await;
        let (data_key, opened) = opened(&world).await;
        assert_eq!(opened, password);
        seen.note("the log", log.text());
        let told = daemon.documents();
        assert!(told.len() > 20, "every request is in the trace");
        seen.note("the trace", serde_json::to_vec(&told).unwrap());
        seen.assert_without(password.as_bytes());
        seen.assert_without(&data_key);
        assert!(seen.0.len() > 30 && log.text().lines().count() > 20);
    }
}

#[test]
fn a_planted_password_would_be_found() {
    for form in forms(CANARY.as_bytes()) {
        let mut seen = Seen::default();
        seen.note("a place", [b"before ", &form[..], b" after"].concat());
        let found = std::panic::catch_unwind(|| seen.assert_without(CANARY.as_bytes()));
        assert!(found.is_err(), "{}", String::from_utf8_lossy(&form));
    }
}
