//! Apriori: association rules. IBM: "Apriori Node", `apriorinode`.
//!
//! Items are the true values of flags and the values of nominal fields, the empty text included. Rules have one
//! consequent and are listed in Modeler's order. As in models that Modeler stored, an ordinal field never becomes a
//! consequent. In transactional data, transactions are the different values of the ID field, and items the values
//! of the content field. The node's other evaluation measures, weights and rules without antecedents are refused: no
//! stored model shows how Modeler counts them.

mod baskets;
mod items;
mod nugget;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Measure, Role, Values};
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, Reported, Table, require,
    settings,
};
use satsuma_mining::association::{self, RuleOptions};
use satsuma_stream::NewNugget;

use self::baskets::Baskets;
use self::items::Items;
use super::builder::Builder;
use super::options::{Description, ShownOption};
use super::records;
use super::roles::{FieldSettings, TrainingPartition, uninstantiated};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BuildAprioriNode",
    extension: None,
    inputs: Inputs::One,
    settings: AprioriSettings::LIST,
    compile,
};

/// The most antecedents that Modeler's dialog allows.
const MAX_ANTECEDENTS: usize = 32;

settings! {
    /// Settings of an Apriori node.
    pub struct AprioriSettings {
        /// Whether the roles of the fields decide which of them are used.
        by_role: bool = value("autoModelFieldSelection", "custom_fields", true),
        /// The fields of consequents, where they do not.
        consequents: Vec<String> = fields("modelTargetFieldSelection", "consequents"),
        /// The fields of antecedents, where they do not.
        antecedents: Vec<String> = fields("modelInputFieldSelection", "antecedents"),
        /// The field of partitions, where they do not.
        partition: String = text("partitionField", "partition"),
        /// Whether only the training partition trains.
        uses_partition: bool = value("usePartitionedData", "use_partitioned_data", true),
        /// Whether the model is named automatically.
        auto_name: bool = value("autoModelName", "model_name_auto", true),
        /// Its name otherwise.
        model_name: String = text("modelName", "model_name"),
        /// The lowest support of antecedents, in percent.
        min_support: f64 = value("minRuleSupport", "min_supp", 10.0),
        /// The lowest confidence, in percent.
        min_confidence: f64 = value("minRuleConfidence", "min_conf", 80.0),
        /// The most antecedents.
        max_antecedents: usize = value("maxRuleAntecedents", "max_antecedents", 5),
        /// Whether flags count only where they are true.
        only_true: bool = value("onlyTrueValues", "true_flags", true),
        /// Whether options of the expert mode count.
        expert: bool = value("expertMode", "mode", false),
        /// How rules are evaluated, in expert mode.
        measure: String = value("evaluationMeasure", "evaluation", "rule".to_owned()),
        /// Whether rules without antecedents are wanted, in expert mode.
        without_antecedents: bool = value("rulesWithoutAntecdents", "rules_without_antecedents", false),
        /// Whether each record is one item of a transaction.
        transactional: bool = value("transactionalData", "use_transactional_data", false),
        /// The field with the id of the transaction.
        id: String = text("idField", "id_field"),
        /// The field with the item.
        content: String = text("contentField", "content_field"),
        /// Whether records of a transaction follow each other, and an ID that occurs again is another one.
        contiguous: bool = value("contiguousID", "contiguous", false),
        /// Whether a field has the frequency of records.
        use_frequency: bool = value("useFrequency", "use_frequency", false),
        /// Whether a field has the weight of records.
        use_weight: bool = value("useWeight", "use_weight", false),
    }
    // How the work is done; fields of options that are refused; the bound of other measures.
    ignored: [
        "optimization", "evaluationBound", "frequencyField", "weightField", "eventFields", "useEvents",
    ]
}

/// Options of the builder alone, as nuggets describe them.
const DESCRIPTIONS: &[Description] = &[
    ("contentField", "FieldNameProperty", None),
    ("contiguousID", "BooleanProperty", Some("false")),
    ("evaluationBound", "IntegerProperty", Some("10")),
    ("evaluationMeasure", "EnumProperty", Some("rule")),
    ("idField", "FieldNameProperty", None),
    ("maxRuleAntecedents", "IntegerProperty", Some("5")),
    ("minRuleConfidence", "DoubleProperty", Some("80.0")),
    ("minRuleSupport", "DoubleProperty", Some("10.0")),
    ("onlyTrueValues", "BooleanProperty", Some("true")),
    ("optimization", "EnumProperty", Some("speed")),
    ("rulesWithoutAntecdents", "BooleanProperty", Some("false")),
    ("transactionalData", "BooleanProperty", Some("false")),
];

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[
    ("usePartitionedData", "Z"),
    ("maxRuleAntecedents", "I"),
    ("minRuleSupport", "D"),
    ("minRuleConfidence", "D"),
    ("optimization", "A"),
    ("onlyTrueValues", "Z"),
    ("transactionalData", "Z"),
];

struct Apriori {
    builder: Builder,
    settings: AprioriSettings,
    basket: Option<Basket>,
}

