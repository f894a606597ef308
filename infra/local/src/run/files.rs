//! The files of a stream on this machine.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use satsuma_engine::DataAccess;

/// Folders where the files of sources are looked for by name.
#[derive(Debug)]
pub(super) struct Folders(Vec<PathBuf>);

impl Folders {
    /// The folder of a stream, then the current folder.
    pub(super) fn around(stream: &Path) -> Self {
        let own = stream.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
        Self(own.into_iter().chain([PathBuf::from(".")]).collect())
    }
}

#[async_trait]
impl DataAccess for Folders {
    async fn locate(&self, file_name: &str) -> std::io::Result<Option<PathBuf>> {
        // A name, not a path: the last part of a path on a user's computer.
        if file_name.is_empty() || file_name.contains(['/', '\\']) || matches!(file_name, "." | "..") {
            return Ok(None);
        }
        let exact = self.0.iter().map(|folder| folder.join(file_name)).find(|path| path.is_file());
        if exact.is_some() {
            return Ok(exact);
        }
        // File names on Windows and macOS are not case-sensitive.
        let wanted = file_name.to_lowercase();
        for folder in &self.0 {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_name().to_string_lossy().to_lowercase() == wanted && entry.path().is_file() {
                    return Ok(Some(entry.path()));
                }
            }
        }
        Ok(None)
    }
}

/// Moves a result to its place, across file systems too.
pub(super) fn keep(from: &Path, to: &Path) -> std::io::Result<()> {
    if std::fs::rename(from, to).is_ok() {
        return Ok(());
    }
    std::fs::copy(from, to)?;
    std::fs::remove_file(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_found_by_name_regardless_of_case_and_never_by_path() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Customers.CSV"), "x").unwrap();
        let folders = Folders::around(&folder.path().join("churn.str"));
        assert!(folders.locate("customers.csv").await.unwrap().is_some());
        assert_eq!(folders.locate("../customers.csv").await.unwrap(), None);
        assert_eq!(folders.locate("other.csv").await.unwrap(), None);
    }
}
