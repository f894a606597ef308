//! [`GetInstance`], [`CreateInstance`], [`ReplaceInstance`], [`ListInstances`] and [`SetUsage`].

use std::time::Duration;

use futures::future::join_all;

use super::sample::{NOW, acme, claimed, named, submitted};
use crate::ids::{BindingId, InstanceId};
use crate::ports::{
    Counted, CreateInstance, CreateJob, GetInstance, GetUsage, InstanceWritten, ListInstances,
    ReplaceInstance, ReplaceJob, SetUsage, Written,
};
use crate::tenancy::instance::{Binding, Instance, InstanceState, Plan};
use crate::tenancy::key::AccessKey;
use crate::tenancy::usage::{Month, Quota, Quotas};

fn tight() -> Quotas {
    Quotas { queued_jobs: 2, running_jobs: 1, storage_bytes: 1_000, runtime_seconds: 60 }
}

async fn created<S: CreateInstance>(store: &S, quotas: Quotas) -> Instance {
    let instance = Instance::new(acme(), Plan::Standard, quotas, NOW);
    assert_eq!(store.create_instance(&instance).await.unwrap(), InstanceWritten::Done);
    instance
}

fn next(instance: &Instance) -> Instance {
    Instance { version: instance.version.next(), ..instance.clone() }
}

/// As a whole, and a second creation returns the stored one.
pub async fn an_instance_is_created_once<S: CreateInstance + GetInstance>(store: &S) {
    assert_eq!(store.get_instance(&acme()).await.unwrap(), None);
    let instance = created(store, tight()).await;
    assert_eq!(store.create_instance(&instance).await.unwrap(), InstanceWritten::Done, "the answer was lost");
    let other = Instance::new(acme(), Plan::Unlimited, Quotas::UNLIMITED, NOW);
    let told = InstanceWritten::Conflict(Some(Box::new(instance.clone())));
    assert_eq!(store.create_instance(&other).await.unwrap(), told);
    assert_eq!(store.get_instance(&acme()).await.unwrap(), Some(instance));
}

/// With its keys; of many who write it at once one wins.
pub async fn an_instance_is_replaced_at_its_version_only<S>(store: &S)
where
    S: CreateInstance + ReplaceInstance + GetInstance,
{
    let instance = created(store, tight()).await;
    let key = AccessKey::generate().unwrap().lookup();
    let bound = |name: &str| {
        let id = BindingId::new(name).unwrap();
        let binding = Binding {
            id,
            key: key.clone(),
            created_at: NOW,
            rotated_at: None,
            expires_at: Some(NOW),
            former: None,
        };
        Instance { bindings: vec![binding], ..next(&instance) }
    };
    let tries: Vec<Instance> = ["a", "b", "c", "d"].map(bound).to_vec();
    let written = join_all(tries.iter().map(|after| store.replace_instance(&instance, after))).await;
    let won: Vec<bool> = written.into_iter().map(|it| it.unwrap() == InstanceWritten::Done).collect();
    let winner = won.iter().position(|won| *won).unwrap();
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    assert_eq!(store.get_instance(&acme()).await.unwrap().as_ref(), Some(&tries[winner]));
    let again = store.replace_instance(&instance, &tries[winner]).await.unwrap();
    assert_eq!(again, InstanceWritten::Done, "the answer was lost");
}

