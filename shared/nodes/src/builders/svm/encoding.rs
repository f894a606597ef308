//! Records as rows of numbers, and their targets.

use datafusion::arrow::array::RecordBatch;
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::NodeError;

use crate::builders::roles::uninstantiated;
use crate::lookup::Lookup;
use crate::report::numbers;

/// Numbers of all records together: 256 MB of them, beside which a worker holds a part of the kernel matrix.
const MAX_NUMBERS: usize = 32 << 20;

/// The encoding of an input.
#[derive(Debug, Clone)]
pub(super) enum Code {
    /// One column, scaled from these limits to 0 and 1.
    Range(f64, f64),
    /// A column for each value.
    Values(Vec<Scalar>, Lookup),
}

/// An input that is used.
#[derive(Debug, Clone)]
pub(super) struct Coded {
    pub(super) field: Field,
    pub(super) code: Code,
    at: usize,
}

/// The kind of target.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    /// A number.
    Number,
    /// One of two values. The machine is positive for the first.
    Categories { values: [Scalar; 2], lookup: Lookup },
}

/// The encoding of all records.
#[derive(Debug, Clone)]
pub(super) struct Encoding {
    pub(super) goal: Goal,
    pub(super) inputs: Vec<Coded>,
    target_at: usize,
}

/// Encoded records. A target of categories is 1 or −1.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) numbers: Vec<f64>,
    pub(super) targets: Vec<f64>,
}

impl Coded {
    pub(super) fn width(&self) -> usize {
        match &self.code {
            Code::Range(..) => 1,
            Code::Values(values, _) => values.len(),
        }
    }
}

impl Encoding {
    /// # Errors
    /// If values are not known, or a field cannot be used.
    pub(super) fn new(
        model: &DataModel,
        target: &Field,
        inputs: &[&Field],
        is_running: bool,
    ) -> Result<Self, NodeError> {
        let at = |field: &Field| model.position(&field.name).unwrap_or_default();
        let used =
            inputs.iter().filter(|field| field.measure != Measure::Typeless && field.name != target.name);
        let code = |field: &&&Field| {
            Ok(Coded { field: Field::clone(field), code: code(field, is_running)?, at: at(field) })
        };
        let inputs = used.map(|field| code(&field)).collect::<Result<Vec<_>, NodeError>>()?;
        match inputs.is_empty() {
            true => Err(NodeError::Model("no field has the role Input".to_owned())),
            false => Ok(Self { goal: goal(target, is_running)?, inputs, target_at: at(target) }),
        }
    }

    /// The number of columns.
    pub(super) fn columns(&self) -> usize {
        self.inputs.iter().map(Coded::width).sum()
    }

    /// Adds the records of a batch that have a target and all continuous inputs.
    ///
    /// # Errors
    /// If there are too many records.
    pub(super) fn encode(&self, batch: &RecordBatch, rows: &mut Rows) -> Result<(), NodeError> {
        let columns = self.columns();
        if rows.numbers.len() + batch.num_rows() * columns > MAX_NUMBERS {
            let most = MAX_NUMBERS / columns.max(1);
            let message = format!("more than {most} records do not fit into memory; use a sample of them");
            return Err(NodeError::Model(message));
        }
        let mut encoded = vec![0.0; batch.num_rows() * columns];
        let mut targets = self.targets(batch)?;
        let mut first = 0;
        for input in &self.inputs {
            let Some(values) = batch.columns().get(input.at) else { continue };
            let mut put = |row: usize, column: usize, value: f64| {
                if let Some(cell) = encoded.get_mut(row * columns + first + column) {
                    *cell = value;
                }
            };
            match &input.code {
                Code::Range(low, high) => {
                    for (row, (value, target)) in numbers(values)?.iter().zip(&mut targets).enumerate() {
                        let scaled = value.map(|value| (value - low) / (high - low));
                        match scaled.filter(|scaled| scaled.is_finite()) {
                            Some(scaled) => put(row, 0, scaled),
                            None => *target = None,
                        }
                    }
                }
                Code::Values(_, lookup) => {
                    for (row, place) in lookup.find(values)?.iter().enumerate() {
                        if let Some(place) = place {
                            put(row, place as usize, 1.0);
                        }
                    }
                }
            }
            first += input.width();
        }
        for (row, target) in encoded.chunks_exact(columns).zip(targets) {
            if let Some(target) = target {
                rows.numbers.extend_from_slice(row);
                rows.targets.push(target);
            }
        }
        Ok(())
    }

