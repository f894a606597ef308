//! Errors are reported, and stop nothing else.

use std::time::{Duration, Instant};

use satsuma_tests::client::Client;
use satsuma_tests::scenario::scoring::parcels;
use satsuma_tests::stack::Stack;
use serde_json::{Value, json};

/// A message that is no job's.
const FOREIGN: &str = "no job";

/// How long such a message may take to the dead letters: five receives, a quarter of a minute apart, and the
/// emulator's own pace.
const GIVEN_UP: Duration = Duration::from_secs(180);

/// A definition with a password that the service cannot run yet.
pub(crate) fn reading_a_database() -> Value {
    let mut definition = parcels();
    definition["dbDefinitions"] = json!({"db1": {
        "type": "DashDB", "host": "dash.example", "port": 50_001, "db": "BLUDB",
        "username": "bluadmin", "password": "NmI4MDViMzBkNDUz"
    }});
    definition["setting"]["inputs"] =
        json!([{"node": "Parcels", "odbc": {"dbRef": "db1", "table": "PARCELS"}}]);
    definition
}

/// Its password is sealed on the way, as far as the function's role lets it.
pub(crate) fn a_job_that_reads_a_database_is_taken_and_fails_by_name(acme: &Client) {
    let definition = reading_a_database();
    let stored = acme.send_json("POST", "/pm/v1/jobs/database", &definition).expect(200).json();
    assert_eq!(stored["dbDefinitions"]["db1"]["password"], "********");
    let status = acme.await_end("database");
    assert_eq!(
        (&status["error"]["category"], &status["error"]["node"]),
        (&json!("unsupported"), &json!("Parcels"))
    );
    // The same again with stars where the password was.
    let again = json!({
        "action": stored["action"], "model": stored["model"],
        "dbDefinitions": stored["dbDefinitions"], "setting": stored["setting"],
    });
    let _ = acme.send_json("PUT", "/pm/v1/jobs/database", &again).expect(200);
    assert_eq!(acme.await_end("database")["error"]["category"], "unsupported");
}

pub(crate) async fn a_message_that_is_none_stops_nothing(stack: &Stack, acme: &Client) {
    let queue = stack.output("QueueUrl");
    stack.sqs.send_message().queue_url(queue).message_body(FOREIGN).send().await.unwrap();
    let _ = acme.send_json("POST", "/pm/v1/jobs/beside", &parcels()).expect(200);
    assert_eq!(acme.await_end("beside")["jobStatus"], "SUCCESS");
}

/// The queue itself would hide it for an hour and a half after each receive.
pub(crate) async fn an_unrecognised_message_is_a_dead_letter(stack: &Stack) {
    let until = Instant::now() + GIVEN_UP;
    loop {
        let dead_letters = stack.sqs.receive_message().queue_url(stack.output("DeadLettersUrl"));
        let received = dead_letters.wait_time_seconds(1).send().await.unwrap().messages.unwrap_or_default();
        if let Some(message) = received.first() {
            return assert_eq!(message.body.as_deref(), Some(FOREIGN));
        }
        assert!(Instant::now() < until, "it is not given up");
    }
}
