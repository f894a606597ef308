//! A job definition as a request to the engine.

use std::path::PathBuf;
use std::sync::Arc;

use satsuma_domain::JobDefinition;
use satsuma_domain::definition::{self, DataFormat, NodeData, ReportFormat};
use satsuma_engine::{
    Action, DocumentFormat, ExportOverride, FileFormat, JobRequest, Limits, ParameterOverride, SourceOverride,
};
use satsuma_stream::StreamFile;

/// The engine's request, except for the fetched sources.
pub(crate) fn of_definition(
    definition: &JobDefinition,
    stream: StreamFile,
    sources: Vec<SourceOverride>,
    work_dir: PathBuf,
    limits: Limits,
) -> JobRequest {
    let exports = definition.setting.exports.iter().filter_map(export);
    let parameters = definition.setting.parameter_override.iter().map(|parameter| ParameterOverride {
        name: parameter.name.clone(),
        value: match &parameter.value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    });
    JobRequest {
        action: of_action(definition.action),
        stream: Arc::new(stream),
        sources,
        exports: exports.collect(),
        format: of_report(definition.report_format()),
        documents: of_documents(definition.report_format()),
        parameters: parameters.collect(),
        system_encoding: system_encoding(),
        work_dir,
        limits,
    }
}

/// The environment variable with the encoding of text files whose node has the server default or system
/// default.
const SYSTEM_ENCODING: &str = "SATSUMA_SYSTEM_ENCODING";

/// The encoding of text files whose node has the server default or system default.
fn system_encoding() -> String {
    let set = std::env::var(SYSTEM_ENCODING).ok().filter(|label| !label.is_empty());
    set.unwrap_or_else(|| "UTF-8".to_owned())
}

/// An export override with a file.
pub(crate) fn export(export: &NodeData) -> Option<ExportOverride> {
    let file = export.file()?;
    let (node, file_name) = (export.node.clone(), file.id.to_string());
    Some(ExportOverride { node, file_name, format: file.format.map(of_format) })
}

/// The engine's format for a format of the definition.
pub(crate) fn of_format(format: DataFormat) -> FileFormat {
    match format {
        DataFormat::Csv => FileFormat::Csv,
        DataFormat::Tab => FileFormat::Tab,
        DataFormat::Parquet => FileFormat::Parquet,
        DataFormat::Excel => FileFormat::Excel,
        DataFormat::Sav => FileFormat::Sav,
    }
}

fn of_action(action: definition::Action) -> Action {
    match action {
        definition::Action::Training => Action::Training,
        definition::Action::Evaluation => Action::Evaluation,
        definition::Action::AutoRefresh => Action::AutoRefresh,
        definition::Action::BatchScore => Action::BatchScore,
        definition::Action::RunStream => Action::RunStream,
    }
}

/// How documents are written: as the report format, where they can be.
fn of_documents(format: Option<ReportFormat>) -> DocumentFormat {
    match format {
        Some(ReportFormat::Jpg) => DocumentFormat::Jpg,
        Some(ReportFormat::Png) => DocumentFormat::Png,
        Some(ReportFormat::Rtf) => DocumentFormat::Rtf,
        Some(ReportFormat::Sav) => DocumentFormat::Sav,
        Some(ReportFormat::Tab) => DocumentFormat::Tab,
        Some(ReportFormat::Xml) => DocumentFormat::Xml,
        Some(ReportFormat::Html) | None => DocumentFormat::Html,
    }
}

/// Other formats have been refused ([`crate::unsupported`]).
fn of_report(format: Option<ReportFormat>) -> FileFormat {
    match format {
        Some(ReportFormat::Sav) => FileFormat::Sav,
        Some(ReportFormat::Tab) => FileFormat::Tab,
        _ => FileFormat::Csv,
    }
}
