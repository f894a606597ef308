use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::files::file::{FileKey, FileName};
use crate::ids::{BindingId, FileId, JobId};
use crate::job::JobKey;
use crate::job::definition::JobDefinition;
use crate::job::transition::{Event, transition};
use crate::ports::{GetJob, GetKey, PutFile, PutKey, ReplaceJob, Written};
use crate::tenancy::key::{AccessKey, KeyRecord};
use crate::tenancy::usage::usage_now;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::{WorkerId, submit};

const HOUR: Duration = Duration::from_secs(3_600);

struct World {
    store: Memory,
    clock: ManualClock,
}

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn name(text: &str) -> BindingId {
    BindingId::new(text).unwrap()
}

impl World {
    async fn new() -> Self {
        let world = Self { store: Memory::default(), clock: ManualClock::at(Timestamp(1_700_000_000_000)) };
        world.provisioned(Quotas::STANDARD).await.unwrap();
        world
    }

    async fn provisioned(&self, quotas: Quotas) -> Result<Provisioned, Error> {
        provision(&self.store, &self.clock, acme(), Plan::Standard, quotas).await
    }

    async fn bound(&self, id: &str) -> AccessKey {
        bind(&self.store, &self.clock, &acme(), name(id), None).await.unwrap()
    }

    async fn opens(&self, key: &AccessKey) -> bool {
        identify(&self.store, &self.clock, key).await.unwrap() == Some(acme())
    }

    async fn submitted(&self, id: &str) -> Result<crate::Job, Error> {
        let key = JobKey { instance: acme(), id: JobId::new(id).unwrap() };
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        submit::create(&self.store, &self.store, &self.clock, key, definition).await
    }

    async fn started(&self, job: &crate::Job) {
        let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
        let running = transition(job, &claim, self.clock.now()).unwrap();
        assert_eq!(self.store.replace_job(job, &running).await.unwrap(), Written::Done);
    }
}

#[tokio::test]
async fn provisioning_is_idempotent_and_conflicts_are_refused() {
    let world = World::new().await;
    world.clock.advance(HOUR);
    let again = world.provisioned(Quotas::STANDARD).await.unwrap();
    assert!(matches!(again, Provisioned::Existing(_)));
    let other = world.provisioned(Quotas::UNLIMITED).await.unwrap_err();
    assert_eq!(other.code(), "conflict");
}

#[tokio::test]
async fn a_key_is_valid_until_it_is_revoked() {
    let world = World::new().await;
    let (first, second) = (world.bound("pipeline").await, world.bound("analyst").await);
    assert!(world.opens(&first).await && world.opens(&second).await);
    let again = bind(&world.store, &world.clock, &acme(), name("analyst"), None).await.unwrap_err();
    assert!(again.to_string().contains("rotate"), "{again}");

    unbind(&world.store, &acme(), &name("pipeline")).await.unwrap();
    assert!(!world.opens(&first).await && world.opens(&second).await);
    let unknown = unbind(&world.store, &acme(), &name("pipeline")).await.unwrap_err();
    assert_eq!(unknown.code(), "key_not_found");
}

#[tokio::test]
async fn the_remaining_record_of_a_revoked_key_is_invalid() {
    let world = World::new().await;
    let key = world.bound("pipeline").await;
    let record = world.store.get_key(&key.lookup()).await.unwrap().unwrap();
    unbind(&world.store, &acme(), &name("pipeline")).await.unwrap();
    world.store.put_key(&record).await.unwrap();
    assert!(!world.opens(&key).await);
    // Nor if another holder's key has its name by now.
    world.bound("pipeline").await;
    assert!(!world.opens(&key).await);
}

#[tokio::test]
async fn a_rotated_key_overlaps_with_the_previous_one() {
    let world = World::new().await;
    let first = world.bound("pipeline").await;
    let rotated = async |overlap| {
        rotate(&world.store, &world.clock, &acme(), &name("pipeline"), overlap).await.unwrap()
    };
    let second = rotated(HOUR).await;
    assert!(world.opens(&first).await && world.opens(&second).await);
    world.clock.advance(HOUR);
    assert!(!world.opens(&first).await && world.opens(&second).await);

    let third = rotated(HOUR).await;
    let fourth = rotated(HOUR).await;
    assert!(!world.opens(&second).await, "the key before the former one ends at once");
    assert!(world.opens(&third).await && world.opens(&fourth).await);
    let fifth = rotated(Duration::ZERO).await;
    assert!(!world.opens(&fourth).await && world.opens(&fifth).await);
}

