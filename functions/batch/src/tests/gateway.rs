//! Events of API Gateway (payload 2.0), read by the crate that reads them on Lambda, and their effect on
//! paths.

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

#[tokio::test]
async fn every_url_in_an_answer_leads_back_to_its_file_through_the_gateway_and_without_it() {
    let world = World::new();
    let form = [("content-type", "multipart/form-data; boundary=X")];
    let body = b"--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n1\r\n--X--\r\n";
    let path = |url: &str| url.strip_prefix("https://satsuma.example").unwrap().to_owned();
    for id in
        ["a%20b.csv", "folder%2Fx.csv", "folder/y.csv", "%E9%A6%99%E6%B0%B4.csv", "a%23b", "a+b", "a%26b=c"]
    {
        let url = world.send_through_gateway("PUT", &format!("/pm/v1/file/{id}"), &form, body).await;
        let url = path(std::str::from_utf8(url.body()).unwrap());
        assert_eq!(world.send_through_gateway("GET", &url, &[], b"").await.body().as_ref(), b"1", "{url}");
        assert_eq!(world.send("GET", &url, "").await.body().as_ref(), b"1", "{url}");

        let start = format!("{}/upload", url.replace("%2F", "%252F"));
        let plan = world.send_through_gateway("POST", &start, &[], br#"{"bytes":1}"#).await;
        let plan: serde_json::Value = serde_json::from_slice(plan.body()).unwrap();
        assert!(
            world.service.files.put_part(plan["parts"][0]["url"].as_str().unwrap(), "2".into()),
            "{start}"
        );
        let complete = path(plan["complete"]["url"].as_str().unwrap());
        assert_eq!(world.send_through_gateway("POST", &complete, &[], b"").await.status(), 200, "{complete}");
        assert_eq!(world.send("POST", &complete, "").await.status(), 200, "{complete}");
        assert_eq!(world.send_through_gateway("GET", &url, &[], b"").await.body().as_ref(), b"2", "{url}");
    }
}
