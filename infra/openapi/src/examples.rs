//! Examples of answers, made by the code that answers: one job's life at the moment that IBM's recorded
//! answers are of.

use std::time::Duration;

use bytes::Bytes;
use satsuma_batch::view::{self, JobView, StatusView};
use satsuma_domain::execution::{Outcome, Progress, ResultFile};
use satsuma_domain::ids::JobUuid;
use satsuma_domain::job::JobKey;
use satsuma_domain::report::{NodeReport, Used};
use satsuma_domain::{
    Error, Event, ExecutionNumber, Failure, FailureCategory, InstanceId, Job, JobDefinition, JobId,
    JobNumber, Report, Revision, Timestamp, WorkerId, transition,
};
use satsuma_http::{Settings, gateway};
use serde::Serialize;
use serde_json::{Value, json};

/// When the job of the examples was submitted.
const SUBMITTED: Timestamp = Timestamp(1_496_225_893_369);

/// Definitions, the smallest first.
pub(crate) fn definitions() -> Vec<(&'static str, Value)> {
    vec![
        (
            "a stream that reads and writes files of its own names",
            json!({ "action": "BATCH_SCORE", "model": { "id": "late-parcels.str" } }),
        ),
        (
            "tables of databases; taken, and failed as unsupported when it runs",
            json!({
                "action": "BATCH_SCORE",
                "model": { "id": "drug_cap_stream" },
                "dbDefinitions": {
                    "db1": {
                        "type": "DashDB", "host": "dash.example", "port": 50001, "db": "BLUDB",
                        "username": "bluadmin", "password": "NmI4MDViMzBkNDUz", "options": "Security=SSL",
                    },
                    "db2": {
                        "type": "SQLServer", "host": "sql.example", "port": 1433, "db": "qatest",
                        "username": "sa", "password": "NzQ1OTY0YTQxZjMx",
                    },
                },
                "setting": {
                    "inputs": [{ "node": "scoreInput", "odbc": { "dbRef": "db1", "table": "DRUG1N" } }],
                    "exports": [
                        { "node": "Table", "odbc": { "dbRef": "db2", "table": "RESULTS", "insertMode": "Create" } },
                    ],
                },
            }),
        ),
        (
            "other files in place of a source and a terminal node",
            json!({
                "action": "BATCH_SCORE",
                "model": { "id": "drug_cap_stream", "name": "Drug1n_capitalized.str" },
                "setting": {
                    "inputs": [{ "node": "scoreInput", "file": { "id": "drug_batch_data.csv" } }],
                    "exports": [{ "node": "Table", "file": { "id": "results.tab" } }],
                    "parameterOverride": [{ "name": "threshold", "value": 0.5 }],
                    "reportFormat": "TAB",
                    "outputType": "DATA_URL",
                },
            }),
        ),
    ]
}

pub(crate) fn job_that_waits() -> Value {
    shown(submitted(), job_view)
}

pub(crate) fn job_that_succeeded() -> Value {
    let name = "results.tab".to_owned();
    let result = ResultFile { name, media_type: "text/tab-separated-values".to_owned(), bytes: 6_144 };
    shown(ended(Outcome::Success { results: vec![result] }), job_view)
}

pub(crate) fn status_that_failed() -> Value {
    let message = "there is no file `drug_batch_data.csv`, which the job names for this node; upload it and \
                   submit the job again";
    let failure = Failure::new("source_missing", FailureCategory::Data, message).at_node("scoreInput");
    shown(ended(Outcome::Failed { failure }), status_view)
}

pub(crate) fn executions() -> Value {
    let name = "results.tab".to_owned();
    let result = ResultFile { name, media_type: "text/tab-separated-values".to_owned(), bytes: 6_144 };
    shown(ended(Outcome::Success { results: vec![result] }), |job| {
        asked(|settings, request| written(view::executions(job, settings, request)))
    })
}

