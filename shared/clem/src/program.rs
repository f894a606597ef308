//! Checked expressions that can be evaluated.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, BooleanArray};
use satsuma_columns::{Field, Measure, Storage};

use crate::check::{Checked, Part};
use crate::context::{CheckContext, Statistic};
use crate::error::{ErrorKind, Result};
use crate::kernels::{Env, convert};
use crate::kind::Kind;
use crate::op::{Frame, Op};
use crate::scan::Scan;
use crate::stage::Stage;
use crate::value::Value;

/// A checked expression. Cheap to clone; may be shared between threads.
#[derive(Clone)]
pub struct Program {
    inner: Arc<Inner>,
    /// The storage that the caller requests instead of the expression's own.
    target: Option<Storage>,
}

pub(crate) struct Inner {
    pub(crate) source: Arc<str>,
    pub(crate) context: CheckContext,
    pub(crate) root: Op,
    kind: Kind,
    pub(crate) fields: Vec<Field>,
    positions: Vec<usize>,
    pub(crate) stages: Vec<Stage>,
    parameters: Vec<String>,
    globals: Vec<(String, Statistic)>,
    is_random: bool,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("source", &self.inner.source).field("kind", &self.inner.kind).finish()
    }
}

impl Program {
    pub(crate) fn new(source: Arc<str>, context: CheckContext, checked: Checked) -> Self {
        let Part { op, kind } = checked.root;
        let inner = Inner {
            source,
            context,
            root: op,
            kind,
            fields: checked.fields,
            positions: checked.positions,
            stages: checked.stages,
            parameters: checked.parameters.into_iter().collect(),
            globals: checked.globals.into_iter().collect(),
            is_random: checked.is_random,
        };
        Self { inner: Arc::new(inner), target: None }
    }

    /// The expression's text.
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// The storage of the result; `None` if the result is null in every record (`undef`).
    pub fn storage(&self) -> Option<Storage> {
        self.target.or_else(|| self.inner.kind.storage())
    }

    /// Whether the expression is a condition: its values are true, false and null. As numbers they are 1 and 0.
    pub fn is_condition(&self) -> bool {
        self.inner.kind == Kind::Truth && self.target.is_none()
    }

    /// The default measure of such a result in Modeler: text is categorical, a condition a flag, anything
    /// else continuous.
    pub fn measure(&self) -> Measure {
        match self.storage() {
            _ if self.is_condition() => Measure::Flag,
            Some(Storage::String) => Measure::Discrete,
            None => Measure::Typeless,
            Some(_) => Measure::Range,
        }
    }

    /// The fields that the expression reads, in the column order of [`Program::evaluate`].
    pub fn fields(&self) -> &[Field] {
        &self.inner.fields
    }

    /// The positions of these fields in the data model of the check.
    pub fn positions(&self) -> &[usize] {
        &self.inner.positions
    }

    /// The columns that the program reads, from all columns of a table with the data model of the check.
    ///
    /// # Errors
    /// The table has too few columns.
    pub fn select(&self, table: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let column = |position: &usize| {
            let missing = || ErrorKind::Columns(format!("there is no column {position}")).anywhere();
            table.get(*position).cloned().ok_or_else(missing)
        };
        self.inner.positions.iter().map(column).collect()
    }

    /// Whether the result of a record depends on others or on its number, or is random. Such a program needs
    /// records in order, and [`Program::scan`].
    pub fn needs_order(&self) -> bool {
        !self.inner.stages.is_empty()
    }

    /// Whether the expression draws random numbers.
    pub fn is_random(&self) -> bool {
        self.inner.is_random
    }

    /// Number of records that must follow a record before its result is known: 0 for most programs,
    /// [`usize::MAX`] for all of them.
    pub fn look_ahead(&self) -> usize {
        self.inner.look_ahead_of(&self.inner.root)
    }

    /// Number of records before the current one that the expression may read; `None` for all of them.
    pub fn look_back(&self) -> Option<usize> {
        self.inner.stages.iter().try_fold(0_usize, |sum, stage| Some(sum.saturating_add(stage.look_back()?)))
    }

    /// The parameters that the expression reads, without `$P-`.
    pub fn parameters(&self) -> &[String] {
        &self.inner.parameters
    }

    /// The globals that the expression reads.
    pub fn globals(&self) -> &[(String, Statistic)] {
        &self.inner.globals
    }

    /// The program with its result in another storage: integers become reals, null gets the storage, whole
    /// reals become integers, other reals null.
    ///
    /// # Errors
    /// The result cannot have that storage.
    pub fn with_storage(&self, storage: Storage) -> Result<Self> {
        let targeting = || Self { target: Some(storage), ..self.clone() };
        let Some(own) = self.inner.kind.storage() else {
            return Ok(targeting());
        };
        if own == storage || (own.is_numeric() && storage.is_numeric()) {
            return Ok(targeting());
        }
        let (expected, found) = (storage.name().to_owned(), own.name().to_owned());
        let kind = ErrorKind::Type { what: "the result".to_owned(), expected, found };
        Err(kind.at(&self.inner.source, 0))
    }

