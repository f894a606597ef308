//! Compiles a general regression to products of columns and their coefficients.

use std::collections::{BTreeMap, HashMap};

use super::document::{GeneralRegressionModel, ModelType, PpCell};
use super::kernel::{Answer, Factor, Linear, Term};
use crate::common::{DataField, Function};
use crate::error::PmmlError;
use crate::models::links::Link;
use crate::models::{Categories, Parts, invalid, unsupported};
use crate::program::{Fields, Shape};

pub(crate) fn compile(
    model: &GeneralRegressionModel,
    target: Option<&DataField>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let classes = model.header.function == Function::Classification;
    let (answer, responses, categories) = match (model.model_type, classes) {
        (ModelType::Regression | ModelType::GeneralLinear, false) => {
            (Answer::Number(Link::Identity, None), vec![None], Vec::new())
        }
        (ModelType::GeneralizedLinear, false) => {
            let trials = match (&model.trials_field, model.trials_value) {
                (Some(_), _) => return Err(unsupported(at, "trialsVariable")),
                (None, trials) => trials,
            };
            (Answer::Number(link(model)?, trials), vec![None], Vec::new())
        }
        (ModelType::GeneralizedLinear, true) => binary(model, target)?,
        (ModelType::MultinomialLogistic, true) => multinomial(model, target)?,
        (ModelType::OrdinalMultinomial, true) => ordinal(model, target)?,
        (ModelType::CoxRegression, _) => return Err(unsupported(at, "modelType=\"CoxRegression\"")),
        _ => return Err(unsupported(at, "this modelType with this functionName")),
    };
    fields.spend(responses.len().saturating_mul(model.parameters.len()))?;
    let terms = terms(model, &responses, fields)?;
    let offset = match &model.offset_field {
        Some(name) => Some(fields.number_field(name)?),
        None => None,
    };
    let shape = Shape { probabilities: !categories.is_empty(), categories, ..Shape::default() };
    let kernel = Linear {
        terms,
        responses: responses.len(),
        offset,
        offset_value: if model.offset_field.is_some() { 0.0 } else { model.offset_value },
        answer,
    };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

type Answers = (Answer, Vec<Option<String>>, Vec<String>);

fn link(model: &GeneralRegressionModel) -> Result<Link, PmmlError> {
    let at = &model.header.location;
    let name = model.link.as_deref().ok_or_else(|| invalid(at, "no attribute linkFunction"))?;
    let needs = matches!(name, "negbin" | "oddspower" | "power");
    let parameter = match model.link_parameter {
        Some(parameter) => parameter,
        None if needs => return Err(invalid(at, "no attribute linkParameter")),
        None => 0.0,
    };
    Link::named(name, parameter).ok_or_else(|| unsupported(at, format!("linkFunction={name:?}")))
}

/// The categories in order: those of the target field, then those of coefficients.
fn categories(model: &GeneralRegressionModel, target: Option<&DataField>) -> Result<Categories, PmmlError> {
    let mut categories = Categories::of(target);
    let named = model.coefficients.iter().filter_map(|c| c.target.as_ref());
    for name in named.chain(&model.reference_category) {
        categories.place(name, &model.header.location)?;
    }
    Ok(categories)
}

/// The mean is the probability of one category; the other one has the rest.
fn binary(model: &GeneralRegressionModel, target: Option<&DataField>) -> Result<Answers, PmmlError> {
    let at = &model.header.location;
    let categories = categories(model, target)?;
    let mut names: Vec<&String> = model.coefficients.iter().filter_map(|c| c.target.as_ref()).collect();
    names.dedup();
    let place = match (names.as_slice(), &model.reference_category, categories.len()) {
        ([name], _, 2) => categories.find(name),
        ([], Some(reference), 2) => categories.find(reference).map(|place| 1 - place),
        _ => return Err(unsupported(at, "a generalizedLinear classification without two categories")),
    };
    let place = place.ok_or_else(|| invalid(at, "no category for the probability"))?;
    let response = names.first().map(|name| (*name).clone());
    Ok((Answer::Binary(link(model)?, place as usize), vec![response], categories.into_names()))
}

/// One linear predictor for each category except the reference, whose predictor is 0.
fn multinomial(model: &GeneralRegressionModel, target: Option<&DataField>) -> Result<Answers, PmmlError> {
    let at = &model.header.location;
    let categories = categories(model, target)?;
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut responses = Vec::new();
    for place in 0..categories.len() {
        let has = |c: &&super::document::PCell| {
            c.target.as_ref().and_then(|t| categories.find(t)) == Some(place as u32)
        };
        if let Some(cell) = model.coefficients.iter().find(has) {
            places.push(Some(responses.len()));
            responses.push(cell.target.clone());
        } else {
            places.push(None);
        }
    }
    let reference = model.reference_category.as_ref().and_then(|name| categories.find(name));
    let without = places.iter().filter(|p| p.is_none()).count();
    if responses.is_empty() || without > 1 {
        return Err(invalid(at, format!("{without} categories without coefficients; one is the reference")));
    }
    if let Some(reference) = reference
        && without == 1
        && places.get(reference as usize).is_some_and(Option::is_some)
    {
        return Err(invalid(at, "the targetReferenceCategory has coefficients"));
    }
    Ok((Answer::Softmax(places), responses, categories.into_names()))
}

/// Cumulative probabilities up to each category except the last.
fn ordinal(model: &GeneralRegressionModel, target: Option<&DataField>) -> Result<Answers, PmmlError> {
    let at = &model.header.location;
    let name = model.cumulative_link.as_deref();
    let name = name.ok_or_else(|| invalid(at, "no attribute cumulativeLink"))?;
    let link = match Link::named(name, 0.0) {
        Some(link @ (Link::Logit | Link::Probit | Link::Cloglog | Link::Loglog | Link::Cauchit)) => link,
        _ => return Err(unsupported(at, format!("cumulativeLink={name:?}"))),
    };
    let categories = categories(model, target)?;
    let count = categories.len();
    if count < 2 {
        return Err(invalid(at, "fewer than two categories"));
    }
    let responses = categories.names()[..count - 1].iter().cloned().map(Some).collect();
    Ok((Answer::Cumulative(link), responses, categories.into_names()))
}

/// One term for each parameter with a coefficient.
fn terms(
    model: &GeneralRegressionModel,
    responses: &[Option<String>],
    fields: &mut Fields<'_>,
) -> Result<Vec<Term>, PmmlError> {
    let at = &model.header.location;
    let mut cells: HashMap<&str, Vec<&PpCell>> = HashMap::new();
    for cell in &model.cells {
        if !model.parameters.contains(&cell.parameter) {
            return Err(invalid(&cell.location, format!("no parameter {:?}", cell.parameter)));
        }
        cells.entry(cell.parameter.as_str()).or_default().push(cell);
    }
    let mut betas: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    let places: HashMap<&str, usize> =
        model.parameters.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    for coefficient in &model.coefficients {
        let name = &coefficient.parameter;
        let place = places.get(name.as_str()).ok_or_else(|| invalid(at, format!("no parameter {name:?}")))?;
        let row = betas.entry(*place).or_insert_with(|| vec![0.0; responses.len()]);
        let same = |response: &Option<String>| match (&coefficient.target, response) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        for (beta, _) in row.iter_mut().zip(responses).filter(|(_, response)| same(response)) {
            *beta += coefficient.beta;
        }
    }
    let mut terms = Vec::new();
    for (place, betas) in betas {
        let Some(name) = model.parameters.get(place) else { continue };
        let mut factors = Vec::new();
        for cell in cells.get(name.as_str()).map(Vec::as_slice).unwrap_or_default() {
            if cell.target.is_some() {
                return Err(unsupported(&cell.location, "a PPCell with targetCategory"));
            }
            fields.at = cell.location.clone();
            factors.push(factor(model, cell, fields)?);
        }
        terms.push(Term { factors, betas });
    }
    fields.at = at.clone();
    Ok(terms)
}

fn factor(
    model: &GeneralRegressionModel,
    cell: &PpCell,
    fields: &mut Fields<'_>,
) -> Result<Factor, PmmlError> {
    if model.factors.contains(&cell.predictor) {
        let of = fields.field(&cell.predictor)?;
        return Ok(Factor { of: fields.indicator(&of, &cell.value, None)?.slot, power: 1.0 });
    }
    let power = cell.value.trim().parse::<f64>().ok().filter(|power| power.is_finite());
    let Some(power) = power else {
        return Err(invalid(&cell.location, format!("value={:?} is not a power", cell.value)));
    };
    Ok(Factor { of: fields.number_field(&cell.predictor)?, power })
}
