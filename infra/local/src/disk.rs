//! The space on the disk of the data folder.
//!
//! Deletions and the states of jobs are writes, too, so that the service keeps space for them. With less free space
//! than the floor, it takes no data and begins no job. It deletes a reserve when even less is free, so that it can
//! start and delete.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::stop::Stop;

/// The reserve in bytes: deletions and states of jobs write some kilobytes each.
const RESERVE: u64 = 16 << 20;

/// With less free space the reserve is deleted.
const LITTLE: u64 = 4 << 20;

/// How often the reserve is checked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Bytes of one write of the reserve.
const BLOCK: usize = 64 << 10;

/// The disk of a data folder.
#[derive(Debug, Clone)]
pub(crate) struct Disk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    reserve: PathBuf,
    /// Free space that data leave free, in bytes.
    floor: u64,
}

impl Disk {
    /// The disk of a folder, of which data leave `floor` bytes free.
    pub(crate) fn of(folder: &Path, floor: u64) -> Self {
        Self(Arc::new(Inner { folder: folder.to_owned(), reserve: folder.join("reserve"), floor }))
    }

    /// Whether data of so many bytes may be written.
    pub(crate) fn has_room(&self, bytes: u64) -> bool {
        // The space of a deleted reserve is not for data.
        let reserve = if self.0.reserve.exists() { 0 } else { RESERVE };
        let needed = self.0.floor.saturating_add(reserve).saturating_add(bytes);
        // If the system does not report it, the writes fail.
        free(&self.0.folder).is_none_or(|free| free >= needed)
    }

    /// Waits until there is room.
    pub(crate) async fn room(&self) {
        while !self.has_room(0) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Deletes the reserve if little is free, and creates it if there is plenty.
    pub(crate) fn keep_reserve(&self) {
        let Some(free) = free(&self.0.folder) else { return };
        let exists = self.0.reserve.exists();
        let kept = match exists {
            true if free < LITTLE => std::fs::remove_file(&self.0.reserve)
                .inspect(|()| tracing::warn!("the disk is full: the reserve was deleted")),
            false if free >= self.0.floor.saturating_add(2 * RESERVE) => fill(&self.0.reserve),
            _ => Ok(()),
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "the reserve of disk space could not be changed");
        }
    }

    /// Checks the reserve until the service stops.
    pub(crate) async fn watch(self, stop: Stop) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.stopped() => return,
            }
            let disk = self.clone();
            let _ = tokio::task::spawn_blocking(move || disk.keep_reserve()).await;
        }
    }
}

/// Free bytes of the disk for this user.
fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Writes the reserve. Zeros that are written take space; a length alone does not.
fn fill(path: &Path) -> io::Result<()> {
    let written = (|| {
        let mut file = std::fs::File::create(path)?;
        let block = vec![0; BLOCK];
        for _ in 0..RESERVE / BLOCK as u64 {
            file.write_all(&block)?;
        }
        file.sync_all()
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}

/// Whether a fault is the lack of space.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_above_the_floor_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Disk::of(folder.path(), 0).has_room(1));
        let full = Disk::of(folder.path(), u64::MAX);
        assert!(!full.has_room(0));
        full.keep_reserve();
        assert!(!folder.path().join("reserve").exists(), "the reserve takes no space of a full disk");
        let empty = Disk::of(folder.path(), 0);
        empty.keep_reserve();
        let reserve = folder.path().join("reserve").metadata().unwrap();
        assert_eq!(reserve.len(), RESERVE);
    }
}
