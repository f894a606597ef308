//! What is in a stream, asked of the deployed service.

use satsuma_tests::client::Client;
use satsuma_tests::sample;

pub(crate) fn a_stream_is_explained_and_drawn(acme: &Client) {
    let explained = acme.get("/pm/v1/file/late-parcels.str/stream").expect(200).json();
    assert_eq!(explained["sources"][0]["place"], "parcels.csv");
    let scoring =
        explained["actions"].as_array().unwrap().iter().find(|action| action["action"] == "BATCH_SCORE");
    assert_eq!(scoring.unwrap()["canRun"], true, "{explained}");

    // An id that would be taken for two parts of the path, and one of several bytes a letter.
    let stream = sample::own("late-parcels.str");
    let _ = acme.upload("/pm/v1/file/folder/%E9%A6%99%20%E6%B0%B4.str", "x.str", &stream).expect(200);
    let again = acme.get("/v1/file/folder%252F%E9%A6%99%20%E6%B0%B4.str/stream").expect(200).json();
    assert_eq!(again, explained);
    assert_eq!(acme.delete("/pm/v1/file/folder/%E9%A6%99%20%E6%B0%B4.str").expect(200).text(), "1");

    assert_eq!(acme.get("/pm/v1/file/parcels.csv/stream").refusal(400), "unreadable_stream");
    assert_eq!(acme.get("/pm/v1/file/unknown/stream").refusal(404), "file_not_found");
}
