//! Compiled transformations without a model.

use arrow_array::{ArrayRef, RecordBatch};

use crate::document::{DataType, Document, OpType};
use crate::error::PmmlError;
use crate::program::{CHUNK, Fields, Input, Output, Program, Slot, arrow_type, by_name};

/// The compiled transformation dictionary of a document. It computes the derived fields batch by batch, from
/// any number of threads.
#[derive(Debug)]
pub struct Transformer {
    program: Program,
    outputs: Vec<Derived>,
    /// The column of each output.
    slots: Vec<Slot>,
}

/// A derived field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Its name.
    pub name: String,
    /// Its data type.
    pub data_type: DataType,
    /// Its measurement level.
    pub op_type: OpType,
    /// The type of its columns.
    pub arrow_type: arrow_schema::DataType,
}

impl Document {
    /// Compiles the transformation dictionary, for documents that only transform fields (Auto
    /// Data Prep).
    ///
    /// # Errors
    ///
    /// As [`Document::compile`].
    pub fn transformer(&self) -> Result<Transformer, PmmlError> {
        Transformer::compile(self)
    }
}

impl Transformer {
    /// Compiles all derived fields of a document.
    pub(crate) fn compile(document: &Document) -> Result<Self, PmmlError> {
        let names = document.transformation_dictionary.fields.iter().filter_map(|f| f.name.as_deref());
        Self::select(document, &names.collect::<Vec<_>>())
    }

    /// Compiles some of the derived fields, in the given order, with only the fields that they need.
    ///
    /// Auto Data Prep also writes intermediate fields (trimmed outliers, replaced missing values); the stream
    /// selects the ones for its output.
    ///
    /// # Errors
    ///
    /// [`PmmlError::MissingField`] for a name without a derived field, otherwise those of
    /// [`Document::compile`].
    pub fn select(document: &Document, names: &[&str]) -> Result<Self, PmmlError> {
        let dictionary = &document.transformation_dictionary;
        let mut fields = Fields::without_schema(&document.data_dictionary, dictionary)?;
        let mut outputs = Vec::new();
        let mut slots = Vec::new();
        for name in names {
            let derived = dictionary.fields.iter().find(|f| f.name.as_deref() == Some(name));
            let Some(derived) = derived else {
                return Err(PmmlError::MissingField { name: (*name).to_owned() });
            };
            slots.push(fields.field(name)?.slot);
            outputs.push(Derived {
                name: (*name).to_owned(),
                data_type: derived.data_type,
                op_type: derived.op_type,
                arrow_type: arrow_type(derived.data_type),
            });
        }
        Ok(Self { program: fields.builder.finish(&slots)?, outputs, slots })
    }

    /// The input fields of the outputs, in order of first use.
    pub fn inputs(&self) -> &[Input] {
        self.program.inputs()
    }

    /// The derived fields, in document order or in that of [`Transformer::select`].
    pub fn outputs(&self) -> &[Derived] {
        &self.outputs
    }

    /// Computes the outputs. Fields are found by name, and further columns are ignored. A cell whose
    /// expression is missing or invalid is null.
    ///
    /// # Errors
    ///
    /// [`PmmlError::MissingField`] if the batch lacks an input, [`PmmlError::FieldType`] if a
    /// column's type does not fit the document's, [`PmmlError::FieldValue`] for an integer
    /// beyond 2⁵³.
    pub fn transform(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>, PmmlError> {
        let columns = by_name(self.inputs(), batch)?;
        self.transform_columns(batch.num_rows(), &columns)
    }

    /// Computes the outputs from columns in the order of [`Transformer::inputs`], with `rows` rows each.
    ///
    /// # Errors
    ///
    /// Those of [`Transformer::transform`], and [`PmmlError::Shape`] for a wrong number or length of columns.
    pub fn transform_columns(&self, rows: usize, columns: &[ArrayRef]) -> Result<Vec<ArrayRef>, PmmlError> {
        let data = self.program.convert(rows, columns)?;
        let mut frame = self.program.frame(rows);
        let mut outputs: Vec<_> = self.outputs.iter().map(|o| Output::new(o.data_type, rows)).collect();
        for from in (0..rows).step_by(CHUNK) {
            let chunk = CHUNK.min(rows - from);
            self.program.run(&mut frame, &data, from, chunk);
            for (output, slot) in outputs.iter_mut().zip(&self.slots) {
                output.extend(frame.column(*slot), chunk);
            }
        }
        Ok(outputs.into_iter().map(Output::finish).collect())
    }
}

#[cfg(test)]
mod tests;
