//! The end of a branch: a table becomes a result file.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use futures::StreamExt;

use crate::error::{EngineError, NodeRef};
use crate::node_work::NodeCounter;
use crate::outcome::ResultFile;
use crate::refusals::NodeRefusals;
use crate::request::{ExportOverride, FileFormat};
use crate::step::Run;
use crate::table::Table;
use crate::write::{DelimitedWriter, Layout};

/// A terminal node that writes its records to a file.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) node: NodeRef,
    /// What the result is called; a name to show, not a path to open.
    pub(crate) file_name: String,
    pub(crate) layout: Layout,
}

impl Export {
    /// The export that a job puts in place of a terminal node, or `None` with a refusal.
    pub(crate) fn replacing(
        export: &ExportOverride,
        default: FileFormat,
        refusals: &mut NodeRefusals<'_>,
    ) -> Option<Self> {
        let format = export.format.or_else(|| FileFormat::of_name(&export.file_name)).unwrap_or(default);
        let layout = standard_layout(format, refusals)?;
        let file_name = safe_name(&export.file_name, &layout);
        Some(Self { node: refusals.node.clone(), file_name, layout })
    }

    /// Writes the records of `table`, in order. `number` tells the results of a job apart on disk.
    pub(crate) async fn write(
        &self,
        table: Table,
        number: usize,
        run: &Run,
        counter: &NodeCounter,
    ) -> Result<ResultFile, EngineError> {
        let schema = table.plan.schema().as_arrow().clone();
        let path = run.work_dir.join(format!("result-{number}.{}", self.layout.extension));
        let mut writer = DelimitedWriter::create(&path, self.layout.clone(), &schema, &self.node)?;
        let mut batches = table.plan.execute_stream().await?;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            let bytes = counter.busy(|| writer.write(&batch))?;
            run.meter.written(counter, batch.num_rows() as u64, bytes)?;
        }
        let (rows, bytes) = writer.finish()?;
        Ok(ResultFile {
            name: self.file_name.clone(),
            path,
            media_type: self.layout.media_type,
            rows,
            bytes,
            node: self.node.label.clone(),
        })
    }
}

/// The names of a job's results: they are stored under them, so that each is taken once.
#[derive(Debug, Default)]
pub(crate) struct ResultNames(HashMap<String, NodeRef>);

impl ResultNames {
    /// Takes the name of an export's result.
    ///
    /// # Errors
    /// [`EngineError::Definition`] where another export has it.
    pub(crate) fn take(&mut self, export: &Export) -> Result<(), EngineError> {
        match self.0.entry(export.file_name.clone()) {
            Entry::Vacant(free) => {
                free.insert(export.node.clone());
                Ok(())
            }
            Entry::Occupied(taken) => Err(EngineError::Definition(format!(
                "export: {} and {} would both write `{}`; name another file for one of them",
                taken.get(),
                export.node,
                taken.key()
            ))),
        }
    }
}

/// The layout of a format, or `None` with a refusal.
pub(crate) fn standard_layout(format: FileFormat, refusals: &mut NodeRefusals<'_>) -> Option<Layout> {
    let layout = Layout::standard(format);
    if layout.is_none() {
        refusals.value("format", format, "results are written as CSV or TAB so far");
    }
    layout
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
