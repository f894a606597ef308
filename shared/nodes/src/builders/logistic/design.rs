//! Records as rows of a constant and the columns of effects.

use satsuma_columns::Scalar;
use satsuma_engine::NodeError;
use satsuma_mining::logistic::Records;

use crate::builders::columns::Column;
use crate::builders::header::of_scalar;

/// Numbers of all records together: 512 MB of them, which a worker holds.
const MAX_NUMBERS: usize = 64 << 20;

/// A column of the design beside the constant.
#[derive(Debug, Clone)]
pub(super) struct Term {
    /// The place of its input.
    pub(super) input: usize,
    /// The category of a factor; none for a number.
    pub(super) category: Option<Scalar>,
}

/// The records of a regression.
#[derive(Debug)]
pub(super) struct Design {
    rows: Vec<f64>,
    width: usize,
    /// The category of each record, among those that occur.
    pub(super) targets: Vec<usize>,
    /// The categories of the target that occur.
    pub(super) categories: Vec<Scalar>,
    /// The place of the base category.
    pub(super) base: usize,
    /// The columns behind the constant, in order.
    pub(super) terms: Vec<Term>,
    /// The columns of each input.
    pub(super) effects: Vec<Vec<usize>>,
}

impl Design {
    /// The design of complete rows. `base` is the text of the base category; empty for the first one.
    ///
    /// # Errors
    /// If fewer than two categories occur, the base category does not, or there are too many records.
    pub(super) fn new(
        columns: &[Column],
        rows: Vec<f64>,
        has_constant: bool,
        base: &str,
    ) -> Result<Self, NodeError> {
        let (target, inputs) = columns.split_last().ok_or(NodeError::Model("no target".to_owned()))?;
        let (places, categories) = occurring(target, &rows, columns.len(), inputs.len());
        if categories.len() < 2 {
            let message = format!(
                "the target {:?} has {} category in the records without missing values; at least 2 are needed",
                target.field.name,
                categories.len()
            );
            return Err(NodeError::Model(message));
        }
        let is_base = |category: &Scalar| of_scalar(category).text() == base;
        let base = match base.is_empty() {
            true => 0,
            false => categories.iter().position(is_base).ok_or_else(|| {
                NodeError::Model(format!("the base category {base:?} does not occur; choose another one"))
            })?,
        };
        let (mut terms, mut effects) = (Vec::new(), Vec::<Vec<usize>>::new());
        let mut kept = Vec::new();
        for (input, column) in inputs.iter().enumerate() {
            let first = terms.len();
            match &column.categories {
                None => {
                    terms.push(Term { input, category: None });
                    kept.push(Vec::new());
                }
                Some(_) => {
                    let (places, occurring) = occurring(column, &rows, columns.len(), input);
                    terms.extend(
                        occurring.into_iter().map(|category| Term { input, category: Some(category) }),
                    );
                    kept.push(places);
                }
            }
            effects.push((first + 1..=terms.len()).collect());
        }
        let width = terms.len() + 1;
        let records = rows.len() / columns.len();
        if records * width > MAX_NUMBERS {
            let message = format!(
                "more than {} records do not fit into memory; use a sample of them",
                MAX_NUMBERS / width
            );
            return Err(NodeError::Model(message));
        }
        let mut design = vec![0.0; records * width];
        let mut targets = Vec::with_capacity(records);
        for (row, to) in rows.chunks_exact(columns.len()).zip(design.chunks_exact_mut(width)) {
            if let Some(constant) = to.first_mut() {
                *constant = f64::from(u8::from(has_constant));
            }
            for ((value, places), effect) in row.iter().zip(&kept).zip(&effects) {
                let at = match places.is_empty() {
                    true => Some(0),
                    false => places.get(*value as usize).copied().flatten(),
                };
                let cell = at.and_then(|at| effect.get(at)).and_then(|at| to.get_mut(*at));
                if let Some(cell) = cell {
                    *cell = if places.is_empty() { *value } else { 1.0 };
                }
            }
            let own = row.last().and_then(|value| places.get(*value as usize).copied().flatten());
            targets.push(own.unwrap_or_default());
        }
        Ok(Self { rows: design, width, targets, categories, base, terms, effects })
    }

    /// The records of the regression.
    pub(super) fn records(&self) -> Records<'_> {
        Records {
            rows: &self.rows,
            width: self.width,
            targets: &self.targets,
            categories: self.categories.len(),
            base: self.base,
        }
    }
}

/// The categories of a column that occur, and the place of each category among them.
fn occurring(column: &Column, rows: &[f64], width: usize, at: usize) -> (Vec<Option<usize>>, Vec<Scalar>) {
    let categories = column.categories.as_deref().unwrap_or_default();
    let mut places = vec![None; categories.len()];
    for value in rows.iter().skip(at).step_by(width.max(1)) {
        if let Some(place) = places.get_mut(*value as usize) {
            *place = Some(0);
        }
    }
    let mut found = Vec::new();
    for (place, category) in places.iter_mut().zip(categories) {
        if place.is_some() {
            *place = Some(found.len());
            found.push(category.clone());
        }
    }
    (places, found)
}
