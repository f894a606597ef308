//! Linear: least squares with prepared inputs and selected effects. IBM: "Linear Node", `linearnode`.
//!
//! Outliers, merged categories, the selection and all statistics are those of models that Modeler stored. Ensembles
//! are refused, and so is the overfit prevention criterion: its random sample of records is not known.

mod nugget;
mod options;
mod pmml;
mod prepared;
mod stat_xml;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Measure, Role, Scalar, Values};
use satsuma_engine::{Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Reported, Table};
use satsuma_mining::regression::{Moments, select_effects};
use satsuma_stream::NewNugget;

use self::options::LinearOptions;
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
    extension: Some("LinearRegression"),
    inputs: Inputs::One,
    settings: &[],
    compile,
};

/// Most inputs: their products fill 32 MB, and a step of the selection visits all of them.
const MAX_INPUTS: usize = 2_000;

/// Options that nuggets show.
const SHOWN: &[ShownOption] = &[("usePartitionedData", "Z"), ("partitionField", "A")];

struct Linear {
    builder: Builder,
    options: LinearOptions,
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
    component.refuse_common("linreg", diagnostics);
    let options = options::read(&component, diagnostics);
    let fields = component.fields("linreg", diagnostics);
    let own_name = component.own_name(diagnostics);
    let builder = Builder::new(compile, fields, &own_name, &[], SHOWN);
    Ok(compiled(Linear { builder, options, parameters: component.file }))
}

impl Linear {
    /// The column of an input; none if the field is typeless.
    fn column(
        &self,
        model: &DataModel,
        field: &Field,
        is_running: bool,
    ) -> Result<Option<Column>, NodeError> {
        let refused = |why: &str| Err(NodeError::Model(format!("input {:?}: {why}", field.name)));
        match field.measure {
            Measure::Typeless => Ok(None),
            Measure::Range if !field.storage.is_numeric() => {
                refused("dates and times are not supported by this builder; derive numbers of them")
            }
            Measure::Range => Ok(Some(Column::continuous(model, field))),
            Measure::OrderedSet if self.options.prepares => refused(
                "automatic data preparation of ordinal fields is not supported; make the field nominal, or switch \
                 the preparation off",
            ),
            Measure::Flag | Measure::Set | Measure::OrderedSet => {
                if field.values == Values::Unread {
                    return Err(uninstantiated(field, is_running));
                }
                let mut categories = field.values.members();
                categories.sort_by(Scalar::order);
                if categories.len() > self.options.max_categories {
                    let most = self.options.max_categories;
                    return refused(&format!("it has more than {most} categories; give it the role None"));
                }
                Ok(Some(Column::categorical(model, field, categories)))
            }
            _ => Err(uninstantiated(field, is_running)),
        }
    }
}

#[async_trait]
impl Train for Linear {
    type Plan = Plan;

    fn plan(&self, input: &DataModel, is_running: bool) -> Result<Self::Plan, NodeError> {
        let settings = &self.builder.fields;
        let training = settings.training_of_component(input, is_running)?;
        let target = settings.plain_target(input)?;
        let inputs = settings.with_role(input, &[Role::Input], &settings.inputs)?;
        let mut columns = Vec::with_capacity(inputs.len() + 1);
        for field in inputs.into_iter().filter(|field| field.name != target.name) {
            columns.extend(self.column(input, field, is_running)?);
        }
        if columns.is_empty() {
            return Err(NodeError::Model(
                "there is no input; give at least one field the role Input".to_owned(),
            ));
        }
        if columns.len() > MAX_INPUTS {
            let message = format!("{} inputs exceed {MAX_INPUTS}; select fewer of them", columns.len());
            return Err(NodeError::Model(message));
        }
        match target.measure {
            Measure::Range if target.storage.is_numeric() => {}
            Measure::Auto | Measure::Discrete => return Err(uninstantiated(target, is_running)),
            _ => {
                let message = format!("the target {:?} must be a continuous number", target.name);
                return Err(NodeError::Model(message));
            }
        }
        columns.push(Column::continuous(input, target));
        Ok(Plan { columns, training })
    }

    async fn train(&self, plan: Self::Plan, input: Table, run: &NodeRun) -> Result<NewNugget, NodeError> {
        let Plan { columns, training } = plan;
        let mut rows = Vec::new();
        records::for_each(input, training.as_ref(), run, |batch| columns::read(&columns, batch, &mut rows))
            .await?;
        let (effects, mut prepared) = prepared::prepare(&rows, &columns, &self.options)?;
        let all = rows.len() / columns.len();
        drop(rows);
        let Prepared { design, width, .. } = &prepared;
        let options = self.options.effects(effects.len());
        let (design, width, numbers) = (design.clone(), *width, std::mem::take(&mut prepared.rows));
        let model = records::mine(run, move |control| {
            let moments = Moments::of(&numbers, width, true, control)?;
            select_effects(&moments, &design, options, control)
        })
        .await?;
        tracing::info!(
            records = model.fit.records,
            effects = model.effects.len(),
            adjusted_r_squared = model.fit.adjusted_r_squared(),
            aicc = model.fit.aicc(),
            "built"
        );
        if model.effects.is_empty() || model.fit.residual_df() < 1.0 {
            let message = format!(
                "no input explains the target in {} records without missing values; add records, or inputs that \
                 vary",
                model.fit.records
            );
            return Err(NodeError::Model(message));
        }
        self.nugget(&columns, &effects, &prepared, &model, all, run)
    }
}
