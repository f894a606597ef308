//! Record starts in a part of a file, for every possible state at its beginning.
//!
//! Whether a line end ends a record depends on all quotation marks before it. So each part is scanned once
//! for all states; then the states are joined from front to back (as in T. Mühlbauer et al., "Instant Loading
//! for Main Memory Databases", 2013).

use super::class::{Class, Classes};

/// States between two bytes: outside, in a pair of either mark, or in a comment.
pub(super) const STATES: usize = 4;
const OUTSIDE: u8 = 0;
const IN_COMMENT: u8 = 3;

/// The meaning of the bytes.
pub(super) struct Marks {
    classes: Classes,
    /// Paired marks: none, one or two.
    pairs: Vec<u8>,
    has_comments: bool,
}

impl Marks {
    pub(super) fn new(classes: Classes) -> Self {
        let pairs = classes.bytes_of(Class::PairedQuote);
        let has_comments = !classes.bytes_of(Class::Comment).is_empty();
        Self { classes, pairs, has_comments }
    }

    /// Whether every line end ends a record, so that a part is independent of the others.
    pub(super) fn are_plain(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// A scanned part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Walk {
    /// The state at the end, for each state at the start.
    pub(super) ends: [u8; STATES],
    /// The offset of the first record start, for each state at the start.
    pub(super) firsts: [Option<u64>; STATES],
}

impl Default for Walk {
    fn default() -> Self {
        Self { ends: [0, 1, 2, 3], firsts: [None; STATES] }
    }
}

impl Walk {
    /// Continues with `bytes` (at `offset` in the file); `next` is the byte after them.
    pub(super) fn over(&mut self, marks: &Marks, bytes: &[u8], offset: u64, next: Option<u8>) {
        match marks.pairs.as_slice() {
            [] => self.over_plain(marks, bytes, offset, next),
            [mark] if !marks.has_comments => self.over_one_kind(marks, *mark, bytes, offset, next),
            _ => {
                for at in 0..bytes.len() {
                    self.see(marks, bytes, at, offset, next);
                }
            }
        }
    }

    /// Without pairs, only the first line end matters.
    fn over_plain(&mut self, marks: &Marks, bytes: &[u8], offset: u64, next: Option<u8>) {
        let line_ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        for at in line_ends {
            if self.firsts.first().is_some_and(Option::is_some) {
                return;
            }
            self.see(marks, bytes, at, offset, next);
        }
    }

    /// With one kind of mark, a part begins outside or inside a pair. After both first records are found,
    /// only the number of marks matters.
    fn over_one_kind(&mut self, marks: &Marks, mark: u8, bytes: &[u8], offset: u64, next: Option<u8>) {
        let inside = step(OUTSIDE, Class::PairedQuote, mark);
        let mut at = 0;
        loop {
            let ways = self.ends.iter().zip(&self.firsts).enumerate();
            let ways =
                ways.filter(|(start, _)| *start == usize::from(OUTSIDE) || *start == usize::from(inside));
            let mut waiting = ways.filter(|(_, (_, first))| first.is_none()).peekable();
            if waiting.peek().is_none() {
                break;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match waiting.any(|(_, (state, _))| *state == OUTSIDE) {
                true => memchr::memchr3(mark, b'\n', b'\r', rest),
                false => memchr::memchr(mark, rest),
            };
            let Some(found) = found else { return };
            self.see(marks, bytes, at + found, offset, next);
            at += found + 1;
        }
        let marks_left = memchr::memchr_iter(mark, bytes.get(at..).unwrap_or_default()).count();
        if marks_left % 2 == 1 {
            self.ends.iter_mut().for_each(|state| *state = step(*state, Class::PairedQuote, mark));
        }
    }

    /// Processes the byte at `at`.
    fn see(&mut self, marks: &Marks, bytes: &[u8], at: usize, offset: u64, next: Option<u8>) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let next = bytes.get(at + 1).copied().or(next);
        let class = marks.classes.of_byte(byte);
        if !matches!(class, Class::PairedQuote | Class::Comment | Class::LineFeed | Class::CarriageReturn) {
            return;
        }
        let ends_line = class == Class::LineFeed || class == Class::CarriageReturn;
        let is_first_half = class == Class::CarriageReturn && next == Some(b'\n');
        for (state, first) in self.ends.iter_mut().zip(&mut self.firsts) {
            if ends_line && !is_first_half && first.is_none() && matches!(*state, OUTSIDE | IN_COMMENT) {
                *first = Some(offset + at as u64 + 1);
            }
            *state = step(*state, class, byte);
        }
    }
}

fn step(state: u8, class: Class, byte: u8) -> u8 {
    let of_mark = if byte == b'\'' { 1 } else { 2 };
    match (class, state) {
        (Class::PairedQuote, OUTSIDE) => of_mark,
        (Class::PairedQuote, state) if state == of_mark => OUTSIDE,
        (Class::Comment, OUTSIDE) => IN_COMMENT,
        (Class::LineFeed | Class::CarriageReturn, IN_COMMENT) => OUTSIDE,
        _ => state,
    }
}