/// From its creation on, and none where it is suspended.
pub async fn quotas_are_those_of_the_record<S>(store: &S)
where
    S: CreateInstance + ReplaceInstance + CreateJob + ReplaceJob + GetUsage,
{
    // A job from before the instance had a record is counted all the same.
    let jobs = [1, 2, 3].map(|number| submitted(named(&acme(), &number.to_string()), number, NOW));
    assert_eq!(store.create_job(&jobs[0]).await.unwrap(), Written::Done);
    let instance = created(store, tight()).await;
    assert_eq!(store.get_usage(&acme(), Month::of(NOW)).await.unwrap().quotas, tight());
    assert_eq!(store.create_job(&jobs[1]).await.unwrap(), Written::Done);
    let Written::OverQuota(exceeded) = store.create_job(&jobs[2]).await.unwrap() else { panic!("taken") };
    assert_eq!((exceeded.quota, exceeded.used, exceeded.limit), (Quota::QueuedJobs, 2, 2));
    // The same submission again is known before any quota is asked.
    assert_eq!(store.create_job(&jobs[1]).await.unwrap(), Written::Done);
    assert_eq!(store.replace_job(&jobs[0], &claimed(&jobs[0], NOW)).await.unwrap(), Written::Done);
    let Written::OverQuota(exceeded) = store.replace_job(&jobs[1], &claimed(&jobs[1], NOW)).await.unwrap()
    else {
        panic!("started")
    };
    assert_eq!(exceeded.quota, Quota::RunningJobs);
    assert_eq!(store.create_job(&jobs[2]).await.unwrap(), Written::Done);

    let suspended = Instance { state: InstanceState::Suspended, ..next(&instance) };
    assert_eq!(store.replace_instance(&instance, &suspended).await.unwrap(), InstanceWritten::Done);
    let usage = store.get_usage(&acme(), Month::of(NOW)).await.unwrap();
    assert_eq!((usage.quotas, usage.queued_jobs, usage.running_jobs), (Quotas::NONE, 2, 1));
}

/// Of a new instance, too, in which nothing was ever submitted.
pub async fn a_suspended_instance_refuses_submissions<S>(store: &S)
where
    S: CreateInstance + ReplaceInstance + CreateJob,
{
    let instance = created(store, tight()).await;
    let suspended = Instance { state: InstanceState::Suspended, ..next(&instance) };
    assert_eq!(store.replace_instance(&instance, &suspended).await.unwrap(), InstanceWritten::Done);
    let job = submitted(named(&acme(), "churn"), 1, NOW);
    assert!(matches!(store.create_job(&job).await.unwrap(), Written::OverQuota(_)));
}

/// Oldest first, also those that were made at the same time.
pub async fn all_instances_are_listed_once_page_by_page<S: CreateInstance + ListInstances>(store: &S) {
    for (name, later) in [("a", 2), ("b#x", 0), ("香水", 1), ("d", 1), ("e", 1)] {
        let now = NOW.plus(Duration::from_secs(later));
        let instance = Instance::new(InstanceId::new(name).unwrap(), Plan::Standard, tight(), now);
        assert_eq!(store.create_instance(&instance).await.unwrap(), InstanceWritten::Done);
    }
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.list_instances(after.as_deref(), 2).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|instance| instance.id.to_string()));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!((seen.first().map(String::as_str), seen.last().map(String::as_str)), (Some("b#x"), Some("a")));
    seen.sort();
    assert_eq!(seen, ["a", "b#x", "d", "e", "香水"]);
}

/// A count that others overtook is not stored.
pub async fn recounted_usage_is_stored_without_concurrent_writes<S>(store: &S)
where
    S: CreateJob + SetUsage + GetUsage,
{
    let counted = Counted { queued_jobs: 7, running_jobs: 2, storage_bytes: 99 };
    let before = store.usage_writes(&acme()).await.unwrap();
    let job = submitted(named(&acme(), "churn"), 1, NOW);
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    assert!(!store.set_usage(&acme(), &counted, before).await.unwrap());
    let now = store.usage_writes(&acme()).await.unwrap();
    assert!(store.set_usage(&acme(), &counted, now).await.unwrap());
    assert!(!store.set_usage(&acme(), &counted, now).await.unwrap());
    let usage = store.get_usage(&acme(), Month::of(NOW)).await.unwrap();
    assert_eq!((usage.queued_jobs, usage.running_jobs, usage.storage_bytes), (7, 2, 99));
}
