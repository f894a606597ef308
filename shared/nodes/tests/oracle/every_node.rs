//! Tables behind the last record and field operations of real streams: where the data are at hand, they run.

use std::collections::BTreeMap;

use satsuma_stream::NodeFamily;

use crate::probe::real_streams;

/// Faults of streams: their authors changed a node before the one that fails, or never set or linked it.
const FAULTS: [&str; 3] = [
    "it has 0 inputs",
    // A Filter node drops the field that a Derive node in a supernode reads.
    "there is no field \"height\"",
    "fixedFileColumnSpecs: there must be",
];

/// What is refused by name.
const REFUSED: [&str; 1] = ["timeIntervalMode = \"CREATE\""];

/// Reasons outside record and field operations: models and extensions before them.
const OUTSIDE: [&str; 3] =
    ["this type of node is not supported", "the model has no result", "is missing; there are"];

/// Nodes that run at least, of those whose data are at hand.
const LEAST: usize = 140;

#[tokio::test]
async fn record_and_field_operations_run_on_real_data() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for real in real_streams() {
        let diagram = &real.file.stream().diagram;
        let is_data = |family| {
            matches!(family, NodeFamily::Source | NodeFamily::RecordOperation | NodeFamily::FieldOperation)
        };
        for node in diagram.nodes().iter().filter(|node| is_data(node.family())) {
            if diagram.outputs(node.id).any(|next| is_data(next.family())) {
                continue;
            }
            let contains =
                |error: &str, reasons: &[&str]| reasons.iter().any(|reason| error.contains(reason));
            let result = match real.table(&node.uid).await {
                Ok(_) => "runs",
                Err(error) if error.contains("no data for") => "no data",
                Err(error) if contains(&error, &FAULTS) => "fault",
                Err(error) if contains(&error, &OUTSIDE) => "outside",
                Err(error) if contains(&error, &REFUSED) => "refused",
                Err(error) => {
                    wrong.push(format!("{}: {} ({}): {error}", real.name, node.describe(), node.uid));
                    "wrong"
                }
            };
            *counts.entry(result).or_default() += 1;
        }
    }
    println!("{counts:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let is_whole = std::env::var_os("SATSUMA_ONLY").is_none();
    assert!(!is_whole || counts.is_empty() || counts["runs"] >= LEAST, "{counts:?}");
}
