//! Passwords are sealed under data keys of KMS and opened again, for whom they were sealed.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use satsuma_aws::Keeper;
use satsuma_domain::InstanceId;
use satsuma_domain::ports::{Seal, Unseal};
use satsuma_domain::secret::{Sealed, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stores;

fn instance(id: &str) -> InstanceId {
    InstanceId::new(id).unwrap()
}

async fn keeper_at(endpoint: &str, key: &str) -> Keeper {
    Keeper::new(aws_sdk_kms::Client::new(&stores::config(endpoint).await), key)
}

/// A keeper with a key of its own, where there is a KMS.
async fn keeper() -> Option<Arc<Keeper>> {
    let Some(endpoint) = stores::endpoint() else {
        eprintln!("skipped: SATSUMA_TEST_ENDPOINT names no endpoint with KMS");
        return None;
    };
    let client = aws_sdk_kms::Client::new(&stores::config(&endpoint).await);
    let created = client.create_key().description("a test").send().await.unwrap();
    Some(Arc::new(keeper_at(&endpoint, &created.key_metadata.unwrap().arn.unwrap()).await))
}

#[tokio::test]
async fn what_is_sealed_under_a_data_key_of_kms_is_opened_under_it() {
    let Some(keeper) = keeper().await else { return };
    for acme in ["acme", "香水 / 1"].map(instance) {
        let drawn = keeper.new_data_key(&acme).await.unwrap();
        let sealed =
            Sealed::seal(&drawn.key, &drawn.wrapped, b"here", &Secret::new("hunter2".into())).unwrap();
        let stored = serde_json::to_string(&sealed).unwrap();
        let stored: Sealed = serde_json::from_str(&stored).unwrap();
        let key = keeper.open_data_key(&acme, &stored.wrapped_key().unwrap()).await.unwrap();
        assert_eq!(stored.open(&key, b"here").unwrap().reveal(), "hunter2");
        let again = keeper.new_data_key(&acme).await.unwrap();
        assert_ne!(again.key.reveal(), drawn.key.reveal());
    }
}

#[tokio::test]
async fn a_data_key_of_another_instance_or_another_kms_key_does_not_open() {
    let (Some(keeper), Some(other)) = (keeper().await, self::keeper().await) else { return };
    let drawn = keeper.new_data_key(&instance("acme")).await.unwrap();
    assert!(keeper.open_data_key(&instance("acme"), &drawn.wrapped).await.is_ok());
    assert!(keeper.open_data_key(&instance("other"), &drawn.wrapped).await.is_err());
    // What was sealed for one purpose does not open for another.
    let webhooks = Keeper::clone(&keeper).for_webhooks();
    assert!(webhooks.open_data_key(&instance("acme"), &drawn.wrapped).await.is_err());
    // KMS refuses; an emulator that does not authenticate gives another key.
    let stranger = other.open_data_key(&instance("acme"), &drawn.wrapped).await;
    assert!(stranger.is_err() || stranger.unwrap().reveal() != drawn.key.reveal());
}

#[tokio::test]
async fn a_keeper_that_refuses_or_is_away_is_a_fault_that_may_pass() {
    let refusing = format!("http://{}", refuse_everybody().await);
    let (listener, address) = stores::listen().await;
    drop(listener);
    for endpoint in [refusing, format!("http://{address}")] {
        let keeper = keeper_at(&endpoint, "alias/none").await;
        let fault = keeper.new_data_key(&instance("acme")).await.unwrap_err();
        assert!(fault.transient, "{fault}");
        let wrapped = satsuma_domain::secret::WrappedKey(vec![1; 64]);
        assert!(keeper.open_data_key(&instance("acme"), &wrapped).await.unwrap_err().transient);
    }
}

/// However loud the SDK logs: what it marks as sensitive it leaves out.
#[tokio::test]
async fn no_line_of_the_log_holds_a_data_key() {
    let Some(keeper) = keeper().await else { return };
    let log = Captured::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_ansi(false).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let drawn = keeper.new_data_key(&instance("acme")).await.unwrap();
    keeper.open_data_key(&instance("acme"), &drawn.wrapped).await.unwrap();
    drop(guard);
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("GenerateDataKey"), "the SDK logs nothing: {log}");
    let key = drawn.key.reveal();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    for form in
        [STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), hex.to_uppercase(), hex, format!("{key:?}")]
    {
        assert!(!log.contains(&form), "{form}");
    }
}

/// What is logged.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A server that answers as KMS does where a grant is missing.
async fn refuse_everybody() -> std::net::SocketAddr {
    const BODY: &str = r#"{"__type":"AccessDeniedException","Message":"User: x is not authorized to perform: kms:GenerateDataKey"}"#;
    let (listener, address) = stores::listen().await;
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = vec![0; 16 * 1024];
                let _ = client.read(&mut request).await;
                let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.1\r\nconnection: close";
                let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
                let _ = client.write_all(answer.as_bytes()).await;
            });
        }
    });
    address
}
