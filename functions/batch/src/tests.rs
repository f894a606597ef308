//! Scenarios of the API: a client's requests and the exact responses.

mod callers;
mod canaries;
mod errors;
mod files;
mod gateway;
mod isolation;
mod jobs;
mod random;
mod secrets;
mod uploads;
mod versions;
mod world;
