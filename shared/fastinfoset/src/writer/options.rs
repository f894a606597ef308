//! How to write a document.

use crate::header::Header;
use crate::vocabulary::Vocabulary;

/// How to write a document. The default writes an empty header and puts nothing but names into tables.
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
    /// What the document says before its first event.
    pub header: Header,
    /// The vocabulary that both sides know under the header's URI; not written.
    pub external: Vocabulary,
    /// The vocabulary that the header holds.
    pub initial: Vocabulary,
    /// Attribute values of fewer characters (UTF-16 units) go into their table. 0: none.
    pub index_values_below: usize,
    /// Pieces of text of fewer characters go into their table. 0: none.
    pub index_chunks_below: usize,
    /// Whether text and values are written as UTF-16, which is shorter for, say, Chinese.
    pub utf16: bool,
}

impl WriterOptions {
    /// Puts values and text of up to 31 characters into tables, as the common Java implementation
    /// does, and with it the streams of IBM SPSS Modeler.
    pub fn indexing() -> Self {
        WriterOptions { index_values_below: 32, index_chunks_below: 32, ..WriterOptions::default() }
    }
}
