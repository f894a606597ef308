//! Aggregate: one record for each combination of keys, with statistics of fields. IBM: "Aggregate Node",
//! `aggregatenode`.
//!
//! Statistics ignore nulls; null is an ordinary key. Groups are in the order of their first records, because
//! Modeler's own order is not documented. Without keys there is one record, even for empty input. Sums, means
//! and deviations equal Modeler's to the last bit.
//!
//! The value of an aggregate expression is that of the records of its group. It is an error if they have several, as
//! IBM does not document which one Modeler takes.

mod accumulator;
mod groups;
mod settings;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_clem::Program;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, Kind, NodeError, NodeRef, NodeRun, NodeType, Process,
    Records, Reported, Serial, Table, TaskStatus, one, require,
};
use serde::{Deserialize, Serialize};

use self::groups::{Running, Single};
use self::settings::{AggregateSettings, AggregatedField, Naming, Position};
use super::keys::{Key, Keys, columns};
use super::pull::{failed, records};
use crate::clem::{self, Clem};

pub(crate) use self::accumulator::{Accumulator, Statistic};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "AggregateNode",
    extension: None,
    inputs: Inputs::One,
    settings: AggregateSettings::LIST,
    compile,
};

struct Aggregate {
    keys: Vec<String>,
    contiguous: bool,
    fields: Vec<AggregatedField>,
    naming: Naming,
    /// Aggregate expressions: the new field and its expression.
    expressions: Vec<(String, Clem)>,
    count_field: Option<String>,
}

/// A checked aggregate expression.
struct Computed {
    program: Program,
    field: Field,
    /// The name of its column between the nodes that compute it; `None` if it is the same for all records.
    column: Option<String>,
}

/// The output fields, and their sources.
struct Plan {
    model: DataModel,
    keys: Vec<Key>,
    fields: Vec<FieldPlan>,
}

/// A field with its statistics.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FieldPlan {
    column: usize,
    storage: Storage,
    statistics: Vec<Statistic>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AggregateSettings = compile.settings()?;
    let prefix = match settings.position {
        Position::Suffix => false,
        Position::Prefix => true,
        other => {
            let message = "Suffix and Prefix are supported";
            return Err(compile.refuse_value("aggregateExtensionPosition", other, message));
        }
    };
    let mut expressions = Vec::with_capacity(settings.expressions.len());
    for (name, text) in settings.expressions {
        expressions.push((name, Clem::parse(&text, "aggregateExpressionsTable", compile)?));
    }
    for field in &settings.fields {
        if let Some(quartile) = &field.quartile {
            let message = "how Modeler interpolates quartiles is not documented; use the median, \
                           or leave the quartiles out";
            return Err(compile.refuse_value(format!("aggregateFields/{:?}", field.name), quartile, message));
        }
        if let Some(unknown) = &field.unknown {
            let message = "this statistic is not known";
            return Err(compile.refuse_value(format!("aggregateFields/{:?}", field.name), unknown, message));
        }
    }
    let count_field = match settings.count_field {
        name if name.is_empty() => "Record_Count".to_owned(),
        name => name,
    };
    Ok(Compiled::process(Aggregate {
        keys: settings.keys,
        contiguous: settings.contiguous,
        fields: settings.fields,
        naming: Naming { prefix, extension: settings.extension },
        expressions,
        count_field: settings.include_count.then_some(count_field),
    }))
}

impl Aggregate {
    fn plan(&self, input: &DataModel) -> Result<Plan, NodeError> {
        let mut fields = Vec::new();
        for key in &self.keys {
            fields.push(require(input, key)?.clone());
        }
        let mut plans = Vec::with_capacity(self.fields.len());
        for aggregated in &self.fields {
            let field = require(input, &aggregated.name)?;
            for statistic in &aggregated.statistics {
                let storage =
                    statistic.storage(field.storage).ok_or_else(|| wrong_storage(field, *statistic))?;
                fields.push(Field::new(self.naming.name(&field.name, *statistic), storage));
            }
            plans.push(FieldPlan {
                column: input.position(&field.name).unwrap_or_default(),
                storage: accumulator::kept(field.storage),
                statistics: aggregated.statistics.clone(),
            });
        }
        if let Some(name) = &self.count_field {
            fields.push(Field::new(name, Storage::Integer));
        }
        Ok(Plan { model: DataModel::new(fields)?, keys: columns(input, &self.keys)?, fields: plans })
    }
}

impl Aggregate {
    /// The aggregate expressions.
    fn computed(&self, input: &DataModel, run: Option<&NodeRun>) -> Result<Vec<Computed>, NodeError> {
        let computed = self.expressions.iter().enumerate().map(|(at, (name, expression))| {
            let program = expression.check(input, run)?;
            if program.needs_order() || program.is_random() {
                let message = format!(
                    "aggregateExpressionsTable: {name:?} depends on the order of records or on chance, which is not \
                     supported; aggregate a field that a Derive node computes"
                );
                return Err(NodeError::unsupported(message));
            }
            let is_constant = program.fields().is_empty();
            if !is_constant && self.keys.is_empty() {
                let message = format!(
                    "aggregateExpressionsTable: {name:?} is an expression over fields, which needs keys; aggregate a \
                     field that a Derive node computes"
                );
                return Err(NodeError::unsupported(message));
            }
            let field = Field::new(name, program.storage().unwrap_or(Storage::String));
            Ok(Computed { program, field, column: (!is_constant).then(|| format!("\u{1}expression{at}")) })
        });
        computed.collect()
    }

