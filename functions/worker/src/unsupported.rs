//! What a definition asks for and this service cannot do yet, refused by name before anything is
//! fetched. Its form was checked when it was submitted.

use satsuma_domain::JobDefinition;
use satsuma_domain::definition::{Data, DataFormat, NodeData, ReportFormat};
use satsuma_domain::execution::Failure;

use crate::failure;

/// What to do instead, in most cases.
const INSTEAD: &str = r#"name an uploaded file: {"node":…,"file":{"id":…}}"#;

/// Refuses the first thing that cannot be done, at its node where it has one.
pub(crate) fn check(definition: &JobDefinition) -> Result<(), Failure> {
    let setting = &definition.setting;
    for (does, entries) in [("reads", &setting.inputs), ("writes", &setting.exports)] {
        for entry in entries {
            check_data(definition, does, entry).map_err(|failure| failure.at_node(&entry.node))?;
        }
    }
    match definition.report_format() {
        None | Some(ReportFormat::Tab) => Ok(()),
        Some(other) => Err(failure::unsupported(format!(
            "reportFormat {other} is not supported yet; TAB is, and CSV where none is named"
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
            None | Some(DataFormat::Csv | DataFormat::Tab) => return Ok(()),
            Some(format) => format!(
                "the node {does} `{}` as {format}, which is not supported yet; CSV and TAB are",
                file.id
            ),
        },
    };
    Err(failure::unsupported(unsupported))
}
