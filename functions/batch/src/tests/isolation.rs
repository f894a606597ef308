//! One instance requests every route with another instance's ids under its own key.

use lambda_http::{Body, Response};
use satsuma_domain::InstanceId;
use satsuma_domain::usage::{Quotas, usage_now};

use super::world::{Ending, World};
use crate::ROUTES;

const JOB: &str = r#"{"action":"BATCH_SCORE","model":{"id":"secret.str"}}"#;

fn instance(name: &str) -> Option<InstanceId> {
    Some(InstanceId::new(name).unwrap())
}

fn text(response: &Response<Body>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

/// A service in which the victim has files, a pending job and a job with results; returns a result's path.
async fn furnished() -> (World, String) {
    let mut world = World::new();
    world.instance = instance("victim");
    assert_eq!(world.upload("secret.csv", "secret.csv", b"canary").await.status(), 200);
    assert_eq!(world.send("POST", "/pm/v1/jobs/done", JOB).await.status(), 200);
    world.work(Ending::Success).await;
    let status = world.send("GET", "/pm/v1/jobs/done/status", "").await;
    let status: serde_json::Value = serde_json::from_slice(status.body()).unwrap();
    let result =
        status["dataUrl"].as_str().unwrap().strip_prefix("https://satsuma.example").unwrap().to_owned();
    let marked = [("content-type", "application/json"), ("idempotency-key", "7c1f")];
    assert_eq!(world.send_as("POST", "/pm/v1/jobs/waits", &marked, JOB.as_bytes()).await.status(), 200);
    assert_eq!(world.send("GET", &result, "").await.status(), 200);
    world.instance = instance("thief");
    (world, result)
}

#[tokio::test]
async fn no_route_leads_to_anothers_jobs_files_or_results() {
    let (world, result) = furnished().await;
    let result_id = result.rsplit('/').next().unwrap().to_owned();
    let ids =
        ["waits", "done", "secret.csv", &result_id, "..%2Fvictim", "%2e%2e%2fvictim%2ffiles%2fsecret.csv"];
    let ids = ids.into_iter().chain(["victim%23waits", "victim%2523waits", "..%252Fvictim%252Fwaits", "%00"]);
    for id in ids {
        // Requests that create something create it in the thief's instance.
        for route in ROUTES.iter().filter(|route| matches!(route.method, "GET" | "DELETE")) {
            let path = ["{id+}", "{id}", "{ids}"]
                .iter()
                .fold(route.path.to_owned(), |path, place| path.replace(place, id));
            if path == route.path {
                continue;
            }
            let response = world.send(route.method, &path, "").await;
            let said = text(&response);
            let nothing = response.status().is_client_error() || said == "0" || said == "[]";
            assert!(nothing, "{} {path}: {} {said}", route.method, response.status());
            assert!(!said.contains("canary") && !said.contains("victim$"), "{said}");
        }
    }
    for list in ["/pm/v1/jobs", "/pm/v1/file", "/pm/v1/jobs?after=0", "/pm/v1/file?after=a"] {
        assert_eq!(text(&world.send("GET", list, "").await), "[]", "{list}");
    }
}

#[tokio::test]
async fn what_another_does_under_the_same_ids_is_its_own() {
    let (mut world, result) = furnished().await;
    let marked = [("content-type", "application/json"), ("idempotency-key", "7c1f")];
    // An idempotency key belongs to one instance: the response is a job of the thief, not the victim's
    // response.
    let submitted = world.send_as("POST", "/pm/v1/jobs/waits", &marked, JOB.as_bytes()).await;
    assert_eq!(submitted.status(), 200);
    assert!(text(&submitted).contains("us-south$thief/waits"), "{}", text(&submitted));
    assert_eq!(world.send("PUT", "/pm/v1/jobs/done", JOB).await.status(), 201);
    assert_eq!(world.upload("secret.csv", "secret.csv", b"forged").await.status(), 200);
    assert_eq!(text(&world.send("DELETE", "/pm/v1/jobs/waits,done", "").await), "2");
    assert_eq!(world.send("DELETE", "/pm/v1/file/secret.csv", "").await.status(), 200);

    world.instance = instance("victim");
    assert_eq!(text(&world.send("GET", "/pm/v1/file/secret.csv", "").await), "canary");
    assert!(text(&world.send("GET", "/pm/v1/jobs/waits/status", "").await).contains("PENDING"));
    assert_eq!(world.send("GET", &result, "").await.status(), 200);
}

#[tokio::test]
async fn anothers_upload_is_not_completed_and_anothers_page_shows_nothing() {
    let mut world = World::new();
    world.instance = instance("victim");
    let plan = world.send("POST", "/pm/v1/file/big.csv/upload", r#"{"bytes":9000000}"#).await;
    assert_eq!(plan.status(), 200, "{}", text(&plan));
    let plan: serde_json::Value = serde_json::from_slice(plan.body()).unwrap();
    for id in 0..5 {
        world.send("POST", &format!("/pm/v1/jobs/{id}"), JOB).await;
        world.upload(&format!("file-{id}"), "a.csv", b"a").await;
    }
    let next = async |world: &World, list: &str| {
        let page = world.send("GET", list, "").await;
        let link = page.headers()["link"].to_str().unwrap().to_owned();
        link.strip_prefix("<https://satsuma.example").unwrap().split('>').next().unwrap().to_owned()
    };
    let pages = [next(&world, "/pm/v1/jobs?limit=2").await, next(&world, "/pm/v1/file?limit=2").await];

    world.instance = instance("thief");
    let upload = plan["upload"].as_str().unwrap();
    let completed = world.send("POST", &format!("/pm/v1/file/big.csv/upload/{upload}"), "").await;
    assert_eq!(completed.status(), 404, "{}", text(&completed));
    let again = format!(r#"{{"bytes":9000000,"upload":"{upload}"}}"#);
    assert_eq!(world.send("POST", "/pm/v1/file/big.csv/upload", &again).await.status(), 404);
    for page in pages {
        assert_eq!(text(&world.send("GET", &page, "").await), "[]", "{page}");
    }
}

#[tokio::test]
async fn what_one_uses_up_another_still_has() {
    let mut world = World::new();
    for name in ["victim", "thief"] {
        let tight = Quotas { queued_jobs: 1, storage_bytes: 10, ..Quotas::STANDARD };
        world.service.jobs.set_quotas(instance(name).as_ref().unwrap(), tight);
    }
    world.instance = instance("thief");
    assert_eq!(world.send("POST", "/pm/v1/jobs/a", JOB).await.status(), 200);
    assert_eq!(world.upload("a.csv", "a.csv", b"1234567890").await.status(), 200);
    assert_eq!(world.send("POST", "/pm/v1/jobs/b", JOB).await.status(), 429);
    world.instance = instance("victim");
    assert_eq!(world.upload("a.csv", "a.csv", b"1234567890").await.status(), 200);
    assert_eq!(world.send("POST", "/pm/v1/jobs/a", JOB).await.status(), 200);
    let usage =
        usage_now(&world.service.jobs, &*world.clock, world.instance.as_ref().unwrap()).await.unwrap();
    assert_eq!((usage.queued_jobs, usage.storage_bytes), (1, 10));
}