/// Transactional data: each record is one item of a transaction.
struct Basket {
    id: String,
    content: String,
    contiguous: bool,
}

/// The settings, resolved for the input fields.
struct Plan {
    items: Items,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AprioriSettings = compile.settings()?;
    refuse_settings(&settings, compile.diagnostics());
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: settings.consequents.clone(),
        inputs: settings.antecedents.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    Ok(compiled(Apriori {
        builder: Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN),
        basket: settings.transactional.then(|| Basket {
            id: settings.id.clone(),
            content: settings.content.clone(),
            contiguous: settings.contiguous,
        }),
        settings,
    }))
}

fn refuse_settings(settings: &AprioriSettings, diagnostics: &mut NodeDiagnostics<'_>) {
    if settings.expert && settings.measure != "rule" {
        diagnostics.refuse_value("evaluationMeasure", &settings.measure, "only rule confidence is supported");
    }
    if settings.expert && settings.without_antecedents {
        diagnostics.refuse_value(
            "rulesWithoutAntecdents",
            true,
            "rules without antecedents are not supported",
        );
    }
    for (property, is_on, what) in [
        ("useFrequency", settings.use_frequency, "frequency fields"),
        ("useWeight", settings.use_weight, "weight fields"),
    ] {
        if is_on {
            diagnostics.refuse_value(property, true, format!("{what} are not supported by this builder"));
        }
    }
    if settings.max_antecedents > MAX_ANTECEDENTS {
        let message = format!("at most {MAX_ANTECEDENTS} antecedents are possible");
        diagnostics.refuse_value("maxRuleAntecedents", settings.max_antecedents, message);
    }
}

impl Apriori {
    fn plan_baskets(
        &self,
        basket: &Basket,
        input: &DataModel,
        training: Option<TrainingPartition>,
        is_running: bool,
    ) -> Result<Plan, NodeError> {
        require(input, &basket.id)?;
        let content = require(input, &basket.content)?;
        if content.values == Values::Unread {
            return Err(uninstantiated(content, is_running));
        }
        let mut items = Items::default();
        let at = input.position(&basket.content).unwrap_or_default();
        items.add(content, at, (true, true), false, is_running)?;
        Ok(Plan { items, training })
    }

    fn name(&self, items: &Items) -> String {
        self.builder.name(|| match &self.basket {
            Some(basket) => format!("{} & {}", basket.id, basket.content),
            None => format!("{} fields", items.fields().len()),
        })
    }
}

#[async_trait]
impl Train for Apriori {
    type Plan = Plan;

    const PREDICTS: bool = false;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let fields = &self.builder.fields;
        let training = fields.training(input, is_running)?;
        if let Some(basket) = &self.basket {
            return self.plan_baskets(basket, input, training, is_running);
        }
        let antecedents = fields.with_role(input, &[Role::Input, Role::Both], &fields.inputs)?;
        let consequents = fields.with_role(input, &[Role::Target, Role::Both], &fields.targets)?;
        let mut items = Items::default();
        for field in input.fields() {
            let is_typeless = field.measure == Measure::Typeless && fields.by_role;
            let is_used =
                |fields: &[&satsuma_columns::Field]| fields.iter().any(|used| used.name == field.name);
            let (before, behind) = (is_used(&antecedents), is_used(&consequents));
            if (before || behind) && !is_typeless {
                let at = input.position(&field.name).unwrap_or_default();
                let behind = behind && field.measure != Measure::OrderedSet;
                items.add(field, at, (before, behind), self.settings.only_true, is_running)?;
            }
        }
        match items.may_have_rules() {
            true => Ok(Plan { items, training }),
            false => {
                let message = "no field can be an antecedent and another one a consequent; set the roles of the \
                               fields to Input, Target or Both";
                Err(NodeError::Model(message.to_owned()))
            }
        }
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { items, training } = plan;
        let model = input.model().clone();
        let mut transactions = items.transactions();
        let reader = items.reader();
        let baskets = self.basket.as_ref().map(|basket| Baskets::new(&model, &basket.id, basket.contiguous));
        let mut baskets = baskets.transpose()?;
        records::for_each(input, training.as_ref(), run, |batch| match &mut baskets {
            Some(baskets) => reader.read_items(batch, baskets, &mut transactions),
            None => reader.read(batch, &mut transactions),
        })
        .await?;
        let (antecedents, consequents) = items.roles();
        let (min_support, min_confidence) = (self.settings.min_support, self.settings.min_confidence);
        let max_antecedents = self.settings.max_antecedents;
        let count = transactions.records();
        let rules = records::mine(run, move |control| {
            let options = RuleOptions {
                min_support,
                min_confidence,
                max_antecedents,
                antecedents: &antecedents,
                consequents: &consequents,
            };
            association::apriori(&transactions, &options, control)
        })
        .await?;
        tracing::info!(rules = rules.len(), records = count, fields = items.fields().len(), "built");
        if rules.is_empty() {
            let message = format!("no rule reaches the minimum support and confidence in {count} records");
            return Err(NodeError::Model(message));
        }
        self.nugget(&model, &items, &rules, count, run)
    }
}
