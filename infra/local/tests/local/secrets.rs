//! A submitted password stays out of everything that the program writes: responses, the most verbose log,
//! and every file of the data folder.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::sample;
use crate::service::{Answer, Service, command};

/// A password that is written otherwise in JSON and in URLs.
const CANARY: &str = "c4n\"ry\\pä55/w0rd+&?";

/// The forms of a secret: plain, in JSON, in a URL, as hexadecimal digits, and in base64 the part that does
/// not depend on its offset.
fn forms(secret: &str) -> Vec<String> {
    let json = json!(secret).to_string();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String =
        secret
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
    let mut forms = vec![
        secret.to_owned(),
        format!("{secret:?}").trim_matches('"').to_owned(),
        json.trim_matches('"').to_owned(),
        json!(json).to_string().trim_matches(['"', '\\']).to_owned(),
        hex.to_uppercase(),
        hex,
        percent,
    ];
    for at in 0..3 {
        let shifted = [&vec![0; at][..], secret.as_bytes()].concat();
        let encoded = base64(&shifted);
        let inner = &encoded[4..encoded.len() - 4];
        forms.extend([inner.to_owned(), inner.replace('+', "-").replace('/', "_")]);
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(LETTERS[(word >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}

fn assert_without(what: &str, bytes: &[u8]) {
    assert_without_secret(CANARY, what, bytes);
}

fn assert_without_secret(secret: &str, what: &str, bytes: &[u8]) {
    for form in forms(secret) {
        let found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
        assert!(!found, "{what} holds {form}");
    }
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            files_below(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

fn definition(password: &str) -> Value {
    let mut definition = sample::definition();
    definition["dbDefinitions"] = json!({"db1": {
        "type": "DashDB", "host": "dash.example", "port": 50_001, "db": "BLUDB",
        "username": "bluadmin", "password": password
    }});
    definition["setting"]["inputs"] =
        json!([{"node": "Parcels", "odbc": {"dbRef": "db1", "table": "PARCELS"}}]);
    definition
}

fn put(service: &Service, id: &str, body: &str) -> Answer {
    let answer = service.send("PUT", &format!("/pm/v1/jobs/{id}"), "application/json", body.as_bytes());
    assert_without("an answer", answer.text.as_bytes());
    answer
}

/// Every way that a password takes into the service, the failing run, and the way out.
fn a_whole_life(service: &Service) {
    let submitted = definition(CANARY).to_string();
    assert_eq!(put(service, "secret", &submitted).status, 201);
    assert_eq!(service.ended("secret")["error"]["category"], "unsupported");
    let shown = service.get("/pm/v1/jobs/secret").json();
    assert_eq!(shown["dbDefinitions"]["db1"]["password"], "********");

    let masked = definition("********").to_string();
    assert_eq!(put(service, "secret", &masked).status, 200);
    assert_eq!(service.ended("secret")["error"]["category"], "unsupported");
    assert_eq!(put(service, "secret", &masked.replace("dash.example", "evil.example")).status, 400);
    assert_eq!(put(service, "never", &masked).status, 400);
    for wrong in [
        submitted[..submitted.len() - 1].to_owned(),
        submitted.replace("DashDB", "Postgres"),
        submitted.replace("50001", "\"many\""),
        json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "dbDefinitions": {"db1": CANARY}}).to_string(),
        json!({"action": "BATCH_SCORE", "model": {"id": "m"}, "dbDefinitions": {"db1": {"password": [CANARY]}}}).to_string(),
    ] {
        assert_eq!(put(service, "wrong", &wrong).status, 400, "{wrong}");
    }

    let folder = service.data.join("uploads/local");
    // Complete at once, as programs put files there.
    let hidden = service.data.join("uploads/.dropped");
    std::fs::write(&hidden, &submitted).unwrap();
    std::fs::rename(&hidden, folder.join("dropped.json")).unwrap();
    service.wait_for("the dropped job", || (service.get("/pm/v1/jobs/dropped").status == 200).then_some(()));
    assert_eq!(service.ended("dropped")["error"]["category"], "unsupported");
    service.wait_for("the file to go", || (!folder.join("dropped.json").exists()).then_some(()));

    for path in ["/pm/v1/jobs", "/pm/v1/jobs/secret", "/pm/v1/jobs/dropped", "/pm/v1/jobs/dropped/status"] {
        let answer = service.get(path);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_without(path, answer.text.as_bytes());
    }
    assert_eq!(service.send("DELETE", "/pm/v1/jobs/secret", "", b"").text, "1");
}

#[test]
fn a_planted_password_is_in_no_answer_no_log_and_no_file() {
    let data = tempfile::tempdir().unwrap();
    let service =
        Service::start_as(command(data.path()).args(["--port", "0"]).env("RUST_LOG", "trace"), data.path());
    sample::upload(&service);
    a_whole_life(&service);
    let seal_key = std::fs::read_to_string(data.path().join("seal-key")).unwrap();
    let (printed, log) = service.stop();
    assert!(log.lines().count() > 20);
    assert_without("what is printed", printed.as_bytes());
    assert_without("the log", log.as_bytes());
    assert!(!log.contains(seal_key.trim()) && !printed.contains(seal_key.trim()));
    let mut files = Vec::new();
    files_below(data.path(), &mut files);
    let table = files.iter().find(|file| file.ends_with("jobs/table.sqlite")).unwrap();
    let table = String::from_utf8_lossy(&std::fs::read(table).unwrap()).into_owned();
    assert!(table.contains("dash.example"), "the search sees what is stored beside the password");
    for file in files {
        assert_without(&file.display().to_string(), &std::fs::read(&file).unwrap());
    }
}

fn said(data: &Path, words: &[&str]) -> String {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_satsuma"));
    let output = program.args(words).arg("--data").arg(data).env("RUST_LOG", "trace").output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// It leads to this machine, so that it is opened for the call and the call is refused.
#[test]
fn a_webhooks_secret_is_shown_once_and_never_logged() {
    let data = tempfile::tempdir().unwrap();
    let service =
        Service::start_as(command(data.path()).args(["--port", "0"]).env("RUST_LOG", "trace"), data.path());
    let url = "https://hooks.invalid:1/path";
    let set = ["instance", "webhook", "set", "local", url];
    let secrets = [said(data.path(), &set), said(data.path(), &set)];
    assert_ne!(secrets[0], secrets[1]);
    let secrets = secrets.map(|told| told.trim().strip_prefix("whsec_").unwrap().to_owned());
    let show = ["instance", "webhook", "show", "local"];
    let shown = said(data.path(), &show);
    assert!(
        shown.starts_with(url) && shown.contains("signed with the former secret as well until"),
        "{shown}"
    );

    let job = json!({"action": "BATCH_SCORE", "model": {"id": "missing.str"}});
    service.submit("ends", &job);
    service.ended("ends");
    let (printed, log) = service.stop();
    let mut texts = vec![("what is shown".to_owned(), shown.into_bytes())];
    texts.extend([("the print".to_owned(), printed.into_bytes()), ("the log".to_owned(), log.into_bytes())]);
    let mut files = Vec::new();
    files_below(data.path(), &mut files);
    texts.extend(files.iter().map(|file| (file.display().to_string(), std::fs::read(file).unwrap())));
    let table = texts.iter().find(|(what, _)| what.ends_with("jobs/table.sqlite")).unwrap();
    assert!(
        String::from_utf8_lossy(&table.1).contains(url),
        "the search sees what is stored beside the secret"
    );
    for (what, bytes) in &texts {
        for secret in &secrets {
            assert_without_secret(secret, what, bytes);
        }
    }

    assert!(said(data.path(), &["instance", "webhook", "clear", "local"]).contains("no webhook"));
    assert!(said(data.path(), &show).contains("no webhook"));
}
