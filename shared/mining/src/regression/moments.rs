//! Means, and sums of squares and products, of columns.

use crate::{Control, MiningError};

/// Records of a block that one thread sums. Blocks are added in order, so that results do not depend on threads.
const BLOCK: usize = 4_096;

/// Means of columns, and sums of squares and products about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// The number of records.
    pub records: usize,
    /// The means; zeros where products are about zero.
    pub means: Vec<f64>,
    /// The products, row by row.
    products: Vec<f64>,
}

impl Moments {
    /// Means and products of records, which are rows of `columns` numbers each: about the means, or about zero for a model
    /// without a constant.
    ///
    /// # Errors
    /// [`MiningError::Canceled`].
    pub fn of(
        rows: &[f64],
        columns: usize,
        about_means: bool,
        control: Control<'_>,
    ) -> Result<Self, MiningError> {
        let columns = columns.max(1);
        let records = rows.len() / columns;
        let blocks: Vec<&[f64]> = rows.chunks(BLOCK * columns).collect();
        let mut means = vec![0.0; columns];
        if about_means && records > 0 {
            let sums = control.each(blocks.len(), |block| {
                Ok(sums(blocks.get(block).copied().unwrap_or_default(), columns))
            })?;
            means = add(sums, columns);
            means.iter_mut().for_each(|mean| *mean /= records as f64);
            // The rest that rounding left: the mean of the differences.
            let rest = control.each(blocks.len(), |block| {
                Ok(differences(blocks.get(block).copied().unwrap_or_default(), &means))
            })?;
            let rest = add(rest, columns);
            means.iter_mut().zip(rest).for_each(|(mean, rest)| *mean += rest / records as f64);
        }
        let products = control.each(blocks.len(), |block| {
            Ok(products(blocks.get(block).copied().unwrap_or_default(), &means))
        })?;
        let mut products = add(products, columns * columns);
        for row in 0..columns {
            for column in 0..row {
                let upper = products.get(column * columns + row).copied().unwrap_or_default();
                if let Some(lower) = products.get_mut(row * columns + column) {
                    *lower = upper;
                }
            }
        }
        Ok(Self { records, means, products })
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.means.len()
    }

    /// The sum of products of two columns.
    pub fn product(&self, one: usize, other: usize) -> f64 {
        self.products.get(one * self.columns() + other).copied().unwrap_or_default()
    }

    /// The square root of a column's sum of squares; its scale.
    pub fn scale(&self, column: usize) -> f64 {
        self.product(column, column).max(0.0).sqrt()
    }

    /// The standard deviation (n − 1) of a column.
    pub fn deviation(&self, column: usize) -> f64 {
        match self.records {
            0 | 1 => 0.0,
            records => (self.product(column, column).max(0.0) / (records - 1) as f64).sqrt(),
        }
    }

    /// Products divided by the scales of both columns: correlations. A column without variation correlates with none.
    pub fn correlations(&self) -> Vec<f64> {
        let scales: Vec<f64> = (0..self.columns()).map(|column| self.scale(column)).collect();
        let mut correlations = self.products.clone();
        for (at, (row, own)) in correlations.chunks_exact_mut(scales.len()).zip(&scales).enumerate() {
            for (to, (value, other)) in row.iter_mut().zip(&scales).enumerate() {
                *value = match *own > 0.0 && *other > 0.0 {
                    false => 0.0,
                    true if at == to => 1.0,
                    true => *value / own / other,
                };
            }
        }
        correlations
    }
}

fn add(parts: Vec<Vec<f64>>, length: usize) -> Vec<f64> {
    let mut sums = vec![0.0; length];
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
    }
    sums
}

fn sums(rows: &[f64], columns: usize) -> Vec<f64> {
    let mut sums = vec![0.0; columns];
    for row in rows.chunks_exact(columns) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums
}

fn differences(rows: &[f64], means: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; means.len()];
    for row in rows.chunks_exact(means.len()) {
        sums.iter_mut().zip(row).zip(means).for_each(|((sum, value), mean)| *sum += value - mean);
    }
    sums
}

/// The upper triangle of the products.
fn products(rows: &[f64], means: &[f64]) -> Vec<f64> {
    let columns = means.len();
    let mut sums = vec![0.0; columns * columns];
    let mut centred = vec![0.0; columns];
    for row in rows.chunks_exact(columns) {
        centred.iter_mut().zip(row).zip(means).for_each(|((centred, value), mean)| *centred = value - mean);
        for (at, (sums, own)) in sums.chunks_exact_mut(columns).zip(&centred).enumerate() {
            let (Some(sums), Some(others)) = (sums.get_mut(at..), centred.get(at..)) else { continue };
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += own * other);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

    use super::*;

    /// Computed by hand.
    #[test]
    fn products_are_about_the_means_or_about_zero() {
        let rows = [1.0, 2.0, 3.0, 6.0];
        let control = Control { threads: 1, is_canceled: &|| false };
        let moments = Moments::of(&rows, 2, true, control).unwrap();
        assert_eq!((moments.records, moments.means.as_slice()), (2, [2.0, 4.0].as_slice()));
        assert_eq!([moments.product(0, 0), moments.product(1, 0), moments.product(1, 1)], [2.0, 4.0, 8.0]);
        let correlations = moments.correlations();
        assert_eq!([correlations[0], correlations[3]], [1.0, 1.0]);
        assert!((correlations[1] - 1.0).abs() < 1e-15);
        let moments = Moments::of(&rows, 2, false, control).unwrap();
        assert_eq!([moments.product(0, 0), moments.product(0, 1)], [10.0, 20.0]);
    }

    #[test]
    fn threads_change_no_bit() {
        let rows: Vec<f64> = (0..30_000).map(|number| f64::from(number % 977).sin()).collect();
        let on = |threads| Moments::of(&rows, 3, true, Control { threads, is_canceled: &|| false }).unwrap();
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(7));
    }
}
