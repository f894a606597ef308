//! The handler, from the message to a receiver that listens on this machine.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use satsuma_domain::instance::{Instance, Plan};
use satsuma_domain::ports::{CreateInstance, InstanceWritten};
use satsuma_domain::usage::Quotas;
use satsuma_domain::webhook::{Webhook, WebhookUrl};
use satsuma_domain::{Clock, InstanceId};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// Receives one request after another, with scripted responses.
struct Receiver {
    listener: TcpListener,
    url: String,
}

impl Receiver {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/hook", listener.local_addr().unwrap().port());
        Self { listener, url }
    }

    async fn answer(&self, status: &str) -> String {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\"job.ended\"}") {
            stream.read_buf(&mut request).await.unwrap();
        }
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    }
}

/// A notifier for an instance with a webhook at this URL, and its signing key.
async fn calling(url: &str) -> (MemoryNotifier, Vec<u8>) {
    let notifier = notifier();
    // As it is stored: plain HTTP is refused otherwise.
    let url: WebhookUrl = serde_json::from_value(serde_json::json!(url)).unwrap();
    let (id, now) = (InstanceId::new("acme").unwrap(), SystemClock.now());
    let (webhook, secret) = Webhook::new(&KeyManagement::default(), &id, url, now).await.unwrap();
    let mut instance = Instance::new(id, Plan::Standard, Quotas::STANDARD, now);
    instance.webhook = Some(webhook);
    assert_eq!(notifier.instances.create_instance(&instance).await.unwrap(), InstanceWritten::Done);
    (notifier, secret.key().unwrap().to_vec())
}

async fn is_redelivered_for(notifier: &MemoryNotifier, job: &str) -> bool {
    is_redelivered(notifier, &notice_of(job)).await
}

async fn is_redelivered(notifier: &MemoryNotifier, body: &str) -> bool {
    let mut batch = SqsEvent::default();
    batch.records = vec![record("1", body)];
    !notifier.handle(batch).await.batch_item_failures.is_empty()
}

/// The message that the notifier sent because one channel accepted a notice and the other did not.
fn requeued(notifier: &MemoryNotifier) -> (Option<Channel>, String) {
    let left = notifier.queue.take_queued_notice().expect("something is left");
    (left.only, serde_json::to_string(&left).unwrap())
}

fn published(notifier: &MemoryNotifier) -> Vec<String> {
    notifier.events.0.lock().unwrap().iter().map(EndNotice::id).collect()
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    request.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap()
}

#[tokio::test]
async fn a_failed_webhook_is_retried_with_the_same_id_and_signed() {
    let receiver = Receiver::new().await;
    let (notifier, key) = calling(&receiver.url).await;
    let (first, failed) = tokio::join!(receiver.answer("503 Later"), is_redelivered_for(&notifier, "churn"));
    assert!(!failed, "this message is done with");
    let (channel, message) = requeued(&notifier);
    assert_eq!(channel, Some(Channel::Webhook));
    let (_, failed) = tokio::join!(receiver.answer("500 Oops"), is_redelivered(&notifier, &message));
    assert!(failed, "the same message is redelivered, and becomes a dead letter in the end");
    let (second, failed) =
        tokio::join!(receiver.answer("204 No Content"), is_redelivered(&notifier, &message));
    assert!(!failed);
    assert_eq!(notifier.queue.take_queued_notice(), None);

    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    let (_, body) = second.split_once("\r\n\r\n").unwrap();
    let told: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(told["data"], serde_json::from_str::<serde_json::Value>(&notice_of("churn")).unwrap());
    let signed = format!("{}.{}.{body}", header(&second, "webhook-id"), header(&second, "webhook-timestamp"));
    let signature =
        STANDARD.decode(header(&second, "webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed.as_bytes());
    mac.verify_slice(&signature).unwrap();
    assert_eq!(
        published(&notifier),
        [header(&first, "webhook-id")],
        "a receiver that accepted it gets no duplicate"
    );
}

#[tokio::test]
async fn a_gone_or_internal_receiver_is_not_retried() {
    let receiver = Receiver::new().await;
    let (notifier, _) = calling(&receiver.url).await;
    let (_, failed) = tokio::join!(receiver.answer("410 Gone"), is_redelivered_for(&notifier, "churn"));
    assert!(!failed);

    let inside = format!("https://127.0.0.1:{}/", receiver.listener.local_addr().unwrap().port());
    for url in [&inside, "https://169.254.169.254/latest/meta-data/", &receiver.url] {
        let (mut notifier, _) = calling(url).await;
        notifier.connector = Connector::new().unwrap();
        assert!(!is_redelivered_for(&notifier, "churn").await, "{url}");
        assert_eq!(notifier.events.0.lock().unwrap().len(), 1, "the event is published all the same");
    }
}

#[tokio::test]
async fn channels_are_independent_and_key_management_is_retried() {
    let receiver = Receiver::new().await;
    let (mut notifier, _) = calling(&receiver.url).await;
    let (called, failed) = tokio::join!(receiver.answer("200 OK"), is_redelivered_for(&notifier, "deaf"));
    assert!(!failed && called.contains("\"id\":\"deaf\""), "{called}");
    let (channel, message) = requeued(&notifier);
    assert_eq!(channel, Some(Channel::Event));
    assert!(is_redelivered(&notifier, &message).await, "the webhook is not called again");

    let keys = Arc::new(KeyManagement::default());
    keys.be_away(true);
    notifier.keys = keys.clone();
    assert!(!is_redelivered_for(&notifier, "churn").await);
    let (channel, message) = requeued(&notifier);
    assert_eq!(channel, Some(Channel::Webhook));
    keys.be_away(false);
    let (_, failed) = tokio::join!(receiver.answer("200 OK"), is_redelivered(&notifier, &message));
    assert_eq!((failed, published(&notifier).len()), (false, 1));
}

/// The only case except a crash in which a receiver gets a duplicate.
#[tokio::test]
async fn a_notice_that_cannot_be_requeued_is_redelivered_whole() {
    let receiver = Receiver::new().await;
    let (notifier, _) = calling(&receiver.url).await;
    notifier.queue.take_no_notice(true);
    let (_, failed) = tokio::join!(receiver.answer("503 Later"), is_redelivered_for(&notifier, "churn"));
    assert!(failed);
    let (_, failed) = tokio::join!(receiver.answer("200 OK"), is_redelivered_for(&notifier, "churn"));
    assert_eq!((failed, published(&notifier).len()), (false, 2));
}