    /// The values for all rows of a batch, in the Arrow type of [`Program::storage`] (`Int64` for only null).
    ///
    /// The columns are those of [`Program::fields`], in their order. Batches may be evaluated in any order,
    /// concurrently, and from several threads.
    ///
    /// # Errors
    /// The columns do not match the program, the program needs records in order, or a global has no value
    /// yet.
    pub fn evaluate(&self, columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let value = self.inner.evaluate(columns, rows)?;
        self.result(value, rows)
    }

    /// The rows for which the expression is true; null counts as false. A Select node includes or discards
    /// these.
    ///
    /// # Errors
    /// Those of [`Program::evaluate`], or an expression that is neither a condition nor a number.
    pub fn holds(&self, columns: &[ArrayRef], rows: usize) -> Result<BooleanArray> {
        let truths = self.truths(columns, rows)?;
        Ok(BooleanArray::new(crate::kernels::logic::holds(&Value::Truth(truths), rows)?, None))
    }

    /// True, false or null for all rows of a batch. A number is true if it is not 0.
    ///
    /// # Errors
    /// Those of [`Program::holds`].
    pub fn truths(&self, columns: &[ArrayRef], rows: usize) -> Result<BooleanArray> {
        let value = self.inner.evaluate(columns, rows)?;
        if self.inner.kind == Kind::Truth {
            return value.into_truths(rows);
        }
        truths_of(&self.result(value, rows)?, &self.inner.source)
    }

    /// A scan of records in order; also available to programs that need no order.
    pub fn scan(&self) -> Scan {
        Scan::new(self.clone())
    }

    pub(crate) fn context(&self) -> &CheckContext {
        &self.inner.context
    }

    pub(crate) fn target(&self) -> Option<Storage> {
        self.target
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// A value as a column of the program's storage.
    pub(crate) fn result(&self, value: Value, rows: usize) -> Result<ArrayRef> {
        self.inner.result(value, self.target, rows)
    }
}

/// Booleans from a column that a program returned: 1 and 0 of a condition; any other number except 0 is true.
///
/// # Errors
/// The column is neither integer nor real.
pub fn truths_of(column: &ArrayRef, source: &str) -> Result<BooleanArray> {
    if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        let values = numbers.values().iter().map(|number| *number != 0).collect();
        return Ok(BooleanArray::new(values, numbers.nulls().cloned()));
    }
    let found = Storage::of_arrow(column.data_type()).map_or("another type", Storage::name).to_owned();
    let (what, expected) = ("the expression".to_owned(), "a condition".to_owned());
    Err(ErrorKind::Type { what, expected, found }.at(source, 0))
}

impl Inner {
    fn look_ahead_of(&self, op: &Op) -> usize {
        let mut most = 0;
        op.visit(&mut |op| {
            if let Op::Stage(at) = op
                && let Some(stage) = self.stages.get(*at)
            {
                let arguments = stage.arguments.iter().map(|op| self.look_ahead_of(op)).max();
                most = most.max(stage.look_ahead().saturating_add(arguments.unwrap_or(0)));
            }
        });
        most
    }

    fn evaluate(&self, columns: &[ArrayRef], rows: usize) -> Result<Value> {
        self.check_columns(columns, rows)?;
        if !self.stages.is_empty() {
            let message = "it depends on the order of records or is random; scan it".to_owned();
            return Err(ErrorKind::Columns(message).at(&self.source, 0));
        }
        let fields: Vec<Value> = columns.iter().cloned().map(Value::Column).collect();
        let env = Env { rows, settings: &self.context.settings };
        self.root.evaluate(Frame { fields: &fields, this: &[], stages: &[], env })
    }

    fn result(&self, value: Value, target: Option<Storage>, rows: usize) -> Result<ArrayRef> {
        let own = self.kind.storage();
        let storage = target.or(own).unwrap_or(Storage::Integer);
        let env = Env { rows, settings: &self.context.settings };
        let value = match (own, storage) {
            (Some(Storage::Integer), Storage::Real) => {
                let integers = Value::Column(value.into_column(Storage::Integer, rows)?);
                match convert::implicit(Kind::Integer, Kind::Real).flatten() {
                    Some(kernel) => kernel(&[integers], env)?,
                    None => integers,
                }
            }
            (Some(Storage::Real), Storage::Integer) => {
                match convert::lenient(Kind::Real, Kind::Integer).flatten() {
                    Some(kernel) => kernel(&[value], env)?,
                    None => value,
                }
            }
            _ => value,
        };
        value.into_column(storage, rows)
    }

    pub(crate) fn check_columns(&self, columns: &[ArrayRef], rows: usize) -> Result<()> {
        let fault = |message: String| ErrorKind::Columns(message).anywhere();
        if columns.len() != self.fields.len() {
            return Err(fault(format!("{} columns instead of {}", columns.len(), self.fields.len())));
        }
        for (column, field) in columns.iter().zip(&self.fields) {
            if column.data_type() != &field.storage.arrow() {
                let (found, wanted) = (column.data_type(), field.storage);
                return Err(fault(format!("\"{}\" is {found} instead of {wanted}", field.name)));
            }
            if column.len() != rows {
                return Err(fault(format!("\"{}\" has {} rows instead of {rows}", field.name, column.len())));
            }
        }
        Ok(())
    }
}
