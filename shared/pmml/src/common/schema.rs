//! `MiningSchema`: the fields of a model, and the treatment of their unusual values.
//!
//! <https://dmg.org/pmml/v4-4/MiningSchema.html>

use super::OutlierTreatment;
use super::dictionary::{self, OpType};
use crate::error::PmmlError;
use crate::xml::Node;

/// The fields of a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MiningSchema {
    /// The fields, in document order.
    pub fields: Vec<MiningField>,
}

/// A field of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct MiningField {
    /// The data field's name.
    pub name: String,
    /// Its use in the model.
    pub usage: UsageType,
    /// Its measurement level here, if it differs from the dictionary.
    pub op_type: Option<OpType>,
    /// Its importance in the model, 0 to 1.
    pub importance: Option<f64>,
    /// Treatment of numbers outside a range.
    pub outliers: FieldOutliers,
    /// The value to use for a missing one.
    pub missing_value_replacement: Option<String>,
    /// Whether a missing value makes the result invalid (`missingValueTreatment="returnInvalid"`; the
    /// attribute's other values only document the origin of the replacement).
    pub missing_is_invalid: bool,
    /// Treatment of values that the dictionary does not list; the default is `returnInvalid`.
    pub invalid_value_treatment: Option<InvalidValueTreatment>,
}

/// The use of a field in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageType {
    /// An input.
    Active,
    /// Target (`target`, or `predicted` before PMML 4.2).
    Target,
    /// Kept for information.
    Supplementary,
    /// Defines groups of records.
    Group,
    /// Defines the order of records.
    Order,
    /// Frequency weight of a record in training.
    FrequencyWeight,
    /// Weight of a record in training.
    AnalysisWeight,
}

/// Treatment of a field's numbers outside a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldOutliers {
    /// None.
    AsIs,
    /// Numbers below the first or above the second are missing.
    AsMissingValues(f64, f64),
    /// Numbers below the first or above the second become these.
    AsExtremeValues(f64, f64),
}

/// Treatment of values that the dictionary does not list as valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidValueTreatment {
    /// The record gets no result.
    ReturnInvalid,
    /// The value is used unchanged.
    AsIs,
    /// The value counts as missing.
    AsMissing,
    /// The value is replaced by this one.
    AsValue(String),
}

const USAGES: [(&str, UsageType); 8] = [
    ("active", UsageType::Active),
    ("target", UsageType::Target),
    ("predicted", UsageType::Target),
    ("supplementary", UsageType::Supplementary),
    ("group", UsageType::Group),
    ("order", UsageType::Order),
    ("frequencyWeight", UsageType::FrequencyWeight),
    ("analysisWeight", UsageType::AnalysisWeight),
];

const ATTRIBUTES: [&str; 11] = [
    "name",
    "usageType",
    "optype",
    "importance",
    "outliers",
    "lowValue",
    "highValue",
    "missingValueReplacement",
    "missingValueTreatment",
    "invalidValueTreatment",
    "invalidValueReplacement",
];

impl MiningSchema {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&[], &["MiningField"])?;
        let fields = node.all("MiningField").map(|n| MiningField::read(&n)).collect::<Result<_, _>>()?;
        Ok(Self { fields })
    }

    /// The fields with this use, in order.
    pub fn with_usage(&self, usage: UsageType) -> impl Iterator<Item = &MiningField> {
        self.fields.iter().filter(move |f| f.usage == usage)
    }
}

impl MiningField {
    /// Whether another field has the same treatment.
    pub(crate) fn treats_as(&self, other: &Self) -> bool {
        self.op_type == other.op_type
            && self.outliers == other.outliers
            && self.missing_value_replacement == other.missing_value_replacement
            && self.missing_is_invalid == other.missing_is_invalid
            && self.invalid_value_treatment == other.invalid_value_treatment
    }

    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&ATTRIBUTES, &[])?;
        let told = [
            ("asIs", false),
            ("asMean", false),
            ("asMode", false),
            ("asMedian", false),
            ("asValue", false),
            ("returnInvalid", true),
        ];
        Ok(Self {
            name: node.required("name")?.to_owned(),
            usage: node.one_of("usageType", &USAGES)?.unwrap_or(UsageType::Active),
            op_type: dictionary::op_type(node)?,
            importance: node.number("importance")?,
            outliers: outliers(node)?,
            missing_value_replacement: node.owned("missingValueReplacement"),
            missing_is_invalid: node.one_of("missingValueTreatment", &told)?.unwrap_or(false),
            invalid_value_treatment: invalid_value_treatment(node)?,
        })
    }
}

fn outliers(node: &Node<'_>) -> Result<FieldOutliers, PmmlError> {
    let treatment = node.one_of("outliers", &OutlierTreatment::NAMES)?;
    let range = || Ok((node.required_number("lowValue")?, node.required_number("highValue")?));
    match treatment {
        None | Some(OutlierTreatment::AsIs) => Ok(FieldOutliers::AsIs),
        Some(OutlierTreatment::AsMissingValues) => {
            range().map(|(low, high)| FieldOutliers::AsMissingValues(low, high))
        }
        Some(OutlierTreatment::AsExtremeValues) => {
            range().map(|(low, high)| FieldOutliers::AsExtremeValues(low, high))
        }
    }
}

fn invalid_value_treatment(node: &Node<'_>) -> Result<Option<InvalidValueTreatment>, PmmlError> {
    if node.attribute("invalidValueTreatment").is_none()
        && node.attribute("invalidValueReplacement").is_none()
    {
        return Ok(None);
    }
    stated_treatment(node).map(Some)
}

fn stated_treatment(node: &Node<'_>) -> Result<InvalidValueTreatment, PmmlError> {
    let replacement = node.owned("invalidValueReplacement");
    match (node.attribute("invalidValueTreatment"), replacement) {
        (Some("asValue"), Some(value)) => Ok(InvalidValueTreatment::AsValue(value)),
        (Some("asValue"), None) => Err(node.invalid("no attribute invalidValueReplacement")),
        (_, Some(_)) => Err(node.invalid("invalidValueReplacement without asValue")),
        (None | Some("returnInvalid"), None) => Ok(InvalidValueTreatment::ReturnInvalid),
        (Some("asIs"), None) => Ok(InvalidValueTreatment::AsIs),
        (Some("asMissing"), None) => Ok(InvalidValueTreatment::AsMissing),
        (Some(other), None) => Err(node.unsupported(format!("invalidValueTreatment={other:?}"))),
    }
}
