//! Inbox objects: files that users put into the bucket without the API.

use satsuma_tests::client::{Answer, Client};
use satsuma_tests::sample;
use satsuma_tests::scenario::scoring::{parcels, path_of};
use satsuma_tests::stack::Stack;
use serde_json::Value;

use crate::refusals::reading_a_database;

pub(crate) async fn inbox_objects_become_files_and_jobs(stack: &Stack, acme: &Client) {
    stack.put_inbox_object("uploads/acme/late-parcels.str", &sample::own("late-parcels.str")).await;
    stack.put_inbox_object("uploads/acme/nightly/data 1.csv", b"a,b\r\n1,2\r\n").await;
    stack.put_inbox_object("uploads/acme/nightly.json", parcels().to_string().as_bytes()).await;
    let status = acme.await_end("nightly");
    assert_eq!(status["jobStatus"], "SUCCESS", "{status}");
    let _ = acme.get(&path_of(&status["dataUrl"])).expect(200);
    assert_eq!(await_status(acme, "nightly/data%201.csv", 200).bytes, b"a,b\r\n1,2\r\n");
}

/// Both the object and its version are deleted: the bucket keeps versions of deleted objects.
pub(crate) async fn an_inbox_definition_with_a_password_is_deleted(stack: &Stack, acme: &Client) {
    let key = "uploads/acme/dropped-database.json";
    stack.put_inbox_object(key, reading_a_database().to_string().as_bytes()).await;
    let status = acme.await_end("dropped-database");
    assert_eq!(status["error"]["category"], "unsupported", "{status}");
    for _ in 0..300 {
        let versions = stack.s3.list_object_versions().bucket(stack.output("BucketName")).prefix(key);
        if versions.send().await.unwrap().versions().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("the password stays in the bucket");
}

/// A Lambda response has 6 MB at most: larger files are fetched from S3, by a link of the function's own role.
pub(crate) async fn a_file_beyond_a_response_is_linked_to(stack: &Stack, acme: &Client) {
    let large = b"1234567,89\n".repeat(600_000);
    stack.put_inbox_object("uploads/acme/large.csv", &large).await;
    let linked = await_status(acme, "large.csv", 307);
    assert!(!linked.location.as_ref().unwrap().contains("accesskey"));
    assert!(acme.follow(&linked).expect(200).bytes == large, "the link leads to other bytes");
}

pub(crate) async fn invalid_inbox_objects_are_reported(stack: &Stack, acme: &Client) {
    stack.put_inbox_object("uploads/acme/torn.str", b"no stream").await;
    stack.put_inbox_object("uploads/acme/torn.json", b"{\"action\":").await;
    for name in ["torn.str", "torn.json"] {
        let report = stack.await_object(&format!("rejected/acme/{name}.error.json")).await;
        let report: Value = serde_json::from_slice(&report).unwrap();
        assert!(report["code"].is_string() && report["message"].is_string(), "{report}");
    }
    assert_eq!(acme.get("/pm/v1/file/torn.str").refusal(404), "file_not_found");
    assert_eq!(acme.get("/pm/v1/jobs/torn").refusal(404), "job_not_found");
}

fn await_status(acme: &Client, file: &str, status: u16) -> Answer {
    for _ in 0..300 {
        let answer = acme.get(&format!("/pm/v1/file/{file}"));
        if answer.status == status {
            return answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    panic!("the file {file} does not come");
}
