//! Predicates on the columns of a chunk, row by row.

use std::collections::HashMap;

use super::field::{Fields, Kind, Value};
use super::{Frame, Slot, State};
use crate::common::{CompoundOperator, Operator, Predicate};
use crate::error::PmmlError;

/// A compiled predicate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    True,
    False,
    /// A number compared with a fixed one.
    Number {
        of: Slot,
        operator: Operator,
        value: f64,
    },
    /// Whether a sorted list contains a number.
    NumberIn {
        of: Slot,
        values: Vec<f64>,
        inside: bool,
    },
    /// Whether a code equals the given one.
    Code {
        of: Slot,
        code: u32,
        same: bool,
    },
    /// Whether a code is marked; codes beyond the marks are not.
    CodeIn {
        of: Slot,
        marks: Vec<bool>,
        inside: bool,
    },
    /// Whether a cell is missing.
    Missing {
        of: Slot,
        missing: bool,
    },
    All(Vec<Test>),
    Any(Vec<Test>),
    Odd(Vec<Test>),
    First(Vec<Test>),
}

impl Test {
    /// Whether the predicate is true for a row; `None` is unknown.
    pub(crate) fn holds(&self, frame: &Frame, row: usize) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Number { of, operator, value } => {
                let column = frame.column(*of);
                if column.state(row) != State::Valid {
                    return None;
                }
                let number = column.numbers[row];
                Some(match operator {
                    Operator::Equal => number == *value,
                    Operator::NotEqual => number != *value,
                    Operator::Less => number < *value,
                    Operator::LessOrEqual => number <= *value,
                    Operator::Greater => number > *value,
                    _ => number >= *value,
                })
            }
            Self::NumberIn { of, values, inside } => {
                let column = frame.column(*of);
                if column.state(row) != State::Valid {
                    return None;
                }
                let number = column.numbers[row] + 0.0;
                Some(values.binary_search_by(|v| v.total_cmp(&number)).is_ok() == *inside)
            }
            Self::Code { of, code, same } => {
                let column = frame.column(*of);
                (column.state(row) == State::Valid).then(|| (column.codes[row] == *code) == *same)
            }
            Self::CodeIn { of, marks, inside } => {
                let column = frame.column(*of);
                if column.state(row) != State::Valid {
                    return None;
                }
                let marked = marks.get(column.codes[row] as usize).copied().unwrap_or(false);
                Some(marked == *inside)
            }
            Self::Missing { of, missing } => Some((frame.column(*of).state(row) != State::Valid) == *missing),
            Self::All(parts) => {
                let mut unknown = false;
                for part in parts {
                    match part.holds(frame, row) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => unknown = true,
                    }
                }
                (!unknown).then_some(true)
            }
            Self::Any(parts) => {
                let mut unknown = false;
                for part in parts {
                    match part.holds(frame, row) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => unknown = true,
                    }
                }
                (!unknown).then_some(false)
            }
            Self::Odd(parts) => {
                let mut odd = false;
                for part in parts {
                    odd ^= part.holds(frame, row)?;
                }
                Some(odd)
            }
            Self::First(parts) => parts.iter().find_map(|part| part.holds(frame, row)),
        }
    }

    /// Adds the columns that the predicate reads.
    pub(crate) fn reads(&self, slots: &mut Vec<Slot>) {
        match self {
            Self::True | Self::False => {}
            Self::Number { of, .. }
            | Self::NumberIn { of, .. }
            | Self::Code { of, .. }
            | Self::CodeIn { of, .. }
            | Self::Missing { of, .. } => slots.push(*of),
            Self::All(parts) | Self::Any(parts) | Self::Odd(parts) | Self::First(parts) => {
                parts.iter().for_each(|part| part.reads(slots));
            }
        }
    }
}

