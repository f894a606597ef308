//! What is in a stream, and what a job would do with it.

use std::sync::Arc;

use satsuma_domain::JobDefinition;
use satsuma_engine::Effort;
use satsuma_inspect::Validation;
use satsuma_stream::StreamFile;
use satsuma_stream::explain::Explanation;
use serde_json::json;

use crate::{Operation, examples, parameters};

/// The project's own sample.
const SAMPLE: &[u8] = include_bytes!("../../../local/sample/late-parcels.str");

pub(super) fn all() -> Vec<Operation> {
    vec![explain(), validate()]
}

fn explain() -> Operation {
    Operation::new(
        "explain-stream",
        "Files",
        "Explains a stream",
        "What is in a stream: nodes, links, sources with their fields, models, parameters, scripts; and for \
         each of the five actions whether this service can run it on the stream as it is or, if not, which \
         nodes and properties stand in the way. `Accept: image/svg+xml` gets a drawing of the canvas. Streams \
         of up to 64 MB are looked at. A slash in the id is encoded twice here, as `%252F`.",
    )
    .header(
        "If-None-Match",
        "Tags of answers that the caller has: 304 for the one it would get.",
        parameters::text,
    )
    .answers::<Explanation>(200, "The explanation.", explained())
    .or_as("image/svg+xml")
    .with_header("ETag", "Changes with the stream, and with what this service can run.")
    .answers_empty(304, "The caller has this answer.")
    .refuses(&[400, 404, 413])
}

fn explained() -> Option<Explanation> {
    // The tests see to it that no example is empty.
    let file = Arc::new(StreamFile::open(SAMPLE).ok()?);
    Some(satsuma_inspect::explained(&file, Effort::default()))
}

fn validate() -> Operation {
    Operation::new(
        "validate-job",
        "Jobs",
        "Says what a job would do",
        "What would happen if the definition in the body was submitted or, without a body, if the stored job \
         was submitted again: the nodes that would run, what they would read and write, and all that stands \
         in the way. The data are not looked at, streams of up to 64 MB are. Nothing is stored, queued or \
         changed, and a job of the id need not exist where there is a body.",
    )
    .takes::<JobDefinition>(examples::definitions())
    .or_no_body()
    .answers::<Validation>(
        200,
        "What would happen.",
        json!({
            "canRun": false,
            "action": "BATCH_SCORE",
            "branch": [
                { "id": 0, "uid": "id3IVSXN8IHW1", "name": "scoreInput", "type": "DelimitedFileImportNode" },
                { "id": 4, "uid": "id6BPTTYFV44A", "name": "Table", "type": "TableNode" },
            ],
            "terminals": [{ "id": 4, "uid": "id6BPTTYFV44A", "name": "Table", "type": "TableNode" }],
            "sources": [
                { "node": "scoreInput", "uid": "id3IVSXN8IHW1", "file": "drug_batch_data.csv", "found": false },
            ],
            "exports": [{ "node": "Table", "uid": "id6BPTTYFV44A", "file": "results.tab" }],
            "obstacles": [{
                "node": "scoreInput",
                "uid": "id3IVSXN8IHW1",
                "property": null,
                "reason": "there is no file `drug_batch_data.csv`, which the job names for this node; upload \
                           it and submit the job again",
                "code": "source_missing",
            }],
            "warnings": [],
        }),
    )
    .refuses(&[400, 404, 413, 415])
}
