//! Aggregate: one record for each combination of keys, with statistics of fields. IBM: "Aggregate Node",
//! `aggregatenode`.
//!
//! Nulls are left out of statistics; null is a key like any other. Groups are given in the order in which
//! their first records arrive: Modeler's own order is not documented. Without keys there is one record, even
//! where none arrives. Sums, means and deviations are computed as Modeler does, to the last bit.

mod accumulator;
mod groups;
mod settings;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, Kind, NodeError, NodeRef, NodeRun, NodeType, Process,
    Records, Reported, Serial, Table, TaskStatus, one, require,
};
use serde::{Deserialize, Serialize};

use self::groups::Running;
use self::settings::{AggregateSettings, AggregatedField, Naming, Position};
use super::keys::{Key, Keys, columns};
use super::pull::{failed, records};

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
    count_field: Option<String>,
}

/// The fields that come out, and what they are made of.
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
    if settings.expressions > 0 {
        let message =
            "aggregate expressions are not supported; aggregate a field that a Derive node computes";
        return Err(compile.refuse_value("aggregateExpressionsTable", settings.expressions, message));
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
        Ok(self.plan(one(inputs)?)?.model)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let Plan { model, keys, fields } = self.plan(input.model())?;
        let counts = self.count_field.is_some();
        let groups = Groups { keys, fields, contiguous: self.contiguous, counts };
        let operator = Operator::new(groups, model.schema(), run.node())?;
        Table::serial(vec![(input, Vec::new())], Arc::new(operator), model, run)
    }
}

/// What is computed of which groups.
#[derive(Debug, Serialize, Deserialize)]
struct Groups {
    keys: Vec<Key>,
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
pub static AGGREGATE: Kind = Kind::serial("aggregate", 1, |found| {
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
        Ok(Running::new(
            one(inputs)?,
            Keys::new(&self.groups.keys)?,
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
