//! Reading and opening stored streams.

use bytes::Bytes;
use satsuma_domain::Error;
use satsuma_domain::file::FileKey;
use satsuma_domain::ports::GetFile;
use satsuma_stream::{Limits, StreamError, StreamFile};

/// Largest stream, and largest of its entries, in bytes. With this limit the parsed form fits twice into the
/// function's memory. The largest known stream has 4 MB; a run accepts 256 MB.
pub(crate) const LARGEST_STREAM: u64 = 64 << 20;

/// The bytes of a stream.
///
/// # Errors
/// [`Error::FileNotFound`], [`Error::TooLarge`], or a fault of the store.
pub(crate) async fn fetch<F: GetFile>(files: &F, key: &FileKey) -> Result<Bytes, Error> {
    match files.get_file(key, LARGEST_STREAM).await? {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(info)) => Err(Error::TooLarge {
            what: "the stream (`satsuma inspect FILE` opens larger ones locally)",
            bytes: info.bytes,
            limit: LARGEST_STREAM,
        }),
        None => Err(Error::FileNotFound(key.name.id())),
    }
}

/// Opens an untrusted stream.
///
/// # Errors
/// A description of the first problem.
pub(crate) fn open(bytes: Bytes) -> Result<StreamFile, StreamError> {
    let limits = Limits { file_bytes: LARGEST_STREAM, entry_bytes: LARGEST_STREAM, ..Limits::default() };
    StreamFile::open_with(bytes, limits)
}
