//! AUTO_REFRESH: the stored stream is the old or the new one, whole, whatever happens to the job, its worker and the
//! file; and the status says which.

mod faults;
mod killed;

use satsuma_domain::file::FileInfo;
use satsuma_domain::origin::Origin;
use satsuma_domain::ports::{ChargeStorage, GetUsage, ListVersions};
use satsuma_domain::usage::Month;
use satsuma_domain::{Clock, execution::BuilderState};
use satsuma_engine::testing::Sketch;
use satsuma_stream::{Archive, Limits as StreamLimits, StreamFile};

use super::*;

const REFRESH: &str = r#"{"action":"AUTO_REFRESH","model":{"id":"churn.str"}}"#;

const RECORDS: &[u8] = b"x,y\n0,0\n0.1,0\n1,1\n0.9,1\n";

/// K-Means behind a Var. File node, with a side file that no builder knows.
fn stream_of_clusters(clusters: usize) -> Bytes {
    let mut sketch = Sketch::default();
    let source = sketch.var_file("customers", "customers.csv", &[("x", "real"), ("y", "real")], "");
    let read = "<typeTable><defaultValueMode>read</defaultValueMode><rows/></typeTable>";
    let types = sketch.node("TypeNode", "types", read, "");
    let builder = sketch.node("BuildKMeansNode", "Groups", &k_means(clusters), "");
    sketch.chain(&[source, types, builder]);
    let mut file = StreamFile::open(sketch.bytes()).unwrap();
    file.edit(|edit| edit.put_side_file("data/unknown.bin", &b"\x00\x01 of another program"[..])).unwrap();
    file.write().unwrap().into()
}

/// The properties that a nugget copies from its builder.
fn k_means(clusters: usize) -> String {
    format!(
        "<numClusters>{clusters}</numClusters><clusterLabel>group</clusterLabel>\
         <clusterLabelType>STRING</clusterLabelType><encodingValueForSets>0.707107</encodingValueForSets>\
         <generateDistanceField>false</generateDistanceField><showClusterProximity>false</showClusterProximity>\
         <useBinarySetEncoding>false</useBinarySetEncoding>"
    )
}

fn file() -> FileKey {
    FileKey { instance: key("job").instance, name: FileName::Upload(FileId::new("churn.str").unwrap()) }
}

async fn stored(store: &Memory) -> Option<(FileInfo, Bytes)> {
    let info = store.file_info(&file()).await.unwrap()?;
    Some((info, store.get_file(&file(), 1 << 20).await.unwrap().unwrap().unwrap()))
}

/// The only result of an execution.
async fn result(store: &Memory, job: &Job) -> (String, Bytes) {
    let execution = job.execution().unwrap();
    let [result] = execution.results() else { panic!("{:?}", execution.outcome) };
    let id = ResultId { job: job.uuid, execution: execution.number, name: result.name.clone() };
    let place = FileKey { instance: job.key.instance.clone(), name: FileName::Result(id) };
    (result.name.clone(), store.get_file(&place, 1 << 20).await.unwrap().unwrap().unwrap())
}

async fn versions(store: &Memory) -> Vec<Origin> {
    let page = store.list_versions(&file(), None, 100).await.unwrap();
    page.items.into_iter().map(|version| version.by).collect()
}

async fn log(store: &Memory, job: &Job) -> String {
    let name = FileName::Log { job: job.uuid, execution: job.execution().unwrap().number };
    let place = FileKey { instance: job.key.instance.clone(), name };
    String::from_utf8(store.get_file(&place, 1 << 20).await.unwrap().unwrap().unwrap().to_vec()).unwrap()
}

async fn prepared() -> Arc<Memory> {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn.str", stream_of_clusters(2)).await;
    put(&store, "customers.csv", RECORDS).await;
    store
}

