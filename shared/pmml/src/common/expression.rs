//! Expressions: computation of a field from others.
//!
//! <https://dmg.org/pmml/v4-4/Transformations.html>, <https://dmg.org/pmml/v4-4/Functions.html>

mod table;

use super::dictionary::{self, DataType, Interval};
use crate::error::PmmlError;
use crate::xml::Node;

pub use table::{InlineTable, MapValues};

/// The computation of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A fixed value.
    Constant {
        /// The value as text.
        text: String,
        /// Its type; without one the text determines it.
        data_type: Option<DataType>,
        /// Whether it represents a missing value.
        missing: bool,
    },
    /// The value of a field.
    FieldRef {
        /// The field's name.
        field: String,
        /// The replacement of a missing value.
        map_missing_to: Option<String>,
    },
    /// A piecewise linear function of a number.
    NormContinuous {
        /// The field's name.
        field: String,
        /// `orig` and `norm` of each point; `orig` grows.
        points: Vec<(f64, f64)>,
        /// Treatment of numbers outside the points.
        outliers: OutlierTreatment,
        /// The result for a missing number.
        map_missing_to: Option<f64>,
    },
    /// 1 where a field has a value, otherwise 0.
    NormDiscrete {
        /// The field's name.
        field: String,
        /// The value looked for.
        value: String,
        /// The result for a missing value.
        map_missing_to: Option<f64>,
    },
    /// A category for each range of a number.
    Discretize {
        /// The field's name.
        field: String,
        /// The ranges; the first that holds the number decides.
        bins: Vec<Bin>,
        /// The result for a missing number.
        map_missing_to: Option<String>,
        /// The result for a number outside all ranges.
        default_value: Option<String>,
        /// The type of the results, if stated.
        data_type: Option<DataType>,
    },
    /// A lookup in a table.
    MapValues(MapValues),
    /// A function of other expressions.
    Apply(Apply),
}

/// A range of `Discretize` and its category.
#[derive(Debug, Clone, PartialEq)]
pub struct Bin {
    /// The category.
    pub value: String,
    /// The numbers that get it.
    pub interval: Interval,
}

/// `Apply`: a function of other expressions.
#[derive(Debug, Clone, PartialEq)]
pub struct Apply {
    /// The function's name, built in or defined by the document.
    pub function: String,
    /// Its arguments, in order.
    pub arguments: Vec<Expression>,
    /// The result if an argument is missing.
    pub map_missing_to: Option<String>,
    /// The result if the function has none.
    pub default_value: Option<String>,
    /// Treatment of a result outside the function's domain, such as a division by zero.
    pub invalid_result: InvalidResult,
}

/// Treatment of a result outside a function's domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidResult {
    /// It makes everything computed from it invalid.
    ReturnInvalid,
    /// It counts as missing.
    AsMissing,
}

/// Treatment of numbers outside the range of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlierTreatment {
    /// They are used as they are.
    AsIs,
    /// They count as missing.
    AsMissingValues,
    /// They are replaced by the nearest end.
    AsExtremeValues,
}

impl OutlierTreatment {
    /// The values of the attribute `outliers`.
    pub(crate) const NAMES: [(&'static str, Self); 3] = [
        ("asIs", Self::AsIs),
        ("asMissingValues", Self::AsMissingValues),
        ("asExtremeValues", Self::AsExtremeValues),
    ];
}

impl Expression {
    /// The elements that this crate reads as an expression.
    pub(crate) const ELEMENTS: &'static [&'static str] =
        &["Constant", "FieldRef", "NormContinuous", "NormDiscrete", "Discretize", "MapValues", "Apply"];

