//! Documents of one node for tests.

#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the answer

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, DocumentFormat, Environment, Limits};

/// The file that a node behind a Type node writes in a format; `types` is the Type node's properties. Different numbers
/// of partitions must give the same.
pub(crate) async fn document(
    class: &str,
    properties: &str,
    types: &str,
    fields: &[(&str, &str)],
    text: &str,
    format: DocumentFormat,
) -> Result<String, String> {
    let mut results = Vec::new();
    for partitions in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        let mut sketch = Sketch::default();
        let mut chain = vec![sketch.var_file("in", "data.csv", fields, "")];
        if !types.is_empty() {
            chain.push(sketch.node("TypeNode", "Type", types, ""));
        }
        chain.push(sketch.node(class, "out", properties, ""));
        sketch.chain(&chain);
        let mut job = sketch.job(folder.path());
        job.action = Action::RunStream;
        job.documents = format;
        job.sources.push(data(folder.path(), "in", text));
        job.limits = Limits { partitions, ..Limits::default() };
        let outcome = crate::engine().run(&job, &Environment::default()).await;
        results.push(outcome.map(|outcome| std::fs::read_to_string(&outcome.files[0].path).unwrap()));
    }
    let last = results.pop().unwrap().map_err(|error| error.to_string());
    assert_eq!(
        results.pop().unwrap().map_err(|error| error.to_string()),
        last,
        "results depend on partitions"
    );
    last
}

/// The lines of its tables.
pub(crate) async fn report(
    class: &str,
    properties: &str,
    types: &str,
    fields: &[(&str, &str)],
    text: &str,
) -> Vec<String> {
    let document = document(class, properties, types, fields, text, DocumentFormat::Tab).await;
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    document.split("\r\n").map(str::to_owned).filter(|line| !line.is_empty()).collect()
}
