//! A job definition as a request to the engine.

use std::path::PathBuf;
use std::sync::Arc;

use satsuma_domain::JobDefinition;
use satsuma_domain::definition::{self, ReportFormat, TextFormat};
use satsuma_domain::execution::Failure;
use satsuma_engine::{
    Action, ExportOverride, FileFormat, JobRequest, Limits, ParameterOverride, SourceOverride,
};
use satsuma_stream::StreamFile;

use crate::failure;

/// What the engine should do, all but the sources that were fetched.
pub(crate) fn of_definition(
    definition: &JobDefinition,
    stream: StreamFile,
    sources: Vec<SourceOverride>,
    work_dir: PathBuf,
    limits: Limits,
) -> Result<JobRequest, Failure> {
    let exports = definition.setting.exports.iter().map(|export| ExportOverride {
        node: export.node.clone(),
        file_name: export.file.id.to_string(),
        format: export.file.format.map(of_text),
    });
    let parameters = definition.setting.parameter_override.iter().map(|parameter| ParameterOverride {
        name: parameter.name.clone(),
        value: match &parameter.value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    });
    Ok(JobRequest {
        action: of_action(definition.action),
        stream: Arc::new(stream),
        sources,
        exports: exports.collect(),
        format: of_report(definition.report_format())?,
        parameters: parameters.collect(),
        work_dir,
        limits,
    })
}

/// The layout that a definition names for a file.
pub(crate) fn of_text(format: TextFormat) -> FileFormat {
    match format {
        TextFormat::Csv => FileFormat::Csv,
        TextFormat::Tab => FileFormat::Tab,
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

fn of_report(format: Option<ReportFormat>) -> Result<FileFormat, Failure> {
    match format {
        None => Ok(FileFormat::Csv),
        Some(ReportFormat::Tab) => Ok(FileFormat::Tab),
        Some(other) => Err(failure::unsupported(format!(
            "reportFormat {} is not supported yet; TAB is, and CSV where none is named",
            format!("{other:?}").to_uppercase()
        ))),
    }
}
