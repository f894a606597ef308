//! Data files as the source and export nodes of Modeler read and write them.
//!
//! - [`delimited`]: delimited text, for the Var. File and Flat File nodes, with readers of byte ranges.
//! - [`fixed`]: fixed-width text, for the Fixed File node.
//! - [`encoding`]: names of encodings, byte order marks, bytes to text.
//! - [`text`]: what both share: numbers, dates, storages, columns, faults.

pub mod delimited;
pub mod encoding;
pub mod fixed;
pub mod text;
