//! Kernels: the similarity of two records.

/// A kernel. `u·v` is the scalar product of two records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kernel {
    /// u·v.
    Linear,
    /// (gamma·u·v + bias)^degree.
    Polynomial {
        /// The factor of the product.
        gamma: f64,
        /// The constant.
        bias: f64,
        /// The power.
        degree: u32,
    },
    /// exp(−gamma·|u − v|²).
    Rbf {
        /// The factor of the squared distance.
        gamma: f64,
    },
    /// tanh(gamma·u·v + bias).
    Sigmoid {
        /// The factor of the product.
        gamma: f64,
        /// The constant.
        bias: f64,
    },
}

impl Kernel {
    /// The kernel of two records, of which the squares of both are known.
    pub(super) fn of(&self, one: &[f64], two: &[f64], squares: (f64, f64)) -> f64 {
        let product = dot(one, two);
        match *self {
            Self::Linear => product,
            Self::Polynomial { gamma, bias, degree } => power(gamma * product + bias, degree),
            Self::Rbf { gamma } => (-gamma * (squares.0 + squares.1 - 2.0 * product)).exp(),
            Self::Sigmoid { gamma, bias } => (gamma * product + bias).tanh(),
        }
    }
}

/// The scalar product, summed in the order of the columns.
pub(super) fn dot(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}

/// A power by repeated squares.
fn power(base: f64, degree: u32) -> f64 {
    let (mut square, mut result, mut left) = (base, 1.0, degree);
    while left > 0 {
        if left % 2 == 1 {
            result *= square;
        }
        square *= square;
        left /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(kernel: Kernel) -> f64 {
        let (one, two) = ([1.0, 2.0], [3.0, -1.0]);
        kernel.of(&one, &two, (dot(&one, &one), dot(&two, &two)))
    }

    /// Computed by hand from the definitions: the product is 1, the squared distance 13.
    #[test]
    fn kernels_are_those_of_their_definitions() {
        assert_eq!(between(Kernel::Linear), 1.0);
        assert_eq!(between(Kernel::Polynomial { gamma: 2.0, bias: 1.0, degree: 5 }), 243.0);
        assert_eq!(between(Kernel::Rbf { gamma: 0.1 }), (-1.3_f64).exp());
        assert_eq!(between(Kernel::Sigmoid { gamma: 0.5, bias: -0.25 }), 0.25_f64.tanh());
    }
}
