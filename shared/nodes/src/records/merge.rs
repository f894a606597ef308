//! Merge: joins the records of several inputs. IBM: "Merge Node", `mergenode`.
//!
//! By order, the nth records of all inputs are joined, until an input ends. By keys, records with equal keys
//! are joined in all combinations, in the order of the keys; null equals nothing. Without keys, and by
//! condition, all records are combined, with the first input outermost. Output fields are in input order;
//! fields with the same name get the tag of their input as prefix. A condition uses these names. In outer joins by
//! condition, records of the second input without partners follow all others.

pub(crate) mod conditional;
mod fields;
mod join;
mod keyed;
mod product;
mod settings;
mod zip;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRef, NodeRun, NodeType, Process, Records,
    Reported, Serial, SortKey, Table, TaskStatus,
};
use satsuma_stream::FilterTable;
use serde::{Deserialize, Serialize};

use self::fields::{Filters, Output, Plan};
use self::join::Join;
use self::settings::{JoinType, MergeSettings, Method};
use super::pull::{failed, records};
use super::tags::{Input, ordered};
use crate::clem::{self, Clem};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "MergeNode",
    extension: None,
    inputs: Inputs::Many,
    settings: MergeSettings::LIST,
    compile,
};

struct Merge {
    inputs: Vec<Input>,
    filters: Filters,
    rename_duplicates: bool,
    by: By,
}

#[expect(clippy::large_enum_variant, reason = "a node has one")]
enum By {
    Order,
    Keys { keys: Vec<String>, common: bool, join: Join },
    Condition { condition: Clem, join: Join },
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: MergeSettings = compile.settings()?;
    let inputs = settings.tags.inputs(compile);
    if let Some(problem) = settings.filters.problem {
        return Err(compile.refuse_value("filterTableGroup", "…", problem));
    }
    if !inputs.iter().all(Input::is_tagged) && !settings.filters.entries.is_empty() {
        let message = "the stream does not define the tags of the links; link the inputs again in Modeler";
        return Err(compile.refuse_value("filterTableGroup", "…", message));
    }
    let tables = inputs.iter().map(|input| {
        let entry = settings.filters.entries.iter().find(|(tag, _)| input.is(tag));
        entry.map_or_else(
            || FilterTable { default_drop: settings.filters.default_drop, ..FilterTable::default() },
            |(_, table)| table.clone(),
        )
    });
    let filters = Filters { tables: tables.collect() };
    let by = match settings.method {
        Method::Order => By::Order,
        Method::Keys => {
            let join = join(settings.join.clone(), &settings, &inputs, compile)?;
            if settings.presorted
                && let Some(key) = settings
                    .existing
                    .iter()
                    .find(|key| key.is_descending && settings.keys.contains(&key.field))
            {
                let message = "inputs that are sorted from the highest key to the lowest are not supported";
                return Err(compile.refuse_value("existingSortKeys", &key.field, message));
            }
            By::Keys { keys: settings.keys, common: settings.common_keys, join }
        }
        Method::Condition => {
            let join = join(settings.join.clone(), &settings, &inputs, compile)?;
            if join != Join::Inner && inputs.len() != 2 {
                let message = "joins by condition of more than two inputs are supported as inner joins";
                return Err(compile.refuse_value("joinType", settings.join, message));
            }
            By::Condition { condition: Clem::parse(&settings.condition, "mergeCondition", compile)?, join }
        }
        other => {
            return Err(compile.refuse_value("mergeMode", other, "order, key and condition are supported"));
        }
    };
    Ok(Compiled::process(Merge { inputs, filters, rename_duplicates: settings.rename_duplicates, by }))
}

fn join(
    join: JoinType,
    settings: &MergeSettings,
    inputs: &[Input],
    compile: &mut Compile<'_>,
) -> Result<Join, Reported> {
    match join {
        JoinType::Inner => Ok(Join::Inner),
        JoinType::FullOuter => Ok(Join::Outer(vec![true; inputs.len()])),
        JoinType::PartialOuter => {
            if !settings.outer_tags.is_empty() && !inputs.iter().all(Input::is_tagged) {
                let message =
                    "the stream does not define the tags of the links; link the inputs again in Modeler";
                return Err(compile.refuse_value("includeIncompleteRecords", "…", message));
            }
            let outer = inputs.iter().map(|input| settings.outer_tags.iter().any(|tag| input.is(tag)));
            Ok(Join::Outer(outer.collect()))
        }
        JoinType::Anti | JoinType::AntiJoin if inputs.len() <= 2 => Ok(Join::Anti),
        JoinType::Anti | JoinType::AntiJoin => {
            let message = "an anti-join of more than two inputs is not supported";
            Err(compile.refuse_value("joinType", join, message))
        }
        other => {
            let message = "inner, fullOuter, partialOuter and anti are supported";
            Err(compile.refuse_value("joinType", other, message))
        }
    }
}

