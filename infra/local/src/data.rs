//! The data folder: everything that survives a restart.
//!
//! ```text
//! access-key         the key, readable by its owner alone
//! seal-key           the key that passwords are sealed under, readable by its owner alone
//! jobs/              the embedded DynamoDB
//! objects/           files and results: the embedded S3
//! uploads/local/     files put here are taken over as if they had been uploaded
//! uploads/.done/     ... and are then here, but for job definitions with passwords, which are deleted
//! uploads/.rejected/ ... or here, each with a report, where they cannot be
//! sample/            the sample stream and its data, for a first try
//! reserve            disk space for deletions when the disk is full
//! tmp/               what running jobs work on; emptied at every start
//! running.json       how the command line reaches the stores of the service that runs
//! stopped            the last service was asked to stop
//! lock               held while a process uses the folder
//! ```

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::disk::Disk;
use crate::error::LocalError;

/// Only the owner has access: the data of jobs are private.
const FOLDER_MODE: u32 = 0o700;

/// Only the owner reads.
pub(crate) const FILE_MODE: u32 = 0o600;

/// The permissions of a mode for others than the owner.
const OTHERS: u32 = 0o077;

/// Addresses of the stores of the process that uses the folder, for the command line.
pub(crate) const RUNNING_FILE: &str = "running.json";

/// Exists if the last process that used the folder was asked to stop.
const STOPPED_FILE: &str = "stopped";

/// How often the folder of temporary files is emptied while others still write there.
const EMPTYING: u32 = 20;

/// The pause before it is emptied again.
const PAUSE: Duration = Duration::from_millis(50);

/// A data folder that this process alone uses.
pub(crate) struct DataFolder {
    root: PathBuf,
    /// Unlocked by the system when the process ends, however it ends.
    _lock: File,
}

impl DataFolder {
    /// Creates the folder if it is missing, and locks it. Data leave `keep_free` bytes of its disk free.
    pub(crate) fn open(root: &Path, keep_free: u64) -> Result<(Self, Disk), LocalError> {
        make_folder(root)?;
        let root = root.canonicalize().map_err(data_error(root))?;
        let lock_path = root.join("lock");
        let lock = private_file(&lock_path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => LocalError::Locked { path: root.clone() },
            TryLockError::Error(error) => data_error(&lock_path)(error),
        })?;
        let disk = Disk::of(&root, keep_free);
        let folder = Self { root, _lock: lock };
        // Steps that free space are first: the disk may be full.
        folder.empty_tmp()?;
        disk.keep_reserve();
        folder.keep_out_of_git()?;
        folder.forget_who_ran()?;
        Ok((folder, disk))
    }

    /// The path of the folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A subfolder, created if it is missing.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, LocalError> {
        let path = self.root.join(name);
        make_folder(&path)?;
        Ok(path)
    }

    /// Records that this process was asked to stop.
    pub(crate) fn note_stop(&self) {
        if let Err(fault) = private_file(&self.root.join(STOPPED_FILE)) {
            tracing::warn!(%fault, "the stop of the service could not be recorded");
        }
    }

    /// Whether the former process was asked to stop.
    pub(crate) fn was_stopped(&self) -> bool {
        self.root.join(STOPPED_FILE).exists()
    }

    /// Deletes the record: the jobs of the former process are recovered.
    pub(crate) fn forget_stop(&self) -> Result<(), LocalError> {
        let path = self.root.join(STOPPED_FILE);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(data_error(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Temporary files of a killed process are not used any more.
    fn empty_tmp(&self) -> Result<(), LocalError> {
        let path = self.root.join("tmp");
        let mut tries = 0;
        loop {
            match std::fs::remove_dir_all(&path) {
                // The processes of its jobs are about to end with it.
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty && tries < EMPTYING => {
                    tries += 1;
                    std::thread::sleep(PAUSE);
                }
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(data_error(&path)(error)),
                _ => return make_folder(&path),
            }
        }
    }

    /// Deletes the addresses of a former process.
    fn forget_who_ran(&self) -> Result<(), LocalError> {
        let path = self.root.join(RUNNING_FILE);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(data_error(&path)(error)),
            _ => Ok(()),
        }
    }

    fn keep_out_of_git(&self) -> Result<(), LocalError> {
        let path = self.root.join(".gitignore");
        if path.exists() {
            return Ok(());
        }
        std::fs::write(&path, "*\n").map_err(data_error(&path))
    }
}

/// Writes a file that only the owner reads, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), LocalError> {
    let partial = path.with_extension("partial");
    let mut file = private_file(&partial)?;
    std::io::Write::write_all(&mut file, bytes).map_err(data_error(&partial))?;
    file.sync_all().map_err(data_error(&partial))?;
    std::fs::rename(&partial, path).map_err(data_error(path))
}

/// Removes the permission of others to read a file; a copy may have granted it.
pub(crate) fn keep_private(path: &Path) -> Result<(), LocalError> {
    let mode = path.metadata().map_err(data_error(path))?.permissions().mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    tracing::warn!(file = %path.display(), mode = format!("{mode:o}"), "others could read this file; now its owner alone can");
    std::fs::set_permissions(path, Permissions::from_mode(FILE_MODE)).map_err(data_error(path))
}

fn private_file(path: &Path) -> Result<File, LocalError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(FILE_MODE);
    options.open(path).map_err(data_error(path))
}

fn make_folder(path: &Path) -> Result<(), LocalError> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path).map_err(data_error(path))
}

/// Adds the file or folder to a fault.
pub(crate) fn data_error(path: &Path) -> impl Fn(std::io::Error) -> LocalError + '_ {
    |error| LocalError::Data { path: path.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_private_and_locked_to_one_process() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("data");
        let folder = DataFolder::open(&root, 0).unwrap();
        assert_eq!(root.metadata().unwrap().permissions().mode() & 0o777, FOLDER_MODE);
        assert!(matches!(DataFolder::open(&root, 0), Err(LocalError::Locked { .. })));
        drop(folder);
        assert!(DataFolder::open(&root, 0).is_ok());
    }

    #[test]
    fn leftovers_of_a_killed_process_are_deleted() {
        let root = tempfile::tempdir().unwrap();
        let left = DataFolder::open(root.path(), 0).unwrap().0.folder("tmp").unwrap().join("left");
        std::fs::write(&left, "a tenant's data").unwrap();
        DataFolder::open(root.path(), 0).unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn a_folder_that_is_a_file_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = DataFolder::open(file.path(), 0).err().unwrap().to_string();
        assert!(error.starts_with("cannot use") && error.contains("--data"), "{error}");
    }
}
