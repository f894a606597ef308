//! The Feature Selection nugget. IBM: `applyfeatureselectionnode`.
//!
//! A filter of fields: of the fields that its model ranked or screened, the selected ones are kept; all other
//! fields are kept, too.

use std::collections::HashSet;

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table, one, require,
};

use super::native::{Property, nugget_settings};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ApplyFeatureSelectionNode",
    extension: None,
    inputs: Inputs::One,
    settings: FeatureSelectionSettings::LIST,
    compile,
};

nugget_settings! {
    /// Settings of a Feature Selection nugget.
    pub struct FeatureSelectionSettings {
        /// The model.
        model: Property = element("model", ""),
        /// The ranked fields that are kept.
        ranked: Property = element("rankedFieldSelection", "selected_ranked_fields"),
        /// The screened fields that are kept.
        screened: Property = element("screenedFieldSelection", "selected_screened_fields"),
        /// Further properties of ranked fields; empty in all known streams.
        ranked_values: Property = element("rankedValues", ""),
        /// Further properties of screened fields; empty in all known streams.
        screened_values: Property = element("screenedValues", ""),
    }
    // Content of its tables.
    ignored: [
        "calculateAdjustedPropensities", "calculateRawPropensities", "importanceHighLabel",
        "importanceLowLabel", "importanceLowThreshold", "importanceMediumLabel", "importanceMediumThreshold",
    ]
}

/// Drops fields.
#[derive(Debug)]
struct Selection {
    /// The fields of the model.
    known: Vec<String>,
    dropped: HashSet<String>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: FeatureSelectionSettings = compile.settings()?;
    let Some(model) = settings.model else {
        return Err(compile.refuse_value("model", "", "the nugget has no model"));
    };
    for (property, value) in
        [("rankedValues", &settings.ranked_values), ("screenedValues", &settings.screened_values)]
    {
        if value
            .as_ref()
            .is_some_and(|value| value.elements().next().is_some() || !value.text().trim().is_empty())
        {
            compile.refuse_value(property, "…", "only an empty list is supported");
        }
    }
    let mut kept = HashSet::new();
    for list in [&settings.ranked, &settings.screened].into_iter().flatten() {
        kept.extend(list.children("value").map(|value| value.text().into_owned()));
    }
    let mut known = Vec::new();
    for list in ["ranked", "screened"] {
        for ranked in model.child(list).into_iter().flat_map(|list| list.elements()) {
            match ranked.child("field").and_then(|field| field.text_of("name")) {
                Some(name) => known.push(name.into_owned()),
                None => {
                    return Err(compile.refuse_value(format!("model/{list}"), "", "a field has no name"));
                }
            }
        }
    }
    let dropped = known.iter().filter(|name| !kept.contains(*name)).cloned().collect();
    Ok(Compiled::process(Selection { known, dropped }))
}

impl Selection {
    fn kept(&self, input: &DataModel) -> Result<DataModel, NodeError> {
        for name in &self.known {
            require(input, name)?;
        }
        let kept = input.fields().iter().filter(|field| !self.dropped.contains(&field.name));
        Ok(DataModel::new(kept.cloned().collect())?)
    }
}

#[async_trait]
impl Process for Selection {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        self.kept(one(inputs)?)
    }

    async fn table(&self, inputs: Vec<Table>, _run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let kept = self.kept(input.model())?;
        input.select(kept.fields().iter().map(|field| (field.name.clone(), field.clone())).collect())
    }

    fn is_free(&self) -> bool {
        true
    }
}
