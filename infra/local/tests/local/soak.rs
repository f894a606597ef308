//! Mixed traffic, and a kill a minute: no accepted job is lost.
//!
//! `cargo test -p satsuma-local --test local soak -- --ignored --nocapture` runs it for ten minutes, or as many seconds
//! as `SATSUMA_SOAK_SECONDS` names, and prints what `docs/reliability.md` reports.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use crate::sample;
use crate::service::Service;

const SECONDS: u64 = 600;
const KILL_EVERY: Duration = Duration::from_secs(60);
const CALLERS: usize = 4;

/// Records of a job.
const ROWS: usize = 2_000;

/// The traffic of all callers.
struct Traffic {
    base_url: String,
    key: String,
    agent: Agent,
    is_over: AtomicBool,
    requests: AtomicU64,
    /// Requests that a killed service left without an answer.
    unanswered: AtomicU64,
    /// Jobs that were accepted and not deleted.
    accepted: Mutex<Vec<String>>,
    deleted: AtomicU64,
    /// Answers that no kill explains.
    faults: Mutex<Vec<String>>,
}

impl Traffic {
    /// An answer, if the service lives long enough to give one.
    fn send(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Option<(u16, String)> {
        self.requests.fetch_add(1, Relaxed);
        let url = format!("{}/pm/v1{path}?accesskey={}", self.base_url, self.key);
        let request = Request::builder().method(method).uri(&url);
        let answer = match body.is_empty() {
            true => self.agent.run(request.body(()).unwrap()),
            false => self.agent.run(request.header("content-type", content_type).body(body).unwrap()),
        };
        let read = answer.ok().and_then(|mut answer| {
            let status = answer.status().as_u16();
            Some((status, answer.body_mut().with_config().limit(1 << 30).read_to_string().ok()?))
        });
        match &read {
            None => {
                self.unanswered.fetch_add(1, Relaxed);
                std::thread::sleep(Duration::from_millis(100));
            }
            Some((500.., text)) => self.faults.lock().unwrap().push(format!("{method} {path}: {text}")),
            Some(_) => {}
        }
        read
    }

    /// The answer of a service that lives.
    fn insist(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> (u16, String) {
        loop {
            if let Some(answer) = self.send(method, path, content_type, body) {
                return answer;
            }
        }
    }

    fn status(&self, job: &str) -> Value {
        let (_, text) = self.insist("GET", &format!("/jobs/{job}/status"), "", b"");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Uploads, submits, reads and deletes until it is over.
    fn call(&self, caller: usize) {
        let data = sample::many_parcels(ROWS);
        let form = format!(
            "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n{data}\r\n--X--\r\n"
        );
        let file = format!("data-{caller}.csv");
        let definition = sample::definition_of(&file).to_string();
        let mut number = 0;
        while !self.is_over.load(Relaxed) {
            number += 1;
            let job = format!("soak-{caller}-{number}");
            self.send("PUT", &format!("/file/{file}"), "multipart/form-data; boundary=X", form.as_bytes());
            let path = format!("/jobs/{job}");
            let (status, text) = self.insist("POST", &path, "application/json", definition.as_bytes());
            // A lost answer is asked for again: the job may exist by then.
            if status >= 300 && status != 409 {
                self.faults.lock().unwrap().push(format!("POST {path}: {status} {text}"));
                continue;
            }
            self.accepted.lock().unwrap().push(job.clone());
            self.send("GET", "/jobs", "", b"");
            self.send("GET", "/file", "", b"");
            self.send("POST", &format!("{path}/validate"), "application/json", definition.as_bytes());
            self.send("GET", "/file/late-parcels.str/stream", "", b"");
            self.send("GET", "/file/unknown", "", b"");
            match number % 5 {
                // Deleted at work or before.
                0 => {
                    self.accepted.lock().unwrap().retain(|known| *known != job);
                    self.insist("DELETE", &path, "", b"");
                    self.deleted.fetch_add(1, Relaxed);
                }
                1 => {}
                _ => {
                    while !self.is_over.load(Relaxed) && self.status(&job)["jobStatus"] != "SUCCESS" {
                        std::thread::sleep(Duration::from_millis(200));
                    }
                }
            }
        }
    }
}

/// Resident memory of the service and of its jobs, in KB.
fn memory(pid: &str) -> (u64, u64) {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid=,rss="]).output().unwrap();
    let (mut own, mut jobs) = (0, 0);
    for line in String::from_utf8_lossy(&listed.stdout).lines() {
        let words = line.split_whitespace().collect::<Vec<_>>();
        let [process, parent, kilobytes] = words.as_slice() else { continue };
        let kilobytes = kilobytes.parse::<u64>().unwrap_or(0);
        if *process == pid {
            own = kilobytes;
        } else if *parent == pid {
            jobs += kilobytes;
        }
    }
    (own, jobs)
}

#[test]
#[ignore = "takes ten minutes"]
fn no_accepted_job_is_lost_in_ten_minutes_of_kills() {
    let seconds = std::env::var("SATSUMA_SOAK_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(SECONDS));
    let data = tempfile::tempdir().unwrap();
    let mut service = Service::start(data.path());
    sample::upload(&service);
    let config = Agent::config_builder().http_status_as_error(false).proxy(None);
    let traffic = Arc::new(Traffic {
        base_url: service.base_url.clone(),
        key: service.key.clone(),
        agent: config.timeout_global(Some(Duration::from_secs(30))).build().into(),
        is_over: AtomicBool::new(false),
        requests: AtomicU64::new(0),
        unanswered: AtomicU64::new(0),
        accepted: Mutex::default(),
        deleted: AtomicU64::new(0),
        faults: Mutex::default(),
    });
    let callers = (0..CALLERS).map(|caller| {
        let traffic = Arc::clone(&traffic);
        std::thread::spawn(move || traffic.call(caller))
    });
    let callers = callers.collect::<Vec<_>>();
    let (mut kills, mut own_peak, mut peak) = (0, 0, 0);
    let mut kill_at = Instant::now() + KILL_EVERY;
    while Instant::now() < until {
        std::thread::sleep(Duration::from_millis(500));
        let (own, jobs) = memory(&service.pid());
        (own_peak, peak) = (own_peak.max(own), peak.max(own + jobs));
        if Instant::now() >= kill_at {
            let base_url = service.base_url.clone();
            service.kill();
            service = Service::start_at(data.path(), &base_url);
            kills += 1;
            kill_at = Instant::now() + KILL_EVERY;
        }
    }
    traffic.is_over.store(true, Relaxed);
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    let accepted = traffic.accepted.lock().unwrap().clone();
    for job in &accepted {
        let status = service.ended(job);
        assert_eq!(
            (&status["jobStatus"], &status["rowsWritten"]),
            (&"SUCCESS".into(), &ROWS.into()),
            "{job}: {status}"
        );
    }
    let faults = traffic.faults.lock().unwrap().clone();
    assert!(faults.is_empty(), "{} faults: {:?}", faults.len(), &faults[..faults.len().min(5)]);
    println!(
        "soak: {kills} kills, {} jobs ran, {} were deleted, {} requests ({} without an answer at a kill); peak memory {} MB, \
         with the processes of jobs {} MB",
        accepted.len(),
        traffic.deleted.load(Relaxed),
        traffic.requests.load(Relaxed),
        traffic.unanswered.load(Relaxed),
        own_peak >> 10,
        peak >> 10
    );
}
