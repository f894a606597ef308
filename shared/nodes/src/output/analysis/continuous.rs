//! Errors of continuous predictions.

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_documents::{Block, Cell};
use satsuma_engine::NodeError;

use super::models::Target;
use super::tally::Section;
use super::{by_partition, comparing};
use crate::report::{Comoments, Moments, numbers};

/// Errors of the predictions of one target, by model and group.
pub(super) struct Continuous {
    models: Vec<(usize, Vec<Errors>)>,
}

/// Errors: target − prediction.
#[derive(Debug, Clone, Default)]
struct Errors {
    errors: Moments,
    absolute: Moments,
    both: Comoments,
}

impl Continuous {
    pub(super) fn new(target: &Target) -> Self {
        let mut at = 1;
        let models = target.models.iter().map(|model| {
            let own = at;
            at += model.columns();
            (own, Vec::new())
        });
        Self { models: models.collect() }
    }

    pub(super) fn add(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<(), NodeError> {
        let Some(actual) = columns.first().map(numbers).transpose()? else { return Ok(()) };
        for (at, tallies) in &mut self.models {
            let Some(predicted) = columns.get(*at).map(numbers).transpose()? else { continue };
            for (row, group) in groups.iter().enumerate() {
                if tallies.len() <= *group {
                    tallies.resize(group + 1, Errors::default());
                }
                let Some(tally) =
                    tallies.get_mut(*group).filter(|_| actual.is_valid(row) && predicted.is_valid(row))
                else {
                    continue;
                };
                let (actual, predicted) = (actual.value(row), predicted.value(row));
                tally.errors.add(actual - predicted);
                tally.absolute.add((actual - predicted).abs());
                tally.both.add(actual, predicted);
            }
        }
        Ok(())
    }

    pub(super) fn blocks(&self, target: &Target, section: &Section, blocks: &mut Vec<Block>) {
        for (at, (_, tallies)) in self.models.iter().enumerate() {
            let none = Errors::default();
            let of = |group: &usize| tallies.get(*group).unwrap_or(&none);
            let mut table = by_partition(comparing(target, at), "", &section.partitions, &["Value"]);
            let mut row = |name: &str, value: &dyn Fn(&Errors) -> Cell| {
                let cells = section.groups.iter().map(|group| value(of(group)));
                table.push(std::iter::once(Cell::text(name)).chain(cells));
            };
            row("Minimum Error", &|errors| Cell::real(errors.errors.min(), 3));
            row("Maximum Error", &|errors| Cell::real(errors.errors.max(), 3));
            row("Mean Error", &|errors| Cell::real(errors.errors.average(), 3));
            row("Mean Absolute Error", &|errors| Cell::real(errors.absolute.average(), 3));
            row("Standard Deviation", &|errors| Cell::real(errors.errors.deviation(), 3));
            row("Linear Correlation", &|errors| Cell::real(errors.both.correlation(), 3));
            row("Occurrences", &|errors| Cell::count(errors.errors.count));
            blocks.push(Block::Table(table));
        }
    }
}
