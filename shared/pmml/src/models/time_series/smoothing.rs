//! Exponential smoothing.
//!
//! The forecast h steps ahead is level + trend + season. Errors enter as L + T + αe, T + αγe and
//! S + δ(1 − α)e, which reproduces the fits and the last states that IBM stores; seasons that multiply move to
//! δY/L + (1 − δ)S (IBM: "Winters' Multiplicative Exponential Smoothing"). The variance of a forecast is that of
//! this recursion (Hyndman et al., "Forecasting with Exponential Smoothing", 2008, chapter 6).

use super::document::{ExponentialSmoothing, Start, TimeSeriesModel};
use crate::error::{Location, PmmlError};
use crate::models::{invalid, unsupported};

/// A forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The expected value.
    pub value: f64,
    /// Its standard error; none where the document states no error variance, and for forecasts where seasons
    /// multiply.
    pub standard_error: Option<f64>,
}

/// A series and what a model makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// What each value was expected to be, from those before it; none for the values that differences need.
    pub fits: Vec<Option<Forecast>>,
    /// What is expected behind the last value.
    pub forecasts: Vec<Forecast>,
}

/// The kinds of trend that are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    None,
    Additive,
    Damped,
}

/// A compiled model.
#[derive(Debug)]
pub(crate) struct Smoothing {
    at: Location,
    model: ExponentialSmoothing,
    kind: Kind,
    start: Option<Start>,
    variance: Option<f64>,
}

/// Where a series stands.
#[derive(Debug, Clone)]
struct State {
    level: f64,
    trend: f64,
    seasons: Vec<f64>,
    /// The season of the next value.
    phase: usize,
}

impl State {
    fn season(&self, ahead: usize) -> Option<f64> {
        let count = self.seasons.len().max(1);
        self.seasons.get((self.phase + ahead) % count).copied()
    }
}

impl Smoothing {
    pub(crate) fn compile(model: &TimeSeriesModel) -> Result<Self, PmmlError> {
        let at = &model.header.location;
        let smoothing = model.smoothing.clone();
        let smoothing = smoothing.ok_or_else(|| invalid(at, "no ExponentialSmoothing element"))?;
        if smoothing.transformation != "none" {
            return Err(unsupported(at, format!("transformation={:?}", smoothing.transformation)));
        }
        let kind = match smoothing.trend.as_ref().map(|trend| trend.kind.as_str()) {
            None => Kind::None,
            Some("additive") => Kind::Additive,
            Some("damped_trend") => Kind::Damped,
            Some(other) => return Err(unsupported(at, format!("trend={other:?}"))),
        };
        if let Some(start) = &model.start {
            let seasons = smoothing.seasons.as_ref().map_or(0, |seasons| seasons.values.len());
            if start.seasons.len() != seasons {
                let message = format!("{} first seasons instead of {seasons}", start.seasons.len());
                return Err(invalid(at, message));
            }
        }
        Ok(Self {
            at: at.clone(),
            model: smoothing,
            kind,
            start: model.start.clone(),
            variance: model.error_variance.filter(|variance| *variance >= 0.0),
        })
    }

    /// The next `steps` values behind the last state.
    pub(crate) fn forecast(&self, steps: usize) -> Vec<Forecast> {
        let seasons = self.model.seasons.as_ref();
        let state = State {
            level: self.model.level,
            trend: self.model.trend.as_ref().map_or(0.0, |trend| trend.value),
            seasons: seasons.map(|seasons| seasons.values.clone()).unwrap_or_default(),
            phase: seasons.map_or(0, |seasons| seasons.phase),
        };
        self.ahead(&state, steps)
    }

    /// The fit of each value from those before it, and what is expected behind the last.
    pub(crate) fn fit(&self, values: &[f64], steps: usize) -> Result<Fitted, PmmlError> {
        let Some(start) = &self.start else {
            return Err(unsupported(
                &self.at,
                "fits of a series whose first state is not stored (initLevel)",
            ));
        };
        let mut state = State {
            level: start.level,
            trend: match (self.kind, start.trend) {
                (Kind::None, _) => 0.0,
                (_, Some(trend)) => trend,
                _ => {
                    return Err(unsupported(&self.at, "a trend whose first state is not stored (initTrend)"));
                }
            },
            seasons: start.seasons.clone(),
            phase: 0,
        };
        let standard_error = self.variance.map(f64::sqrt);
        let mut fits = Vec::with_capacity(values.len());
        for value in values {
            let expected = self.step(&mut state, *value);
            fits.push(Some(Forecast { value: expected, standard_error }));
        }
        Ok(Fitted { fits, forecasts: self.ahead(&state, steps) })
    }

    fn multiplies(&self) -> bool {
        self.model.seasons.as_ref().is_some_and(|seasons| seasons.multiplicative)
    }

    /// γ, φ.
    fn rates(&self) -> (f64, f64) {
        match (&self.model.trend, self.kind) {
            (Some(trend), Kind::Damped) => (trend.gamma, trend.phi),
            (Some(trend), _) => (trend.gamma, 1.0),
            (None, _) => (0.0, 1.0),
        }
    }

    /// What a value was expected to be; then the state knows it.
    fn step(&self, state: &mut State, value: f64) -> f64 {
        let (alpha, (gamma, phi)) = (self.model.alpha, self.rates());
        let delta = self.model.seasons.as_ref().map_or(0.0, |seasons| seasons.delta);
        let base = state.level + phi * state.trend;
        let season = state.season(0);
        let (expected, error) = match (season, self.multiplies()) {
            (None, _) => (base, value - base),
            (Some(season), false) => (base + season, value - base - season),
            (Some(season), true) => (base * season, (value - base * season) / season),
        };
        state.level = base + alpha * error;
        state.trend = phi * state.trend + alpha * gamma * error;
        if let Some(season) = season {
            let (next, phase) = match self.multiplies() {
                false => (season + delta * (1.0 - alpha) * error, state.phase),
                true => (delta * value / state.level + (1.0 - delta) * season, state.phase),
            };
            if let Some(place) = state.seasons.get_mut(phase) {
                *place = next;
            }
            state.phase = (phase + 1) % state.seasons.len().max(1);
        }
        expected
    }

    fn ahead(&self, state: &State, steps: usize) -> Vec<Forecast> {
        let (gamma, phi) = self.rates();
        let (alpha, multiplies) = (self.model.alpha, self.multiplies());
        let mut forecasts = Vec::with_capacity(steps);
        // φ + φ² + … + φʰ, and the sum of squares of an error's effects in later steps.
        let (mut damping, mut power, mut spread) = (0.0, 1.0, 1.0);
        for h in 1..=steps {
            power *= phi;
            damping += power;
            let base = state.level + damping * state.trend;
            let value = match state.season(h - 1) {
                None => base,
                Some(season) if multiplies => base * season,
                Some(season) => base + season,
            };
            let variance = self.variance.filter(|_| !multiplies);
            let standard_error = variance.map(|variance| (variance * spread).sqrt());
            forecasts.push(Forecast { value, standard_error });
            let season = match &self.model.seasons {
                Some(seasons) if h % seasons.values.len().max(1) == 0 => seasons.delta * (1.0 - alpha),
                _ => 0.0,
            };
            let effect = alpha * (1.0 + gamma * damping) + season;
            spread += effect * effect;
        }
        forecasts
    }
}
