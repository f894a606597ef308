//! The life of a job, modelled on recorded responses of IBM's service.

use insta::assert_snapshot;

use super::world::{Ending, World, shown};

const JOB: &str = r#"{"action":"BATCH_SCORE","model":{"id":"drug_cap_stream","name":"Drug1n_capitalized.str"},"dbDefinitions":{},"setting":{"inputs":[{"file":{"id":"drug_batch_data.csv"},"node":"scoreInput","attributes":[]}],"exports":[{"file":{"id":"RESULTS_DRUG.tab"},"node":"Table"}]}}"#;

#[tokio::test]
async fn a_job_is_submitted_runs_and_tells_where_its_data_are() {
    let world = World::new();
    assert_snapshot!(shown(&world.send("POST", "/pm/v1/jobs/drug_job5?accesskey=k", JOB).await));
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/jobs/drug_job5/status", "").await));
    world.work(Ending::Success).await;
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/jobs/drug_job5/status", "").await));
    assert_snapshot!(shown(&world.send("GET", "/v1/jobs/drug_job5", "").await));
}

#[tokio::test]
async fn the_data_url_leads_to_the_bytes_and_can_be_deleted() {
    let world = World::new();
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    world.work(Ending::Success).await;
    let status = world.send("GET", "/pm/v1/jobs/j/status", "").await;
    let status: serde_json::Value = serde_json::from_slice(status.body()).unwrap();
    let path = status["dataUrl"].as_str().unwrap().strip_prefix("https://satsuma.example").unwrap();
    let path = format!("{path}?accesskey=k");
    assert_snapshot!(shown(&world.send("GET", &path, "").await));
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/file", "").await));
    assert_snapshot!(shown(&world.send("DELETE", &path, "").await));
    assert_eq!(world.send("GET", &path, "").await.status(), 404);
}

#[tokio::test]
async fn a_failed_job_says_what_where_and_whose_fault() {
    let world = World::new();
    world.send("PUT", "/pm/v1/jobs/j", JOB).await;
    world.work(Ending::Failure).await;
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/jobs/j/status", "").await));
}

#[tokio::test]
async fn put_creates_then_resubmits_and_post_does_not() {
    let world = World::new();
    assert_eq!(world.send("PUT", "/pm/v1/jobs/j", JOB).await.status(), 201);
    assert_eq!(world.send("PUT", "/pm/v1/jobs/j", JOB).await.status(), 201, "the answer that was lost");
    world.work(Ending::Success).await;
    assert_eq!(world.send("PUT", "/pm/v1/jobs/j", JOB).await.status(), 200);
    assert_snapshot!(shown(&world.send("POST", "/pm/v1/jobs/j", JOB).await));
}

#[tokio::test]
async fn a_marked_request_whose_answer_was_lost_is_answered_again() {
    let world = World::new();
    let marked = [("content-type", "application/json"), ("idempotency-key", "7c1f")];
    for method in ["POST", "POST", "PUT"] {
        let again = world.send_as(method, "/pm/v1/jobs/j", &marked, JOB.as_bytes()).await;
        assert!(again.status().is_success(), "{method}");
    }
    assert!(world.service.queue.take_message().is_some());
    assert_eq!(world.service.queue.take_message(), None);
}

#[tokio::test]
async fn executions_are_told_newest_first_with_what_each_node_did() {
    let world = World::new();
    assert_eq!(world.send("GET", "/pm/v1/jobs/j/executions", "").await.status(), 404);
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    assert_eq!(world.send("GET", "/pm/v1/jobs/j/executions", "").await.body().as_ref(), b"[]");
    world.work(Ending::Failure).await;
    world.send("PUT", "/pm/v1/jobs/j", JOB).await;
    world.work(Ending::Success).await;
    assert_snapshot!(shown(&world.send("GET", "/v1/jobs/j/executions", "").await));
}

