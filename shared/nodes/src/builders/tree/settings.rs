//! What the builders of trees in the component framework have in common: their parameter file.
//!
//! The file lists the parameters of all algorithms. Those of a tree begin with `tree.`; an unknown one is refused.

use satsuma_engine::{Compile, NodeDiagnostics, Reported, settings};
use satsuma_mining::trees::Size;
use satsuma_stream::FromText;
use satsuma_stream::nodes::{CfParameters, CfValue};

use crate::builders::roles::FieldSettings;

settings! {
    /// Settings of a builder of trees outside its parameter file.
    pub struct TreeSettings {
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// The field of partitions, where roles do not decide.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
    }
    // The parameter file decides; fields of options that are refused; events are for time series.
    ignored: [
        "autoModelFieldSelection", "eventFields", "expertMode", "frequencyField", "modelInputFieldSelection",
        "modelSplitFieldSelection", "modelTargetFieldSelection", "useEvents", "weightField",
    ]
}

impl TreeSettings {
    /// Refuses records that count differently.
    pub(crate) fn refuse(&self, diagnostics: &mut NodeDiagnostics<'_>) {
        for (property, is_on) in [("useFrequency", self.use_frequency), ("useWeight", self.use_weight)] {
            if is_on {
                let message = "frequencies and weights are not supported by this builder";
                diagnostics.refuse_value(property, true, message);
            }
        }
    }

    /// The name that the user gave the model; empty for none.
    pub(crate) fn own_name(&self) -> &str {
        if self.auto_name { "" } else { &self.model_name }
    }
}

/// The parameters of a builder that are the same for all trees.
#[derive(Debug, Clone)]
pub(crate) struct Growth {
    pub(crate) depth: usize,
    /// The fewest records of a node that splits.
    pub(crate) min_parent: Size,
    /// The fewest records of its children.
    pub(crate) min_child: Size,
    pub(crate) importance: bool,
    pub(crate) raw_propensity: bool,
}

/// The deepest tree of Modeler's dialog.
const MAX_DEPTH: usize = 100;

/// Parameters that must have a value, and what the others would be.
const FIXED: [(&str, &str, &str); 15] = [
    ("SingleModel", "Single", "ensembles of trees are not supported"),
    ("UseCustomSplitFields", "false", "split models are not supported"),
    ("calculate_adjusted_propensities", "NoCalc", "adjusted propensities are not supported"),
    ("objective_choose", "buildNewModel", "only a new model can be built, without a session"),
    ("objective_goal", "standard", "boosting, bagging and very large data are not supported"),
    ("tree.AlphaForVariableSelection", "0.0", "a significance for the choice of inputs is not supported"),
    ("tree.FrequencyWeightField", "", "frequency fields are not supported by this builder"),
    ("tree.MaxNominalPredictorCategories", "0", "a limit of categories is not supported"),
    ("tree.MaxNumberOfNominalCatsSurr", "0", "a limit of categories is not supported"),
    ("tree.RegressionWeightField", "", "weight fields are not supported by this builder"),
    ("tree.UseCosts", "false", "misclassification costs are not supported"),
    ("tree.UseCustomizeLayer", "false", "a field that the user chose for a level is not supported"),
    ("tree.UseMetaDataRole", "false", "only the roles of the fields can be used"),
    ("use_tree_directives", "false", "tree directives are not supported"),
    ("veryLargeData", "false", "models for very large data are not supported"),
];

/// Parameters of trees that the algorithms read, or that have no effect where the options above are off.
const KNOWN: [&str; 39] = [
    "tree.AdjustPriors",
    "tree.AdjustedPropensityPartition",
    "tree.AlphaOfMergeSplit",
    "tree.BonferroniAdjustment",
    "tree.CalculateAdjustedPropensity",
    "tree.ChiSquareType",
    "tree.Costs",
    "tree.CrossSampleFolds",
    "tree.CustomPriors",
    "tree.CustomizeLayer",
    "tree.Epsilon",
    "tree.ImpurityMeasure",
    "tree.InputFieldList",
    "tree.MaxIterations",
    "tree.MaxNumberOfCompetitors",
    "tree.MaxSurrogates",
    "tree.MaxTreeDepth",
    "tree.MergeAlpha",
    "tree.MetaDataSource",
    "tree.MinChildRecordsABS",
    "tree.MinChildRecordsPct",
    "tree.MinImpurity",
    "tree.MinParentRecordsABS",
    "tree.MinParentRecordsPct",
    "tree.OverFitPreventionSetPct",
    "tree.Priors",
    "tree.PruneTree",
    "tree.RandomSeed",
    "tree.Scores",
    "tree.SplitAlpha",
    "tree.SplitMergedCategories",
    "tree.StdErrMultiplier",
    "tree.TargetField",
    "tree.TreeGrowingMethod",
    "tree.UseOverFitPreventionSet",
    "tree.UsePercentageForNodeSizeRequirement",
    "tree.UseRandomSeed",
    "tree.UseStdErrRule",
    "tree.CalculatePropensity",
];

/// The parameter file of a builder, with its diagnostics.
pub(crate) struct Parameters {
    values: CfParameters,
}

