//! The whole service in one process: `cargo run`.
//!
//! The functions and adapters are the deployed ones. Their AWS services are embedded: [`stores`] for
//! DynamoDB, S3 and SQS, [`server`], [`routes`] and [`api`] for API Gateway, [`worker`], [`sweeper`] and
//! [`uploads`] for the services that start the other functions. [`data`] holds the stored files.

mod address;
mod api;
mod banner;
mod body;
mod child;
mod cli;
mod data;
mod demo;
mod disk;
mod error;
mod front;
mod inspect;
mod key;
mod log;
mod notices;
mod peers;
mod routes;
mod run;
mod sample;
mod seal_key;
mod server;
mod service;
mod stop;
mod stores;
mod survey;
mod sweeper;
mod tenants;
mod turns;
mod uploads;
mod worker;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Command, Options};
use crate::error::LocalError;
use crate::service::start;

#[tokio::main]
async fn main() -> ExitCode {
    let mut options = Options::parse();
    log::start(options.is_quiet());
    let ran = match options.command.take() {
        Some(Command::Run(run)) => return run.run().await,
        Some(Command::RunJob(job)) => job.run().await,
        Some(Command::Inspect(inspect)) => inspect.run(),
        Some(Command::Survey(survey)) => survey.run(),
        Some(Command::Instance(command)) => command.run().await.map(|said| print!("{said}")),
        Some(Command::Key(command)) => command.run().await.map(|said| print!("{said}")),
        None if options.demo => demonstrate(options).await,
        None => serve(options).await,
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("satsuma: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until Ctrl-C or SIGTERM.
async fn serve(options: Options) -> Result<(), LocalError> {
    let signal = stop::signalled()?;
    address::warn_of_network(options.bind);
    let running = start(options.choices(cli::DEFAULT_PORT, None)).await?;
    print!("{}", banner::ready(&running.base_url, running.key.reveal(), &running.data, &running.samples));
    signal.await;
    println!("Stopping: running jobs are completed. Ctrl-C again stops immediately.");
    running.drain().await;
    Ok(())
}

/// Serves on a free port and in a temporary folder, for one job or until Ctrl-C.
async fn demonstrate(options: Options) -> Result<(), LocalError> {
    let signal = stop::signalled()?;
    let folder = tempfile::Builder::new()
        .prefix("satsuma-demo-")
        .tempdir()
        .map_err(|error| LocalError::System { what: "a temporary folder", detail: error.to_string() })?;
    let running = start(options.choices(cli::FREE_PORT, Some(folder.path()))).await?;
    let (base_url, key) = (running.base_url.clone(), running.key.clone());
    // The client blocks its thread; without its service it ends at once.
    let client = tokio::task::spawn_blocking(move || demo::run(&base_url, key.reveal()));
    let shown = tokio::select! {
        shown = client => shown.unwrap_or_else(|panic| Err(LocalError::Demo(panic.to_string()))),
        () = signal => Err(LocalError::Demo("it was interrupted".to_owned())),
    };
    running.drain().await;
    shown
}
