use satsuma_domain::ids::JobUuid;
use satsuma_domain::job::JobKey;
use satsuma_domain::{ExecutionNumber, InstanceId, JobId, JobState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::rustls::RootCertStore;

use super::*;

mod tls;

const NOW: Timestamp = Timestamp(1_700_000_000_123);

fn notice() -> EndNotice {
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() };
    let uuid: JobUuid = serde_json::from_str("\"019aab5c-7f00-7a11-8c3e-2f4d5e6a7b8c\"").unwrap();
    EndNotice { key, uuid, execution: ExecutionNumber(2), state: JobState::Failed }
}

/// A receiver that answers this, and what it was sent.
async fn receiver(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/hook?token=t", listener.local_addr().unwrap().port());
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 16 * 1024];
        let mut length = 0;
        while !String::from_utf8_lossy(&request[..length]).ends_with("\"job.ended\"}") {
            length += stream.read(&mut request[length..]).await.unwrap();
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request[..length].to_vec()).unwrap()
    });
    (url, heard)
}

fn keys() -> Vec<Zeroizing<Vec<u8>>> {
    [b"0123456789abcdef01234567", b"former 89abcdef01234567x"].map(|key| key.to_vec().into()).into()
}

async fn delivered(url: &str) -> Result<(), Undelivered> {
    let webhook = Webhook::new(Target::parse_for_tests(url).unwrap(), keys());
    webhook.deliver(&Connector::for_tests(RootCertStore::empty()).unwrap(), &notice(), NOW).await
}

#[tokio::test]
async fn a_notice_is_posted_with_ids_alone_and_signed() {
    let (url, heard) = receiver("HTTP/1.1 204 No Content\r\n\r\n").await;
    delivered(&url).await.unwrap();
    let request = heard.await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
    };
    assert!(head.starts_with("POST /hook?token=t HTTP/1.1\r\n"), "{head}");
    let id = "019aab5c-7f00-7a11-8c3e-2f4d5e6a7b8c-2";
    assert_eq!((header("webhook-id").as_str(), header("webhook-timestamp").as_str()), (id, "1700000000"));
    let expected = signature::signatures(&keys(), id, 1_700_000_000, body).unwrap();
    assert_eq!((header("webhook-signature"), expected.matches("v1,").count()), (expected, 2));
    let told: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        told,
        json!({"type": "job.ended", "data": {"instance": "acme", "id": "churn", "execution": 2,
               "state": "FAILED", "uuid": "019aab5c-7f00-7a11-8c3e-2f4d5e6a7b8c"}})
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_refusal_is_reported() {
    let elsewhere =
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n";
    for (answer, status) in [(elsewhere, 307), ("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500)] {
        let (url, _heard) = receiver(answer).await;
        let refused = delivered(&url).await;
        assert!(matches!(refused, Err(Undelivered::Refused(told)) if told == status), "{refused:?}");
    }
}

#[tokio::test]
async fn addresses_inside_are_not_reached_whatever_names_them() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"] {
        let target = Target::parse(&format!("https://{host}:{port}/")).unwrap();
        let webhook = Webhook::new(target, keys());
        let refused = webhook.deliver(&Connector::new().unwrap(), &notice(), NOW).await;
        assert!(matches!(refused, Err(Undelivered::NotPublic(_))), "{host}: {refused:?}");
    }
    let connected = tokio::time::timeout(Duration::from_millis(1), listener.accept()).await;
    assert!(connected.is_err(), "there was no connection");
}

#[tokio::test]
async fn a_receiver_that_hangs_up_is_a_failure_and_no_hang() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let hangs_up = tokio::spawn(async move { drop(listener.accept().await) });
    assert!(matches!(delivered(&url).await, Err(Undelivered::Connection { .. })));
    hangs_up.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_never_answers_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let silent = tokio::spawn(async move {
        let kept = listener.accept().await;
        tokio::time::sleep(DELIVERY * 2).await;
        drop(kept);
    });
    assert!(matches!(delivered(&url).await, Err(Undelivered::TimedOut)));
    silent.abort();
}

#[test]
fn a_webhook_does_not_print_its_key() {
    let target = Target::parse("https://hooks.example/").unwrap();
    let webhook = Webhook::new(target, vec![b"canary".to_vec().into()]);
    let shown = format!("{webhook:?}");
    assert!(!shown.contains("canary") && !shown.contains("99, 97"), "{shown}");
}
