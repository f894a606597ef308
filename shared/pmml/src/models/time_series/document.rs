//! `TimeSeriesModel`.
//!
//! <https://dmg.org/pmml/v4-4/TimeSeriesModel.html>

use super::arima_document::ArimaDocument;
use crate::common::{ModelHeader, array};
use crate::error::PmmlError;
use crate::limits::MAX_SEASONS;
use crate::xml::Node;

/// A series and the model of its continuation.
#[derive(Debug, Clone)]
pub struct TimeSeriesModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The best fitting algorithm of the document.
    pub best_fit: String,
    /// Exponential smoothing, if present.
    pub smoothing: Option<ExponentialSmoothing>,
    /// What exponential smoothing began with (IBM's extensions `initLevel`, `initTrend`, `initSeason`).
    pub start: Option<Start>,
    /// ARIMA, if IBM's extension holds one.
    pub arima: Option<ArimaDocument>,
    /// The variance of one step's error (IBM's extension `errVariance`).
    pub error_variance: Option<f64>,
    /// The degrees of freedom of that (IBM's extension `degreesOfFreedom`).
    pub degrees_of_freedom: Option<f64>,
}

/// A state that exponential smoothing begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The level.
    pub level: f64,
    /// The trend.
    pub trend: Option<f64>,
    /// The seasons, that of the first value first.
    pub seasons: Vec<f64>,
}

/// The state that exponential smoothing ended in.
#[derive(Debug, Clone, PartialEq)]
pub struct ExponentialSmoothing {
    /// The name of the series' transformation.
    pub transformation: String,
    /// The smoothing parameter of the level.
    pub alpha: f64,
    /// The level.
    pub level: f64,
    /// The trend.
    pub trend: Option<Trend>,
    /// The seasons.
    pub seasons: Option<Seasons>,
}

/// A trend.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Its type by name, such as `additive`.
    pub kind: String,
    /// Its smoothing parameter.
    pub gamma: f64,
    /// The damping factor per step.
    pub phi: f64,
    /// Its value.
    pub value: f64,
}

/// Seasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Seasons {
    /// Whether they are multiplicative, not additive.
    pub multiplicative: bool,
    /// Index of the next step.
    pub phase: usize,
    /// Their smoothing parameter.
    pub delta: f64,
    /// Their values.
    pub values: Vec<f64>,
}

impl TimeSeriesModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let algorithms = [
            "TimeSeries",
            "SpectralAnalysis",
            "ARIMA",
            "ExponentialSmoothing",
            "SeasonalTrendDecomposition",
            "StateSpaceModel",
            "GARCH",
        ];
        let header = ModelHeader::read(node, &["bestFit"], &algorithms)?;
        let number = |name: &str| -> Result<Option<f64>, PmmlError> {
            let mut named = node.all("Extension").filter(|e| e.attribute("name") == Some(name));
            match named.next() {
                Some(extension) => extension.number("value"),
                None => Ok(None),
            }
        };
        let start = match number("initLevel")? {
            None => None,
            Some(level) => {
                let seasons = node.all("Extension").find(|e| e.attribute("name") == Some("initSeason"));
                let seasons = seasons.map(|seasons| array::numbers(&seasons.required_child("Array")?));
                Some(Start {
                    level,
                    trend: number("initTrend")?,
                    seasons: seasons.transpose()?.unwrap_or_default(),
                })
            }
        };
        let extensions = node.all("Extension");
        let arima = extensions
            .filter_map(|extension| extension.child("ARIMA").map(|arima| ArimaDocument::read(&arima)));
        let arima = arima.last().transpose()?;
        Ok(Self {
            header,
            start,
            arima,
            best_fit: node.required("bestFit")?.to_owned(),
            smoothing: match node.child("ExponentialSmoothing") {
                Some(smoothing) => Some(ExponentialSmoothing::read(&smoothing)?),
                None => None,
            },
            error_variance: number("errVariance")?,
            degrees_of_freedom: number("degreesOfFreedom")?,
        })
    }
}

impl ExponentialSmoothing {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children = ["Level", "Trend_ExpoSmooth", "Seasonality_ExpoSmooth", "TimeValue"];
        node.expect(&["RMSE", "transformation"], &children)?;
        let level = node.required_child("Level")?;
        level.expect(&["alpha", "quadraticSmoothedValue", "cubicSmoothedValue", "smoothedValue"], &[])?;
        let trend = match node.child("Trend_ExpoSmooth") {
            None => None,
            Some(trend) => {
                trend.expect(&["trend", "gamma", "phi", "smoothedValue"], &["Array"])?;
                Some(Trend {
                    kind: trend.attribute("trend").unwrap_or("additive").to_owned(),
                    gamma: trend.number("gamma")?.unwrap_or(0.0),
                    phi: trend.number("phi")?.unwrap_or(1.0),
                    value: trend.required_number("smoothedValue")?,
                })
            }
        };
        let seasons = match node.child("Seasonality_ExpoSmooth") {
            None => None,
            Some(seasons) => Some(Seasons::read(&seasons)?),
        };
        Ok(Self {
            transformation: node.attribute("transformation").unwrap_or("none").to_owned(),
            alpha: level.number("alpha")?.unwrap_or(0.0),
            level: level.required_number("smoothedValue")?,
            trend,
            seasons,
        })
    }
}

impl Seasons {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        node.expect(&["type", "period", "unit", "phase", "delta"], &["Array"])?;
        let multiplicative = node.one_of("type", &[("additive", false), ("multiplicative", true)])?;
        let period = node.count("period")?.ok_or_else(|| node.invalid("no attribute period"))?;
        if period > MAX_SEASONS {
            return Err(node.limit("seasons", MAX_SEASONS));
        }
        let values = array::numbers(&node.required_child("Array")?)?;
        if values.len() != period || period == 0 {
            return Err(node.invalid(format!("{} numbers for {period} seasons", values.len())));
        }
        let phase = node.count("phase")?.ok_or_else(|| node.invalid("no attribute phase"))?;
        if phase >= period {
            return Err(node.invalid(format!("phase {phase} of {period} seasons")));
        }
        Ok(Self {
            multiplicative: multiplicative.unwrap_or(false),
            phase,
            delta: node.number("delta")?.unwrap_or(0.0),
            values,
        })
    }
}
