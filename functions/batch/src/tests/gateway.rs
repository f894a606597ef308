//! Events as API Gateway sends them (payload 2.0), through the crate that reads them on Lambda.

use insta::assert_snapshot;

use super::world::{World, shown};

async fn answered(function: &str, event: &str) -> String {
    let mut world = World::new();
    world.service.settings.public_url = None;
    let request = lambda_http::request::from_str(event).unwrap();
    shown(&world.call(function, request).await)
}

#[tokio::test]
async fn a_submitted_job() {
    assert_snapshot!(answered("submit-job", include_str!("events/submit_job.json")).await);
}

#[tokio::test]
async fn an_upload_as_base64_below_a_named_stage() {
    assert_snapshot!(answered("put-file", include_str!("events/put_file.json")).await);
}

#[tokio::test]
async fn a_caller_whom_the_authorizer_did_not_identify() {
    assert_snapshot!(answered("get-job", include_str!("events/not_identified.json")).await);
}
