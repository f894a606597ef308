//! The meaning of a network's output neurons.

use super::document::{NeuralNetwork, NeuralOutput};
use crate::common::{Expression, Function, ModelHeader, OutlierTreatment, TransformationDictionary};
use crate::error::PmmlError;

use crate::models::{invalid, unsupported};

/// The conversion of outputs to predictions.
#[derive(Debug)]
pub(super) enum Meaning {
    /// Output i belongs to category i; the largest one wins.
    Categories,
    /// The normalized target: the normalization's points, for the inverse.
    Number { points: Vec<(f64, f64)>, clamp: bool },
}

/// The meaning of a network's outputs, and the categories in their order.
pub(super) fn meaning(
    global: &TransformationDictionary,
    network: &NeuralNetwork,
    outputs: &[&NeuralOutput],
    target: &str,
) -> Result<(Meaning, Vec<String>), PmmlError> {
    let at = &network.header.location;
    let mut categories = Vec::new();
    // A regression of several targets may have categories among them.
    let discrete = match outputs {
        [first, _, ..] if outputs.len() < network.outputs.len() => matches!(
            definition(global, &network.header, first, target)?,
            Some(Expression::NormDiscrete { .. })
        ),
        _ => false,
    };
    if network.header.function == Function::Regression && !discrete {
        let [output] = outputs else {
            return Err(unsupported(at, "several NeuralOutput elements in a regression"));
        };
        return Ok((number(global, &network.header, output, target)?, categories));
    }
    for output in outputs {
        let expression = definition(global, &network.header, output, target)?;
        let Some(Expression::NormDiscrete { field, value, .. }) = expression else {
            return Err(unsupported(&output.field.location, "a category other than by NormDiscrete"));
        };
        if field != target {
            return Err(unsupported(&output.field.location, format!("a second target {field:?}")));
        }
        if categories.contains(value) {
            return Err(invalid(&output.field.location, format!("a second output for {value:?}")));
        }
        categories.push(value.clone());
    }
    match categories.len() {
        1 => Err(unsupported(at, "a classification with a single output neuron")),
        _ => Ok((Meaning::Categories, categories)),
    }
}

/// Whether an output belongs to this target, if there are several.
pub(super) fn is_about(
    global: &TransformationDictionary,
    header: &ModelHeader,
    output: &NeuralOutput,
    target: &str,
) -> bool {
    match definition(global, header, output, target) {
        Ok(Some(Expression::NormDiscrete { field, .. } | Expression::NormContinuous { field, .. })) => {
            field == target
        }
        Ok(_) => true,
        // The raw field of another target is not a derived field.
        Err(_) => false,
    }
}

fn number(
    global: &TransformationDictionary,
    header: &ModelHeader,
    output: &NeuralOutput,
    target: &str,
) -> Result<Meaning, PmmlError> {
    let at = &output.field.location;
    let (field, points, outliers) = match definition(global, header, output, target)? {
        None => return Ok(Meaning::Number { points: vec![(0.0, 0.0), (1.0, 1.0)], clamp: false }),
        Some(Expression::NormContinuous { field, points, outliers, .. }) => (field, points, *outliers),
        Some(_) => return Err(unsupported(at, "a number other than by NormContinuous or FieldRef")),
    };
    if field != target {
        return Err(unsupported(at, format!("a second target {field:?}")));
    }
    if outliers == OutlierTreatment::AsMissingValues {
        return Err(unsupported(at, "outliers=\"asMissingValues\" on the target"));
    }
    let norms = || points.iter().map(|(_, norm)| *norm).zip(points.iter().skip(1).map(|(_, norm)| *norm));
    if !norms().all(|(a, b)| a < b) && !norms().all(|(a, b)| a > b) {
        return Err(unsupported(at, "a normalization of the target that cannot be inverted"));
    }
    Ok(Meaning::Number { points: points.clone(), clamp: outliers == OutlierTreatment::AsExtremeValues })
}

/// The expression of an output, resolved through derived fields; `None` if it is the target itself.
fn definition<'a>(
    global: &'a TransformationDictionary,
    header: &'a ModelHeader,
    output: &'a NeuralOutput,
    target: &str,
) -> Result<Option<&'a Expression>, PmmlError> {
    let at = &output.field.location;
    let fields = || header.local_transformations.fields.iter().chain(&global.fields);
    let mut expression = &output.field.expression;
    // Every step uses one field, so that more steps than fields are a cycle.
    for _ in 0..=fields().count() {
        let Expression::FieldRef { field, map_missing_to: None } = expression else {
            return Ok(Some(expression));
        };
        if field == target {
            return Ok(None);
        }
        let derived = fields().find(|f| f.name.as_ref() == Some(field));
        expression = &derived.ok_or_else(|| invalid(at, format!("no derived field {field:?}")))?.expression;
    }
    Err(invalid(at, "the field is computed from itself"))
}

/// The number whose normalization is `y`.
pub(super) fn denormalize(points: &[(f64, f64)], clamp: bool, y: f64) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return f64::NAN };
    let rising = last.1 > first.1;
    let before = |norm: f64| if rising { norm < y } else { norm > y };
    if clamp && !before(first.1) {
        return first.0;
    }
    if clamp && before(last.1) {
        return last.0;
    }
    let segments = points.len() - 1;
    let segment = points[1..segments].iter().take_while(|(_, norm)| before(*norm)).count();
    let ((a1, b1), (a2, b2)) = (points[segment], points[segment + 1]);
    a1 + (y - b1) / (b2 - b1) * (a2 - a1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normalization_is_read_backwards() {
        let points = [(10.0, 0.0), (20.0, 0.5), (60.0, 1.0)];
        assert_eq!(denormalize(&points, false, 0.25), 15.0);
        assert_eq!(denormalize(&points, false, 0.75), 40.0);
        assert_eq!(denormalize(&points, false, 1.25), 80.0, "beyond the points the line goes on");
        assert_eq!(denormalize(&points, true, 1.25), 60.0);
        assert_eq!(denormalize(&points, true, -1.0), 10.0);
        let falling = [(0.0, 1.0), (10.0, -1.0)];
        assert_eq!(denormalize(&falling, false, 0.0), 5.0);
        assert_eq!(denormalize(&falling, false, -2.0), 15.0);
    }
}
