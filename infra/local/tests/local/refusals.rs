//! Bad input gets the documented status and an error object that names the problem and its place.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::sample;
use crate::service::{Answer, Service};

/// The status and what a program reads of an error object. Its sentences are tested where they are
/// written; here they only have to be there.
fn shown(answer: &Answer) -> String {
    let body = answer.json();
    for text in ["message", "requestId"] {
        assert!(body[text].as_str().is_some_and(|text| !text.is_empty()), "{answer:?}");
    }
    let field = body["field"].as_str().map(|field| format!(" at {field}"));
    format!("{} {}{}", answer.status, body["code"].as_str().unwrap(), field.unwrap_or_default())
}

#[test]
fn bad_requests_are_refused_with_their_problem() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    service.submit("taken", &sample::definition());
    let wrong_field = json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "setting": {"input": []}});
    let other = json!({"action": "BATCH_SCORE", "model": {"id": "other"}});
    let wrong_action = json!({"action": "SCORE", "model": {"id": "m"}});
    let no_key = format!("{}/pm/v1/jobs", service.base_url);
    let answers: Vec<(&str, Answer)> = vec![
        ("unreadable stream", service.upload("broken.str", b"not a stream")),
        ("wrong field", service.submit("a", &wrong_field)),
        ("wrong action", service.submit("a", &wrong_action)),
        ("no JSON", service.send("POST", "/pm/v1/jobs/a", "application/json", b"{")),
        ("taken id", service.submit("taken", &other)),
        ("unknown job", service.get("/pm/v1/jobs/unknown/status")),
        ("unknown file", service.get("/pm/v1/file/unknown")),
        ("no key", service.send_to("GET", &no_key, "", b"")),
        ("wrong key", service.send_to("GET", &format!("{no_key}?accesskey=guessed"), "", b"")),
        ("wrong path", service.get("/pm/v2/jobs")),
        ("wrong method", service.send("PATCH", "/pm/v1/jobs/a", "", b"")),
        ("too large", service.upload("large.csv", &vec![b'x'; 7_000_000])),
    ];
    let shown = answers.iter().fold(String::new(), |mut text, (what, answer)| {
        let _ = writeln!(text, "{what}: {}", shown(answer));
        text
    });
    insta::assert_snapshot!(shown, @"
    unreadable stream: 400 unreadable_stream
    wrong field: 400 invalid_definition at setting.input
    wrong action: 400 invalid_definition at action
    no JSON: 400 malformed_json
    taken id: 409 job_exists
    unknown job: 404 job_not_found
    unknown file: 404 file_not_found
    no key: 401 unauthorized
    wrong key: 401 unauthorized
    wrong path: 404 route_not_found
    wrong method: 405 method_not_allowed
    too large: 413 too_large
    ");
    let files: Vec<String> = serde_json::from_value(service.get("/pm/v1/file").json()).unwrap();
    assert_eq!(files, ["late-parcels.str", "parcels.csv"], "nothing that was refused is stored");
}

#[test]
fn jobs_that_cannot_run_fail_with_the_reason_and_the_node() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    service.upload("empty.csv", b"");
    service.upload("other.csv", b"Parcel,Distance\nP-1,5\n");
    assert_eq!(service.upload("boxes.str", &stream_with_an_unsupported_node()).status, 200);
    let of = |model: &str| json!({"action": "BATCH_SCORE", "model": {"id": model}});
    let refresh = json!({"action": "AUTO_REFRESH", "model": {"id": "late-parcels.str"}});
    let mut unknown_node = sample::definition();
    unknown_node["setting"]["inputs"] = json!([{"node": "Letters", "file": {"id": "parcels.csv"}}]);
    let definitions: Vec<(&str, Value)> = vec![
        ("missing-stream", of("unknown.str")),
        ("missing-source-file", sample::definition_of("unknown.csv")),
        ("missing-field", sample::definition_of("other.csv")),
        ("empty-file", sample::definition_of("empty.csv")),
        ("unknown-node", unknown_node),
        ("no-builder", refresh),
        ("unsupported-node", of("boxes.str")),
        ("unsupported-database", database()),
        ("unsupported-format", json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "reportFormat": "RTF"})),
    ];
    let mut shown = String::new();
    for (id, definition) in &definitions {
        assert_eq!(service.submit(id, definition).status, 200);
        let status = service.ended(id);
        assert_eq!(status["jobStatus"], "FAILED", "{status}");
        let error = &status["error"];
        assert!(status["failureMsg"].as_str().is_some_and(|message| !message.is_empty()), "{status}");
        let text = |part: &str| error[part].as_str().unwrap_or("-").to_owned();
        let _ =
            writeln!(shown, "{id}: {} {} {} {}", text("category"), text("code"), text("node"), text("uid"));
    }
    insta::assert_snapshot!(shown, @r#"
    missing-stream: data stream_missing - -
    missing-source-file: data source_missing Var. File "Parcels" id0
    missing-field: data data Neural Net "Late" id2
    empty-file: data data Var. File "Parcels" id0
    unknown-node: data definition - -
    no-builder: data definition - -
    unsupported-node: unsupported unsupported Space-Time-Boxes "Boxes" id1
    unsupported-database: unsupported unsupported Parcels -
    unsupported-format: unsupported unsupported - -
    "#);
}

/// A definition that reads a table.
fn database() -> Value {
    let mut definition = sample::definition();
    definition["dbDefinitions"] = json!({"db1": {
        "type": "DashDB", "host": "dash.example", "port": "50001", "db": "BLUDB",
        "username": "bluadmin", "password": "NmI4MDViMzBkNDUz"
    }});
    definition["setting"]["inputs"] =
        json!([{"node": "Parcels", "odbc": {"dbRef": "db1", "table": "PARCELS"}}]);
    definition
}

/// A readable stream with a node of a type that the engine does not have: plain XML, as old Modelers
/// wrote it.
fn stream_with_an_unsupported_node() -> Vec<u8> {
    let node = |id: u32, class: &str, label: &str, properties: &str| {
        format!(
            r#"<node id="{id}" class="com.spss.clementine.component.node.{class}" saveVersion="18.0" uid="id{id}">
            <properties><label>{label}</label><autoLabel>false</autoLabel>{properties}</properties></node>"#
        )
    };
    let source = node(0, "DelimitedFileImportNode", "Parcels", "<inputFileName>parcels.csv</inputFileName>");
    let (boxes, table) =
        (node(1, "SpaceTimeBoxesNode", "Boxes", ""), node(2, "TableNode", "Predictions", ""));
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><clementineStream version="18.0"><stream saveVersion="18.0">
        <properties><name>boxes</name><scnScoringTerminalNode>id2</scnScoringTerminalNode></properties>
        <diagram><nodes>{source}{boxes}{table}</nodes>
        <links><link srcId="0" dstId="1"/><link srcId="1" dstId="2"/></links><terminalNodeOrder/></diagram>
        </stream></clementineStream>"#
    );
    satsuma_stream::write_archive([("boxes.xml", xml.as_bytes())]).unwrap()
}
