//! Records: a type, a length and so many bytes.

use super::{damaged, u16_at};
use crate::error::FormatError;

/// Types of records that are read.
pub(super) mod kind {
    pub(in super::super) const FORMULA: u16 = 0x0006;
    pub(in super::super) const EOF: u16 = 0x000A;
    pub(in super::super) const EXTERNAL_SHEET: u16 = 0x0017;
    pub(in super::super) const NAME: u16 = 0x0018;
    pub(in super::super) const DATE_MODE: u16 = 0x0022;
    pub(in super::super) const FILE_PASS: u16 = 0x002F;
    pub(in super::super) const CONTINUE: u16 = 0x003C;
    pub(in super::super) const BOUND_SHEET: u16 = 0x0085;
    pub(in super::super) const MULTIPLE_RK: u16 = 0x00BD;
    pub(in super::super) const MULTIPLE_BLANK: u16 = 0x00BE;
    pub(in super::super) const RICH_STRING: u16 = 0x00D6;
    pub(in super::super) const XF: u16 = 0x00E0;
    pub(in super::super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(in super::super) const LABEL_SHARED: u16 = 0x00FD;
    pub(in super::super) const SUPPORTING_BOOK: u16 = 0x01AE;
    pub(in super::super) const BLANK: u16 = 0x0201;
    pub(in super::super) const NUMBER: u16 = 0x0203;
    pub(in super::super) const LABEL: u16 = 0x0204;
    pub(in super::super) const BOOLEAN_OR_ERROR: u16 = 0x0205;
    pub(in super::super) const STRING: u16 = 0x0207;
    pub(in super::super) const RK: u16 = 0x027E;
    pub(in super::super) const FORMAT: u16 = 0x041E;
    pub(in super::super) const BOF: u16 = 0x0809;
}

/// A record.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
    /// The place of the next record.
    pub(super) next: usize,
}

/// The record at a place; `None` at the end of the stream.
pub(super) fn record(stream: &[u8], at: usize) -> Result<Option<Record<'_>>, FormatError> {
    let Some(kind) = u16_at(stream, at) else { return Ok(None) };
    let early = || damaged(at, "it ends in a record");
    let length = usize::from(u16_at(stream, at + 2).ok_or_else(early)?);
    let next = at + 4 + length;
    let data = stream.get(at + 4..next).ok_or_else(early)?;
    Ok(Some(Record { kind, data, next }))
}

/// The data of the records that continue one, and the place behind them.
pub(super) fn continuations(stream: &[u8], mut at: usize) -> Result<(Vec<&[u8]>, usize), FormatError> {
    let mut parts = Vec::new();
    while let Some(record) = record(stream, at)?.filter(|record| record.kind == kind::CONTINUE) {
        parts.push(record.data);
        at = record.next;
    }
    Ok((parts, at))
}
