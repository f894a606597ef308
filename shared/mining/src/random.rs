//! Pseudo-random numbers of builders whose generator in Modeler is not known.
//!
//! Source: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).

/// A generator. Equal seeds and streams give equal numbers everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Numbers of a seed; each `stream` of it has its own.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed);
        let start = random.next() ^ stream.wrapping_mul(0xA24B_AED4_963E_E407);
        Self(start)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`, which is at least 1.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        // The high half of the product is evenly distributed but for 1 / 2^32 of its values.
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// `count` different numbers below `all`, ascending.
    pub(crate) fn choose(&mut self, count: usize, all: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..all).collect();
        let count = count.min(all);
        for place in 0..count {
            let other = place + self.below(all - place);
            numbers.swap(place, other);
        }
        numbers.truncate(count);
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published numbers: those of the reference program for the seed 1234567.
    #[test]
    fn numbers_are_those_of_the_reference_program() {
        let mut random = Random(1_234_567);
        let numbers = [random.next(), random.next(), random.next()];
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn chosen_numbers_are_different_and_all_occur() {
        let mut random = Random::new(1, 2);
        let mut seen = [0_usize; 6];
        for _ in 0..300 {
            let chosen = random.choose(3, 6);
            assert!(chosen.is_sorted_by(|one, two| one < two) && chosen.len() == 3);
            chosen.iter().for_each(|number| seen[*number] += 1);
        }
        assert!(seen.iter().all(|count| (100..200).contains(count)), "{seen:?}");
        assert_eq!(random.choose(9, 2), [0, 1]);
    }
}
