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

async fn sealed(keeper: &WrappingKey) -> Sealed {
    let drawn = keeper.new_data_key(&acme()).await.unwrap();
    Sealed::seal(&drawn.key, &drawn.wrapped, b"here", &secret()).unwrap()
}

#[test]
fn a_secret_and_its_keys_show_stars() {
    let keeper = WrappingKey::new(&[0x6e; 32]).unwrap();
    assert_eq!(format!("{:?} {keeper:?}", secret()), "Secret(********) WrappingKey(DataKey(********))");
}

#[tokio::test]
async fn a_sealed_secret_opens_where_it_was_sealed_for_and_nowhere_else() {
    let keeper = WrappingKey::draw().unwrap();
    let sealed = sealed(&keeper).await;
    let key = keeper.open_data_key(&acme(), &sealed.wrapped_key().unwrap()).await.unwrap();
    assert_eq!(sealed.open(&key, b"here").unwrap().reveal(), PASSWORD);
    assert_eq!(sealed.open(&key, b"there").unwrap_err(), SealError::Tag);
}

#[tokio::test]
async fn the_same_secret_is_never_sealed_alike() {
    let keeper = WrappingKey::draw().unwrap();
    assert_ne!(sealed(&keeper).await, sealed(&keeper).await);
}

#[tokio::test]
async fn a_data_key_opens_for_its_own_instance_and_keeper_only() {
    let keeper = WrappingKey::draw().unwrap();
    let wrapped = sealed(&keeper).await.wrapped_key().unwrap();
    let other = InstanceId::new("other").unwrap();
    assert!(keeper.open_data_key(&other, &wrapped).await.is_err());
    assert!(WrappingKey::draw().unwrap().open_data_key(&acme(), &wrapped).await.is_err());
}

#[tokio::test]
async fn no_changed_or_foreign_text_opens() {
    let keeper = WrappingKey::draw().unwrap();
    let drawn = keeper.new_data_key(&acme()).await.unwrap();
    let text = serde_json::to_string(&sealed(&keeper).await).unwrap();
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