#[tokio::test]
async fn a_log_is_what_the_worker_wrote_and_what_the_job_knows() {
    let world = World::new();
    assert_eq!(world.send("GET", "/pm/v1/jobs/j/log", "").await.status(), 404);
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/jobs/j/log", "").await), @"
    200 OK
    content-type: text/plain; charset=utf-8

    2017-05-31T10:18:13.369Z INFO  submitted (revision 1); PENDING: no worker claimed it yet
    ");
    world.work(Ending::Failure).await;
    assert_snapshot!(shown(&world.send("GET", "/v1/jobs/j/log", "").await), @"
    200 OK
    content-type: text/plain; charset=utf-8

    2017-05-31T10:18:13.369Z INFO  what the worker wrote
    2017-05-31T10:18:38.066Z INFO  ended: FAILED
    ");
    world.send("PUT", "/pm/v1/jobs/j", JOB).await;
    world.work(Ending::Success).await;
    let text = async |query: &str| {
        let answer = world.send("GET", &format!("/v1/jobs/j/log{query}"), "").await;
        assert_eq!(answer.status(), 200, "{query}");
        String::from_utf8(answer.body().to_vec()).unwrap()
    };
    assert!(text("").await.ends_with("ended: SUCCESS\n"));
    assert!(text("?execution=1").await.ends_with("ended: FAILED\n"));
    let unknown = world.send("GET", "/v1/jobs/j/log?execution=3", "").await;
    assert_snapshot!(shown(&unknown), @r#"
    404 Not Found
    content-type: application/json

    {"code":"execution_not_found","message":"the job `j` has no stored execution 3","requestId":"req-1"}
    "#);
    for number in ["0", "-1", "x", ""] {
        let refused = world.send("GET", &format!("/v1/jobs/j/log?execution={number}"), "").await;
        assert_eq!(refused.status(), 400, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_waits_is_answered_when_the_status_changes() {
    let world = World::new();
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    let waiting = world.send("GET", "/pm/v1/jobs/j/status?wait=25", "");
    let (changed, ()) = tokio::join!(waiting, world.work(Ending::Success));
    let changed: serde_json::Value = serde_json::from_slice(changed.body()).unwrap();
    assert_eq!(changed["jobStatus"], "SUCCESS");
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/jobs/j/status?wait=26", "").await), @r#"
    400 Bad Request
    content-type: application/json

    {"code":"invalid_parameter","message":"`wait` is a number of seconds from 0 to 25","field":"wait","requestId":"req-1"}
    "#);
    for wait in ["", "-1", "1.5", "a"] {
        let refused = world.send("GET", &format!("/v1/jobs/j/status?wait={wait}"), "").await;
        assert_eq!(refused.status(), 400, "{wait}");
    }
}

#[tokio::test]
async fn jobs_are_listed_a_page_at_a_time() {
    let world = World::new();
    for id in ["a", "b", "%E9%A6%99%E6%B0%B4"] {
        world.send("POST", &format!("/pm/v1/jobs/{id}"), JOB).await;
    }
    let first = world.send("GET", "/pm/v1/jobs?limit=2&accesskey=k", "").await;
    assert_snapshot!(first.headers()["link"].to_str().unwrap(), @r#"<https://satsuma.example/pm/v1/jobs?after=2&limit=2>; rel="next""#);
    let ids = |response: &lambda_http::Response<lambda_http::Body>| -> Vec<String> {
        let list: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        list.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&first), ["a", "b"]);
    let last = world.send("GET", "/pm/v1/jobs?after=2&limit=2", "").await;
    assert_eq!(ids(&last), ["香水"]);
    assert!(!last.headers().contains_key("link"));
}

#[tokio::test]
async fn a_list_of_huge_definitions_stays_below_what_lambda_can_answer() {
    let world = World::new();
    let name = |index: usize| format!(r#"{{"name":"{index}{}","value":""}}"#, "x".repeat(1000));
    let names: Vec<String> = (0..60).map(name).collect();
    let job = format!(
        r#"{{"action":"BATCH_SCORE","model":{{"id":"m"}},"setting":{{"parameterOverride":[{}]}}}}"#,
        names.join(",")
    );
    for id in 0..100 {
        world.send("PUT", &format!("/pm/v1/jobs/{id}"), &job).await;
    }
    let mut url = "/pm/v1/jobs".to_owned();
    let mut seen = 0;
    loop {
        let page = world.send("GET", &url, "").await;
        assert!(page.body().len() < 3_000_000);
        let list: Vec<serde_json::Value> = serde_json::from_slice(page.body()).unwrap();
        seen += list.len();
        let Some(link) = page.headers().get("link") else { break };
        let link = link.to_str().unwrap().strip_prefix("<https://satsuma.example").unwrap();
        url = link.split('>').next().unwrap().to_owned();
    }
    assert_eq!(seen, 100);
}

#[tokio::test]
async fn deleting_tells_how_many_are_gone() {
    let world = World::new();
    for id in ["a", "b", "c"] {
        world.send("POST", &format!("/pm/v1/jobs/{id}"), JOB).await;
    }
    assert_snapshot!(shown(&world.send("DELETE", "/pm/v1/jobs/a,missing,%20b", "").await), @"
    200 OK
    content-type: application/json

    2
    ");
    assert_eq!(world.send("GET", "/pm/v1/jobs/a", "").await.status(), 404);
    assert_eq!(world.send("GET", "/pm/v1/jobs/c", "").await.status(), 200);
}

#[tokio::test]
async fn another_instance_neither_sees_nor_touches_a_job() {
    let mut world = World::new();
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    world.instance = Some(satsuma_domain::InstanceId::new("other").unwrap());
    assert_eq!(world.send("GET", "/pm/v1/jobs/j", "").await.status(), 404);
    assert_eq!(world.send("GET", "/pm/v1/jobs/j/status", "").await.status(), 404);
    assert_eq!(world.send("DELETE", "/pm/v1/jobs/j", "").await.body().as_ref(), b"0");
    assert_eq!(world.send("GET", "/pm/v1/jobs", "").await.body().as_ref(), b"[]");
    assert_eq!(world.send("POST", "/pm/v1/jobs/j", JOB).await.status(), 200);
}
