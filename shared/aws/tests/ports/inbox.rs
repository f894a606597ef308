//! A user who puts objects into the inbox without the adapter.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use bytes::Bytes;
use satsuma_aws::Files;
use satsuma_domain::ports::InboxKey;
use satsuma_domain::testing::suite::inbox::InboxOwner;

use crate::stores;

/// The bucket as its owner sees it.
pub(crate) struct Bucket {
    client: Client,
    name: String,
}

/// The adapter and the owner on the same empty bucket.
pub(crate) async fn both() -> (Box<Files>, Box<Bucket>) {
    let (client, name) = stores::bucket().await;
    (Box::new(Files::new(client.clone(), &name)), Box::new(Bucket { client, name }))
}

#[async_trait]
impl InboxOwner for Bucket {
    async fn put_inbox_object(&self, key: &InboxKey, bytes: Bytes) {
        let key = format!("uploads/{}/{}", key.instance, key.name);
        let put = self.client.put_object().bucket(&self.name).key(key).body(bytes.into());
        put.send().await.unwrap();
    }

    async fn report(&self, key: &InboxKey) -> Option<String> {
        let key = format!("rejected/{}/{}.error.json", key.instance, key.name);
        let report = self.client.get_object().bucket(&self.name).key(key).send().await.ok()?;
        let bytes = report.body.collect().await.unwrap().to_vec();
        Some(String::from_utf8(bytes).unwrap())
    }
}
