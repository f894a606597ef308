//! The uploads folder: finds complete files, and moves processed ones.

use std::collections::{HashMap, HashSet};
use std::fs::{DirEntry, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use satsuma_domain::{FileId, InstanceId};

use crate::data::{DataFolder, FILE_MODE};
use crate::error::LocalError;

/// Most files of one scan; the next scan continues.
const MAX_AT_ONCE: usize = 100;

/// The pause before a failed file is tried again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Folder of processed files.
const DONE: &str = ".done";

/// Where files go that cannot be, each with a report.
const REJECTED: &str = ".rejected";

/// Attributes that show whether a file is still being written.
type Look = (u64, Option<SystemTime>);

/// The folder of one instance.
pub(crate) struct UploadsFolder {
    folder: PathBuf,
    done: PathBuf,
    rejected: PathBuf,
    seen: HashMap<FileId, Look>,
    /// Failed files, and the time of their next attempt.
    postponed: HashMap<FileId, Instant>,
    warned: HashSet<PathBuf>,
}

impl UploadsFolder {
    /// Creates the folder if it is missing.
    pub(crate) fn open(data: &DataFolder, instance: &InstanceId) -> Result<Self, LocalError> {
        Ok(Self {
            folder: data.folder(&format!("uploads/{instance}"))?,
            done: data.folder(&format!("uploads/{DONE}"))?,
            rejected: data.folder(&format!("uploads/{REJECTED}"))?,
            seen: HashMap::new(),
            postponed: HashMap::new(),
            warned: HashSet::new(),
        })
    }

    /// The path of a file in the folder.
    pub(crate) fn path_of(&self, name: &FileId) -> PathBuf {
        self.folder.join(name.as_str())
    }

    /// The files that have not changed since the last scan.
    pub(crate) fn settled(&mut self) -> Vec<FileId> {
        let now = Instant::now();
        self.postponed.retain(|_, until| *until > now);
        let mut seen = HashMap::new();
        let mut settled = Vec::new();
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let Some((name, look)) = self.look(&entry) else { continue };
            let ready = self.seen.get(&name) == Some(&look) && !self.postponed.contains_key(&name);
            if ready && settled.len() < MAX_AT_ONCE {
                settled.push(name.clone());
            }
            seen.insert(name, look);
        }
        self.seen = seen;
        settled
    }

    /// A regular file; not a link, which could point anywhere, and not a hidden file, which many programs
    /// use for unfinished ones.
    fn look(&mut self, entry: &DirEntry) -> Option<(FileId, Look)> {
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            return None;
        }
        // Does not follow links.
        let metadata = entry.metadata().ok()?;
        let id = name.to_str().and_then(|name| FileId::new(name).ok());
        match id {
            Some(id) if metadata.is_file() => Some((id, (metadata.len(), metadata.modified().ok()))),
            _ => {
                if self.warned.insert(entry.path()) {
                    tracing::warn!(file = ?name, "ignored a file of the uploads folder: not a regular file with a plain name");
                }
                None
            }
        }
    }

    /// Leaves a file alone for a while.
    pub(crate) fn postpone(&mut self, name: &FileId) {
        self.postponed.insert(name.clone(), Instant::now() + TRY_AGAIN_AFTER);
    }

    /// Moves a processed file away.
    pub(crate) fn done(&mut self, name: &FileId) {
        self.aside(name, &self.done.join(name.as_str()));
    }

    /// Deletes a file that was processed and must not remain.
    pub(crate) fn delete(&mut self, name: &FileId) {
        self.seen.remove(name);
        let deleted = std::fs::remove_file(self.path_of(name));
        self.warn(name, deleted);
    }

    /// Moves a rejected file away, with its report.
    pub(crate) fn rejected(&mut self, name: &FileId, report: &[u8]) {
        let path = self.rejected.join(name.as_str());
        self.report(name, report);
        self.aside(name, &path);
    }

    /// Writes the report of a rejected file.
    pub(crate) fn report(&mut self, name: &FileId, report: &[u8]) {
        let written = std::fs::write(self.rejected.join(format!("{name}.error.json")), report);
        self.warn(name, written);
    }

    fn aside(&mut self, name: &FileId, to: &Path) {
        self.seen.remove(name);
        // The user may have made it readable for others.
        let moved = std::fs::rename(self.path_of(name), to)
            .and_then(|()| std::fs::set_permissions(to, Permissions::from_mode(FILE_MODE)));
        self.warn(name, moved);
    }

    fn warn(&self, name: &FileId, done: io::Result<()>) {
        if let Err(fault) = done {
            tracing::warn!(file = %name, %fault, "a file of the uploads folder was not put aside");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(root: &Path) -> UploadsFolder {
        let (data, _) = DataFolder::open(root, 0).unwrap();
        UploadsFolder::open(&data, &InstanceId::new("local").unwrap()).unwrap()
    }

    fn names(folder: &mut UploadsFolder) -> Vec<String> {
        let mut names: Vec<String> = folder.settled().iter().map(ToString::to_string).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_processed_once_it_stops_changing() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = folder(root.path());
        let file = root.path().join("uploads/local/data.csv");
        std::fs::write(&file, "a").unwrap();
        assert_eq!(names(&mut folder), [""; 0], "seen for the first time");
        std::fs::write(&file, "a,b").unwrap();
        assert_eq!(names(&mut folder), [""; 0], "it grew");
        assert_eq!(names(&mut folder), ["data.csv"]);
        folder.done(&FileId::new("data.csv").unwrap());
        assert!(!file.exists() && root.path().join("uploads/.done/data.csv").exists());
        assert_eq!(names(&mut folder), [""; 0]);
    }

    #[test]
    fn links_folders_and_hidden_files_stay() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = folder(root.path());
        let uploads = root.path().join("uploads/local");
        std::os::unix::fs::symlink("/etc/hostname", uploads.join("link.csv")).unwrap();
        std::fs::create_dir(uploads.join("folder")).unwrap();
        std::fs::write(uploads.join(".partial"), "a").unwrap();
        std::fs::write(uploads.join("香水 1.csv"), "a").unwrap();
        folder.settled();
        assert_eq!(names(&mut folder), ["香水 1.csv"]);
    }
}
