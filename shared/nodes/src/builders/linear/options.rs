//! The options of a Linear node.

use satsuma_engine::NodeDiagnostics;
use satsuma_mining::regression::{Criterion, EffectOptions, Selection};

use crate::builders::component::Component;

/// The most categories of a field, of Modeler.
const MAX_CATEGORIES: usize = 1_000;

/// The options of a Linear node.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinearOptions {
    /// Whether inputs are prepared automatically.
    pub(super) prepares: bool,
    pub(super) selection: Selection,
    pub(super) max_categories: usize,
    /// The confidence of intervals, from 0 to 1.
    pub(super) confidence: f64,
    tolerance: f64,
    max_effects: Option<usize>,
    max_steps: Option<usize>,
}

impl LinearOptions {
    /// The limits of the selection: by default as many effects as there are, and three times as many steps.
    pub(super) fn effects(&self, count: usize) -> EffectOptions {
        EffectOptions {
            selection: self.selection,
            tolerance: self.tolerance,
            max_effects: self.max_effects.unwrap_or(count),
            max_steps: self.max_steps.unwrap_or(3 * count),
        }
    }
}

/// The options; those that are not supported are refused.
pub(super) fn read(component: &Component, diagnostics: &mut NodeDiagnostics<'_>) -> LinearOptions {
    for (name, supported, message) in [
        ("linreg.Intercept", true, "a model without a constant is not supported"),
        ("linreg.ListwiseDeletion", true, "only records without missing values can train"),
        ("linreg.ExcludeUserMissing", true, "blanks cannot be categories"),
        ("linreg.IsOutRegModel", false, "regression models beside the model are not supported"),
    ] {
        let value = component.get(name, supported, diagnostics);
        if value != supported {
            diagnostics.refuse_value(name, value, message);
        }
    }
    if !component.names("linreg.EffectList").is_empty() {
        diagnostics.refuse_value("linreg.EffectList", "…", "only main effects are supported");
    }
    let limit = |name, custom, diagnostics: &mut NodeDiagnostics<'_>| {
        let is_custom = component.get(custom, false, diagnostics);
        let limit: usize = component.get(name, 0, diagnostics);
        (is_custom && limit > 0).then_some(limit)
    };
    LinearOptions {
        prepares: component.get("linreg.AutoDataPreparation", true, diagnostics),
        selection: selection(component, diagnostics),
        max_categories: component
            .get("linreg.MaxCategoryNumber", MAX_CATEGORIES, diagnostics)
            .min(MAX_CATEGORIES),
        confidence: component.get("linreg.CIn", 95.0, diagnostics) / 100.0,
        tolerance: component.get("linreg.EffectEntryTolerance", 1e-4, diagnostics),
        max_effects: limit("linreg.MaxEffects", "linreg.UseCustomMaxEffects", diagnostics),
        max_steps: limit("linreg.MaxSteps", "linreg.UseCustomMaxSteps", diagnostics),
    }
}

fn selection(component: &Component, diagnostics: &mut NodeDiagnostics<'_>) -> Selection {
    let simple = |text: &str| text.to_lowercase().replace(['_', ' '], "");
    let name = "linreg.VarSelectionMethod";
    let (criteria, is_forward) = match simple(component.text(name)).as_str() {
        "none" => return Selection::All,
        "" | "forwardstepwise" => ("linreg.CriteriaForForwardStepwise", true),
        "bestsubsets" | "allpossiblesubsets" => ("linreg.CriteriaForBestSubsets", false),
        _ => {
            let message = "the method must be forwardStepwise, bestSubsets or none";
            diagnostics.refuse_value(name, component.text(name), message);
            return Selection::All;
        }
    };
    let criterion = match simple(component.text(criteria)).as_str() {
        "" | "aicc" => Criterion::Information,
        "adjustedrsquare" | "adjustedrsquared" => Criterion::AdjustedRSquared,
        "fstatistics" | "fstatistic" if is_forward => {
            let entry = component.get("linreg.PIn", 0.05, diagnostics);
            let removal = component.get("linreg.POut", 0.1, diagnostics);
            if entry >= removal {
                let message = "an effect would leave as soon as it enters; lower the probability to enter";
                diagnostics.refuse_value("linreg.PIn", entry, message);
            }
            Criterion::F(entry, removal)
        }
        "ase" => {
            let message =
                "the overfit prevention criterion needs a random sample of Modeler that is not known";
            diagnostics.refuse_value(criteria, component.text(criteria), message);
            Criterion::Information
        }
        _ => {
            let message = "the criterion is not known";
            diagnostics.refuse_value(criteria, component.text(criteria), message);
            Criterion::Information
        }
    };
    match is_forward {
        true => Selection::Forward(criterion),
        false => Selection::Subsets(criterion),
    }
}
