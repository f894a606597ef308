//! Bytes to plans.

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::execution::SessionState;
use satsuma_columns::{DataModel, Field, Storage};

use super::container::{self, undecodable};
use super::pieces::{Columns, FieldPiece, Head, Piece, Rows, Thing};
use crate::error::EngineError;
use crate::exec::cache::{Kept, KeptTable};
use crate::exec::kernel::Function;
use crate::exec::kind::Kind;
use crate::exec::serial::{IDENTITY, SerialNode};
use crate::exec::source::SourceTable;
use crate::exec::steps::{Item, Named, Place, Selection, Step};
use crate::limits::{FIELDS, PLAN_DEPTH, PLAN_FIELDS, PLAN_PIECES, PLAN_RANGES};
use crate::order::{ORDER, SortKey};

/// The plan of some bytes, to be run in so many partitions.
///
/// # Errors
/// [`EngineError::Undecodable`] if the bytes are damaged, or need a kind that this process lacks.
pub(crate) fn decode(
    bytes: &[u8],
    kinds: &'static [&'static Kind],
    state: &SessionState,
    partitions: usize,
) -> Result<Named, EngineError> {
    let (head, documents) = container::read(bytes)?;
    let Head { pieces, table, .. } = head;
    if pieces.len() > PLAN_PIECES {
        return Err(undecodable(format!("it has {} pieces; at most {PLAN_PIECES} are read", pieces.len())));
    }
    let partitions = partitions.max(1);
    let mut decoding =
        Decoding { kinds, documents, state, partitions, made: Vec::new(), columns: 0, ranges: 0 };
    for piece in pieces {
        let made = decoding.piece(piece)?;
        decoding.made.push(made);
    }
    decoding.table(table)
}

/// The type of a step's column.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    Stored(Storage),
    /// The results of a kernel.
    Results(Vec<Storage>),
}

/// A step that was decoded.
struct Made {
    step: Arc<Step>,
    types: Vec<Type>,
    /// The number of steps in a row up to this one.
    depth: usize,
}

struct Decoding<'a> {
    kinds: &'static [&'static Kind],
    documents: Vec<&'a [u8]>,
    state: &'a SessionState,
    partitions: usize,
    made: Vec<Made>,
    /// Columns of all pieces so far.
    columns: usize,
    /// Ranges of all pieces so far.
    ranges: usize,
}

