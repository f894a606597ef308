//! The predictions that arrive.

use satsuma_columns::{DataModel, Field, OutputKind, Scalar, Values};

/// A field with the models that predict it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) field: Field,
    pub(crate) models: Vec<Model>,
}

/// The fields of one model for one target.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// The predicted values.
    pub(crate) predicted: String,
    /// The confidence of the prediction.
    pub(crate) confidence: Option<String>,
    /// The score that ranks records by the value that counts as a hit.
    pub(crate) score: Option<String>,
}

impl Target {
    /// The fields that are read: the target, then those of each model.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let of_models = self.models.iter().flat_map(|model| {
            [Some(&model.predicted), model.confidence.as_ref(), model.score.as_ref()].into_iter().flatten()
        });
        std::iter::once(&self.field.name).chain(of_models).map(String::as_str)
    }

    /// Whether predictions are right or wrong, not near or far.
    pub(crate) fn is_symbolic(&self) -> bool {
        self.field.is_categorical() || !self.field.storage.is_numeric()
    }

    /// The value that counts as a hit: the true value of a flag, or the first of a set.
    pub(crate) fn hit(&self) -> Option<&Scalar> {
        hit(&self.field)
    }
}

impl Model {
    /// The number of its fields.
    pub(crate) fn columns(&self) -> usize {
        1 + usize::from(self.confidence.is_some()) + usize::from(self.score.is_some())
    }
}

fn hit(field: &Field) -> Option<&Scalar> {
    match &field.values {
        Values::Flag(_, yes) => Some(yes),
        Values::Members(members) => members.first(),
        Values::Unread | Values::Range(..) => None,
    }
}

/// The targets that arrive with predictions, in the order of the fields.
pub(crate) fn of(model: &DataModel) -> Vec<Target> {
    let targets = model.fields().iter().map(|field| {
        let of_target = |kind: &dyn Fn(&OutputKind) -> bool| {
            model
                .fields()
                .iter()
                .filter(move |made| {
                    made.output
                        .as_ref()
                        .is_some_and(|output| output.target.as_deref() == Some(field.name.as_str()))
                })
                .filter(move |made| made.output.as_ref().is_some_and(|output| kind(&output.kind)))
                .collect::<Vec<_>>()
        };
        let of_model = |predicted: &Field, kind: &dyn Fn(&OutputKind) -> bool| {
            let name = predicted.output.as_ref().map(|output| output.model.clone());
            let found = of_target(kind)
                .into_iter()
                .find(|made| made.output.as_ref().map(|output| output.model.clone()) == name);
            found.map(|made| made.name.clone())
        };
        let is_true = |value: &Scalar| hit(field) == Some(value);
        let models = of_target(&|kind| *kind == OutputKind::Predicted).into_iter().map(|predicted| Model {
            predicted: predicted.name.clone(),
            confidence: of_model(predicted, &|kind| *kind == OutputKind::Confidence),
            score: of_model(predicted, &|kind| *kind == OutputKind::Propensity).or_else(|| {
                of_model(predicted, &|kind| matches!(kind, OutputKind::Probability(value) if is_true(value)))
            }),
        });
        Target { field: field.clone(), models: models.collect() }
    });
    targets.filter(|target| !target.models.is_empty()).collect()
}