    fn targets(&self, batch: &RecordBatch) -> Result<Vec<Option<f64>>, NodeError> {
        let Some(column) = batch.columns().get(self.target_at) else {
            return Ok(vec![None; batch.num_rows()]);
        };
        let sign = |place: u32| if place == 0 { 1.0 } else { -1.0 };
        Ok(match &self.goal {
            Goal::Number => {
                numbers(column)?.iter().map(|number| number.filter(|number| number.is_finite())).collect()
            }
            Goal::Categories { lookup, .. } => {
                lookup.find(column)?.iter().map(|place| place.map(sign)).collect()
            }
        })
    }
}

impl Rows {
    /// # Errors
    /// If the records cannot train a machine.
    pub(super) fn check(&self, goal: &Goal, target: &str) -> Result<(), NodeError> {
        let has = |is_first: bool| self.targets.iter().any(|value| (*value > 0.0) == is_first);
        if self.targets.is_empty() {
            let message = "no record has a target and all continuous inputs";
            return Err(NodeError::Model(message.to_owned()));
        }
        match goal {
            Goal::Categories { .. } if !(has(true) && has(false)) => {
                let message = format!("all records with all inputs have the same value of field {target:?}");
                Err(NodeError::Model(message))
            }
            _ => Ok(()),
        }
    }
}

fn goal(target: &Field, is_running: bool) -> Result<Goal, NodeError> {
    let of = |values: [Scalar; 2]| Goal::Categories { lookup: Lookup::new(&values), values };
    match &target.values {
        Values::Unread => Err(uninstantiated(target, is_running)),
        Values::Range(..) if target.storage.is_numeric() => Ok(Goal::Number),
        Values::Flag(no, yes) => Ok(of([yes.clone(), no.clone()])),
        Values::Members(members) => match members.as_slice() {
            [one, two] => Ok(of([one.clone(), two.clone()])),
            members => {
                let (name, count) = (&target.name, members.len());
                let message = format!("the target {name:?} has {count} values; only flags are supported");
                Err(NodeError::unsupported(message))
            }
        },
        Values::Range(..) => {
            let message = format!("the target {:?} is neither a number nor a flag", target.name);
            Err(NodeError::unsupported(message))
        }
    }
}

fn code(field: &Field, is_running: bool) -> Result<Code, NodeError> {
    let is_number = matches!(field.storage, Storage::Integer | Storage::Real);
    match &field.values {
        Values::Unread => Err(uninstantiated(field, is_running)),
        Values::Range(low, high) if is_number => match (low.as_f64(), high.as_f64()) {
            (Some(low), Some(high)) if low < high && (high - low).is_finite() => Ok(Code::Range(low, high)),
            _ => {
                let message = format!("field {:?} has one value only; give it the role None", field.name);
                Err(NodeError::Model(message))
            }
        },
        Values::Range(..) => {
            let message = format!("field {:?} holds dates or times; derive a number from it", field.name);
            Err(NodeError::unsupported(message))
        }
        // The true value of a flag comes first, as in stored models.
        Values::Flag(no, yes) => Ok(values(vec![yes.clone(), no.clone()])),
        Values::Members(members) => Ok(values(members.clone())),
    }
}

fn values(members: Vec<Scalar>) -> Code {
    let lookup = Lookup::new(&members);
    Code::Values(members, lookup)
}
