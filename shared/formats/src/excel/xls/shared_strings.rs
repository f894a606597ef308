//! The texts that cells refer to by number.

use super::text::Parts;
use super::{damaged, u32_at};
use crate::error::{FormatError, check_limit};

/// Bytes of all shared texts, which are held in memory. They are at most three times those of the file.
const MAX_BYTES: u64 = 512 << 20;

/// Shared texts.
#[derive(Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<usize>,
}

impl SharedStrings {
    /// Reads the record and those that continue it.
    pub(super) fn read(first: &[u8], rest: Vec<&[u8]>, offset: usize) -> Result<Self, FormatError> {
        let fault = || damaged(offset, "its shared texts do not fit their record");
        let count = u32_at(first, 4).ok_or_else(fault)?;
        let mut parts = Parts::new(first.get(8..).unwrap_or_default(), rest);
        let mut strings = Self::default();
        for _ in 0..count {
            parts.text(&mut strings.text).ok_or_else(fault)?;
            strings.ends.push(strings.text.len());
            check_limit("bytes of shared texts in the Excel workbook", strings.text.len() as u64, MAX_BYTES)?;
        }
        Ok(strings)
    }

    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }
}