/// A log, as the worker writes it and the job ends it.
pub(crate) const LOG: &str = "\
2017-05-31T10:18:13.679Z INFO  execution 1 (revision 1, attempt 1) claimed by worker 5b0e6a52-94c1-4f0d-9d3a-7c1e2f384a61
2017-05-31T10:18:13.912Z INFO  stream `drug_cap_stream`: 183204 bytes, version 3HL4kqtJvjVBH40Nrjfkd
2017-05-31T10:18:14.020Z INFO  file `drug_batch_data.csv`: 5830 bytes, version nx0C1sQBvXKu
2017-05-31T10:18:14.020Z INFO  \"scoreInput\": reads the file `drug_batch_data.csv`, as the job says
2017-05-31T10:18:14.101Z INFO  branch of 3 nodes: \"scoreInput\" (Var. File), \"Drug\" (SVM), \"Table\" (TableNode)
2017-05-31T10:18:37.911Z INFO  \"Drug\": 200 records in, 200 out, at work for 0.041 s
2017-05-31T10:18:38.066Z INFO  ended: SUCCESS
";

/// What the nodes of the example did.
fn report() -> Report {
    let node = |node: &str, kind: &str, rows_in, rows_out, busy_ms| NodeReport {
        node: node.to_owned(),
        kind: kind.to_owned(),
        rows_in,
        rows_out,
        busy_ms,
    };
    let nodes = vec![
        node("scoreInput", "Var. File", 0, 200, 3),
        node("Type", "TypeNode", 200, 200, 0),
        node("Drug", "SVM", 200, 200, 41),
        node("Table", "TableNode", 200, 0, 2),
    ];
    let used = Used { memory_mb: 2048, table_requests: 27, file_requests: 4 };
    Report { used: Some(used), ..Report::of_nodes(nodes) }
}

fn job_view(job: &Job) -> Result<Value, serde_json::Error> {
    asked(|settings, request| written(JobView::new(job, settings, request)))
}

fn status_view(job: &Job) -> Result<Value, serde_json::Error> {
    asked(|settings, request| written(StatusView::new(job, settings, request)))
}

fn written(view: impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::to_value(view)
}

fn asked<A>(answer: impl FnOnce(&Settings, &lambda_http::Request) -> A) -> A {
    let public_url = Some("https://satsuma.example".to_owned());
    let settings = Settings { public_url, region: "us-south".to_owned() };
    let request = gateway::hand_over(http::Request::new(Bytes::new()), "", None);
    answer(&settings, &request)
}

fn shown(job: Result<Job, Error>, view: impl FnOnce(&Job) -> Result<Value, serde_json::Error>) -> Value {
    // The tests see to it that no example is empty.
    job.ok().and_then(|job| view(&job).ok()).unwrap_or_default()
}

fn submitted() -> Result<Job, Error> {
    let instance = InstanceId::new("634640a0-5ec2-4f5b-9a3f-6d7d5b0c1a11")?;
    let key = JobKey { instance, id: JobId::new("drug_job5")? };
    let definition = definitions().pop().map(|(_, definition)| definition.to_string()).unwrap_or_default();
    let definition = JobDefinition::parse(definition.as_bytes())?;
    let mut job = Job::new(key, JobNumber(5), definition, SUBMITTED);
    // The same in every document.
    job.uuid = JobUuid(uuid::Uuid::from_u128(0x019a_ab5c_7f00_7a11_8c3e_2f4d_5e6a_7b8c));
    Ok(job)
}

fn ended(outcome: Outcome) -> Result<Job, Error> {
    let refused = |refusal: satsuma_domain::Refusal| Error::Conflict(refusal.to_string());
    // The same in every document.
    let worker = WorkerId(uuid::Uuid::from_u128(0x5b0e_6a52_94c1_4f0d_9d3a_7c1e_2f38_4a61));
    let claim = Event::Claim { worker, revision: Revision(1) };
    let claimed = transition(&submitted()?, &claim, SUBMITTED.plus(Duration::from_millis(310)));
    let finish = Event::Finish {
        execution: ExecutionNumber(1),
        progress: Progress { fraction: 1.0, rows_read: 200, rows_written: 200 },
        warnings: vec!["Type: 2 values of `Drug` are new".to_owned()],
        report: report(),
        outcome,
    };
    transition(&claimed.map_err(refused)?, &finish, SUBMITTED.plus(Duration::from_millis(24_697)))
        .map_err(refused)
}
