//! Running jobs when the process ends. The duration of a job is not known here: a test whose job ended too
//! early repeats with more rows.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::sample;
use crate::service::Service;

/// Rows that keep a job busy for seconds.
const ROWS: usize = if cfg!(debug_assertions) { 400_000 } else { 3_000_000 };

/// A job that is at work now; of more rows where the first ones were done too soon.
pub(crate) fn running_job(service: &Service, id: &str) -> usize {
    running_job_of(service, id, ROWS)
}

fn running_job_of(service: &Service, id: &str, mut rows: usize) -> usize {
    loop {
        let name = format!("{rows}.csv");
        // Too large for one request: it goes through the uploads folder, as such files do.
        let hidden = service.data.join(format!(".{name}"));
        std::fs::write(&hidden, sample::many_parcels(rows)).unwrap();
        std::fs::rename(&hidden, service.data.join("uploads/local").join(&name)).unwrap();
        service.wait_for("the file to be taken over", || {
            service.get("/pm/v1/file").text.contains(&name).then_some(())
        });
        let definition = sample::definition_of(&name).to_string();
        let answer =
            service.send("PUT", &format!("/pm/v1/jobs/{id}"), "application/json", definition.as_bytes());
        assert!(answer.status < 300, "{answer:?}");
        let at_work =
            service.wait_for("the job to start", || match service.status(id)["jobStatus"].as_str() {
                Some("PENDING") => None,
                Some("RUNNING") => has_temporary_files(&service.data).then_some(true),
                _ => Some(false),
            });
        if at_work {
            return rows;
        }
        rows *= 4;
    }
}

fn has_temporary_files(data: &Path) -> bool {
    std::fs::read_dir(data.join("tmp")).unwrap().next().is_some()
}

/// So many rows, and more of them where those are not enough.
fn more_and_more(rows: usize) -> impl Iterator<Item = usize> {
    (0..4).map(move |times| rows << (2 * times))
}

#[test]
fn a_job_of_a_killed_process_runs_once_after_the_next_start() {
    let killed_at_work = more_and_more(ROWS).find_map(|rows| {
        let data = tempfile::tempdir().unwrap();
        let service = Service::start(data.path());
        sample::upload(&service);
        let rows = running_job_of(&service, "long", rows);
        assert_eq!(service.submit("waiting", &sample::definition()).status, 200);
        service.kill();
        has_temporary_files(data.path()).then_some((data, rows))
    });
    let (data, rows) = killed_at_work.unwrap();

    let service = Service::start(data.path());
    let status = service.ended("long");
    assert_eq!((&status["jobStatus"], &status["attempt"]), (&json!("SUCCESS"), &json!(2)), "{status}");
    assert_eq!(status["rowsWritten"], rows);
    assert_eq!(service.ended("waiting")["jobStatus"], "SUCCESS");
    // The killed attempt's temporary files are gone.
    service.wait_for("an empty folder", || (!has_temporary_files(data.path())).then_some(()));
}

#[test]
fn a_job_that_is_killed_repeatedly_fails_with_a_reason() {
    let failed = more_and_more(ROWS).find_map(|rows| {
        let data = tempfile::tempdir().unwrap();
        let mut service = Service::start(data.path());
        sample::upload(&service);
        running_job_of(&service, "cursed", rows);
        for _ in 0..3 {
            service.wait_for("the next attempt", || {
                (service.status("cursed")["jobStatus"] != "PENDING").then_some(())
            });
            service.kill();
            service = Service::start(data.path());
        }
        let status = service.ended("cursed");
        (status["jobStatus"] != "SUCCESS").then_some(status)
    });
    let status = failed.unwrap();
    assert_eq!(status["jobStatus"], "FAILED", "{status}");
    insta::assert_snapshot!(
        status["failureMsg"].as_str().unwrap(),
        @"the worker stopped without a report on attempt 3 of 3: it was killed, or ran out of memory or time"
    );
}

#[test]
fn a_requested_stop_costs_no_job_an_attempt() {
    let stopped_at_work = more_and_more(ROWS).find_map(|rows| {
        let data = tempfile::tempdir().unwrap();
        let service = Service::start(data.path());
        sample::upload(&service);
        running_job_of(&service, "long", rows);
        service.stop_at_once();
        has_temporary_files(data.path()).then_some(data)
    });
    let data = stopped_at_work.unwrap();
    let service = Service::start(data.path());
    let status = service.ended("long");
    assert_eq!((&status["jobStatus"], &status["attempt"]), (&json!("SUCCESS"), &json!(1)), "{status}");
    let executions = service.get("/pm/v1/jobs/long/executions").json();
    assert_eq!(executions[1]["error"]["code"], "service_stopped", "{executions}");
}

#[test]
fn a_running_job_may_end_during_shutdown() {
    // Few enough to be done in the time that is given to what runs, on a busy machine, too.
    let was_at_work = more_and_more(ROWS / 16).any(|rows| {
        let data = tempfile::tempdir().unwrap();
        let service = Service::start(data.path());
        sample::upload(&service);
        let rows = running_job_of(&service, "long", rows);
        let (printed, log) = service.stop();
        assert!(printed.contains("Stopping"), "{printed}");
        let service = Service::start(data.path());
        let status = service.ended("long");
        assert_eq!((&status["jobStatus"], &status["attempt"]), (&json!("SUCCESS"), &json!(1)), "{status}");
        assert_eq!(status["rowsWritten"], rows);
        log.contains("for 1 running jobs")
    });
    assert!(was_at_work);
}

#[test]
fn a_deleted_running_job_leaves_nothing_behind() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    // Enough rows to run much longer than the worker needs to notice the cancellation. The tests of the use
    // case, with their own clock, measure how soon it does.
    running_job_of(&service, "unwanted", ROWS * 8);
    let deleted = service.send("DELETE", "/pm/v1/jobs/unwanted", "", b"");
    assert_eq!((deleted.status, deleted.text.as_str()), (200, "1"), "the answer waits for its worker");
    assert_eq!(service.get("/pm/v1/jobs/unwanted/status").status, 404);
    service.wait_for("an empty folder", || (!has_temporary_files(data.path())).then_some(()));
}

#[test]
fn the_api_answers_while_every_processor_runs_a_job() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    let rows = running_job_of(&service, "job-0", ROWS * 2);
    for job in 1..std::thread::available_parallelism().map_or(1, usize::from) {
        let definition = sample::definition_of(&format!("{rows}.csv"));
        assert_eq!(service.submit(&format!("job-{job}"), &definition).status, 200);
    }
    let (began, mut slowest) = (Instant::now(), Duration::ZERO);
    while service.status("job-0")["jobStatus"] == "RUNNING" {
        let asked = Instant::now();
        service.get("/pm/v1/jobs");
        slowest = slowest.max(asked.elapsed());
    }
    // Where jobs and the API share their threads, an answer takes as long as a job does.
    let ran = began.elapsed();
    assert!(slowest < ran / 2, "{slowest:?} of {ran:?}");
}
