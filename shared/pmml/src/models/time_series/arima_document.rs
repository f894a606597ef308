//! `ARIMA` in an `Extension` of a `TimeSeriesModel`, as IBM writes it.

use crate::common::array;
use crate::error::PmmlError;
use crate::limits::MAX_ARIMA_ORDER;
use crate::xml::Node;

/// A model as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ArimaDocument {
    /// What the series was transformed by, by name.
    pub transformation: String,
    /// The mean of the differenced series less its predictors.
    pub constant: f64,
    /// The number of values in a season.
    pub period: usize,
    /// The orders from value to value.
    pub plain: Orders,
    /// The orders from season to season.
    pub seasonal: Orders,
    /// What predictors do.
    pub effects: Vec<Effect>,
}

/// Coefficients and the number of differences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Orders {
    /// Of earlier values.
    pub ar: Vec<f64>,
    /// Of earlier errors.
    pub ma: Vec<f64>,
    /// How often the series is differenced.
    pub differences: usize,
}

/// A predictor that acts at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The field.
    pub field: String,
    /// What one unit of it adds.
    pub coefficient: f64,
    /// How often it is differenced.
    pub plain: usize,
    /// How often it is differenced from season to season.
    pub seasonal: usize,
}

impl ArimaDocument {
    /// Reads the element. States in it repeat what the series and the coefficients give.
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let parts = ["NonseasonalComponent", "SeasonalComponent", "PredicterEffect", "MaximumLikelihoodStat"];
        node.expect(&["RMSE", "transformation", "constantTerm", "seasonLength"], &parts)?;
        let plain = match node.child("NonseasonalComponent") {
            Some(part) => Orders::read(&part, ["p", "d", "q"], &[])?,
            None => Orders::default(),
        };
        let length = node.count("seasonLength")?;
        let (seasonal, period) = match node.child("SeasonalComponent") {
            Some(part) => {
                let orders = Orders::read(&part, ["seasonalP", "seasonalD", "seasonalQ"], &["period"])?;
                (orders, part.count("period")?.or(length))
            }
            None => (Orders::default(), length),
        };
        let period = period.unwrap_or(1);
        if period == 0 || length.is_some_and(|length| length.max(1) != period) {
            return Err(node.invalid(format!("a season of {period} values")));
        }
        Ok(Self {
            transformation: node.attribute("transformation").unwrap_or("none").to_owned(),
            constant: node.number("constantTerm")?.unwrap_or(0.0),
            period,
            plain,
            seasonal,
            effects: node
                .all("PredicterEffect")
                .map(|effect| Effect::read(&effect))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Orders {
    fn read(node: &Node<'_>, [p, d, q]: [&str; 3], others: &[&str]) -> Result<Self, PmmlError> {
        node.expect(&[&[p, d, q], others].concat(), &["AR", "MA"])?;
        let coefficients = |name: &'static str, order: &str| {
            let order = node.count(order)?.unwrap_or(0);
            if order > MAX_ARIMA_ORDER {
                return Err(node.limit("orders of ARIMA", MAX_ARIMA_ORDER));
            }
            let values = match node.child(name) {
                Some(part) => {
                    part.expect(&[], &["Array"])?;
                    array::numbers(&part.required_child("Array")?)?
                }
                None => Vec::new(),
            };
            match values.len() == order {
                true => Ok(values),
                false => {
                    Err(node.invalid(format!("{} coefficients of {name} for order {order}", values.len())))
                }
            }
        };
        Ok(Self {
            ar: coefficients("AR", p)?,
            ma: coefficients("MA", q)?,
            differences: node.count(d)?.unwrap_or(0),
        })
    }
}

impl Effect {
    /// Reads the element. Effects that last or begin later are refused.
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = ["field", "transformation", "delay", "nonSeasonalDiff", "seasonalDiff"];
        node.expect(&attributes, &["Numerator", "Denominator"])?;
        if let Some(other @ ("log" | "sqrt")) = node.attribute("transformation") {
            return Err(node.unsupported(format!("transformation={other:?}")));
        }
        node.one_of("transformation", &[("none", ())])?;
        if let Some(delay) = node.count("delay")?.filter(|delay| *delay > 0) {
            return Err(node.unsupported(format!("delay={delay}")));
        }
        let factor = |part: &'static str, season: &'static str| -> Result<Vec<f64>, PmmlError> {
            let Some(part) = node.child(part) else { return Ok(Vec::new()) };
            part.expect(&[], &["NonseasonFactor", "SeasonFactor"])?;
            match part.child(season) {
                Some(factor) => array::numbers(&factor.required_child("Array")?),
                None => Ok(Vec::new()),
            }
        };
        let lasting = [
            ("Numerator", "SeasonFactor"),
            ("Denominator", "NonseasonFactor"),
            ("Denominator", "SeasonFactor"),
        ];
        for (part, season) in lasting {
            if factor(part, season)?.iter().any(|coefficient| *coefficient != 0.0) {
                return Err(node.unsupported(format!("{season} in a {part}")));
            }
        }
        match factor("Numerator", "NonseasonFactor")?.as_slice() {
            [coefficient] => Ok(Self {
                field: node.required("field")?.to_owned(),
                coefficient: *coefficient,
                plain: node.count("nonSeasonalDiff")?.unwrap_or(0),
                seasonal: node.count("seasonalDiff")?.unwrap_or(0),
            }),
            other => Err(node.unsupported(format!("a Numerator of {} coefficients", other.len()))),
        }
    }
}
