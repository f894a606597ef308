use super::*;
use crate::testing::KeyManagement;

fn instance(id: &str) -> InstanceId {
    InstanceId::new(id).unwrap()
}

fn url(text: &str) -> WebhookUrl {
    WebhookUrl::parse(text).unwrap()
}

async fn opened(
    webhook: &Webhook,
    keys: &KeyManagement,
    instance: &InstanceId,
) -> Result<Vec<String>, StoreError> {
    let opened = webhook.open(keys, instance, Timestamp(7)).await?;
    Ok(opened.iter().map(|secret| secret.reveal().to_owned()).collect())
}

#[test]
fn a_webhook_url_must_be_https() {
    for good in ["https://hooks.example", "https://hooks.example:8443/a?b=c@d", "https://[2606:4700::1]/x"] {
        assert_eq!(url(good).reveal(), good);
    }
    let long = format!("https://hooks.example/{}", "x".repeat(MAX_URL_BYTES));
    for bad in [
        "",
        "http://hooks.example/",
        "HTTPS://hooks.example/",
        "https://",
        "https:///path",
        "https://:443/",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example:/",
        "https://[2606:4700::1]:0/",
        "https://localhost/hook",
        "https://LOCALHOST.:8443/",
        "https://a.localhost/",
        "https://127.0.0.1/",
        "https://[::1]:443/",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "https://me:secret@hooks.example/",
        "https://hooks.example/#part",
        "https://hooks.example\\@inside/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nX-Other: 1",
        "https://höoks.example/",
        &long,
    ] {
        assert!(matches!(WebhookUrl::parse(bad), Err(Error::Invalid { .. })), "{bad}");
    }
}

#[tokio::test]
async fn the_secret_opens_for_its_own_instance_and_url_alone() {
    let keys = KeyManagement::default();
    let (acme, other) = (instance("acme"), instance("other"));
    let made = Webhook::new(&keys, &acme, url("https://hooks.example/a"), Timestamp(7)).await.unwrap();
    let (webhook, told) = made;
    assert_eq!(told.key().unwrap().len(), SECRET_BYTES);
    let stored: Webhook = serde_json::from_str(&serde_json::to_string(&webhook).unwrap()).unwrap();
    assert_eq!(opened(&stored, &keys, &acme).await.unwrap(), [told.reveal()]);

    assert!(opened(&stored, &keys, &other).await.is_err());
    let moved = Webhook { url: url("https://evil.example/a"), ..stored.clone() };
    assert!(!opened(&moved, &keys, &acme).await.unwrap_err().transient);
    keys.be_away(true);
    assert!(opened(&stored, &keys, &acme).await.unwrap_err().transient);
}

#[tokio::test]
async fn secret_and_path_are_neither_stored_nor_debugged() {
    let url = url("https://hooks.example/canary-path?canary=1");
    let (webhook, told) =
        Webhook::new(&KeyManagement::default(), &instance("acme"), url, Timestamp(7)).await.unwrap();
    let shown = format!("{webhook:?} {told:?}");
    assert!(shown.contains("https://hooks.example") && !shown.contains("canary"), "{shown}");
    let secret = told.reveal().strip_prefix(PREFIX).unwrap();
    assert!(!shown.contains(secret));
    assert!(!serde_json::to_string(&webhook).unwrap().contains(secret));
}
