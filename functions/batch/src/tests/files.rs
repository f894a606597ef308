//! Upload, list, fetch and deletion of files.

use insta::assert_snapshot;
use satsuma_domain::FileId;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::files::MAX_DIRECT_BYTES;
use satsuma_domain::ports::PutFile;
use satsuma_stream::StreamBuilder;

use super::world::{World, shown};

#[tokio::test]
async fn an_upload_is_answered_with_its_bare_url_and_fetched_under_it() {
    let world = World::new();
    assert_snapshot!(shown(&world.upload("drug%20batch/1.csv", "x.csv", b"a,b\n1,2\n").await));
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/file/drug%20batch/1.csv?accesskey=k", "").await));
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/file/", "").await));
    assert_snapshot!(shown(&world.send("DELETE", "/pm/v1/file//drug%20batch/1.csv", "").await));
    assert_snapshot!(shown(&world.send("GET", "/pm/v1/file/drug%20batch/1.csv", "").await));
}

#[tokio::test]
async fn a_file_beyond_one_answer_is_fetched_from_the_store_itself() {
    let world = World::new();
    let large = vec![b'x'; usize::try_from(MAX_DIRECT_BYTES).unwrap() + 1];
    let name = FileName::Upload(FileId::new("large.csv").unwrap());
    let key = FileKey { instance: world.instance.clone().unwrap(), name };
    world.service.files.put_file(&key, "text/csv", large.into()).await.unwrap();
    let response = world.send("GET", "/pm/v1/file/large.csv?accesskey=k", "").await;
    assert_eq!(response.status(), 307);
    let header = |name| response.headers().get(name).unwrap().to_str().unwrap();
    assert_eq!(header("location"), "https://store.example/634640a0/large.csv?save-as=large.csv");
    assert_eq!(header("cache-control"), "no-store");
    assert!(response.body().is_empty());
}

#[tokio::test]
async fn a_readable_stream_is_taken_and_an_unreadable_one_is_not() {
    let world = World::new();
    let stream = StreamBuilder::new("empty").write().unwrap();
    assert_eq!(world.upload("s", "stream.str", &stream).await.status(), 200);
    assert_snapshot!(shown(&world.upload("broken", "Stream.STR", b"PK\x03\x04 no zip").await));
    assert_eq!(world.upload("broken.str", "data", b"").await.status(), 400);
    assert_eq!(world.send("GET", "/pm/v1/file", "").await.body().as_ref(), br#"["s"]"#);
}

#[tokio::test]
async fn an_empty_file_and_a_second_upload_are_stored_as_they_are() {
    let world = World::new();
    assert_eq!(world.upload("a.csv", "a.csv", b"").await.status(), 200);
    assert_eq!(world.send("GET", "/pm/v1/file/a.csv", "").await.body().len(), 0);
    assert_eq!(world.upload("a.csv", "a.csv", b"2").await.status(), 200);
    assert_eq!(world.send("GET", "/pm/v1/file/a.csv", "").await.body().as_ref(), b"2");
}

#[tokio::test]
async fn files_are_listed_a_page_at_a_time() {
    let world = World::new();
    for id in ["a%26b", "c", "d"] {
        world.upload(id, "x.csv", b"").await;
    }
    let first = world.send("GET", "/v1/file?limit=1", "").await;
    assert_eq!(first.body().as_ref(), br#"["a&b"]"#);
    assert_snapshot!(first.headers()["link"].to_str().unwrap(), @r#"<https://satsuma.example/pm/v1/file?after=a%26b&limit=1>; rel="next""#);
    let rest = world.send("GET", "/v1/file?after=a%26b&limit=2", "").await;
    assert_eq!(rest.body().as_ref(), br#"["c","d"]"#);
}

#[tokio::test]
async fn another_instances_files_are_not_there() {
    let mut world = World::new();
    world.upload("a.csv", "a.csv", b"secret").await;
    world.instance = Some(satsuma_domain::InstanceId::new("other").unwrap());
    assert_eq!(world.send("GET", "/pm/v1/file/a.csv", "").await.status(), 404);
    assert_eq!(world.send("DELETE", "/pm/v1/file/a.csv", "").await.status(), 404);
    assert_eq!(world.send("GET", "/pm/v1/file", "").await.body().as_ref(), b"[]");
}
