//! Steps as physical plans of the query engine. A long row of steps needs no deep stack: open steps are in a list.

use std::sync::Arc;

use datafusion::common::{Result, internal_datafusion_err};
use datafusion::config::ConfigOptions;
use datafusion::execution::SessionState;
use datafusion::logical_expr::ScalarUDF;
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning, PhysicalExpr};

use super::wanted::Wanted;
use super::{Named, Place, Selection, Step};
use crate::exec::kernel::Function;
use crate::exec::kernel::Part;
use crate::exec::serial_exec::SerialExec;
use crate::exec::status::TaskStatus;
use crate::order::ORDER;

/// The plan of named columns.
pub(crate) fn physical(named: &Named, state: &SessionState) -> Result<Arc<dyn ExecutionPlan>> {
    Planning { options: Arc::clone(state.config_options()) }.plan(named)
}

/// A step's plan, and its wanted columns over the columns of the plan.
struct Made {
    plan: Arc<dyn ExecutionPlan>,
    columns: Columns,
}

type Columns = Vec<Option<Arc<dyn PhysicalExpr>>>;

enum Task<'a> {
    /// Plans the inputs of a step, then the step.
    Open(&'a Step, Wanted),
    /// Plans a step whose inputs are planned.
    Close(&'a Step, Wanted, Vec<Wanted>),
}

struct Planning {
    options: Arc<ConfigOptions>,
}

impl Planning {
    fn plan(&self, named: &Named) -> Result<Arc<dyn ExecutionPlan>> {
        let all = vec![true; named.rows.width()];
        let mut tasks = vec![Task::Open(&named.rows.step, named.rows.of_step(&all))];
        let mut made: Vec<Made> = Vec::new();
        while let Some(task) = tasks.pop() {
            match task {
                Task::Open(step, wanted) => {
                    let wants = step.wants(&wanted);
                    let inputs = step.inputs().into_iter().zip(&wants);
                    let open = inputs.map(|(input, wants)| Task::Open(&input.step, input.of_step(wants)));
                    let open = open.collect::<Vec<_>>();
                    tasks.push(Task::Close(step, wanted, wants));
                    tasks.extend(open.into_iter().rev());
                }
                Task::Close(step, wanted, wants) => {
                    let inputs = made.split_off(made.len().saturating_sub(wants.len()));
                    made.push(self.step(step, &wanted, &wants, inputs)?);
                }
            }
        }
        let made = made.pop().ok_or_else(|| internal_datafusion_err!("a plan without steps"))?;
        self.named(named, &all, &made)
    }

    fn step(&self, step: &Step, wanted: &[bool], wants: &[Wanted], inputs: Vec<Made>) -> Result<Made> {
        if let Step::Serial { inputs: named, node } = step {
            let plans = named.iter().zip(wants).zip(&inputs);
            let plans = plans.map(|((named, wants), made)| self.named(named, wants, made));
            // Sort keys are passed on even where no later step reads them.
            let fields =
                if node.operator.is_identity() { wants.first().map_or(wanted, Vec::as_slice) } else { &[] };
            let plan = SerialExec::new(node, &plans.collect::<Result<Vec<_>>>()?, fields)?;
            let shown = match fields {
                [] => Vec::new(),
                [fields @ .., _] => fields.iter().copied().chain([true]).collect(),
            };
            return Ok(Made {
                columns: in_order(&names_of(&plan), step.width(), &shown),
                plan: Arc::new(plan),
            });
        }
        let columns = || wanted.iter().enumerate().filter(|(_, wanted)| **wanted).map(|(at, _)| at).collect();
        if let Step::Read(table) = step {
            return Ok(read(table.exec(columns(), TaskStatus::of(&self.options))?, wanted));
        }
        if let Step::Kept(table) = step {
            return Ok(read(table.exec(columns())?, wanted));
        }
        let (Some(input), Some(wants), Some(made)) =
            (step.inputs().into_iter().next(), wants.first(), inputs.into_iter().next())
        else {
            return Err(internal_datafusion_err!("a step without its input"));
        };
        let columns = self.columns(input, wants, &made)?;
        match step {
            Step::Compute { function, arguments, .. } => {
                let results = wanted.len().saturating_sub(1);
                if wanted.get(results) != Some(&true) {
                    return Ok(Made { columns, plan: made.plan });
                }
                let mut columns = columns;
                let call = self.call(function, arguments, &columns, made.plan.as_ref())?;
                columns
                    .iter_mut()
                    .zip(wanted)
                    .filter(|(_, wanted)| !**wanted)
                    .for_each(|(column, _)| *column = None);
                columns.push(Some(call));
                project(made.plan, columns)
            }
            Step::Keep { function, arguments, .. } => {
                let holds = self.call(function, arguments, &columns, made.plan.as_ref())?;
                Ok(Made { plan: Arc::new(FilterExec::try_new(holds, made.plan)?), columns })
            }
            Step::Project { items, .. } => {
                let projected = items.iter().zip(wanted).map(|(item, wanted)| match wanted {
                    true => item.over(&columns).map(Some),
                    false => Ok(None),
                });
                project(made.plan, projected.collect::<Result<_>>()?)
            }
            Step::Spread { partitions, .. } => {
                let dealt = Partitioning::RoundRobinBatch(*partitions);
                Ok(Made { plan: Arc::new(RepartitionExec::try_new(made.plan, dealt)?), columns })
            }
            Step::Read(_) | Step::Kept(_) | Step::Serial { .. } => {
                Err(internal_datafusion_err!("a step that was planned before"))
            }
        }
    }

    /// The wanted columns of a selection over the columns of its step's plan.
    fn columns(&self, rows: &Selection, wanted: &[bool], made: &Made) -> Result<Columns> {
        let columns = rows.columns.iter().zip(wanted).map(|(place, wanted)| match wanted {
            false => Ok(None),
            true => self.column(*place, made).map(Some),
        });
        columns.collect()
    }

    fn column(&self, place: Place, made: &Made) -> Result<Arc<dyn PhysicalExpr>> {
        let column = made.columns.get(place.column()).and_then(Option::as_ref);
        let column = column.ok_or_else(|| internal_datafusion_err!("a column that was not planned"))?;
        match place {
            Place::Column(_) => Ok(Arc::clone(column)),
            Place::Part { at, .. } => {
                self.function(Part::function(at), vec![Arc::clone(column)], made.plan.as_ref())
            }
        }
    }

    fn call(
        &self,
        function: &Function,
        arguments: &[usize],
        columns: &Columns,
        plan: &dyn ExecutionPlan,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let arguments = arguments.iter().map(|at| {
            let argument = columns.get(*at).and_then(Option::as_ref);
            argument.cloned().ok_or_else(|| internal_datafusion_err!("an argument that was not planned"))
        });
        self.function(Arc::clone(&function.udf), arguments.collect::<Result<_>>()?, plan)
    }

    fn function(
        &self,
        function: Arc<ScalarUDF>,
        arguments: Vec<Arc<dyn PhysicalExpr>>,
        plan: &dyn ExecutionPlan,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let options = Arc::clone(&self.options);
        Ok(Arc::new(ScalarFunctionExpr::try_new(function, arguments, &plan.schema(), options)?))
    }

    /// A plan of the wanted columns alone, with their names.
    fn named(&self, named: &Named, wanted: &[bool], made: &Made) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = self.columns(&named.rows, wanted, made)?;
        let names = named.model.names().chain([ORDER]);
        let named = columns.into_iter().zip(names).filter_map(|(column, name)| Some((column?, name)));
        let named = named.collect::<Vec<_>>();
        let schema = made.plan.schema();
        let is_there = named.len() == schema.fields().len()
            && named.iter().enumerate().zip(schema.fields()).all(|((at, (column, name)), field)| {
                field.name() == name
                    && column.downcast_ref::<Column>().is_some_and(|column| column.index() == at)
            });
        if is_there {
            return Ok(Arc::clone(&made.plan));
        }
        let expressions =
            named.into_iter().map(|(expr, name)| ProjectionExpr { expr, alias: name.to_owned() });
        Ok(Arc::new(ProjectionExec::try_new(expressions.collect::<Vec<_>>(), Arc::clone(&made.plan))?))
    }
}