impl<'a> Fields<'a> {
    /// Compiles a predicate.
    pub(crate) fn predicate(&mut self, predicate: &Predicate) -> Result<Test, PmmlError> {
        Ok(match predicate {
            Predicate::True => Test::True,
            Predicate::False => Test::False,
            Predicate::Simple { field, operator, value } => {
                let of = self.field(field)?;
                match operator {
                    Operator::IsMissing => Test::Missing { of: self.cell(&of)?, missing: true },
                    Operator::IsNotMissing => Test::Missing { of: self.cell(&of)?, missing: false },
                    _ if of.kind == Kind::Text => self.text_test(field, &of, *operator, value)?,
                    _ => {
                        let number = self.number(of.kind, value)?;
                        let number = if self.printed { edge(number, value, *operator) } else { number };
                        Test::Number { of: of.slot, operator: *operator, value: number }
                    }
                }
            }
            Predicate::Set { field, inside, values } => {
                let of = self.field(field)?;
                if of.kind == Kind::Text {
                    let (slot, vocabulary) = self.builder.encode(of.slot, true, &self.at)?;
                    let codes: Vec<u32> =
                        values.iter().map(|v| self.builder.place_of_text(vocabulary, v)).collect();
                    Test::CodeIn { of: slot, marks: marks(&codes), inside: *inside }
                } else {
                    let mut numbers = Vec::new();
                    for value in values {
                        numbers.push(self.number(of.kind, value)? + 0.0);
                    }
                    numbers.sort_by(f64::total_cmp);
                    Test::NumberIn { of: of.slot, values: numbers, inside: *inside }
                }
            }
            Predicate::Compound { operator, parts } => {
                let mut tests = Vec::with_capacity(parts.len());
                for part in parts {
                    tests.push(self.predicate(part)?);
                }
                match operator {
                    CompoundOperator::And => Test::All(tests),
                    CompoundOperator::Or => Test::Any(tests),
                    CompoundOperator::Xor => Test::Odd(tests),
                    CompoundOperator::Surrogate => Test::First(tests),
                }
            }
        })
    }

    /// The column that has a field's states.
    fn cell(&mut self, of: &Value) -> Result<Slot, PmmlError> {
        match of.kind {
            Kind::Text => Ok(self.builder.encode(of.slot, true, &self.at)?.0),
            _ => Ok(of.slot),
        }
    }

    fn text_test(
        &mut self,
        field: &str,
        of: &Value,
        operator: Operator,
        value: &str,
    ) -> Result<Test, PmmlError> {
        let (slot, vocabulary) = self.builder.encode(of.slot, true, &self.at)?;
        let code = self.builder.place_of_text(vocabulary, value);
        match operator {
            Operator::Equal => return Ok(Test::Code { of: slot, code, same: true }),
            Operator::NotEqual => return Ok(Test::Code { of: slot, code, same: false }),
            _ => {}
        }
        // Texts have an order only if the data dictionary lists one.
        let listed = self.order(field);
        let ranks: HashMap<&str, usize> = listed.iter().enumerate().map(|(i, v)| (v.as_str(), i)).collect();
        let Some(rank) = ranks.get(value).copied() else {
            let what = format!("an order of texts that the data dictionary does not list ({field:?})");
            return Err(self.unsupported(what));
        };
        let mut codes = Vec::new();
        for (place, text) in listed.iter().enumerate() {
            let holds = match operator {
                Operator::Less => place < rank,
                Operator::LessOrEqual => place <= rank,
                Operator::Greater => place > rank,
                _ => place >= rank,
            };
            if holds {
                codes.push(self.builder.place_of_text(vocabulary, text));
            }
        }
        Ok(Test::CodeIn { of: slot, marks: marks(&codes), inside: true })
    }
}

/// Significant digits of a printed cut point in IBM's documents.
const PRINTED_DIGITS: usize = 15;

/// A cut point that IBM printed with 15 digits: a value with the same printed form is on its side.
///
/// CHAID cuts at values of the data, and a double needs up to 17 digits. A comparison with the rounded number
/// would move records at the cut to the other side, which contradicts IBM's node counts and accuracies.
fn edge(number: f64, text: &str, operator: Operator) -> f64 {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits =
        mantissa.trim_start_matches(['-', '+', '0', '.']).chars().filter(char::is_ascii_digit).count();
    if digits < PRINTED_DIGITS || number == 0.0 {
        return number;
    }
    let last = 10.0_f64.powi(number.abs().log10().floor() as i32 + 1 - PRINTED_DIGITS as i32);
    match operator {
        Operator::LessOrEqual | Operator::Greater => number + last / 2.0,
        Operator::Less | Operator::GreaterOrEqual => number - last / 2.0,
        _ => number,
    }
}

fn marks(codes: &[u32]) -> Vec<bool> {
    let mut marks = vec![false; codes.iter().max().map_or(0, |m| *m as usize + 1)];
    for code in codes {
        if let Some(mark) = marks.get_mut(*code as usize) {
            *mark = true;
        }
    }
    marks
}
