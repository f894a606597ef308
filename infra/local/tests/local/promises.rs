//! The contract of the operations while jobs run, files change and lists grow.

use serde_json::{Value, json};

use crate::restarts::running_job;
use crate::sample::{self, PREDICTIONS};
use crate::service::{Answer, Service};

fn put_job(service: &Service, id: &str, definition: &Value) -> Answer {
    service.send("PUT", &format!("/pm/v1/jobs/{id}"), "application/json", definition.to_string().as_bytes())
}

fn delete(service: &Service, path: &str) -> (u16, String) {
    let answer = service.send("DELETE", path, "", b"");
    (answer.status, answer.text)
}

/// Whether a job is past fetching its files.
fn has_fetched(service: &Service) -> bool {
    let jobs = std::fs::read_dir(service.data.join("tmp")).unwrap();
    let mut folders = jobs.flatten().filter_map(|job| std::fs::read_dir(job.path()).ok()).flatten().flatten();
    folders.any(|folder| folder.path().join("work").exists())
}

#[test]
fn a_job_that_ended_runs_again_with_another_definition() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    service.upload("two.csv", sample::many_parcels(2).as_bytes());
    assert_eq!(put_job(&service, "late", &sample::definition()).status, 201);
    assert_eq!(service.result("late").lines().count(), 13);
    let first = service.status("late")["dataUrl"].clone();

    assert_eq!(service.submit("late", &sample::definition_of("two.csv")).status, 409, "the id is taken");
    assert_eq!(put_job(&service, "late", &sample::definition_of("two.csv")).status, 200);
    assert_eq!(service.result("late").lines().count(), 3);
    assert_ne!(service.status("late")["dataUrl"], first);

    // The data of a run are a file: fetched, and deleted once.
    let path = first.as_str().unwrap().strip_prefix(&service.base_url).unwrap().to_owned();
    assert_eq!(service.get(&path).text.replace("\r\n", "\n"), PREDICTIONS, "the first run's are still there");
    assert_eq!(delete(&service, &path), (200, "1".to_owned()));
    assert_eq!((delete(&service, &path).0, service.get(&path).status), (404, 404));
    assert_eq!(service.result("late").lines().count(), 3);
}

#[test]
fn a_run_keeps_the_files_that_it_began_with() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    let rows = running_job(&service, "long");
    service.wait_for("its files", || has_fetched(&service).then_some(()));
    let refused = put_job(&service, "long", &sample::definition());
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("conflict")));
    service.upload(&format!("{rows}.csv"), b"Parcel\nP-1\n");
    assert_eq!(delete(&service, "/pm/v1/file/late-parcels.str").0, 200);
    let status = service.ended("long");
    assert_eq!((&status["jobStatus"], &status["rowsWritten"]), (&json!("SUCCESS"), &json!(rows)), "{status}");

    // The next run has what is there now.
    assert_eq!(put_job(&service, "long", &sample::definition()).status, 200);
    let status = service.ended("long");
    assert_eq!(status["error"]["code"], "stream_missing", "{status}");
}

#[test]
fn a_pending_job_whose_file_is_deleted_fails_with_a_reason() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    service.upload("needed.csv", sample::PARCELS);
    let rows = running_job(&service, "busy-0");
    let places = std::thread::available_parallelism().map_or(1, usize::from);
    for job in 1..places {
        service.submit(&format!("busy-{job}"), &sample::definition_of(&format!("{rows}.csv")));
    }
    assert_eq!(service.submit("waiting", &sample::definition_of("needed.csv")).status, 200);
    assert_eq!(delete(&service, "/pm/v1/file/needed.csv").0, 200);
    let status = service.ended("waiting");
    assert_eq!(status["error"]["code"], "source_missing", "{status}");
    let message = status["failureMsg"].as_str().unwrap();
    assert!(message.contains("`needed.csv`") && message.contains("upload it"), "{message}");
}

#[test]
fn jobs_are_deleted_together_and_counted_as_they_are_gone() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    for id in ["done", "kept"] {
        service.submit(id, &sample::definition());
        service.ended(id);
    }
    running_job(&service, "running");
    assert_eq!(delete(&service, "/pm/v1/jobs/done,missing,running"), (200, "2".to_owned()));
    assert_eq!(service.get("/pm/v1/jobs/running/status").status, 404);
    assert_eq!(delete(&service, "/pm/v1/jobs/running,done"), (200, "0".to_owned()));
    assert_eq!(service.get("/pm/v1/jobs/done").status, 404);
    let listed = service.get("/pm/v1/jobs").json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["kept"]);
    // The ids are free again.
    assert_eq!(service.submit("running", &sample::definition()).status, 200);
    assert_eq!(service.result("running").replace("\r\n", "\n"), PREDICTIONS);
}

