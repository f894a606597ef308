//! Table: in a job, a result file. IBM: "Table node", `tablenode`.
//!
//! Display settings of a table have no effect: records are written in the job's format, under the name of the
//! output, the file or the node. An EVALUATION job shows them in a document.

use async_trait::async_trait;
use satsuma_columns::{DataModel, Scalar};
use satsuma_documents::Block;
use satsuma_engine::{
    Action, Compile, Compiled, DocumentFormat, FileFormat, Inputs, NodeError, NodeRun, NodeType, Reported,
    Table as Records,
};
use satsuma_formats::sav::{SavWriteOptions, WriteNames};
use satsuma_stream::nodes::{OutputMode, Table, TableFileType};

use crate::export::format_file::{self, FormatFile, Writing};
use crate::report::{self, Report, batches};
use crate::sources::common::base_name;

/// The type of node.
pub static NODE: NodeType =
    NodeType { class: "TableNode", extension: None, inputs: Inputs::One, settings: &[], compile };

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings = compile.read(Table::from_node)?;
    let diagnostics = compile.diagnostics();
    diagnostics.unknown(&settings.unknown);
    diagnostics.unless(!settings.transpose, "transposeData", true, "transposing is not supported");
    let order = &settings.sort_order;
    diagnostics.unless(
        order == "natural",
        "tableSortOrder",
        order,
        "only the natural order of fields is supported",
    );
    let file = settings.output_file_path.as_deref().map(|path| stem(base_name(path)));
    let label = compile.node_ref().label.clone();
    let name = settings.output_name.as_deref().or(file).unwrap_or(&label);
    let (action, documents) = (compile.request().action, compile.documents());
    let format = match (action, documents) {
        (Action::Evaluation, DocumentFormat::Tab) => FileFormat::Tab,
        (Action::Evaluation, DocumentFormat::Sav) => {
            // Nobody chose the field names for Statistics: variables get names of their own.
            let options = SavWriteOptions { names: WriteNames::NamesAsLabels, ..SavWriteOptions::default() };
            let file = FormatFile::new(&format!("{name}.sav"), Writing::Sav(options), compile)?;
            return Ok(Compiled::terminal(file));
        }
        (Action::Evaluation, _) => {
            let shown = report::Shown::new(compile)?;
            let naming = report::Naming { name, file: "", transposed: false };
            return report::terminal(Rows { shown }, naming, compile);
        }
        _ => own_format(&settings).unwrap_or_else(|| compile.format()),
    };
    format_file::terminal(format, &format!("{name}.{}", format_file::extension(format)), compile)
}

/// The format of the node's own file: *Data (tab delimited)* or *Data (comma delimited)*. Web pages and output objects
/// use the format of the job instead.
fn own_format(settings: &Table) -> Option<FileFormat> {
    match (&settings.output_mode, &settings.output_file_type) {
        (OutputMode::File, TableFileType::Delimited) => Some(FileFormat::Csv),
        (OutputMode::File, TableFileType::Formatted) => Some(FileFormat::Tab),
        _ => None,
    }
}

/// Most records of a document that a person reads.
const MAX_ROWS: usize = 10_000;

/// Records as a document.
struct Rows {
    shown: report::Shown,
}

#[async_trait]
impl Report for Rows {
    fn kind(&self) -> &'static str {
        "table"
    }

    fn check(&self, _input: &DataModel) -> Result<(), NodeError> {
        Ok(())
    }

    async fn blocks(&self, input: Records, run: &NodeRun) -> Result<Vec<Block>, NodeError> {
        let names = input.model().names().map(str::to_owned).collect::<Vec<_>>();
        let mut table = satsuma_documents::Table::new("", names.clone());
        let mut records = 0;
        batches(input, &names, run, |columns, rows| {
            records += rows;
            let wanted = rows.min(MAX_ROWS.saturating_sub(table.rows.len()));
            for row in 0..wanted {
                table.push(columns.iter().map(|column| self.shown.cell(&Scalar::at(column, row))));
            }
            Ok(())
        })
        .await?;
        let mut blocks = Vec::new();
        if records > MAX_ROWS {
            blocks.push(Block::Text(format!("The first {MAX_ROWS} of {records} records.")));
        }
        blocks.push(Block::Table(table));
        Ok(blocks)
    }
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use satsuma_engine::FileFormat;
    use satsuma_engine::testing::Sketch;

    use crate::sources::testing::Job;

    /// IBM, "Table node output tab": the file types of a Table node.
    #[tokio::test]
    async fn a_file_of_the_node_has_its_own_format() {
        let values = "<field><name>N</name><storage>integer</storage><values>1 2</values></field>\
            <field><name>M</name><storage>integer</storage><values>3 4</values></field>";
        let input =
            format!("<dataMode>order</dataMode><userFieldTable><fields>{values}</fields></userFieldTable>");
        for (mode, kind, name, text) in [
            ("file", "delimited", "out.csv", "N,M\n1,3\n2,4\n"),
            ("file", "formatted", "out.tab", "N\tM\n1\t3\n2\t4\n"),
            ("file", "html", "out.tab", "N\tM\n1\t3\n2\t4\n"),
            ("screen", "delimited", "out.tab", "N\tM\n1\t3\n2\t4\n"),
        ] {
            let mut sketch = Sketch::default();
            let source = sketch.node("UserInputNode", "Input", &input, "");
            let properties = format!(
                "<outputMode>{mode}</outputMode><outputFileType>{kind}</outputFileType>\
                <outputFilePath>C:\\data\\out.html</outputFilePath>"
            );
            let table = sketch.node("TableNode", "Table", &properties, "");
            sketch.link(source, table).score_with(table);
            let mut job = Job::new(&sketch);
            job.request.format = FileFormat::Tab;
            let outcome = job.run().await.unwrap();
            assert_eq!(outcome.files[0].name, name, "{mode} {kind}");
            let written = std::fs::read_to_string(&outcome.files[0].path).unwrap();
            assert_eq!(written.replace("\r\n", "\n"), text, "{mode} {kind}");
        }
    }
}
