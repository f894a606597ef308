//! Calls the webhook of a notice's instance.

use satsuma_domain::StoreError;
use satsuma_domain::instance::{Instance, InstanceState};
use satsuma_domain::notices::EndNotice;
use satsuma_domain::ports::{GetInstance, PublishEnd, ReturnMessage, SendNotice};
use satsuma_domain::webhook::SigningSecret;
use thiserror::Error;
use tracing::{Instrument, info_span};

use super::{Undelivered, Webhook};
use crate::Notifier;

/// What a receiver answers that wants no more calls.
const GONE: u16 = 410;

/// Why a webhook was not called. Neither the path of its URL nor its secret is in it.
#[derive(Debug, Error)]
enum Uncalled {
    /// The instance cannot be read, or the secret cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secret is none of a webhook.
    #[error("the webhook's secret cannot be used")]
    Secret,
    /// It was not delivered.
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
}

impl Uncalled {
    /// Whether the receiver can never be called, or wants no more calls. What is wrong on this side is
    /// not: it comes to the dead letters, and somebody is told.
    fn is_final(&self) -> bool {
        let Self::Undelivered(why) = self else { return false };
        matches!(why, Undelivered::Target(_) | Undelivered::NotPublic(_) | Undelivered::Refused(GONE))
    }
}

impl<E: PublishEnd, S: GetInstance, Q: ReturnMessage + SendNotice> Notifier<E, S, Q> {
    /// Whether nothing is left to do: the call was taken, nobody wants it, or it never can be.
    pub(crate) async fn call(&self, notice: &EndNotice) -> bool {
        let (instance, job, id) = (&notice.key.instance, &notice.key.id, notice.id());
        match self.try_call(notice).instrument(info_span!("webhook")).await {
            Ok(called) => {
                if called {
                    tracing::info!(%instance, %job, id, "the webhook took the notice");
                }
                true
            }
            Err(why) if !why.is_final() => {
                tracing::warn!(%instance, %job, id, %why, "the webhook failed, the notice will come again");
                false
            }
            Err(why) => {
                tracing::error!(%instance, %job, id, %why, "the webhook cannot be called, the notice is dropped");
                true
            }
        }
    }

    /// Whether there was somebody to call.
    async fn try_call(&self, notice: &EndNotice) -> Result<bool, Uncalled> {
        let id = &notice.key.instance;
        let Some(stored) = self.instances.get_instance(id).await?.and_then(webhook_of) else {
            return Ok(false);
        };
        let target = self.connector.target(stored.url.reveal()).map_err(Undelivered::from)?;
        let now = self.clock.now();
        let secrets = stored.open(self.keeper.as_ref(), id, now).await?;
        let keys: Option<Vec<_>> = secrets.iter().map(SigningSecret::key).collect();
        let keys = keys.ok_or(Uncalled::Secret)?;
        Webhook::new(target, keys).deliver(&self.connector, notice, now).await?;
        Ok(true)
    }
}

/// A suspended instance's jobs may end, and that is told.
fn webhook_of(instance: Instance) -> Option<satsuma_domain::webhook::Webhook> {
    instance.webhook.filter(|_| instance.state != InstanceState::Deprovisioned)
}
