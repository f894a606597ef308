//! `satsuma key`: what the Open Service Broker API calls binding and unbinding.

use std::time::Duration;

use clap::{Args, Subcommand};
use satsuma_domain::ids::BindingId;
use satsuma_domain::instance::Instance;
use satsuma_domain::{Clock, Error, SystemClock, tenancy};

use super::instances::{existing, instance_id};
use super::place::Place;
use super::units::{duration, moment};
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
        instance: String,
        /// What it is called: who or what holds it.
        name: String,
        /// How long it is good, such as 90d; for ever where this is missing.
        #[arg(long, value_name = "TIME", value_parser = duration)]
        expires_in: Option<Duration>,
    },
    /// Lists an instance's keys.
    List {
        /// The instance.
        instance: String,
    },
    /// Exchanges a key for a new one and prints that, alone, on one line.
    Rotate {
        /// The instance.
        instance: String,
        /// What the key is called.
        name: String,
        /// How long the former key stays good, such as 24h; 0s ends it at once.
        #[arg(long, value_name = "TIME", value_parser = duration, default_value = "24h")]
        overlap: Duration,
    },
    /// Takes a key back.
    Unbind {
        /// The instance.
        instance: String,
        /// What the key is called.
        name: String,
    },
}

impl KeyCommand {
    /// Does it, and says what is to be said.
    pub(crate) async fn run(&self) -> Result<String, LocalError> {
        let opened = self.place.open().await?;
        let (jobs, clock) = (&opened.jobs, &SystemClock);
        Ok(match &self.verb {
            Verb::Bind { instance, name, expires_in } => {
                let expires_at = expires_in.map(|time| clock.now().plus(time));
                let (instance, name) = (instance_id(instance)?, binding_id(name)?);
                format!("{}\n", tenancy::bind(jobs, clock, &instance, name, expires_at).await?.reveal())
            }
            Verb::List { instance } => lines(&existing(&opened, &instance_id(instance)?).await?),
            Verb::Rotate { instance, name, overlap } => {
                let (instance, name) = (instance_id(instance)?, binding_id(name)?);
                format!("{}\n", tenancy::rotate(jobs, clock, &instance, &name, *overlap).await?.reveal())
            }
            Verb::Unbind { instance, name } => {
                let (instance, name) = (instance_id(instance)?, binding_id(name)?);
                tenancy::unbind(jobs, &instance, &name).await?;
                format!(
                    "{name} opens nothing any more; a deployed gateway may remember it for the stack's KeyCacheSeconds\n"
                )
            }
        })
    }
}

fn binding_id(text: &str) -> Result<BindingId, Error> {
    Ok(BindingId::new(text)?)
}

/// A line for each key.
pub(super) fn lines(instance: &Instance) -> String {
    let mut text = String::new();
    for binding in &instance.bindings {
        let mut notes = vec![format!("since {}", moment(binding.created_at))];
        notes.extend(binding.rotated_at.map(|at| format!("rotated {}", moment(at))));
        notes.extend(
            binding.former.as_ref().map(|former| format!("former key until {}", moment(former.until))),
        );
        notes.extend(binding.expires_at.map(|at| format!("expires {}", moment(at))));
        text.push_str(&format!("  key {}: {}\n", binding.id, notes.join(", ")));
    }
    if instance.earlier_keys {
        text.push_str("  keys that were issued before this instance had a record are good, too\n");
    }
    text
}
