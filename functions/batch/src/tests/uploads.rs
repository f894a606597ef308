//! Uploads in parts: plan and completion.

use insta::assert_snapshot;

use super::world::{World, shown};

#[tokio::test]
async fn a_plan_says_what_to_send_where_and_what_to_ask_for_then() {
    let world = World::new();
    let path = "/pm/v1/file/folder%2Fbig%20file.csv/upload?accesskey=k";
    let started = world.send("POST", path, r#"{"bytes":16777217,"fileName":"big file.csv"}"#).await;
    assert_eq!(started.headers()["cache-control"], "no-store");
    let mut plan: serde_json::Value = serde_json::from_slice(started.body()).unwrap();
    let token = plan["upload"].as_str().unwrap().to_owned();
    let target = plan["complete"]["url"].as_str().unwrap().strip_prefix("https://satsuma.example").unwrap();
    let target = target.to_owned();
    let hidden = plan.to_string().replace(&token, "[token]");
    plan = serde_json::from_str(&hidden).unwrap();
    insta::assert_json_snapshot!(plan);

    for (part, bytes) in [(1, 16 << 20), (0, 0), (2, 1)] {
        if part == 0 {
            let early = shown(&world.send("POST", &target, "").await);
            assert_snapshot!(early.replace(&token, "[token]"));
            continue;
        }
        let url = plan["parts"][part - 1]["url"].as_str().unwrap();
        assert!(world.service.files.put_part(url, vec![b'x'; bytes].into()));
    }
    assert_snapshot!(shown(&world.send("POST", &target, "").await), @"
    200 OK
    content-type: text/plain; charset=utf-8

    https://satsuma.example/pm/v1/file/folder%2Fbig%20file.csv
    ");
    assert_eq!(world.send("POST", &target, "").await.status(), 200);
    assert_eq!(world.send("GET", "/pm/v1/file", "").await.body().as_ref(), br#"["folder/big file.csv"]"#);
}

#[tokio::test]
async fn what_cannot_be_uploaded_is_refused_before_anything_is_sent() {
    let world = World::new();
    let mut refusals = String::new();
    for (id, body) in [
        ("a.csv", "{"),
        ("a.csv", r#"{"bytes":0}"#),
        ("a.csv", r#"{"bytes":5368709121}"#),
        ("a.str", r#"{"bytes":268435457}"#),
        ("a.csv", r#"{"bytes":1,"name":"x"}"#),
        ("a.csv", r#"{"bytes":1,"upload":"guessed"}"#),
        ("result~x", r#"{"bytes":1}"#),
    ] {
        let response = world.send("POST", &format!("/pm/v1/file/{id}/upload"), body).await;
        let text = String::from_utf8_lossy(response.body()).into_owned();
        refusals.push_str(&format!("{} {text}\n", response.status().as_u16()));
    }
    assert_snapshot!(refusals);
}

#[tokio::test]
async fn an_upload_of_another_instance_is_not_there() {
    let mut world = World::new();
    let started = world.send("POST", "/pm/v1/file/a.csv/upload", r#"{"bytes":1}"#).await;
    let plan: serde_json::Value = serde_json::from_slice(started.body()).unwrap();
    let token = plan["upload"].as_str().unwrap();
    assert!(world.service.files.put_part(plan["parts"][0]["url"].as_str().unwrap(), "x".into()));
    let owner = world.instance.clone();
    world.instance = Some(satsuma_domain::InstanceId::new("other").unwrap());
    let target = format!("/pm/v1/file/a.csv/upload/{token}");
    assert_eq!(world.send("POST", &target, "").await.status(), 404);
    let more = format!(r#"{{"bytes":1,"upload":"{token}"}}"#);
    assert_eq!(world.send("POST", "/pm/v1/file/a.csv/upload", &more).await.status(), 404);
    world.instance = owner;
    assert_eq!(world.send("POST", &target, "").await.status(), 200);
}
