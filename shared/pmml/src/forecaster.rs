//! A compiled time series.

use crate::common::UsageType;
use crate::document::{Document, Model};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_FORECAST_STEPS;
use crate::models::{self, Forecast, Smoothing};

/// A compiled time series: a `TimeSeriesModel` needs no records, because it continues from its last state.
#[derive(Debug)]
pub struct Forecaster {
    target: String,
    degrees_of_freedom: Option<f64>,
    smoothing: Smoothing,
}

impl Forecaster {
    /// Compiles the document's model.
    ///
    /// # Errors
    ///
    /// [`PmmlError::Unsupported`] for another model, and for series other than exponential smoothing
    /// (`bestFit="ARIMA"`); also the errors of reading.
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
        let target = model.header.mining_schema.with_usage(UsageType::Target).next();
        let target = target.ok_or_else(|| models::invalid(&model.header.location, "no target"))?;
        Ok(Self {
            target: target.name.clone(),
            degrees_of_freedom: model.degrees_of_freedom,
            smoothing: Smoothing::compile(model)?,
        })
    }

    /// The name of the series.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The degrees of freedom of the standard errors, if the document has them.
    pub fn degrees_of_freedom(&self) -> Option<f64> {
        self.degrees_of_freedom
    }

    /// The next `steps` values, at most [`MAX_FORECAST_STEPS`].
    pub fn forecast(&self, steps: usize) -> Vec<Forecast> {
        self.smoothing.forecast(steps.min(MAX_FORECAST_STEPS))
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
        forecaster(&series(smoothing)).unwrap().forecast(4).iter().map(|f| f.value).collect()
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
        let errors = forecaster(&series(WINTERS)).unwrap().forecast(5);
        let (c1, c2, c3, c4) = (0.6_f64, 0.7_f64, 0.8 + 0.2, 0.9_f64);
        let mut sum = 1.0_f64;
        for (forecast, c) in errors.iter().zip([c1, c2, c3, c4, 0.0]) {
            let found = forecast.standard_error.unwrap();
            assert!((found - (4.0 * sum).sqrt()).abs() < 1e-12, "{found}");
            sum += c * c;
        }
        let multiplied = series(&WINTERS.replace(r#"type="additive""#, r#"type="multiplicative""#));
        assert_eq!(forecaster(&multiplied).unwrap().forecast(1)[0].standard_error, None);
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
}