    /// Reads the one expression inside `parent`.
    pub(crate) fn read_only_child(parent: &Node<'_>) -> Result<Self, PmmlError> {
        let mut expressions = parent.children().filter(|n| Self::ELEMENTS.contains(&n.name()));
        let expression = expressions.next().ok_or_else(|| parent.invalid("no expression"))?;
        if expressions.next().is_some() {
            return Err(parent.invalid("more than one expression"));
        }
        Self::read(&expression)
    }

    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        match node.name() {
            "Constant" => constant(node),
            "FieldRef" => {
                node.expect(&["field", "mapMissingTo"], &[])?;
                let field = node.required("field")?.to_owned();
                Ok(Self::FieldRef { field, map_missing_to: node.owned("mapMissingTo") })
            }
            "NormContinuous" => norm_continuous(node),
            "NormDiscrete" => norm_discrete(node),
            "Discretize" => discretize(node),
            "MapValues" => Ok(Self::MapValues(MapValues::read(node)?)),
            "Apply" => apply(node),
            name => Err(node.unsupported(format!("expression {name}"))),
        }
    }
}

fn constant(node: &Node<'_>) -> Result<Expression, PmmlError> {
    node.expect(&["dataType", "missing"], &[])?;
    Ok(Expression::Constant {
        text: node.element.text.clone(),
        data_type: dictionary::data_type(node)?,
        missing: node.boolean("missing")?.unwrap_or(false),
    })
}

fn norm_continuous(node: &Node<'_>) -> Result<Expression, PmmlError> {
    node.expect(&["field", "outliers", "mapMissingTo"], &["LinearNorm"])?;
    let mut points: Vec<(f64, f64)> = Vec::new();
    for point in node.all("LinearNorm") {
        point.expect(&["orig", "norm"], &[])?;
        let orig = point.required_number("orig")?;
        if points.last().is_some_and(|(last, _)| *last >= orig) {
            return Err(point.invalid(format!("orig={orig} is not greater than the one before")));
        }
        points.push((orig, point.required_number("norm")?));
    }
    if points.len() < 2 {
        return Err(node.invalid("fewer than two LinearNorm elements"));
    }
    Ok(Expression::NormContinuous {
        field: node.required("field")?.to_owned(),
        points,
        outliers: node.one_of("outliers", &OutlierTreatment::NAMES)?.unwrap_or(OutlierTreatment::AsIs),
        map_missing_to: node.number("mapMissingTo")?,
    })
}

fn norm_discrete(node: &Node<'_>) -> Result<Expression, PmmlError> {
    node.expect(&["field", "value", "method", "mapMissingTo"], &[])?;
    // PMML 3 also had "thermometer"; it is refused by name.
    node.one_of("method", &[("indicator", ())])?;
    Ok(Expression::NormDiscrete {
        field: node.required("field")?.to_owned(),
        value: node.required("value")?.to_owned(),
        map_missing_to: node.number("mapMissingTo")?,
    })
}

fn discretize(node: &Node<'_>) -> Result<Expression, PmmlError> {
    let attributes = ["field", "mapMissingTo", "defaultValue", "dataType"];
    node.expect(&attributes, &["DiscretizeBin"])?;
    let mut bins = Vec::new();
    for bin in node.all("DiscretizeBin") {
        bin.expect(&["binValue"], &["Interval"])?;
        let interval = Interval::read(&bin.required_child("Interval")?)?;
        bins.push(Bin { value: bin.required("binValue")?.to_owned(), interval });
    }
    Ok(Expression::Discretize {
        field: node.required("field")?.to_owned(),
        bins,
        map_missing_to: node.owned("mapMissingTo"),
        default_value: node.owned("defaultValue"),
        data_type: dictionary::data_type(node)?,
    })
}

fn apply(node: &Node<'_>) -> Result<Expression, PmmlError> {
    let attributes = ["function", "mapMissingTo", "defaultValue", "invalidValueTreatment"];
    node.expect(&attributes, Expression::ELEMENTS)?;
    let treatments =
        [("returnInvalid", InvalidResult::ReturnInvalid), ("asMissing", InvalidResult::AsMissing)];
    let mut arguments = Vec::new();
    for child in node.children().filter(|n| n.name() != "Extension") {
        arguments.push(Expression::read(&child)?);
    }
    Ok(Expression::Apply(Apply {
        function: node.required("function")?.to_owned(),
        arguments,
        map_missing_to: node.owned("mapMissingTo"),
        default_value: node.owned("defaultValue"),
        invalid_result: node
            .one_of("invalidValueTreatment", &treatments)?
            .unwrap_or(InvalidResult::ReturnInvalid),
    }))
}
