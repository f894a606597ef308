//! Compiles counts to logarithms of likelihoods.

use std::collections::HashMap;

use super::document::{BayesInput, NaiveBayesModel, TargetStats};
use super::kernel::{Bayes, Evidence};
use crate::common::DataField;
use crate::error::PmmlError;
use crate::models::{Categories, Parts, invalid};
use crate::program::{Fields, Shape, Test, Value};

pub(crate) fn compile(
    model: &NaiveBayesModel,
    target: Option<&DataField>,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    let mut categories = Categories::of(target);
    let mut totals = vec![0.0; categories.len()];
    for (name, count) in &model.counts {
        let place = categories.place(name, at)? as usize;
        totals.resize(categories.len(), 0.0);
        totals[place] = *count;
    }
    if totals.iter().sum::<f64>() <= 0.0 {
        return Err(invalid(at, "no training records in BayesOutput"));
    }
    if model.threshold <= 0.0 {
        return Err(invalid(at, "a threshold that is not positive"));
    }
    let mut evidence = Vec::new();
    for input in &model.inputs {
        fields.at = input.location.clone();
        fields.spend(input.pairs.len().saturating_mul(categories.len()))?;
        let of = match &input.derived {
            Some(derived) => fields.derived(derived)?,
            None => fields.field(&input.field)?,
        };
        evidence.push(match input.stats.is_empty() {
            true => table(model, input, &of, &categories, &totals, fields)?,
            false => {
                let stats: HashMap<_, _> =
                    input.stats.iter().filter_map(|(n, s)| Some((categories.find(n)?, *s))).collect();
                let mut all = Vec::new();
                for place in 0..categories.len() as u32 {
                    match stats.get(&place) {
                        Some(TargetStats::Gaussian(_, variance)) if *variance <= 0.0 => {
                            return Err(invalid(&input.location, "a variance that is not positive"));
                        }
                        Some(stats) => all.push(*stats),
                        None => return Err(invalid(&input.location, "a category without a distribution")),
                    }
                }
                let of = fields.as_kind(of, crate::program::Kind::Number)?.slot;
                Evidence::Stats { of, stats: all }
            }
        });
    }
    fields.at = at.clone();
    let priors = totals.iter().map(|count| count.ln()).collect();
    let shape = Shape { categories: categories.into_names(), probabilities: true, ..Shape::default() };
    let kernel = Bayes { priors, evidence, threshold: model.threshold };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

fn table(
    model: &NaiveBayesModel,
    input: &BayesInput,
    of: &Value,
    categories: &Categories,
    totals: &[f64],
    fields: &mut Fields<'_>,
) -> Result<Evidence, PmmlError> {
    let mut tests = Vec::new();
    let mut counts = vec![0.0; categories.len()];
    let mut rows = Vec::new();
    for (value, pairs) in &input.pairs {
        tests.push(fields.equals(of, value)?);
        let mut row = vec![0.0; categories.len()];
        for (name, count) in pairs {
            if let Some(place) = categories.find(name) {
                row[place as usize] = *count;
                counts[place as usize] += count;
            }
        }
        rows.push(row);
    }
    let logs = rows.into_iter().map(|row| {
        let cells = row.into_iter().zip(&counts).zip(totals);
        // Fractions refer to the records in which the input is known.
        cells
            .map(|((count, known), total)| {
                let all = if *known > 0.0 { *known } else { *total };
                let share = if all > 0.0 { count / all } else { 0.0 };
                if share > 0.0 { share.ln() } else { model.threshold.ln() }
            })
            .collect()
    });
    let logs = logs.collect();
    let tests: Vec<Test> = tests;
    Ok(Evidence::Table { tests, logs })
}