#[test]
fn lists_go_on_by_their_link_whatever_the_ids_hold() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let mut ids = [
        "a b",
        "folder/x.csv",
        "香水/分析 1.str.csv",
        "a&after=z",
        "100 per cent",
        "q#",
        "\u{e9}",
        "e\u{301}",
        "+",
    ];
    for id in ids {
        assert_eq!(service.upload(&encoded(id), b"x").status, 200, "{id}");
        if !id.contains(['/', ',']) {
            service.submit(&encoded(id), &sample::definition());
        }
    }
    let plain = service.get("/pm/v1/file").json();
    let (pages, mut listed) = walk(&service, "/pm/v1/file", 2);
    assert_eq!((pages, plain), (5, json!(listed)), "page by page the same");
    ids.sort_unstable();
    listed.sort_unstable_by(|a, b| a.as_str().cmp(&b.as_str()));
    assert_eq!(json!(listed), json!(ids));

    let plain = service.get("/pm/v1/jobs").json();
    let plain: Vec<&Value> = plain.as_array().unwrap().iter().map(|job| &job["id"]).collect();
    let (pages, listed) = walk(&service, "/pm/v1/jobs", 3);
    assert_eq!((pages, listed.iter().map(|job| &job["id"]).collect::<Vec<_>>()), (3, plain));
}

#[test]
fn beyond_one_page_the_plain_list_is_an_array_with_a_link() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    for number in 0..203 {
        assert_eq!(service.upload(&format!("{number:03}.csv"), b"").status, 200);
    }
    let url = format!("{}/pm/v1/file?accesskey={}", service.base_url, service.key);
    let (all, none) = service.page(&url);
    assert_eq!((all.as_array().unwrap().len(), none), (203, None));
    let (first, link) = service.page(&format!("{url}&limit=200.0"));
    assert_eq!(first.as_array().unwrap().len(), 200);
    let (rest, end) = service.page(&format!("{}&accesskey={}", link.unwrap(), service.key));
    assert_eq!((rest, end), (json!(["200.csv", "201.csv", "202.csv"]), None));
}

/// Clients of the original ask once, and know no `Link`.
#[test]
fn all_jobs_are_in_one_answer_where_it_may_be_so_large() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    let definition = json!({"action": "BATCH_SCORE", "model": {"id": "missing.str"}});
    for number in 0..130 {
        assert_eq!(service.submit(&format!("job-{number}"), &definition).status, 200);
    }
    for path in ["/pm/v1/jobs", "/pm/v1/jobs/"] {
        let (all, none) = service.page(&format!("{}{path}?accesskey={}", service.base_url, service.key));
        assert_eq!((all.as_array().unwrap().len(), none), (130, None), "{path}");
    }
}

/// The number of pages, and all entries.
fn walk(service: &Service, path: &str, limit: usize) -> (usize, Vec<Value>) {
    let mut url = format!("{}{path}?limit={limit}", service.base_url);
    let (mut pages, mut entries) = (0, Vec::new());
    loop {
        let (page, next) = service.page(&format!("{url}&accesskey={}", service.key));
        let page: Vec<Value> = serde_json::from_value(page).unwrap();
        assert!(page.len() <= limit);
        pages += 1;
        entries.extend(page);
        let Some(next) = next else { return (pages, entries) };
        assert!(!next.contains(&service.key), "a link holds no key");
        url = next;
    }
}

fn encoded(id: &str) -> String {
    id.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn notices_pending_at_a_restart_are_published() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    service.submit("good", &sample::definition());
    service.submit("bad", &sample::definition_of("unknown.csv"));
    service.ended("good");
    service.ended("bad");
    // Published by now, or lost with the queue and published at the next start.
    let (_, first) = service.stop();
    let (_, second) = Service::start(data.path()).stop();
    let log = format!("{first}{second}");
    for (job, state) in [("good", "SUCCESS"), ("bad", "FAILED")] {
        let told = log.lines().filter(|line| line.contains("published the end of the job"));
        let told: Vec<&str> = told.filter(|line| line.contains(job) && line.contains(state)).collect();
        assert!(!told.is_empty(), "{job}: {log}");
    }
}
