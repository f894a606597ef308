//! Tables to delimited files: what Table and Flat File nodes leave behind.

mod cell;
mod layout;
mod writer;

pub(crate) use layout::{Layout, LineEnd, Quoting};
pub(crate) use writer::DelimitedWriter;
