//! The parameter file of the node.

use satsuma_engine::{Compile, NodeDiagnostics, Reported};
use satsuma_mining::association::BestRules;
use satsuma_stream::FromText;
use satsuma_stream::nodes::{CfParameters, CfValue};

use crate::sources::data_asset::parameters;

/// Parameters of the builder, resolved.
#[derive(Debug, Clone)]
pub(super) struct RuleSettings {
    /// Whether the roles of the fields decide which of them are used.
    pub(super) by_role: bool,
    pub(super) both: Vec<String>,
    pub(super) antecedents: Vec<String>,
    pub(super) consequents: Vec<String>,
    pub(super) wanted: BestRules,
    pub(super) bins: usize,
    /// The name that the user gave the model; empty for none.
    pub(super) own_name: String,
}

/// The share of records above which an item is left out: the option `HighestSupport4Item` of stored models.
const MOST_OF_ITEM: f64 = 0.95;

/// The most antecedents and rules that Modeler's dialog allows, and bins that are useful.
const MAX_ANTECEDENTS: usize = 10;
const MAX_RULES: usize = 10_000;
const MAX_BINS: usize = 100;

/// Parameters that must have a value, and the reason.
const FIXED: [(&str, &str, &str); 4] = [
    ("gsar.ItemCreationFromFlag", "true", "false values of flags as items are not supported"),
    ("gsar.RuleAlgo", "Apriori", "other algorithms are not supported"),
    ("gsar.RuleCriterion", "Confidence", "only rules by confidence are supported"),
    ("gsar.autoConv.MaxNCons", "1", "several consequents are not supported"),
];

/// Parameters of documents, of new nuggets and of the dialog, beside those that are read.
const NO_EFFECT: [&str; 20] = [
    "gsar.createSortableWord",
    "gsar.elementCount",
    "gsar.enableRuleCriterion",
    "gsar.fieldTransformation",
    "gsar.itemsRuleWarnImg",
    "gsar.maxRulesDisplay",
    "gsar.mostFrequentFields",
    "gsar.mostFrequentValues",
    "gsar.output_RuleCriterion",
    "gsar.recordsSummary",
    "gsar.ruleStatistics",
    "gsar.ruleTables_conditionSupport",
    "gsar.ruleTables_confidence",
    "gsar.ruleTables_deployability",
    "gsar.ruleTables_lift",
    "gsar.ruleTables_ruleSupport",
    "gsar.ruleTables_rulesDisplay",
    "gsar.ruleTables_upToNum",
    "gsar.ruleTables_rulesDisplayNum",
    "gsar.targetFields",
];

/// Parameters that are read.
const READ: [&str; 11] = [
    "gsar.BothFields",
    "gsar.InputFields",
    "gsar.MinAntSupport",
    "gsar.MinConfidence",
    "gsar.MinLift",
    "gsar.MinSupport",
    "gsar.OutputFields",
    "gsar.PairsToExclude",
    "gsar.autoConv.MaxNAnt",
    "gsar.autoConv.MaxNRules",
    "gsar.autoConv.NBins",
];

impl RuleSettings {
    pub(super) fn read(compile: &mut Compile<'_>) -> Result<Self, Reported> {
        let parameters = parameters(compile)?;
        let diagnostics = compile.diagnostics();
        for (name, supported, message) in FIXED {
            let value = parameters.text(name).unwrap_or(supported);
            if value != supported {
                diagnostics.refuse_value(name, value, message);
            }
        }
        if !names(&parameters, "gsar.PairsToExclude").is_empty() {
            diagnostics.refuse_value("gsar.PairsToExclude", "", "excluded pairs of fields are not supported");
        }
        for (name, _) in parameters.iter().filter(|(name, _)| name.starts_with("gsar.")) {
            let is_fixed = FIXED.iter().any(|(fixed, ..)| *fixed == name);
            if !is_fixed && !READ.contains(&name) && !NO_EFFECT.contains(&name) {
                let value = parameters.text(name).unwrap_or_default();
                diagnostics.refuse_value(name.to_owned(), value, "this option is not known");
            }
        }
        let percent = |name, default, diagnostics: &mut NodeDiagnostics<'_>| {
            number::<f64>(&parameters, name, default, diagnostics) / 100.0
        };
        let wanted = BestRules {
            support: percent("gsar.MinSupport", 5.0, diagnostics),
            antecedent_support: percent("gsar.MinAntSupport", 5.0, diagnostics),
            confidence: percent("gsar.MinConfidence", 10.0, diagnostics),
            lift: number(&parameters, "gsar.MinLift", 1.0, diagnostics),
            most_of_item: MOST_OF_ITEM,
            antecedents: number(&parameters, "gsar.autoConv.MaxNAnt", 5, diagnostics),
            rules: number(&parameters, "gsar.autoConv.MaxNRules", 1_000, diagnostics),
        };
        let bins = number(&parameters, "gsar.autoConv.NBins", 5, diagnostics);
        for (name, value, most) in [
            ("gsar.autoConv.MaxNAnt", wanted.antecedents, MAX_ANTECEDENTS),
            ("gsar.autoConv.MaxNRules", wanted.rules, MAX_RULES),
            ("gsar.autoConv.NBins", bins, MAX_BINS),
        ] {
            if !(1..=most).contains(&value) {
                diagnostics.refuse_value(name, value, format!("numbers from 1 to {most} are supported"));
            }
        }
        let renames = number(&parameters, "modelRename", false, diagnostics);
        Ok(Self {
            by_role: !number(&parameters, "roleUse", false, diagnostics),
            both: names(&parameters, "gsar.BothFields"),
            antecedents: names(&parameters, "gsar.InputFields"),
            consequents: names(&parameters, "gsar.OutputFields"),
            wanted,
            bins,
            own_name: if renames {
                parameters.text("modelName").unwrap_or_default().to_owned()
            } else {
                String::new()
            },
        })
    }
}

/// The value of a parameter, or a default. A value of another type is refused.
fn number<T: FromText>(
    parameters: &CfParameters,
    name: &'static str,
    default: T,
    diagnostics: &mut NodeDiagnostics<'_>,
) -> T {
    match parameters.get(name) {
        Ok(value) => value.unwrap_or(default),
        Err(error) => {
            diagnostics.refuse_value(name, parameters.text(name).unwrap_or_default(), error.to_string());
            default
        }
    }
}

/// The names in a list.
fn names(parameters: &CfParameters, name: &str) -> Vec<String> {
    match parameters.value(name) {
        Some(CfValue::List(values)) => values
            .iter()
            .map(|value| match value {
                CfValue::Text(text) => text.clone(),
                _ => String::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}
