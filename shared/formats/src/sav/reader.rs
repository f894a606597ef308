//! Reading a SAV file.

use std::io::{BufReader, Read};
use std::sync::Arc;

use arrow_array::RecordBatch;
use satsuma_columns::{BlankRange, Blanks, DataModel, Field, Format, Measure, Scalar, Storage};

use super::cases::Cases;
use super::charset::{self, text};
use super::columns::{Column, NULL_TEXT, Shared};
use super::format;
use super::options::{ReadNames, ReadValues, SavReadOptions};
use super::raw::RawDictionary;
use super::source::{SAV, Source};
use super::variable::{Variable, number, variables};
use super::{extension, read_raw};
use crate::error::FormatError;
use crate::names::unique_names;
use crate::reader::{BATCH_ROWS, RecordReader};

/// Buffered bytes of the file.
const BUFFER: usize = 64 << 10;
/// The most bytes of the cases of a batch. Wide files have batches of fewer rows.
const BATCH_BYTES: usize = 64 << 20;

/// A reader of SAV and ZSAV files. It reads its input once from front to back and holds one batch.
pub struct SavReader<R> {
    model: DataModel,
    info: SavInfo,
    cases: Cases<R>,
    columns: Vec<Column>,
    shared: Shared,
    row: Vec<u8>,
    rows_read: u64,
    ended: bool,
}

/// Facts of a SAV file beside its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavInfo {
    /// The program that wrote it.
    pub product: String,
    /// The label of the file; often empty.
    pub file_label: String,
    /// The name of the character encoding in the Encoding Standard.
    pub encoding: &'static str,
    /// The number of cases, if the writer knew it.
    pub cases: Option<u64>,
    /// The field that weights cases. Modeler displays it and does not use it.
    pub weight: Option<String>,
}

impl<R: Read> SavReader<R> {
    /// Reads the dictionary of a file.
    ///
    /// # Errors
    /// If the dictionary is damaged, above its limits or in an encoding that is not supported.
    pub fn open(input: R, options: &SavReadOptions) -> Result<Self, FormatError> {
        let mut source = Source::new(BufReader::with_capacity(BUFFER, input));
        let raw = read_raw::read(&mut source)?;
        let offset = source.offset;
        let encoding = charset::encoding(raw.extensions.encoding.as_deref(), raw.extensions.character_code)?;
        let mut variables = variables(&raw, encoding)?;
        extension::extend(&raw, encoding, &mut variables);
        let shared = Shared { order: raw.order, sysmis: raw.extensions.sysmis, encoding };
        let labels_as_data = options.values == ReadValues::LabelsAsData;
        let columns = variables.iter().map(|variable| {
            let storage = variable.storage(options.use_field_format_for_storage);
            Column::new(variable, storage, labels_as_data, shared)
        });
        let columns = columns.collect();
        let names = names(&variables, options.names);
        let fields =
            variables.iter().zip(&names).map(|(variable, name)| field(variable, name, options, shared));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let model = DataModel::new(fields)
            .map_err(|duplicate| FormatError::damaged_in(SAV, "in its dictionary", duplicate.to_string()))?;
        Ok(Self {
            info: info(&raw, &variables, &names, shared),
            cases: Cases::new(source.into_input(), offset, &raw)?,
            model,
            columns,
            shared,
            row: vec![0; raw.slots * 8],
            rows_read: 0,
            ended: false,
        })
    }

    /// Facts of the file beside its fields.
    pub fn info(&self) -> &SavInfo {
        &self.info
    }

    /// Reads a row; false at the end.
    fn next_row(&mut self) -> Result<bool, FormatError> {
        if self.info.cases == Some(self.rows_read) {
            return Ok(false);
        }
        if !self.cases.next(&mut self.row)? {
            let Some(cases) = self.info.cases else { return Ok(false) };
            let problem = format!("it has {} of its {cases} cases", self.rows_read);
            return Err(FormatError::damaged_in(SAV, "at its end", problem));
        }
        for column in &mut self.columns {
            column.append(&self.row, self.shared)?;
        }
        self.rows_read += 1;
        Ok(true)
    }
}

