//! The reader and writer of Fast Infoset.

#![allow(missing_docs)]

#[path = "../../../shared/fastinfoset/tests/common/mutate.rs"]
pub mod mutate;

/// A document, read in one piece and in small ones, and written again.
pub fn read(data: &[u8]) {
    let _ = mutate::check(data);
}
