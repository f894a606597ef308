//! The history of a job while it runs and afterwards.

use serde_json::{Value, json};

use crate::sample;
use crate::service::Service;

/// An answer to a `GET` with more in its query than the key.
fn ask(service: &Service, path: &str, query: &str) -> String {
    let url = format!("{}{path}?{query}&accesskey={}", service.base_url, service.key);
    let answer = service.send_to("GET", &url, "", b"");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text
}

#[test]
fn a_job_is_polled_and_shows_its_history() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path());
    sample::upload(&service);
    let first = service.submit("late", &sample::definition());
    let again = service.submit("late", &sample::definition());
    assert_eq!((first.status, again.status), (200, 200), "the same request is the same submission");
    assert_eq!(first.json()["createdAt"], again.json()["createdAt"]);

    let ended = service.wait_for("the end", || {
        let status: Value = serde_json::from_str(&ask(&service, "/v1/jobs/late/status", "wait=25")).unwrap();
        (status["jobStatus"] == "SUCCESS").then_some(status)
    });
    assert_eq!((&ended["attempt"], &ended["progress"]), (&json!(1), &json!(1.0)), "{ended}");
    assert_eq!(ended["cost"], Value::Null, "nobody pays for memory here");

    let executions = service.get("/pm/v1/jobs/late/executions").json();
    let [execution] = executions.as_array().unwrap().as_slice() else { panic!("it ran once: {executions}") };
    assert_eq!(execution["status"], "SUCCESS");
    assert_eq!(execution["results"][0]["url"], ended["dataUrl"]);
    let nodes = execution["nodes"].as_array().unwrap();
    let (source, end) = (&nodes[0], nodes.last().unwrap());
    assert_eq!((&source["rowsIn"], &source["rowsOut"]), (&json!(0), &ended["rowsRead"]), "{execution}");
    assert_eq!((&end["rowsIn"], &end["rowsOut"]), (&ended["rowsWritten"], &json!(0)), "{execution}");

    let log = ask(&service, "/pm/v1/jobs/late/log", "execution=1");
    let tells = |what: &str| assert!(log.contains(what), "{what} is missing in\n{log}");
    for what in ["claimed by worker", "stream `late-parcels.str`", "file `parcels.csv`", "branch of "] {
        tells(what);
    }
    assert!(log.lines().last().unwrap().ends_with(" INFO  ended: SUCCESS"), "{log}");
    assert!(!log.contains("P-1"), "no record of the data is in it");
    // It is stored beside the results and is not one of the files.
    let url = ended["dataUrl"].as_str().unwrap();
    let result = url.rsplit('/').next().unwrap();
    let as_a_file = format!("/pm/v1/file/{}~~log.txt", result.rsplitn(2, '~').last().unwrap());
    assert_eq!(service.get(&as_a_file).status, 404);
}
