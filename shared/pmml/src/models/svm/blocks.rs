//! Kernels between a vector and blocks of support vectors.

use super::document::Kernel;

/// Vectors per block, so that the compiler can vectorize.
pub(super) const LANES: usize = 16;

/// Support vectors in blocks: coordinate by coordinate, with the block's vectors adjacent.
#[derive(Debug)]
pub(super) struct Blocks {
    cells: Vec<[f64; LANES]>,
    dimensions: usize,
}

impl Blocks {
    /// Arranges `vectors`, each with `dimensions` numbers. The last block is padded with zeros.
    pub(super) fn new<'a>(vectors: impl ExactSizeIterator<Item = &'a [f64]>, dimensions: usize) -> Self {
        let blocks = vectors.len().div_ceil(LANES);
        let mut cells = vec![[0.0; LANES]; blocks * dimensions];
        for (i, vector) in vectors.enumerate() {
            for (coordinate, number) in vector.iter().enumerate() {
                cells[i / LANES * dimensions + coordinate][i % LANES] = *number;
            }
        }
        Self { cells, dimensions }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[[f64; LANES]]> {
        self.cells.chunks(self.dimensions.max(1))
    }
}

/// The kernel of `x` and each vector of a block.
///
/// Every lane adds coordinate by coordinate in document order, like a simple loop over one vector, so that
/// blocks change no digit.
pub(super) fn compare(kernel: Kernel, x: &[f64], block: &[[f64; LANES]]) -> [f64; LANES] {
    match kernel {
        Kernel::Linear => products(x, block),
        Kernel::Polynomial { gamma, coef0, degree } => {
            products(x, block).map(|p| power(gamma * p + coef0, degree))
        }
        Kernel::RadialBasis { gamma } => distances(x, block).map(|d| (-gamma * d).exp()),
        Kernel::Sigmoid { gamma, coef0 } => products(x, block).map(|p| (gamma * p + coef0).tanh()),
    }
}

fn products(x: &[f64], block: &[[f64; LANES]]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (x, coordinates) in x.iter().zip(block) {
        for (sum, s) in sums.iter_mut().zip(coordinates) {
            *sum += x * s;
        }
    }
    sums
}

fn distances(x: &[f64], block: &[[f64; LANES]]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (x, coordinates) in x.iter().zip(block) {
        for (sum, s) in sums.iter_mut().zip(coordinates) {
            let difference = x - s;
            *sum += difference * difference;
        }
    }
    sums
}

fn power(base: f64, degree: f64) -> f64 {
    if degree == 1.0 { base } else { base.powf(degree) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented algorithm: the kernel functions of dmg.org, evaluated for x=(1, 2), y=(3, −1): ⟨x, y⟩ = 1,
    /// ‖x − y‖² = 4 + 9 = 13.
    #[test]
    fn kernels_are_those_of_the_specification() {
        let blocks = Blocks::new([[3.0, -1.0].as_slice()].into_iter(), 2);
        let value = |kernel| blocks.iter().map(|b| compare(kernel, &[1.0, 2.0], b)[0]).next();
        assert_eq!(value(Kernel::Linear), Some(1.0));
        let polynomial = Kernel::Polynomial { gamma: 2.0, coef0: 0.5, degree: 3.0 };
        assert_eq!(value(polynomial), Some(2.5_f64 * 2.5 * 2.5));
        assert_eq!(value(Kernel::RadialBasis { gamma: 0.1 }), Some((-1.3_f64).exp()));
        assert_eq!(value(Kernel::Sigmoid { gamma: 0.5, coef0: -0.25 }), Some(0.25_f64.tanh()));
    }

    #[test]
    fn more_vectors_than_a_block_keep_their_order() {
        let vectors: Vec<[f64; 1]> = (0..LANES + 3).map(|i| [i as f64]).collect();
        let blocks = Blocks::new(vectors.iter().map(<[f64; 1]>::as_slice), 1);
        let values: Vec<f64> = blocks.iter().flat_map(|b| compare(Kernel::Linear, &[2.0], b)).collect();
        let expected: Vec<f64> = (0..LANES + 3).map(|i| 2.0 * i as f64).collect();
        assert_eq!(values[..LANES + 3], expected);
        assert_eq!(values.len(), 2 * LANES);
    }
}
