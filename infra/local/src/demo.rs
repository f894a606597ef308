//! `--demo`: the sample, scored through the API as a client would do it.

mod client;
mod progress;
mod table;

use std::time::{Duration, Instant};

use self::client::Client;
use crate::error::LocalError;
use crate::sample;

/// The demo's job.
const JOB: &str = "demo";

/// Interval at which the job's status is polled.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Time limit for the sample; it needs well under a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many predictions are shown.
const SHOWN_ROWS: usize = 5;

/// Uploads the sample, submits the job, waits for its end and shows what it predicted. Blocks its
/// thread.
pub(crate) fn run(base_url: &str, key: &str) -> Result<(), LocalError> {
    let client = Client::new(base_url, key);
    println!("Satsuma runs at {base_url}");
    for file in sample::FILES {
        client.upload(file.name, file.bytes)?;
        println!(
            "  uploaded   {:18} {:>6} bytes   PUT /pm/v1/file/{}",
            file.name,
            file.bytes.len(),
            file.name
        );
    }
    client.submit(JOB, sample::DEFINITION)?;
    println!("  submitted  BATCH_SCORE                       PUT /pm/v1/jobs/{JOB}");
    let data_url = wait(&client)?;
    let data = client.fetch(&data_url)?;
    println!("\nThe first predictions, from {data_url}:\n");
    print!("{}", table::first_rows(&data, SHOWN_ROWS)?);
    Ok(())
}

/// Watches the job to its end; the URL of its data.
fn wait(client: &Client) -> Result<String, LocalError> {
    let mut display = progress::Display::new();
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let status = client.status(JOB)?;
        let state = status["jobStatus"].as_str().unwrap_or_default();
        display.show(state, status["progress"].as_f64().unwrap_or_default());
        match state {
            "SUCCESS" => {
                display.end();
                let url = status["dataUrl"].as_str().map(str::to_owned);
                return url.ok_or_else(|| LocalError::Demo("the job made no data".to_owned()));
            }
            "FAILED" | "CANCELED" => {
                display.end();
                let reason = status["failureMsg"].as_str().unwrap_or(state);
                return Err(LocalError::Demo(format!("the job did not succeed: {reason}")));
            }
            _ => std::thread::sleep(ASK_EVERY),
        }
    }
    display.end();
    Err(LocalError::Demo(format!("the job did not end within {} s", PATIENCE.as_secs())))
}
