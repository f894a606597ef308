//! S3 on a folder: `s3s` implements the protocol and verifies signatures, an index in SQLite lists the
//! objects, and the bytes of every object are a file of their own.
//!
//! `s3s-fs`, the store of `s3s`, names a file by the base64 of the whole key: it cannot store keys of more
//! than about 160 bytes, and ours may have 1,024. It also reads the whole bucket for each page of a list,
//! and leaves a file behind for every deleted object.

mod blobs;
mod bucket;
mod index;

use std::path::Path;

use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};

use self::bucket::Bucket;
use super::credentials::Credentials;
use crate::disk::Disk;
use crate::error::LocalError;

/// The embedded S3 with one bucket: it verifies the signature of every request.
pub(crate) fn service(
    folder: &Path,
    disk: &Disk,
    name: &str,
    credentials: &Credentials,
) -> Result<S3Service, LocalError> {
    let bucket = Bucket::open(folder, disk, name)
        .map_err(|fault| LocalError::Store { what: "object store", detail: fault.to_string() })?;
    let mut service = S3ServiceBuilder::new(bucket);
    service.set_auth(SimpleAuth::from_single(credentials.key_id.clone(), credentials.secret.clone()));
    Ok(service.build())
}
