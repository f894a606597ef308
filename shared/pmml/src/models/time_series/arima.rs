//! ARIMA with predictors, as IBM writes it into an `Extension` of a `TimeSeriesModel`.
//!
//! After differencing, the series less the effects of its predictors and a constant is an ARMA process:
//! φ(B)Φ(Bˢ)w = θ(B)Θ(Bˢ)a, with minus signs before all coefficients. Fits are the best linear predictions
//! from all earlier values, which the innovations algorithm gives (Brockwell and Davis, "Time Series: Theory
//! and Methods", 1991, §5.3); IBM names its own method `thetaRecursion`.

use super::arima_document::{ArimaDocument, Effect};
use super::innovations::{Innovations, Process, difference, product};
use super::smoothing::{Fitted, Forecast};
use crate::error::{Location, PmmlError};
use crate::limits::{MAX_ARIMA_ORDER, MAX_ARIMA_STEPS, MAX_ARIMA_WORK};
use crate::models::{invalid, unsupported};

/// A compiled model.
#[derive(Debug)]
pub(crate) struct Arima {
    at: Location,
    process: Process,
    constant: f64,
    /// (1−B)ᵈ(1−Bˢ)ᴰ of the series, without its leading 1.
    differences: Vec<f64>,
    predictors: Vec<Predictor>,
    variance: Option<f64>,
}

/// How a predictor acts.
#[derive(Debug)]
struct Predictor {
    coefficient: f64,
    differences: Vec<f64>,
}

impl Arima {
    pub(crate) fn compile(
        document: &ArimaDocument,
        variance: Option<f64>,
        predictors: &[String],
        at: &Location,
    ) -> Result<Self, PmmlError> {
        if document.transformation != "none" {
            return Err(unsupported(at, format!("transformation={:?}", document.transformation)));
        }
        let (plain, seasonal) = (&document.plain, &document.seasonal);
        let period = document.period;
        let is_autoregressive = !plain.ar.is_empty() || !seasonal.ar.is_empty();
        if is_autoregressive && document.constant != 0.0 {
            // IBM does not document whether it stands before or behind the polynomial.
            return Err(unsupported(at, "constantTerm of an autoregressive model"));
        }
        let order = |plain: usize, seasonal: usize| {
            seasonal.checked_mul(period).and_then(|seasonal| seasonal.checked_add(plain))
        };
        let orders = [
            order(plain.ar.len(), seasonal.ar.len()),
            order(plain.ma.len(), seasonal.ma.len()),
            order(plain.differences, seasonal.differences),
        ];
        let effects = document.effects.iter().map(|effect| order(effect.plain, effect.seasonal));
        if orders.into_iter().chain(effects).any(|order| order.is_none_or(|order| order > MAX_ARIMA_ORDER)) {
            return Err(PmmlError::Limit { at: at.clone(), what: "orders of ARIMA", limit: MAX_ARIMA_ORDER });
        }
        let negative = |coefficients: &[f64]| coefficients.iter().map(|value| -value).collect::<Vec<_>>();
        let polynomial =
            |plain: &[f64], seasonal: &[f64]| product(&negative(plain), 1, &negative(seasonal), period);
        let ar = polynomial(&plain.ar, &seasonal.ar);
        let ma = polynomial(&plain.ma, &seasonal.ma);
        let process = Process::new(negative(&ar), ma)
            .ok_or_else(|| invalid(at, "the autoregressive part is not stationary"))?;
        let differences = |plain: usize, seasonal: usize| difference(plain, seasonal, period);
        let predictor = |name: &String| match document.effects.iter().find(|effect| effect.field == *name) {
            Some(Effect { coefficient, plain, seasonal, .. }) => {
                Predictor { coefficient: *coefficient, differences: differences(*plain, *seasonal) }
            }
            None => Predictor { coefficient: 0.0, differences: Vec::new() },
        };
        Ok(Self {
            at: at.clone(),
            process,
            constant: document.constant,
            differences: differences(plain.differences, seasonal.differences),
            predictors: predictors.iter().map(predictor).collect(),
            variance: variance.filter(|variance| *variance >= 0.0),
        })
    }

