//! Explanations of streams.

use std::fmt::Write;

use lambda_http::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS};
use satsuma_domain::InstanceId;
use satsuma_domain::files::MAX_DIRECT_BYTES;
use satsuma_stream::write_archive;
use serde_json::Value;

use super::world::{World, body, shown, stream};
use crate::stored::LARGEST_STREAM;

const SVG: (&str, &str) = ("accept", "image/svg+xml");

#[tokio::test]
async fn a_stream_is_explained_with_what_can_be_run_and_what_cannot() {
    let world = World::new();
    world.put("churn.str", stream().write().unwrap()).await;
    let answer = world.get("/pm/v1/file/churn.str/stream", &[]).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()[CONTENT_TYPE]),
        (200, &"application/json".parse().unwrap())
    );
    let explanation: Value = serde_json::from_str(&body(&answer)).unwrap();
    insta::assert_json_snapshot!(explanation);
}

#[tokio::test]
async fn a_drawing_shows_hostile_texts_and_can_do_nothing() {
    let world = World::new();
    let mut hostile = stream();
    let node = hostile.table();
    hostile.label(node, "</text><script>alert(1)</script>\" onload=\"x");
    world.put("churn.str", hostile.write().unwrap()).await;
    let answer = world.get("/v1/file/churn.str/stream", &[SVG]).await;
    let headers = answer.headers();
    assert_eq!(headers[CONTENT_TYPE], "image/svg+xml");
    assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[CONTENT_SECURITY_POLICY], "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    let drawing = body(&answer);
    assert!(drawing.starts_with("<svg ") && !drawing.contains("<script") && !drawing.contains("onload=\""));
}

#[tokio::test]
async fn an_answer_that_the_caller_has_is_not_sent_again() {
    let world = World::new();
    world.put("churn.str", stream().write().unwrap()).await;
    let first = world.get("/pm/v1/file/churn.str/stream", &[]).await;
    let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
    let known = format!("\"other\", W/{tag}");
    let again = world.get("/pm/v1/file/churn.str/stream", &[("if-none-match", &known)]).await;
    assert_eq!(
        shown(&again),
        format!("304 Not Modified\netag: {tag}\nvary: Accept\ncache-control: private, no-cache\n\n")
    );
    let drawn = world.get("/pm/v1/file/churn.str/stream", &[("if-none-match", &known), SVG]).await;
    assert_eq!(drawn.status(), 200);
}

#[tokio::test]
async fn what_cannot_be_explained_is_refused_with_the_reason() {
    let mut world = World::new();
    world.put("data.csv", "a,b\n1,2\n").await;
    insta::assert_snapshot!(shown(&world.get("/pm/v1/file/data.csv/stream", &[]).await), @r#"
    400 Bad Request
    content-type: application/json

    {"code":"unreadable_stream","message":"the file `data.csv` is not a readable stream: not a readable zip archive (missing end of central directory); a stream file is one","requestId":"req-1"}
    "#);
    let palette = write_archive([("a.xml", b"<clementineModelPalette/>".as_slice())]).unwrap();
    world.put("models.gen", palette).await;
    let refused = body(&world.get("/pm/v1/file/models.gen/stream", &[SVG]).await);
    assert!(refused.contains("the file is not a stream: its root element is"), "{refused}");
    assert_eq!(world.get("/pm/v1/file/none.str/stream", &[]).await.status(), 404);
    assert_eq!(world.get("/pm/v1/file/result~x~1~a/stream", &[]).await.status(), 404);

    world.put("churn.str", stream().write().unwrap()).await;
    world.instance = Some(InstanceId::new("other").unwrap());
    assert_eq!(world.get("/pm/v1/file/churn.str/stream", &[]).await.status(), 404);
    world.instance = None;
    assert_eq!(world.get("/pm/v1/file/churn.str/stream", &[]).await.status(), 401);
}

#[tokio::test]
async fn ids_of_all_kinds_are_found() {
    let world = World::new();
    for (id, path) in [
        ("drug cap 香水.str", "/pm/v1/file/drug%20cap%20%E9%A6%99%E6%B0%B4.str/stream"),
        ("a/b.str", "/v1/file/a%2Fb.str/stream"),
        ("a/b.str", "/v1/file/a%252Fb.str/stream"),
        ("stream", "/v1/file/stream/stream"),
    ] {
        world.put(id, stream().write().unwrap()).await;
        assert_eq!(world.get(path, &[]).await.status(), 200, "{path}");
    }
}

/// A small file whose explanation and drawing exceed one response.
#[tokio::test]
async fn a_hostile_stream_gets_an_answer_of_bounded_size() {
    let mut nodes = String::new();
    for number in 0..15_000 {
        let label = "\\\"".repeat(200);
        write!(
            nodes,
            "<node id='{number}' uid='id{number}' class='a.TableNode'><properties><name>{label}</name></properties></node>"
        )
        .unwrap();
    }
    let document = format!(
        "<clementineStream version='18.0'><stream saveVersion='18.0'><properties/><diagram><nodes>{nodes}</nodes>\
         </diagram></stream></clementineStream>"
    );
    let bytes = write_archive([("a.xml", document.as_bytes())]).unwrap();
    assert!((bytes.len() as u64) < MAX_DIRECT_BYTES / 2, "it can be uploaded: {}", bytes.len());
    let world = World::new();
    world.put("big.str", bytes).await;
    let answer = world.get("/pm/v1/file/big.str/stream", &[]).await;
    let refused: Value = serde_json::from_str(&body(&answer)).unwrap();
    assert_eq!((answer.status().as_u16(), &refused["code"]), (413, &"too_large".into()));
    assert!(refused["message"].as_str().unwrap().contains("`satsuma inspect FILE --json`"), "{refused}");
    let answer = world.get("/pm/v1/file/big.str/stream", &[SVG]).await;
    assert_eq!(answer.status(), 413, "{}", body(&answer));

    world.put("huge.str", vec![0; LARGEST_STREAM as usize + 1]).await;
    let refused = body(&world.get("/pm/v1/file/huge.str/stream", &[]).await);
    assert!(refused.contains("`satsuma inspect FILE` opens larger ones"), "{refused}");
}
