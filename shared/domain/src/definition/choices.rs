//! What a job does with its stream, and in which form it answers.

use serde::{Deserialize, Serialize};

use super::words::words;

/// What a job does with its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Executes the model builders; the result is the updated stream.
    Training,
    /// Executes the document builders; the result is a zip of their documents.
    Evaluation,
    /// Training whose result replaces the uploaded stream.
    AutoRefresh,
    /// Executes the scoring branch.
    BatchScore,
    /// Executes the stream as its own properties say, scripts included.
    RunStream,
}

words! {
    /// The form of generated documents and of result data.
    ReportFormat: "report format" {
        /// Web pages.
        Html = "HTML",
        /// Pictures.
        Jpg = "JPG" | "JPEG",
        /// Pictures.
        Png = "PNG",
        /// Rich text.
        Rtf = "RTF",
        /// SPSS Statistics data.
        Sav = "SAV",
        /// Tab-separated text.
        Tab = "TAB",
        /// XML.
        Xml = "XML",
    }
}

words! {
    /// Where results go that no export names.
    OutputType: "output type" {
        /// Into files, fetched by the `dataUrl` of the status.
        DataUrl = "DATA_URL",
    }
}
