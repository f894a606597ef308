//! What a caller may decide about a model.

use crate::common::InvalidValueTreatment;
use crate::models::rule_set::Criterion;

/// What a caller may decide about a model, within what PMML leaves open.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What to do with values that the data dictionary does not list, where the mining schema does
    /// not state it. PMML's default is that the record has no result.
    pub invalid_values: InvalidValueTreatment,
    /// How a rule set chooses among the rules that fire, instead of the document's first
    /// `RuleSelectionMethod`: Modeler keeps "voting" and "first hit" as an option of its C5.0
    /// rule set nuggets.
    pub rule_selection: Option<Criterion>,
    /// Whether to compile the document's `Output` and evaluate it with every batch.
    pub outputs: bool,
    /// Whether to score the document's verification records when it is compiled, and refuse it if
    /// a result differs.
    pub verify: bool,
    /// The number of neighbours, instead of the document's.
    pub neighbours: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            invalid_values: InvalidValueTreatment::ReturnInvalid,
            rule_selection: None,
            outputs: true,
            verify: true,
            neighbours: None,
        }
    }
}
