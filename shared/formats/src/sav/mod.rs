//! IBM SPSS Statistics data files (`.sav` and `.zsav`).
//!
//! A file is a header, a dictionary of variables and the cases: rows of 8-byte values, a number in one, a string in
//! as many as it needs. The cases may be compressed by a bytecode, and that by zlib. Format after the public
//! description in the PSPP developer manual, "System File Format".

mod cases;
mod charset;
mod columns;
mod extension;
mod format;
mod layout;
mod names;
mod options;
mod raw;
mod read_raw;
mod reader;
mod source;
mod spool;
mod variable;
mod write_cases;
mod write_dictionary;
mod writer;

pub use options::{ReadNames, ReadValues, SavReadOptions, SavWriteOptions, WriteNames};
pub use raw::Compression;
pub use reader::{SavInfo, SavReader};
pub use source::ByteOrder;
pub use writer::SavWriter;
