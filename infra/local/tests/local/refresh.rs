//! Refreshed streams and their versions, over HTTP; also of a process that is killed in the middle of a refresh.

use std::time::Duration;

use serde_json::{Value, json};

use crate::service::Service;

const RECORDS: &[u8] = b"x,y\n0,0\n0.1,0\n1,1\n0.9,1\n";

/// A stream with K-Means behind a Var. File node, as plain XML.
fn stream() -> Vec<u8> {
    let node = |id: u32, class: &str, label: &str, properties: &str, children: &str| {
        format!(
            r#"<node id="{id}" class="com.spss.clementine.component.node.{class}" saveVersion="18.0" uid="id{id}">
            <properties><name>{class}</name><label>{label}</label><autoLabel>false</autoLabel>{properties}</properties>
            {children}</node>"#
        )
    };
    let field = |name: &str| {
        format!(
            "<field><name>{name}</name><type><storage>real</storage><measure>range</measure><values/></type></field>"
        )
    };
    let fields = format!("<importedFields>{}{}</importedFields>", field("x"), field("y"));
    let file = "<inputFileName>points.csv</inputFileName>";
    let source = node(0, "DelimitedFileImportNode", "points", file, &fields);
    let read = "<typeTable><defaultValueMode>read</defaultValueMode><rows/></typeTable>";
    let types = node(1, "TypeNode", "types", read, "");
    let properties = "<numClusters>2</numClusters><clusterLabel>group</clusterLabel>\
        <clusterLabelType>STRING</clusterLabelType><encodingValueForSets>0.707107</encodingValueForSets>\
        <generateDistanceField>false</generateDistanceField><showClusterProximity>false</showClusterProximity>\
        <useBinarySetEncoding>false</useBinarySetEncoding>";
    let builder = node(2, "BuildKMeansNode", "Groups", properties, "");
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><clementineStream version="18.0"><stream saveVersion="18.0">
        <properties><name>groups</name></properties><diagram><nodes>{source}{types}{builder}</nodes>
        <links><link srcId="0" dstId="1"/><link srcId="1" dstId="2"/></links><terminalNodeOrder/></diagram>
        </stream></clementineStream>"#
    );
    satsuma_stream::write_archive([("groups.xml", xml.as_bytes())]).unwrap()
}

fn content(service: &Service) -> Vec<u8> {
    let url = format!("{}/pm/v1/file/groups.str?accesskey={}", service.base_url, service.key);
    let (status, bytes) = service.fetch(&url, None);
    assert_eq!(status, 200);
    bytes
}

fn models(bytes: Vec<u8>) -> usize {
    satsuma_stream::StreamFile::open(bytes).unwrap().stream().ties().len()
}

fn makers(service: &Service) -> Vec<String> {
    let versions: Vec<Value> =
        serde_json::from_value(service.get("/pm/v1/file/groups.str/versions").json()).unwrap();
    versions.iter().map(|version| version["madeBy"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_refreshed_stream_is_rolled_back_and_forward() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let old = stream();
    service.upload("groups.str", &old);
    service.upload("points.csv", RECORDS);
    service.submit("nightly", &json!({"action": "AUTO_REFRESH", "model": {"id": "groups.str"}}));
    let status = service.ended("nightly");
    assert_eq!((&status["jobStatus"], &status["warnings"]), (&json!("SUCCESS"), &json!([])), "{status}");
    assert_eq!(status["builders"], json!([{"node": "Groups", "state": "BUILT", "records": 4}]));
    let executions = service.get("/pm/v1/jobs/nightly/executions").json();
    assert_eq!(executions[0]["builders"], status["builders"]);
    let new = content(&service);
    assert!(new != old && models(new.clone()) == 1);

    let versions = service.get("/pm/v1/file/groups.str/versions").json();
    assert_eq!(
        (&versions[0]["job"], &versions[0]["execution"]),
        (&json!("nightly"), &json!(1)),
        "{versions}"
    );
    assert_eq!(makers(&service), ["JOB", "UPLOAD"]);
    let first = versions[1]["version"].as_str().unwrap();
    for _ in 0..2 {
        let (url, key) = (&service.base_url, &service.key);
        let rollback = format!("{url}/pm/v1/file/groups.str/rollback?version={first}&accesskey={key}");
        assert_eq!(service.send_to("POST", &rollback, "", b"").json()["restored"], first);
    }
    assert!(content(&service) == old);
    assert_eq!(service.send("POST", "/pm/v1/file/groups.str/rollback", "", b"").status, 200);
    assert!(content(&service) == new);
    assert_eq!(makers(&service), ["ROLLBACK", "ROLLBACK", "JOB", "UPLOAD"]);

    // The refreshed stream is a stream like any other.
    service.submit("again", &json!({"action": "TRAINING", "model": {"id": "groups.str"}}));
    assert_eq!(service.ended("again")["jobStatus"], "SUCCESS");
}

/// SIGKILL at several times of a refresh. The file is whole at any time, and the next process ends the job.
#[test]
fn a_process_killed_during_a_refresh_leaves_a_whole_stream() {
    for milliseconds in [0, 40, 80, 160, 320] {
        let data = tempfile::tempdir().unwrap();
        let service = Service::start(data.path());
        let old = stream();
        service.upload("groups.str", &old);
        service.upload("points.csv", RECORDS);
        service.submit("nightly", &json!({"action": "AUTO_REFRESH", "model": {"id": "groups.str"}}));
        std::thread::sleep(Duration::from_millis(milliseconds));
        service.kill();

        let service = Service::start(data.path());
        let found = content(&service);
        assert!(found == old || models(found) == 1, "after {milliseconds} ms");
        let status = service.ended("nightly");
        assert_eq!(status["jobStatus"], "SUCCESS", "after {milliseconds} ms: {status}");
        assert_eq!(
            (models(content(&service)), makers(&service)),
            (1, vec!["JOB".to_owned(), "UPLOAD".to_owned()])
        );
    }
}
