//! The fields of a tree, resolved for the input of its builder.

use satsuma_columns::{DataModel, Field, Role};
use satsuma_engine::{NodeError, require};

use super::encoding::Encoding;
use crate::builders::roles::FieldSettings;

/// The fields that train.
///
/// # Errors
/// If fields are missing, their types are not known, or their roles are not supported.
pub(crate) fn encoding(
    fields: &FieldSettings,
    input: &DataModel,
    is_running: bool,
) -> Result<Encoding, NodeError> {
    if fields.by_role {
        for (role, what) in
            [(Role::Split, "split models"), (Role::Frequency, "frequencies"), (Role::Weight, "weights")]
        {
            if let Some(field) = input.with_role(role).next() {
                let message =
                    format!("{what} (the role of field {:?}) are not supported by this builder", field.name);
                return Err(NodeError::Model(message));
            }
        }
    }
    let target = match fields.by_role {
        true => one_target(input)?,
        false => require(input, fields.targets.first().map_or("", String::as_str))?,
    };
    let inputs = fields.with_role(input, &[Role::Input, Role::Both], &fields.inputs)?;
    Encoding::new(input, &inputs, target, is_running)
}

/// The only field with the role of a target.
fn one_target(input: &DataModel) -> Result<&Field, NodeError> {
    let mut targets = input.fields().iter().filter(|field| matches!(field.role, Role::Target | Role::Both));
    match (targets.next(), targets.next()) {
        (Some(target), None) => Ok(target),
        (None, _) => Err(NodeError::Model("no field has the role Target".to_owned())),
        (Some(_), Some(_)) => {
            Err(NodeError::Model("more than one field has the role Target; a tree predicts one".to_owned()))
        }
    }
}
