//! Which fields a builder uses, and what for.

use satsuma_columns::{DataModel, Field, Measure, Role, Scalar, Values};
use satsuma_engine::{NodeError, require};
use satsuma_stream::{Element, StreamError};

/// The field settings of a builder.
#[derive(Debug, Clone)]
pub(crate) struct FieldSettings {
    /// Whether the roles of the fields decide.
    pub(crate) by_role: bool,
    pub(crate) targets: Vec<String>,
    pub(crate) inputs: Vec<String>,
    pub(crate) partition: String,
    /// Whether only the training partition trains.
    pub(crate) uses_partition: bool,
}

/// The records that train: those with this value in a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrainingPartition {
    pub(crate) field: String,
    pub(crate) value: Scalar,
}

impl FieldSettings {
    /// The fields of one of these roles in the order of the table, or those of the builder's own list.
    pub(crate) fn with_role<'a>(
        &self,
        model: &'a DataModel,
        roles: &[Role],
        own: &[String],
    ) -> Result<Vec<&'a Field>, NodeError> {
        if self.by_role {
            return Ok(model.fields().iter().filter(|field| roles.contains(&field.role)).collect());
        }
        own.iter().map(|name| require(model, name)).collect()
    }

    /// The only target.
    ///
    /// # Errors
    /// If there is none, or there are several.
    pub(crate) fn target<'a>(&self, model: &'a DataModel) -> Result<&'a Field, NodeError> {
        let targets = self.with_role(model, &[Role::Target, Role::Both], &self.targets)?;
        match targets.as_slice() {
            [target] => Ok(target),
            [] => {
                let message = "there is no target; give one field the role Target";
                Err(NodeError::Model(message.to_owned()))
            }
            [_, other, ..] => {
                let message = format!(
                    "there are {} targets, and this builder predicts one; give field {:?} the role None",
                    targets.len(),
                    other.name
                );
                Err(NodeError::Model(message))
            }
        }
    }

    /// The only target of a builder without split models, frequencies and weights.
    ///
    /// # Errors
    /// If there is no target or there are several, or a role asks for something that this builder does not support.
    pub(crate) fn plain_target<'a>(&self, model: &'a DataModel) -> Result<&'a Field, NodeError> {
        if self.by_role {
            for (role, what) in [
                (Role::Split, "models for each value of a field"),
                (Role::Frequency, "frequencies"),
                (Role::Weight, "weights"),
            ] {
                if let Some(field) = model.with_role(role).next() {
                    let message = format!(
                        "{what} are not supported by this builder; give field {:?} the role None",
                        field.name
                    );
                    return Err(NodeError::Model(message));
                }
            }
        }
        self.target(model)
    }

    /// The inputs beside a target, without typeless fields.
    ///
    /// # Errors
    /// If there are none.
    pub(crate) fn predictors<'a>(
        &self,
        model: &'a DataModel,
        target: &Field,
    ) -> Result<Vec<&'a Field>, NodeError> {
        let mut inputs = self.with_role(model, &[Role::Input, Role::Both], &self.inputs)?;
        inputs.retain(|field| field.name != target.name && field.measure != Measure::Typeless);
        match inputs.is_empty() {
            false => Ok(inputs),
            true => Err(NodeError::Model("no field has the role Input".to_owned())),
        }
    }

    /// The training partition: the first value of the partition field.
    ///
    /// # Errors
    /// If the builder's partition field is not there, or its values are not known.
    pub(crate) fn training(
        &self,
        model: &DataModel,
        is_running: bool,
    ) -> Result<Option<TrainingPartition>, NodeError> {
        if !self.uses_partition {
            return Ok(None);
        }
        // With fields of its own, a builder without a partition field uses all records, as stored models show.
        let field = match (self.by_role, self.partition.is_empty()) {
            (true, _) => model.with_role(Role::Partition).next(),
            (false, true) => None,
            (false, false) => Some(require(model, &self.partition)?),
        };
        let Some(field) = field else { return Ok(None) };
        let values = match &field.values {
            Values::Unread => return Err(uninstantiated(field, is_running)),
            values => values.members(),
        };
        let value = values.into_iter().next().ok_or_else(|| uninstantiated(field, is_running))?;
        Ok(Some(TrainingPartition { field: field.name.clone(), value }))
    }
}

/// The names of fields in a property that has one field, or a list of them.
///
/// # Errors
/// None; the signature is that of a reader of properties.
pub(crate) fn names(property: &Element) -> Result<Vec<String>, StreamError> {
    let listed: Vec<String> = property.children("field").map(|field| field.text().into_owned()).collect();
    if !listed.is_empty() {
        return Ok(listed);
    }
    let own = property.text();
    Ok(Some(own.trim()).filter(|own| !own.is_empty()).map(str::to_owned).into_iter().collect())
}

impl FieldSettings {
    /// The training partition of a builder of an extension or of the component framework: without a field of its own,
    /// the role decides.
    ///
    /// # Errors
    /// Those of [`FieldSettings::training`].
    pub(crate) fn training_of_component(
        &self,
        model: &DataModel,
        is_running: bool,
    ) -> Result<Option<TrainingPartition>, NodeError> {
        let by_role = self.by_role || self.partition.is_empty();
        Self { by_role, ..self.clone() }.training(model, is_running)
    }
}

/// The error of a field whose values are not known: before a run, [`NodeError::NeedsRecords`], as a Type node may read
/// them; in a run, none did.
pub(crate) fn uninstantiated(field: &Field, is_running: bool) -> NodeError {
    match is_running {
        false => NodeError::NeedsRecords,
        true => NodeError::Model(format!(
            "the values of field {:?} are not known; let a Type node in front of the builder read them",
            field.name
        )),
    }
}

/// The result of a check before the run: values that are not known yet may be read by then.
pub(crate) fn checked<T>(planned: Result<T, NodeError>) -> Result<(), NodeError> {
    match planned {
        Ok(_) | Err(NodeError::NeedsRecords) => Ok(()),
        Err(error) => Err(error),
    }
}
