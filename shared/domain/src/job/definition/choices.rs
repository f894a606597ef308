//! The actions, report formats and output types of a job.

use super::words::words;

words! {
    /// What a job does with its stream.
    Action: "action" {
        /// Executes the model builders; the result is the updated stream.
        Training = "TRAINING",
        /// Executes the document builders; the result is a zip of their documents.
        Evaluation = "EVALUATION",
        /// Training whose result replaces the uploaded stream.
        AutoRefresh = "AUTO_REFRESH",
        /// Executes the scoring branch.
        BatchScore = "BATCH_SCORE",
        /// Executes the stream as its own properties say, scripts included.
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
    /// Where results go that no export names.
    OutputType: "output type" {
        /// Into files, fetched by the `dataUrl` of the status.
        DataUrl = "DATA_URL",
    }
}
