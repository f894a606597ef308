use std::time::Duration;

use super::*;

const NOON: Timestamp = Timestamp(1_496_225_893_369);

#[tokio::test(start_paused = true)]
async fn lines_have_a_time_and_a_level_and_no_inner_breaks() {
    let log = RunLog::starting(NOON);
    log.line(Level::Info, "claimed");
    tokio::time::advance(Duration::from_millis(1_700)).await;
    log.node(Level::Warn, "evil\n2017-01-01T00:00:00.000Z INFO  ended", "3 values\tbecame null");
    log.end(Level::Error, None, &"é".repeat(5_000));
    let text = log.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "2017-05-31T10:18:13.369Z INFO  claimed");
    assert_eq!(
        lines[1],
        "2017-05-31T10:18:15.069Z WARN  \"evil 2017-01-01T00:00:00.000Z INFO  ended\": 3 values became null"
    );
    assert_eq!((lines.len(), lines[2].len() < 2_100), (3, true));
}

#[test]
fn a_full_log_keeps_room_for_its_end() {
    let log = RunLog::starting(NOON);
    let line = "x".repeat(1_000);
    (0..1_000).for_each(|_| log.line(Level::Info, &line));
    log.end(Level::Error, None, "why");
    let text = log.text();
    assert!(text.len() <= MAX_LOG_BYTES);
    let last: Vec<&str> = text.lines().rev().take(2).collect();
    assert!(
        last[0].starts_with("… 8") && last[0].ends_with("lines were left out: the log is full"),
        "{last:?}"
    );
    assert!(last[1].ends_with("ERROR why"));
}

#[test]
fn lines_of_another_process_are_kept_as_they_are() {
    let (own, other) = (RunLog::starting(NOON), RunLog::starting(NOON));
    own.line(Level::Info, "claimed");
    other.line(Level::Info, "opened");
    own.append(&other.take());
    other.line(Level::Warn, "done");
    own.append(&other.take());
    let text = own.text();
    let ends = text.lines().map(|line| line.rsplit(' ').next().unwrap()).collect::<Vec<_>>();
    assert_eq!(ends, ["claimed", "opened", "done"]);
    assert!(other.text().is_empty());
    own.append(&"x\n".repeat(MAX_LOG_BYTES));
    assert!(own.text().len() <= MAX_LOG_BYTES);
}
