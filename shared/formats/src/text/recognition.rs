//! The fields of a text file, from the stream and the first lines.

use std::collections::HashMap;

use satsuma_columns::Storage;

use super::block::Block;
use super::calendar::Calendar;
use super::fault::ReadError;
use super::infer::{FileField, Guess};
use super::number::NumberStyle;
use super::reader::Records;
use super::{BLOCK_CELLS, BLOCK_ROWS, SCAN_LINES};

/// Settings for recognising storages and date formats.
pub(crate) struct Recognition {
    pub(crate) numbers: NumberStyle,
    pub(crate) calendar: Calendar,
    pub(crate) recognise_dates: bool,
    pub(crate) scan_lines: usize,
}

impl Recognition {
    /// The fields with these names. The first records are scanned if a storage is missing in `known`, or is a
    /// date, whose format its values determine.
    pub(crate) fn fields<R: Records>(
        &self,
        names: Vec<String>,
        known: &[(String, Storage)],
        open: impl Fn() -> Result<R, ReadError>,
    ) -> Result<Vec<FileField>, ReadError> {
        let known = by_name(known);
        let storages = names.iter().map(|name| known.get(name.as_str()).copied()).collect::<Vec<_>>();
        let must_look = |storage: &Option<Storage>| storage.is_none_or(Storage::is_temporal);
        let guesses = match storages.iter().any(must_look) {
            true => self.guesses(names.len(), open()?)?,
            false => Vec::new(),
        };
        let fields =
            names.into_iter().zip(storages).enumerate().map(|(at, (name, storage))| match guesses.get(at) {
                Some(guess) => guess.field(name, storage),
                None => {
                    FileField { name, storage: storage.unwrap_or(Storage::String), calendar: self.calendar }
                }
            });
        Ok(fields.collect())
    }

    fn guesses(&self, width: usize, mut records: impl Records) -> Result<Vec<Guess>, ReadError> {
        let new = || Guess::new(self.numbers, self.calendar, self.recognise_dates);
        let mut guesses = (0..width).map(|_| new()).collect::<Vec<_>>();
        let mut left = self.scan_lines.clamp(1, SCAN_LINES);
        let block_rows = BLOCK_ROWS.min(BLOCK_CELLS / width.max(1)).max(1);
        while left > 0 && records.next(left.min(block_rows))? {
            records.show(&mut |block, text, _| {
                left -= block.rows.min(left);
                see(block, text, &mut guesses);
                Ok(())
            })?;
        }
        Ok(guesses)
    }
}

/// The storage of each name; of two with one name the first counts.
fn by_name(known: &[(String, Storage)]) -> HashMap<&str, Storage> {
    let mut named = HashMap::with_capacity(known.len());
    for (name, storage) in known {
        named.entry(name.as_str()).or_insert(*storage);
    }
    named
}

fn see(block: &Block, text: &[u8], guesses: &mut [Guess]) {
    let width = guesses.len();
    for (at, guess) in guesses.iter_mut().enumerate() {
        block.column(at, width).for_each(|span| guess.see(span.of(text), span.is_quoted()));
    }
}