impl Decoding<'_> {
    fn piece(&mut self, piece: Piece) -> Result<Made, EngineError> {
        match piece {
            Piece::Read { data, fields, ranges } => self.read(&data, fields, ranges),
            Piece::Kept { table, node } => {
                let depth = self.depth(&table.rows)?;
                let types = types(&table.fields);
                let kept = Kept::new(self.table(table)?, node, self.state)?;
                let step = Step::Kept(KeptTable::new(Arc::new(kept), self.partitions));
                Self::made(step, types, depth)
            }
            Piece::Compute { input, kernel, results, arguments } => {
                self.count(results.len())?;
                let depth = self.depth(&input)?;
                let (input, mut types) = self.rows(input)?;
                let function =
                    Function::of_results(self.kernel(&kernel)?, results.clone(), arguments.len(), at(kernel));
                check_arguments(&arguments, &types)?;
                types.push(Type::Results(results));
                Self::made(Step::Compute { input, function, arguments }, types, depth)
            }
            Piece::Keep { input, kernel, arguments } => {
                let depth = self.depth(&input)?;
                let (input, types) = self.rows(input)?;
                let function = Function::of_choice(self.kernel(&kernel)?, arguments.len(), at(kernel));
                check_arguments(&arguments, &types)?;
                Self::made(Step::Keep { input, function, arguments }, types, depth)
            }
            Piece::Project { input, items } => {
                self.count(items.len())?;
                let depth = self.depth(&input)?;
                let (input, types) = self.rows(input)?;
                let of_items = items.iter().map(|item| item_type(item, &types));
                let types = of_items.collect::<Result<Vec<_>, _>>()?;
                Self::made(Step::Project { input, items }, types, depth)
            }
            Piece::Spread { input } => {
                let depth = self.depth(&input)?;
                let (input, types) = self.rows(input)?;
                Self::made(Step::Spread { input, partitions: self.partitions }, types, depth)
            }
            Piece::Serial { inputs, operator, fields } => self.serial(inputs, operator, fields),
        }
    }

    fn read(
        &mut self,
        data: &Thing,
        fields: Vec<FieldPiece>,
        ranges: Vec<(u64, u64)>,
    ) -> Result<Made, EngineError> {
        self.ranges += ranges.len();
        if self.ranges > PLAN_RANGES {
            return Err(undecodable(format!("its data have more than {PLAN_RANGES} ranges")));
        }
        if ranges.iter().any(|(start, end)| start > end) {
            return Err(undecodable(format!("{}: a range ends before it starts", data.node)));
        }
        let ranges = ranges.into_iter().map(|(start, end)| start..end).collect();
        let types = types(&fields);
        let model = self.model(fields)?;
        let kind = self.kind(data)?;
        let source = kind.decode_source(self.document(data)?, &data.node, &model.schema());
        let source = source.map_err(|error| damaged(data, &error))?;
        let node = (data.place, data.node.clone());
        let table = SourceTable::of_ranges(source, model, node, ranges, self.partitions);
        Self::made(Step::Read(table), types, 0)
    }

    fn serial(
        &mut self,
        inputs: Vec<(Columns, Vec<SortKey>)>,
        operator: Thing,
        fields: Vec<FieldPiece>,
    ) -> Result<Made, EngineError> {
        let mut depth = 0;
        let (mut tables, mut keys) = (Vec::new(), Vec::new());
        for (input, own) in inputs {
            depth = depth.max(self.depth(&input.rows)?);
            let table = self.table(input)?;
            if let Some(key) = own.iter().find(|key| table.model.position(&key.field).is_none()) {
                return Err(undecodable(format!("{}: no field {:?} to sort by", operator.node, key.field)));
            }
            tables.push(table);
            keys.push(own);
        }
        if tables.is_empty() {
            return Err(undecodable(format!("{}: an operator without inputs", operator.node)));
        }
        let types = types(&fields);
        let model = self.model(fields)?;
        let kind = self.kind(&operator)?;
        let made = kind.decode_serial(self.document(&operator)?, &operator.node, &model.schema());
        let made = made.map_err(|error| damaged(&operator, &error))?;
        let is_same = |table: &Named| {
            let pairs = table.model.fields().iter().zip(model.fields());
            table.model.len() == model.len() && pairs.into_iter().all(|(one, two)| one.storage == two.storage)
        };
        if made.is_identity() && !tables.iter().all(is_same) {
            return Err(undecodable(format!("{}: its inputs have other fields", operator.node)));
        }
        let node = SerialNode::made(keys, made, model, at(operator));
        Self::made(Step::Serial { inputs: tables, node }, types, depth)
    }

    fn made(step: Step, types: Vec<Type>, depth: usize) -> Result<Made, EngineError> {
        if depth >= PLAN_DEPTH {
            return Err(undecodable(format!("more than {PLAN_DEPTH} pieces are in a row")));
        }
        Ok(Made { step: Arc::new(step), types, depth: depth + 1 })
    }

    /// A table of earlier pieces.
    fn table(&mut self, table: Columns) -> Result<Named, EngineError> {
        let wanted = types(&table.fields);
        let model = self.model(table.fields)?;
        let (rows, found) = self.rows(table.rows)?;
        match found == wanted {
            true => Ok(Named { rows, model }),
            false => Err(undecodable("the columns of a table have other types than its fields")),
        }
    }

    /// Columns of an earlier piece, and their types.
    fn rows(&mut self, rows: Rows) -> Result<(Selection, Vec<Type>), EngineError> {
        self.count(rows.columns.len())?;
        let made = self.earlier(&rows)?;
        let of_column = |place: &Place| {
            let column = made.types.get(place.column());
            match (place, column) {
                (Place::Column(_), Some(found)) => Some(found.clone()),
                (Place::Part { at, .. }, Some(Type::Results(results))) => {
                    results.get(*at).copied().map(Type::Stored)
                }
                _ => None,
            }
        };
        let types = rows.columns.iter().map(of_column).collect::<Option<Vec<_>>>();
        let types = types.ok_or_else(|| undecodable("a piece reads a column that is not there"))?;
        Ok((Selection { step: Arc::clone(&made.step), columns: rows.columns.into() }, types))
    }

    fn earlier(&self, rows: &Rows) -> Result<&Made, EngineError> {
        self.made.get(rows.piece).ok_or_else(|| undecodable("a piece reads one that does not precede it"))
    }

    fn depth(&self, rows: &Rows) -> Result<usize, EngineError> {
        Ok(self.earlier(rows)?.depth)
    }

    /// The fields of a table.
    fn model(&mut self, fields: Vec<FieldPiece>) -> Result<DataModel, EngineError> {
        self.count(fields.len())?;
        if fields.len() > FIELDS {
            return Err(undecodable(format!(
                "a table has {} fields; at most {FIELDS} are read",
                fields.len()
            )));
        }
        if fields.iter().any(|(name, _)| name == ORDER) {
            return Err(undecodable("a field has the name of the order"));
        }
        let fields = fields.into_iter().map(|(name, storage)| Field::new(name, storage)).collect();
        DataModel::new(fields).map_err(undecodable)
    }

    fn count(&mut self, columns: usize) -> Result<(), EngineError> {
        self.columns = self.columns.saturating_add(columns);
        match self.columns > 2 * PLAN_FIELDS {
            true => Err(undecodable("its pieces have more columns than any plan")),
            false => Ok(()),
        }
    }

    fn kernel(&self, thing: &Thing) -> Result<Arc<dyn crate::exec::Kernel>, EngineError> {
        let kernel =
            self.kind(thing)?.decode_kernel(self.document(thing)?, &thing.node, &Arc::new(Schema::empty()));
        kernel.map_err(|error| damaged(thing, &error))
    }

    fn kind(&self, thing: &Thing) -> Result<&'static Kind, EngineError> {
        let mut kinds = self.kinds.iter().copied().chain([&IDENTITY]);
        let kind = kinds
            .find(|kind| kind.name == thing.kind)
            .ok_or_else(|| undecodable(format!("{}: the kind {:?} is not known", thing.node, thing.kind)))?;
        match kind.version == thing.version {
            true => Ok(kind),
            false => Err(undecodable(format!(
                "{}: the kind {:?} has version {}, this process reads {}",
                thing.node, thing.kind, thing.version, kind.version
            ))),
        }
    }

    fn document(&self, thing: &Thing) -> Result<&[u8], EngineError> {
        let document = self.documents.get(thing.document).copied();
        document.ok_or_else(|| undecodable(format!("{}: its settings are missing", thing.node)))
    }
}

