//! The job definition that a caller submits: stream, action, inputs, exports and settings.
//!
//! The JSON format is that of IBM's SPSS batch job API ("Job definition JSON"). Unknown fields are refused,
//! and every error names its field. Parsing separates the passwords from a definition
//! ([`JobDefinition::read`]): a definition never contains one, and responses have asterisks instead.
//!
//! Only the form is checked here. Features that the engine does not support are refused when the job runs.

mod check;
mod choices;
mod data;
mod database;
mod password;
mod promote;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod secret_ref;
mod setting;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::ids::{FileId, InstanceId};
use crate::secrets::passwords::Passwords;

pub use choices::{Action, OutputType, ReportFormat};
pub use data::{Data, DataFormat, FileRef, InsertMode, NodeData, ObjectRef, TableRef};
pub use database::{DbDefinition, DbType};
pub use password::Password;
pub use promote::{Condition, Measure, Part, Promote};
pub use secret_ref::SecretRef;
pub use setting::{ParameterOverride, Setting};

/// Largest definition. It is stored with the job, whose item must stay far below DynamoDB's 400 KB.
pub const MAX_DEFINITION_BYTES: usize = 64 * 1024;

/// Longest name of a node, a parameter, a table or a file in a definition, in bytes.
pub const MAX_NAME_BYTES: usize = 1024;

/// Longest name of an encoding, in characters: the longest of IANA's.
pub(crate) const MAX_ENCODING: usize = 40;

/// Most databases of one definition: each has an encrypted password in the job's item.
pub const MAX_DATABASES: usize = 32;

/// Longest password, in bytes; tokens of some clouds have several hundred.
pub const MAX_PASSWORD_BYTES: usize = 4096;

/// The uploaded stream that a job runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    expecting = "an object with the `id` of an uploaded stream"
)]
pub struct ModelRef {
    /// Id of the uploaded stream.
    pub id: FileId,
    /// The name under which a training result is saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_NAME_BYTES)))]
    pub name: Option<String>,
}

/// A job definition: stream, action, inputs, exports and settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobDefinition {
    /// The operation of the job on its stream.
    pub action: Action,
    /// The stream.
    pub model: ModelRef,
    /// The databases that inputs and exports refer to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "read::databases")]
    #[cfg_attr(feature = "schema", schemars(extend("maxProperties" = MAX_DATABASES)))]
    pub db_definitions: BTreeMap<String, DbDefinition>,
    /// Inputs, exports and other settings.
    #[serde(default)]
    pub setting: Setting,
    /// The form of generated documents. The original API accepts this field and `outputType` both beside and
    /// in `setting`; if both have a value, they must be equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_format: Option<ReportFormat>,
    /// Destination of results without an export override. The same as in `setting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_type: Option<OutputType>,
    /// `TRAINING` and `AUTO_REFRESH`: whether the other model builders are to run if one fails. Each failure is a
    /// warning then; the job fails only if no builder makes a model.
    #[serde(default, skip_serializing_if = "is_false")]
    pub continue_on_failure: bool,
    /// `TRAINING` and `AUTO_REFRESH`: the condition under which a new model replaces the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promote: Option<Promote>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl JobDefinition {
    /// Parses a definition and separates its passwords.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond [`MAX_DEFINITION_BYTES`]; [`Error::Invalid`] naming the field
    /// where the JSON is malformed, or a field is unknown, missing or of the wrong kind. No error
    /// repeats a value that may be a password.
    pub fn read(json: &[u8]) -> Result<(Self, Passwords), Error> {
        let (mut definition, passwords) = read::read(json)?;
        check::check(&mut definition)?;
        Ok((definition, passwords))
    }

    /// Parses a definition and discards its passwords.
    ///
    /// # Errors
    /// As [`JobDefinition::read`].
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        Self::read(json).map(|(definition, _)| definition)
    }

    /// Refuses secrets that are not the instance's own.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the code `foreign_secret`.
    pub fn check_owner(&self, instance: &InstanceId) -> Result<(), Error> {
        check::check_owner(self, instance)
    }

    /// The form of the results, from either place in the definition.
    #[must_use]
    pub fn report_format(&self) -> Option<ReportFormat> {
        self.setting.report_format.or(self.report_format)
    }
}

/// An invalid field.
fn wrong(field: &str, message: impl Into<String>) -> Error {
    Error::invalid("invalid_definition", Some(field), message)
}

#[cfg(test)]
mod tests;
