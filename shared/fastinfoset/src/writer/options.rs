//! Options of the writer.

use crate::header::Header;
use crate::vocabulary::Vocabulary;

/// Options of the writer. The default writes an empty header, and only names go into tables.
///
/// ```
/// use satsuma_fastinfoset::{Header, Name, Writer, WriterOptions};
///
/// let header = Header { version: Some("1.0".into()), ..Header::default() };
/// let options = WriterOptions { header, ..WriterOptions::indexing() };
/// let mut writer = Writer::with_options(Vec::new(), &options)?;
/// writer.start_element(&Name::local("list"), &[])?;
/// for _ in 0..100 {
///     writer.text("literal once, then one byte")?;
/// }
/// writer.end_element()?;
/// assert_eq!(writer.finish()?.len(), 144);
/// # Ok::<(), satsuma_fastinfoset::WriteError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WriterOptions {
    /// The header of the document.
    pub header: Header,
    /// The vocabulary that both sides have under the header's URI; it is not written.
    pub external: Vocabulary,
    /// The vocabulary in the header.
    pub initial: Vocabulary,
    /// Attribute values with fewer characters (UTF-16 units) go into their table. 0: none.
    pub index_values_below: usize,
    /// Pieces of text with fewer characters go into their table. 0: none.
    pub index_chunks_below: usize,
    /// Whether text and values are written as UTF-16, which is shorter for Chinese, for example.
    pub utf16: bool,
}

impl WriterOptions {
    /// Values and text of up to 31 characters go into tables, as in the common Java implementation and in the
    /// streams of IBM SPSS Modeler.
    pub fn indexing() -> Self {
        WriterOptions { index_values_below: 32, index_chunks_below: 32, ..WriterOptions::default() }
    }
}
