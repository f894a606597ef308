//! A compiled time series.

use crate::common::UsageType;
use crate::document::{Document, Model};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_FORECAST_STEPS;
use crate::models::{self, Arima, Fitted, Forecast, Smoothing, student};

/// A compiled time series.
///
/// Exponential smoothing needs no values, it goes on from its last state ([`Self::forecast`]); where the document
/// has IBM's first state, and for ARIMA, a series can be followed from its first value on ([`Self::fit`]).
#[derive(Debug)]
pub struct Forecaster {
    target: String,
    predictors: Vec<String>,
    degrees_of_freedom: Option<f64>,
    series: Series,
}

#[derive(Debug)]
enum Series {
    Smoothing(Smoothing),
    Arima(Box<Arima>),
}

impl Forecaster {
    /// Compiles the document's model.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Unsupported`] for another model and for series that are neither exponential
    /// smoothing nor IBM's ARIMA, and what reading may give.
    pub fn compile(document: &Document) -> Result<Self, PmmlError> {
        let at = Location { path: "PMML".into(), position: None };
        let model = match document.models.as_slice() {
            [Model::TimeSeries(model)] => model,
            [other] => {
                return Err(models::unsupported(&at, format!("model {} as a series", other.element())));
            }
            [] => return Err(models::invalid(&at, "the document has no model")),
            _ => return Err(models::unsupported(&at, "more than one model")),
        };
        let schema = &model.header.mining_schema;
        let target = schema.with_usage(UsageType::Target).next();
        let target = target.ok_or_else(|| models::invalid(&model.header.location, "no target"))?;
        let mut predictors = Vec::new();
        let series = match (model.best_fit.as_str(), &model.arima) {
            ("ExponentialSmoothing", _) => Series::Smoothing(Smoothing::compile(model)?),
            ("ARIMA", Some(arima)) => {
                predictors.extend(schema.with_usage(UsageType::Active).map(|field| field.name.clone()));
                let at = &model.header.location;
                Series::Arima(Box::new(Arima::compile(arima, model.error_variance, &predictors, at)?))
            }
            (other, _) => {
                let what = format!("bestFit={other:?}");
                return Err(models::unsupported(&model.header.location, what));
            }
        };
        Ok(Self {
            target: target.name.clone(),
            predictors,
            degrees_of_freedom: model.degrees_of_freedom,
            series,
        })
    }

    /// The name of the series.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The names of the predictors, in the order in which [`Self::fit`] takes their values.
    pub fn predictors(&self) -> &[String] {
        &self.predictors
    }

    /// The degrees of freedom of the standard errors, if the document states them.
    pub fn degrees_of_freedom(&self) -> Option<f64> {
        self.degrees_of_freedom
    }

    /// How many standard errors limits of this confidence (0 to 1) are away from the expected value, by Student's
    /// distribution; none without degrees of freedom.
    pub fn limit_distance(&self, confidence: f64) -> Option<f64> {
        student::distance(confidence, self.degrees_of_freedom?)
    }

    /// The next `steps` values behind the last state, at most [`MAX_FORECAST_STEPS`].
    ///
    /// # Errors
    ///
    /// [`PmmlError::Unsupported`] for ARIMA, which needs its series.
    pub fn forecast(&self, steps: usize) -> Result<Vec<Forecast>, PmmlError> {
        match &self.series {
            Series::Smoothing(smoothing) => Ok(smoothing.forecast(steps.min(MAX_FORECAST_STEPS))),
            Series::Arima(_) => {
                let at = Location { path: "PMML/TimeSeriesModel".into(), position: None };
                Err(models::unsupported(&at, "ARIMA without the values of its series"))
            }
        }
    }

