//! The steps of a program.

use super::lookup::{Discretize, Lookup, Norm};
use super::numeric::{Aggregate, Binary, Unary};
use super::take::Take;
use super::treatment::{NumberTreatment, TextTreatment};
use super::vocabulary::Vocabulary;
use super::{Column, Frame, Kind, ModelStep, Slot, State};

/// Fills one column from others.
#[derive(Debug)]
pub(crate) enum Step {
    /// A function of a number.
    Unary { function: Unary, of: Slot, outside: State },
    /// A function of two numbers.
    Binary { function: Binary, left: Slot, right: Slot, outside: State },
    /// A function of numbers that ignores missing ones.
    Aggregate { function: Aggregate, of: Vec<Slot>, outside: State },
    /// A comparison of two texts.
    CompareText { function: Binary, left: Slot, right: Slot },
    /// One of two columns (or a missing value), row by row.
    If { condition: Slot, then: Slot, otherwise: Option<Slot>, text: bool },
    /// Whether a cell's state is among these.
    HasState { of: Slot, states: [bool; 3] },
    /// A column whose cells are replaced by another column's if they, or those of some columns, are missing.
    Replace { of: Slot, missing: Vec<Slot>, with: Slot, text: bool },
    /// A text made of texts.
    Text { function: TextFunction, of: Vec<Slot> },
    /// The number of characters of a text.
    Length { of: Slot },
    /// The code of a text in a vocabulary.
    EncodeText { of: Slot, vocabulary: usize },
    /// The code of a number in a vocabulary.
    EncodeNumber { of: Slot, vocabulary: usize },
    /// 1 if a number equals the given one, otherwise 0.
    IsNumber { of: Slot, number: f64, on_missing: Option<f64> },
    /// 1 if a code equals the given one, otherwise 0.
    IsCode { of: Slot, code: u32, on_missing: Option<f64> },
    /// `NormContinuous`.
    Norm(Norm),
    /// `MapValues`.
    Lookup(Lookup),
    /// `Discretize`.
    Discretize(Discretize),
    /// Treatment of a number field's unusual values.
    TreatNumber(NumberTreatment),
    /// Treatment of a text field's unusual values, as codes of its vocabulary.
    TreatText(TextTreatment),
    /// The texts of treated codes: the raw ones, except for replacements.
    Treated { raw: Slot, codes: Slot, replacements: Vec<(u32, String)> },
    /// A model: fills results of the frame, not the column.
    Model(Box<ModelStep>),
    /// A result of the model in a slot; `number` is that of its results.
    Take { model: Slot, number: usize, take: Take },
}

/// A function from texts to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFunction {
    Uppercase,
    Lowercase,
    TrimBlanks,
    Substring,
    Concat,
}

impl Step {
    /// The columns that the step reads.
    pub(crate) fn reads(&self) -> Vec<Slot> {
        match self {
            Self::Unary { of, .. }
            | Self::HasState { of, .. }
            | Self::Length { of }
            | Self::EncodeText { of, .. }
            | Self::EncodeNumber { of, .. }
            | Self::IsNumber { of, .. }
            | Self::IsCode { of, .. } => vec![*of],
            Self::Binary { left, right, .. } | Self::CompareText { left, right, .. } => vec![*left, *right],
            Self::Aggregate { of, .. } | Self::Text { of, .. } => of.clone(),
            Self::If { condition, then, otherwise, .. } => {
                [Some(*condition), Some(*then), *otherwise].into_iter().flatten().collect()
            }
            Self::Replace { of, missing, with, .. } => [&[*of, *with], missing.as_slice()].concat(),
            Self::Norm(norm) => vec![norm.of],
            Self::Lookup(lookup) => lookup.keys.iter().map(|(slot, _)| *slot).collect(),
            Self::Discretize(discretize) => vec![discretize.of],
            Self::TreatNumber(treatment) => vec![treatment.of],
            Self::TreatText(treatment) => vec![treatment.of],
            Self::Treated { raw, codes, .. } => vec![*raw, *codes],
            Self::Model(model) => [model.kernel.reads(), model.guards.clone()].concat(),
            Self::Take { model, .. } => vec![*model],
        }
    }

