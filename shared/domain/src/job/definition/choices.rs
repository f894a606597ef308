//! The actions, report formats and output types of a job.

use super::words::words;

words! {
    /// The operation of a job on its stream.
    Action: "action" {
        /// Executes the model builders. The result is the updated stream.
        Training = "TRAINING",
        /// Executes the document builders. The result is a zip file of their documents.
        Evaluation = "EVALUATION",
        /// Like `TRAINING`; the result also replaces the uploaded stream.
        AutoRefresh = "AUTO_REFRESH",
        /// Executes the scoring branch.
        BatchScore = "BATCH_SCORE",
        /// Executes the stream by its own properties, including scripts.
        RunStream = "RUN_STREAM",
    }
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
    /// Destination of results without an export override.
    OutputType: "output type" {
        /// Files, fetched through the `dataUrl` of the status.
        DataUrl = "DATA_URL",
    }
}