fn at(thing: Thing) -> (usize, crate::error::NodeRef) {
    (thing.place, thing.node)
}

/// The types of fields and the order.
fn types(fields: &[FieldPiece]) -> Vec<Type> {
    let stored = fields.iter().map(|(_, storage)| Type::Stored(*storage));
    stored.chain([Type::Stored(Storage::Integer)]).collect()
}

fn check_arguments(arguments: &[usize], types: &[Type]) -> Result<(), EngineError> {
    let is_there = |at: &usize| matches!(types.get(*at), Some(Type::Stored(_)));
    match arguments.iter().all(is_there) {
        true => Ok(()),
        false => Err(undecodable("a kernel reads a column that is not there")),
    }
}

fn item_type(item: &Item, types: &[Type]) -> Result<Type, EngineError> {
    let missing = || undecodable("a projection reads a column that is not there");
    let stored = |at: &usize| match types.get(*at) {
        Some(Type::Stored(storage)) => Ok(*storage),
        _ => Err(missing()),
    };
    Ok(Type::Stored(match item {
        Item::Column(at) => stored(at)?,
        Item::Cast(at, storage) => stored(at).map(|_| *storage)?,
        Item::Constant(value, storage) => match value.storage() {
            Some(own) if own != *storage => return Err(undecodable("a constant has another storage")),
            _ => *storage,
        },
    }))
}

fn damaged(thing: &Thing, error: &crate::error::NodeError) -> EngineError {
    undecodable(format!("{}: {error}", thing.node))
}
