//! `RegressionModel`.
//!
//! <https://dmg.org/pmml/v4-4/Regression.html>

use crate::common::ModelHeader;
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;
use crate::xml::Node;

/// A regression of predictors, for a number or for each category.
#[derive(Debug, Clone)]
pub struct RegressionModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// Normalization of results to predictions.
    pub normalization: RegressionNormalization,
    /// One for a number, one for each category otherwise.
    pub tables: Vec<RegressionTable>,
}

/// Normalization of results to predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of the attribute `normalizationMethod`
pub enum RegressionNormalization {
    None,
    Simplemax,
    Softmax,
    Logit,
    Probit,
    Cloglog,
    Exp,
    Loglog,
    Cauchit,
}

/// A formula.
#[derive(Debug, Clone, PartialEq)]
pub struct RegressionTable {
    /// Its intercept.
    pub intercept: f64,
    /// The category that it belongs to.
    pub category: Option<String>,
    /// Its terms.
    pub terms: Vec<RegressionTerm>,
    /// Where it is defined.
    pub location: Location,
}

/// A term of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum RegressionTerm {
    /// A number's power.
    Numeric {
        /// The field.
        field: String,
        /// The power.
        exponent: f64,
        /// The coefficient.
        coefficient: f64,
    },
    /// 1 if a field has a category, otherwise 0.
    Categorical {
        /// The field.
        field: String,
        /// The category.
        value: String,
        /// The coefficient.
        coefficient: f64,
    },
    /// A product of fields.
    Product {
        /// The fields.
        fields: Vec<String>,
        /// The coefficient.
        coefficient: f64,
    },
}

impl RegressionModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = ["modelType", "targetFieldName", "normalizationMethod"];
        let header = ModelHeader::read(node, &attributes, &["RegressionTable"])?;
        let methods = [
            ("none", RegressionNormalization::None),
            ("simplemax", RegressionNormalization::Simplemax),
            ("softmax", RegressionNormalization::Softmax),
            ("logit", RegressionNormalization::Logit),
            ("probit", RegressionNormalization::Probit),
            ("cloglog", RegressionNormalization::Cloglog),
            ("exp", RegressionNormalization::Exp),
            ("loglog", RegressionNormalization::Loglog),
            ("cauchit", RegressionNormalization::Cauchit),
        ];
        let mut count = 0;
        let mut tables = Vec::new();
        for table in node.all("RegressionTable") {
            tables.push(RegressionTable::read(&table)?);
            count += tables.last().map_or(0, |t| t.terms.len());
            if count > MAX_MATRIX_CELLS {
                return Err(node.limit("terms", MAX_MATRIX_CELLS));
            }
        }
        if tables.is_empty() {
            return Err(node.invalid("no RegressionTable element"));
        }
        Ok(Self {
            header,
            normalization: node
                .one_of("normalizationMethod", &methods)?
                .unwrap_or(RegressionNormalization::None),
            tables,
        })
    }
}

impl RegressionTable {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children = ["NumericPredictor", "CategoricalPredictor", "PredictorTerm"];
        node.expect(&["intercept", "targetCategory"], &children)?;
        let mut terms = Vec::new();
        for term in node.children().filter(|n| n.name() != "Extension") {
            terms.push(match term.name() {
                "NumericPredictor" => {
                    term.expect(&["name", "exponent", "coefficient"], &[])?;
                    RegressionTerm::Numeric {
                        field: term.required("name")?.to_owned(),
                        exponent: term.number("exponent")?.unwrap_or(1.0),
                        coefficient: term.required_number("coefficient")?,
                    }
                }
                "CategoricalPredictor" => {
                    term.expect(&["name", "value", "coefficient"], &[])?;
                    RegressionTerm::Categorical {
                        field: term.required("name")?.to_owned(),
                        value: term.required("value")?.to_owned(),
                        coefficient: term.required_number("coefficient")?,
                    }
                }
                _ => {
                    term.expect(&["name", "coefficient"], &["FieldRef"])?;
                    let mut fields = Vec::new();
                    for field in term.all("FieldRef") {
                        field.expect(&["field"], &[])?;
                        fields.push(field.required("field")?.to_owned());
                    }
                    let coefficient = term.required_number("coefficient")?;
                    RegressionTerm::Product { fields, coefficient }
                }
            });
        }
        Ok(Self {
            intercept: node.number("intercept")?.unwrap_or(0.0),
            category: node.owned("targetCategory").filter(|t| !t.is_empty()),
            terms,
            location: node.location(),
        })
    }
}
