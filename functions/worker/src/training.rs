//! The options of training in a definition, and the progress and log of builders.

use std::sync::{Mutex, PoisonError};

use satsuma_domain::JobDefinition;
use satsuma_domain::definition;
use satsuma_domain::execution::{BuilderProgress, BuilderState, MAX_BUILDERS, ModelQuality};
use satsuma_domain::log::{Level, RunLog};
use satsuma_domain::work::RunContext;
use satsuma_engine::{BuiltModel, Event, Measure, NodeRef, Part, Promotion, Training};

/// The options of a definition.
pub(crate) fn options(definition: &JobDefinition) -> Training {
    let promotion = definition.promote.as_ref().map(|promote| Promotion {
        measure: promote.measure.map(|measure| match measure {
            definition::Measure::Accuracy => Measure::Accuracy,
            definition::Measure::MeanAbsoluteError => Measure::MeanAbsoluteError,
            definition::Measure::RootMeanSquaredError => Measure::RootMeanSquaredError,
            definition::Measure::Correlation => Measure::Correlation,
        }),
        on: match promote.on {
            definition::Part::Training => Part::Training,
            definition::Part::Testing => Part::Testing,
            definition::Part::Validation => Part::Validation,
            definition::Part::All => Part::All,
        },
    });
    Training {
        name: definition.model.name.clone(),
        continues_on_failure: definition.continue_on_failure,
        promotion,
    }
}

/// The builders of a run, as its events report them.
#[derive(Debug, Default)]
pub(crate) struct Builders(Mutex<Vec<(NodeRef, BuilderProgress)>>);

impl Builders {
    /// Takes an event, and reports the builders if it is about one.
    pub(crate) fn take(&self, event: &Event<'_>, context: &RunContext) {
        let mut builders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut change = |node: &NodeRef, change: &dyn Fn(&mut BuilderProgress)| {
            builders.iter_mut().filter(|(known, _)| known == node).for_each(|(_, builder)| change(builder));
        };
        match event {
            Event::Builders { nodes } => {
                let waiting = |node: &NodeRef| (node.clone(), BuilderProgress::waiting(&node.label));
                *builders = nodes.iter().take(MAX_BUILDERS).map(waiting).collect();
            }
            Event::Building { node } => change(node, &|builder| builder.state = BuilderState::Running),
            Event::Built { model } => change(&model.builder, &|builder| {
                builder.state = if model.is_delivered { BuilderState::Built } else { BuilderState::Kept };
                builder.records = model.records;
                builder.quality = quality(model);
            }),
            Event::NotBuilt { node, .. } => change(node, &|builder| builder.state = BuilderState::Failed),
            _ => return,
        }
        context.report_builders(builders.iter().map(|(_, builder)| builder.clone()).collect());
    }

    /// The fraction of a run's work: each builder has an equal share, and reading the source data is half of it.
    pub(crate) fn fraction(&self, read: f64) -> f64 {
        let builders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if builders.is_empty() {
            return read;
        }
        let is_open = |state| matches!(state, BuilderState::Waiting | BuilderState::Running);
        let done = builders.iter().filter(|(_, builder)| !is_open(builder.state)).count() as f64;
        let all = builders.len() as f64;
        if done >= all { 1.0 } else { (done + read.clamp(0.0, 1.0) / 2.0) / all }
    }
}

/// Numbers that are none cannot be stored with the job.
fn quality(model: &BuiltModel) -> Option<ModelQuality> {
    let quality = model.quality.as_ref().filter(|quality| quality.value.is_finite())?;
    Some(ModelQuality { measure: quality.measure.clone(), value: quality.value })
}

/// The line of a model.
pub(crate) fn log(log: &RunLog, model: &BuiltModel) {
    let records = match model.records {
        Some(records) => format!("from {records} records"),
        None => "from an unknown number of records".to_owned(),
    };
    let target = match model.targets.as_slice() {
        [] => "no target".to_owned(),
        targets => format!("target {}", targets.join(", ")),
    };
    let quality = match &model.quality {
        Some(quality) => format!("{} {}", quality.measure, quality.value),
        None => "quality unknown".to_owned(),
    };
    let (count, inputs) = (model.inputs.len(), shortened(&model.inputs));
    let place = if model.is_delivered { "" } else { "; it is not in the new stream" };
    let message = format!(
        "built the model \"{}\" {records}: {target}; {count} inputs: {inputs}; {quality}{place}",
        model.name
    );
    log.node(Level::Info, &model.builder.label, &message);
}

/// Most inputs that a line of the log names.
const NAMED: usize = 50;

fn shortened(names: &[String]) -> String {
    let named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str) -> NodeRef {
        NodeRef { label: label.to_owned(), kind: "C5.0".to_owned(), uid: label.to_owned() }
    }

    #[test]
    fn progress_grows_with_reading_and_with_each_builder() {
        let (builders, context) = (Builders::default(), RunContext::new());
        assert_eq!(builders.fraction(0.5), 0.5, "without builders, reading is the work");
        let nodes = [node("a"), node("b")];
        builders.take(&Event::Builders { nodes: &nodes }, &context);
        builders.take(&Event::Building { node: &nodes[0] }, &context);
        assert_eq!(builders.fraction(1.0), 0.25);
        builders.take(&Event::NotBuilt { node: &nodes[0], reason: "" }, &context);
        assert_eq!(builders.fraction(1.0), 0.75);
        let states: Vec<_> = context.progress().builders.iter().map(|builder| builder.state).collect();
        assert_eq!(states, [BuilderState::Failed, BuilderState::Waiting]);
    }
}