/// Runs a definition to its end.
async fn ran(store: &Arc<Memory>, definition: &str) -> Job {
    let message = submitted(store, "job", definition).await;
    let scratch = tempfile::tempdir().unwrap();
    let runner = EngineRunner::new(Arc::clone(store), scratch.path().to_owned(), Limits::default());
    let runner = Arc::new(runner.charging(Arc::clone(store) as Arc<dyn ChargeStorage>));
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let response = crate::handle(&**store, &**store, runner, &SystemClock, event, BUDGET).await;
    assert!(response.batch_item_failures.is_empty());
    store.get_job(&key("job")).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_refresh_replaces_the_stream_and_names_its_job() {
    let store = prepared().await;
    let (_, old) = stored(&store).await.unwrap();
    let before = store.get_usage(&file().instance, Month::of(SystemClock.now())).await.unwrap().storage_bytes;
    let job = ran(&store, REFRESH).await;
    assert_eq!((job.state, job.execution().unwrap().warnings.as_slice()), (JobState::Success, &[][..]));
    let (info, new) = stored(&store).await.unwrap();
    assert!(new != old && info.by.is_of(job.uuid, job.revision), "{:?}", info.by);
    assert_eq!(result(&store, &job).await, ("sketch.str".to_owned(), new.clone()));
    assert_eq!(versions(&store).await, [*info.by, Origin::Upload]);
    let after = store.get_usage(&file().instance, Month::of(SystemClock.now())).await.unwrap().storage_bytes;
    let (replaced, published) = (new.len() as u64 - old.len() as u64, new.len() as u64);
    assert_eq!(after - before, replaced + published, "the larger stream and the result are charged");

    let log = log(&store, &job).await;
    let built =
        "\"Groups\": built the model \"K-Means\" from 4 records: no target; 2 inputs: x, y; quality unknown";
    assert!(log.contains(built), "{log}");
    assert!(log.contains("the file `churn.str` is replaced by the new stream"), "{log}");
    let [builder] = job.execution().unwrap().progress.builders.as_slice() else { panic!() };
    assert_eq!((builder.state, builder.records), (BuilderState::Built, Some(4)));
}

/// Proof: the bytes of both archives.
#[tokio::test]
async fn untouched_entries_are_the_same_bytes_after_a_refresh() {
    let store = prepared().await;
    let entry = |bytes: &Bytes| {
        let archive = Archive::open(bytes.clone(), &StreamLimits::default()).unwrap();
        archive.read("data/unknown.bin").unwrap()
    };
    let (_, old) = stored(&store).await.unwrap();
    let unknown = entry(&old);
    let compressed = |bytes: &Bytes| {
        let end = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap_or(bytes.len());
        let start = bytes.windows(16).position(|window| window == b"data/unknown.bin").unwrap();
        bytes.slice(start..end.min(start + 16 + unknown.len()))
    };
    for _ in 0..2 {
        let job = ran(&store, REFRESH).await;
        assert_eq!(job.state, JobState::Success);
        let (_, new) = stored(&store).await.unwrap();
        assert_eq!((entry(&new), compressed(&new)), (unknown.clone(), compressed(&old)));
        satsuma_domain::remove::remove(
            &*store,
            &*store,
            &SystemClock,
            &job.key.instance,
            std::slice::from_ref(&job.key.id),
        )
        .await
        .unwrap();
        let _ = satsuma_domain::ports::RemoveJob::remove_job(&*store, &job).await.unwrap();
    }
    // Both trainings made the same model: the second one refreshed the nugget that the first one added.
    let (_, new) = stored(&store).await.unwrap();
    let stream = StreamFile::open(new).unwrap();
    assert_eq!(stream.stream().ties().len(), 1);
}

#[tokio::test]
async fn the_name_of_the_model_names_the_result() {
    let store = prepared().await;
    let job = ran(&store, r#"{"action":"TRAINING","model":{"id":"churn.str","name":"每月/new"}}"#).await;
    assert_eq!(result(&store, &job).await.0, "每月_new.str");
    assert_eq!(versions(&store).await, [Origin::Upload], "TRAINING replaces nothing");
}

#[tokio::test]
async fn a_stream_beyond_the_quota_is_not_replaced_but_a_result() {
    let store = prepared().await;
    let (_, old) = stored(&store).await.unwrap();
    store.set_quotas(&file().instance, Quotas { storage_bytes: 1, ..Quotas::STANDARD });
    let job = ran(&store, REFRESH).await;
    assert_eq!((job.state, stored(&store).await.unwrap().1), (JobState::Success, old));
    let warning = job.execution().unwrap().warnings[0].clone();
    assert!(warning.contains("of 1 allowed bytes"), "{warning}");
}

#[tokio::test]
async fn a_failed_builder_fails_the_job_and_replaces_nothing() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn.str", stream_of_clusters(2)).await;
    put(&store, "customers.csv", b"x,y\n").await;
    let (_, old) = stored(&store).await.unwrap();
    for more in ["", r#","continueOnFailure":true"#] {
        let definition = REFRESH.replace("}}", &format!("}}{more}}}"));
        let job = ran(&store, &definition).await;
        let failure = job.execution().unwrap().failure().unwrap().clone();
        assert_eq!(
            (job.state, failure.node.as_deref()),
            (JobState::Failed, Some("K-Means \"Groups\"")),
            "{failure:?}"
        );
        assert_eq!(stored(&store).await.unwrap().1, old);
        let _ = satsuma_domain::ports::RemoveJob::remove_job(&*store, &job).await.unwrap();
    }
}

/// Wall time: K-Means of many records and clusters runs for much longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_job_is_canceled_within_two_seconds() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn.str", stream_of_clusters(1_000)).await;
    let rows: String = (0..200_000_u32).map(|row| format!("{},{}\n", row % 977, row % 983)).collect();
    put_bytes(&store, "customers.csv", format!("x,y\n{rows}").into()).await;
    let (_, old) = stored(&store).await.unwrap();
    let message = submitted(&store, "job", REFRESH).await;
    let scratch = tempfile::tempdir().unwrap();
    let engine = EngineRunner::new(Arc::clone(&store), scratch.path().to_owned(), Limits::default());
    let runner = Arc::new(crate::OnOwnThreads::new(Arc::new(engine)).unwrap());
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let canceled = async {
        // By now it trains.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let job = store.get_job(&key("job")).await.unwrap().unwrap();
        assert_eq!(job.state, JobState::Running, "{:?}", job.execution().map(|it| &it.outcome));
        let ids = [key("job").id];
        remove(&*store, &*store, &SystemClock, &key("job").instance, &ids).await.unwrap();
        std::time::Instant::now()
    };
    let handled = crate::handle(&*store, &*store, runner, &SystemClock, event, BUDGET);
    let (_, asked) = tokio::join!(handled, canceled);
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!(store.get_job(&key("job")).await.unwrap(), None);
    assert_eq!((stored(&store).await.unwrap().1, versions(&store).await), (old, vec![Origin::Upload]));
    assert_eq!(store.stored_results(), []);
}
