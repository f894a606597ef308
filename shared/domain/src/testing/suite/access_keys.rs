//! [`GetKey`], [`PutKey`] and [`RemoveKey`].

use super::sample::{NOW, acme};
use crate::ports::{GetKey, PutKey, RemoveKey};
use crate::tenancy::key::{AccessKey, KeyRecord};

/// And the record admits the key.
pub async fn a_key_is_found_by_its_lookup_alone<S: GetKey + PutKey>(store: &S) {
    let key = AccessKey::generate().unwrap();
    assert_eq!(store.get_key(&key.lookup()).await.unwrap(), None);
    let record = KeyRecord::new(&key, acme(), NOW);
    store.put_key(&record).await.unwrap();
    let found = store.get_key(&key.lookup()).await.unwrap().unwrap();
    assert_eq!(found, record);
    assert!(found.admits(&key));
    let other = AccessKey::generate().unwrap();
    assert_eq!(store.get_key(&other.lookup()).await.unwrap(), None);
}

/// And removing it again is no error.
pub async fn a_removed_key_is_found_no_more<S: GetKey + PutKey + RemoveKey>(store: &S) {
    let key = AccessKey::generate().unwrap();
    store.put_key(&KeyRecord::new(&key, acme(), NOW)).await.unwrap();
    for _ in 0..2 {
        store.remove_key(&key.lookup()).await.unwrap();
        assert_eq!(store.get_key(&key.lookup()).await.unwrap(), None);
    }
}
