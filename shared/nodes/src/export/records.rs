//! The end of a branch: a table becomes a result file.

use async_trait::async_trait;
use futures::StreamExt;
use satsuma_engine::{
    Compile, FileFormat, NodeError, NodeRun, Product, Reported, ResultFile, Table, Terminal,
};

use super::write::{DelimitedWriter, Layout};

/// A terminal node that writes its records to a file.
#[derive(Debug)]
pub(crate) struct RecordFile {
    /// The name of the result; a name to show, not a path to open.
    pub(crate) file_name: String,
    pub(crate) layout: Layout,
}

#[async_trait]
impl Terminal for RecordFile {
    fn file_names(&self) -> Vec<String> {
        vec![self.file_name.clone()]
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let schema = input.model().schema();
        let path = run.result_path(self.layout.extension);
        let mut writer = DelimitedWriter::create(&path, self.layout.clone(), &schema, run.node())?;
        let mut batches = input.records(run).await?;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            let bytes = run.counter().busy(|| writer.write(&batch))?;
            run.written(batch.num_rows() as u64, bytes)?;
        }
        let (rows, bytes) = writer.finish()?;
        Ok(vec![Product::File(ResultFile {
            name: self.file_name.clone(),
            path,
            media_type: self.layout.media_type,
            rows,
            bytes,
            node: run.node().label.clone(),
        })])
    }
}

/// The layout of a format.
///
/// # Errors
/// If no layout is known for it.
pub(crate) fn standard_layout(format: FileFormat, compile: &mut Compile<'_>) -> Result<Layout, Reported> {
    Layout::standard(format)
        .ok_or_else(|| compile.refuse_value("format", format, "results are written as CSV or TAB so far"))
}

/// A file name for a result: no folder, nothing that a shell, a header or the path of a URL could stumble
/// over, and an extension.
pub(crate) fn safe_name(name: &str, layout: &Layout) -> String {
    // In bytes: with an extension it stays an id, by which it is fetched.
    const LONGEST: usize = 200;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last
        .chars()
        .map(
            |character| {
                if character.is_control() || "\":<>|?*%".contains(character) { '_' } else { character }
            },
        )
        .collect();
    let is_cut = cleaned.len() > LONGEST;
    let cleaned = cleaned.get(..cleaned.floor_char_boundary(LONGEST)).unwrap_or_default();
    let cleaned = cleaned.trim().trim_start_matches('.');
    match cleaned {
        "" => format!("result.{}", layout.extension),
        named if named.contains('.') && !is_cut => named.to_owned(),
        named => format!("{named}.{}", layout.extension),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_named_so_that_it_can_be_fetched() {
        let csv = Layout::standard(FileFormat::Csv).unwrap();
        for (name, result) in [
            ("Scores.csv", "Scores.csv"),
            ("C:\\out\\Scores", "Scores.csv"),
            ("100% late?.csv", "100_ late_.csv"),
            ("../..", "result.csv"),
            ("", "result.csv"),
        ] {
            assert_eq!(safe_name(name, &csv), result, "{name}");
        }
        let long = safe_name(&format!("v1.{}.csv", "香".repeat(100)), &csv);
        assert!(long.len() < 255 && long.ends_with("香.csv"), "{long}");
    }
}
