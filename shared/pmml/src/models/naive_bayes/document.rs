//! `NaiveBayesModel`.
//!
//! <https://dmg.org/pmml/v4-4/NaiveBayes.html>

use crate::common::{DerivedField, ModelHeader};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;
use crate::xml::Node;

/// Independent inputs.
#[derive(Debug, Clone)]
pub struct NaiveBayesModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The probability that replaces 0.
    pub threshold: f64,
    /// The target.
    pub target: String,
    /// The number of training records of each category.
    pub counts: Vec<(String, f64)>,
    /// The inputs.
    pub inputs: Vec<BayesInput>,
}

/// An input.
#[derive(Debug, Clone)]
pub struct BayesInput {
    /// The field's name.
    pub field: String,
    /// The discretization of the field, if any.
    pub derived: Option<DerivedField>,
    /// For a number: the distribution for each category.
    pub stats: Vec<(String, TargetStats)>,
    /// For each value, the number of training records of each category.
    pub pairs: Vec<(String, Vec<(String, f64)>)>,
    /// Where it is defined.
    pub location: Location,
}

/// The distribution of a number among the records of a category.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TargetStats {
    /// Mean and variance of a normal distribution.
    Gaussian(f64, f64),
    /// Mean of a Poisson distribution.
    Poisson(f64),
}

impl NaiveBayesModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let header = ModelHeader::read(node, &["threshold"], &["BayesInputs", "BayesOutput"])?;
        let output = node.required_child("BayesOutput")?;
        output.expect(&["fieldName"], &["TargetValueCounts"])?;
        let list = node.required_child("BayesInputs")?;
        list.expect(&[], &["BayesInput"])?;
        let counts = counts(&output.required_child("TargetValueCounts")?)?;
        let mut cells = 0_usize;
        let mut inputs = Vec::new();
        for input in list.all("BayesInput") {
            inputs.push(BayesInput::read(&input)?);
            cells += inputs.last().map_or(0, |i| i.pairs.len().saturating_mul(counts.len()));
            if cells > MAX_MATRIX_CELLS {
                return Err(list.limit("counts", MAX_MATRIX_CELLS));
            }
        }
        Ok(Self {
            header,
            threshold: node.required_number("threshold")?,
            target: output.required("fieldName")?.to_owned(),
            counts,
            inputs,
        })
    }
}

impl BayesInput {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["fieldName"], &["DerivedField", "TargetValueStats", "PairCounts"])?;
        let mut stats = Vec::new();
        for stat in node.child("TargetValueStats").iter().flat_map(|list| list.all("TargetValueStat")) {
            let distribution = match (stat.child("GaussianDistribution"), stat.child("PoissonDistribution")) {
                (Some(gauss), None) => {
                    TargetStats::Gaussian(gauss.required_number("mean")?, gauss.required_number("variance")?)
                }
                (None, Some(poisson)) => TargetStats::Poisson(poisson.required_number("mean")?),
                _ => return Err(stat.unsupported("a distribution that is neither Gaussian nor Poisson")),
            };
            stats.push((stat.required("value")?.to_owned(), distribution));
        }
        let mut pairs = Vec::new();
        for pair in node.all("PairCounts") {
            let list = counts(&pair.required_child("TargetValueCounts")?)?;
            pairs.push((pair.required("value")?.to_owned(), list));
        }
        let derived = node.child("DerivedField").map(|n| DerivedField::read(&n)).transpose()?;
        Ok(Self {
            field: node.required("fieldName")?.to_owned(),
            derived,
            stats,
            pairs,
            location: node.location(),
        })
    }
}

fn counts(node: &Node<'_>) -> Result<Vec<(String, f64)>, PmmlError> {
    node.expect(&[], &["TargetValueCount"])?;
    let mut counts = Vec::new();
    for count in node.all("TargetValueCount") {
        count.expect(&["value", "count"], &[])?;
        counts.push((count.required("value")?.to_owned(), count.required_number("count")?));
    }
    Ok(counts)
}
