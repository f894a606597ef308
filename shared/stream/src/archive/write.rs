//! Writes a zip in Modeler's layout: deflated entries with sizes after the data.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::error::{ErrorKind, Result, StreamError};

/// Writes files into a zip, in the order given.
///
/// # Errors
/// [`ErrorKind::Write`] if a name is too long, or the data exceed the format.
pub fn write_archive<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, content) in files {
        let (mut entry, config) = archive
            .new_file(name)
            .compression_method(CompressionMethod::DEFLATE)
            .start()
            .map_err(unwritable)?;
        let encoder = DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).map_err(unwritable)?;
        let (encoder, descriptor) = writer.finish().map_err(unwritable)?;
        encoder.finish().map_err(unwritable)?;
        entry.finish(descriptor).map_err(unwritable)?;
    }
    archive.finish().map_err(unwritable)
}

fn unwritable(error: impl std::fmt::Display) -> StreamError {
    ErrorKind::Write(error.to_string()).into()
}
