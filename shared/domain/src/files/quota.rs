//! Storage quota: reserved before a file is stored, released when it is deleted.
//!
//! Usage is one number. Two concurrent writes of one file, or a crash between reservation and storing, leave
//! it slightly off; objects that the bucket's lifecycle rules delete leave it too high. A weekly recount
//! corrects it.

use crate::error::{Error, StoreError};
use crate::files::file::FileKey;
use crate::ids::InstanceId;
use crate::ports::{ChargeStorage, GetFile};
use crate::tenancy::usage::{Exceeded, Quota};

/// Reserves quota to store `bytes` in place of the file that `key` names now. Returns the difference, for
/// [`release`] if the file is not stored after all.
///
/// # Errors
/// [`Error::QuotaExceeded`], or a fault of the store.
pub async fn reserve<F, U>(files: &F, usage: &U, key: &FileKey, bytes: u64) -> Result<i64, Error>
where
    F: GetFile,
    U: ChargeStorage,
{
    let before = files.file_info(key).await?.map_or(0, |info| info.bytes);
    let more = signed(bytes).saturating_sub(signed(before));
    if more == 0 {
        return Ok(0);
    }
    let stored = usage.charge_storage(&key.instance, more).await?;
    if more > 0 && stored.bytes > stored.limit {
        release(usage, &key.instance, more).await;
        let used = stored.bytes.saturating_sub(more.unsigned_abs());
        let exceeded = Exceeded { quota: Quota::StorageBytes, used, limit: stored.limit, waiting: 0 };
        return Err(Error::QuotaExceeded(exceeded));
    }
    Ok(more)
}

/// Releases quota. A fault is only logged: the file is deleted anyway.
pub async fn release<U: ChargeStorage>(usage: &U, instance: &InstanceId, bytes: i64) {
    if bytes == 0 {
        return;
    }
    if let Err(fault) = usage.charge_storage(instance, bytes.saturating_neg()).await {
        tracing::warn!(%instance, bytes, %fault, "storage quota was not released; a recount corrects it");
    }
}

/// The size of a file; 0 if there is none.
///
/// # Errors
/// A fault of the store.
pub async fn size_of<F: GetFile>(files: &F, key: &FileKey) -> Result<i64, StoreError> {
    Ok(files.file_info(key).await?.map_or(0, |info| signed(info.bytes)))
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use async_trait::async_trait;
    use bytes::Bytes;

    use super::*;
    use crate::files::file::{FileInfo, FileName};
    use crate::files::{delete, upload};
    use crate::ids::FileId;
    use crate::ports::PutFile;
    use crate::tenancy::usage::{Month, Quotas};
    use crate::testing::Memory;
    use crate::time::Timestamp;

    fn acme() -> InstanceId {
        InstanceId::new("acme").unwrap()
    }

    async fn put(store: &Memory, id: &str, bytes: usize) -> Result<(), Error> {
        let id = FileId::new(id).unwrap();
        upload(store, store, acme(), id, None, Bytes::from(vec![0; bytes]), |_| Ok(())).await
    }

    async fn stored(store: &Memory) -> u64 {
        use crate::ports::GetUsage;
        store.get_usage(&acme(), Month::of(Timestamp(0))).await.unwrap().storage_bytes
    }

    #[tokio::test]
    async fn storage_is_reserved_replaced_and_released() {
        let store = Memory::default();
        put(&store, "a", 100).await.unwrap();
        put(&store, "b", 10).await.unwrap();
        assert_eq!(stored(&store).await, 110);
        put(&store, "a", 30).await.unwrap();
        assert_eq!(stored(&store).await, 40);
        let key = FileKey { instance: acme(), name: FileName::Upload(FileId::new("a").unwrap()) };
        delete(&store, &store, &key).await.unwrap();
        assert!(delete(&store, &store, &key).await.is_err());
        assert_eq!(stored(&store).await, 10);
    }

    /// A store that refuses files.
    struct Full(Memory);

    #[async_trait]
    impl GetFile for Full {
        async fn file_info(&self, key: &FileKey) -> Result<Option<FileInfo>, StoreError> {
            self.0.file_info(key).await
        }

        async fn get_file(
            &self,
            key: &FileKey,
            limit: u64,
        ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
            self.0.get_file(key, limit).await
        }

        async fn download(&self, key: &FileKey, to: &Path) -> Result<Option<FileInfo>, StoreError> {
            self.0.download(key, to).await
        }
    }

    #[async_trait]
    impl PutFile for Full {
        async fn put_file(&self, _: &FileKey, _: &str, _: Bytes) -> Result<(), StoreError> {
            Err(StoreError::transient("put a file", "SlowDown"))
        }

        async fn upload(&self, _: &FileKey, _: &str, _: &Path) -> Result<(), StoreError> {
            Err(StoreError::transient("put a file", "SlowDown"))
        }
    }

    #[tokio::test]
    async fn a_file_that_was_not_stored_is_not_counted() {
        let full = Full(Memory::default());
        put(&full.0, "a", 10).await.unwrap();
        for bytes in [100, 1] {
            let id = FileId::new("a").unwrap();
            let bytes = Bytes::from(vec![0; bytes]);
            assert!(upload(&full, &full.0, acme(), id, None, bytes, |_| Ok(())).await.is_err());
            assert_eq!(stored(&full.0).await, 10);
        }
    }

    #[tokio::test]
    async fn a_file_beyond_the_quota_is_refused_and_the_old_one_stays() {
        let store = Memory::default();
        store.set_quotas(&acme(), Quotas { storage_bytes: 100, ..Quotas::STANDARD });
        put(&store, "a", 60).await.unwrap();
        let refused = put(&store, "b", 50).await.unwrap_err();
        insta::assert_snapshot!(refused, @"the files and results of this instance have 60 of 100 allowed bytes, too many for this one; delete some first");
        assert_eq!(refused.code(), "quota_exceeded");
        assert_eq!(stored(&store).await, 60);
        put(&store, "a", 100).await.unwrap();
        assert!(put(&store, "a", 101).await.is_err());
        assert_eq!(stored(&store).await, 100);
        // Less is always welcome, also where more is stored than may be by now.
        store.set_quotas(&acme(), Quotas { storage_bytes: 10, ..Quotas::STANDARD });
        put(&store, "a", 90).await.unwrap();
        assert_eq!(stored(&store).await, 90);
    }
}
