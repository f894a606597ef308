//! Inbox objects: their names are chosen by users.

use async_trait::async_trait;
use aws_sdk_s3::types::{MetadataDirective, TaggingDirective};
use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use satsuma_domain::file::{FileInfo, FileKey};
use satsuma_domain::ports::{Inbox, InboxKey};
use satsuma_domain::{FileId, InstanceId, StoreError};

use super::{Files, keys};
use crate::encoding::encode;
use crate::fault::fault;

/// The inbox folder, with one folder for each instance.
const UPLOADS: &str = "uploads";

/// The folder of reports.
const REJECTED: &str = "rejected";

/// Characters that are encoded in the name of an instance's folder: as few as possible.
const FOLDER: &AsciiSet = &CONTROLS.add(b'/').add(b'%');

/// The most that S3 copies in one go: 5 GB.
const MAX_COPY_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// The inbox object with this key (as stored, not as events encode it): `uploads/`, the instance, `/`, the
/// name. `None` for another place, or for a name that no file may have.
#[must_use]
pub fn parse_inbox_key(key: &str) -> Option<InboxKey> {
    let (folder, name) = key.strip_prefix(UPLOADS)?.strip_prefix('/')?.split_once('/')?;
    let instance = percent_decode_str(folder).decode_utf8().ok()?.into_owned();
    // One instance, one folder.
    if folder_of(&instance) != folder {
        return None;
    }
    // A folder is created as an empty object whose name ends in a slash.
    if name.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return None;
    }
    Some(InboxKey { instance: InstanceId::new(instance).ok()?, name: FileId::new(name).ok()? })
}

fn folder_of(instance: &str) -> String {
    utf8_percent_encode(instance, FOLDER).to_string()
}

fn object_key(key: &InboxKey) -> String {
    format!("{UPLOADS}/{}/{}", folder_of(key.instance.as_str()), key.name)
}

fn report(key: &InboxKey) -> String {
    format!("{REJECTED}/{}/{}.error.json", folder_of(key.instance.as_str()), key.name)
}

#[async_trait]
impl Inbox for Files {
    async fn inbox_info(&self, key: &InboxKey) -> Result<Option<FileInfo>, StoreError> {
        self.head(&object_key(key)).await
    }

    async fn get_inbox_object(
        &self,
        key: &InboxKey,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.get_object(&object_key(key), limit).await
    }

    async fn adopt(&self, key: &InboxKey, to: &FileKey) -> Result<(), StoreError> {
        let operation = "adopt an inbox object";
        let from = object_key(key);
        let info = self.head(&from).await?;
        let info = info.ok_or_else(|| StoreError::permanent(operation, "the inbox object was deleted"))?;
        if info.bytes > MAX_COPY_BYTES {
            let detail = format!("it has {} bytes, S3 copies at most {MAX_COPY_BYTES} in one go", info.bytes);
            return Err(StoreError::permanent(operation, detail));
        }
        let copied = self
            .client
            .copy_object()
            .copy_source(format!("{}/{}", encode(&self.bucket), encode(&from)))
            .bucket(&self.bucket)
            .key(keys::file(to))
            .metadata_directive(MetadataDirective::Replace)
            .content_type("application/octet-stream")
            // Tags are not copied: one of the bucket's tags makes its lifecycle rules delete the object.
            .tagging_directive(TaggingDirective::Replace)
            .send()
            .await;
        copied.map(|_| ()).map_err(|error| fault(operation, &error))
    }

    async fn reject(&self, key: &InboxKey, report_json: &str) -> Result<(), StoreError> {
        let bytes = Bytes::copy_from_slice(report_json.as_bytes());
        self.put_object(&report(key), "application/json", bytes.into(), None).await
    }

    async fn remove_inbox_object(&self, key: &InboxKey, version: Option<&str>) -> Result<(), StoreError> {
        let deleted = self
            .client
            .delete_object()
            .bucket(&self.bucket)
            .key(object_key(key))
            .set_version_id(version.map(str::to_owned))
            .send()
            .await;
        deleted.map(|_| ()).map_err(|error| fault("delete an inbox object", &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(key: &str) -> Option<(String, String)> {
        parse_inbox_key(key).map(|key| (key.instance.to_string(), key.name.to_string()))
    }

    #[test]
    fn an_inbox_key_has_its_folder_and_name() {
        for (key, instance, name) in [
            ("uploads/acme/churn.str", "acme", "churn.str"),
            ("uploads/Acme Corp/香水/data 1.csv", "Acme Corp", "香水/data 1.csv"),
            ("uploads/a%2Fb/x", "a/b", "x"),
        ] {
            let parsed = parse_inbox_key(key).unwrap();
            assert_eq!((parsed.instance.as_str(), parsed.name.as_str()), (instance, name));
            assert_eq!(object_key(&parsed), key);
        }
    }

    #[test]
    fn keys_outside_the_inbox_are_rejected() {
        for key in [
            "uploads/churn.str",
            "uploads/acme/",
            "uploads/acme/folder/",
            "uploads/acme/a/../../../instances/other/files/x",
            "uploads/../x",
            "uploads/100%/x",
            "uploads/%61cme/x",
            "instances/acme/files/x",
            "uploadsacme/x",
        ] {
            assert_eq!(parsed(key), None, "{key}");
        }
    }

    #[test]
    fn a_report_has_the_name_of_its_object() {
        let key = parse_inbox_key("uploads/acme/a/b.str").unwrap();
        assert_eq!(report(&key), "rejected/acme/a/b.str.error.json");
    }
}
