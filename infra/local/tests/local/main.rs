//! The local service as its users meet it: the program is started, talked to over HTTP, killed and
//! started again.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod big_uploads;
mod children;
mod command_line;
mod examples;
mod front;
mod full_disk;
mod history;
mod promises;
mod real_streams;
mod refresh;
mod refusals;
mod restarts;
mod sample;
mod scenario;
mod secrets;
mod service;
mod soak;
mod tenants;
mod uploads;
mod walk;
