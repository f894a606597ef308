//! The bytes of objects: one file each, written whole before anybody sees it, never changed.

use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, stream};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use uuid::Uuid;

use crate::disk::Disk;

/// Bytes of one read from a file.
const CHUNK: usize = 256 * 1024;

/// Bytes that are written between two checks of the free space.
const CHECK_EVERY: i64 = 4 << 20;

/// A file of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) name: String,
    pub(super) bytes: i64,
}

/// A folder of such files.
pub(super) struct Blobs {
    folder: PathBuf,
    disk: Disk,
}

impl Blobs {
    /// Opens the folder and deletes unused files: a former process was killed while it wrote.
    pub(super) fn open(folder: &Path, disk: &Disk, in_use: &HashSet<String>) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let used = entry.file_name().to_str().is_some_and(|name| in_use.contains(name));
            if !used {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { folder: folder.to_owned(), disk: disk.clone() })
    }

    /// Writes a new file. If the bytes end early or the disk is full, no file is left.
    pub(super) async fn write<S, E>(&self, mut bytes: S) -> io::Result<Blob>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let name = Uuid::new_v4().to_string();
        let path = self.path(&name);
        let mut file = File::create_new(&path).await?;
        let mut written = 0_i64;
        let mut check_at = 0;
        while let Some(chunk) = bytes.next().await {
            let is_due = written >= check_at;
            if is_due {
                check_at = written.saturating_add(CHECK_EVERY);
            }
            let added = match chunk {
                Ok(_) if is_due && !self.disk.has_room(0) => Err(io::ErrorKind::StorageFull.into()),
                Ok(chunk) => file.write_all(&chunk).await.map(|()| chunk.len()),
                Err(broken) => Err(io::Error::other(broken)),
            };
            match added {
                Ok(added) => written += i64::try_from(added).unwrap_or(0),
                Err(fault) => {
                    drop(file);
                    self.delete(&name).await;
                    return Err(fault);
                }
            }
        }
        file.flush().await?;
        // The index must never name bytes that a power cut can still lose.
        file.sync_data().await?;
        Ok(Blob { name, bytes: written })
    }

    /// Reads a range of a file, as far as there are bytes; it may be deleted meanwhile.
    pub(super) async fn read(
        &self,
        blob: &Blob,
        range: Range<u64>,
    ) -> io::Result<impl Stream<Item = io::Result<Bytes>> + Send + Sync + use<>> {
        let mut file = File::open(self.path(&blob.name)).await?;
        if range.start > 0 {
            file.seek(io::SeekFrom::Start(range.start)).await?;
        }
        let file = file.take(range.end.saturating_sub(range.start));
        Ok(stream::try_unfold(file, |mut file| async move {
            let mut chunk = BytesMut::with_capacity(CHUNK);
            let read = file.read_buf(&mut chunk).await?;
            Ok((read > 0).then(|| (chunk.freeze(), file)))
        }))
    }

    /// Deletes a file. One that stays is deleted at the next start.
    pub(super) async fn delete(&self, name: &str) {
        if let Err(fault) = tokio::fs::remove_file(self.path(name)).await {
            tracing::warn!(blob = name, %fault, "an object's file was not deleted");
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}
