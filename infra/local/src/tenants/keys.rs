//! `satsuma key`: bind and unbind, in the terms of the Open Service Broker API.

use std::time::Duration;

use clap::{Args, Subcommand};
use satsuma_domain::ids::BindingId;
use satsuma_domain::{Clock, InstanceId, SystemClock, tenancy};

use super::place::Place;
use super::text::key_lines;
use super::units::duration;
use crate::error::LocalError;

/// Access keys. A key is shown once, when it is issued: the service keeps its hash alone.
#[derive(Debug, Args)]
pub(crate) struct KeyCommand {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Issues a key and prints it, alone, on one line.
    Bind {
        /// The instance that it is for.
        instance: InstanceId,
        /// Name of the key: its holder.
        name: BindingId,
        /// Validity of the key, such as 90d; unlimited by default.
        #[arg(long, value_name = "TIME", value_parser = duration)]
        expires_in: Option<Duration>,
    },
    /// Lists an instance's keys.
    List {
        /// The instance.
        instance: InstanceId,
    },
    /// Exchanges a key for a new one and prints that, alone, on one line.
    Rotate {
        /// The instance.
        instance: InstanceId,
        /// Name of the key.
        name: BindingId,
        /// Time in which the former key stays valid, such as 24h; 0s revokes it at once.
        #[arg(long, value_name = "TIME", value_parser = duration, default_value = "24h")]
        overlap: Duration,
    },
    /// Revokes a key.
    Unbind {
        /// The instance.
        instance: InstanceId,
        /// Name of the key.
        name: BindingId,
    },
}

impl KeyCommand {
    /// Runs the command and returns its output.
    pub(crate) async fn run(&self) -> Result<String, LocalError> {
        let opened = self.place.open().await?;
        let (jobs, clock) = (&opened.jobs, &SystemClock);
        Ok(match &self.verb {
            Verb::Bind { instance, name, expires_in } => {
                let expires_at = expires_in.map(|time| clock.now().plus(time));
                format!(
                    "{}\n",
                    tenancy::bind(jobs, clock, instance, name.clone(), expires_at).await?.reveal()
                )
            }
            Verb::List { instance } => key_lines(&opened.instance(instance).await?),
            Verb::Rotate { instance, name, overlap } => {
                format!("{}\n", tenancy::rotate(jobs, clock, instance, name, *overlap).await?.reveal())
            }
            Verb::Unbind { instance, name } => {
                tenancy::unbind(jobs, instance, name).await?;
                format!(
                    "{name} opens nothing any more; a deployed gateway may remember it for the stack's KeyCacheSeconds\n"
                )
            }
        })
    }
}
