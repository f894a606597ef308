//! Common code of terminal nodes with a document.

mod categories;
mod columns;
mod moments;
mod sav;
mod shown;

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_documents::{Block, Document, Format};
use satsuma_engine::{Compile, Compiled, NodeError, NodeRun, Product, Reported, Table, Terminal};

use crate::export::records::safe_document_name;
use crate::sources::common::base_name;

pub(crate) use self::categories::{Categories, in_order};
pub(crate) use self::columns::{batches, blanks, numbers};
pub(crate) use self::moments::{Comoments, Moments, median, normal_curve};
pub(crate) use self::shown::Shown;

/// The settings that all output nodes have, beside those of their own. Each decides about a file or a screen, not about
/// the numbers.
macro_rules! report_settings {
    (
        $(#[$meta:meta])* $visibility:vis struct $name:ident { $($fields:tt)* }
        ignored: [$($ignored:literal),* $(,)?]
    ) => {
        satsuma_engine::settings! {
            $(#[$meta])* $visibility struct $name {
                /// Whether Modeler names the output.
                automatic_name: bool = value("autoOutputName", "", true),
                /// The name of the output.
                output_name: String = text("outputName", "output_name"),
                /// The file of the output.
                file: String = text("outputFilePath", "full_filename"),
                /// Whether rows become columns.
                transposed: bool = value("transposeData", "transpose_data", false),
                $($fields)*
            }
            ignored: [
                "outputMode", "outputFileType", "reportOutputFileType", "outputLinesPerPage", "paginateOutput",
                $($ignored),*
            ]
        }

        impl $name {
            /// Title and layout of the document.
            pub(crate) fn naming(&self) -> $crate::report::Naming<'_> {
                let name = if self.automatic_name { "" } else { self.output_name.as_str() };
                $crate::report::Naming { name, file: &self.file, transposed: self.transposed }
            }
        }
    };
}
pub(crate) use report_settings;

/// The title of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming<'a> {
    /// The name that the user gave the output; empty for none.
    pub(crate) name: &'a str,
    /// The path of its file; empty for none.
    pub(crate) file: &'a str,
    /// Whether rows become columns.
    pub(crate) transposed: bool,
}

/// What a document consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Tables, perhaps with charts.
    Tables,
    /// Charts alone.
    Charts,
}

impl Content {
    /// The format of such a document where a job asks for one; a web page where it cannot have that.
    fn format(self, asked: Format) -> Format {
        match (asked, self) {
            (Format::Jpg | Format::Png, Self::Tables) => Format::Html,
            (Format::Sav, Self::Charts) => Format::Html,
            _ => asked,
        }
    }
}

/// A node that makes a document.
#[async_trait]
pub(crate) trait Report: Send + Sync + 'static {
    /// The type of document, for programs.
    fn kind(&self) -> &'static str;

    /// What the document consists of, which decides the formats that it can have.
    fn content(&self) -> Content {
        Content::Tables
    }

    /// Checks the fields that arrive, without any record.
    ///
    /// # Errors
    /// What is wrong.
    fn check(&self, input: &DataModel) -> Result<(), NodeError>;

    /// The content of the document.
    ///
    /// # Errors
    /// Whatever fails.
    async fn blocks(&self, input: Table, run: &NodeRun) -> Result<Vec<Block>, NodeError>;
}

/// The end of a branch that makes a document.
///
/// # Errors
/// If the document is to be transposed.
pub(crate) fn terminal(
    report: impl Report,
    naming: Naming<'_>,
    compile: &mut Compile<'_>,
) -> Result<Compiled, Reported> {
    if naming.transposed {
        return Err(compile.refuse_value("transposeData", true, "transposing is not supported"));
    }
    let label = compile.node_ref().label.clone();
    let file = base_name(naming.file);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let title = [naming.name, stem].into_iter().find(|name| !name.is_empty()).unwrap_or(&label).to_owned();
    let format = report.content().format(compile.documents());
    let file_name = safe_document_name(&title, format.extension());
    Ok(Compiled::terminal(Reporter { report, title, file_name, format }))
}

struct Reporter<R> {
    report: R,
    title: String,
    file_name: String,
    format: Format,
}

#[async_trait]
impl<R: Report> Terminal for Reporter<R> {
    fn file_names(&self) -> Vec<String> {
        vec![self.file_name.clone()]
    }

    fn check(&self, input: &DataModel) -> Result<(), NodeError> {
        self.report.check(input)
    }

    /// Members of sets give the order of categories.
    fn uses_values(&self) -> bool {
        true
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let blocks = self.report.blocks(input, run).await?;
        let document = Document { title: self.title.clone(), kind: self.report.kind(), blocks };
        match self.format {
            Format::Sav => sav::files(&document, run),
            format => Ok(vec![Product::Document(self.file_name.clone(), document, format)]),
        }
    }
}
