//! Every refused request gets an error object with the problem, its field and a stable code.

use insta::assert_snapshot;
use satsuma_domain::definition::MAX_DEFINITION_BYTES;
use satsuma_domain::files::MAX_DIRECT_BYTES;
use satsuma_domain::testing::Fault;
use satsuma_domain::usage::Quotas;

use super::world::{World, shown};

const JOB: &str = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;

/// The errors of these requests, one after the other.
async fn refusals(world: &World, requests: &[(&str, &str, &str)]) -> String {
    let mut text = String::new();
    for (method, path, body) in requests {
        let response = world.send(method, path, body).await;
        let body = String::from_utf8_lossy(response.body()).into_owned();
        text.push_str(&format!("{method} {path}\n{} {body}\n\n", response.status().as_u16()));
    }
    text
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let world = World::new();
    assert_snapshot!(
        refusals(
            &world,
            &[
                ("GET", "/pm/v1/jobs/x%20y", ""),
                ("GET", "/pm/v1/jobs/x/status", ""),
                ("GET", "/pm/v1/file/a/b.csv", ""),
                ("DELETE", "/pm/v1/file/a", ""),
                ("GET", "/pm/v1/file/result~x", ""),
                ("PATCH", "/pm/v1/jobs/x", ""),
                ("GET", "/pm/v2/jobs", ""),
            ]
        )
        .await
    );
}

