//! The input columns that a step needs. Other columns are neither computed nor read.

use super::{Selection, Step};

/// Whether each column is wanted.
pub(super) type Wanted = Vec<bool>;

impl Step {
    /// The columns of each input that are needed for the wanted columns of this step.
    pub(super) fn wants(&self, wanted: &[bool]) -> Vec<Wanted> {
        match self {
            Self::Read(_) | Self::Kept(_) => Vec::new(),
            Self::Compute { input, arguments, .. } => {
                let mut of_input = first(wanted, input.width());
                if wanted.get(input.width()) == Some(&true) {
                    mark(&mut of_input, arguments.iter().copied());
                }
                vec![of_input]
            }
            Self::Keep { input, arguments, .. } => {
                let mut of_input = first(wanted, input.width());
                mark(&mut of_input, arguments.iter().copied());
                vec![of_input]
            }
            Self::Project { input, items } => {
                let mut of_input = vec![false; input.width()];
                let items = items.iter().zip(wanted).filter(|(_, wanted)| **wanted);
                mark(&mut of_input, items.filter_map(|(item, _)| item.column()));
                vec![of_input]
            }
            Self::Spread { input, .. } => vec![first(wanted, input.width())],
            Self::Serial { inputs, node } if node.operator.is_identity() => {
                let of_input = inputs.iter().zip(&node.keys).map(|(input, keys)| {
                    let mut of_input = first(wanted, input.rows.width());
                    let keys = keys.iter().filter_map(|key| input.model.position(&key.field));
                    mark(&mut of_input, keys.chain([input.model.len()]));
                    of_input
                });
                of_input.collect()
            }
            // An operator may look at every column.
            Self::Serial { inputs, .. } => {
                inputs.iter().map(|input| vec![true; input.rows.width()]).collect()
            }
        }
    }
}

impl Selection {
    /// The columns of the step that are needed for the wanted columns of the selection.
    pub(super) fn of_step(&self, wanted: &[bool]) -> Wanted {
        let mut of_step = vec![false; self.step.width()];
        let places = self.columns.iter().zip(wanted).filter(|(_, wanted)| **wanted);
        mark(&mut of_step, places.map(|(place, _)| place.column()));
        of_step
    }
}

fn first(wanted: &[bool], width: usize) -> Wanted {
    let mut first = wanted.to_vec();
    first.resize(width, false);
    first
}

fn mark(wanted: &mut [bool], columns: impl IntoIterator<Item = usize>) {
    for column in columns {
        if let Some(wanted) = wanted.get_mut(column) {
            *wanted = true;
        }
    }
}
