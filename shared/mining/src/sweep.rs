//! The sweep operator: fields enter a least squares model and leave it again.
//!
//! Sources: J. Goodnight, "A Tutorial on the SWEEP Operator", 1979; IBM, "SPSS Statistics Algorithms", REGRESSION.

/// A symmetric matrix of products, of which some columns are swept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Swept {
    values: Vec<f64>,
    size: usize,
    inside: Vec<bool>,
    row: Vec<f64>,
}

impl Swept {
    /// A matrix of `size` rows, of which none is swept.
    pub(crate) fn new(values: Vec<f64>, size: usize) -> Self {
        Self { values, size, inside: vec![false; size], row: vec![0.0; size] }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.values.get(row * self.size + column).copied().unwrap_or_default()
    }

    pub(crate) fn is_inside(&self, column: usize) -> bool {
        self.inside.get(column).copied().unwrap_or_default()
    }

    /// Sweeps a column: it enters the model, or leaves it if it is inside. The pivot must not be 0.
    pub(crate) fn sweep(&mut self, column: usize) {
        let pivot = self.at(column, column);
        let size = self.size;
        let is_leaving = self.is_inside(column);
        let Some(row) = self.values.get(column * size..(column + 1) * size) else { return };
        self.row.copy_from_slice(row);
        for (at, values) in self.values.chunks_exact_mut(size).enumerate() {
            if at == column {
                continue;
            }
            let factor = self.row.get(at).copied().unwrap_or_default() / pivot;
            for (other, (value, own)) in values.iter_mut().zip(&self.row).enumerate() {
                *value = match other == column {
                    false => *value - factor * own,
                    true if is_leaving => -factor,
                    true => factor,
                };
            }
        }
        if let Some(values) = self.values.get_mut(column * size..(column + 1) * size) {
            for (at, value) in values.iter_mut().enumerate() {
                *value = match at == column {
                    true => -1.0 / pivot,
                    false if is_leaving => -*value / pivot,
                    false => *value / pivot,
                };
            }
        }
        if let Some(inside) = self.inside.get_mut(column) {
            *inside = !*inside;
        }
    }

    /// The part of the matrix with these columns only. Sweeping one of them changes the part as it changes the whole.
    pub(crate) fn part(&self, columns: &[usize]) -> Self {
        let values = columns.iter().flat_map(|row| columns.iter().map(|column| self.at(*row, *column)));
        Self {
            values: values.collect(),
            size: columns.len(),
            inside: columns.iter().map(|column| self.is_inside(*column)).collect(),
            row: vec![0.0; columns.len()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by hand: y = 2x without a rest.
    #[test]
    fn a_swept_matrix_has_coefficients_and_the_rest() {
        let mut swept = Swept::new(vec![4.0, 8.0, 8.0, 16.0], 2);
        swept.sweep(0);
        assert_eq!([swept.at(0, 0), swept.at(0, 1), swept.at(1, 0), swept.at(1, 1)], [-0.25, 2.0, 2.0, 0.0]);
        swept.sweep(0);
        assert_eq!([swept.at(0, 0), swept.at(0, 1), swept.at(1, 1)], [4.0, 8.0, 16.0]);
    }

    #[test]
    fn a_part_is_swept_like_the_whole() {
        let values = vec![4.0, 1.0, 2.0, 1.0, 3.0, 1.5, 2.0, 1.5, 5.0];
        let mut whole = Swept::new(values, 3);
        whole.sweep(0);
        let mut part = whole.part(&[1, 2]);
        part.sweep(0);
        whole.sweep(1);
        assert_eq!([part.at(0, 1), part.at(1, 1)], [whole.at(1, 2), whole.at(2, 2)]);
    }
}
