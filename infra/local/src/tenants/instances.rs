//! `satsuma instance`: provision, update and deprovision, in the terms of the Open Service Broker API.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use satsuma_domain::instance::Plan;
use satsuma_domain::ports::ListInstances;
use satsuma_domain::tenancy::{self, Provisioned, Update};
use satsuma_domain::usage::{Quotas, usage_now};
use satsuma_domain::{Error, InstanceId, SystemClock};

use super::place::{Opened, Place};
use super::text::{instance_lines, list_line};
use super::units::{bytes, seconds};
use super::webhook::WebhookVerb;
use crate::error::LocalError;

/// Instances of one page.
const PAGE: usize = 100;

/// Service instances: the owners of jobs, files and keys, with their quotas.
#[derive(Debug, Args)]
pub(crate) struct InstanceCommand {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes an instance. The same again changes nothing.
    Provision {
        /// Its id: any unused text. Ids are never reused.
        id: InstanceId,
        /// The plan: its quotas apply unless options override them.
        #[arg(long, value_enum, default_value_t)]
        plan: PlanName,
        #[command(flatten)]
        limits: Limits,
    },
    /// Lists all instances, oldest first.
    List,
    /// Shows an instance with its usage, its quotas and its keys.
    Show {
        /// Its id.
        id: InstanceId,
    },
    /// Changes quotas of an instance, or suspends it: its keys are refused then, running jobs may end and
    /// pending ones stay pending.
    Update {
        /// Its id.
        id: InstanceId,
        #[command(flatten)]
        limits: Limits,
        /// Stops serving it.
        #[arg(long, conflicts_with = "resume")]
        suspend: bool,
        /// Serves it again.
        #[arg(long)]
        resume: bool,
        /// Whether keys are good that were issued before it had a record.
        #[arg(long, value_name = "ACCEPT")]
        earlier_keys: Option<bool>,
    },
    /// Deprovisions an instance: revokes its keys at once, then removes its jobs and files.
    Deprovision {
        /// Its id.
        id: InstanceId,
        /// Also while jobs run; they are lost.
        #[arg(long)]
        force: bool,
    },
    /// Recounts the usage of an instance.
    Recount {
        /// Its id.
        id: InstanceId,
    },
    /// Calls to an HTTPS endpoint when jobs end.
    #[command(subcommand)]
    Webhook(WebhookVerb),
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum PlanName {
    #[default]
    Standard,
    Unlimited,
}

/// Missing values come from the plan, or stay as they are.
#[derive(Debug, Args)]
struct Limits {
    /// Jobs that may wait at a time.
    #[arg(long, value_name = "JOBS")]
    queued: Option<u64>,
    /// Jobs that may run at a time.
    #[arg(long, value_name = "JOBS")]
    running: Option<u64>,
    /// Bytes of files and results, such as 50GB.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    storage: Option<u64>,
    /// Run time of all jobs in a month, such as 100h.
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    runtime: Option<u64>,
}

impl Limits {
    fn over(&self, quotas: Quotas) -> Quotas {
        let most = |jobs: u64| jobs.min(Quotas::MOST);
        Quotas {
            queued_jobs: self.queued.map_or(quotas.queued_jobs, most),
            running_jobs: self.running.map_or(quotas.running_jobs, most),
            storage_bytes: self.storage.unwrap_or(quotas.storage_bytes),
            runtime_seconds: self.runtime.unwrap_or(quotas.runtime_seconds),
        }
    }
}

impl InstanceCommand {
    /// Runs the command and returns its output.
    pub(crate) async fn run(&self) -> Result<String, LocalError> {
        let opened = self.place.open().await?;
        Ok(match &self.verb {
            Verb::Provision { id, plan, limits } => provision(&opened, id, *plan, limits).await?,
            Verb::Webhook(verb) => verb.run(&opened, &self.place).await?,
            Verb::List => list(&opened).await?,
            Verb::Show { id } => show(&opened, id).await?,
            Verb::Update { id, limits, suspend, resume, earlier_keys } => {
                let suspended = (*suspend || *resume).then_some(*suspend);
                let quotas = limits.over(opened.instance(id).await?.quotas);
                let update = Update { quotas: Some(quotas), suspended, earlier_keys: *earlier_keys };
                tenancy::update(&opened.jobs, id, &update).await?;
                show(&opened, id).await?
            }
            Verb::Deprovision { id, force } => deprovision(&opened, id, *force).await?,
            Verb::Recount { id } => {
                // The operator waits, and knows what writes meanwhile.
                let counted = tenancy::recount(&opened.jobs, opened.files()?, id, Duration::ZERO).await?.is;
                format!(
                    "{id}: {} jobs wait, {} run, {} bytes are stored\n",
                    counted.queued_jobs, counted.running_jobs, counted.storage_bytes
                )
            }
        })
    }
}

async fn provision(
    opened: &Opened,
    id: &InstanceId,
    plan: PlanName,
    limits: &Limits,
) -> Result<String, LocalError> {
    let plan = match plan {
        PlanName::Standard => Plan::Standard,
        PlanName::Unlimited => Plan::Unlimited,
    };
    let quotas = limits.over(plan.quotas());
    let provisioned = tenancy::provision(&opened.jobs, &SystemClock, id.clone(), plan, quotas).await?;
    Ok(match provisioned {
        Provisioned::Created(instance) => {
            format!("{} is there now; issue a key with `satsuma key bind {0} NAME`\n", instance.id)
        }
        Provisioned::Existing(instance) => format!("{} was there already, just so\n", instance.id),
    })
}

async fn list(opened: &Opened) -> Result<String, LocalError> {
    let mut text = String::new();
    let mut after: Option<String> = None;
    loop {
        let page = opened.jobs.list_instances(after.as_deref(), PAGE).await.map_err(Error::from)?;
        for instance in &page.items {
            text.push_str(&list_line(instance));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(text),
        }
    }
}

async fn show(opened: &Opened, id: &InstanceId) -> Result<String, LocalError> {
    let instance = opened.instance(id).await?;
    let usage = usage_now(&opened.jobs, &SystemClock, id).await.map_err(Error::from)?;
    Ok(instance_lines(&instance, &usage))
}

async fn deprovision(opened: &Opened, id: &InstanceId, force: bool) -> Result<String, LocalError> {
    let files = opened.files()?;
    tenancy::deprovision(&opened.jobs, &SystemClock, id, force).await?;
    let (mut jobs, mut objects) = (0, 0);
    loop {
        let purged = tenancy::purge_some(&opened.jobs, files, id).await?;
        jobs += purged.jobs;
        objects += purged.files;
        if !purged.more {
            return Ok(format!("{id} is gone, with {jobs} jobs and {objects} files and results\n"));
        }
    }
}
