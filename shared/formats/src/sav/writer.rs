//! Writing a SAV file.

use std::io::{BufWriter, Read, Seek, Write};

use arrow_array::RecordBatch;
use satsuma_columns::{DataModel, Storage};

use super::columns::NULL_TEXT;
use super::layout::Layout;
use super::names::variable_names;
use super::options::{SavWriteOptions, WriteNames};
use super::raw::{Compression, MAX_SLOTS, slots_of};
use super::spool::{Replay, Spool};
use super::variable::PIECE_BYTES;
use super::write_cases::{Bytecode, Plain, Values, ZlibBlocks};
use super::write_dictionary;
use crate::error::{FormatError, check_limit};

/// A writer of SAV and ZSAV files.
///
/// The format has the width of every string and the number of cases before the first case. Cases therefore go
/// to a temporary store first, usually an unnamed temporary file; memory contains one row.
pub struct SavWriter<S> {
    model: DataModel,
    names: Vec<String>,
    options: SavWriteOptions,
    spool: Spool<S>,
}

impl<S: Read + Write + Seek> SavWriter<S> {
    /// A writer for records of a data model. `store` is empty and gets about as many bytes as the data.
    ///
    /// # Errors
    /// If a field is a list, or its name is not allowed in Statistics.
    pub fn new(model: &DataModel, store: S, options: SavWriteOptions) -> Result<Self, FormatError> {
        if model.is_empty() {
            return Err(FormatError::Unwritable("a SAV file needs a field; there is none".to_owned()));
        }
        if let Some(list) = model.fields().iter().find(|field| matches!(field.storage, Storage::List(_))) {
            return Err(FormatError::Unsupported(format!("the list field {:?} in a SAV file", list.name)));
        }
        let names = variable_names(model.fields(), options.names)?;
        Ok(Self { model: model.clone(), names, options, spool: Spool::new(store, model.len()) })
    }

    /// Adds records.
    ///
    /// # Errors
    /// If columns are not those of the model, a string has more than 32,767 bytes, or the store fails.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        if batch.num_columns() != self.model.len() {
            let problem = format!("{} columns for {} fields", batch.num_columns(), self.model.len());
            return Err(FormatError::Batch(problem));
        }
        self.spool.add(batch, &self.model)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If the store or the output fails.
    pub fn finish<W: Write + Seek>(self, out: W) -> Result<W, FormatError> {
        let labels_are_names = self.options.names == WriteNames::NamesAsLabels;
        let mut layouts = Vec::with_capacity(self.model.len());
        let mut records = 0;
        for ((field, name), strings) in self.model.fields().iter().zip(self.names).zip(&self.spool.strings) {
            let label = if labels_are_names { Some(field.name.as_str()) } else { field.label.as_deref() };
            let layout = Layout::new(field, name, label, *strings, records);
            records += layout.record_widths().count();
            layouts.push(layout);
        }
        let slots = layouts.iter().map(Layout::slots).sum::<usize>();
        check_limit("8-byte values in a case of the SAV file", slots as u64, MAX_SLOTS)?;
        let cases = self.spool.cases;
        let order = self.options.byte_order;
        let mut out = BufWriter::new(out);
        let start = write_dictionary::write(&mut out, &layouts, cases, &self.options)?;
        let replay = self.spool.replay()?;
        match self.options.compression {
            Compression::None => write_cases(replay, &layouts, cases, &mut Plain { out: &mut out, order })?,
            Compression::Bytecode => {
                write_cases(replay, &layouts, cases, &mut Bytecode::new(&mut out, order))?
            }
            Compression::Zlib => {
                let mut codes = Bytecode::new(ZlibBlocks::new(&mut out, order, start)?, order);
                write_cases(replay, &layouts, cases, &mut codes)?;
                codes.out.finish()?;
            }
        }
        out.into_inner().map_err(|error| FormatError::Io(error.into_error()))
    }
}

fn write_cases<S: Read>(
    mut replay: Replay<S>,
    layouts: &[Layout<'_>],
    cases: u64,
    values: &mut impl Values,
) -> Result<(), FormatError> {
    let mut text = Vec::new();
    for _ in 0..cases {
        for layout in layouts {
            if layout.width == 0 {
                values.number(replay.number()?)?;
                continue;
            }
            if !replay.string(&mut text)? {
                text.extend(NULL_TEXT.as_bytes());
            }
            write_string(&text, layout, values)?;
        }
    }
    values.finish()
}

/// A string in pieces of 255 bytes, each padded to whole 8-byte values.
fn write_string(text: &[u8], layout: &Layout<'_>, values: &mut impl Values) -> Result<(), FormatError> {
    let mut rest = text;
    for width in layout.record_widths() {
        let (piece, after) = rest.split_at(rest.len().min(PIECE_BYTES));
        rest = after;
        for slot in 0..slots_of(width) {
            let mut bytes = [b' '; 8];
            let from = piece.get(slot * 8..).unwrap_or_default();
            from.iter().zip(&mut bytes).for_each(|(from, to)| *to = *from);
            values.text(bytes)?;
        }
    }
    Ok(())
}
