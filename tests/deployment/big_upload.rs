//! A file in parts: planned, sent to the store without a key, completed, fetched.

use satsuma_tests::client::Client;
use serde_json::json;

/// More than one part.
const BYTES: usize = 17 * 1024 * 1024;

pub(crate) fn a_big_file_goes_to_the_store_in_parts(client: &Client, other: &Client) {
    let path = "/pm/v1/file/big.csv/upload";
    let plan = client.send_json("POST", path, &json!({"bytes": BYTES})).expect(200).json();
    let complete = plan["complete"]["url"].as_str().unwrap();
    let complete = &complete[complete.find("/pm/v1").unwrap()..];
    assert_eq!(client.send_json("POST", complete, &json!({})).refusal(409), "upload_incomplete");
    for part in plan["parts"].as_array().unwrap() {
        let bytes = vec![b'x'; usize::try_from(part["bytes"].as_u64().unwrap()).unwrap()];
        let _ = client.put_elsewhere(part["url"].as_str().unwrap(), bytes).expect(200);
    }
    assert_eq!(other.send_json("POST", complete, &json!({})).refusal(404), "upload_not_found");
    for _ in 0..2 {
        let done = client.send_json("POST", complete, &json!({})).expect(200);
        assert!(done.text().ends_with("/pm/v1/file/big.csv"), "{}", done.text());
    }
    let link = client.get("/pm/v1/file/big.csv").expect(307);
    assert_eq!(client.follow(&link).expect(200).bytes.len(), BYTES);

    let stream = json!({"bytes": 12, "fileName": "broken.str"});
    let plan = client.send_json("POST", "/pm/v1/file/broken/upload", &stream).expect(200).json();
    let _ =
        client.put_elsewhere(plan["parts"][0]["url"].as_str().unwrap(), b"not a stream".to_vec()).expect(200);
    let complete = plan["complete"]["url"].as_str().unwrap();
    let complete = &complete[complete.find("/pm/v1").unwrap()..];
    assert_eq!(client.send_json("POST", complete, &json!({})).refusal(400), "unreadable_stream");
    assert_eq!(client.get("/pm/v1/file/broken").refusal(404), "file_not_found");
    let _ = client.delete("/pm/v1/file/big.csv").expect(200);
}
