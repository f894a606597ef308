//! Instances and their keys, as the command line shows them.

use satsuma_domain::instance::{Instance, InstanceState};
use satsuma_domain::usage::{Quota, Quotas, Usage};

use super::units::to_minute;

/// One line for one of many instances.
pub(super) fn list_line(instance: &Instance) -> String {
    format!(
        "{}  {}  {}  {} keys  {}\n",
        to_minute(instance.created_at),
        state(instance),
        instance.plan.name(),
        instance.bindings.len(),
        instance.id
    )
}

/// An instance with its usage, its quotas and its keys.
pub(super) fn instance_lines(instance: &Instance, usage: &Usage) -> String {
    let mut text = format!(
        "{}: {}, plan {}, since {}\n",
        instance.id,
        state(instance),
        instance.plan.name(),
        to_minute(instance.created_at)
    );
    for (quota, what) in [
        (Quota::QueuedJobs, "jobs waiting"),
        (Quota::RunningJobs, "jobs running"),
        (Quota::StorageBytes, "bytes stored"),
        (Quota::RuntimeSeconds, "seconds run this month"),
    ] {
        text.push_str(&usage_line(usage, &instance.quotas, quota, what));
    }
    text.push_str(&key_lines(instance));
    text
}

/// A line for each key.
pub(super) fn key_lines(instance: &Instance) -> String {
    let mut text = String::new();
    for binding in &instance.bindings {
        let mut notes = vec![format!("since {}", to_minute(binding.created_at))];
        notes.extend(binding.rotated_at.map(|at| format!("rotated {}", to_minute(at))));
        notes.extend(
            binding.former.as_ref().map(|former| format!("former key until {}", to_minute(former.until))),
        );
        notes.extend(binding.expires_at.map(|at| format!("expires {}", to_minute(at))));
        text.push_str(&format!("  key {}: {}\n", binding.id, notes.join(", ")));
    }
    if instance.earlier_keys {
        text.push_str("  keys that were issued before this instance had a record are good, too\n");
    }
    text
}

fn usage_line(usage: &Usage, quotas: &Quotas, quota: Quota, what: &str) -> String {
    let limit = match quotas.limit(quota) {
        Quotas::MOST => "no limit".to_owned(),
        limit => format!("of {limit}"),
    };
    format!("  {what:24}{:>16}  {limit}\n", usage.used(quota))
}

fn state(instance: &Instance) -> &'static str {
    match instance.state {
        InstanceState::Active => "active",
        InstanceState::Suspended => "suspended",
        InstanceState::Deprovisioned => "deprovisioned",
    }
}
