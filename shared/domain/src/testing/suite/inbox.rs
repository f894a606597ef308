//! [`Inbox`]: files that arrive without the API.

use async_trait::async_trait;
use bytes::Bytes;

use super::sample::acme;
use crate::files::file::{FileKey, FileName};
use crate::ids::FileId;
use crate::ports::{GetFile, Inbox, InboxKey, PutFile};

/// A user with access to the objects.
#[async_trait]
pub trait InboxOwner: Send + Sync {
    /// Drops an object.
    async fn put_inbox_object(&self, key: &InboxKey, bytes: Bytes);

    /// Reads the report on a dropped object.
    async fn report(&self, key: &InboxKey) -> Option<String>;
}

fn dropped(name: &str) -> InboxKey {
    InboxKey { instance: acme(), name: FileId::new(name).unwrap() }
}

/// Up to the limit; beyond it only its size is returned.
pub async fn an_inbox_object_is_read<S: Inbox>(store: &S, outside: &impl InboxOwner) {
    for name in ["churn.str", "香水/data 1+2.csv", "100%.csv"] {
        let key = dropped(name);
        assert_eq!(store.get_inbox_object(&key, 10).await.unwrap(), None);
        outside.put_inbox_object(&key, Bytes::from("12345")).await;
        assert_eq!(store.get_inbox_object(&key, 5).await.unwrap(), Some(Ok(Bytes::from("12345"))), "{name}");
        assert_eq!(store.get_inbox_object(&key, 4).await.unwrap().unwrap().unwrap_err().bytes, 5);
    }
}

/// Under the id that it is adopted to, replacing what was there; and adopting it twice is the same.
pub async fn an_adopted_object_is_an_upload<S>(store: &S, outside: &impl InboxOwner)
where
    S: Inbox + GetFile + PutFile,
{
    for name in ["churn.str", "香水/data 1+2.csv", "100%.csv"] {
        let key = dropped(name);
        let to = FileKey { instance: acme(), name: FileName::Upload(key.name.clone()) };
        store.put_file(&to, "text/csv", Bytes::from("old")).await.unwrap();
        outside.put_inbox_object(&key, Bytes::from("new content")).await;
        for _ in 0..2 {
            store.adopt(&key, &to).await.unwrap();
            assert_eq!(
                store.get_file(&to, 100).await.unwrap(),
                Some(Ok(Bytes::from("new content"))),
                "{name}"
            );
        }
        assert_eq!(store.file_info(&to).await.unwrap().unwrap().media_type, "application/octet-stream");
    }
}

/// The event came late.
pub async fn an_object_that_is_gone_is_not_adopted<S: Inbox + GetFile>(store: &S, _: &impl InboxOwner) {
    let key = dropped("churn.str");
    let to = FileKey { instance: acme(), name: FileName::Upload(key.name.clone()) };
    let fault = store.adopt(&key, &to).await.unwrap_err();
    assert!(!fault.transient);
    assert_eq!(store.file_info(&to).await.unwrap(), None);
}

/// The newest one counts.
pub async fn a_rejected_object_gets_a_report<S: Inbox>(store: &S, outside: &impl InboxOwner) {
    let key = dropped("香水/bad.str");
    assert_eq!(outside.report(&key).await, None);
    for report in [r#"{"code":"a"}"#, r#"{"code":"b"}"#] {
        store.reject(&key, report).await.unwrap();
        assert_eq!(outside.report(&key).await.as_deref(), Some(report));
    }
}

/// And deleting it twice is the same.
pub async fn a_removed_object_is_gone<S: Inbox>(store: &S, outside: &impl InboxOwner) {
    let key = dropped("香水/job 1.json");
    outside.put_inbox_object(&key, Bytes::from("{}")).await;
    for _ in 0..2 {
        store.remove_inbox_object(&key, None).await.unwrap();
        assert_eq!(store.get_inbox_object(&key, 10).await.unwrap(), None);
    }
}
