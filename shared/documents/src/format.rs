//! The formats of documents.

use std::fmt;

use crate::document::Document;
use crate::{html, picture, rtf, tab, xml};

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// A web page.
    #[default]
    Html,
    /// A picture of the charts, compressed with losses.
    Jpg,
    /// A picture of the charts.
    Png,
    /// Rich text, for word processors.
    Rtf,
    /// SPSS Statistics data: tables, which the crate of file formats writes.
    Sav,
    /// Tab-separated text.
    Tab,
    /// XML.
    Xml,
}

/// Why a document cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// A picture shows charts, and the document has none.
    NoChart(Format),
    /// The renderer failed.
    Picture(String),
    /// Statistics data are records, not a document.
    Records,
}

impl Format {
    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Rtf => "rtf",
            Self::Sav => "sav",
            Self::Tab => "tab",
            Self::Xml => "xml",
        }
    }

    /// The media type of its files.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Rtf => "application/rtf",
            Self::Sav => "application/x-spss-sav",
            Self::Tab => "text/tab-separated-values; charset=utf-8",
            Self::Xml => "application/xml",
        }
    }

    /// Whether it shows charts alone.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpg | Self::Png)
    }

    /// The document as a file.
    ///
    /// # Errors
    /// A picture of a document without charts; a failure of the renderer; [`Format::Sav`].
    pub fn write(self, document: &Document) -> Result<Vec<u8>, WriteError> {
        match self {
            Self::Html => Ok(html::page(document).into_bytes()),
            Self::Tab => Ok(tab::tables(document).into_bytes()),
            Self::Xml => Ok(xml::report(document).into_bytes()),
            Self::Rtf => rtf::file(document).map(String::into_bytes),
            Self::Png | Self::Jpg => picture::of(document, self),
            Self::Sav => Err(WriteError::Records),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Html => "HTML",
            Self::Jpg => "JPG",
            Self::Png => "PNG",
            Self::Rtf => "RTF",
            Self::Sav => "SAV",
            Self::Tab => "TAB",
            Self::Xml => "XML",
        })
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChart(format) => {
                write!(f, "a {format} file shows charts, and this document has none; ask for HTML")
            }
            Self::Picture(message) => write!(f, "the picture cannot be drawn: {message}"),
            Self::Records => f.write_str("a document is not written as Statistics data; ask for HTML"),
        }
    }
}

impl std::error::Error for WriteError {}
