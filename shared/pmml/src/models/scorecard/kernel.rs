//! Adds up points, row by row.

use crate::program::{Frame, Kernel, NONE, Results, Slot, State, Test};

/// A scorecard.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) initial: f64,
    /// Whether reasons are for points above the baseline.
    pub(super) above: bool,
    pub(super) characteristics: Vec<Characteristic>,
}

#[derive(Debug)]
pub(super) struct Characteristic {
    pub(super) baseline: f64,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) test: Test,
    pub(super) points: Points,
    pub(super) reason: u32,
}

#[derive(Debug)]
pub(super) enum Points {
    Fixed(f64),
    Computed(Slot),
}

impl Kernel for Card {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        for attribute in self.characteristics.iter().flat_map(|c| &c.attributes) {
            attribute.test.reads(&mut slots);
            if let Points::Computed(slot) = attribute.points {
                slots.push(slot);
            }
        }
        slots
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        for row in 0..frame.rows() {
            out.numbers[row] = self.initial;
            for (place, characteristic) in self.characteristics.iter().enumerate() {
                let Some((points, reason)) = characteristic.points(frame, row) else {
                    out.alive[row] = false;
                    break;
                };
                out.numbers[row] += points;
                let lost = characteristic.baseline - points;
                let lost = if self.above { -lost } else { lost };
                insert(out, row, place, lost, reason);
            }
        }
    }
}

impl Characteristic {
    fn points(&self, frame: &Frame, row: usize) -> Option<(f64, u32)> {
        let holds = |a: &&Attribute| a.test.holds(frame, row) == Some(true);
        let attribute = self.attributes.iter().find(holds)?;
        let points = match attribute.points {
            Points::Fixed(points) => points,
            Points::Computed(slot) => {
                let column = frame.column(slot);
                (column.state(row) == State::Valid).then(|| column.numbers[row])?
            }
        };
        Some((points, attribute.reason))
    }
}

/// Inserts a reason into those of a row: most points first, then the first characteristic.
fn insert(out: &mut Results, row: usize, filled: usize, points: f64, reason: u32) {
    if reason == NONE || filled >= out.ranked.len() {
        return;
    }
    let mut place = filled;
    while place > 0 && points > out.ranked_numbers[place - 1][row] {
        out.ranked_numbers[place][row] = out.ranked_numbers[place - 1][row];
        out.ranked[place][row] = out.ranked[place - 1][row];
        place -= 1;
    }
    out.ranked_numbers[place][row] = points;
    out.ranked[place][row] = reason;
}
