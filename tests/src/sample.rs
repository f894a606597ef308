//! Sample streams: the project's own, and IBM's if they are available.

use std::path::PathBuf;

use crate::workspace;

/// The environment variable that names the folder of the real streams.
const STREAMS: &str = "SATSUMA_STREAMS";

/// A file of the sample that the local default ships.
///
/// # Panics
/// Where it is not there.
#[must_use]
pub fn own(name: &str) -> Vec<u8> {
    std::fs::read(workspace().join("infra/local/sample").join(name)).expect("the sample is in the repository")
}

/// A file among the real streams; prints a reason and returns `None` if they are not available.
#[must_use]
pub fn real(path: &str) -> Option<Vec<u8>> {
    let folder =
        std::env::var_os(STREAMS).map_or_else(|| workspace().join("../shared/streams"), PathBuf::from);
    let bytes = std::fs::read(folder.join(path)).ok();
    if bytes.is_none() {
        eprintln!("skipped: {path} is not in {}; set {STREAMS}", folder.display());
    }
    bytes
}