    /// The output fields. Fields of expressions precede the record count.
    fn with_computed(&self, model: &DataModel, computed: &[Computed]) -> Result<DataModel, NodeError> {
        let mut fields = model.fields().to_vec();
        let at = fields.len().saturating_sub(usize::from(self.count_field.is_some()));
        fields.splice(at..at, computed.iter().map(|computed| computed.field.clone()));
        Ok(DataModel::new(fields)?)
    }

    /// The plan with the columns of expressions as further keys, behind the others.
    fn by_expressions(
        &self,
        mut plan: Plan,
        input: &DataModel,
        computed: &[Computed],
    ) -> Result<(Plan, Option<Only>), NodeError> {
        let columns = computed.iter().filter_map(|computed| computed.column.clone()).collect::<Vec<_>>();
        if columns.is_empty() {
            return Ok((plan, None));
        }
        let further = self::columns(input, &columns)?;
        let mut fields = plan.model.fields().to_vec();
        let hidden = columns.iter().zip(&further).map(|(name, (_, storage))| Field::new(name, *storage));
        fields.splice(plan.keys.len()..plan.keys.len(), hidden);
        let names = computed.iter().filter(|computed| computed.column.is_some());
        let names = names.map(|computed| format!("{:?}", computed.field.name)).collect::<Vec<_>>();
        let only = Only { keys: plan.keys.clone(), names: names.join(", ") };
        plan.keys.extend(further);
        plan.model = DataModel::new(fields)?;
        Ok((plan, Some(only)))
    }
}

fn wrong_storage(field: &Field, statistic: Statistic) -> NodeError {
    let wanted = match statistic {
        Statistic::Min | Statistic::Max => "a number, a date or a time",
        _ => "a number",
    };
    NodeError::Data(DataFault::Storage {
        field: field.name.clone(),
        found: field.storage.name().to_owned(),
        wanted: wanted.to_owned(),
    })
}

#[async_trait]
impl Process for Aggregate {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        self.with_computed(&self.plan(input)?.model, &self.computed(input, None)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let mut input = one(inputs)?;
        let computed = self.computed(input.model(), Some(run))?;
        let plan = self.plan(input.model())?;
        let output = self.with_computed(&plan.model, &computed)?;
        let hidden = computed.iter().filter_map(|computed| {
            let column = computed.column.as_ref()?;
            Some((computed.program.clone(), computed.field.clone().named(column)))
        });
        let hidden = hidden.collect::<Vec<_>>();
        if !hidden.is_empty() {
            input = clem::derive(input, hidden, run)?;
        }
        let (Plan { model, keys, fields }, only) = self.by_expressions(plan, input.model(), &computed)?;
        let counts = self.count_field.is_some();
        let groups = Groups { keys, only, fields, contiguous: self.contiguous, counts };
        let operator = Operator::new(groups, model.schema(), run.node())?;
        let mut groups = Table::serial(vec![(input, Vec::new())], Arc::new(operator), model, run)?;
        if computed.is_empty() {
            return Ok(groups);
        }
        let places = computed
            .iter()
            .filter_map(|computed| Some((computed.field.name.clone(), computed.column.clone()?)));
        let places = places.collect::<HashMap<_, _>>();
        let constants = computed.into_iter().filter(|computed| computed.column.is_none());
        let constants = constants.map(|constant| (constant.program, constant.field)).collect::<Vec<_>>();
        if !constants.is_empty() {
            groups = clem::derive(groups, constants, run)?;
        }
        let from = |field: &Field| places.get(&field.name).unwrap_or(&field.name).clone();
        groups.select(output.fields().iter().map(|field| (from(field), field.clone())).collect())
    }
}

/// The keys of groups whose records may have one value only of each expression.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Only {
    keys: Vec<Key>,
    /// The names of the expressions' fields, for messages.
    names: String,
}

/// The statistics and their groups.
#[derive(Debug, Serialize, Deserialize)]
struct Groups {
    keys: Vec<Key>,
    only: Option<Only>,
    fields: Vec<FieldPlan>,
    contiguous: bool,
    counts: bool,
}

#[derive(Debug)]
struct Operator {
    groups: Groups,
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub static AGGREGATE: Kind = Kind::serial("aggregate", 2, |found| {
    Ok(Arc::new(Operator::new(found.settings()?, Arc::clone(found.schema()), found.node())?))
});

impl Operator {
    fn new(groups: Groups, schema: SchemaRef, node: &NodeRef) -> Result<Self, NodeError> {
        let encoded = AGGREGATE.encode(&groups)?;
        Ok(Self { groups, schema, node: node.clone(), encoded })
    }

    fn start(&self, inputs: Vec<Records>, status: &TaskStatus) -> Result<Running, NodeError> {
        let accumulators = self
            .groups
            .fields
            .iter()
            .map(|field| (field.column, Accumulator::new(field.storage, &field.statistics)));
        let only = self.groups.only.as_ref();
        let only =
            only.map(|only| Ok::<_, NodeError>(Single::new(Keys::new(&only.keys)?, only.names.clone())));
        Ok(Running::new(
            one(inputs)?,
            (Keys::new(&self.groups.keys)?, only.transpose()?),
            self.groups.contiguous,
            accumulators.collect(),
            self.groups.counts,
            Arc::clone(&self.schema),
            status.clone(),
        ))
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        match self.start(inputs, status) {
            Ok(running) => records(running, self.node.clone()),
            Err(error) => failed(error, &self.node),
        }
    }
}

#[cfg(test)]
mod tests;