/// A projection of the columns that are there. Their names are their places: no step looks at names.
fn project(plan: Arc<dyn ExecutionPlan>, columns: Columns) -> Result<Made> {
    let wanted = columns.iter().map(Option::is_some).collect::<Vec<_>>();
    let expressions = columns.into_iter().enumerate().filter_map(|(at, column)| {
        let expr = column?;
        let alias = match expr.downcast_ref::<Column>() {
            Some(column) => column.name().to_owned(),
            None => format!("{at}"),
        };
        Some(ProjectionExpr { expr, alias })
    });
    let plan = ProjectionExec::try_new(expressions.collect::<Vec<_>>(), plan)?;
    let names = names_of(&plan);
    Ok(Made { columns: in_order(&names, wanted.len(), &wanted), plan: Arc::new(plan) })
}

/// A leaf of the plan, which gives the wanted columns.
fn read(plan: Arc<dyn ExecutionPlan>, wanted: &[bool]) -> Made {
    let names = names_of(plan.as_ref());
    Made { columns: in_order(&names, wanted.len(), wanted), plan }
}

fn names_of(plan: &dyn ExecutionPlan) -> Vec<String> {
    plan.schema().fields().iter().map(|field| field.name().clone()).collect()
}

/// The wanted of `width` columns, which a plan has one after the other; all of them where `wanted` is empty.
fn in_order(names: &[String], width: usize, wanted: &[bool]) -> Columns {
    let mut next = names.iter().enumerate();
    let columns = (0..width).map(|at| match wanted.is_empty() || wanted.get(at) == Some(&true) {
        true => next.next().map(|(at, name)| Arc::new(Column::new(name, at)) as Arc<dyn PhysicalExpr>),
        false => None,
    });
    columns.collect()
}
