//! Logistic: probabilities of categories, all inputs or the important ones. IBM: "Logistic Node", `logregnode`.
//!
//! The multinomial procedure with main effects. The binomial one, which gives the same probabilities for two
//! categories, is refused: how Modeler stores its models is not known.

mod design;
mod nugget;
mod options;
mod pmml;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Measure, Role, Scalar, Values};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};
use satsuma_mining::logistic::{self, Ending, SelectionOptions};
use satsuma_stream::NewNugget;

use self::design::Design;
use self::options::{DESCRIPTIONS, LogisticSettings, SHOWN};
use super::builder::Builder;
use super::columns::{self, Column};
use super::records;
use super::roles::{FieldSettings, TrainingPartition, uninstantiated};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BuildLogisticNode",
    extension: None,
    inputs: Inputs::One,
    settings: LogisticSettings::LIST,
    compile,
};

struct Logistic {
    builder: Builder,
    options: SelectionOptions,
    /// The name of the method.
    method: String,
    /// The base category that the user chose; empty for the first one.
    base: String,
}

/// The settings, resolved for the input fields.
struct Plan {
    /// Continuous inputs, categorical inputs, then the target.
    columns: Vec<Column>,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: LogisticSettings = compile.settings()?;
    let options = options::selection(&settings, compile.diagnostics());
    let fields = FieldSettings {
        by_role: settings.by_role,
        targets: vec![settings.target.clone()],
        inputs: settings.inputs.clone(),
        partition: settings.partition.clone(),
        uses_partition: settings.uses_partition,
    };
    let own_name = if settings.auto_name { "" } else { settings.model_name.as_str() };
    let builder = Builder::new(compile, fields, own_name, DESCRIPTIONS, SHOWN);
    Ok(compiled(Logistic { builder, options, method: settings.method, base: settings.base }))
}

/// The categories of a field.
fn categories(field: &Field, is_running: bool) -> Result<Vec<Scalar>, NodeError> {
    match (&field.measure, &field.values) {
        (Measure::Typeless, _) => {
            let message = format!("field {:?} is typeless; set its measure", field.name);
            Err(NodeError::Model(message))
        }
        (_, Values::Members(_) | Values::Flag(..)) => Ok(field.values.members()),
        _ => Err(uninstantiated(field, is_running)),
    }
}

#[async_trait]
impl Train for Logistic {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let settings = &self.builder.fields;
        let training = settings.training(input, is_running)?;
        let target = settings.target(input)?;
        let fields = settings.with_role(input, &[Role::Input], &settings.inputs)?;
        let (mut numbers, mut factors) = (Vec::new(), Vec::new());
        for field in fields.into_iter().filter(|field| field.name != target.name) {
            match field.measure {
                Measure::Typeless => {}
                Measure::Range if field.storage.is_numeric() => {
                    numbers.push(Column::continuous(input, field))
                }
                Measure::Range => {
                    let message = format!(
                        "input {:?}: dates and times are not supported by this builder; derive numbers of them",
                        field.name
                    );
                    return Err(NodeError::Model(message));
                }
                _ => {
                    let mut categories = categories(field, is_running)?;
                    categories.sort_by(Scalar::order);
                    factors.push(Column::categorical(input, field, categories));
                }
            }
        }
        if numbers.is_empty() && factors.is_empty() {
            return Err(NodeError::Model(
                "there is no input; give at least one field the role Input".to_owned(),
            ));
        }
        if target.measure == Measure::Range {
            let message = format!("the target {:?} must be a flag or nominal", target.name);
            return Err(NodeError::Model(message));
        }
        let categories = categories(target, is_running)?;
        let mut columns = numbers;
        columns.append(&mut factors);
        columns.push(Column::categorical(input, target, categories));
        Ok(Plan { columns, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { columns, training } = plan;
        let mut rows = Vec::new();
        records::for_each(input, training.as_ref(), run, |batch| columns::read(&columns, batch, &mut rows))
            .await?;
        let rows = columns::complete(&rows, columns.len());
        let design = Design::new(&columns, rows, self.options.has_constant, &self.base)?;
        let options = self.options;
        let (design, selected) = records::mine(run, move |control| {
            let selected = logistic::select(&design.records(), &design.effects, options, control)?;
            Ok((design, selected))
        })
        .await?;
        tracing::info!(
            records = design.targets.len(),
            effects = selected.effects.len(),
            log_likelihood = selected.fit.likelihood,
            iterations = selected.fit.iterations,
            ending = ?selected.fit.ending,
            "built"
        );
        if selected.fit.ending == Ending::Limit {
            let message = format!(
                "the coefficients did not converge in {} iterations; raise the maximum of iterations",
                selected.fit.iterations
            );
            return Err(NodeError::Model(message));
        }
        self.nugget(&columns, &design, &selected, run)
    }
}
