//! Tests that call the functions like a client.

mod explaining;
mod validating;
mod world;
