//! PMML documents: read, compiled, and used on a few records.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, NullArray, StringArray};
use satsuma_pmml::{DataType, Document, Forecaster, Input};

/// Documents with more inputs are compiled, but not scored: their records cover nothing new.
const MOST_INPUTS: usize = 64;

/// A document, compiled and used.
pub fn document(data: &[u8]) {
    let Ok(document) = Document::parse(data) else { return };
    if let Ok(transformer) = document.transformer()
        && transformer.inputs().len() <= MOST_INPUTS
    {
        let columns = columns(transformer.inputs());
        let _ = transformer.transform_columns(ROWS, &columns);
    }
    if let Ok(scorer) = document.compile()
        && scorer.inputs().len() <= MOST_INPUTS
    {
        let columns = columns(scorer.inputs());
        if let Ok(scores) = scorer.score_columns(ROWS, &columns) {
            assert_eq!(scores.len(), ROWS);
        }
    }
    if let Ok(forecaster) = Forecaster::compile(&document) {
        let predictors = vec![SERIES.as_slice(); forecaster.predictors().len()];
        let _ = forecaster.forecast(STEPS);
        let _ = forecaster.limit_distance(0.95);
        if let Ok(fitted) = forecaster.fit(&SERIES, &predictors, STEPS) {
            assert_eq!(fitted.fits.len(), SERIES.len());
        }
    }
}

/// An ordinary series with an odd value.
const SERIES: [f64; 12] = [1.0, 2.0, 1.5, 3.0, 2.5, -1e300, 4.0, 3.5, 5.0, 4.5, 0.0, 6.0];

/// Forecasts of it.
const STEPS: usize = 5;

const ROWS: usize = 4;

/// Ordinary, odd and missing values for each input.
fn columns(inputs: &[Input]) -> Vec<ArrayRef> {
    let column = |input: &Input| -> ArrayRef {
        match input.data_type {
            DataType::String => Arc::new(StringArray::from(vec![Some("a"), Some("1"), Some(""), None])),
            DataType::Boolean => Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, None])),
            DataType::Integer | DataType::Double => {
                let values = vec![Some(1.0), Some(-1e300), Some(f64::NAN), None];
                Arc::new(Float64Array::from(values))
            }
            DataType::Date => {
                Arc::new(Date32Array::from(vec![Some(0), Some(i32::MAX), Some(i32::MIN), None]))
            }
            _ => Arc::new(NullArray::new(ROWS)),
        }
    };
    inputs.iter().map(column).collect()
}
