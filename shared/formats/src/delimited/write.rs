//! Records to delimited text: what the Flat File node writes.

mod cell;
mod format;
mod layout;
mod real;

#[cfg(test)]
mod tests;

pub use format::{WriteFault, format_batch, format_header};
pub use layout::{Layout, LineEnd, Quoting};
