//! Where executions keep their files while they run: each in a folder of its own that goes with it.
//! A sandbox is used again, for other tenants' jobs.

use std::io;
use std::path::Path;

use tempfile::TempDir;

/// Prefix of the names of executions' folders; the process and a random part follow.
const PREFIX: &str = "execution-";

/// A new folder, removed with everything in it when it is dropped.
pub(crate) fn folder(scratch: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(&format!("{PREFIX}{}-", std::process::id())).tempdir_in(scratch)
}

/// Removes what killed processes left behind: Lambda ends one that is out of time or memory and starts
/// the next one on the same disk. Folders of processes that are alive are theirs. To be called before
/// this process runs anything.
pub fn clear(scratch: &Path) {
    let Ok(entries) = std::fs::read_dir(scratch) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split_once('-'));
        let Some((process, _)) = process else { continue };
        let is_ours = process == std::process::id().to_string();
        if !is_ours && Path::new("/proc").join(process).exists() {
            continue;
        }
        if let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, "a folder of an earlier execution was not removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_dead_are_cleared_and_those_of_the_living_stay() {
        let scratch = tempfile::tempdir().unwrap();
        let own = format!("execution-{}-left", std::process::id());
        // Process 1 is always alive, and no process has this number.
        for name in ["execution-1-a", "execution-4194304999-b", &own, "others"] {
            std::fs::create_dir(scratch.path().join(name)).unwrap();
            std::fs::write(scratch.path().join(name).join("input-0"), "tenant data").unwrap();
        }
        clear(scratch.path());
        let mut left: Vec<_> =
            std::fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["execution-1-a", "others"]);
    }
}
