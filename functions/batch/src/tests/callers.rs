//! Requests of clients of the original and of other APIs, and the errors that they get.

use lambda_http::{Body, Response};
use satsuma_domain::usage::Quotas;

use super::world::{Ending, World};

const JOB: &str = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;

fn text(response: &Response<Body>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

#[tokio::test]
async fn who_shows_no_good_key_is_told_what_is_missing() {
    let mut world = World::new();
    world.instance = None;
    for (target, header, expected) in [
        ("/pm/v1/jobs", "", "add ?accesskey="),
        ("/pm/v1/jobs?accesskey=", "", "is empty"),
        ("/pm/v1/jobs?accesskey=canary", "", "no instance has this access key"),
        ("/pm/v1/jobs?accesskey=canary&AccessKey=canary", "", "more than one"),
        ("/pm/v1/jobs?apikey=canary", "", "the parameter `apikey`"),
        ("/pm/v1/jobs", "authorization", "the header `authorization`"),
        ("/pm/v1/jobs", "x-api-key", "the header `x-api-key`"),
    ] {
        let headers: Vec<(&str, &str)> =
            [(header, "canary")].into_iter().filter(|it| !it.0.is_empty()).collect();
        let refused = world.send_as("GET", target, &headers, b"").await;
        assert_eq!(refused.status(), 401);
        let text = text(&refused);
        assert!(text.contains(expected) && !text.contains("canary"), "{target} {header}: {text}");
    }
}

#[tokio::test]
async fn models_are_listed_as_none() {
    let mut world = World::new();
    assert_eq!(text(&world.send("GET", "/pm/v1/model?accesskey=k", "").await), "[]");
    world.instance = None;
    assert_eq!(world.send("GET", "/v1/model", "").await.status(), 401);
}

#[tokio::test]
async fn a_list_is_found_with_a_slash_at_its_end() {
    let world = World::new();
    assert_eq!(text(&world.send("GET", "/pm/v1/jobs/", "").await), "[]");
    assert_eq!(text(&world.send("GET", "/v1/file/", "").await), "[]");
}

#[tokio::test]
async fn numbers_of_the_query_may_have_a_fraction_of_zero() {
    let world = World::new();
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    for target in ["/pm/v1/jobs?limit=5e1", "/pm/v1/file?limit=50.0", "/v1/jobs/j/status?wait=0.0"] {
        assert_eq!(world.send("GET", target, "").await.status(), 200, "{target}");
    }
    for target in ["/pm/v1/jobs?limit=0.5", "/pm/v1/jobs?limit=1e9", "/v1/jobs/j/log?execution=1.5"] {
        assert_eq!(world.send("GET", target, "").await.status(), 400, "{target}");
    }
}

#[tokio::test]
async fn an_encoded_part_of_a_job_does_nothing_to_the_job() {
    let world = World::new();
    world.send("POST", "/pm/v1/jobs/a", JOB).await;
    for (method, part) in [("DELETE", "validate"), ("PUT", "status"), ("POST", "log"), ("GET", "executions")]
    {
        let refused = world.send(method, &format!("/pm/v1/jobs/a%2F{part}"), JOB).await;
        assert_eq!(refused.status(), 400, "{method} {part}: {}", text(&refused));
    }
    assert_eq!(world.send("GET", "/pm/v1/jobs/a", "").await.status(), 200);
}

#[tokio::test]
async fn results_of_deleted_jobs_are_listed_and_deleted() {
    let world = World::new();
    world.send("POST", "/pm/v1/jobs/j", JOB).await;
    world.work(Ending::Success).await;
    assert_eq!(text(&world.send("DELETE", "/pm/v1/jobs/j", "").await), "1");
    world.upload("a.csv", "a.csv", b"1").await;
    assert_eq!(text(&world.send("GET", "/pm/v1/file", "").await), r#"["a.csv"]"#);
    let listed = text(&world.send("GET", "/pm/v1/file?results=true", "").await);
    let listed: Vec<String> = serde_json::from_str(&listed).unwrap();
    assert!(matches!(&listed[..], [id] if id.ends_with("Table 1.tab")), "{listed:?}");
    let id = listed[0].replace(' ', "%20");
    assert_eq!(world.send("DELETE", &format!("/pm/v1/file/{id}"), "").await.status(), 200);
    assert_eq!(text(&world.send("GET", "/pm/v1/file?results=true", "").await), "[]");
    assert_eq!(world.send("GET", "/pm/v1/file?results=yes", "").await.status(), 400);
}

#[tokio::test]
async fn no_plan_is_given_for_more_than_may_ever_be_stored() {
    let world = World::new();
    let quotas = Quotas { storage_bytes: 5_000_000, ..Quotas::STANDARD };
    world.service.jobs.set_quotas(world.instance.as_ref().unwrap(), quotas);
    let plan = async |bytes: &str| {
        let body = format!(r#"{{"bytes":{bytes}}}"#);
        world.send("POST", "/pm/v1/file/big.csv/upload", &body).await.status()
    };
    assert_eq!(plan("4900000000").await, 429);
    assert_eq!(plan("4e6").await, 200);
    assert_eq!(plan("4000000.5").await, 400);
}

#[tokio::test]
async fn bytes_without_a_form_are_shown_how_to_send_one() {
    let world = World::new();
    let refused = world.send_as("PUT", "/pm/v1/file/a.csv", &[], b"a,b").await;
    assert_eq!(refused.status(), 415);
    assert!(text(&refused).contains("-F file=@"), "{}", text(&refused));
}
