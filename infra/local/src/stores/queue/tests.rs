use super::*;

const HIDDEN: Duration = Duration::from_secs(30);

/// A queue with one message, and the time at which the test begins.
fn queue_of(body: &str) -> (MemoryQueue, Instant) {
    let queue = MemoryQueue::default();
    queue.send(body.to_owned(), String::new(), Duration::ZERO);
    (queue, Instant::now())
}

fn take(queue: &MemoryQueue, now: Instant) -> Vec<Received> {
    queue.lock().take(10, HIDDEN, now).0
}

#[test]
fn a_deleted_message_is_not_redelivered() {
    let (queue, now) = queue_of("job");
    let received = take(&queue, now);
    queue.delete(&received[0].receipt);
    assert!(take(&queue, now + 2 * HIDDEN).is_empty());
}

#[test]
fn an_undeleted_message_is_redelivered_with_a_new_receipt() {
    let (queue, now) = queue_of("job");
    let first = take(&queue, now);
    assert!(take(&queue, now + HIDDEN / 2).is_empty(), "it is hidden");
    let second = take(&queue, now + HIDDEN);
    assert_eq!((second[0].message.body.as_str(), second[0].message.receives), ("job", 2));
    queue.delete(&first[0].receipt);
    assert_eq!(take(&queue, now + 2 * HIDDEN).len(), 1, "the old receipt deletes nothing");
}

#[test]
fn a_message_is_dropped_after_its_last_delivery() {
    let (queue, mut now) = queue_of("poison");
    for _ in 0..MAX_RECEIVES {
        assert_eq!(take(&queue, now).len(), 1);
        now += HIDDEN;
    }
    assert!(take(&queue, now).is_empty());
}

#[tokio::test]
async fn a_receiver_waits_for_the_next_message_and_no_longer() {
    let queue = std::sync::Arc::new(MemoryQueue::default());
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.receive(1, HIDDEN, Duration::from_secs(20)).await }
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    queue.send("job".into(), String::new(), Duration::ZERO);
    assert_eq!(waiting.await.unwrap().len(), 1);
    assert!(queue.receive(1, HIDDEN, Duration::from_millis(10)).await.is_empty());
}

#[tokio::test]
async fn a_receiver_wakes_for_a_redelivered_message() {
    let (queue, _) = queue_of("job");
    queue.receive(1, Duration::from_millis(10), Duration::ZERO).await;
    assert_eq!(queue.receive(1, HIDDEN, Duration::from_secs(20)).await.len(), 1);
}

#[test]
fn a_delayed_message_arrives_after_its_delay() {
    let queue = MemoryQueue::default();
    let now = Instant::now();
    queue.send("later".into(), String::new(), HIDDEN);
    assert!(take(&queue, now).is_empty());
    let received = take(&queue, now + 2 * HIDDEN);
    assert_eq!((received[0].message.body.as_str(), received[0].message.receives), ("later", 1));
}

/// One instance has hundreds of messages, some of them in flight.
#[test]
fn a_group_does_not_wait_for_another_groups_flood() {
    let queue = MemoryQueue::default();
    for number in 0..500 {
        queue.send(format!("flood {number}"), "a".into(), Duration::ZERO);
    }
    let one = |queue: &MemoryQueue| queue.lock().take(1, HIDDEN, Instant::now()).0.remove(0);
    let in_work: Vec<Received> = (0..4).map(|_| one(&queue)).collect();
    queue.send("single".into(), "b".into(), Duration::ZERO);
    assert_eq!(one(&queue).message.body, "single");
    // The flood continues where it was, in its order.
    assert_eq!(one(&queue).message.body, "flood 4");
    for received in in_work {
        queue.delete(&received.receipt);
    }
    queue.send("second".into(), "b".into(), Duration::ZERO);
    assert_eq!(one(&queue).message.body, "flood 5", "each has one in work, and this one is older");
    assert_eq!(one(&queue).message.body, "second");
}