    /// Fills `out` for the rows of `frame`.
    pub(crate) fn run(&self, frame: &Frame, out: &mut Column, vocabularies: &[Vocabulary]) {
        let rows = frame.rows();
        match self {
            Self::Unary { function, of, outside } => function.run(out, frame.column(*of), rows, *outside),
            Self::Binary { function, left, right, outside } => {
                function.run(out, frame.column(*left), frame.column(*right), rows, *outside);
            }
            Self::Aggregate { function, of, outside } => {
                let columns: Vec<_> = of.iter().map(|slot| frame.column(*slot)).collect();
                function.run(out, &columns, rows, *outside);
            }
            Self::CompareText { function, left, right } => {
                compare(*function, out, frame.column(*left), frame.column(*right), rows);
            }
            Self::If { condition, then, otherwise, text } => {
                let condition = frame.column(*condition);
                let choice = |row| match condition.state(row) {
                    State::Valid if condition.numbers[row] != 0.0 => Ok(*then),
                    State::Valid => otherwise.ok_or(State::Missing),
                    state => Err(state),
                };
                choose(frame, out, *text, choice);
            }
            Self::HasState { of, states } => {
                let column = frame.column(*of);
                out.states.clear();
                out.numbers.clear();
                let truth = |row| f64::from(u8::from(states[column.state(row) as usize]));
                out.numbers.extend((0..rows).map(truth));
            }
            Self::Replace { of, missing, with, text } => {
                let choice = |row| {
                    let states = missing.iter().map(|slot| frame.column(*slot).state(row));
                    Ok(if states.max() == Some(State::Missing) { *with } else { *of })
                };
                choose(frame, out, *text, choice);
            }
            Self::Text { function, of } => function.run(frame, out, of),
            Self::Length { of } => {
                let column = frame.column(*of);
                out.inherit([column].into_iter(), rows);
                out.numbers.clear();
                out.numbers.extend((0..rows).map(|row| column.texts.get(row).chars().count() as f64));
            }
            Self::EncodeText { of, vocabulary } => {
                let column = frame.column(*of);
                out.inherit([column].into_iter(), rows);
                out.codes.clear();
                let vocabulary = &vocabularies[*vocabulary];
                out.codes.extend((0..rows).map(|row| vocabulary.text(column.texts.get(row))));
            }
            Self::EncodeNumber { of, vocabulary } => {
                let column = frame.column(*of);
                out.inherit([column].into_iter(), rows);
                out.codes.clear();
                let vocabulary = &vocabularies[*vocabulary];
                out.codes.extend(column.numbers.iter().take(rows).map(|n| vocabulary.number(*n)));
            }
            Self::IsNumber { of, number, on_missing } => {
                let column = frame.column(*of);
                indicate(out, column, rows, *on_missing, |row| column.numbers[row] == *number);
            }
            Self::IsCode { of, code, on_missing } => {
                let column = frame.column(*of);
                indicate(out, column, rows, *on_missing, |row| column.codes[row] == *code);
            }
            // The frame itself runs models, because they fill results.
            Self::Model(_) => {}
            Self::Take { number, take, .. } => take.run(frame.results(*number), out, rows),
            Self::Norm(norm) => norm.run(frame, out),
            Self::Lookup(lookup) => lookup.run(frame, out),
            Self::Discretize(discretize) => discretize.run(frame, out),
            Self::TreatNumber(treatment) => treatment.run(frame, out),
            Self::TreatText(treatment) => treatment.run(frame, out),
            Self::Treated { raw, codes, replacements } => {
                let (raw, codes) = (frame.column(*raw), frame.column(*codes));
                out.inherit([codes].into_iter(), rows);
                out.texts.build();
                for row in 0..rows {
                    let replacement = replacements.iter().find(|(code, _)| *code == codes.codes[row]);
                    out.texts.push([replacement.map_or(raw.texts.get(row), |(_, text)| text)]);
                }
            }
        }
    }
}

