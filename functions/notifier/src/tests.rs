use std::sync::Mutex;

use async_trait::async_trait;
use satsuma_domain::testing::{KeyManagement, Memory};
use satsuma_domain::{StoreError, SystemClock};
use tokio_rustls::rustls::RootCertStore;

use super::*;

mod calls;
mod traces;

/// Accepts events of all jobs but `deaf`.
#[derive(Default)]
struct Listener(Mutex<Vec<EndNotice>>);

#[async_trait]
impl PublishEnd for Listener {
    async fn publish_end(&self, notice: &EndNotice) -> Result<(), StoreError> {
        if notice.key.id.as_str() == "deaf" {
            return Err(StoreError::transient("publish an event", "made to fail"));
        }
        self.0.lock().unwrap().push(notice.clone());
        Ok(())
    }
}

type MemoryNotifier = Notifier<Listener, Memory, Memory>;

/// A notifier in memory, without webhooks.
fn notifier() -> MemoryNotifier {
    Notifier {
        events: Listener::default(),
        instances: Memory::default(),
        queue: Memory::default(),
        keys: Arc::new(KeyManagement::default()),
        connector: Connector::for_tests(RootCertStore::empty()).unwrap(),
        clock: Arc::new(SystemClock),
    }
}

fn record(id: &str, body: &str) -> SqsMessage {
    let mut record = SqsMessage::default();
    record.message_id = Some(id.to_owned());
    record.receipt_handle = Some(format!("receipt of {id}"));
    record.body = Some(body.to_owned());
    record
}

fn notice_of(job: &str) -> String {
    format!(
        r#"{{"instance":"acme","id":"{job}","uuid":"019aab5c-7f00-7a11-8c3e-2f4d5e6a7b8c","execution":1,"state":"SUCCESS"}}"#
    )
}

#[tokio::test]
async fn only_notices_that_failed_are_redelivered() {
    let notifier = notifier();
    let mut batch = SqsEvent::default();
    batch.records = vec![
        record("1", &notice_of("churn")),
        record("2", &notice_of("deaf")),
        record("3", "{\"not\":\"ours\"}"),
        record("4", &notice_of("drug cap")),
    ];
    let response = notifier.handle(batch).await;
    let again: Vec<&str> =
        response.batch_item_failures.iter().map(|it| it.item_identifier.as_str()).collect();
    assert_eq!(again, ["3"]);
    let queue = &notifier.queue;
    assert_eq!(queue.take_returned(), Some(("receipt of 3".to_owned(), messages::SHORT_DELAY)));
    assert_eq!(queue.take_returned(), None, "a retry comes after the queue's own timeout");
    // There is no webhook, which counts as published. The event remains.
    let left = queue.take_queued_notice().unwrap();
    assert_eq!((left.notice.key.id.as_str(), left.only), ("deaf", Some(Channel::Event)));
    assert_eq!(queue.take_queued_notice(), None);
    let heard: Vec<String> =
        notifier.events.0.lock().unwrap().iter().map(|it| it.key.id.to_string()).collect();
    assert_eq!(heard, ["churn", "drug cap"]);
    // The body equals what the receiver reads.
    let written = serde_json::to_string(&notifier.events.0.lock().unwrap()[0]).unwrap();
    assert_eq!(written, notice_of("churn"));
}