impl<R: Read> RecordReader for SavReader<R> {
    fn data_model(&self) -> &DataModel {
        &self.model
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, FormatError> {
        if self.ended {
            return Ok(None);
        }
        let most = (BATCH_BYTES / self.row.len().max(1)).clamp(1, BATCH_ROWS);
        let mut rows = 0;
        while rows < most {
            if !self.next_row()? {
                self.ended = true;
                break;
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        let batch = RecordBatch::try_new(self.model.schema(), columns);
        batch.map(Some).map_err(|error| FormatError::Batch(error.to_string()))
    }
}

/// Field names, each once.
fn names(variables: &[Variable], option: ReadNames) -> Vec<String> {
    let names = variables.iter().map(|variable| match (option, &variable.label) {
        (ReadNames::LabelsAsNames, Some(label)) => label.as_str(),
        _ => variable.name.as_str(),
    });
    unique_names(names)
}

fn field(
    variable: &Variable,
    name: &str,
    options: &SavReadOptions,
    shared: Shared,
) -> Result<Field, FormatError> {
    let stored = variable.storage(options.use_field_format_for_storage);
    let value = |bytes: &[u8]| scalar(variable, bytes, stored, shared);
    let labels = variable.labels.iter().map(|(bytes, label)| Ok((value(bytes)?, label.clone())));
    let labels = labels.collect::<Result<Vec<_>, FormatError>>()?;
    let blanks = blanks(variable, stored, &value)?;
    let labels_are_data = options.values == ReadValues::LabelsAsData && !labels.is_empty();
    let storage = if labels_are_data { Storage::String } else { stored };
    let mut field = Field::new(name, storage);
    field.measure = match (&variable.measure, storage) {
        (Some(Measure::Range) | None, Storage::String) if labels_are_data => Measure::Set,
        (Some(Measure::Range), Storage::String) => Measure::Set,
        (Some(measure), _) => measure.clone(),
        (None, _) => field.measure,
    };
    field.role = variable.role.clone();
    field.label = variable.label.clone().filter(|_| options.names == ReadNames::NamesAndLabels);
    if labels_are_data {
        field.blanks = blanks.map(|blanks| Arc::new(labelled_blanks(&blanks, &labels)));
    } else {
        field.blanks = blanks.map(Arc::new);
        field.value_labels = labels.into();
    }
    if storage == Storage::Real {
        let width = Some(u16::from(variable.format.width)).filter(|width| *width > 0);
        field.format = Format { decimals: Some(variable.format.decimals), width };
    }
    Ok(field)
}

fn scalar(
    variable: &Variable,
    bytes: &[u8],
    storage: Storage,
    shared: Shared,
) -> Result<Scalar, FormatError> {
    if variable.is_string() {
        return Ok(Scalar::text(text(shared.encoding, bytes)));
    }
    let number = number(bytes, shared.order).unwrap_or(shared.sysmis);
    Ok(match format::scalar(number, storage) {
        // A label or missing value that no value of the field equals.
        Err(_) => Scalar::Real(number),
        Ok(scalar) => scalar,
    })
}

/// User-missing values are blanks, and so is null.
fn blanks(
    variable: &Variable,
    storage: Storage,
    value: &dyn Fn(&[u8]) -> Result<Scalar, FormatError>,
) -> Result<Option<Blanks>, FormatError> {
    let missing = &variable.missing;
    if missing.values.is_empty() && missing.range.is_none() {
        return Ok(None);
    }
    // Null itself is blank, in all its notations.
    let values =
        missing.values.iter().filter(|value| !variable.is_string() || *value != NULL_TEXT.as_bytes());
    let end = |number: f64| {
        if number.is_infinite() {
            return None;
        }
        Some(format::scalar(number, storage).unwrap_or(Scalar::Real(number)))
    };
    Ok(Some(Blanks {
        null: true,
        white_space: false,
        values: values.map(|bytes| value(bytes)).collect::<Result<_, _>>()?,
        range: missing.range.map(|(low, high)| BlankRange { low: end(low), high: end(high) }),
    }))
}

/// Blanks of a field whose data are labels: the labels of blank values.
fn labelled_blanks(blanks: &Blanks, labels: &[(Scalar, String)]) -> Blanks {
    let labels = labels.iter().filter(|(value, _)| blanks.contain(value));
    let values = labels.map(|(_, label)| Scalar::text(label.as_str())).collect();
    Blanks { values, range: None, ..blanks.clone() }
}

fn info(raw: &RawDictionary, variables: &[Variable], names: &[String], shared: Shared) -> SavInfo {
    let weight = usize::try_from(raw.weight_slot).ok().and_then(|slot| slot.checked_sub(1));
    let weight = weight.and_then(|slot| variables.iter().position(|variable| variable.slot == slot));
    SavInfo {
        product: text(shared.encoding, raw.product.strip_prefix(b"@(#)").unwrap_or(&raw.product))
            .trim()
            .to_owned(),
        file_label: text(shared.encoding, &raw.file_label),
        encoding: shared.encoding.name(),
        cases: raw.cases,
        weight: weight.and_then(|at| names.get(at)).cloned(),
    }
}
