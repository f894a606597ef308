//! Explanation of streams, and dry runs.

use std::sync::Arc;

use satsuma_domain::JobDefinition;
use satsuma_engine::Effort;
use satsuma_inspect::Validation;
use satsuma_stream::StreamFile;
use satsuma_stream::explain::Explanation;
use serde_json::json;

use crate::{Operation, examples, parameters};

/// The sample stream of this project.
const SAMPLE: &[u8] = include_bytes!("../../../local/sample/late-parcels.str");

pub(super) fn all() -> Vec<Operation> {
    vec![explain(), validate()]
}

fn explain() -> Operation {
    Operation::new(
        "explain-stream",
        "Files",
        "Explains a stream",
        "Describes a stream: nodes, links, sources with their fields, models, parameters and scripts. For \
         each of the five actions it reports whether this service can run the unchanged stream and, if not, \
         which nodes and properties prevent it. With `Accept: image/svg+xml`, the response is a drawing of \
         the canvas. Streams have at most 64 MB here. Encode a slash in the id twice here, as `%252F`.",
    )
    .header(
        "If-None-Match",
        "`ETag` values of cached responses. If one of them is current, the response is 304.",
        parameters::text,
    )
    .answers::<Explanation>(200, "The explanation.", explained())
    .or_as("image/svg+xml")
    .with_header(
        "ETag",
        "Tag of this response. It changes with the stream, and with the features of this \
                          service.",
    )
    .answers_empty(304, "The cached response is current.")
    .refuses(&[400, 404, 413])
}

fn explained() -> Option<Explanation> {
    // A test checks that no example is empty.
    let file = Arc::new(StreamFile::open(SAMPLE).ok()?);
    Some(satsuma_inspect::explained(&file, Effort::default()))
}

fn validate() -> Operation {
    Operation::new(
        "validate-job",
        "Jobs",
        "Checks a job without running it",
        "Dry run of the definition in the body or, without a body, of the stored job. The response lists \
         the nodes that would run, the data that they would read and write, and every obstacle. The stream \
         is read, up to 64 MB; the data are not. Nothing is stored, queued or changed. With a body, the job \
         need not exist.",
    )
    .takes::<JobDefinition>(examples::definitions())
    .or_no_body()
    .answers::<Validation>(
        200,
        "Result of the dry run.",
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
                "node": "Var. File \"scoreInput\"",
                "uid": "id3IVSXN8IHW1",
                "property": null,
                "reason": "there is no file `drug_batch_data.csv`, the job's file for this node; upload it \
                           and submit the job again",
                "code": "source_missing",
            }],
            "warnings": [],
        }),
    )
    .refuses(&[400, 404, 413, 415])
}
