use super::*;
use crate::testing::Keeper;

fn instance(id: &str) -> InstanceId {
    InstanceId::new(id).unwrap()
}

fn url(text: &str) -> WebhookUrl {
    WebhookUrl::parse(text).unwrap()
}

async fn opened(
    webhook: &Webhook,
    keeper: &Keeper,
    instance: &InstanceId,
) -> Result<Vec<String>, StoreError> {
    let opened = webhook.open(keeper, instance, Timestamp(7)).await?;
    Ok(opened.iter().map(|secret| secret.reveal().to_owned()).collect())
}

#[test]
fn a_webhook_leads_to_an_https_url_and_to_nothing_else() {
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
    let keeper = Keeper::default();
    let (acme, other) = (instance("acme"), instance("other"));
    let made = Webhook::new(&keeper, &acme, url("https://hooks.example/a"), Timestamp(7)).await.unwrap();
    let (webhook, told) = made;
    assert_eq!(told.key().unwrap().len(), SECRET_BYTES);
    let stored: Webhook = serde_json::from_str(&serde_json::to_string(&webhook).unwrap()).unwrap();
    assert_eq!(opened(&stored, &keeper, &acme).await.unwrap(), [told.reveal()]);

    assert!(opened(&stored, &keeper, &other).await.is_err());
    let moved = Webhook { url: url("https://evil.example/a"), ..stored.clone() };
    assert!(!opened(&moved, &keeper, &acme).await.unwrap_err().transient);
    keeper.be_away(true);
    assert!(opened(&stored, &keeper, &acme).await.unwrap_err().transient);
}

#[tokio::test]
async fn neither_the_secret_nor_the_path_is_in_what_is_stored_or_debugged() {
    let url = url("https://hooks.example/canary-path?canary=1");
    let (webhook, told) =
        Webhook::new(&Keeper::default(), &instance("acme"), url, Timestamp(7)).await.unwrap();
    let shown = format!("{webhook:?} {told:?}");
    assert!(shown.contains("https://hooks.example") && !shown.contains("canary"), "{shown}");
    let secret = told.reveal().strip_prefix(PREFIX).unwrap();
    assert!(!shown.contains(secret));
    assert!(!serde_json::to_string(&webhook).unwrap().contains(secret));
}
