//! What all sources share: a file, then the filter and the types that a source has built in. Any
//! source can be replaced by a file.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use encoding_rs::Encoding;
use satsuma_stream::{Element, Field, FilterTable, StreamError, TypeTable};

use super::filter::Filter;
use super::types::{self, Types};
use crate::delimited::{DelimitedFile, DelimitedTable, Dialect, InvalidText, TextEncoding};
use crate::error::{EngineError, NodeRef};
use crate::node_work::NodeCounter;
use crate::refusals::NodeRefusals;
use crate::request::{FileFormat, SourceOverride};
use crate::step::Run;
use crate::step::{NodeContext, Source};
use crate::table::{FieldInfo, Storage, Table};

/// A source that reads a delimited file.
#[derive(Debug)]
pub(crate) struct FileSource {
    pub(crate) node: NodeRef,
    pub(crate) file: SourceFile,
    pub(crate) dialect: Dialect,
    /// Name and storage of the fields as the stream knows them, in the order of the file.
    pub(crate) known: Vec<(String, Storage)>,
    pub(crate) filter: Filter,
    pub(crate) types: Types,
}

/// Where a source's file is.
#[derive(Debug)]
pub(crate) enum SourceFile {
    /// The job says where.
    Given(PathBuf),
    /// The stream names it; the last part of its path.
    Named(String),
}

#[async_trait]
impl Source for FileSource {
    async fn open(&self, run: &Run, counter: Arc<NodeCounter>) -> Result<Table, EngineError> {
        let path = match &self.file {
            SourceFile::Given(path) => path.clone(),
            SourceFile::Named(name) => {
                let found = run.sources.locate(name).await;
                let found = found.map_err(|error| EngineError::io("look up", name.as_ref(), error))?;
                found.ok_or_else(|| EngineError::SourceMissing {
                    node: self.node.clone(),
                    file: name.clone(),
                })?
            }
        };
        let file = DelimitedFile::open(&path, self.dialect.clone(), &self.known, &self.node)?;
        let fields = file.fields.iter().map(|field| FieldInfo::new(&field.name, field.storage)).collect();
        let provider = DelimitedTable::new(file, Arc::clone(&run.meter), counter);
        let table = Table::new(run.session.read_table(Arc::new(provider))?, fields);
        self.types.typed(self.filter.filter(table)?)
    }

    fn wanted_file(&self) -> Option<&str> {
        match &self.file {
            SourceFile::Given(_) => None,
            SourceFile::Named(name) => Some(name),
        }
    }
}

/// A source of any type, replaced by a file that the job names.
pub(crate) fn replaced(
    context: &NodeContext<'_>,
    refusals: &mut NodeRefusals<'_>,
) -> Result<Option<Box<dyn Source>>, EngineError> {
    let Some(given) = context.source else {
        return Ok(None);
    };
    let format = given.format.or_else(|| FileFormat::of_name(&given.file_name)).unwrap_or(FileFormat::Csv);
    let Some(mut dialect) = standard_dialect(format, refusals) else {
        return Ok(None);
    };
    set_encoding(&mut dialect, given)?;
    let parts = Parts::read(context.node.element()).map_err(|error| refusals.damaged(&error))?;
    Ok(Some(Box::new(FileSource {
        node: refusals.node.clone(),
        file: SourceFile::Given(given.path.clone()),
        dialect,
        known: known_fields(&parts.fields, refusals),
        filter: Filter::new(parts.filter, refusals),
        types: Types::new(&parts.types, refusals),
    })))
}

/// What every source has, whatever it reads.
struct Parts {
    fields: Vec<Field>,
    filter: FilterTable,
    types: TypeTable,
}

impl Parts {
    fn read(node: &Element) -> Result<Self, StreamError> {
        let fields = node.child("importedFields").into_iter().flat_map(|list| list.children("field"));
        let property = |name| node.path(["properties", name]);
        Ok(Self {
            fields: fields.map(|field| Field::from_element(field)).collect::<Result<_, _>>()?,
            filter: property("filterTable").map(FilterTable::from_element).transpose()?.unwrap_or_default(),
            types: property("typeTable").map(TypeTable::from_element).transpose()?.unwrap_or_default(),
        })
    }
}

/// The dialect of a delimited format, or `None` with a refusal.
pub(crate) fn standard_dialect(format: FileFormat, refusals: &mut NodeRefusals<'_>) -> Option<Dialect> {
    match format {
        FileFormat::Csv | FileFormat::Tab => Some(Dialect::standard(format)),
        FileFormat::Parquet | FileFormat::Excel | FileFormat::Sav => {
            refusals.value("format", format, "files are read as CSV or TAB so far");
            None
        }
    }
}

/// The encoding that the job names for a file.
pub(crate) fn set_encoding(dialect: &mut Dialect, given: &SourceOverride) -> Result<(), EngineError> {
    let Some(label) = &given.encoding else {
        return Ok(());
    };
    let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        EngineError::Definition(format!("input {:?}: {label:?} is no known text encoding", given.node))
    })?;
    dialect.text = TextEncoding { encoding, invalid: InvalidText::Refuse };
    Ok(())
}

/// The fields as the stream saw them last; storages that a table cannot have are refused.
pub(crate) fn known_fields(fields: &[Field], refusals: &mut NodeRefusals<'_>) -> Vec<(String, Storage)> {
    let mut known = Vec::with_capacity(fields.len());
    for field in fields {
        let stored = &field.field_type.storage;
        match types::storage(stored) {
            Some(storage) => known.push((field.name.clone(), storage)),
            None => refusals.value(
                format!("importedFields/{:?}/storage", field.name),
                stored,
                "fields of this storage are not supported",
            ),
        }
    }
    known
}

/// The last part of a path of any system.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
