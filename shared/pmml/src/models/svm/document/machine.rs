//! `SupportVectorMachine`: one decision function.

use std::collections::HashMap;

use super::Representation;
use crate::error::{Location, PmmlError};
use crate::xml::Node;

/// One decision function: b + Σ αᵢ·K(x, sᵢ), or b + Σ αᵢ·xᵢ.
#[derive(Debug, Clone)]
pub struct SupportVectorMachine {
    /// The category in favour of which it decides.
    pub target_category: Option<String>,
    /// The category against which it decides.
    pub alternate_category: Option<String>,
    /// The threshold between the two, if it differs from the model's.
    pub threshold: Option<f64>,
    /// Indices of its support vectors in the dictionary; empty for coefficients.
    pub vectors: Vec<usize>,
    /// αᵢ, one for each vector, or for each field.
    pub coefficients: Vec<f64>,
    /// b
    pub absolute: f64,
    /// IBM's parameters for the probability of the decision.
    pub platt: Option<Platt>,
    /// Where the machine is defined.
    pub location: Location,
}

/// The probability of a category as a function of the decision: 1 / (1 + exp(A·f + B)).
///
/// IBM writes A and B into an `Extension` as `ProbabilityParameter`, with the category in
/// `ResponseCategory`. The method is Platt's, as in Lin, Lu and Weng, "A note on Platt's
/// probabilistic outputs for support vector machines", 2007.
#[derive(Debug, Clone, PartialEq)]
pub struct Platt {
    /// A
    pub a: f64,
    /// B
    pub b: f64,
    /// The category with this probability.
    pub response: String,
    /// The category with the remaining probability.
    pub non_response: String,
}

impl SupportVectorMachine {
    pub(crate) fn read(
        node: &Node<'_>,
        representation: Representation,
        ids: &HashMap<&str, usize>,
    ) -> Result<Self, PmmlError> {
        node.expect(
            &["targetCategory", "alternateTargetCategory", "threshold"],
            &["SupportVectors", "Coefficients"],
        )?;
        let vectors = match (representation, node.child("SupportVectors")) {
            (Representation::SupportVectors, Some(list)) => vectors(&list, ids)?,
            (Representation::SupportVectors, None) => return Err(node.invalid("no SupportVectors element")),
            (Representation::Coefficients, None) => Vec::new(),
            (Representation::Coefficients, Some(_)) => {
                return Err(node.invalid("SupportVectors in a model of coefficients"));
            }
        };
        let list = node.required_child("Coefficients")?;
        list.expect(&["numberOfCoefficients", "absoluteValue"], &["Coefficient"])?;
        let mut coefficients = Vec::new();
        for coefficient in list.all("Coefficient") {
            coefficient.expect(&["value"], &[])?;
            coefficients.push(coefficient.number("value")?.unwrap_or(0.0));
        }
        if representation == Representation::SupportVectors && vectors.len() != coefficients.len() {
            let (n, m) = (coefficients.len(), vectors.len());
            return Err(list.invalid(format!("{n} coefficients for {m} support vectors")));
        }
        Ok(Self {
            target_category: node.owned("targetCategory"),
            alternate_category: node.owned("alternateTargetCategory"),
            threshold: node.number("threshold")?,
            vectors,
            coefficients,
            absolute: list.number("absoluteValue")?.unwrap_or(0.0),
            platt: platt(node)?,
            location: node.location(),
        })
    }
}

fn vectors(node: &Node<'_>, ids: &HashMap<&str, usize>) -> Result<Vec<usize>, PmmlError> {
    node.expect(&["numberOfSupportVectors", "numberOfAttributes"], &["SupportVector"])?;
    let mut vectors = Vec::new();
    for vector in node.all("SupportVector") {
        vector.expect(&["vectorId"], &[])?;
        let id = vector.required("vectorId")?;
        let index = ids.get(id).ok_or_else(|| vector.invalid(format!("no vector {id:?}")))?;
        vectors.push(*index);
    }
    Ok(vectors)
}

fn platt(machine: &Node<'_>) -> Result<Option<Platt>, PmmlError> {
    let mut found = None;
    for extension in machine.all("Extension") {
        let Some(parameter) = extension.child("ProbabilityParameter") else { continue };
        if found.is_some() {
            return Err(machine.invalid("a second ProbabilityParameter"));
        }
        parameter.expect(&["paramA", "paramB"], &[])?;
        let categories = extension.required_child("ResponseCategory")?;
        categories.expect(&["Response", "NonResponse"], &[])?;
        found = Some(Platt {
            a: parameter.required_number("paramA")?,
            b: parameter.required_number("paramB")?,
            response: categories.required("Response")?.to_owned(),
            non_response: categories.required("NonResponse")?.to_owned(),
        });
    }
    Ok(found)
}
