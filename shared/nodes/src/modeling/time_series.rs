//! The nuggets of time series. IBM: `applyts` (Modeler 18 and later) and `applytimeseriesnode`.
//!
//! For each target there is `$TS-`, what the model expects of a time point from those before it, its limits `$TSLCI-`
//! and `$TSUCI-`, and on request what is left of the true value.

pub mod applier;
mod calendar;
pub mod native;
mod operator;

use satsuma_columns::{Field, ModelOutput, OutputKind, Role, Storage};

/// A field about a target.
fn output(prefix: &str, target: &str, kind: OutputKind) -> Field {
    let role = if kind == OutputKind::Predicted { Role::Target } else { Role::Input };
    let mut field = Field::new(format!("{prefix}-{target}"), Storage::Real).used_as(role);
    let (of, model) = (Some(target.to_owned()), target.to_owned());
    field.output = Some(std::sync::Arc::new(ModelOutput { target: of, model, kind }));
    field
}
