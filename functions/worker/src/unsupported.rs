//! Features of a definition that the service does not support yet. They are refused before anything is
//! fetched, with an error that names them. The form was checked at submission.

use satsuma_domain::JobDefinition;
use satsuma_domain::definition::{Action, Data, DataFormat, NodeData, ReportFormat};
use satsuma_domain::execution::Failure;

use crate::failure;

/// The alternative, in most cases.
const INSTEAD: &str = r#"name an uploaded file: {"node":…,"file":{"id":…}}"#;

/// Refuses the first unsupported feature, at its node if it has one.
pub(crate) fn check(definition: &JobDefinition) -> Result<(), Failure> {
    all(definition).into_iter().next().map_or(Ok(()), Err)
}

/// All unsupported features, each at its node if it has one.
pub(crate) fn all(definition: &JobDefinition) -> Vec<Failure> {
    let setting = &definition.setting;
    let inputs = setting.inputs.iter().filter_map(|input| of_input(definition, input));
    let exports = setting.exports.iter().filter_map(|export| of_export(definition, export));
    inputs.chain(exports).chain(of_report(definition)).collect()
}

/// The reason why a source cannot read the data of its override.
pub(crate) fn of_input(definition: &JobDefinition, input: &NodeData) -> Option<Failure> {
    check_data(definition, "reads", input).err().map(|failure| failure.at_node(&input.node))
}

/// The reason why a terminal node cannot write to the target of the definition.
pub(crate) fn of_export(definition: &JobDefinition, export: &NodeData) -> Option<Failure> {
    check_data(definition, "writes", export).err().map(|failure| failure.at_node(&export.node))
}

/// The reason why results cannot be written in the report format.
pub(crate) fn of_report(definition: &JobDefinition) -> Option<Failure> {
    use ReportFormat::{Sav, Tab};
    let format = definition.report_format()?;
    match (format, definition.action) {
        (_, Action::Evaluation | Action::RunStream) => None,
        (Sav | Tab, Action::BatchScore | Action::Training | Action::AutoRefresh) => None,
        (other, _) => Some(failure::unsupported(format!(
            "reportFormat {other} is not supported yet; SAV and TAB are, and CSV is the default"
        ))),
    }
}

fn check_data(definition: &JobDefinition, does: &str, entry: &NodeData) -> Result<(), Failure> {
    let unsupported = match &entry.data {
        Data::Odbc(table) => {
            let database = definition.db_definitions.get(&table.db_ref);
            let kind = database.map_or("database", |database| database.db_type.as_str());
            format!(
                "the node {does} the table `{}` of `{}` ({kind}), and databases are not supported yet; {INSTEAD}",
                table.table, table.db_ref
            )
        }
        Data::S3(object) => format!(
            "the node {does} `s3://{}/{}`, and buckets of the caller's own are not supported yet; {INSTEAD}",
            object.bucket, object.key
        ),
        Data::File(file) => match file.layout() {
            None | Some(DataFormat::Csv | DataFormat::Tab | DataFormat::Excel | DataFormat::Sav) => {
                return Ok(());
            }
            Some(format) => format!(
                "the node {does} `{}` as {format}, which is not supported yet; CSV, TAB, EXCEL and SAV are",
                file.id
            ),
        },
    };
    Err(failure::unsupported(unsupported))
}
