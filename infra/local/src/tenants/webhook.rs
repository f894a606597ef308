//! `satsuma instance webhook`: the webhook that receives notices of an instance's ended jobs.

use std::time::Duration;

use clap::Subcommand;
use satsuma_domain::webhook::{Webhook, WebhookUrl};
use satsuma_domain::{Clock, Error, InstanceId, SystemClock, tenancy};
use satsuma_notifier::webhook::Target;

use super::place::{Opened, Place};
use super::units::{duration, to_minute};
use crate::error::LocalError;

/// Calls to an HTTPS endpoint when jobs end, signed as "Standard Webhooks" has it.
#[derive(Debug, Subcommand)]
pub(super) enum WebhookVerb {
    /// Sets the webhook, in place of any other, and prints its new secret on one line. The secret is shown
    /// only once. For the same URL this rotates the secret.
    Set {
        /// The instance.
        instance: InstanceId,
        /// Where calls go: an https URL on the public internet.
        url: String,
        /// KMS key of a deployed service (SealKeyArn of its stack) that the secret is sealed under.
        /// [default: SATSUMA_SEAL_KEY of the environment; a local service has its own]
        #[arg(long, value_name = "KMS KEY")]
        seal_key: Option<String>,
        /// Time in which the former secret signs calls to the same URL as well, such as 24h; 0s revokes it
        /// at once.
        #[arg(long, value_name = "TIME", value_parser = duration, default_value = "24h")]
        overlap: Duration,
    },
    /// Shows where calls go, since when, and whether a former secret signs as well.
    Show {
        /// The instance.
        instance: InstanceId,
    },
    /// Removes the webhook.
    Clear {
        /// The instance.
        instance: InstanceId,
    },
}

impl WebhookVerb {
    pub(super) async fn run(&self, opened: &Opened, place: &Place) -> Result<String, LocalError> {
        match self {
            Self::Set { instance, url, seal_key, overlap } => {
                let url = webhook_url(url)?;
                let keys = place.webhook_keys(seal_key.as_deref()).await?;
                opened.instance(instance).await?;
                let jobs = &opened.jobs;
                let set = tenancy::set_webhook(jobs, keys.as_ref(), &SystemClock, instance, url, *overlap);
                let told = set.await?;
                Ok(format!("{}\n", told.reveal()))
            }
            Self::Show { instance } => {
                let held = opened.instance(instance).await?;
                Ok(held.webhook.map_or_else(|| format!("{instance} has no webhook\n"), |it| shown(&it)))
            }
            Self::Clear { instance } => {
                tenancy::clear_webhook(&opened.jobs, instance).await?;
                Ok(format!("{instance} has no webhook\n"))
            }
        }
    }
}

fn shown(webhook: &Webhook) -> String {
    let former = webhook.former.as_ref().filter(|former| former.signs(SystemClock.now()));
    let former = former.map_or_else(String::new, |former| {
        format!(", signed with the former secret as well until {}", to_minute(former.until))
    });
    format!("{}  since {}{former}\n", webhook.url.reveal(), to_minute(webhook.created_at))
}

/// URLs that the notifier could not call are not stored.
fn webhook_url(text: &str) -> Result<WebhookUrl, Error> {
    let url = WebhookUrl::parse(text)?;
    Target::parse(text).map_err(|error| Error::invalid("webhook_url", Some("url"), error.to_string()))?;
    Ok(url)
}
