//! The statistics of each field in a nugget, for all records and for each cluster.

use super::encoding::{Code, Encoding};

/// The statistics of a field in some records.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldStatistics {
    /// The records, their mean and standard deviation (n − 1). Missing values count as the middle.
    Range { count: usize, mean: f64, deviation: f64 },
    /// The records with one of the two values, those that are true, and those that are false.
    Flag { count: usize, yes: usize, no: usize },
    /// The records with one of the values, and those with each value.
    Set { count: usize, values: Vec<usize> },
}

/// The statistics of each field in these records.
pub(super) fn fields(encoding: &Encoding, rows: &[f64], members: &[usize]) -> Vec<FieldStatistics> {
    let columns = encoding.columns();
    let mut first = 0;
    let mut statistics = Vec::with_capacity(encoding.fields.len());
    for coded in &encoding.fields {
        let value =
            |row: usize, column: usize| rows.get(row * columns + first + column).copied().unwrap_or_default();
        statistics.push(match &coded.code {
            Code::Range(low, high) => {
                let values = members.iter().map(|row| low + value(*row, 0) * (high - low));
                let (mean, variance) = moments(values);
                FieldStatistics::Range { count: members.len(), mean, deviation: variance.sqrt() }
            }
            Code::Flag { .. } => {
                let yes = members.iter().filter(|row| value(**row, 0) == 1.0).count();
                let no = members.iter().filter(|row| value(**row, 0) == 0.0).count();
                FieldStatistics::Flag { count: yes + no, yes, no }
            }
            Code::Set(values) => {
                let with = |column: usize| members.iter().filter(|row| value(**row, column) != 0.0).count();
                let values: Vec<usize> = (0..values.len()).map(with).collect();
                FieldStatistics::Set { count: values.iter().sum(), values }
            }
        });
        first += coded.width();
    }
    statistics
}

/// The variance (n − 1) of each column in these records; 0 for columns of categories.
pub(super) fn variances(encoding: &Encoding, rows: &[f64], members: &[usize]) -> Vec<f64> {
    let columns = encoding.columns();
    let mut variances = Vec::with_capacity(columns);
    for coded in &encoding.fields {
        for _ in 0..coded.width() {
            let column = variances.len();
            variances.push(match &coded.code {
                Code::Range(..) => {
                    let value = |row: &usize| rows.get(row * columns + column).copied().unwrap_or_default();
                    moments(members.iter().map(value)).1
                }
                _ => 0.0,
            });
        }
    }
    variances
}

/// The mean and the variance of a sample (n − 1), by the formula that gives Modeler's numbers to the last digit.
fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let variance = match count > 1.0 {
        true => ((count * squares - sum * sum) / (count * (count - 1.0))).max(0.0),
        false => 0.0,
    };
    (if count > 0.0 { sum / count } else { 0.0 }, variance)
}