#[tokio::test]
async fn a_wrong_definition_is_refused_with_the_place() {
    let world = World::new();
    assert_snapshot!(refusals(&world, &[
        ("POST", "/pm/v1/jobs/j", ""),
        ("POST", "/pm/v1/jobs/j", "{ \"dbRef”; “db2”, }"),
        ("POST", "/pm/v1/jobs/j", r#"{"action":"BATCH_SCORE"}"#),
        ("PUT", "/pm/v1/jobs/j", r#"{"action":"BATCH_SCORE","model":{"id":"m","path":"/"}}"#),
        ("PUT", "/pm/v1/jobs/j", r#"{"action":"BATCH_SCORE","model":{"id":"m"},"settings":{}}"#),
        ("PUT", "/pm/v1/jobs/j", r#"{"action":"BATCH_SCORE","model":{"id":"m"},"setting":{"inputs":[{"node":"a","file":{"id":"x"}},{"nodes":"b","file":{"id":"x"}}]}}"#),
        ("POST", "/pm/v1/jobs/j", r#"{"action":"BATCH_SCORE","model":{"id":"m"},"dbDefinitions":{"db1":{"password":"hunter2"}}}"#),
    ]).await);
    assert_eq!(world.send("GET", "/pm/v1/jobs/j", "").await.status(), 404);
}

#[tokio::test]
async fn impossible_ids_and_pages_are_refused() {
    let world = World::new();
    let long = format!("/pm/v1/jobs/{}", "x".repeat(256));
    let many = format!("/pm/v1/jobs/{}", vec!["x"; 101].join(","));
    assert_snapshot!(
        refusals(
            &world,
            &[
                ("POST", "/pm/v1/jobs/..", JOB),
                ("POST", "/pm/v1/jobs/a%0Ab", JOB),
                ("POST", "/pm/v1/jobs/a%2Fb", JOB),
                ("POST", "/pm/v1/jobs/a,b", JOB),
                ("POST", "/pm/v1/jobs/a%3Fb", JOB),
                ("POST", "/pm/v1/file/100%25/upload", r#"{"bytes":1}"#),
                ("POST", "/pm/v1/file/a%2Fstream/upload", r#"{"bytes":1}"#),
                ("GET", "/pm/v1/file/%FF", ""),
                ("GET", "/pm/v1/jobs?limit=0", ""),
                ("GET", "/pm/v1/file?limit=x", ""),
                ("GET", "/pm/v1/jobs?after=j", ""),
            ]
        )
        .await
    );
    assert_eq!(world.send("POST", &long, JOB).await.status(), 400);
    assert_snapshot!(String::from_utf8_lossy(world.send("DELETE", &many, "").await.body()));
}

#[tokio::test]
async fn what_is_not_json_or_too_large_is_refused() {
    let world = World::new();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_snapshot!(shown(&world.send_as("POST", "/pm/v1/jobs/j", &form, JOB.as_bytes()).await));
    assert_eq!(world.send_as("POST", "/pm/v1/jobs/j", &[], JOB.as_bytes()).await.status(), 200);
    let huge = " ".repeat(MAX_DEFINITION_BYTES + 1);
    assert_snapshot!(shown(&world.send("POST", "/pm/v1/jobs/k", &huge).await));
    let bytes = vec![0; usize::try_from(MAX_DIRECT_BYTES).unwrap() + 1];
    assert_eq!(world.upload("big.csv", "big.csv", &bytes).await.status(), 413);
    assert_eq!(world.send("PUT", "/pm/v1/file/a", "{}").await.status(), 415);
    assert_snapshot!(shown(&world.send_as("PUT", "/pm/v1/file/a", &[], b"").await), @r#"
    415 Unsupported Media Type
    content-type: application/json

    {"code":"unsupported_media_type","message":"the content type must be multipart/form-data (curl sends it with -X PUT -F file=@NAME, and not with -T or -d), and none was named","requestId":"req-1"}
    "#);
}

#[tokio::test]
async fn ids_of_results_cannot_be_uploaded() {
    let world = World::new();
    assert_snapshot!(shown(&world.upload("result~x", "a.csv", b"").await));
}

#[tokio::test]
async fn without_an_instance_nothing_is_done() {
    let mut world = World::new();
    world.instance = None;
    // The OpenAPI document is public. The others are functions of another crate, with checks of their own.
    let not_here = ["openapi", "explain-stream", "validate-job"];
    for route in crate::ROUTES.iter().filter(|route| !not_here.contains(&route.function)) {
        let path = route.path.replace("{id}", "x").replace("{ids}", "x").replace("{id+}", "x");
        let response = world.send(route.method, &path, JOB).await;
        assert_eq!(response.status(), 401, "{} {path}", route.method);
    }
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/jobs", "").await));
    let described = world.send("GET", "/v1/openapi.json", "").await;
    let document: serde_json::Value = serde_json::from_slice(described.body()).unwrap();
    assert_eq!((described.status().as_u16(), document["openapi"].as_str()), (200, Some("3.1.0")));
}

#[tokio::test]
async fn a_fault_of_the_store_keeps_its_detail_to_the_log() {
    let world = World::new();
    world.service.jobs.fail_next_writes([Fault::Before]);
    assert_snapshot!(shown(&world.send("POST", "/pm/v1/jobs/j", JOB).await));
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_named_with_what_is_used_and_allowed() {
    let world = World::new();
    let quotas = Quotas { queued_jobs: 1, storage_bytes: 5, ..Quotas::STANDARD };
    world.service.jobs.set_quotas(world.instance.as_ref().unwrap(), quotas);
    assert_eq!(world.send("POST", "/pm/v1/jobs/a", JOB).await.status(), 200);
    assert_snapshot!(shown(&world.send("POST", "/pm/v1/jobs/b", JOB).await));
    assert_eq!(world.send("PUT", "/pm/v1/jobs/b", JOB).await.status(), 429);
    assert_eq!(world.send("PUT", "/pm/v1/jobs/a", JOB).await.status(), 200, "it waits already");
    assert_snapshot!(shown(&world.upload("big.csv", "big.csv", b"a,b\n1,2\n").await));
    assert_eq!(world.send("DELETE", "/pm/v1/jobs/a", "").await.body().as_ref(), b"1");
    assert_eq!(world.send("POST", "/pm/v1/jobs/b", JOB).await.status(), 200);
}
