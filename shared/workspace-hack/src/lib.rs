//! Nothing: the manifest of this crate is its content.
//!
//! Cargo builds a dependency again for each set of its features. `cargo build -p` of one function asked for fewer features
//! of `tokio` or `hashbrown` than that of another, and so the AWS SDK and DataFusion were compiled several times. The
//! crates that depend on those two depend on this one, which asks for the same features everywhere. Unused code does
//! not reach a function: the linker drops it.
