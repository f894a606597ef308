//! The second table: how long a caller waits for the first answer of a function, and for the next
//! ones, in Rust and in Python.

mod emulator;
mod store;

use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use crate::scoring::median;
use crate::{Report, Result};
use emulator::Emulator;
use store::Store;

/// Cold starts of each side; the median counts.
const COLD: usize = 15;

/// Requests to a warm function after each cold start.
const WARM: usize = 50;

/// The function, by its `Handler`.
const FUNCTION: &str = "get-job-status";

/// The program of the function.
const PROGRAM: &str = "batch";

/// A side of the comparison.
struct Side<'a> {
    name: &'a str,
    command: Vec<&'a OsStr>,
    folder: &'a Path,
    handler: &'a str,
    event: Value,
}

/// Times of one side, in milliseconds.
struct Times {
    cold: Vec<f64>,
    warm: Vec<f64>,
    peak_bytes: u64,
    answer: Value,
}

/// Prints the table.
pub(crate) fn print(report: &Report) -> Result<()> {
    let binary = report.functions.join(PROGRAM).join("bootstrap");
    if !binary.exists() {
        return Err(format!("{} is not there: build the functions first", binary.display()).into());
    }
    let store = Store::start()?;
    let sides = [
        Side {
            name: "Satsuma",
            command: vec![binary.as_os_str()],
            folder: &report.functions,
            handler: FUNCTION,
            event: event(),
        },
        Side {
            name: "Python, boto3",
            command: vec![
                report.python.as_os_str(),
                "-m".as_ref(),
                "awslambdaric".as_ref(),
                "status.handler".as_ref(),
            ],
            folder: &report.peer,
            handler: "status.handler",
            event: event(),
        },
    ];
    println!("## Start-up of `{FUNCTION}`\n");
    println!("Median of {COLD} cold starts and {WARM} warm requests after each.\n");
    println!("| function | start to first answer, ms | warm request, ms | peak memory, MB |");
    println!("|---|---:|---:|---:|");
    let mut statuses = Vec::new();
    for side in &sides {
        let times = side.measure(&report.emulator, &store)?;
        println!(
            "| {} | {:.0} | {:.1} | {:.0} |",
            side.name,
            median(&times.cold),
            median(&times.warm),
            times.peak_bytes as f64 / 1e6
        );
        statuses.push((status(&times.answer)?, times.answer));
    }
    println!();
    print_worker(report, &store)?;
    match statuses.as_slice() {
        [(ours, _), (theirs, _)] if ours == theirs => Ok(()),
        different => Err(format!("the two sides answer differently: {different:?}").into()),
    }
}

/// The worker's start, with a batch of no messages: it opens no stream and sends no request.
fn print_worker(report: &Report, store: &Store) -> Result<()> {
    let binary = report.functions.join("worker").join("bootstrap");
    let worker = Side {
        name: "worker",
        command: vec![binary.as_os_str()],
        folder: &report.functions,
        handler: "bootstrap",
        event: json!({"Records": []}),
    };
    let times = worker.measure(&report.emulator, store)?;
    println!("The worker, with a batch of no messages: {:.0} ms to its first answer, ", median(&times.cold));
    println!("{:.1} ms warm, {:.0} MB.\n", median(&times.warm), times.peak_bytes as f64 / 1e6);
    Ok(())
}

impl Side<'_> {
    fn measure(&self, emulator: &Path, store: &Store) -> Result<Times> {
        let mut times = Times { cold: Vec::new(), warm: Vec::new(), peak_bytes: 0, answer: Value::Null };
        // The first start reads the files from the disk; it is not counted.
        for start in 0..=COLD {
            let function = Emulator::start(emulator, &self.command, self.handler, self.folder, store)?;
            let (cold, answer) = timed(|| function.invoke(&self.event))?;
            if start == 0 {
                continue;
            }
            times.cold.push(cold);
            for _ in 0..WARM {
                times.warm.push(timed(|| function.invoke(&self.event))?.0);
            }
            times.peak_bytes = times.peak_bytes.max(function.peak_bytes().unwrap_or_default());
            times.answer = answer;
        }
        Ok(times)
    }
}

/// The duration of some work in milliseconds, and its result.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let start = Instant::now();
    let done = work()?;
    Ok((start.elapsed().as_secs_f64() * 1e3, done))
}

/// The job and its state in an answer.
fn status(answer: &Value) -> Result<(Value, Value)> {
    let body = answer["body"].as_str().ok_or_else(|| format!("an answer without a body: {answer}"))?;
    let body: Value = serde_json::from_str(body)?;
    if answer["statusCode"] != 200 {
        return Err(format!("the function answers {answer}").into());
    }
    Ok((body["jobId"].clone(), body["jobStatus"].clone()))
}

/// `GET /pm/v1/jobs/{id}/status`, as API Gateway sends it (payload 2.0, simple authorizer).
fn event() -> Value {
    let path = format!("/pm/v1/jobs/{}/status", store::JOB);
    json!({
        "version": "2.0",
        "routeKey": "GET /pm/v1/jobs/{id}/status",
        "rawPath": path,
        "rawQueryString": "accesskey=bench",
        "headers": {"host": "api.example.com", "accept": "application/json"},
        "queryStringParameters": {"accesskey": "bench"},
        "pathParameters": {"id": store::JOB},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": {"lambda": {"instance": store::INSTANCE}},
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "bench"
            },
            "requestId": "bench",
            "routeKey": "GET /pm/v1/jobs/{id}/status",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1_767_225_600_000_i64
        },
        "isBase64Encoded": false
    })
}
