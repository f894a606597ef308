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
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use satsuma_clem::Program;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, NodeError, NodeRef, NodeRun, NodeType, Process, Records,
    Reported, Serial, Table, TaskStatus, one, require,
};

use self::groups::Running;
use self::settings::{AggregateSettings, AggregatedField, Naming, Position};
use super::keys::{Keys, columns};
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

/// The fields that come out, and what they are made of.
struct Plan {
    model: DataModel,
    keys: Vec<(usize, DataType)>,
    fields: Vec<FieldPlan>,
}

/// A field with its statistics.
#[derive(Debug, Clone, serde::Serialize)]
struct FieldPlan {
    column: usize,
    storage: u8,
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
                storage: accumulator::code(field.storage),
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
    /// The fields of aggregate expressions. Only constant expressions are supported: IBM does not document the functions
    /// of the others.
    fn constants(
        &self,
        input: &DataModel,
        run: Option<&NodeRun>,
    ) -> Result<Vec<(Program, Field)>, NodeError> {
        let constants = self.expressions.iter().map(|(name, expression)| {
            let program = expression.check(input, run)?;
            if !program.fields().is_empty() || program.needs_order() || program.is_random() {
                let message = format!(
                    "aggregateExpressionsTable: aggregate expressions over fields are not supported ({name:?}); \
                     aggregate a field that a Derive node computes"
                );
                return Err(NodeError::unsupported(message));
            }
            let field = Field::new(name, program.storage().unwrap_or(Storage::String));
            Ok((program, field))
        });
        constants.collect()
    }

    /// The output fields. Fields of expressions precede the record count.
    fn with_constants(
        &self,
        model: &DataModel,
        constants: &[(Program, Field)],
    ) -> Result<DataModel, NodeError> {
        let mut fields = model.fields().to_vec();
        let at = fields.len().saturating_sub(usize::from(self.count_field.is_some()));
        fields.splice(at..at, constants.iter().map(|(_, field)| field.clone()));
        Ok(DataModel::new(fields)?)
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
        self.with_constants(&self.plan(input)?.model, &self.constants(input, None)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let constants = self.constants(input.model(), Some(run))?;
        let Plan { model, keys, fields } = self.plan(input.model())?;
        let positions = keys.iter().map(|(at, _)| *at).collect::<Vec<_>>();
        let counts = self.count_field.is_some();
        let encoded = Encoded::json("aggregate", 1, &(positions, &fields, self.contiguous, counts))?;
        let operator = Operator {
            keys,
            fields,
            contiguous: self.contiguous,
            counts,
            schema: model.schema(),
            node: run.node().clone(),
            encoded,
        };
        let groups = Table::serial(vec![(input, Vec::new())], Arc::new(operator), model.clone(), run)?;
        if constants.is_empty() {
            return Ok(groups);
        }
        let fields = self.with_constants(&model, &constants)?;
        let table = clem::derive(groups, constants, run)?;
        table.select(fields.fields().iter().map(|field| (field.name.clone(), field.clone())).collect())
    }
}

#[derive(Debug)]
struct Operator {
    keys: Vec<(usize, DataType)>,
    fields: Vec<FieldPlan>,
    contiguous: bool,
    counts: bool,
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

impl Operator {
    fn start(&self, inputs: Vec<Records>, status: &TaskStatus) -> Result<Running, NodeError> {
        let accumulators = self.fields.iter().map(|field| {
            (field.column, Accumulator::new(accumulator::of_code(field.storage), &field.statistics))
        });
        Ok(Running::new(
            one(inputs)?,
            Keys::new(self.keys.clone())?,
            self.contiguous,
            accumulators.collect(),
            self.counts,
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
