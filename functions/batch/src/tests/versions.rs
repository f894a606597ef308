//! Versions of files: listed, and brought back.

use insta::assert_snapshot;
use satsuma_domain::file::{FileInfo, FileKey, FileName};
use satsuma_domain::ids::JobUuid;
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{GetFile, ReplaceFile, Replaced};
use satsuma_domain::{ExecutionNumber, FileId, JobId, Revision};
use serde_json::Value;

use super::world::{World, shown};

/// An uploaded file that a job has replaced; its version before.
async fn refreshed() -> (World, FileInfo) {
    let world = World::new();
    world.upload("a%2Fchurn.csv", "x.csv", b"old").await;
    let name = FileName::Upload(FileId::new("a/churn.csv").unwrap());
    let key = FileKey { instance: world.instance.clone().unwrap(), name };
    let read = world.service.files.file_info(&key).await.unwrap().unwrap();
    let by = Origin::Job {
        id: JobId::new("每晚").unwrap(),
        uuid: JobUuid::new(),
        revision: Revision(1),
        execution: ExecutionNumber(4),
    };
    let path = std::env::temp_dir().join(JobUuid::new().to_string());
    std::fs::write(&path, "newer").unwrap();
    let replaced = world.service.files.replace_file(&key, &read, &by, "", &path).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(replaced, Replaced::Done);
    (world, read)
}

async fn content(world: &World) -> Vec<u8> {
    world.send("GET", "/pm/v1/file/a%2Fchurn.csv", "").await.body().to_vec()
}

#[tokio::test]
async fn versions_are_listed_with_their_makers() {
    let (world, _) = refreshed().await;
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/file/a%252Fchurn.csv/versions?accesskey=k", "").await));
    let first = world.send("GET", "/v1/file/a%252Fchurn.csv/versions?limit=1", "").await;
    let link = first.headers()["link"].to_str().unwrap().to_owned();
    assert_snapshot!(link, @r#"<https://satsuma.example/pm/v1/file/a%252Fchurn.csv/versions?after=2&limit=1>; rel="next""#);
    let next = link.strip_prefix("<https://satsuma.example").unwrap().split('>').next().unwrap();
    let rest = world.send("GET", next, "").await;
    let rest: Vec<Value> = serde_json::from_slice(rest.body()).unwrap();
    assert_eq!((rest.len(), &rest[0]["madeBy"]), (1, &Value::from("UPLOAD")));
}

#[tokio::test]
async fn a_rollback_is_answered_with_the_new_version_and_undone_by_another() {
    let (world, _) = refreshed().await;
    assert_snapshot!(shown(
        &world.send("POST", "/pm/v1/file/a%252Fchurn.csv/rollback?accesskey=k", "").await
    ));
    assert_eq!(content(&world).await, b"old");
    assert_eq!(world.send("POST", "/pm/v1/file/a%252Fchurn.csv/rollback", "").await.status(), 200);
    assert_eq!(content(&world).await, b"newer");
}

#[tokio::test]
async fn a_rollback_to_a_version_may_be_repeated() {
    let (world, read) = refreshed().await;
    let target = format!("/v1/file/a%252Fchurn.csv/rollback?version={}", read.version.0);
    let first = world.send("POST", &target, "").await.body().to_vec();
    assert_eq!(world.send("POST", &target, "").await.body().to_vec(), first);
    assert_eq!(content(&world).await, b"old");
}

#[tokio::test]
async fn versions_that_are_not_there_are_refused() {
    let (world, _) = refreshed().await;
    let code = async |method: &str, target: &str| {
        let response = world.send(method, target, "").await;
        let said: Value = serde_json::from_slice(response.body()).unwrap();
        format!("{} {}", response.status().as_u16(), said["code"].as_str().unwrap())
    };
    assert_eq!(code("GET", "/v1/file/unknown/versions").await, "404 file_not_found");
    assert_eq!(code("POST", "/v1/file/unknown/rollback").await, "404 file_not_found");
    assert_eq!(code("POST", "/v1/file/a%252Fchurn.csv/rollback?version=9").await, "404 version_not_found");
    assert_eq!(code("POST", "/v1/file/a%252Fchurn.csv/rollback?version=%01").await, "400 invalid_parameter");
    assert_eq!(code("GET", "/v1/file/result~x/versions").await, "400 invalid_id");
    world.upload("once.csv", "x.csv", b"1").await;
    assert_eq!(code("POST", "/v1/file/once.csv/rollback").await, "409 conflict");
}

#[tokio::test]
async fn another_instance_sees_and_restores_no_version() {
    let (mut world, read) = refreshed().await;
    world.instance = Some(satsuma_domain::InstanceId::new("thief").unwrap());
    let target = format!("/v1/file/a%252Fchurn.csv/rollback?version={}", read.version.0);
    for (method, target) in [("GET", "/v1/file/a%252Fchurn.csv/versions"), ("POST", target.as_str())] {
        assert_eq!(world.send(method, target, "").await.status(), 404, "{target}");
    }
    // The thief's own file of this name has no version of the victim's.
    world.upload("a%2Fchurn.csv", "x.csv", b"own").await;
    let own = world.send("GET", "/v1/file/a%252Fchurn.csv/versions", "").await;
    assert_eq!(serde_json::from_slice::<Vec<Value>>(own.body()).unwrap().len(), 1);
    assert_eq!(world.send("POST", &target, "").await.status(), 404);
}
