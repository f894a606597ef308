//! Neural Net: multilayer perceptrons. IBM: "Neural Network Node", `neuralnetworknode`.
//!
//! Inputs are standardized and coded as in nets that Modeler stored. Modeler's random numbers are not public: a net is as
//! good as Modeler's, but not equal to it. The records that validate a net are drawn with the node's seed by a generator of
//! our own. Radial basis functions, several targets and ensembles are refused.

mod nugget;
mod options;
mod pmml;
mod prepared;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Measure, Role, Scalar, Values};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};
use satsuma_mining::neural::{Answer, perceptron};
use satsuma_stream::NewNugget;

use self::options::NetOptions;
use self::prepared::Prepared;
use super::builder::Builder;
use super::columns::{self, Column};
use super::component::Component;
use super::options::ShownOption;
use super::records;
use super::roles::{TrainingPartition, uninstantiated};
use super::training::{Train, compiled};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFBuildModelNode",
    extension: Some("neuralnet"),
    inputs: Inputs::One,
    settings: &[],
    compile,
};

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[("usePartitionedData", "Z")];

struct NeuralNet {
    builder: Builder,
    options: NetOptions,
    parameters: Vec<u8>,
}

/// The settings, resolved for the input fields.
struct Plan {
    /// The inputs, then the target.
    columns: Vec<Column>,
    training: Option<TrainingPartition>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let component = Component::read(compile)?;
    let diagnostics = &mut compile.diagnostics();
    component.refuse_common("neuralnet", diagnostics);
    let options = options::read(&component, diagnostics);
    let fields = component.fields("neuralnet", diagnostics);
    let own_name = component.own_name(diagnostics);
    let builder = Builder::new(compile, fields, &own_name, &[], SHOWN);
    Ok(compiled(NeuralNet { builder, options, parameters: component.file }))
}

fn column(model: &DataModel, field: &Field, is_running: bool) -> Result<Column, NodeError> {
    match (&field.measure, &field.values) {
        (Measure::Range, _) if field.storage.is_numeric() => Ok(Column::continuous(model, field)),
        (Measure::Range, _) => {
            let message = format!(
                "field {:?}: dates and times are not supported by this builder; derive numbers of them",
                field.name
            );
            Err(NodeError::Model(message))
        }
        (_, Values::Members(_) | Values::Flag(..)) => {
            let mut categories = field.values.members();
            categories.sort_by(Scalar::order);
            Ok(Column::categorical(model, field, categories))
        }
        _ => Err(uninstantiated(field, is_running)),
    }
}

#[async_trait]
impl Train for NeuralNet {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let settings = &self.builder.fields;
        let training = settings.training_of_component(input, is_running)?;
        let target = settings.target(input)?;
        let inputs = settings.with_role(input, &[Role::Input], &settings.inputs)?;
        let mut columns = Vec::with_capacity(inputs.len() + 1);
        for field in inputs.into_iter().filter(|field| field.name != target.name) {
            if field.measure != Measure::Typeless {
                columns.push(column(input, field, is_running)?);
            }
        }
        if columns.is_empty() {
            return Err(NodeError::Model(
                "there is no input; give at least one field the role Input".to_owned(),
            ));
        }
        if target.measure == Measure::Typeless {
            return Err(NodeError::Model(format!(
                "the target {:?} is typeless; set its measure",
                target.name
            )));
        }
        columns.push(column(input, target, is_running)?);
        Ok(Plan { columns, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { columns, training } = plan;
        let mut rows = Vec::new();
        records::for_each(input, training.as_ref(), run, |batch| columns::read(&columns, batch, &mut rows))
            .await?;
        let rows = columns::complete(&rows, columns.len());
        let prepared = Prepared::new(&columns, &rows, &self.options)?;
        let answer = if prepared.is_categorical { Answer::Categories } else { Answer::Numbers };
        let options = self.options.training(answer);
        let (prepared, net) = records::mine(run, move |control| {
            let net = perceptron(&prepared.learns(), &prepared.judges(), options, control)?;
            Ok((prepared, net))
        })
        .await?;
        let hidden: Vec<usize> = net.network.layers.iter().map(|layer| layer.neurons).collect();
        tracing::info!(
            records = prepared.learns().records(),
            judges = prepared.judges().records(),
            layers = ?hidden,
            error = net.error,
            judged = net.judged,
            "built"
        );
        self.nugget(&columns, &prepared, &net.network, run)
    }
}
