//! Association Rules: the best rules between the values of fields. IBM: "Association Rules node",
//! `associationrulesnode`.
//!
//! Items are the true values of flags, the values of nominal and ordinal fields, and bins of continuous fields. Stored
//! models show the bins, the order of rules, and where the search ends: before a level of more than 500,000 candidates.
//! Only rules by confidence with one consequent are trained; stored models show no others.

mod items;
mod nugget;
mod options;
mod pmml;

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table, settings};
use satsuma_mining::association::{BestRule, best_rules};
use satsuma_stream::NewNugget;

use self::items::Items;
use self::options::RuleSettings;
use super::builder::Builder;
use super::records;
use super::roles::{FieldSettings, TrainingPartition};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFBuildModelNode",
    extension: Some("gsar"),
    inputs: Inputs::One,
    settings: AssociationRulesSettings::LIST,
    compile,
};

settings! {
    /// Settings of an Association Rules node outside its parameter file.
    pub struct AssociationRulesSettings {
        /// The field of partitions.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// The field with the frequency.
        frequency_field: String = text("frequencyField", "frequency_field"),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
        /// The field with the weight.
        weight_field: String = text("weightField", "weight_field"),
    }
    // The parameter file decides; events are for time series.
    ignored: [
        "autoModelFieldSelection", "autoModelName", "eventFields", "expertMode", "modelInputFieldSelection", "modelName",
        "modelSplitFieldSelection", "modelTargetFieldSelection", "useEvents",
    ]
}

struct AssociationRules {
    builder: Builder,
    rules: RuleSettings,
}

/// The settings, resolved for the input fields.
struct Plan {
    items: Items,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AssociationRulesSettings = compile.settings()?;
    let rules = RuleSettings::read(compile)?;
    for (property, is_on, field) in [
        ("useFrequency", settings.use_frequency, &settings.frequency_field),
        ("useWeight", settings.use_weight, &settings.weight_field),
    ] {
        if is_on && !field.is_empty() {
            let message = "frequencies and weights are not supported by this builder";
            compile.refuse_value(property, true, message);
        }
    }
    let fields = FieldSettings {
        by_role: rules.by_role,
        targets: rules.consequents.clone(),
        inputs: rules.antecedents.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = rules.own_name.clone();
    let builder = Builder::new(compile, fields, &own_name, &[], &[("usePartitionedData", "Z")]);
    Ok(compiled(AssociationRules { builder, rules }))
}

/// The rules that were found, in this many records.
struct Found {
    rules: Vec<BestRule>,
    records: usize,
}

#[async_trait]
impl Train for AssociationRules {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let training = self.builder.fields.training_of_component(input, is_running)?;
        let items = Items::new(input, &self.rules, is_running)?;
        Ok(Plan { items, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { mut items, training } = plan;
        records::for_each(input, training.as_ref(), run, |batch| items.add(batch)).await?;
        let wanted = self.rules.wanted;
        let (records, of_fields) = (items.records, items.take());
        let rules =
            records::mine(run, move |control| best_rules(&of_fields, records, &wanted, control)).await?;
        if rules.is_empty() {
            let message = "there are no rules; use a lower support, confidence or lift";
            return Err(NodeError::Model(message.to_owned()));
        }
        tracing::info!(rules = rules.len(), records, "built");
        self.nugget(&items, &Found { rules, records }, run)
    }
}
