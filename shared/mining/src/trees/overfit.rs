//! The sample that is set aside to judge a tree.
//!
//! One draw for each record, in order, by a linear congruential generator with 24 bits. Records of real streams that
//! Modeler set aside show it. It is a weak generator; better numbers would not be Modeler's.

/// The modulus is a power of two.
const MODULUS: u64 = 1 << 24;
const FACTOR: u64 = 0x00EC_E66D;
const ADDEND: u64 = 11;

/// The records that grow a tree, and those that judge it. `share` is that of the latter, from 0 to 1.
pub(super) fn divided(records: usize, seed: u64, share: f64) -> (Vec<u32>, Vec<u32>) {
    let mut state = seed % MODULUS;
    let (mut grow, mut judge) = (Vec::new(), Vec::new());
    for record in (0..records).filter_map(|record| u32::try_from(record).ok()) {
        match (state as f64) / (MODULUS as f64) < share {
            true => judge.push(record),
            false => grow.push(record),
        }
        state = (FACTOR * state + ADDEND) % MODULUS;
    }
    (grow, judge)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IBM's numbers in public streams: training records, and those that grew their trees.
    #[test]
    fn samples_are_those_of_stored_trees() {
        let counts = [(70, 47), (158, 107), (678, 484), (5_120, 3_584), (19_158, 13_350)];
        for (records, grown) in counts {
            let (grow, judge) = divided(records, 681_644_031, 0.3);
            assert_eq!((grow.len(), judge.len()), (grown, records - grown));
        }
        assert_eq!(divided(678, 400_551_879, 0.3).0.len(), 482);
        let marks: String = {
            let (grow, _) = divided(20, 681_644_031, 0.3);
            (0..20).map(|record| if grow.contains(&record) { 'G' } else { '-' }).collect()
        };
        assert_eq!(marks, "G-GG---G-GG-GGGGG-GG");
    }

    #[test]
    fn a_share_of_zero_sets_nothing_aside() {
        assert_eq!(divided(3, 1, 0.0), (vec![0, 1, 2], Vec::new()));
    }
}
