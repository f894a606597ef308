//! Files that one request cannot carry: a plan, the parts to the store, and they are there.

use std::process::Command;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

use crate::sample;
use crate::service::{Answer, Service};

/// More than one part.
const BYTES: usize = 17 * 1024 * 1024;

fn start(service: &Service, id: &str, body: &Value) -> Answer {
    let path = format!("/pm/v1/file/{id}/upload");
    service.send("POST", &path, "application/json", body.to_string().as_bytes())
}

fn plan(service: &Service, id: &str, body: &Value) -> Value {
    let answer = start(service, id, body);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// PUTs the parts that a plan names, but those that are left out.
fn send_parts(service: &Service, plan: &Value, bytes: &[u8], left_out: &[u64]) {
    let part_bytes = plan["partBytes"].as_u64().unwrap() as usize;
    for part in plan["parts"].as_array().unwrap() {
        let number = part["number"].as_u64().unwrap();
        if left_out.contains(&number) {
            continue;
        }
        let from = (number as usize - 1) * part_bytes;
        let chunk = &bytes[from..from + part["bytes"].as_u64().unwrap() as usize];
        let answer = service.send_to("PUT", part["url"].as_str().unwrap(), "application/x-part", chunk);
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

fn complete(service: &Service, plan: &Value) -> Answer {
    let url = plan["complete"]["url"].as_str().unwrap();
    service.send_to("POST", &format!("{url}?accesskey={}", service.key), "", b"")
}

#[test]
fn a_large_file_is_uploaded_in_parts_and_fetched_by_link() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let bytes: Vec<u8> = (0..BYTES as u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    for answer in [service.upload("big.csv", &bytes[..4_500_000]), service.upload("big.csv", &bytes)] {
        assert_eq!(answer.status, 413);
        assert!(answer.json()["message"].as_str().unwrap().contains("POST /pm/v1/file/<id>/upload"));
    }

    let id = "folder%2Fbig%20%E9%A6%99.csv";
    let plan = plan(&service, id, &json!({"bytes": bytes.len(), "fileName": "big.csv"}));
    send_parts(&service, &plan, &bytes, &[2]);
    let early = complete(&service, &plan);
    assert_eq!((early.status, early.json()["code"].as_str()), (409, Some("upload_incomplete")));
    assert!(early.json()["message"].as_str().unwrap().contains("planned size: 2;"), "{early:?}");
    assert_eq!(service.get("/pm/v1/file").text, "[]");

    // The line broke, the URLs were lost: the plan again, of what is missing.
    let again = json!({"bytes": bytes.len(), "upload": plan["upload"], "fileName": "big.csv"});
    let rest = self::plan(&service, id, &again);
    assert_eq!(rest["parts"].as_array().unwrap().len(), 1, "{rest}");
    send_parts(&service, &rest, &bytes, &[]);
    for _ in 0..2 {
        let done = complete(&service, &plan);
        assert_eq!(
            (done.status, done.text.as_str()),
            (200, &*format!("{}/pm/v1/file/{id}", service.base_url))
        );
    }
    assert_eq!(service.get("/pm/v1/file").json(), json!(["folder/big 香.csv"]));

    let url = format!("{}/pm/v1/file/{id}?accesskey={}", service.base_url, service.key);
    let (status, whole) = service.fetch(&url, None);
    assert!(status == 200 && whole == bytes);
    for (range, expected) in [
        ("bytes=0-9", &bytes[..10]),
        ("bytes=16777210-16777219", &bytes[16_777_210..16_777_220]),
        ("bytes=-3", &bytes[BYTES - 3..]),
        ("bytes=17825000-", &bytes[17_825_000..]),
    ] {
        let (status, piece) = service.fetch(&url, Some(range));
        assert!(status == 206 && piece == expected, "{range}: {status}");
    }
    assert_eq!(service.fetch(&url, Some("bytes=17825792-")).0, 416);
}

#[test]
fn a_stream_is_looked_at_and_only_then_a_file() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let broken = plan(&service, "late-parcels.str", &json!({"bytes": 12}));
    send_parts(&service, &broken, b"not a stream", &[]);
    let refused = complete(&service, &broken);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (400, Some("unreadable_stream")));
    assert_eq!(service.get("/pm/v1/file").text, "[]");

    let good = plan(&service, "late-parcels.str", &json!({"bytes": sample::STREAM.len()}));
    send_parts(&service, &good, sample::STREAM, &[]);
    assert_eq!(complete(&service, &good).status, 200);
    assert_eq!(complete(&service, &good).status, 200);
    service.upload("parcels.csv", sample::PARCELS);
    service.submit("late", &sample::definition());
    assert_eq!(service.result("late").replace("\r\n", "\n"), sample::PREDICTIONS);

    let huge = start(&service, "huge.str", &json!({"bytes": 300 << 20}));
    assert_eq!((huge.status, huge.json()["code"].as_str()), (413, Some("too_large")));
    let beyond = start(&service, "huge.csv", &json!({"bytes": (5_u64 << 30) + 1}));
    assert_eq!(beyond.status, 413);
}

#[test]
fn an_upload_in_parts_continues_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let bytes = vec![b'x'; BYTES];
    let service = Service::start(data.path());
    let begun = plan(&service, "a.csv", &json!({"bytes": BYTES}));
    send_parts(&service, &begun, &bytes, &[2]);
    let base_url = service.base_url.clone();
    service.kill();
    let service = Service::start_at(data.path(), &base_url);
    let rest = plan(&service, "a.csv", &json!({"bytes": BYTES, "upload": begun["upload"]}));
    assert_eq!(rest["parts"].as_array().unwrap().len(), 1, "{rest}");
    send_parts(&service, &rest, &bytes, &[]);
    assert_eq!(complete(&service, &begun).status, 200);
    let url = format!("{}/pm/v1/file/a.csv?accesskey={}", service.base_url, service.key);
    assert!(service.fetch(&url, None).1 == bytes);
}