#[tokio::test]
async fn expired_keys_and_keys_of_suspended_instances_are_invalid() {
    let world = World::new().await;
    let until = world.clock.now().plus(HOUR);
    let short = bind(&world.store, &world.clock, &acme(), name("short"), Some(until)).await.unwrap();
    let long = world.bound("long").await;
    assert!(world.opens(&short).await);
    world.clock.advance(HOUR);
    assert!(!world.opens(&short).await && world.opens(&long).await);

    let suspend = |suspended| Update { suspended: Some(suspended), ..Update::default() };
    update(&world.store, &acme(), &suspend(true)).await.unwrap();
    assert!(!world.opens(&long).await);
    assert_eq!(world.submitted("late").await.unwrap_err().code(), "quota_exceeded");
    update(&world.store, &acme(), &suspend(false)).await.unwrap();
    assert!(world.opens(&long).await);
    assert!(world.submitted("late").await.is_ok());
}

#[tokio::test]
async fn keys_older_than_records_are_valid_until_disabled() {
    let world = World { store: Memory::default(), clock: ManualClock::at(Timestamp(1)) };
    let key = AccessKey::generate().unwrap();
    world.store.put_key(&KeyRecord::new(&key, acme(), Timestamp(0))).await.unwrap();
    assert!(world.opens(&key).await);
    world.provisioned(Quotas::STANDARD).await.unwrap();
    assert!(!world.opens(&key).await);
    let accept = |earlier_keys| Update { earlier_keys: Some(earlier_keys), ..Update::default() };
    update(&world.store, &acme(), &accept(true)).await.unwrap();
    assert!(world.opens(&key).await);
    update(&world.store, &acme(), &accept(false)).await.unwrap();
    assert!(!world.opens(&key).await);
}

#[tokio::test]
async fn new_quotas_hold_from_the_next_submission_on() {
    let world = World::new().await;
    let quotas = Quotas { queued_jobs: 1, ..Quotas::STANDARD };
    update(&world.store, &acme(), &Update { quotas: Some(quotas), ..Update::default() }).await.unwrap();
    world.submitted("a").await.unwrap();
    assert_eq!(world.submitted("b").await.unwrap_err().code(), "quota_exceeded");
    let unknown = InstanceId::new("nobody").unwrap();
    assert_eq!(
        update(&world.store, &unknown, &Update::default()).await.unwrap_err().code(),
        "instance_not_found"
    );
}

#[tokio::test]
async fn a_deprovisioned_instance_is_emptied_for_good() {
    let world = World::new().await;
    let key = world.bound("pipeline").await;
    for id in 0..150 {
        world.submitted(&id.to_string()).await.unwrap();
    }
    let running = world.submitted("running").await.unwrap();
    world.started(&running).await;
    let file = FileKey { instance: acme(), name: FileName::Upload(FileId::new("a").unwrap()) };
    world.store.put_file(&file, "text/csv", Bytes::from_static(b"a")).await.unwrap();
    let other = FileKey { instance: InstanceId::new("acme2").unwrap(), ..file.clone() };
    world.store.put_file(&other, "text/csv", Bytes::from_static(b"a")).await.unwrap();

    let end = async |force| deprovision(&world.store, &world.clock, &acme(), force).await;
    assert_eq!(end(false).await.unwrap_err().code(), "conflict");
    assert!(world.opens(&key).await);
    assert!(purge_some(&world.store, &world.store, &acme()).await.is_err());

    end(true).await.unwrap();
    end(true).await.unwrap();
    assert!(!world.opens(&key).await);
    assert!(world.submitted("late").await.is_err(), "a request that the gateway let through still");
    let (mut jobs, mut files) = (0, 0);
    loop {
        let purged = purge_some(&world.store, &world.store, &acme()).await.unwrap();
        assert!(purged.jobs <= 100, "a step is bounded");
        jobs += purged.jobs;
        files += purged.files;
        if !purged.more {
            break;
        }
    }
    assert_eq!((jobs, files), (151, 1));
    assert_eq!(world.store.get_job(&running.key).await.unwrap(), None);
    let usage = usage_now(&world.store, &world.clock, &acme()).await.unwrap();
    assert_eq!((usage.queued_jobs, usage.running_jobs), (0, 0));
    use crate::ports::GetFile;
    assert!(world.store.file_info(&other).await.unwrap().is_some());

    assert!(world.provisioned(Quotas::STANDARD).await.is_err());
    assert!(bind(&world.store, &world.clock, &acme(), name("new"), None).await.is_err());
}
