//! The job definition that a caller submits: which stream, what to do with it, what to feed it.
//!
//! The JSON is that of IBM's SPSS batch job API ("Job definition JSON"). Unknown fields are refused
//! by name. Database connections are refused as a whole for now: a password that cannot be sealed
//! must not be stored.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::ids::FileId;

/// Largest definition that is taken. It is stored with the job, whose item must stay far below
/// DynamoDB's 400 KB.
pub const MAX_DEFINITION_BYTES: usize = 64 * 1024;

/// Longest name of a node, a parameter or a file in a definition, in bytes.
pub const MAX_NAME_BYTES: usize = 1024;

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

/// The uploaded stream that a job runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelRef {
    /// The id under which the stream was uploaded.
    pub id: FileId,
    /// The name under which a training result is saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An uploaded file, named in place of a database table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileRef {
    /// The file's id; for an export, the name of the result.
    pub id: FileId,
    /// `CSV` or `TAB`; by the extension where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<TextFormat>,
}

/// Delimited text, by what delimits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum TextFormat {
    /// Fields separated by commas.
    #[serde(alias = "csv")]
    Csv,
    /// Fields separated by tabs, lines ended by CR LF.
    #[serde(alias = "tab", alias = "TSV", alias = "tsv")]
    Tab,
}

/// Replaces what a source node reads, or what a terminal node writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeFile {
    /// The node's name or label in the stream.
    pub node: String,
    /// The file that takes its place.
    pub file: FileRef,
    /// Kept for the original's clients, which send an empty list.
    #[serde(default)]
    pub attributes: Vec<Value>,
}

/// A stream parameter and the value it takes for this job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParameterOverride {
    /// The parameter's name in the stream.
    pub name: String,
    /// Its value: text, number or boolean.
    pub value: Value,
}

/// The form of generated documents and of result data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum ReportFormat {
    /// Web pages.
    Html,
    /// Pictures.
    Jpg,
    /// Pictures.
    Png,
    /// Rich text.
    Rtf,
    /// SPSS Statistics data.
    Sav,
    /// Tab-separated text.
    Tab,
    /// XML.
    Xml,
}

/// Where results go that no export names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutputType {
    /// Into files, fetched by the `dataUrl` of the status.
    DataUrl,
}

/// All settings of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Setting {
    /// What source nodes read instead of their own files.
    #[serde(default)]
    pub inputs: Vec<NodeFile>,
    /// What terminal nodes write.
    #[serde(default)]
    pub exports: Vec<NodeFile>,
    /// Stream parameters and their values.
    #[serde(default)]
    pub parameter_override: Vec<ParameterOverride>,
    /// The form of generated documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_format: Option<ReportFormat>,
    /// Where results go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_type: Option<OutputType>,
}

/// A whole job definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobDefinition {
    /// What to do.
    pub action: Action,
    /// With which stream.
    pub model: ModelRef,
    /// How.
    #[serde(default)]
    pub setting: Setting,
    /// The original took these two beside `setting` as well as in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_format: Option<ReportFormat>,
    /// See [`Setting::output_type`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_type: Option<OutputType>,
}

impl JobDefinition {
    /// Reads a definition.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond [`MAX_DEFINITION_BYTES`]; [`Error::Invalid`] naming the field
    /// where the JSON is malformed, a field is unknown, missing or of the wrong kind, or asks for
    /// something that is not supported yet.
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        if json.len() > MAX_DEFINITION_BYTES {
            return Err(Error::TooLarge {
                what: "the job definition",
                bytes: json.len() as u64,
                limit: MAX_DEFINITION_BYTES as u64,
            });
        }
        let document: Value = serde_json::from_slice(json).map_err(|error| {
            Error::invalid("malformed_json", None, format!("the body is not JSON: {error}"))
        })?;
        let document = without_databases(document)?;
        let definition: Self = serde_path_to_error::deserialize(document).map_err(|error| {
            let field = error.path().to_string();
            let field = (field != ".").then_some(field.as_str());
            Error::invalid("invalid_definition", field, error.inner().to_string())
        })?;
        definition.check()?;
        Ok(definition)
    }

    /// The form of the results, wherever the definition says it.
    #[must_use]
    pub fn report_format(&self) -> Option<ReportFormat> {
        self.setting.report_format.or(self.report_format)
    }

    fn check(&self) -> Result<(), Error> {
        for (list, nodes) in [("inputs", &self.setting.inputs), ("exports", &self.setting.exports)] {
            for (index, entry) in nodes.iter().enumerate() {
                let field = format!("setting.{list}[{index}].node");
                check_name(&field, &entry.node)?;
                if nodes.iter().take(index).any(|earlier| earlier.node == entry.node) {
                    let message = format!("the node `{}` is named twice", entry.node);
                    return Err(Error::invalid("invalid_definition", Some(&field), message));
                }
            }
        }
        for (index, parameter) in self.setting.parameter_override.iter().enumerate() {
            let field = format!("setting.parameterOverride[{index}]");
            check_name(&format!("{field}.name"), &parameter.name)?;
            if matches!(parameter.value, Value::Array(_) | Value::Object(_) | Value::Null) {
                let message = "a parameter's value is text, a number or a boolean";
                return Err(Error::invalid("invalid_definition", Some(&format!("{field}.value")), message));
            }
        }
        if let Some(name) = &self.model.name {
            check_name("model.name", name)?;
        }
        Ok(())
    }
}

fn check_name(field: &str, name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        let message = format!("a name has 1 to {MAX_NAME_BYTES} bytes, this one has {}", name.len());
        return Err(Error::invalid("invalid_definition", Some(field), message));
    }
    Ok(())
}

/// Refuses database connections, by the field that asks for one, and drops what is empty.
fn without_databases(mut document: Value) -> Result<Value, Error> {
    let Some(fields) = document.as_object_mut() else {
        return Err(Error::invalid("invalid_definition", None, "a job definition is a JSON object"));
    };
    let refuse = |field: &str| {
        let message = "database connections are not supported yet; name an uploaded file: \
                       {\"node\":…,\"file\":{\"id\":…}}";
        Err(Error::invalid("unsupported", Some(field), message))
    };
    match fields.get("dbDefinitions") {
        Some(Value::Object(definitions)) if !definitions.is_empty() => return refuse("dbDefinitions"),
        Some(Value::Object(_) | Value::Null) => {
            fields.remove("dbDefinitions");
        }
        _ => {}
    }
    for list in ["inputs", "exports"] {
        let entries = fields.get("setting").and_then(|setting| setting.get(list)).and_then(Value::as_array);
        for (index, entry) in entries.into_iter().flatten().enumerate() {
            for kind in ["odbc", "s3"] {
                if entry.get(kind).is_some() {
                    return refuse(&format!("setting.{list}[{index}].{kind}"));
                }
            }
        }
    }
    Ok(document)
}

#[cfg(test)]
mod tests;
