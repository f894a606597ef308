//! Exponential smoothing, continued from its last state.
//!
//! The forecast h steps ahead is level + trend + season. Errors enter as L + T + αe, T + αγe and S + δ(1 −
//! α)e, which reproduces the stored fits of IBM's additive Winters model. The variance of a forecast is that
//! of this recursion (Hyndman et al., "Forecasting with Exponential Smoothing", 2008, chapter 6).

use super::document::{ExponentialSmoothing, TimeSeriesModel};
use crate::error::PmmlError;
use crate::models::{invalid, unsupported};

/// A forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The expected value.
    pub value: f64,
    /// Its standard error; `None` if seasons are multiplicative or the document has no error variance.
    pub standard_error: Option<f64>,
}

/// The supported types of trend.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    None,
    Additive,
    Damped,
}

/// A compiled model.
#[derive(Debug)]
pub(crate) struct Smoothing {
    state: ExponentialSmoothing,
    kind: Kind,
    variance: Option<f64>,
}

impl Smoothing {
    pub(crate) fn compile(model: &TimeSeriesModel) -> Result<Self, PmmlError> {
        let at = &model.header.location;
        if model.best_fit != "ExponentialSmoothing" {
            return Err(unsupported(at, format!("bestFit={:?}", model.best_fit)));
        }
        let state = model.smoothing.clone();
        let state = state.ok_or_else(|| invalid(at, "no ExponentialSmoothing element"))?;
        if state.transformation != "none" {
            return Err(unsupported(at, format!("transformation={:?}", state.transformation)));
        }
        let kind = match state.trend.as_ref().map(|trend| trend.kind.as_str()) {
            None => Kind::None,
            Some("additive") => Kind::Additive,
            Some("damped_trend") => Kind::Damped,
            Some(other) => return Err(unsupported(at, format!("trend={other:?}"))),
        };
        let multiplies = state.seasons.as_ref().is_some_and(|seasons| seasons.multiplicative);
        let variance = model.error_variance.filter(|variance| !multiplies && *variance >= 0.0);
        Ok(Self { state, kind, variance })
    }

    /// The next `steps` values.
    pub(crate) fn forecast(&self, steps: usize) -> Vec<Forecast> {
        let state = &self.state;
        let (trend, gamma, phi) = match (&state.trend, self.kind) {
            (Some(trend), Kind::Damped) => (trend.value, trend.gamma, trend.phi),
            (Some(trend), _) => (trend.value, trend.gamma, 1.0),
            (None, _) => (0.0, 0.0, 1.0),
        };
        let mut forecasts = Vec::with_capacity(steps);
        // φ + φ² + … + φʰ, and the sum of squares of an error's effects in later steps.
        let (mut damping, mut power, mut spread) = (0.0, 1.0, 1.0);
        for h in 1..=steps {
            power *= phi;
            damping += power;
            let base = state.level + damping * trend;
            let value = match &state.seasons {
                None => base,
                Some(seasons) => {
                    let season = seasons.values[(seasons.phase + h - 1) % seasons.values.len()];
                    if seasons.multiplicative { base * season } else { base + season }
                }
            };
            let standard_error = self.variance.map(|variance| (variance * spread).sqrt());
            forecasts.push(Forecast { value, standard_error });
            let season = match &state.seasons {
                Some(seasons) if h % seasons.values.len() == 0 => seasons.delta * (1.0 - state.alpha),
                _ => 0.0,
            };
            let effect = state.alpha * (1.0 + gamma * damping) + season;
            spread += effect * effect;
        }
        forecasts
    }
}
