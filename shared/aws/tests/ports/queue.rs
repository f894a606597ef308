//! Messages are redelivered until they are deleted.

use std::time::Duration;

use satsuma_aws::Queue;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{JobMessage, ReturnMessage, SendMessage};
use satsuma_domain::{InstanceId, JobId, Revision};

use crate::stores;

const SHORT: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_message_is_redelivered_until_it_is_deleted() {
    let Some(endpoint) = stores::endpoint() else {
        eprintln!("skipped: SATSUMA_TEST_ENDPOINT names no endpoint with SQS");
        return;
    };
    let client = aws_sdk_sqs::Client::new(&stores::config(&endpoint).await);
    let created = client.create_queue().queue_name(stores::new_name()).send().await.unwrap();
    let queue = Queue::new(client, created.queue_url.unwrap());

    let key = JobKey { instance: InstanceId::new("香水").unwrap(), id: JobId::new("drug cap").unwrap() };
    let message = JobMessage { key, revision: Revision(2) };
    queue.send(&message).await.unwrap();

    let first = queue.receive(10, SHORT, SHORT).await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].message().unwrap(), first[0].times), (message.clone(), 1));
    assert!(queue.receive(10, Duration::ZERO, SHORT).await.unwrap().is_empty(), "it is hidden");

    tokio::time::sleep(SHORT * 2).await;
    let again = queue.receive(10, SHORT, SHORT * 10).await.unwrap();
    assert_eq!((again[0].message().unwrap(), again[0].times), (message, 2));

    queue.return_message(&again[0].receipt, Duration::ZERO).await.unwrap();
    let returned = queue.receive(10, SHORT, SHORT).await.unwrap();
    assert_eq!(returned[0].times, 3, "handed back, it does not wait for its ten seconds");
    queue.delete(&returned[0].receipt).await.unwrap();
    assert!(queue.receive(10, SHORT, SHORT).await.unwrap().is_empty());
}
