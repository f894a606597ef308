//! The random numbers of nodes that select records at random: the published algorithm of `java.util.Random`.
//!
//! Modeler's Partition and Sample nodes use it; the results equal files that Modeler wrote.

/// A 48-bit linear congruential generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JavaRandom {
    state: u64,
}

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const MASK: u64 = (1 << 48) - 1;

impl JavaRandom {
    /// A generator with this seed.
    pub fn new(seed: i64) -> Self {
        Self { state: (seed.cast_unsigned() ^ MULTIPLIER) & MASK }
    }

    /// The next `bits` bits, at most 32.
    fn next(&mut self, bits: u32) -> u32 {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        u32::try_from(self.state >> (48 - bits)).unwrap_or_default()
    }

    /// An integer from 0 to 99: the remainder of 31 bits, drawn again if the distribution would not be
    /// uniform.
    pub fn percent(&mut self) -> u32 {
        const LIMIT: u32 = 1 << 31;
        loop {
            let drawn = self.next(31);
            let rest = drawn % 100;
            if drawn - rest + 99 < LIMIT {
                return rest;
            }
        }
    }

    /// A real number from 0 to below 1, of 53 bits.
    pub fn fraction(&mut self) -> f64 {
        let high = u64::from(self.next(26)) << 27;
        (high + u64::from(self.next(27))) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random numbers of Modeler, from files that it wrote (seed 4178902), and of `java.util.Random`.
    #[test]
    fn draws_are_those_of_modeler() {
        let draws = |seed, number| {
            let mut random = JavaRandom::new(seed);
            (0..number).map(|_| random.percent()).collect::<Vec<_>>()
        };
        assert_eq!(draws(42, 5), [30, 63, 48, 84, 70]);
        let modeler = [24, 80, 24, 7, 22, 23, 29, 60, 59, 48, 98, 54, 24, 62, 81, 46];
        assert_eq!(draws(4_178_902, 16), modeler);
        assert_eq!(draws(1_234_567, 16), [46, 36, 51, 98, 48, 44, 65, 13, 3, 44, 62, 56, 95, 21, 89, 90]);
        assert_eq!(draws(12_345, 16), [51, 80, 41, 28, 55, 84, 75, 2, 1, 89, 17, 42, 90, 6, 12, 84]);
    }

    #[test]
    fn a_fraction_is_that_of_java() {
        // new java.util.Random(42).nextDouble() is 0.7275636800328681.
        let mut random = JavaRandom::new(42);
        assert_eq!(random.fraction(), 0.727_563_680_032_868_1);
        assert_eq!(random.fraction(), 0.683_223_471_759_845_4);
        assert_eq!(JavaRandom::new(42).next(32) as i32, -1_170_105_035);
    }
}
