//! Scoring options of an SVM nugget.

use super::extension_apply::ExtensionApply;
use super::properties::Property;
use crate::element::FromText;
use crate::error::Result;

/// Scoring options of an SVM nugget (IBM's `applysvmnode`).
#[derive(Debug, Clone, PartialEq)]
pub struct SvmOptions {
    /// Whether a probability is added for every category: `$SP-target-category`.
    pub all_probabilities: bool,
    /// Whether the probability of a flag target's true value is added: `$SRP-target`.
    pub raw_propensity: bool,
    /// The same, adjusted on the testing partition: `$SAP-target`.
    pub adjusted_propensity: bool,
    /// Unknown options.
    pub unknown: Vec<Property>,
}

/// Possible outputs, and settings of SQL pushback.
const NO_EFFECT: [&str; 5] = [
    "_GenerateSQL",
    "_adjusted_propensity_available",
    "_raw_propensity_available",
    "_variable_importance",
    "_variable_importance_available",
];

impl SvmOptions {
    /// Reads the options of a nugget.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value).
    pub fn from_nugget(nugget: &ExtensionApply) -> Result<Self> {
        let mut read = SvmOptions {
            all_probabilities: false,
            raw_propensity: false,
            adjusted_propensity: false,
            unknown: Vec::new(),
        };
        for option in &nugget.options {
            let target = match option.name.as_str() {
                "_all_probabilities" => &mut read.all_probabilities,
                "_raw_propensity" => &mut read.raw_propensity,
                "_adjusted_propensity" => &mut read.adjusted_propensity,
                name if NO_EFFECT.contains(&name) => continue,
                _ => {
                    read.unknown.push(option.clone());
                    continue;
                }
            };
            *target = option.value()?;
        }
        Ok(read)
    }
}

impl Property {
    /// The property's text as a value.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value).
    pub fn value<T: FromText>(&self) -> Result<T> {
        self.element.parse()
    }
}
