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

/// Status of a receiver that wants no more calls.
const GONE: u16 = 410;

/// Why a webhook was not called. Neither the path of its URL nor its secret is in it.
#[derive(Debug, Error)]
enum Uncalled {
    /// The instance cannot be read, or the secret cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secret does not belong to this webhook.
    #[error("the webhook's secret cannot be used")]
    Secret,
    /// It was not delivered.
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
}

impl Uncalled {
    /// True if the receiver can never be called, or wants no more calls. Faults on this side are not final:
    /// the notice goes to the dead-letter queue, and an alarm reports it.
    fn is_final(&self) -> bool {
        let Self::Undelivered(why) = self else { return false };
        matches!(why, Undelivered::Target(_) | Undelivered::NotPublic(_) | Undelivered::Refused(GONE))
    }
}

impl<E: PublishEnd, S: GetInstance, Q: ReturnMessage + SendNotice> Notifier<E, S, Q> {
    /// True if nothing is left to do: the call was accepted, there is no webhook, or it can never be called.
    pub(crate) async fn call(&self, notice: &EndNotice) -> bool {
        let (instance, job, id) = (&notice.key.instance, &notice.key.id, notice.id());
        match self.try_call(notice).instrument(info_span!("webhook")).await {
            Ok(called) => {
                if called {
                    tracing::info!(%instance, %job, id, "the webhook accepted the notice");
                }
                true
            }
            Err(why) if !why.is_final() => {
                tracing::warn!(%instance, %job, id, %why, "the webhook failed; the notice will be retried");
                false
            }
            Err(why) => {
                tracing::error!(%instance, %job, id, %why, "the webhook cannot be called; the notice is dropped");
                true
            }
        }
    }

    /// True if there was a webhook to call.
    async fn try_call(&self, notice: &EndNotice) -> Result<bool, Uncalled> {
        let id = &notice.key.instance;
        let Some(stored) = self.instances.get_instance(id).await?.and_then(webhook_of) else {
            return Ok(false);
        };
        let target = self.connector.target(stored.url.reveal()).map_err(Undelivered::from)?;
        let now = self.clock.now();
        let secrets = stored.open(self.keys.as_ref(), id, now).await?;
        let keys: Option<Vec<_>> = secrets.iter().map(SigningSecret::key).collect();
        let keys = keys.ok_or(Uncalled::Secret)?;
        Webhook::new(target, keys).deliver(&self.connector, notice, now).await?;
        Ok(true)
    }
}

/// Jobs of a suspended instance may end, and their notices are published.
fn webhook_of(instance: Instance) -> Option<satsuma_domain::webhook::Webhook> {
    instance.webhook.filter(|_| instance.state != InstanceState::Deprovisioned)
}