    /// The fit of each value from those before it, and what is expected behind the last.
    pub(crate) fn fit(
        &self,
        values: &[f64],
        predictors: &[&[f64]],
        steps: usize,
    ) -> Result<Fitted, PmmlError> {
        let lost = self.predictors.iter().map(|predictor| predictor.differences.len());
        let lost = lost.fold(self.differences.len(), usize::max);
        let order = self.process.order();
        if values.len().saturating_mul((order + 1).saturating_mul(order + 1)) > MAX_ARIMA_WORK {
            let what = "steps of ARIMA";
            return Err(PmmlError::Limit { at: self.at.clone(), what, limit: MAX_ARIMA_WORK });
        }
        if predictors.len() != self.predictors.len()
            || predictors.iter().any(|predictor| predictor.len() != values.len())
        {
            return Err(invalid(&self.at, "the predictors do not fit the series"));
        }
        if steps > 0 && !self.predictors.is_empty() {
            return Err(unsupported(&self.at, "forecasts of a series with predictors"));
        }
        if steps > MAX_ARIMA_STEPS {
            let what = "forecasts of ARIMA";
            return Err(PmmlError::Limit { at: self.at.clone(), what, limit: MAX_ARIMA_STEPS });
        }
        let mut process = Innovations::new(&self.process);
        let mut fits = Vec::with_capacity(values.len());
        for (at, value) in values.iter().enumerate() {
            if at < lost {
                fits.push(None);
                continue;
            }
            let effects = self.predictors.iter().zip(predictors);
            let effects = effects.map(|(predictor, values)| {
                predictor.coefficient * differenced(&predictor.differences, values, at)
            });
            let noise = differenced(&self.differences, values, at) - self.constant - effects.sum::<f64>();
            let (expected, scale) = process.next(noise);
            fits.push(Some(Forecast {
                value: value - (noise - expected),
                standard_error: self.error(scale),
            }));
        }
        let forecasts = if steps == 0 { Vec::new() } else { self.forecast(&mut process, values, steps)? };
        Ok(Fitted { fits, forecasts })
    }

    fn error(&self, scale: f64) -> Option<f64> {
        self.variance.map(|variance| (variance * scale).sqrt())
    }

    /// The next values. Errors of a forecast are sums of the innovations to come, each with its variance.
    fn forecast(
        &self,
        process: &mut Innovations<'_>,
        values: &[f64],
        steps: usize,
    ) -> Result<Vec<Forecast>, PmmlError> {
        let ahead = process.ahead(steps);
        let ahead = ahead.ok_or_else(|| unsupported(&self.at, "forecasts of a series that is too short"))?;
        let mut series = values.to_vec();
        // For each step, what each innovation to come adds to its error.
        let mut weights: Vec<Vec<f64>> = Vec::with_capacity(steps);
        let mut forecasts = Vec::with_capacity(steps);
        for (step, next) in ahead.expected.iter().enumerate() {
            let at = series.len();
            let mut value = next + self.constant;
            let mut errors = ahead.weights.get(step).cloned().unwrap_or_default();
            for (lag, coefficient) in self.differences.iter().enumerate() {
                let before = at.checked_sub(lag + 1).and_then(|before| series.get(before));
                value -= coefficient * before.copied().unwrap_or_default();
                let earlier = step.checked_sub(lag + 1).and_then(|before| weights.get(before));
                for (error, earlier) in errors.iter_mut().zip(earlier.into_iter().flatten()) {
                    *error -= coefficient * earlier;
                }
            }
            let scale = errors.iter().zip(&ahead.variances).map(|(error, variance)| error * error * variance);
            forecasts.push(Forecast { value, standard_error: self.error(scale.sum()) });
            series.push(value);
            weights.push(errors);
        }
        Ok(forecasts)
    }
}

