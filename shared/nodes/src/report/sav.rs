//! The tables of a document as SPSS Statistics data: one file for each table.

use std::io::Cursor;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_documents::{Cell, Document, Format, Table};
use satsuma_engine::{EngineError, NodeError, NodeRun, Product, ResultFile};
use satsuma_formats::sav::{SavWriteOptions, SavWriter, WriteNames};

use crate::export::records::safe_document_name;
use crate::sources::records_table::format_error;

/// The most bytes of a text in Statistics data.
const MAX_TEXT: usize = 32_767;

/// The files of a document: the first one has its title, others their captions, too.
///
/// # Errors
/// If there is no table, or writing fails.
pub(super) fn files(document: &Document, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
    let mut products = Vec::new();
    for table in document.tables() {
        let Some((model, columns)) = columns(table)? else { continue };
        let title = match (products.is_empty(), table.caption.as_str()) {
            (true, _) | (false, "") => document.title.clone(),
            (false, caption) => format!("{}, {caption}", document.title),
        };
        let bytes = written(table, &model, columns, run)?;
        let path = run.result_path(Format::Sav.extension());
        std::fs::write(&path, &bytes).map_err(|error| EngineError::io("write", &path, error))?;
        let (rows, bytes) = (table.rows.len() as u64, bytes.len() as u64);
        run.written(0, bytes)?;
        products.push(Product::File(ResultFile {
            name: safe_document_name(&title, Format::Sav.extension()),
            path,
            media_type: Format::Sav.media_type(),
            rows,
            bytes,
            node: run.node().label.clone(),
        }));
    }
    match products.is_empty() {
        true => Err(NodeError::unsupported("the document has no table for a SAV file; ask for HTML")),
        false => Ok(products),
    }
}

fn written(
    table: &Table,
    model: &DataModel,
    columns: Vec<ArrayRef>,
    run: &NodeRun,
) -> Result<Vec<u8>, NodeError> {
    const MICROS: i64 = 1_000_000;
    let options = SavWriteOptions {
        names: WriteNames::NamesAsLabels,
        file_label: table.caption.clone(),
        created: run.now() / MICROS,
        ..SavWriteOptions::default()
    };
    let mut writer = SavWriter::new(model, Cursor::new(Vec::new()), options).map_err(format_error)?;
    let batch = RecordBatch::try_new(model.schema(), columns)?;
    writer.write(&batch).map_err(format_error)?;
    Ok(writer.finish(Cursor::new(Vec::new())).map_err(format_error)?.into_inner())
}

/// The fields of a table and their values; columns of charts are left out. `None` without a field.
fn columns(table: &Table) -> Result<Option<(DataModel, Vec<ArrayRef>)>, NodeError> {
    let mut names: Vec<String> = Vec::new();
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (at, heading) in table.columns.iter().enumerate() {
        let cells = table.rows.iter().filter_map(|row| row.get(at)).collect::<Vec<_>>();
        if cells.iter().any(|cell| matches!(cell, Cell::Chart(_))) {
            continue;
        }
        let name = unused(heading, at, &names);
        let (storage, column) = column(&cells);
        fields.push(Field::new(name.clone(), storage));
        columns.push(column);
        names.push(name);
    }
    if fields.is_empty() {
        return Ok(None);
    }
    let model = DataModel::new(fields).map_err(|error| NodeError::unsupported(error.to_string()))?;
    Ok(Some((model, columns)))
}

/// The heading of a column as a name that is not in use.
fn unused(heading: &str, at: usize, names: &[String]) -> String {
    let heading = if heading.is_empty() { format!("Column {}", at + 1) } else { heading.to_owned() };
    let numbered = (2..).map(|number| format!("{heading} {number}"));
    let mut free = std::iter::once(heading.clone()).chain(numbered);
    free.find(|name| !names.contains(name)).unwrap_or(heading)
}

/// Numbers where a column has nothing else, and text otherwise.
fn column(cells: &[&Cell]) -> (Storage, ArrayRef) {
    let filled = || cells.iter().filter(|cell| !matches!(cell, Cell::Empty));
    if filled().all(|cell| matches!(cell, Cell::Integer(_))) && filled().next().is_some() {
        let numbers = cells.iter().map(|cell| match cell {
            Cell::Integer(number) => Some(*number),
            _ => None,
        });
        return (Storage::Integer, Arc::new(numbers.collect::<Int64Array>()));
    }
    if filled().all(|cell| cell.is_number()) && filled().next().is_some() {
        let numbers = cells.iter().map(|cell| match cell {
            Cell::Integer(number) => Some(*number as f64),
            Cell::Real(number, _) => Some(*number),
            _ => None,
        });
        return (Storage::Real, Arc::new(numbers.collect::<Float64Array>()));
    }
    let texts = cells.iter().map(|cell| match cell {
        Cell::Empty | Cell::Chart(_) => None,
        Cell::Text(text) | Cell::Link(text) => Some(within(text).to_owned()),
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Real(number, _) => Some(satsuma_documents::shortest(*number)),
    });
    (Storage::String, Arc::new(texts.collect::<StringArray>()))
}

/// The begin of a text that Statistics data can hold.
fn within(text: &str) -> &str {
    let end = (0..=MAX_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
