//! Service instances: the tenants, their quotas and their keys.

use serde::{Deserialize, Serialize};

use crate::ids::{BindingId, InstanceId, Version};
use crate::tenancy::key::{KeyLookup, KeyRecord};
use crate::tenancy::usage::Quotas;
use crate::tenancy::webhook::Webhook;
use crate::time::Timestamp;

/// Most bindings of an instance: they are stored in one item.
pub const MAX_BINDINGS: usize = 50;

/// The plan of an instance: its default quotas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// [`Quotas::STANDARD`].
    #[default]
    Standard,
    /// [`Quotas::UNLIMITED`].
    Unlimited,
}

impl Plan {
    /// All plans.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Unlimited];

    /// Its id and name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Unlimited => "unlimited",
        }
    }

    /// The quotas of the plan.
    #[must_use]
    pub fn quotas(self) -> Quotas {
        match self {
            Self::Standard => Quotas::STANDARD,
            Self::Unlimited => Quotas::UNLIMITED,
        }
    }
}

/// Whether an instance is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InstanceState {
    /// It is.
    Active,
    /// Suspended: its keys are refused, running jobs may end, pending ones stay pending.
    Suspended,
    /// Deprovisioned. Its record stays, so that its id is never reused.
    Deprovisioned,
}

/// A stored service instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Its plan.
    pub plan: Plan,
    /// Its quotas while it is active.
    pub quotas: Quotas,
    /// Whether it is served.
    pub state: InstanceState,
    /// When it was made.
    pub created_at: Timestamp,
    /// The keys that were issued and not revoked.
    pub bindings: Vec<Binding>,
    /// Whether keys are good that were issued for this id before instances had records.
    #[serde(default)]
    pub earlier_keys: bool,
    /// The webhook that receives notices of its ended jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// How often it was written.
    pub version: Version,
}

/// An issued key: the binding identifies its holder; rotation replaces the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// Its id within the instance.
    pub id: BindingId,
    /// Its key.
    pub key: KeyLookup,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its key was last exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated_at: Option<Timestamp>,
    /// Expiry of its keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The key before the last exchange, while it is still good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerKey>,
}

/// A key that was exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormerKey {
    /// The key.
    pub key: KeyLookup,
    /// Time at which it expires.
    pub until: Timestamp,
}

impl Instance {
    /// A new instance.
    #[must_use]
    pub fn new(id: InstanceId, plan: Plan, quotas: Quotas, now: Timestamp) -> Self {
        Self {
            id,
            plan,
            quotas,
            state: InstanceState::Active,
            created_at: now,
            bindings: Vec::new(),
            earlier_keys: false,
            webhook: None,
            version: Version(1),
        }
    }

    /// The quotas that apply now: none for new work unless it is active.
    #[must_use]
    pub fn allowed(&self) -> Quotas {
        if self.state == InstanceState::Active { self.quotas } else { Quotas::NONE }
    }

    /// Whether a key that was issued for it is good now.
    #[must_use]
    pub fn admits(&self, record: &KeyRecord, now: Timestamp) -> bool {
        if self.state != InstanceState::Active || record.instance != self.id {
            return false;
        }
        match &record.binding {
            None => self.earlier_keys,
            Some(id) => self.binding(id).is_some_and(|binding| binding.admits(&record.lookup, now)),
        }
    }

    /// A binding by its id.
    #[must_use]
    pub fn binding(&self, id: &BindingId) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.id == *id)
    }
}

impl Binding {
    fn admits(&self, key: &KeyLookup, now: Timestamp) -> bool {
        let in_time = self.expires_at.is_none_or(|end| now < end);
        let former = self.former.as_ref().is_some_and(|former| former.key == *key && now < former.until);
        in_time && (self.key == *key || former)
    }
}
