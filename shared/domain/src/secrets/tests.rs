use super::*;
use crate::ids::InstanceId;
use crate::ports::{Seal, Unseal};

const PASSWORD: &str = "NmI4MDViMzBkNDUz";

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn secret() -> Secret {
    Secret::new(PASSWORD.to_owned())
}

async fn sealed(keys: &WrappingKey) -> Sealed {
    let drawn = keys.new_data_key(&acme()).await.unwrap();
    Sealed::seal(&drawn.key, &drawn.wrapped, b"here", &secret()).unwrap()
}

#[test]
fn a_secret_and_its_keys_show_stars() {
    let keys = WrappingKey::new(&[0x6e; 32]).unwrap();
    assert_eq!(format!("{:?} {keys:?}", secret()), "Secret(********) WrappingKey(DataKey(********))");
}

#[tokio::test]
async fn a_sealed_secret_opens_only_in_its_own_place() {
    let keys = WrappingKey::draw().unwrap();
    let sealed = sealed(&keys).await;
    let key = keys.open_data_key(&acme(), &sealed.wrapped_key().unwrap()).await.unwrap();
    assert_eq!(sealed.open(&key, b"here").unwrap().reveal(), PASSWORD);
    assert_eq!(sealed.open(&key, b"there").unwrap_err(), SealError::Tag);
}

#[tokio::test]
async fn the_same_secret_is_never_sealed_alike() {
    let keys = WrappingKey::draw().unwrap();
    assert_ne!(sealed(&keys).await, sealed(&keys).await);
}

#[tokio::test]
async fn a_data_key_opens_only_for_its_instance_and_wrapping_key() {
    let keys = WrappingKey::draw().unwrap();
    let wrapped = sealed(&keys).await.wrapped_key().unwrap();
    let other = InstanceId::new("other").unwrap();
    assert!(keys.open_data_key(&other, &wrapped).await.is_err());
    assert!(WrappingKey::draw().unwrap().open_data_key(&acme(), &wrapped).await.is_err());
}

#[tokio::test]
async fn a_changed_or_unknown_text_does_not_open() {
    let keys = WrappingKey::draw().unwrap();
    let drawn = keys.new_data_key(&acme()).await.unwrap();
    let text = serde_json::to_string(&sealed(&keys).await).unwrap();
    let place = text.rfind('.').unwrap() + 1;
    for at in place..text.len() - 1 {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed: Sealed = serde_json::from_slice(&changed).unwrap();
        assert!(changed.open(&drawn.key, b"here").is_err(), "byte {at}");
    }
    for text in ["", "v1", "v1..", "v1.AA.AA", "v2.AA.AA", "v1.AA.AA.AA", "v1.!.AA"] {
        let foreign: Sealed = serde_json::from_value(text.into()).unwrap();
        assert!(foreign.open(&drawn.key, b"here").is_err(), "{text}");
    }
}
