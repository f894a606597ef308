//! Compiles regression tables to lists of columns and coefficients.

use super::document::{RegressionModel, RegressionNormalization as Method, RegressionTable, RegressionTerm};
use super::kernel::{Answer, Formula, Tables};
use crate::common::{DataField, Function, OpType};
use crate::error::PmmlError;
use crate::models::links::Link;
use crate::models::{Categories, Parts, invalid, unsupported};
use crate::program::{Fields, Shape};

pub(crate) fn compile(
    model: &RegressionModel,
    target: Option<&DataField>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let mut formulas = Vec::new();
    for table in &model.tables {
        fields.at = table.location.clone();
        formulas.push(formula(table, fields)?);
    }
    fields.at = at.clone();
    if model.header.function == Function::Regression {
        if formulas.len() != 1 {
            return Err(invalid(at, "several RegressionTable elements in a regression"));
        }
        let link = match model.normalization {
            Method::None => Link::Identity,
            Method::Softmax | Method::Logit => Link::Logit,
            Method::Exp => Link::Log,
            Method::Probit => Link::Probit,
            Method::Cloglog => Link::Cloglog,
            Method::Loglog => Link::Loglog,
            Method::Cauchit => Link::Cauchit,
            Method::Simplemax => {
                return Err(unsupported(at, "normalizationMethod=\"simplemax\" of a number"));
            }
        };
        let kernel = Tables { formulas, answer: Answer::Number(link) };
        return Ok(Parts { kernel: Box::new(kernel), shape: Shape::default() });
    }
    let mut categories = Categories::of(target);
    let mut places = Vec::new();
    for table in &model.tables {
        let Some(name) = &table.category else {
            return Err(invalid(&table.location, "no attribute targetCategory"));
        };
        places.push(categories.place(name, &table.location)? as usize);
    }
    let count = categories.len();
    let mut seen = places.clone();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() != places.len() {
        return Err(invalid(at, "two RegressionTable elements for one category"));
    }
    if places.len() + 1 < count || count < 2 {
        return Err(invalid(at, format!("{} RegressionTable elements for {count} categories", places.len())));
    }
    // The formula of the category without a table is 0.
    if let Some(missing) = (0..count).find(|place| !places.contains(place)) {
        formulas.push(Formula { intercept: 0.0, terms: Vec::new() });
        places.push(missing);
    }
    let link = match model.normalization {
        Method::None | Method::Simplemax | Method::Softmax | Method::Exp => None,
        Method::Logit => Some(Link::Logit),
        Method::Probit => Some(Link::Probit),
        Method::Cloglog => Some(Link::Cloglog),
        Method::Loglog => Some(Link::Loglog),
        Method::Cauchit => Some(Link::Cauchit),
    };
    let ordinal = target.is_some_and(|t| t.op_type == OpType::Ordinal);
    let answer = match (model.normalization, link) {
        (Method::Softmax, _) => Answer::Softmax,
        (Method::Simplemax, _) => Answer::Simplemax,
        (Method::None, _) => Answer::Rest,
        (_, Some(link)) if count == 2 || ordinal => Answer::Cumulative(link),
        (method, _) => {
            let what = format!("normalizationMethod {method:?} of {count} categories without an order");
            return Err(unsupported(at, what));
        }
    };
    // Cumulative probabilities follow the order of tables; the last category has the rest.
    let kernel = Tables { formulas, answer };
    let mut names = categories.into_names();
    let ordered: Vec<String> = places.iter().filter_map(|place| names.get(*place).cloned()).collect();
    if ordinal && matches!(kernel.answer, Answer::Cumulative(_)) && ordered != names {
        return Err(invalid(at, "RegressionTable elements out of the order of the categories"));
    }
    names = ordered;
    let shape = Shape { categories: names, probabilities: true, ..Shape::default() };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

fn formula(table: &RegressionTable, fields: &mut Fields<'_>) -> Result<Formula, PmmlError> {
    let mut terms = Vec::new();
    for term in &table.terms {
        terms.push(match term {
            RegressionTerm::Numeric { field, exponent, coefficient } => {
                (vec![fields.number_field(field)?], *exponent, *coefficient)
            }
            // PMML: a missing category equals no category.
            RegressionTerm::Categorical { field, value, coefficient } => {
                let of = fields.field(field)?;
                (vec![fields.indicator(&of, value, Some(0.0))?.slot], 1.0, *coefficient)
            }
            RegressionTerm::Product { fields: names, coefficient } => {
                let mut slots = Vec::new();
                for name in names {
                    slots.push(fields.number_field(name)?);
                }
                (slots, 1.0, *coefficient)
            }
        });
    }
    Ok(Formula { intercept: table.intercept, terms })
}
