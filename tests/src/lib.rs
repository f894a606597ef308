//! Shared parts of the tests of the whole service: the template, a deployed stack, a client, sample streams.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

pub mod client;
pub mod emulator;
pub mod policy;
pub mod sample;
pub mod scenario;
pub mod stack;
pub mod template;

use std::path::{Path, PathBuf};

/// The folder that holds `template.yaml`.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}
