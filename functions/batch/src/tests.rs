//! Stories told through the API: what a client sends, and what it gets back, byte for byte.

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
mod world;
