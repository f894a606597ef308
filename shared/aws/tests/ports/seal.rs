//! Passwords are sealed under data keys of KMS, and open for their own instance.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use satsuma_aws::KeyManagement;
use satsuma_domain::InstanceId;
use satsuma_domain::ports::{Seal, Unseal};
use satsuma_domain::secret::{Sealed, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stores;

fn instance(id: &str) -> InstanceId {
    InstanceId::new(id).unwrap()
}

async fn keys_at(endpoint: &str, key: &str) -> KeyManagement {
    KeyManagement::new(aws_sdk_kms::Client::new(&stores::config(endpoint).await), key)
}

/// Key management with a key of its own, if there is a KMS.
async fn keys() -> Option<Arc<KeyManagement>> {
    let Some(endpoint) = stores::endpoint() else {
        eprintln!("skipped: SATSUMA_TEST_ENDPOINT names no endpoint with KMS");
        return None;
    };
    let client = aws_sdk_kms::Client::new(&stores::config(&endpoint).await);
    let created = client.create_key().description("a test").send().await.unwrap();
    Some(Arc::new(keys_at(&endpoint, &created.key_metadata.unwrap().arn.unwrap()).await))
}

#[tokio::test]
async fn a_secret_sealed_with_a_kms_data_key_opens() {
    let Some(keys) = keys().await else { return };
    for acme in ["acme", "香水 / 1"].map(instance) {
        let drawn = keys.new_data_key(&acme).await.unwrap();
        let sealed =
            Sealed::seal(&drawn.key, &drawn.wrapped, b"here", &Secret::new("hunter2".into())).unwrap();
        let stored = serde_json::to_string(&sealed).unwrap();
        let stored: Sealed = serde_json::from_str(&stored).unwrap();
        let key = keys.open_data_key(&acme, &stored.wrapped_key().unwrap()).await.unwrap();
        assert_eq!(stored.open(&key, b"here").unwrap().reveal(), "hunter2");
        let again = keys.new_data_key(&acme).await.unwrap();
        assert_ne!(again.key.reveal(), drawn.key.reveal());
    }
}

#[tokio::test]
async fn a_data_key_of_another_instance_or_kms_key_does_not_open() {
    let (Some(keys), Some(other)) = (keys().await, self::keys().await) else { return };
    let drawn = keys.new_data_key(&instance("acme")).await.unwrap();
    assert!(keys.open_data_key(&instance("acme"), &drawn.wrapped).await.is_ok());
    assert!(keys.open_data_key(&instance("other"), &drawn.wrapped).await.is_err());
    // A secret of one purpose does not open for another.
    let webhooks = KeyManagement::clone(&keys).for_webhooks();
    assert!(webhooks.open_data_key(&instance("acme"), &drawn.wrapped).await.is_err());
    // KMS refuses; an emulator that does not authenticate gives another key.
    let stranger = other.open_data_key(&instance("acme"), &drawn.wrapped).await;
    assert!(stranger.is_err() || stranger.unwrap().reveal() != drawn.key.reveal());
}

#[tokio::test]
async fn a_kms_refusal_or_outage_is_a_transient_fault() {
    let refusing = format!("http://{}", refuse_everybody().await);
    let (listener, address) = stores::listen().await;
    drop(listener);
    for endpoint in [refusing, format!("http://{address}")] {
        let keys = keys_at(&endpoint, "alias/none").await;
        let fault = keys.new_data_key(&instance("acme")).await.unwrap_err();
        assert!(fault.transient, "{fault}");
        let wrapped = satsuma_domain::secret::WrappedKey(vec![1; 64]);
        assert!(keys.open_data_key(&instance("acme"), &wrapped).await.unwrap_err().transient);
    }
}

/// At any log level the SDK leaves out what it marks as sensitive.
#[tokio::test]
async fn no_line_of_the_log_holds_a_data_key() {
    let Some(keys) = keys().await else { return };
    let log = Captured::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_ansi(false).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let drawn = keys.new_data_key(&instance("acme")).await.unwrap();
    keys.open_data_key(&instance("acme"), &drawn.wrapped).await.unwrap();
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

/// The log.
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
