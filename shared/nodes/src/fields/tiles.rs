//! Tiles: bins with equal numbers of records. IBM: "Binning node", "Tiles (Equal Count or Sum)"; RFM Analysis uses them
//! too.
//!
//! Values are taken in ascending order, and equal values are in the same tile. IBM: the desired number per tile is the
//! number of values divided by that of tiles. Values that *straddle* the threshold of a tile, its number times the
//! desired one, move to the next tile or stay. IBM's example with quartiles of 10, 13, 15, 15 and 20 gives the tiles 1,
//! 2, 3, 3, 4 and 1, 1, 2, 2, 3. So values move by one tile at most, even if they pass two thresholds, and the values
//! after them go on from there: 20 is in the third quartile where ties stay, although four fifths are below it.

use serde::{Deserialize, Serialize};

/// What happens to equal values that straddle a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ties {
    /// They move to the next tile.
    Next,
    /// They stay in the current one.
    Current,
}

/// The lowest value of each tile after the first, in ascending order. Two tiles with one lowest value mean that the
/// lower tile is empty. `values` are sorted here.
pub(crate) fn lowest_of_tiles(values: &mut [f64], tiles: u32, ties: Ties) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let (all, tiles) = (values.len() as u128, u128::from(tiles));
    let mut lowest = Vec::new();
    let (mut tile, mut passed) = (1_u128, 0_u128);
    for equal in values.chunk_by(|one, two| one == two) {
        let Some(value) = equal.first() else { continue };
        let before = passed;
        passed += equal.len() as u128;
        // Whether records up to this number complete the current tile; whole numbers, so that nothing is rounded.
        let exceeds = |records: u128| records * tiles > tile * all;
        let completes = |records: u128| records * tiles >= tile * all;
        let moves = match ties {
            Ties::Next => exceeds(passed),
            Ties::Current => before > 0 && completes(before),
        };
        if moves && tile < tiles {
            tile += 1;
            lowest.push(*value);
        }
    }
    lowest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiles(values: &[f64], count: u32, ties: Ties) -> Vec<usize> {
        let lowest = lowest_of_tiles(&mut values.to_vec(), count, ties);
        values.iter().map(|value| lowest.partition_point(|low| low <= value) + 1).collect()
    }

    /// IBM's example: quartiles of five values.
    #[test]
    fn values_at_a_threshold_move_on_or_stay() {
        let values = [10.0, 13.0, 15.0, 15.0, 20.0];
        assert_eq!(tiles(&values, 4, Ties::Next), [1, 2, 3, 3, 4]);
        assert_eq!(tiles(&values, 4, Ties::Current), [1, 1, 2, 2, 3]);
    }

    /// Without ties and remainders, both ways are the same by IBM's definition.
    #[test]
    fn tiles_have_equal_numbers_of_records() {
        let values = (0..20).map(|value| f64::from(19 - value)).collect::<Vec<_>>();
        let expected = (0..20).map(|value| (19 - value) / 4 + 1).collect::<Vec<_>>();
        for ties in [Ties::Next, Ties::Current] {
            assert_eq!(tiles(&values, 5, ties), expected, "{ties:?}");
        }
        assert!(tiles(&[], 5, Ties::Next).is_empty());
    }

    #[test]
    fn equal_values_are_in_the_same_tile() {
        assert_eq!(tiles(&[7.0; 6], 4, Ties::Next), [2; 6]);
        assert_eq!(tiles(&[7.0; 6], 4, Ties::Current), [1; 6]);
    }
}
