//! The SPSS batch job API: its operations under `/pm/v1` and `/v1`, one Lambda function each.
//!
//! Each operation is a module with a `handle` function that takes only the ports that it needs. [`handle()`]
//! dispatches to all of them by function name: on Lambda in the one program `batch`, which supplies the AWS
//! adapters, and through [`call`] in the local service and the tests.
//!
//! The API is IBM's "Machine Learning service batch job API for IBM SPSS Modeler models". Responses have the
//! original's form, with additional fields that its clients ignore.

pub mod complete_upload;
pub mod delete_file;
pub mod delete_jobs;
pub mod get_file;
pub mod get_job;
pub mod get_job_status;
pub mod get_log;
pub mod list_executions;
pub mod list_files;
pub mod list_jobs;
pub mod list_models;
pub mod list_versions;
pub mod openapi;
pub mod put_file;
pub mod resubmit_job;
pub mod rollback_file;
pub mod routes;
pub mod service;
pub mod start_upload;
pub mod submit_job;
pub mod view;

pub use routes::{ROUTES, Route};
pub use service::{Service, call, handle};

#[cfg(test)]
mod tests;