impl Merge {
    fn plan(&self, models: &[DataModel]) -> Result<Plan, NodeError> {
        let (keys, common): (&[String], bool) = match &self.by {
            By::Keys { keys, common, .. } => (keys, *common),
            By::Order | By::Condition { .. } => (&[], false),
        };
        Plan::new(&self.inputs, models, &self.filters, keys, common, self.rename_duplicates)
    }

    fn checked(&self, models: &[DataModel]) -> Result<DataModel, NodeError> {
        let plan = self.plan(models)?;
        if let By::Condition { condition, join } = &self.by {
            let condition = condition.check(&plan.with_dropped()?, None)?;
            if condition.needs_order() && *join != Join::Inner {
                let message = "conditions that depend on the order of records are supported with inner joins";
                return Err(NodeError::unsupported(message));
            }
        }
        plan.model()
    }
}

#[async_trait]
impl Process for Merge {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        self.checked(&ordered(&self.inputs, inputs.to_vec()))
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let tables = ordered(&self.inputs, inputs);
        let models = tables.iter().map(|table| table.model().clone()).collect::<Vec<_>>();
        let plan = self.plan(&models)?;
        if let By::Condition { condition, join } = &self.by
            && *join != Join::Inner
        {
            return conditional(condition, join, &plan, tables, run);
        }
        let merged = |work: Work, outputs: Vec<Output>, model: DataModel, sort: Vec<SortKey>| {
            let operator = Operator::new(work, outputs, model.schema(), run.node())?;
            let inputs = tables.into_iter().map(|table| (table, sort.clone())).collect();
            Table::serial(inputs, Arc::new(operator), model, run)
        };
        match &self.by {
            By::Order => merged(Work::Zip, plan.outputs(), plan.model()?, Vec::new()),
            By::Keys { keys, join, .. } if keys.is_empty() => {
                merged(Work::Product(join.clone()), plan.outputs(), plan.model()?, Vec::new())
            }
            By::Keys { keys, join, .. } => {
                let keyed = plan.keyed(&models, keys)?;
                let sort = keys.iter().map(SortKey::ascending).collect();
                merged(Work::Keyed(join.clone(), keyed), plan.outputs(), plan.model()?, sort)
            }
            By::Condition { condition, .. } => {
                let all = plan.with_dropped()?;
                let product = merged(Work::Product(Join::Inner), plan.all_outputs(), all, Vec::new())?;
                let program = condition.check(product.model(), Some(run))?;
                let selected = clem::select(product, program, false, run)?;
                let fields =
                    plan.model()?.fields().iter().map(|field| (field.name.clone(), field.clone())).collect();
                selected.select(fields)
            }
        }
    }
}

/// An outer join or anti-join of two inputs by a condition.
fn conditional(
    condition: &Clem,
    join: &Join,
    plan: &Plan,
    tables: Vec<Table>,
    run: &NodeRun,
) -> Result<Table, NodeError> {
    let all = plan.with_dropped()?;
    let condition = condition.check(&all, Some(run))?;
    let places = plan.all_outputs();
    let wanted =
        condition.fields().iter().filter_map(|field| places.get(all.position(&field.name)?).cloned());
    let columns =
        conditional::Columns { join: join.clone(), wanted: wanted.collect(), outputs: plan.outputs() };
    let model = plan.model()?;
    let operator = conditional::Operator::new(condition, columns, model.schema(), run.node())?;
    let inputs = tables.into_iter().map(|table| (table, Vec::new())).collect();
    Table::serial(inputs, Arc::new(operator), model, run)
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Work {
    Zip,
    Product(Join),
    Keyed(Join, keyed::KeyColumns),
}

#[derive(Debug)]
struct Operator {
    work: Work,
    outputs: Vec<Output>,
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub static MERGE: Kind = Kind::serial("merge", 1, |found| {
    let (work, outputs) = found.settings()?;
    Ok(Arc::new(Operator::new(work, outputs, Arc::clone(found.schema()), found.node())?))
});

impl Operator {
    fn new(work: Work, outputs: Vec<Output>, schema: SchemaRef, node: &NodeRef) -> Result<Self, NodeError> {
        let encoded = MERGE.encode(&(&work, &outputs))?;
        Ok(Self { work, outputs, schema, node: node.clone(), encoded })
    }

    fn start(&self, inputs: Vec<Records>, status: &TaskStatus) -> Result<Records, NodeError> {
        let (outputs, schema) = (self.outputs.clone(), Arc::clone(&self.schema));
        let node = self.node.clone();
        Ok(match &self.work {
            Work::Zip => records(zip::Zip::new(inputs, outputs, schema), node),
            Work::Product(join) => {
                records(product::Product::new(inputs, join.clone(), outputs, schema, status.clone()), node)
            }
            Work::Keyed(join, keys) => {
                records(keyed::Keyed::new(inputs, join.clone(), keys, outputs, schema, status.clone())?, node)
            }
        })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, status: &TaskStatus) -> Records {
        self.start(inputs, status).unwrap_or_else(|error| failed(error, &self.node))
    }
}

#[cfg(test)]
mod tests;
