//! The nearest centre, row by row.

use super::measure::Comparison;
use crate::program::{Frame, Kernel, Results, Slot, State};

/// Clusters.
#[derive(Debug)]
pub(super) struct Centers {
    pub(super) slots: Vec<Slot>,
    /// The centres, one after the other.
    pub(super) centers: Vec<f64>,
    pub(super) comparison: Comparison,
}

impl Kernel for Centers {
    fn reads(&self) -> Vec<Slot> {
        self.slots.clone()
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut x = std::mem::take(&mut out.scratch.sums);
        let similar = self.comparison.kind.is_similarity();
        for row in 0..frame.rows() {
            x.clear();
            for slot in &self.slots {
                let column = frame.column(*slot);
                let valid = column.state(row) == State::Valid;
                x.push(if valid { column.numbers[row] } else { f64::NAN });
            }
            let mut best: Option<(usize, f64)> = None;
            for (place, center) in self.centers.chunks_exact(self.slots.len()).enumerate() {
                let Some(found) = self.comparison.of(&x, center) else { continue };
                out.affinities[place][row] = found;
                let nearer = |other: f64| if similar { found > other } else { found < other };
                if best.is_none_or(|(_, other)| nearer(other)) {
                    best = Some((place, found));
                }
            }
            match best {
                Some((place, _)) => {
                    out.winners[row] = place as u32;
                    out.entities[row] = place as u32;
                }
                None => out.alive[row] = false,
            }
        }
        out.scratch.sums = x;
    }
}
