//! Objects of other origin among the uploads, under keys that no id has.

use satsuma_aws::Files;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ports::{ListFiles, PutFile};
use satsuma_domain::{FileId, InstanceId};

use crate::stores;

#[tokio::test]
async fn objects_of_other_origin_are_not_listed() {
    let (client, bucket) = stores::bucket().await;
    for foreign in ["a a", "b b", "b c", "z z"] {
        let key = format!("instances/acme/files/{foreign}");
        client.put_object().bucket(&bucket).key(key).body(Default::default()).send().await.unwrap();
    }
    let files = Files::new(client, bucket);
    let acme = InstanceId::new("acme").unwrap();
    for id in ["a", "c"] {
        let key = FileKey { instance: acme.clone(), name: FileName::Upload(FileId::new(id).unwrap()) };
        files.put_file(&key, "text/csv", "x".into()).await.unwrap();
    }
    let first = files.list_files(&acme, None, 1).await.unwrap();
    let second = files.list_files(&acme, first.next.as_deref(), 1).await.unwrap();
    let ids: Vec<String> = [first.items, second.items].concat().iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["a", "c"]);
    let rest = files.list_files(&acme, second.next.as_deref(), 1).await.unwrap();
    assert_eq!((rest.items, rest.next), (vec![], None));
}
