//! The service in front of its functions: connections, proxies, pages of other origins.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::service::{Service, command};

/// More than socket buffers hold: a server that does not read it breaks the connection of its sender.
const BODY: usize = 8 << 20;

/// Sends a request as it is written, body and all, and reads the answer then.
fn sent(service: &Service, head: &str, body: &[u8]) -> String {
    let address = service.base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let length = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}\r\n{length}").as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_refused_body_is_read_so_that_its_sender_sees_the_answer() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let body = vec![b'x'; BODY];
    for (request, status) in [
        ("POST /pm/v1/nothing", "404"),
        ("POST /pm/v1/score/drug?accesskey=k", "404"),
        ("PATCH /pm/v1/jobs/a", "405"),
        ("PUT /pm/v1/file/a.csv?accesskey=guessed", "401"),
    ] {
        let answer = sent(&service, &format!("{request} HTTP/1.1\r\nHost: localhost"), &body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {answer}");
    }
}

#[test]
fn urls_in_answers_follow_no_host_that_anybody_may_have_sent() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let form = "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n1\r\n--X--\r\n";
    let put = |host: &str| {
        let head = format!(
            "PUT /pm/v1/file/a.csv?accesskey={} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\n\
             Content-Type: multipart/form-data; boundary=X",
            service.key
        );
        sent(&service, &head, form.as_bytes()).lines().last().unwrap().to_owned()
    };
    assert_eq!(put("evil.example"), format!("{}/pm/v1/file/a.csv", service.base_url));
    assert_eq!(put("192.168.1.7:8080"), "http://192.168.1.7:8080/pm/v1/file/a.csv");
}

#[test]
fn urls_and_allowed_origins_follow_the_configuration() {
    let data = tempfile::tempdir().unwrap();
    let mut command = command(data.path());
    let choices =
        ["--port", "0", "--public-url", "https://spss.example/x", "--allow-origin", "https://a.example"];
    let service = Service::start_as(command.args(choices), data.path());
    assert_eq!(service.upload("a.csv", b"1").text, "https://spss.example/x/pm/v1/file/a.csv");

    let asked = |origin: &str| {
        let head = format!(
            "OPTIONS /pm/v1/jobs/a HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: PUT"
        );
        sent(&service, &head, b"").to_ascii_lowercase()
    };
    let allowed = asked("https://a.example");
    assert!(allowed.starts_with("http/1.1 204"), "{allowed}");
    assert!(allowed.contains("access-control-allow-origin: https://a.example\r\n"), "{allowed}");
    assert!(allowed.contains("access-control-allow-methods: get, put, post, delete\r\n"), "{allowed}");
    let other = asked("https://b.example");
    assert!(other.starts_with("http/1.1 405") && !other.contains("allow-origin"), "{other}");
}

#[test]
fn the_objects_server_is_quiet_and_no_page() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let running = std::fs::read_to_string(data.path().join("running.json")).unwrap();
    let running: Value = serde_json::from_str(&running).unwrap();
    let address = running["objects"]["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /satsuma/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("x-content-type-options: nosniff"), "{answer}");
    let (_, log) = service.stop();
    assert!(!log.contains("ERROR"), "{log}");
}
