//! `satsuma instance webhook`: where an instance hears of its ended jobs.

use clap::Subcommand;
use satsuma_domain::webhook::WebhookUrl;
use satsuma_domain::{Error, InstanceId, SystemClock, tenancy};
use satsuma_notifier::webhook::Target;

use super::place::{Opened, Place};
use super::units::moment;
use crate::error::LocalError;

/// Calls to an HTTPS endpoint when jobs end, signed as "Standard Webhooks" has it.
#[derive(Debug, Subcommand)]
pub(super) enum WebhookVerb {
    /// Sets the webhook, in place of any other, and prints its new secret, alone, on one line. The secret
    /// is shown this once.
    Set {
        /// The instance.
        instance: InstanceId,
        /// Where calls go: an https URL on the public internet.
        url: String,
        /// KMS key of a deployed service (SealKeyArn of its stack) that the secret is sealed under.
        /// [default: SATSUMA_SEAL_KEY of the environment; a local service has its own]
        #[arg(long, value_name = "KMS KEY")]
        seal_key: Option<String>,
    },
    /// Shows where calls go, and since when.
    Show {
        /// The instance.
        instance: InstanceId,
    },
    /// Takes the webhook away.
    Clear {
        /// The instance.
        instance: InstanceId,
    },
}

impl WebhookVerb {
    pub(super) async fn run(&self, opened: &Opened, place: &Place) -> Result<String, LocalError> {
        match self {
            Self::Set { instance, url, seal_key } => {
                let url = webhook_url(url)?;
                let keeper = place.webhook_keeper(seal_key.as_deref()).await?;
                opened.instance(instance).await?;
                let jobs = &opened.jobs;
                let told = tenancy::set_webhook(jobs, keeper.as_ref(), &SystemClock, instance, url).await?;
                Ok(format!("{}\n", told.reveal()))
            }
            Self::Show { instance } => {
                let held = opened.instance(instance).await?;
                Ok(held.webhook.map_or_else(
                    || format!("{instance} has no webhook\n"),
                    |webhook| format!("{}  since {}\n", webhook.url.reveal(), moment(webhook.created_at)),
                ))
            }
            Self::Clear { instance } => {
                tenancy::clear_webhook(&opened.jobs, instance).await?;
                Ok(format!("{instance} has no webhook\n"))
            }
        }
    }
}

/// What the notifier could not call is not stored.
fn webhook_url(text: &str) -> Result<WebhookUrl, Error> {
    let url = WebhookUrl::parse(text)?;
    Target::parse(text).map_err(|error| Error::invalid("webhook_url", Some("url"), error.to_string()))?;
    Ok(url)
}
