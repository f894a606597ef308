//! Sets and clears the webhook of an instance.

use std::time::Duration;

use super::change;
use crate::error::Error;
use crate::ids::InstanceId;
use crate::ports::{GetInstance, ReplaceInstance, Seal};
use crate::tenancy::webhook::{SigningSecret, Webhook, WebhookUrl};
use crate::time::Clock;

/// Sets an instance's webhook, in place of any earlier one. Its secret is returned once, here. Setting the
/// same URL again replaces the secret: the previous one signs as well for `overlap`, and the one before it
/// expires.
///
/// # Errors
/// [`Error::InstanceNotFound`], [`Error::Conflict`], a fault of key management or of the store
pub async fn set_webhook<S>(
    store: &S,
    keys: &dyn Seal,
    clock: &dyn Clock,
    id: &InstanceId,
    url: WebhookUrl,
    overlap: Duration,
) -> Result<SigningSecret, Error>
where
    S: GetInstance + ReplaceInstance,
{
    let now = clock.now();
    let (webhook, told) = Webhook::new(keys, id, url, now).await?;
    change(store, id, |instance| {
        let before = instance.webhook.take().filter(|_| !overlap.is_zero());
        let webhook = webhook.clone();
        instance.webhook = Some(match before {
            Some(before) => webhook.after(before, now.plus(overlap)),
            None => webhook,
        });
        Ok(())
    })
    .await?;
    Ok(told)
}

/// Removes an instance's webhook, if there is one.
///
/// # Errors
/// [`Error::InstanceNotFound`], [`Error::Conflict`], or a fault of the store.
pub async fn clear_webhook<S>(store: &S, id: &InstanceId) -> Result<(), Error>
where
    S: GetInstance + ReplaceInstance,
{
    change(store, id, |instance| {
        instance.webhook = None;
        Ok(())
    })
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenancy::instance::{Instance, Plan};
    use crate::tenancy::usage::Quotas;
    use crate::tenancy::{deprovision, provision, update};
    use crate::testing::{KeyManagement, ManualClock, Memory};
    use crate::time::Timestamp;

    fn url(text: &str) -> WebhookUrl {
        WebhookUrl::parse(text).unwrap()
    }

    const OVERLAP: Duration = Duration::from_secs(3_600);

    /// The secrets that sign its calls.
    async fn signed_with(keys: &KeyManagement, held: &Instance, now: Timestamp) -> Vec<String> {
        let opened = held.webhook.as_ref().unwrap().open(keys, &held.id, now).await.unwrap();
        opened.iter().map(|secret| secret.reveal().to_owned()).collect()
    }

    #[tokio::test]
    async fn a_webhook_is_set_rotated_cleared_and_deprovisioned() {
        let (store, keys) = (Memory::default(), KeyManagement::default());
        let clock = ManualClock::at(Timestamp(1_700_000_000_000));
        let acme = InstanceId::new("acme").unwrap();
        let set = |text: &'static str| set_webhook(&store, &keys, &clock, &acme, url(text), OVERLAP);
        assert!(matches!(set("https://hooks.example/a").await, Err(Error::InstanceNotFound(_))));
        provision(&store, &clock, acme.clone(), Plan::Standard, Quotas::STANDARD).await.unwrap();
        let held = async || store.get_instance(&acme).await.unwrap().unwrap();
        let signs = async || signed_with(&keys, &held().await, clock.now()).await;

        let first = set("https://hooks.example/a").await.unwrap();
        let stored = held().await;
        let webhook = stored.webhook.clone().unwrap();
        assert_eq!(signs().await, [first.reveal()]);
        assert_eq!((stored.version.0, webhook.created_at), (2, clock.now()));

        let second = set("https://hooks.example/a").await.unwrap();
        assert_ne!(first.reveal(), second.reveal());
        let others = crate::tenancy::Update { suspended: Some(true), ..Default::default() };
        update(&store, &acme, &others).await.unwrap();
        assert_eq!(signs().await, [second.reveal(), first.reveal()]);
        let third = set("https://hooks.example/a").await.unwrap();
        assert_eq!(signs().await, [third.reveal(), second.reveal()], "one former secret, the newest");
        clock.advance(OVERLAP);
        assert_eq!(signs().await, [third.reveal()]);
        let moved = set("https://hooks.example/b").await.unwrap();
        assert_eq!(signs().await, [moved.reveal()], "the server at the new URL does not know the former one");
        let at_once = url("https://hooks.example/b");
        let last = set_webhook(&store, &keys, &clock, &acme, at_once, Duration::ZERO).await.unwrap();
        assert_eq!(signs().await, [last.reveal()]);

        clear_webhook(&store, &acme).await.unwrap();
        let cleared = held().await;
        assert_eq!(cleared.webhook, None);
        clear_webhook(&store, &acme).await.unwrap();
        assert_eq!(held().await.version, cleared.version, "nothing changed, nothing was written");

        keys.be_away(true);
        assert!(set("https://hooks.example/a").await.is_err());
        assert_eq!(held().await.webhook, None);
        keys.be_away(false);
        set("https://hooks.example/b").await.unwrap();
        deprovision(&store, &clock, &acme, true).await.unwrap();
        assert_eq!(held().await.webhook, None);
        assert!(matches!(set("https://hooks.example/b").await, Err(Error::Conflict(_))));
    }
}
