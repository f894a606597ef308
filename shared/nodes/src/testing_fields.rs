//! Streams of one node for tests: its properties and its data in, its table out.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{EngineError, Environment, Limits};

/// A node, given as class, properties and children as XML.
pub(crate) type NodeXml<'a> = (&'a str, &'a str, &'a str);

/// The lines of the output table of a chain of nodes that reads `text`, which has a line of field names.
/// Checks that the result does not depend on the number of partitions.
///
/// # Errors
/// The engine refuses the stream or fails.
pub(crate) async fn try_chain(
    nodes: &[NodeXml<'_>],
    fields: &[(&str, &str)],
    text: &str,
) -> Result<Vec<String>, EngineError> {
    let mut results = Vec::new();
    for partitions in [1, 3] {
        let folder = tempfile::tempdir().unwrap();
        let mut sketch = Sketch::default();
        let mut chain = vec![sketch.var_file("in", "data.csv", fields, "")];
        for (class, properties, children) in nodes {
            chain.push(sketch.node(class, class, properties, children));
        }
        chain.push(sketch.node("TableNode", "out", "", ""));
        sketch.chain(&chain);
        if let Some(terminal) = chain.last() {
            sketch.score_with(*terminal);
        }
        let mut job = sketch.job(folder.path());
        job.sources.push(data(folder.path(), "in", text));
        job.limits = Limits { partitions, ..Limits::default() };
        let outcome = crate::engine().run(&job, &Environment::default()).await?;
        let [file] = outcome.files.as_slice() else { panic!("{} files", outcome.files.len()) };
        let text = std::fs::read_to_string(&file.path).unwrap();
        results.push(text.lines().map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(results[0], results[1], "results depend on partitions");
    Ok(results.remove(0))
}

/// Like [`try_chain`], for streams that run.
pub(crate) async fn chain(nodes: &[NodeXml<'_>], fields: &[(&str, &str)], text: &str) -> Vec<String> {
    try_chain(nodes, fields, text).await.unwrap_or_else(|error| panic!("{error}"))
}

/// The error of a stream that does not run.
pub(crate) async fn refusal(nodes: &[NodeXml<'_>], fields: &[(&str, &str)], text: &str) -> String {
    match try_chain(nodes, fields, text).await {
        Ok(lines) => panic!("it ran: {lines:?}"),
        Err(error) => error.to_string(),
    }
}

/// The last column of the lines, without the field name.
pub(crate) fn last_column(lines: &[String]) -> Vec<&str> {
    lines.iter().skip(1).map(|line| line.rsplit(',').next().unwrap_or_default()).collect()
}
