//! The builders of a run: their models, the decision between a new model and the old one, and their failures.

use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Delivery, NewNugget, StreamFile};

use super::Running;
use crate::assess::{Assessor, Score};
use crate::data::Table;
use crate::error::{EngineError, NodeRef};
use crate::event::Event;
use crate::models::{Delivered, NewModels};
use crate::plan::Planned;
use crate::task::NodeRun;
use crate::training::{BuiltModel, Measure, Part, Promotion, Quality};

/// The models of a run so far.
pub(super) struct Building {
    pub(super) models: NewModels,
    pub(super) built: Vec<BuiltModel>,
    /// The first failure, if others may continue.
    pub(super) failure: Option<EngineError>,
}

impl Building {
    pub(super) fn of(stream: StreamFile) -> Self {
        Self { models: NewModels::of(stream), built: Vec::new(), failure: None }
    }

    /// The failure of the job: the first builder's, if no builder made a model.
    pub(super) fn finish(self) -> Result<(NewModels, Vec<BuiltModel>), EngineError> {
        match self.failure {
            Some(failure) if self.built.is_empty() => Err(failure),
            _ => Ok((self.models, self.built)),
        }
    }
}

impl Running<'_> {
    /// Warns of nuggets whose builders are not in the stream: no job refreshes them.
    pub(super) fn warn_of_orphans(&self, stream: &StreamFile) {
        for tie in stream.stream().ties().iter().filter(|tie| tie.is_active() && tie.builder.is_none()) {
            let message = "it keeps its model: the builder that it is linked to is not in the stream";
            self.state.meter.warn(&NodeRef::of(tie.nugget), message, 1);
        }
    }

    /// Takes the model of a builder: it is measured, and put into the stream unless the old one stays.
    pub(super) async fn take_model(
        &self,
        planned: &Planned,
        nugget: &NewNugget,
        input: &Table,
        run: &NodeRun,
        building: &mut Building,
    ) -> Result<(), EngineError> {
        let Delivered { file, delivery, warnings } = building.models.with(&planned.node, nugget)?;
        let header = &nugget.model.header;
        let predictions =
            header.outputs.iter().filter(|output| output.role == Some(OutputRole::PredictedValue));
        let mut targets: Vec<String> = predictions.filter_map(|output| output.target_field.clone()).collect();
        targets.dedup();
        let notes = self.state.notes(run.place());
        let (quality, stays) = self.judge(&file, &delivery, input, building.models.stream()).await?;
        let is_delivered = stays.is_none() && delivery != Delivery::Nowhere;
        // About nuggets that change or could have changed.
        warnings.iter().filter(|_| stays.is_none()).for_each(|warning| {
            self.state.meter.warn(&planned.node, warning, 1);
        });
        if let Some(reason) = &stays {
            self.state.meter.warn(&planned.node, format!("the old model stays: {reason}"), 1);
        }
        building.models.add(&planned.node, Some(file).filter(|_| is_delivered));
        let model = BuiltModel {
            builder: planned.node.clone(),
            name: header.name.clone(),
            records: notes.records,
            targets,
            inputs: header.inputs.iter().map(|input| input.name.clone()).collect(),
            quality: notes.quality.or(quality),
            is_delivered,
        };
        self.environment.publish(Event::Built { model: &model });
        building.built.push(model);
        Ok(())
    }

    /// The quality of a new model, and the reason why the old one stays, if it does.
    async fn judge(
        &self,
        file: &StreamFile,
        delivery: &Delivery,
        input: &Table,
        old: &StreamFile,
    ) -> Result<(Option<Quality>, Option<String>), EngineError> {
        let assessor = Assessor { request: self.request, registry: self.registry, state: &self.state };
        let nugget = match delivery {
            Delivery::Refreshed(nuggets) => nuggets.first(),
            Delivery::Added(nugget) => Some(nugget),
            Delivery::Nowhere => None,
        };
        let Some(nugget) = nugget else { return Ok((None, None)) };
        let condition = self.training.promotion.filter(|_| matches!(delivery, Delivery::Refreshed(_)));
        let Some(Promotion { measure, on }) = condition else {
            let trained = match input.model().with_role(satsuma_columns::Role::Partition).next() {
                Some(_) => Part::Training,
                None => Part::All,
            };
            let score = assessor.score(file, nugget, input, None, trained).await?;
            if let Err(reason) = &score {
                tracing::info!(reason, "the quality of the new model is unknown");
            }
            return Ok((score.ok().map(|score| quality(&score)), None));
        };
        let new = assessor.score(file, nugget, input, measure, on).await?;
        let before = assessor.score(old, nugget, input, measure, on).await?;
        let stays = match (&new, &before) {
            (Ok(new), Ok(old)) => worse(new, old).then(|| {
                let (measure, part) = (new.measure, on.name());
                format!(
                    "the new one is worse, with {measure} {} after {} on {} records ({part})",
                    new.value, old.value, new.records
                )
            }),
            (Err(reason), _) => Some(format!("the new one cannot be compared: {reason}")),
            (_, Err(reason)) => Some(format!("it cannot be compared with the new one: {reason}")),
        };
        Ok((new.ok().map(|score| quality(&score)), stays))
    }
}

fn quality(score: &Score) -> Quality {
    Quality { measure: score.measure.name().to_owned(), value: score.value }
}

/// Whether a new model is worse: by its measure, or because it has errors on fewer records. The accuracy counts records
/// without a prediction itself.
fn worse(new: &Score, old: &Score) -> bool {
    let fewer = new.measure != Measure::Accuracy && new.predicted < old.predicted;
    fewer || new.measure.is_worse(new.value, old.value)
}