/// The differenced series at a place, which has enough values before it.
fn differenced(differences: &[f64], values: &[f64], at: usize) -> f64 {
    let lagged = differences.iter().enumerate().map(|(lag, coefficient)| {
        let before = at.checked_sub(lag + 1).and_then(|before| values.get(before));
        coefficient * before.copied().unwrap_or_default()
    });
    values.get(at).copied().unwrap_or_default() + lagged.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::arima_document::Orders;
    use super::*;

    fn model(ar: &[f64], ma: &[f64], differences: usize) -> Arima {
        let plain = Orders { ar: ar.to_vec(), ma: ma.to_vec(), differences };
        let document = ArimaDocument {
            transformation: "none".to_owned(),
            constant: 0.0,
            period: 1,
            plain,
            seasonal: Orders::default(),
            effects: Vec::new(),
        };
        let at = Location { path: "ARIMA".into(), position: None };
        Arima::compile(&document, Some(4.0), &[], &at).unwrap()
    }

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 1e-12 * wanted.abs().max(1.0), "{found} instead of {wanted}");
    }

    /// Independent computation: AR(1), x = φx₋₁ + a, has variance 1/(1 − φ²) at first and then φx₋₁ as fit.
    #[test]
    fn an_autoregressive_fit_is_a_share_of_the_value_before() {
        let fitted = model(&[0.5], &[], 0).fit(&[2.0, 4.0, -1.0], &[], 2).unwrap();
        let fits: Vec<_> = fitted.fits.iter().map(|fit| fit.unwrap()).collect();
        near(fits[0].value, 0.0);
        near(fits[0].standard_error.unwrap(), (4.0_f64 / 0.75).sqrt());
        near(fits[1].value, 1.0);
        near(fits[2].value, 2.0);
        near(fits[2].standard_error.unwrap(), 2.0);
        near(fitted.forecasts[0].value, -0.5);
        near(fitted.forecasts[1].value, -0.25);
        near(fitted.forecasts[1].standard_error.unwrap(), (4.0_f64 * 1.25).sqrt());
    }

    /// Independent computation: MA(1), x = a − θa₋₁; the first steps of the innovations by hand.
    #[test]
    fn a_moving_average_weighs_the_errors_before() {
        let theta = 0.5;
        let fitted = model(&[], &[theta], 0).fit(&[1.0, 2.0, 0.5], &[], 2).unwrap();
        let v0 = 1.0 + theta * theta;
        let weight1 = -theta / v0;
        let v1 = v0 - weight1 * weight1 * v0;
        let fit1 = weight1 * 1.0;
        let weight2 = -theta / v1;
        let fit2 = weight2 * (2.0 - fit1);
        near(fitted.fits[1].unwrap().value, fit1);
        near(fitted.fits[2].unwrap().value, fit2);
        near(fitted.fits[1].unwrap().standard_error.unwrap(), (4.0 * v1).sqrt());
        let v2 = v0 - weight2 * weight2 * v1;
        near(fitted.forecasts[0].value, -theta / v2 * (0.5 - fit2));
        near(fitted.forecasts[1].value, 0.0);
    }

    /// Independent computation: a random walk stays where it is, and its variance grows by one step's each step.
    #[test]
    fn a_random_walk_stays_where_it_is() {
        let fitted = model(&[], &[], 1).fit(&[3.0, 5.0, 4.0], &[], 3).unwrap();
        assert_eq!(fitted.fits[0], None);
        near(fitted.fits[2].unwrap().value, 5.0);
        for (step, forecast) in fitted.forecasts.iter().enumerate() {
            near(forecast.value, 4.0);
            near(forecast.standard_error.unwrap(), 2.0 * ((step + 1) as f64).sqrt());
        }
    }

    #[test]
    fn a_series_beyond_what_can_be_computed_is_refused() {
        let at = Location { path: "ARIMA".into(), position: None };
        let document = ArimaDocument {
            transformation: "none".to_owned(),
            constant: 0.0,
            period: usize::MAX,
            plain: Orders::default(),
            seasonal: Orders { ar: vec![0.5, 0.1], ..Orders::default() },
            effects: Vec::new(),
        };
        assert!(Arima::compile(&document, None, &[], &at).is_err());
        let unstable = ArimaDocument {
            period: 1,
            plain: Orders { ar: vec![1.0], ..Orders::default() },
            seasonal: Orders::default(),
            ..document
        };
        assert!(Arima::compile(&unstable, None, &[], &at).is_err());
    }
}
