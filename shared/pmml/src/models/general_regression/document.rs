//! `GeneralRegressionModel`.
//!
//! <https://dmg.org/pmml/v4-4/GeneralRegression.html>

use crate::common::ModelHeader;
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;
use crate::xml::Node;

/// A regression of products of predictors.
#[derive(Debug, Clone)]
pub struct GeneralRegressionModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The type of regression.
    pub model_type: ModelType,
    /// The target, if given here.
    pub target_name: Option<String>,
    /// The reference category.
    pub reference_category: Option<String>,
    /// For an ordinal target: the link of cumulative probabilities.
    pub cumulative_link: Option<String>,
    /// For a generalized linear model: the link function by name.
    pub link: Option<String>,
    /// The link's parameter.
    pub link_parameter: Option<f64>,
    /// The distribution of the target by name.
    pub distribution: Option<String>,
    /// A field that is added to the linear predictor.
    pub offset_field: Option<String>,
    /// A number that is added to the linear predictor.
    pub offset_value: f64,
    /// A field of the number of trials.
    pub trials_field: Option<String>,
    /// A number of trials.
    pub trials_value: Option<f64>,
    /// Names of the parameters, in order.
    pub parameters: Vec<String>,
    /// Names of the predictors that are categories.
    pub factors: Vec<String>,
    /// Names of the predictors that are numbers.
    pub covariates: Vec<String>,
    /// The factors of each parameter.
    pub cells: Vec<PpCell>,
    /// The coefficients.
    pub coefficients: Vec<PCell>,
    /// For Cox regression: the field of time.
    pub end_time_field: Option<String>,
    /// For Cox regression: the field whose values have separate baseline hazards.
    pub strata_field: Option<String>,
    /// For Cox regression: whether there are tables of hazards.
    pub has_hazards: bool,
}

/// The type of regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelType {
    /// Least squares.
    Regression,
    /// The general linear model.
    GeneralLinear,
    /// Logistic regression of any number of categories.
    MultinomialLogistic,
    /// Regression of ordered categories.
    OrdinalMultinomial,
    /// The generalized linear model.
    GeneralizedLinear,
    /// Cox regression.
    CoxRegression,
}

/// A factor of a parameter: a predictor's power, or a category.
#[derive(Debug, Clone, PartialEq)]
pub struct PpCell {
    /// The parameter.
    pub parameter: String,
    /// The predictor.
    pub predictor: String,
    /// The power, or the category.
    pub value: String,
    /// The category of the target for which it is valid; `None` for all.
    pub target: Option<String>,
    /// Where it is defined.
    pub location: Location,
}

/// A coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct PCell {
    /// The parameter.
    pub parameter: String,
    /// The category of the target; `None` for all.
    pub target: Option<String>,
    /// The coefficient.
    pub beta: f64,
}

impl GeneralRegressionModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = [
            "modelType",
            "targetVariableName",
            "targetReferenceCategory",
            "cumulativeLink",
            "linkFunction",
            "linkParameter",
            "distribution",
            "distParameter",
            "offsetVariable",
            "offsetValue",
            "trialsVariable",
            "trialsValue",
            "startTimeVariable",
            "endTimeVariable",
            "subjectIDVariable",
            "statusVariable",
            "baselineStrataVariable",
            "modelDF",
        ];
        let children = [
            "ParameterList",
            "FactorList",
            "CovariateList",
            "PPMatrix",
            "PCovMatrix",
            "ParamMatrix",
            "EventValues",
            "BaseCumHazardTables",
        ];
        let header = ModelHeader::read(node, &attributes, &children)?;
        let types = [
            ("regression", ModelType::Regression),
            ("generalLinear", ModelType::GeneralLinear),
            ("multinomialLogistic", ModelType::MultinomialLogistic),
            ("ordinalMultinomial", ModelType::OrdinalMultinomial),
            ("generalizedLinear", ModelType::GeneralizedLinear),
            ("CoxRegression", ModelType::CoxRegression),
        ];
        let model_type = node.one_of("modelType", &types)?;
        let model_type = model_type.ok_or_else(|| node.invalid("no attribute modelType"))?;
        let mut parameters = Vec::new();
        for parameter in node.required_child("ParameterList")?.all("Parameter") {
            parameter.expect(&["name", "label", "referencePoint"], &[])?;
            if parameter.number("referencePoint")?.is_some_and(|point| point != 0.0) {
                return Err(parameter.unsupported("a referencePoint other than 0"));
            }
            parameters.push(parameter.required("name")?.to_owned());
        }
        let mut cells = Vec::new();
        if let Some(matrix) = node.child("PPMatrix") {
            for cell in matrix.all("PPCell") {
                cell.expect(&["parameterName", "predictorName", "value", "targetCategory"], &[])?;
                cells.push(PpCell {
                    parameter: cell.required("parameterName")?.to_owned(),
                    predictor: cell.required("predictorName")?.to_owned(),
                    value: cell.required("value")?.to_owned(),
                    target: cell.owned("targetCategory").filter(|t| !t.is_empty()),
                    location: cell.location(),
                });
            }
        }
        let mut coefficients = Vec::new();
        for cell in node.required_child("ParamMatrix")?.all("PCell") {
            cell.expect(&["parameterName", "targetCategory", "beta", "df"], &[])?;
            coefficients.push(PCell {
                parameter: cell.required("parameterName")?.to_owned(),
                target: cell.owned("targetCategory").filter(|t| !t.is_empty()),
                beta: cell.required_number("beta")?,
            });
        }
        if cells.len().saturating_mul(coefficients.len()) > MAX_MATRIX_CELLS {
            return Err(node.limit("cells of parameters", MAX_MATRIX_CELLS));
        }
        Ok(Self {
            header,
            model_type,
            target_name: node.owned("targetVariableName"),
            reference_category: node.owned("targetReferenceCategory"),
            cumulative_link: node.owned("cumulativeLink"),
            link: node.owned("linkFunction"),
            link_parameter: node.number("linkParameter")?,
            distribution: node.owned("distribution"),
            offset_field: node.owned("offsetVariable"),
            offset_value: node.number("offsetValue")?.unwrap_or(0.0),
            trials_field: node.owned("trialsVariable"),
            trials_value: node.number("trialsValue")?,
            parameters,
            factors: predictors(node, "FactorList")?,
            covariates: predictors(node, "CovariateList")?,
            cells,
            coefficients,
            end_time_field: node.owned("endTimeVariable"),
            strata_field: node.owned("baselineStrataVariable"),
            has_hazards: node.child("BaseCumHazardTables").is_some(),
        })
    }
}

fn predictors(node: &Node<'_>, list: &'static str) -> Result<Vec<String>, PmmlError> {
    let mut names = Vec::new();
    let Some(list) = node.child(list) else { return Ok(names) };
    for predictor in list.all("Predictor") {
        // A contrast matrix would replace the indicators.
        predictor.expect(&["name", "contrastMatrixType"], &["Categories"])?;
        names.push(predictor.required("name")?.to_owned());
    }
    Ok(names)
}
