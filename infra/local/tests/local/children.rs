//! Jobs in processes of their own.

use std::process::Command;

use serde_json::json;

use crate::restarts::running_job;
use crate::sample;
use crate::service::Service;

/// The process of a job of the service.
fn process_of(service: &Service, job: &str) -> Option<String> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid=,args="]).output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let parent = service.pid();
    listed.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let (pid, ppid) = (words.next()?, words.next()?);
        let is_own = ppid == parent && line.ends_with(&format!(" run-job local/{job}"));
        is_own.then(|| pid.to_owned())
    })
}

/// As a bug in native code, a stack overflow or the system without memory would end it.
#[test]
fn a_job_whose_process_dies_costs_no_other_an_attempt() {
    for (signal, words) in [("ABRT", "signal 6"), ("KILL", "memory is exhausted")] {
        let data = tempfile::tempdir().unwrap();
        let service = Service::start(data.path());
        sample::upload(&service);
        let rows = running_job(&service, "other");
        assert_eq!(service.submit("doomed", &sample::definition_of(&format!("{rows}.csv"))).status, 200);
        let process = service.wait_for("the job's process", || process_of(&service, "doomed"));
        assert!(Command::new("kill").args([&format!("-{signal}"), &process]).status().unwrap().success());

        let status = service.ended("doomed");
        assert_eq!((&status["jobStatus"], &status["attempt"]), (&json!("FAILED"), &json!(1)), "{status}");
        assert_eq!(status["error"]["category"], "system", "{status}");
        let message = status["failureMsg"].as_str().unwrap();
        assert!(
            message.starts_with("the process that ran this stream") && message.contains(words),
            "{message}"
        );
        let log = service.get("/pm/v1/jobs/doomed/log").text;
        assert!(log.contains("claimed by worker") && log.contains(words), "{log}");
        let status = service.ended("other");
        assert_eq!((&status["jobStatus"], &status["attempt"]), (&json!("SUCCESS"), &json!(1)), "{status}");
        assert_eq!(service.submit("next", &sample::definition()).status, 200);
        assert_eq!(service.ended("next")["jobStatus"], "SUCCESS");
        let is_empty = || std::fs::read_dir(data.path().join("tmp")).unwrap().next().is_none();
        service.wait_for("no temporary files", || is_empty().then_some(()));
    }
}
