//! Evaluation in record order.

use arrow_array::{Array, ArrayRef, new_null_array};
use satsuma_columns::Storage;

use crate::error::Result;
use crate::kernels::Env;
use crate::op::{Frame, Op};
use crate::program::Program;
use crate::stage::{Input, State};
use crate::value::Value;

/// A program during evaluation of records in order. Pass batches to [`Scan::evaluate`], then call
/// [`Scan::finish`].
///
/// A program that looks ahead returns results late: after `n` records it has returned at least `n -
/// look_ahead` results. The concatenated results of all calls are those of the records in order.
pub struct Scan {
    program: Program,
    fields: Vec<Buffer>,
    stages: Vec<Running>,
    /// Records seen.
    seen: usize,
    /// Results returned.
    returned: usize,
}

/// A stage, and its results that others have not read yet.
struct Running {
    state: State,
    results: Buffer,
    /// Records that the stage has read.
    read: usize,
}

/// Consecutive values of a column.
struct Buffer {
    values: ArrayRef,
    start: usize,
}

impl Buffer {
    fn new(storage: Storage) -> Self {
        Self { values: new_null_array(&storage.arrow(), 0), start: 0 }
    }

    fn end(&self) -> usize {
        self.start + self.values.len()
    }

    fn push(&mut self, values: ArrayRef) -> Result<()> {
        self.values = crate::stage::append(&self.values, values)?;
        Ok(())
    }

    fn rows(&self, from: usize, to: usize) -> Value {
        let from = from.saturating_sub(self.start).min(self.values.len());
        let to = to.saturating_sub(self.start).clamp(from, self.values.len());
        Value::Column(self.values.slice(from, to - from))
    }

    fn forget_before(&mut self, record: usize) {
        let drop = record.saturating_sub(self.start).min(self.values.len());
        self.values = self.values.slice(drop, self.values.len() - drop);
        self.start += drop;
    }
}

impl Scan {
    pub(crate) fn new(program: Program) -> Self {
        let fields = program.inner().fields.iter().map(|field| Buffer::new(field.storage)).collect();
        let stages = program.inner().stages.iter().map(|stage| Running {
            state: stage.start(),
            results: Buffer::new(stage.result.storage().unwrap_or(Storage::Integer)),
            read: 0,
        });
        Self { fields, stages: stages.collect(), program, seen: 0, returned: 0 }
    }

    /// Processes the next records, with columns in the order of [`Program::fields`], and returns the known
    /// results.
    ///
    /// # Errors
    /// The columns do not match the program, or a global has no value yet.
    pub fn evaluate(&mut self, columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        self.program.inner().check_columns(columns, rows)?;
        for (buffer, column) in self.fields.iter_mut().zip(columns) {
            buffer.push(column.clone())?;
        }
        self.seen += rows;
        self.advance(false)
    }

    /// Returns the results of the last records.
    ///
    /// # Errors
    /// Those of [`Scan::evaluate`].
    pub fn finish(&mut self) -> Result<ArrayRef> {
        self.advance(true)
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    fn advance(&mut self, ends: bool) -> Result<ArrayRef> {
        let program = self.program.clone();
        for (at, stage) in program.inner().stages.iter().enumerate() {
            let known = self.known(&stage.arguments);
            let read = self.stages.get(at).map_or(0, |running| running.read);
            let rows = known.saturating_sub(read);
            let arguments =
                stage.arguments.iter().map(|op| self.rows(op, read, rows)).collect::<Result<Vec<_>>>()?;
            let input = Input {
                arguments: &arguments,
                first: read,
                rows,
                ends,
                settings: &program.context().settings,
            };
            if let Some(running) = self.stages.get_mut(at) {
                let results = running.state.push(&input)?;
                running.results.push(results)?;
                running.read += rows;
            }
        }
        let known = self.known(std::slice::from_ref(&program.inner().root));
        let rows = known.saturating_sub(self.returned);
        let value = self.rows(&program.inner().root, self.returned, rows)?;
        self.returned += rows;
        self.forget();
        program.result(value, rows)
    }

    /// The number of records for which all inputs of some operations are known.
    fn known(&self, operations: &[Op]) -> usize {
        let mut known = self.seen;
        for operation in operations {
            operation.visit(&mut |op| {
                if let Op::Stage(stage) = op {
                    known = known.min(self.stages.get(*stage).map_or(0, |running| running.results.end()));
                }
            });
        }
        known
    }

    fn rows(&self, operation: &Op, from: usize, rows: usize) -> Result<Value> {
        let to = from + rows;
        let fields: Vec<Value> = self.fields.iter().map(|buffer| buffer.rows(from, to)).collect();
        let stages: Vec<Value> = self.stages.iter().map(|running| running.results.rows(from, to)).collect();
        let env = Env { rows, settings: &self.program.context().settings };
        operation.evaluate(Frame { fields: &fields, this: &[], stages: &stages, env })
    }

    /// Drops the values that every reader has read.
    fn forget(&mut self) {
        let read = self.stages.iter().map(|running| running.read).min().unwrap_or(usize::MAX);
        let read = read.min(self.returned);
        self.fields.iter_mut().for_each(|buffer| buffer.forget_before(read));
        self.stages.iter_mut().for_each(|running| running.results.forget_before(read));
    }
}
