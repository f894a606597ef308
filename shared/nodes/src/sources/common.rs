//! Common code of sources: a file, then the filter and the types that a source contains.

use std::path::PathBuf;

use async_trait::async_trait;
use encoding_rs::Encoding;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{
    Compile, EngineError, FileFormat, NodeDiagnostics, NodeError, NodeRun, Reported, Source, SourceOverride,
    Table,
};
use satsuma_formats::delimited::{Dialect, InvalidText, TextEncoding};
use satsuma_formats::encoding::{Defaults, resolve};
use satsuma_stream::{Element, FilterTable, StreamError, TypeTable};

use super::delimited;
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// A source that reads a delimited file.
#[derive(Debug)]
pub struct FileSource {
    pub(crate) file: SourceFile,
    pub(crate) dialect: Dialect,
    /// Name and storage of the fields in the stream, in the order of the file.
    pub(crate) known: Vec<(String, Storage)>,
    pub(crate) filter: Filter,
    pub(crate) types: Types,
}

/// The location of a source's file.
#[derive(Debug)]
pub(crate) enum SourceFile {
    /// The job names it.
    Given(PathBuf),
    /// The stream names it; contains the last part of its path.
    Named(String),
}

impl SourceFile {
    /// A local copy of the file.
    pub(crate) async fn locate(&self, run: &NodeRun) -> Result<PathBuf, NodeError> {
        let name = match self {
            Self::Given(path) => return Ok(path.clone()),
            Self::Named(name) => name,
        };
        let found = run.data().locate(name).await;
        let found = found.map_err(|error| EngineError::io("look up", name.as_ref(), error))?;
        let missing = || EngineError::SourceMissing { node: run.node().clone(), file: name.clone() };
        Ok(found.ok_or_else(missing)?)
    }
}

#[async_trait]
impl Source for FileSource {
    fn wanted_file(&self) -> Option<&str> {
        match &self.file {
            SourceFile::Given(_) => None,
            SourceFile::Named(name) => Some(name),
        }
    }

    fn model(&self) -> Result<DataModel, NodeError> {
        if self.known.is_empty() {
            return Err(NodeError::NeedsRecords);
        }
        let fields = self.known.iter().map(|(name, storage)| Field::new(name, *storage));
        self.types.described(&self.filter.filtered(&DataModel::new(fields.collect())?)?)
    }

    async fn open(&self, run: &NodeRun) -> Result<Table, NodeError> {
        let path = self.file.locate(run).await?;
        let table = delimited::table(&path, self.dialect.clone(), &self.known, run).await?;
        self.types.typed(self.filter.filter(table)?, run)
    }

    async fn instantiate(&self, table: Table, run: &NodeRun) -> Result<Table, NodeError> {
        self.types.instantiated(table, run).await
    }
}

/// The parts that every source has.
pub(crate) struct Parts {
    pub(crate) fields: Vec<satsuma_stream::Field>,
    pub(crate) filter: FilterTable,
    pub(crate) types: TypeTable,
}

impl Parts {
    pub(crate) fn read(node: &Element) -> Result<Self, StreamError> {
        let fields = node.child("importedFields").into_iter().flat_map(|list| list.children("field"));
        let property = |name| node.path(["properties", name]);
        Ok(Self {
            fields: fields
                .map(|field| satsuma_stream::Field::from_element(field))
                .collect::<Result<_, _>>()?,
            filter: property("filterTable").map(FilterTable::from_element).transpose()?.unwrap_or_default(),
            types: property("typeTable").map(TypeTable::from_element).transpose()?.unwrap_or_default(),
        })
    }
}

/// The dialect of a delimited format.
///
/// # Errors
/// The format is another one.
pub(crate) fn standard_dialect(format: FileFormat, compile: &mut Compile<'_>) -> Result<Dialect, Reported> {
    match format {
        FileFormat::Csv => Ok(Dialect::standard(b',')),
        FileFormat::Tab => Ok(Dialect::standard(b'\t')),
        FileFormat::Parquet | FileFormat::Excel | FileFormat::Sav => {
            Err(compile.refuse_value("format", format, "only CSV and TAB files are supported"))
        }
    }
}

/// Sets the encoding that the job names for a file.
///
/// # Errors
/// The job names an unknown encoding.
pub(crate) fn set_encoding(
    dialect: &mut Dialect,
    given: &SourceOverride,
    compile: &mut Compile<'_>,
) -> Result<(), Reported> {
    let Some(label) = &given.encoding else {
        return Ok(());
    };
    let system = system_encoding(compile)?;
    let defaults = Defaults { stream: &compile.stream().properties.file_encoding.clone(), system };
    let encoding = resolve(label, defaults)
        .map_err(|error| compile.diagnostics().undefined(format!("input {:?}: {error}", given.node)))?;
    dialect.text = TextEncoding { encoding, invalid: InvalidText::Refuse };
    Ok(())
}

/// The encoding of text files whose node has the server default or system default.
///
/// # Errors
/// The job names an unknown encoding.
pub(crate) fn system_encoding(compile: &mut Compile<'_>) -> Result<&'static Encoding, Reported> {
    let label = compile.request().system_encoding.clone();
    // The words for defaults would stand for themselves.
    let defaults = Defaults { stream: "UTF-8", system: encoding_rs::UTF_8 };
    resolve(&label, defaults)
        .map_err(|error| compile.diagnostics().undefined(format!("the system encoding: {error}")))
}

/// The last known fields in the stream; storages that a table cannot have are refused.
pub(crate) fn known_fields(
    fields: &[satsuma_stream::Field],
    diagnostics: &mut NodeDiagnostics<'_>,
) -> Vec<(String, Storage)> {
    let mut known = Vec::with_capacity(fields.len());
    for field in fields {
        let stored = &field.field_type.storage;
        match Storage::of_stream(stored) {
            Some(storage) => known.push((field.name.clone(), storage)),
            None => {
                let property = format!("importedFields/{:?}/storage", field.name);
                diagnostics.refuse_value(property, stored, "fields of this storage are not supported");
            }
        }
    }
    known
}

/// The last part of a path of any operating system.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
