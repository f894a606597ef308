//! Streams as they are stored, fetched and opened.

use bytes::Bytes;
use satsuma_domain::Error;
use satsuma_domain::file::FileKey;
use satsuma_domain::ports::GetFile;
use satsuma_stream::{Limits, StreamError, StreamFile};

/// Largest stream, and largest of its entries, in bytes: with the parsed form they fit the function's memory
/// twice. The largest real stream has 4 MB; a run accepts 256 MB.
pub(crate) const LARGEST_STREAM: u64 = 64 << 20;

/// The bytes of a stream.
///
/// # Errors
/// [`Error::FileNotFound`], [`Error::TooLarge`], or a fault of the store.
pub(crate) async fn fetch<F: GetFile>(files: &F, key: &FileKey) -> Result<Bytes, Error> {
    match files.get_file(key, LARGEST_STREAM).await? {
        Some(Ok(bytes)) => Ok(bytes),
        Some(Err(info)) => Err(Error::TooLarge {
            what: "the stream (`satsuma inspect FILE` opens larger ones, on your own machine)",
            bytes: info.bytes,
            limit: LARGEST_STREAM,
        }),
        None => Err(Error::FileNotFound(key.name.id())),
    }
}

/// Opens a stream that may have come from anyone.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn open(bytes: Bytes) -> Result<StreamFile, StreamError> {
    let limits = Limits { file_bytes: LARGEST_STREAM, entry_bytes: LARGEST_STREAM, ..Limits::default() };
    StreamFile::open_with(bytes, limits)
}
