//! Several instances in one service, made and ended on the command line.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::service::{Service, command};

fn said(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    assert!(!output.status.success(), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn run(data: &Path, words: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satsuma"));
    command.args(words).arg("--data").arg(data).env_remove("RUST_LOG").output().unwrap()
}

fn status(service: &Service, path: &str, key: &str) -> u16 {
    service.send_to("GET", &format!("{}{path}?accesskey={key}", service.base_url), "", b"").status
}

/// While the service runs, and while it does not.
#[test]
fn an_instances_keys_are_valid_until_they_are_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    said(data, &["instance", "provision", "acme", "--queued", "2"]);
    assert!(said(data, &["instance", "provision", "acme", "--queued", "2"]).contains("already"));
    let conflict = refused(data, &["instance", "provision", "acme", "--plan", "unlimited"]);
    assert!(conflict.contains("other quotas"), "{conflict}");
    let before = said(data, &["key", "bind", "acme", "pipeline"]).trim().to_owned();
    assert!(refused(data, &["key", "bind", "acme", "pipeline"]).contains("rotate"));

    let service = Service::start(data);
    assert_eq!(status(&service, "/pm/v1/jobs", &before), 200);
    // A request with two access keys is rejected, in any spelling.
    for other in ["accesskey", "AccessKey"] {
        assert_eq!(status(&service, "/pm/v1/jobs", &format!("{before}&{other}={}", service.key)), 401);
    }
    let now = said(data, &["key", "rotate", "acme", "pipeline", "--overlap", "0s"]).trim().to_owned();
    assert_eq!((status(&service, "/pm/v1/jobs", &before), status(&service, "/pm/v1/jobs", &now)), (401, 200));
    let listed = said(data, &["key", "list", "acme"]);
    assert!(listed.contains("key pipeline: since") && listed.contains("rotated"), "{listed}");
    assert!(!listed.contains(&now));

    said(data, &["instance", "update", "acme", "--suspend"]);
    assert_eq!(status(&service, "/pm/v1/jobs", &now), 401);
    said(data, &["instance", "update", "acme", "--resume"]);
    assert_eq!(status(&service, "/pm/v1/jobs", &now), 200);
    said(data, &["key", "unbind", "acme", "pipeline"]);
    assert_eq!(status(&service, "/pm/v1/jobs", &now), 401);
    // The service's own instance is one like any other.
    assert_eq!(service.get("/pm/v1/jobs").status, 200);
    let all = said(data, &["instance", "list"]);
    assert!(all.contains("standard  0 keys  acme") && all.contains("unlimited  1 keys  local"), "{all}");
}

#[test]
fn instances_neither_see_nor_slow_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let service = Service::start(data);
    for name in ["loud", "quiet"] {
        said(data, &["instance", "provision", name, "--running", "1"]);
    }
    let keys = ["loud", "quiet"].map(|name| said(data, &["key", "bind", name, "test"]).trim().to_owned());
    let job = json!({"action": "BATCH_SCORE", "model": {"id": "missing.str"}}).to_string();
    let send = |method: &str, path: &str, key: &str| {
        let url = format!("{}{path}?accesskey={key}", service.base_url);
        service.send_to(method, &url, "application/json", job.as_bytes())
    };
    for number in 0..200 {
        assert_eq!(send("POST", &format!("/pm/v1/jobs/{number}"), &keys[0]).status, 200);
    }
    assert_eq!(send("POST", "/pm/v1/jobs/single", &keys[1]).status, 200);
    let url = format!("{}/pm/v1/jobs/single/status?accesskey={}", service.base_url, keys[1]);
    let ended = service.wait_for("the quiet instance's job", || {
        let status = service.send_to("GET", &url, "", b"").json();
        (status["jobStatus"] == "FAILED").then_some(status)
    });
    assert_eq!(ended["error"]["code"], "stream_missing");
    let listed =
        service.send_to("GET", &format!("{}/pm/v1/jobs?accesskey={}", service.base_url, keys[1]), "", b"");
    assert_eq!(listed.json().as_array().unwrap().len(), 1);

    let shown = said(data, &["instance", "show", "loud"]);
    assert!(shown.contains("loud: active, plan standard") && shown.contains("jobs waiting"), "{shown}");
    let gone = said(data, &["instance", "deprovision", "loud", "--force"]);
    assert!(gone.contains("200 jobs"), "{gone}");
    assert_eq!(status(&service, "/pm/v1/jobs", &keys[0]), 401);
    assert_eq!(status(&service, "/pm/v1/jobs/single", &keys[1]), 200);
    assert!(refused(data, &["instance", "provision", "loud"]).contains("ids are not reused"));
}

#[test]
fn stored_bytes_are_counted_and_recounted() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    assert_eq!(service.upload("a.csv", b"12345").status, 200);
    assert_eq!(service.upload("b.csv", b"1234567").status, 200);
    assert_eq!(service.send("DELETE", "/pm/v1/file/a.csv", "", b"").status, 200);
    let stored = |text: &str| {
        let line = text.lines().find(|line| line.contains("bytes stored")).unwrap().to_owned();
        line.split_whitespace().nth(2).unwrap().to_owned()
    };
    assert_eq!(stored(&said(folder.path(), &["instance", "show", "local"])), "7");
    let counted = said(folder.path(), &["instance", "recount", "local"]);
    assert_eq!(counted, "local: 0 jobs wait, 0 run, 7 bytes are stored\n");
}

#[test]
fn command_line_errors_name_the_problem() {
    let folder = tempfile::tempdir().unwrap();
    for (words, says) in [
        (&["key", "list", "nobody"][..], "there is no instance `nobody`"),
        (&["instance", "update", "nobody", "--suspend"], "provision it first"),
        (&["instance", "provision", "a", "--storage", "5 GB"], "a size is a number"),
        (&["instance", "provision", ".."], "not ids"),
        (
            &["instance", "webhook", "set", "nobody", "https://hooks.example/"],
            "there is no instance `nobody`",
        ),
        (&["instance", "webhook", "set", "nobody", "http://hooks.example/"], "begins with https://"),
        (&["instance", "webhook", "set", "nobody", "https://me:pw@hooks.example/"], "a user name"),
        (
            &["instance", "webhook", "set", "nobody", "https://h.example/", "--seal-key", "k"],
            "deployed service",
        ),
    ] {
        let error = refused(folder.path(), words);
        assert!(error.contains(says), "{words:?}: {error}");
    }
    let free = command(folder.path()).args(["instance", "list"]).output().unwrap();
    assert!(!free.status.success(), "options of the service are none of a command");
}