impl TextFunction {
    fn run(self, frame: &Frame, out: &mut Column, of: &[Slot]) {
        let rows = frame.rows();
        out.inherit(of.iter().map(|slot| frame.column(*slot)), rows);
        out.texts.build();
        let Some(first) = of.first().map(|slot| frame.column(*slot)) else { return };
        let number = |place: usize, row: usize| {
            let column = of.get(place).map(|slot| frame.column(*slot));
            column.and_then(|c| c.numbers.get(row)).copied().unwrap_or(0.0)
        };
        for row in 0..rows {
            let text = first.texts.get(row);
            match self {
                Self::Uppercase => out.texts.push_chars(text.chars().flat_map(char::to_uppercase)),
                Self::Lowercase => out.texts.push_chars(text.chars().flat_map(char::to_lowercase)),
                Self::TrimBlanks => out.texts.push([text.trim()]),
                Self::Concat => out.texts.push(of.iter().map(|slot| frame.column(*slot).texts.get(row))),
                Self::Substring => {
                    let (start, length) = (number(1, row), number(2, row));
                    let whole = start.fract() == 0.0 && length.fract() == 0.0;
                    if whole && start >= 1.0 && length >= 0.0 {
                        out.texts.push_chars(text.chars().skip(start as usize - 1).take(length as usize));
                    } else {
                        out.texts.push([""]);
                        let state = out.state(row).max(State::Invalid);
                        out.mark(row, state, rows);
                    }
                }
            }
        }
    }
}

fn compare(function: Binary, out: &mut Column, left: &Column, right: &Column, rows: usize) {
    out.inherit([left, right].into_iter(), rows);
    out.numbers.clear();
    let truth = |row: usize| {
        let order = left.texts.get(row).cmp(right.texts.get(row));
        let holds = match function {
            Binary::Equal => order.is_eq(),
            Binary::NotEqual => order.is_ne(),
            Binary::Less => order.is_lt(),
            Binary::LessOrEqual => order.is_le(),
            Binary::Greater => order.is_gt(),
            _ => order.is_ge(),
        };
        f64::from(u8::from(holds))
    };
    out.numbers.extend((0..rows).map(truth));
}

/// Reads each row's cell from the column that `choice` selects, or sets its state.
fn choose(frame: &Frame, out: &mut Column, text: bool, choice: impl Fn(usize) -> Result<Slot, State>) {
    let rows = frame.rows();
    out.states.clear();
    out.numbers.clear();
    out.texts.build();
    for row in 0..rows {
        let chosen = choice(row).map(|slot| frame.column(slot));
        match (&chosen, text) {
            (Ok(column), true) => out.texts.push([column.texts.get(row)]),
            (Err(_), true) => out.texts.push([""]),
            (Ok(column), false) => out.numbers.push(column.numbers[row]),
            (Err(_), false) => out.numbers.push(0.0),
        }
        let state = chosen.map_or_else(|state| state, |column| column.state(row));
        out.mark(row, state, rows);
    }
}

/// 1 or 0, by a test of each valid row.
fn indicate(
    out: &mut Column,
    of: &Column,
    rows: usize,
    on_missing: Option<f64>,
    test: impl Fn(usize) -> bool,
) {
    out.inherit([of].into_iter(), rows);
    out.numbers.clear();
    if out.states.is_empty() {
        out.numbers.extend((0..rows).map(|row| f64::from(u8::from(test(row)))));
        return;
    }
    for row in 0..rows {
        let number = match (out.state(row), on_missing) {
            (State::Valid, _) => f64::from(u8::from(test(row))),
            (State::Missing, Some(number)) => {
                out.mark(row, State::Valid, rows);
                number
            }
            _ => 0.0,
        };
        out.numbers.push(number);
    }
}

impl Step {
    /// The column type of the step: texts or numbers; `None` if it fills codes or depends on a vocabulary.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Text { .. } | Self::If { text: true, .. } | Self::Replace { text: true, .. } => {
                Some(Kind::Text)
            }
            Self::Discretize(discretize) => Some(discretize.results.kind()),
            Self::EncodeText { .. }
            | Self::EncodeNumber { .. }
            | Self::IsCode { .. }
            | Self::Lookup(_)
            | Self::TreatText(_)
            | Self::TreatNumber(_)
            | Self::Model(_)
            | Self::Take { .. }
            | Self::Treated { .. } => None,
            _ => Some(Kind::Number),
        }
    }
}
