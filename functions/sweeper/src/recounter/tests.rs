use std::collections::HashSet;

use async_trait::async_trait;
use satsuma_domain::Timestamp;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::ids::{ExecutionNumber, FileId, JobUuid};
use satsuma_domain::instance::Plan;
use satsuma_domain::ports::{ChargeStorage, PutFile};
use satsuma_domain::tenancy::{Update, deprovision, provision, update};
use satsuma_domain::testing::{ManualClock, Memory};
use satsuma_domain::usage::usage_now;

use super::*;

/// As much as the function has.
const TIME: Duration = Duration::from_secs(890);

fn instance(name: &str) -> InstanceId {
    InstanceId::new(name).unwrap()
}

struct World {
    store: Memory,
    clock: ManualClock,
}

impl World {
    /// Each of these instances has a file of five bytes, and is charged for results that are gone.
    async fn of(names: &[&str]) -> Self {
        let world = Self { store: Memory::default(), clock: ManualClock::at(Timestamp(0)) };
        for name in names {
            let plan = Plan::Standard;
            let provisioned = provision(&world.store, &world.clock, instance(name), plan, plan.quotas());
            provisioned.await.unwrap();
            world.clock.advance(Duration::from_secs(1));
            let key = FileKey { instance: instance(name), name: FileName::Upload(FileId::new("a").unwrap()) };
            world.store.put_file(&key, "text/csv", vec![0; 5].into()).await.unwrap();
            world.store.charge_storage(&instance(name), 1_005).await.unwrap();
        }
        world
    }

    async fn bytes(&self, name: &str) -> u64 {
        usage_now(&self.store, &self.clock, &instance(name)).await.unwrap().storage_bytes
    }
}

/// A store of files that fails for one instance.
struct Faulty<'a> {
    files: &'a Memory,
    instance: &'static str,
    transient: bool,
}

#[async_trait]
impl MeasureFiles for Faulty<'_> {
    async fn measure_files(
        &self,
        instance: &InstanceId,
        under_way: &HashSet<(JobUuid, ExecutionNumber)>,
        after: Option<&str>,
    ) -> Result<(u64, Option<String>), StoreError> {
        if instance.as_str() == self.instance {
            let (operation, detail) = ("list an instance's files", "no".to_owned());
            return Err(StoreError { operation, detail, transient: self.transient });
        }
        self.files.measure_files(instance, under_way, after).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_recount_releases_files_removed_by_lifecycle_rules() {
    let world = World::of(&["acme", "globex"]).await;
    let done = handle(&world.store, &world.store, &world.clock, TIME).await.unwrap();
    assert_eq!(done, Recounts { counted: 2, changed: 2, ..Recounts::default() });
    assert_eq!((world.bytes("acme").await, world.bytes("globex").await), (5, 5));
    let again = handle(&world.store, &world.store, &world.clock, TIME).await.unwrap();
    assert_eq!(again, Recounts { counted: 2, ..Recounts::default() });
}

#[tokio::test(start_paused = true)]
async fn a_failing_or_busy_instance_does_not_delay_others() {
    let world = World::of(&["acme", "busy", "faulty"]).await;
    let faulty = Faulty { files: &world.store, instance: "faulty", transient: false };
    let busy = async {
        loop {
            tokio::time::sleep(SETTLE).await;
            world.store.charge_storage(&instance("busy"), 1).await.unwrap();
        }
    };
    let done = tokio::select! {
        done = handle(&world.store, &faulty, &world.clock, TIME) => done.unwrap(),
        () = busy => unreachable!(),
    };
    assert_eq!(done, Recounts { counted: 1, changed: 1, left: 2, late: 0 });
    assert_eq!(world.bytes("acme").await, 5);
    assert!(world.bytes("busy").await > 1_005);
    assert_eq!(world.bytes("faulty").await, 1_005);
}

/// So that Lambda tries again.
#[tokio::test(start_paused = true)]
async fn a_transient_fault_is_returned_after_the_other_recounts() {
    let world = World::of(&["acme", "away", "globex"]).await;
    let away = Faulty { files: &world.store, instance: "away", transient: true };
    let fault = handle(&world.store, &away, &world.clock, TIME).await.unwrap_err();
    assert!(fault.transient);
    assert_eq!((world.bytes("acme").await, world.bytes("globex").await), (5, 5));
}

#[tokio::test(start_paused = true)]
async fn instances_that_were_omitted_are_first_on_another_day() {
    let names: Vec<String> = (0..2 * AT_ONCE).map(|number| format!("i{number:03}")).collect();
    let world = World::of(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // Time for one round, on days that are far apart.
    let time = 3 * SETTLE;
    let done = handle(&world.store, &world.store, &world.clock, time).await.unwrap();
    assert_eq!(done, Recounts { counted: AT_ONCE, changed: AT_ONCE, left: 0, late: AT_ONCE });
    let mut runs = 1;
    let all = async || futures::future::join_all(names.iter().map(|name| world.bytes(name))).await;
    while all().await.into_iter().any(|bytes| bytes != 5) {
        world.clock.advance(Duration::from_secs(7 * 86_400));
        handle(&world.store, &world.store, &world.clock, time).await.unwrap();
        runs += 1;
        assert!(runs <= 5, "some are never reached");
    }
}

#[tokio::test(start_paused = true)]
async fn suspended_instances_are_recounted_and_deprovisioned_not() {
    let world = World::of(&["acme", "gone"]).await;
    deprovision(&world.store, &world.clock, &instance("gone"), false).await.unwrap();
    let suspended = Update { suspended: Some(true), ..Update::default() };
    update(&world.store, &instance("acme"), &suspended).await.unwrap();
    let done = handle(&world.store, &world.store, &world.clock, TIME).await.unwrap();
    assert_eq!(done, Recounts { counted: 1, changed: 1, ..Recounts::default() });
}
