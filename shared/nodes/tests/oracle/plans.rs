//! Plans of all real streams as bytes: decoded and run here in 1, 2 and 7 partitions, and in another process in 7, they
//! give the records of the plain run in one partition, in the same order and bit for bit.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::row::{RowConverter, SortField};
use futures::StreamExt;
use satsuma_engine::{Cancellation, Limits};

use super::probe::{engine, real_streams};

/// The numbers of partitions in which plans run.
const PARTITIONS: [usize; 3] = [1, 2, 7];

/// The number of partitions in the other process.
const ELSEWHERE: usize = 7;

/// The variable with the folder of plans for the other process.
const FOLDER: &str = "SATSUMA_PLANS";

/// Records as a number of them and a hash of their bytes, whatever the size of batches.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Digest {
    records: usize,
    hash: u64,
}

impl Digest {
    fn new() -> Self {
        Self { records: 0, hash: 0xcbf2_9ce4_8422_2325 }
    }

    fn add(&mut self, batch: &RecordBatch) {
        if batch.num_columns() == 0 {
            self.records += batch.num_rows();
            return;
        }
        let types =
            batch.schema().fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
        let rows = RowConverter::new(types).unwrap().convert_columns(batch.columns()).unwrap();
        for row in &rows {
            self.records += 1;
            for byte in row.as_ref() {
                self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }

    /// The records of an encoded plan.
    async fn of_plan(plan: &[u8], partitions: usize) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { partitions, ..Limits::default() };
        let records = engine().records_of_plan(plan, folder.path(), limits, &Cancellation::new());
        let mut records = records.map_err(|error| error.to_string())?;
        let mut digest = Self::new();
        while let Some(batch) = records.next().await {
            digest.add(&batch.map_err(|error| error.to_string())?);
        }
        Ok(digest)
    }
}

/// The other process prints a line for each plan: its name and the digest.
async fn lines(folder: &Path) -> String {
    let mut names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    names.sort();
    let mut lines = String::new();
    for path in names {
        let plan = std::fs::read(&path).unwrap();
        let digest = Digest::of_plan(&plan, ELSEWHERE).await;
        let name = path.file_name().unwrap().to_string_lossy();
        writeln!(lines, "plan {name} {digest:?}").unwrap();
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other process of the next test"]
async fn plans_of_a_folder_run_here() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    print!("\n{}", lines(Path::new(&folder)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn decoded_plans_of_real_streams_give_equal_records() {
    let folder = tempfile::tempdir().unwrap();
    let mut expected = String::new();
    let (mut plans, mut refused) = (0, 0);
    let mut differing = Vec::new();
    for real in real_streams() {
        let diagram = &real.file.stream().diagram;
        let ends = diagram.terminals().into_iter().flat_map(|end| diagram.inputs(end.id));
        let ends = ends.map(|node| node.uid.clone()).collect::<BTreeSet<_>>();
        for uid in ends {
            let place = format!("{} {uid}", real.name);
            let Ok(plain) = real.table_in(&uid, 1).await else {
                refused += 1;
                continue;
            };
            let mut wanted = Digest::new();
            plain.batches.iter().for_each(|batch| wanted.add(batch));
            // In one partition no table is dealt out to others.
            let parallel = real.table_in(&uid, 2).await.unwrap_or_else(|error| panic!("{place}: {error}"));
            for partitions in PARTITIONS {
                let found = Digest::of_plan(&parallel.plan, partitions).await;
                if found.as_ref() != Ok(&wanted) {
                    differing
                        .push(format!("{place} in {partitions} partitions: {found:?} instead of {wanted:?}"));
                }
            }
            writeln!(expected, "plan {plans:05} {:?}", Ok::<_, String>(wanted)).unwrap();
            std::fs::write(folder.path().join(format!("{plans:05}")), &parallel.plan).unwrap();
            plans += 1;
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    println!("{plans} plans ran, {refused} branches do not run");
    if plans == 0 {
        return;
    }
    let test = "plans::plans_of_a_folder_run_here";
    let mut other = Command::new(std::env::current_exe().unwrap());
    other.args(["--exact", test, "--ignored", "--nocapture"]).env(FOLDER, folder.path());
    let output = other.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text
        .lines()
        .filter(|line| line.starts_with("plan "))
        .fold(String::new(), |all, line| all + line + "\n");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(found, expected);
}

/// Every byte of a plan is changed in turn, and every length is cut off: the answer is an error or a plan, never a panic.
#[tokio::test]
async fn damaged_plans_are_refused() {
    let Some(real) = real_streams().into_iter().find(|real| real.name.ends_with("Drug1n_capitalized.str"))
    else {
        return;
    };
    let diagram = &real.file.stream().diagram;
    let end =
        diagram.terminals().into_iter().flat_map(|end| diagram.inputs(end.id)).next().unwrap().uid.clone();
    let plan = real.table_in(&end, 2).await.unwrap().plan;
    let folder = tempfile::tempdir().unwrap();
    let refused = |plan: &[u8]| {
        let limits = Limits { partitions: 2, ..Limits::default() };
        engine().records_of_plan(plan, folder.path(), limits, &Cancellation::new()).err()
    };
    assert!(refused(&plan).is_none());
    let head = 16 + usize::try_from(u64::from_le_bytes(plan[8..16].try_into().unwrap())).unwrap();
    for at in (0..head).chain([plan.len() - 1]) {
        let error = refused(&plan[..at]).unwrap().to_string();
        assert!(error.starts_with("the plan cannot be decoded"), "{error}");
    }
    let mut harmless = 0;
    for at in 0..head {
        let mut damaged = plan.clone();
        damaged[at] = damaged[at].wrapping_add(1);
        harmless += usize::from(refused(&damaged).is_none());
    }
    assert!(harmless < head / 2, "{harmless} of {head} changes were not seen: names and numbers of nodes");
}
