//! Builders of the component framework, whose options are in a parameter file.

use satsuma_engine::{Compile, NodeDiagnostics, Reported};
use satsuma_stream::FromText;
use satsuma_stream::nodes::{CfParameters, CfValue};

use super::roles::FieldSettings;
use crate::sources::data_asset::parameters;

/// The options of a builder.
pub(crate) struct Component {
    parameters: CfParameters,
    /// The parameter file, which nuggets keep a copy of.
    pub(crate) file: Vec<u8>,
}

impl Component {
    /// Reads the builder's parameter file.
    pub(crate) fn read(compile: &mut Compile<'_>) -> Result<Self, Reported> {
        let parameters = parameters(compile)?;
        let entry = compile.node().element().attr("properties").unwrap_or_default().to_owned();
        let file = compile.undamaged(compile.file().entry(&entry))?;
        Ok(Self { parameters, file: file.to_vec() })
    }

    /// The text of an option; empty if it has none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.parameters.text(name).unwrap_or_default()
    }

    /// The value of an option, or a default. A value of another type is refused.
    pub(crate) fn get<T: FromText>(
        &self,
        name: &'static str,
        default: T,
        diagnostics: &mut NodeDiagnostics<'_>,
    ) -> T {
        match self.parameters.get(name) {
            Ok(value) => value.unwrap_or(default),
            Err(error) => {
                diagnostics.refuse_value(name, self.text(name), error.to_string());
                default
            }
        }
    }

    /// The names in a list, or the only name.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        let text = |value: &CfValue| match value {
            CfValue::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        match self.parameters.value(name) {
            Some(CfValue::List(values)) => values.iter().filter_map(text).collect(),
            Some(value) => text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The fields of the builder, whose own options have this prefix.
    pub(crate) fn fields(&self, prefix: &str, diagnostics: &mut NodeDiagnostics<'_>) -> FieldSettings {
        FieldSettings {
            // In spite of its name: true is Modeler's "Use custom field assignments".
            by_role: !self.get("role_use", false, diagnostics),
            targets: self.names(&format!("{prefix}.TargetField")),
            inputs: self.names(&format!("{prefix}.InputFieldList")),
            partition: self.text("outerpartition.partitionField").to_owned(),
            uses_partition: self.get("UsePartitionedData", true, diagnostics),
        }
    }

    /// The name that the user gave the model; empty for none.
    pub(crate) fn own_name(&self, diagnostics: &mut NodeDiagnostics<'_>) -> String {
        match self.get("modelRename", false, diagnostics) {
            true => self.text("modelName").to_owned(),
            false => String::new(),
        }
    }

    /// Refuses what no builder of the component framework supports.
    pub(crate) fn refuse_common(&self, prefix: &str, diagnostics: &mut NodeDiagnostics<'_>) {
        for (name, supported, message) in [
            ("objective_choose", "buildNewModel", "only new models are supported, no continued training"),
            (
                "objective_goal",
                "standard",
                "ensembles (boosting, bagging, very large data) are not supported",
            ),
            ("veryLargeData", "false", "ensembles for very large data are not supported"),
            ("outerpartition.selectedPartition", "training", "only the training partition can train"),
        ] {
            let value = self.text(name);
            if !value.is_empty() && value != supported {
                diagnostics.refuse_value(name, value, message);
            }
        }
        let splits = self.names("split_distribute.split_fields");
        if !splits.is_empty() {
            let message = "models for each value of a field are not supported by this builder";
            diagnostics.refuse_value("split_distribute.split_fields", splits.join(", "), message);
        }
        for name in ["FrequencyWeightField", "RegressionWeightField"] {
            let name = format!("{prefix}.{name}");
            let field = self.text(&name).to_owned();
            if !field.is_empty() {
                let message = "frequencies and weights are not supported by this builder";
                diagnostics.refuse_value(name, field, message);
            }
        }
    }
}