impl Parameters {
    /// Reads the file, and refuses what no tree supports.
    ///
    /// # Errors
    /// If the builder has no parameters, or they are damaged.
    pub(crate) fn read(compile: &mut Compile<'_>) -> Result<Self, Reported> {
        let file = compile.file();
        let entry = compile.node().element().attr("properties");
        let entry = entry
            .ok_or_else(|| compile.refuse("the builder has no parameter file; save its options again"))?;
        let read = file.entry(entry).and_then(|content| CfParameters::read(&content, file.limits()));
        let parameters = Self { values: compile.undamaged(read)? };
        parameters.refuse(compile.diagnostics());
        Ok(parameters)
    }

    fn refuse(&self, diagnostics: &mut NodeDiagnostics<'_>) {
        for (name, supported, message) in FIXED {
            self.only(name, supported, message, diagnostics);
        }
        for (name, _) in self.values.iter().filter(|(name, _)| name.starts_with("tree.")) {
            if !KNOWN.contains(&name) && !FIXED.iter().any(|(fixed, ..)| *fixed == name) {
                diagnostics.refuse_value(name.to_owned(), "…", "the parameter is not known");
            }
        }
    }

    /// Refuses every value but one; numbers are compared as numbers.
    pub(crate) fn only(
        &self,
        name: &'static str,
        supported: &str,
        message: &str,
        diagnostics: &mut NodeDiagnostics<'_>,
    ) {
        let value = self.text(name, supported);
        let is_equal = match (value.parse::<f64>(), supported.parse::<f64>()) {
            (Ok(value), Ok(supported)) => value == supported,
            _ => value == supported,
        };
        if !is_equal {
            diagnostics.refuse_value(name, value, message);
        }
    }

    /// The text of a parameter.
    pub(crate) fn text(&self, name: &str, default: &str) -> String {
        match self.values.value(name) {
            Some(CfValue::Text(text)) => text.clone(),
            _ => default.to_owned(),
        }
    }

    /// A parameter that is not text.
    pub(crate) fn structure(&self, name: &str) -> Option<&CfValue> {
        self.values.value(name)
    }

    /// A number or flag.
    ///
    /// # Errors
    /// If it is something else.
    pub(crate) fn get<T: FromText>(
        &self,
        name: &str,
        default: T,
        compile: &mut Compile<'_>,
    ) -> Result<T, Reported> {
        let value = compile.undamaged(self.values.get(name))?;
        Ok(value.unwrap_or(default))
    }

    /// A list of field names.
    pub(crate) fn fields(&self, name: &str) -> Vec<String> {
        match self.values.value(name) {
            Some(CfValue::List(members)) => {
                let text = |member: &CfValue| match member {
                    CfValue::Text(text) => Some(text.clone()),
                    _ => None,
                };
                members.iter().filter_map(text).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The fields of the builder. `role_use` says that its own lists decide, not the roles.
    ///
    /// # Errors
    /// If a parameter is damaged.
    pub(crate) fn field_settings(
        &self,
        settings: &TreeSettings,
        compile: &mut Compile<'_>,
    ) -> Result<FieldSettings, Reported> {
        let own_lists = self.get("role_use", false, compile)?;
        let uses_partition = self.get("UsePartitionedData", true, compile)?;
        let target = self.text("tree.TargetField", "");
        Ok(FieldSettings {
            by_role: !own_lists,
            targets: Some(target).filter(|target| !target.is_empty()).into_iter().collect(),
            inputs: self.fields("tree.InputFieldList"),
            partition: settings.partition.clone(),
            uses_partition: uses_partition && settings.uses_partition,
        })
    }

    /// # Errors
    /// If a parameter is damaged.
    pub(crate) fn growth(&self, compile: &mut Compile<'_>) -> Result<Growth, Reported> {
        const DEFAULT_DEPTH: usize = 5;
        let depth = match self.text("MaxTreeDepth", "Default").as_str() {
            "Default" => DEFAULT_DEPTH,
            _ => self.get("tree.MaxTreeDepth", DEFAULT_DEPTH, compile)?,
        };
        if depth > MAX_DEPTH {
            let message = format!("at most {MAX_DEPTH} levels below the root are possible");
            compile.refuse_value("tree.MaxTreeDepth", depth, message);
        }
        let percentages = self.text("tree.UsePercentageForNodeSizeRequirement", "percentage");
        let (min_parent, min_child) = match percentages.as_str() {
            "percentage" => (
                Size::Percent(self.get("tree.MinParentRecordsPct", 2.0, compile)?),
                Size::Percent(self.get("tree.MinChildRecordsPct", 1.0, compile)?),
            ),
            _ => (
                Size::Records(self.get("tree.MinParentRecordsABS", 100.0, compile)?),
                Size::Records(self.get("tree.MinChildRecordsABS", 50.0, compile)?),
            ),
        };
        Ok(Growth {
            depth,
            min_parent,
            min_child,
            importance: self.get("calculate_variable_importance", true, compile)?,
            raw_propensity: self.get("calculate_raw_propensities", false, compile)?,
        })
    }
}
