//! Formats records as delimited text, the output of the Flat File node.

mod cell;
mod format;
mod layout;
mod real;

#[cfg(test)]
mod tests;

pub use format::{WriteFault, format_batch, format_header};
pub use layout::{Layout, LineEnd, Quoting};