    /// What the model makes of a series that begins where the one it was built from began: the fit of each value
    /// from those before it, and the next `steps` values, at most [`MAX_FORECAST_STEPS`].
    ///
    /// # Errors
    ///
    /// [`PmmlError::Unsupported`] for exponential smoothing without a first state and for forecasts that need
    /// values of predictors; [`PmmlError::Invalid`] if predictors are not as long as the series;
    /// [`PmmlError::Limit`].
    pub fn fit(&self, values: &[f64], predictors: &[&[f64]], steps: usize) -> Result<Fitted, PmmlError> {
        let steps = steps.min(MAX_FORECAST_STEPS);
        match &self.series {
            Series::Smoothing(smoothing) => smoothing.fit(values, steps),
            Series::Arima(arima) => arima.fit(values, predictors, steps),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::pmml;

    fn series(smoothing: &str) -> String {
        pmml(&format!(
            r#"<DataDictionary><DataField name="sales" optype="continuous" dataType="double"/></DataDictionary>
            <TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing"><MiningSchema><MiningField name="sales" usageType="predicted"/></MiningSchema>{smoothing}<Extension extender="spss.com" name="errVariance" value="4"/></TimeSeriesModel>"#
        ))
    }

    fn forecaster(document: &str) -> Result<Forecaster, PmmlError> {
        Forecaster::compile(&Document::parse(document.as_bytes())?)
    }

    fn values(smoothing: &str) -> Vec<f64> {
        forecaster(&series(smoothing)).unwrap().forecast(4).unwrap().iter().map(|f| f.value).collect()
    }

    const WINTERS: &str = r#"<ExponentialSmoothing transformation="none"><Level alpha="0.5" smoothedValue="10"/><Trend_ExpoSmooth trend="additive" gamma="0.2" smoothedValue="2"/><Seasonality_ExpoSmooth type="additive" period="3" phase="1" delta="0.4"><Array n="3" type="real">1 0 -1</Array></Seasonality_ExpoSmooth></ExponentialSmoothing>"#;

    /// Documented algorithm: derived by hand from the definitions.
    #[test]
    fn level_trend_and_season_go_on_from_the_last_state() {
        assert_eq!(values(WINTERS), [12.0, 13.0, 17.0, 18.0]);
        assert_eq!(
            values(&WINTERS.replace(r#"type="additive""#, r#"type="multiplicative""#)),
            [0.0, -14.0, 16.0, 0.0]
        );
        let damped = WINTERS.replace(r#"trend="additive""#, r#"trend="damped_trend" phi="0.5""#);
        assert_eq!(values(&damped), [11.0, 10.5, 12.75, 11.875]);
        assert_eq!(
            values(r#"<ExponentialSmoothing><Level alpha="1" smoothedValue="3"/></ExponentialSmoothing>"#),
            [3.0; 4]
        );
    }

    /// Documented algorithm: σ²(1 + Σ cⱼ²), cⱼ = α(1 + γj) + δ(1 − α) in full seasons.
    #[test]
    fn standard_errors_grow_with_what_errors_do() {
        let errors = forecaster(&series(WINTERS)).unwrap().forecast(5).unwrap();
        let (c1, c2, c3, c4) = (0.6_f64, 0.7_f64, 0.8 + 0.2, 0.9_f64);
        let mut sum = 1.0_f64;
        for (forecast, c) in errors.iter().zip([c1, c2, c3, c4, 0.0]) {
            let found = forecast.standard_error.unwrap();
            assert!((found - (4.0 * sum).sqrt()).abs() < 1e-12, "{found}");
            sum += c * c;
        }
        let multiplied = series(&WINTERS.replace(r#"type="additive""#, r#"type="multiplicative""#));
        assert_eq!(forecaster(&multiplied).unwrap().forecast(1).unwrap()[0].standard_error, None);
    }

    #[test]
    fn series_that_cannot_be_computed_are_refused_by_name() {
        let refused =
            |from: &str, to: &str| forecaster(&series(WINTERS).replace(from, to)).unwrap_err().to_string();
        assert!(
            refused(r#"bestFit="ExponentialSmoothing""#, r#"bestFit="ARIMA""#).contains("bestFit=\"ARIMA\"")
        );
        assert!(
            refused(r#"transformation="none""#, r#"transformation="logarithmic""#).contains("logarithmic")
        );
        assert!(
            refused(r#"trend="additive""#, r#"trend="multiplicative""#).contains("trend=\"multiplicative\"")
        );
        assert!(refused(r#"phase="1""#, r#"phase="3""#).contains("phase 3 of 3"));
        assert!(refused(r#"period="3""#, r#"period="0""#).contains("3 numbers for 0"));
        assert!(refused(r#"period="3""#, r#"period="99999999""#).contains("seasons"));
        let scored = Document::parse(series(WINTERS).as_bytes()).unwrap().compile().unwrap_err().to_string();
        assert!(scored.contains("model TimeSeriesModel"), "{scored}");
    }

    /// Independent computation: the recursions by hand, two steps of three seasons.
    #[test]
    fn a_series_is_followed_from_its_first_state() {
        let start = r#"<Extension extender="spss.com" name="initLevel" value="10"/><Extension extender="spss.com" name="initTrend" value="1"/><Extension extender="spss.com" name="initSeason"><Array n="3" type="real">1 0 -1</Array></Extension></TimeSeriesModel>"#;
        let document = series(WINTERS).replace("</TimeSeriesModel>", start);
        let fitted = forecaster(&document).unwrap().fit(&[14.0, 13.0], &[], 2).unwrap();
        let values = fitted.fits.iter().map(|fit| fit.unwrap().value).collect::<Vec<_>>();
        // 10 + 1 + 1 is 2 too low: level 12, trend 1.2, season 1.4; then 13.2.
        let (level, trend) = (13.2 - 0.5 * 0.2, 1.2 - 0.1 * 0.2);
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        near(values[0], 12.0);
        near(values[1], 13.2);
        near(fitted.forecasts[0].value, level + trend - 1.0);
        near(fitted.forecasts[1].value, level + 2.0 * trend + 1.4);
        assert_eq!(fitted.fits[0].unwrap().standard_error, Some(2.0));
        assert!(forecaster(&series(WINTERS)).unwrap().fit(&[1.0], &[], 0).is_err());
    }
}
