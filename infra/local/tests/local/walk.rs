//! From upload to result, as in the README and in the program's own banner.

use std::process::Command;

use crate::sample::{self, PREDICTIONS};
use crate::service::Service;

/// Runs what the program prints for pasting, in a shell, as its user does: the lines of the banner
/// between "Try it" and what follows them, as one command each.
fn paste(service: &Service, number: usize) -> String {
    let tried = service.banner.split("Try it").nth(1).unwrap().split("The status has").next().unwrap();
    let commands: Vec<&str> = tried.split("\n\n").skip(1).filter(|text| text.contains("curl")).collect();
    let output = Command::new("sh").arg("-ec").arg(commands[number]).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}\n{out}\n{}",
        commands[number],
        String::from_utf8_lossy(&output.stderr)
    );
    out
}

fn has_curl() -> bool {
    let found = Command::new("curl").arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: there is no curl");
    }
    found
}

#[test]
fn the_printed_lines_lead_from_upload_to_result() {
    if !has_curl() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let urls = paste(&service, 0);
    assert!(
        urls.contains("/pm/v1/file/late-parcels.str") && urls.contains("/pm/v1/file/parcels.csv"),
        "{urls}"
    );
    assert!(paste(&service, 1).contains("\"status\":\"PENDING\""));
    assert!(paste(&service, 2).contains("\"jobId\":\"late\""));
    let predictions = service.result("late");
    assert!(predictions.lines().all(|line| !line.contains('\r')) || predictions.contains("\r\n"));
    assert_eq!(predictions.replace("\r\n", "\n"), PREDICTIONS);
}

#[test]
fn the_walk_continues_after_a_restart_at_every_step() {
    if !has_curl() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let mut service = Service::start(data.path());
    let (base_url, key) = (service.base_url.clone(), service.key.clone());
    for step in 0..3 {
        paste(&service, step);
        service.stop();
        service = Service::start_at(data.path(), &base_url);
        assert_eq!(service.key, key);
    }
    assert_eq!(service.result("late").replace("\r\n", "\n"), PREDICTIONS);
    let listed = service.get("/pm/v1/jobs").json();
    assert_eq!((listed[0]["id"].as_str(), listed[0]["status"].as_str()), (Some("late"), Some("SUCCESS")));
}

#[test]
fn several_jobs_run_side_by_side_and_do_not_mix() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    for rows in 1..=6 {
        let name = format!("{rows}.csv");
        assert_eq!(service.upload(&name, sample::many_parcels(rows).as_bytes()).status, 200);
        assert_eq!(
            service.submit(&format!("job {rows}").replace(' ', "%20"), &sample::definition_of(&name)).status,
            200
        );
    }
    for rows in 1..=6 {
        let result = service.result(&format!("job%20{rows}")).replace("\r\n", "\n");
        let expected: String = PREDICTIONS.lines().take(rows + 1).map(|line| format!("{line}\n")).collect();
        assert_eq!(result, expected);
    }
}

#[test]
fn the_longest_ids_in_any_script_name_files_and_jobs() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    let id = "香".repeat(85);
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let uploaded = service.upload(&encoded, sample::PARCELS);
    assert_eq!((uploaded.status, uploaded.text.ends_with(&encoded)), (200, true), "{uploaded:?}");
    assert_eq!(service.submit(&encoded, &sample::definition_of(&id)).status, 200);
    assert_eq!(service.result(&encoded).replace("\r\n", "\n"), PREDICTIONS);
    let files: Vec<String> = serde_json::from_value(service.get("/pm/v1/file/").json()).unwrap();
    assert!(files.contains(&id), "{files:?}");
}

#[test]
fn the_access_key_is_in_no_log_however_much_is_logged() {
    let data = tempfile::tempdir().unwrap();
    let mut command = crate::service::command(data.path());
    command.args(["--port", "0", "--access-key", "canary-that-must-not-sing"]).env("RUST_LOG", "trace");
    let service = Service::start_as(&mut command, data.path());
    sample::upload(&service);
    service.submit("job", &sample::definition());
    service.result("job");
    service.get("/no/such/path");
    let plan =
        service.send("POST", "/pm/v1/file/big.csv/upload", "application/json", br#"{"bytes":3}"#).json();
    let url = plan["parts"][0]["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Signature"));
    assert_eq!(service.send_to("PUT", url, "", b"abc").status, 200);
    service.send("PATCH", "/pm/v1/jobs/job", "", b"");
    let (printed, log) = service.stop();
    assert!(log.contains("submit-job"), "the requests are logged: {log}");
    for text in [printed, log] {
        assert!(!text.contains("X-Amz-Signature"), "{text}");
        assert!(!text.contains("canary"), "{}", text.lines().find(|line| line.contains("canary")).unwrap());
    }
}
