//! What is in a stream.

use std::sync::Arc;

use satsuma_engine::Effort;
use satsuma_stream::StreamFile;
use satsuma_stream::explain::Explanation;

use crate::Operation;

/// The project's own sample.
const SAMPLE: &[u8] = include_bytes!("../../../local/sample/late-parcels.str");

pub(super) fn all() -> Vec<Operation> {
    vec![explain()]
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
    .header::<String>("If-None-Match", "Tags of answers that the caller has: 304 for the one it would get.")
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
