//! Options of the Statistics File and Statistics Export nodes.

use super::raw::Compression;
use super::source::ByteOrder;

/// Options of the Statistics File node. IBM, "IBM SPSS Statistics File Node".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SavReadOptions {
    /// `readVariableNames`.
    pub names: ReadNames,
    /// `readValues`.
    pub values: ReadValues,
    /// `useFieldFormatForStorage`: variables of the format `Fn.0` are integers. Without it all numbers except
    /// dates and times are reals.
    pub use_field_format_for_storage: bool,
}

/// "Variable names" of the Statistics File node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadNames {
    /// Names are field names, labels are field labels.
    #[default]
    NamesAndLabels,
    /// Labels are field names. A variable without a label keeps its name; a label that occurs twice gets a number.
    LabelsAsNames,
}

/// "Values" of the Statistics File node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadValues {
    /// Values are data, labels are value labels.
    #[default]
    DataAndLabels,
    /// A variable with value labels becomes a string field of its labels. A value without a label is null, by
    /// IBM's page for fields of which only missing values have labels.
    LabelsAsData,
}

impl ReadNames {
    /// The option of a stream's property value, such as `namesAndLabels`.
    pub fn of_property(value: &str) -> Option<Self> {
        match value {
            "namesAndLabels" => Some(Self::NamesAndLabels),
            "labelsAsNames" => Some(Self::LabelsAsNames),
            _ => None,
        }
    }
}

impl ReadValues {
    /// The option of a stream's property value, such as `dataAndLabels`.
    pub fn of_property(value: &str) -> Option<Self> {
        match value {
            "dataAndLabels" => Some(Self::DataAndLabels),
            "labelsAsData" => Some(Self::LabelsAsData),
            _ => None,
        }
    }
}

/// Options of the Statistics Export node. IBM, "Statistics Export Node".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SavWriteOptions {
    /// "Export field names".
    pub names: WriteNames,
    /// `.sav` is [`Compression::Bytecode`], `.zsav` is [`Compression::Zlib`].
    pub compression: Compression,
    /// The byte order of numbers.
    pub byte_order: ByteOrder,
    /// The label of the file, at most 64 bytes; longer ones are cut.
    pub file_label: String,
    /// Seconds since 1970-01-01 that the file has as its time of creation.
    pub created: i64,
}

/// "Export field names" of the Statistics Export node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WriteNames {
    /// Field names are variable names, field labels are variable labels.
    #[default]
    NamesAndLabels,
    /// Field names are variable labels; variable names are made from them.
    NamesAsLabels,
}
