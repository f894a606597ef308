//! Small flows for tests of record operations.

#![allow(clippy::unwrap_used, clippy::panic)] // in tests a panic is the answer

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Environment, Limits};

/// A stream with data for its sources.
#[derive(Default)]
pub(crate) struct Flow {
    pub(crate) sketch: Sketch,
    sources: Vec<(String, String)>,
}

impl Flow {
    /// Adds a source of these fields, (name, storage), with records of commas.
    pub(crate) fn source(&mut self, fields: &[(&str, &str)], records: &str) -> usize {
        let label = format!("source{}", self.sources.len());
        let names = fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",");
        self.sources.push((label.clone(), format!("{names}\n{records}\n")));
        self.sketch.var_file(&label, "data.csv", fields, "")
    }

    /// Adds a node after others.
    pub(crate) fn node(&mut self, class: &str, inputs: &[usize], properties: &str, children: &str) -> usize {
        let node = self.sketch.node(class, class, properties, children);
        inputs.iter().for_each(|input| {
            self.sketch.link(*input, node);
        });
        node
    }

    /// The output records of a node, after the names. Checks that the number of partitions changes nothing.
    pub(crate) async fn run(mut self, node: usize) -> Result<Vec<String>, String> {
        let table = self.sketch.node("TableNode", "out", "", "");
        self.sketch.link(node, table);
        self.sketch.score_with(table);
        let mut results = Vec::new();
        for partitions in [1, 3] {
            let folder = tempfile::tempdir().unwrap();
            let mut job = self.sketch.job(folder.path());
            job.sources = self.sources.iter().map(|(label, text)| data(folder.path(), label, text)).collect();
            job.limits = Limits { partitions, ..Limits::default() };
            let outcome = crate::engine().run(&job, &Environment::default()).await;
            results.push(match outcome {
                Ok(outcome) => {
                    let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
                    Ok(text.lines().map(str::to_owned).collect::<Vec<_>>())
                }
                Err(error) => Err(error.to_string()),
            });
        }
        let last = results.pop().unwrap();
        assert_eq!(results.pop().unwrap(), last, "one part and three");
        last
    }

    /// The output records of a node.
    pub(crate) async fn records(self, node: usize) -> Vec<String> {
        self.run(node).await.unwrap_or_else(|error| panic!("{error}"))
    }
}