#[test]
fn an_unknown_or_completed_upload_is_not_found() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let unknown = service.send("POST", "/pm/v1/file/a.csv/upload/guessed", "", b"");
    assert_eq!((unknown.status, unknown.json()["code"].as_str()), (404, Some("upload_not_found")));
}

/// The line with the stored bytes that `instance show` prints.
fn stored(service: &Service) -> String {
    let shown = Command::new(env!("CARGO_BIN_EXE_satsuma"))
        .args(["instance", "show", "local", "--data"])
        .arg(&service.data)
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let line = shown.lines().find(|line| line.contains("bytes stored")).map(str::to_owned);
    line.unwrap_or_else(|| panic!("no bytes in {shown}"))
}

#[test]
fn simultaneous_requests_count_a_file_once() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let nothing = stored(&service);
    let begun = plan(&service, "a.csv", &json!({"bytes": BYTES}));
    send_parts(&service, &begun, &vec![b'x'; BYTES], &[]);
    let at_once = |method: &'static str, url: &str, times: usize| -> Vec<u16> {
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..times).map(|_| scope.spawn(|| asked(method, url, &[], b""))).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        })
    };
    let url = format!("{}?accesskey={}", begun["complete"]["url"].as_str().unwrap(), service.key);
    assert_eq!(at_once("POST", &url, 8), [200; 8]);
    let one = stored(&service);
    assert!(one.contains(&BYTES.to_string()), "{one}");
    let url = format!("{}/pm/v1/file/a.csv?accesskey={}", service.base_url, service.key);
    let deleted = at_once("DELETE", &url, 20).into_iter().filter(|status| *status == 200).count();
    assert_eq!((deleted, stored(&service)), (1, nothing));
}

/// The README's lines, as its reader pastes them.
#[test]
fn the_lines_of_the_readme_send_a_big_file() {
    let has = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !["curl", "jq", "split"].iter().all(|tool| has(tool)) {
        eprintln!("skipped: there is no curl, jq or split");
        return;
    }
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let told = readme.split("```sh\n").find(|block| block.contains("FILE=big.csv")).unwrap();
    let told = told.split("```").next().unwrap();
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let told = told.replace("http://127.0.0.1:8080", &service.base_url).replace("demo-key", &service.key);
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..BYTES as u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    std::fs::write(folder.path().join("big.csv"), &bytes).unwrap();
    let output = Command::new("sh").arg("-ec").arg(told).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let url = format!("{}/pm/v1/file/big.csv", service.base_url);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), url);
    assert!(service.fetch(&format!("{url}?accesskey={}", service.key), None).1 == bytes);
}

/// Callers from other machines are sent to the objects at the host that they call.
#[test]
fn links_lead_to_the_host_that_the_caller_reached() {
    let data = tempfile::tempdir().unwrap();
    let mut command = crate::service::command(data.path());
    let service = Service::start_as(command.args(["--port", "0", "--bind", "0.0.0.0"]), data.path());
    let port = service.base_url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}/pm/v1/file/a.csv/upload?accesskey={}", service.key);
        let plan = service.send_to("POST", &url, "application/json", br#"{"bytes":3}"#).json();
        assert!(plan["parts"][0]["url"].as_str().unwrap().starts_with(&format!("http://{host}:")), "{plan}");
        send_parts(&service, &plan, b"abc", &[]);
        assert_eq!(complete(&service, &plan).status, 200);
    }
}

/// Asks a store, over a connection of its own: it closes those of refused requests.
fn asked(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> u16 {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let agent: Agent = Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    agent.run(request.body(body).unwrap()).unwrap().status().as_u16()
}

/// A link shows its signer's key id, and the table accepts any request with its own key id.
#[test]
fn a_link_grants_only_its_own_request() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let plan = plan(&service, "a.csv", &json!({"bytes": 3}));
    let link = plan["parts"][0]["url"].as_str().unwrap();
    for forged in [
        link.replace("a.csv", "b.csv"),
        link.replace("X-Amz-Expires=21600", "X-Amz-Expires=604800"),
        link.replace("partNumber=1", "partNumber=2"),
        link.split('?').next().unwrap().to_owned(),
    ] {
        assert_ne!(forged, link);
        assert_eq!(asked("PUT", &forged, &[], b"abc"), 403, "{forged}");
    }
    assert_eq!(asked("PUT", link, &[], b"abcd"), 403, "a byte too many");
    assert_eq!(asked("DELETE", link, &[], b""), 403);

    let shown = link.split_once("X-Amz-Credential=").unwrap().1.split("%2F").next().unwrap();
    let running = std::fs::read_to_string(data.path().join("running.json")).unwrap();
    let running: Value = serde_json::from_str(&running).unwrap();
    assert_eq!(running["objects"]["credentials"]["keyId"], shown);
    let table = |key_id: &str| {
        let credential = format!("AWS4-HMAC-SHA256 Credential={key_id}/20261122/local/dynamodb/aws4_request");
        let headers = [("authorization", &*credential), ("x-amz-target", "DynamoDB_20120810.DescribeTable")];
        asked("POST", running["table"]["url"].as_str().unwrap(), &headers, br#"{"TableName":"satsuma"}"#)
    };
    assert_eq!(table(shown), 400);
    assert_eq!(table(running["table"]["credentials"]["keyId"].as_str().unwrap()), 200);
}
