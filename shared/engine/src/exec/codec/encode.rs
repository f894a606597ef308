//! Plans to bytes. A long row of steps needs no deep stack: open steps are in a list.

use std::collections::HashMap;
use std::sync::Arc;

use satsuma_columns::DataModel;

use super::container;
use super::pieces::{Columns, FieldPiece, Head, Piece, Rows, Thing};
use crate::error::{EngineError, NodeRef};
use crate::exec::encoded::Encoded;
use crate::exec::kernel::Function;
use crate::exec::steps::{Named, Selection, Step};

/// The bytes of a plan.
///
/// # Errors
/// It is larger than an encoded plan may be.
pub(crate) fn encode(table: &Named) -> Result<Vec<u8>, EngineError> {
    let mut encoding = Encoding::default();
    encoding.steps(&table.rows.step)?;
    let head = Head {
        table: encoding.columns(table)?,
        documents: encoding.documents.iter().map(|document| document.len() as u64).collect(),
        pieces: encoding.pieces,
    };
    container::write(&head, &encoding.documents)
}

#[derive(Default)]
struct Encoding {
    pieces: Vec<Piece>,
    /// The numbers of the steps; many readers share a step.
    numbers: HashMap<*const Step, usize>,
    documents: Vec<Arc<[u8]>>,
}

enum Task<'a> {
    Open(&'a Arc<Step>),
    Close(&'a Arc<Step>),
}

impl Encoding {
    /// Adds a step behind all that it reads.
    fn steps(&mut self, last: &Arc<Step>) -> Result<(), EngineError> {
        let mut tasks = vec![Task::Open(last)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Open(step) | Task::Close(step) if self.numbers.contains_key(&Arc::as_ptr(step)) => {}
                Task::Open(step) => {
                    tasks.push(Task::Close(step));
                    tasks.extend(below(step).into_iter().map(Task::Open));
                }
                Task::Close(step) => {
                    let piece = self.piece(step)?;
                    self.numbers.insert(Arc::as_ptr(step), self.pieces.len());
                    self.pieces.push(piece);
                }
            }
        }
        Ok(())
    }

    fn piece(&mut self, step: &Step) -> Result<Piece, EngineError> {
        Ok(match step {
            Step::Read(table) => {
                let scan = &table.scan;
                Piece::Read {
                    data: self.thing(&scan.encoded, scan.node, &scan.node_ref),
                    fields: fields(&table.model),
                    ranges: scan.ranges.iter().map(|range| (range.start, range.end)).collect(),
                }
            }
            Step::Kept(table) => {
                Piece::Kept { table: self.columns(&table.kept.table)?, node: table.kept.node.clone() }
            }
            Step::Compute { input, function, arguments } => Piece::Compute {
                input: self.rows(input)?,
                kernel: self.kernel(function),
                results: function.results.clone(),
                arguments: arguments.clone(),
            },
            Step::Keep { input, function, arguments } => Piece::Keep {
                input: self.rows(input)?,
                kernel: self.kernel(function),
                arguments: arguments.clone(),
            },
            Step::Project { input, items } => {
                Piece::Project { input: self.rows(input)?, items: items.clone() }
            }
            Step::Spread { input, .. } => Piece::Spread { input: self.rows(input)? },
            Step::Serial { inputs, node } => {
                let inputs = inputs.iter().zip(&node.keys);
                let inputs = inputs.map(|(input, keys)| Ok((self.columns(input)?, keys.clone())));
                Piece::Serial {
                    inputs: inputs.collect::<Result<_, EngineError>>()?,
                    operator: self.thing(&node.encoded, node.node, &node.node_ref),
                    fields: fields(&node.model),
                }
            }
        })
    }

    fn kernel(&mut self, function: &Function) -> Thing {
        self.thing(&function.encoded, function.node, &function.node_ref)
    }

    fn thing(&mut self, encoded: &Encoded, place: usize, node: &NodeRef) -> Thing {
        self.documents.push(Arc::clone(&encoded.bytes));
        Thing {
            kind: encoded.kind.to_owned(),
            version: encoded.version,
            document: self.documents.len() - 1,
            place,
            node: node.clone(),
        }
    }

    fn rows(&self, rows: &Selection) -> Result<Rows, EngineError> {
        let number = self.numbers.get(&Arc::as_ptr(&rows.step)).copied();
        let piece =
            number.ok_or_else(|| EngineError::Query("a step was encoded before its input".to_owned()))?;
        Ok(Rows { piece, columns: rows.columns.to_vec() })
    }

    fn columns(&self, table: &Named) -> Result<Columns, EngineError> {
        Ok(Columns { rows: self.rows(&table.rows)?, fields: fields(&table.model) })
    }
}

/// The steps that a step reads.
fn below(step: &Step) -> Vec<&Arc<Step>> {
    match step {
        Step::Kept(table) => vec![&table.kept.table.rows.step],
        step => step.inputs().into_iter().map(|input| &input.step).collect(),
    }
}

fn fields(model: &DataModel) -> Vec<FieldPiece> {
    model.fields().iter().map(|field| (field.name.clone(), field.storage)).collect()
}
