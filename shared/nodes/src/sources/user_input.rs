//! User Input: records that the user entered. IBM: "User Input Node", `userinputnode`.
//!
//! `order` uses one value of each field for each record; fields with fewer values are padded with nulls.
//! `combine` creates a record for each combination of values. IBM documents no order of combinations; here
//! the last field varies fastest, as in nested loops.

mod values;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use datafusion::arrow::compute::take;
use satsuma_columns::{DataModel, Field, Scalar, Settings, Storage};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRun, NodeTask, NodeType, Reported, Source,
    Table, limits, settings,
};
use satsuma_stream::tables::UserFieldTable;
use serde::{Deserialize, Serialize};

use self::values::{MOST_VALUES, parse_values};
use super::common::Parts;
use super::records_table::{self, Batches, BytesRead, RecordData, WholeData};
use super::replaced;
use crate::fields::filter::Filter;
use crate::fields::types::Types;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "UserInputNode",
    extension: None,
    inputs: Inputs::None,
    settings: UserInputSettings::LIST,
    compile,
};

settings! {
    /// Settings of a User Input node.
    pub struct UserInputSettings {
        /// The fields and their values.
        fields: UserFieldTable = parsed("userFieldTable", "data", UserFieldTable::from_element),
        /// `order` or `combine`.
        mode: String = value("dataMode", "data_mode", "combine".to_owned()),
    }
    ignored: ["filterTable", "publishTag", "typeTable"]
}

/// A User Input node.
#[derive(Debug)]
struct UserInput {
    typed: Arc<TypedRecords>,
    filter: Filter,
    types: Types,
}

/// Records that the user entered.
#[derive(Debug)]
struct TypedRecords {
    model: DataModel,
    columns: Vec<TypedColumn>,
    rows: u64,
}

/// The values of a field.
#[derive(Debug)]
struct TypedColumn {
    values: ArrayRef,
    /// Number of consecutive records with the same value.
    repeats: u64,
    /// Whether values repeat after the last.
    cycles: bool,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: UserInputSettings = compile.settings()?;
    if let Some(given) = compile.source_override() {
        return replaced::compile(compile, given);
    }
    let columns = columns(&settings.fields, compile)?;
    let typed = match settings.mode.as_str() {
        "order" => TypedRecords::in_order(columns),
        "combine" => TypedRecords::combined(columns),
        other => return Err(compile.refuse_value("dataMode", other, "order and combine are supported")),
    };
    let typed = typed.map_err(|message| compile.refuse_value("userFieldTable", "…", message))?;
    let parts = compile.read(|node| Parts::read(node.element()))?;
    Ok(Compiled::source(UserInput {
        typed: Arc::new(typed),
        filter: Filter::new(parts.filter, compile.diagnostics()),
        types: Types::new(&parts.types, compile.diagnostics())
            .limited(compile.stream().properties.maximum_set_size),
    }))
}

fn columns(table: &UserFieldTable, compile: &mut Compile<'_>) -> Result<Vec<(Field, ArrayRef)>, Reported> {
    let formats = Settings::of_stream(&compile.stream().properties)
        .map_err(|error| compile.refuse_value("dateFormat", "…", error.to_string()))?;
    let mut columns = Vec::with_capacity(table.fields.len());
    let mut left = MOST_VALUES;
    for field in &table.fields {
        let property = |what: &str| format!("userFieldTable/{:?}/{what}", field.name);
        for unknown in &field.unknown {
            compile.refuse_value(property(unknown), "…", "this setting of a field is not known");
        }
        let storage = Storage::of_stream(&field.storage).ok_or_else(|| {
            let message = "fields of this storage are not supported";
            compile.refuse_value(property("storage"), &field.storage, message)
        })?;
        let values = parse_values(&field.values, storage, &formats).map_err(|problem| {
            let shown = satsuma_engine::clipped(&field.values, limits::NAME);
            compile.refuse_value(property("values"), shown, problem)
        })?;
        left = left.checked_sub(values.len()).ok_or_else(|| {
            let message = format!("the node has more than {MOST_VALUES} values");
            compile.refuse_value("userFieldTable", "…", message)
        })?;
        columns.push((Field::new(&field.name, storage), values));
    }
    Ok(columns)
}

impl TypedRecords {
    /// One value of each field for each record.
    fn in_order(columns: Vec<(Field, ArrayRef)>) -> Result<Self, String> {
        let rows = columns.iter().map(|(_, values)| values.len() as u64).max().unwrap_or(0);
        Self::new(columns, rows, |_| (1, false))
    }

    /// A record for each combination of values.
    fn combined(columns: Vec<(Field, ArrayRef)>) -> Result<Self, String> {
        let mut repeats = vec![1; columns.len()];
        let mut rows = 1_u64;
        for ((_, values), repeats) in columns.iter().zip(&mut repeats).rev() {
            *repeats = rows;
            let product = rows.checked_mul(values.len() as u64);
            rows = product.ok_or("there are more combinations than can be counted")?;
        }
        Self::new(columns, rows, |at| (repeats.get(at).copied().unwrap_or(1), true))
    }

    fn new(
        columns: Vec<(Field, ArrayRef)>,
        rows: u64,
        places: impl Fn(usize) -> (u64, bool),
    ) -> Result<Self, String> {
        let (fields, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let model = DataModel::new(fields).map_err(|error| error.to_string())?;
        if model.is_empty() {
            return Err("the node has no fields".to_owned());
        }
        let columns = values.into_iter().enumerate().map(|(at, values)| {
            let (repeats, cycles) = places(at);
            TypedColumn { values, repeats, cycles }
        });
        Ok(Self { model, columns: columns.collect(), rows })
    }
}

impl TypedColumn {
    /// The values of some records; null after the last value.
    fn of_rows(&self, rows: std::ops::Range<u64>) -> Result<ArrayRef, NodeError> {
        let length = self.values.len() as u64;
        let places = rows.map(|row| {
            let place = row.checked_div(self.repeats)?;
            if self.cycles { place.checked_rem(length) } else { Some(place).filter(|place| *place < length) }
        });
        Ok(take(&self.values, &places.collect::<UInt64Array>(), None)?)
    }
}

#[async_trait]
impl Source for UserInput {
    fn wanted_file(&self) -> Option<&str> {
        None
    }

    fn model(&self) -> Result<DataModel, NodeError> {
        self.types.described(&self.filter.filtered(&self.typed.model)?)
    }

    async fn open(&self, run: &NodeRun) -> Result<Table, NodeError> {
        let data = TypedData::new(Arc::clone(&self.typed))?;
        let table = records_table::table(Arc::new(data), 0, run).await?;
        self.types.typed(self.filter.filter(table)?, run)
    }

    async fn instantiate(&self, table: Table, run: &NodeRun) -> Result<Table, NodeError> {
        self.types.instantiated(table, run).await
    }
}

/// The records as data of a table.
#[derive(Debug)]
struct TypedData {
    typed: Arc<TypedRecords>,
    encoded: Encoded,
}

/// The kind of typed records: the fields with their values, and how values repeat.
pub(crate) static TYPED: Kind = Kind::source("typed", 1, |found| {
    let (columns, rows): (Vec<EncodedColumn>, u64) = found.settings()?;
    let (fields, columns): (Vec<_>, Vec<_>) = columns.into_iter().map(EncodedColumn::decoded).unzip();
    let typed = TypedRecords { model: DataModel::new(fields)?, columns, rows };
    Ok(Arc::new(WholeData(Arc::new(TypedData::new(Arc::new(typed))?))))
});

/// A field and its values.
#[derive(Debug, Serialize, Deserialize)]
struct EncodedColumn {
    name: String,
    storage: Storage,
    values: Vec<Scalar>,
    repeats: u64,
    cycles: bool,
}

impl EncodedColumn {
    fn of(field: &Field, column: &TypedColumn) -> Self {
        let values = (0..column.values.len()).map(|row| Scalar::at(&column.values, row)).collect();
        let (repeats, cycles) = (column.repeats, column.cycles);
        Self { name: field.name.clone(), storage: field.storage, values, repeats, cycles }
    }

    fn decoded(self) -> (Field, TypedColumn) {
        let values = Scalar::column(&self.values, self.storage);
        let column = TypedColumn { values, repeats: self.repeats, cycles: self.cycles };
        (Field::new(self.name, self.storage), column)
    }
}

impl TypedData {
    fn new(typed: Arc<TypedRecords>) -> Result<Self, NodeError> {
        let columns = typed.model.fields().iter().zip(&typed.columns);
        let columns = columns.map(|(field, column)| EncodedColumn::of(field, column));
        let encoded = TYPED.encode(&(columns.collect::<Vec<_>>(), typed.rows))?;
        Ok(Self { typed, encoded })
    }
}

impl RecordData for TypedData {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn open(&self, _read: &BytesRead) -> Result<Box<dyn Batches>, NodeError> {
        Ok(Box::new(TypedBatches { typed: Arc::clone(&self.typed), next: 0 }))
    }
}

struct TypedBatches {
    typed: Arc<TypedRecords>,
    next: u64,
}

impl Batches for TypedBatches {
    fn model(&self) -> &DataModel {
        &self.typed.model
    }

    fn next(&mut self, _task: &NodeTask) -> Result<Option<RecordBatch>, NodeError> {
        let end = self.typed.rows.min(self.next.saturating_add(limits::BATCH_ROWS as u64));
        if self.next == end {
            return Ok(None);
        }
        let rows = self.next..end;
        let arrays = self.typed.columns.iter().map(|column| column.of_rows(rows.clone()));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some((end - self.next) as usize));
        self.next = end;
        Ok(Some(RecordBatch::try_new_with_options(self.typed.model.schema(), arrays, &options)?))
    }
}

#[cfg(test)]
mod tests {
    use satsuma_engine::testing::Sketch;

    use crate::sources::testing::{csv, refusal};

    fn sketch(mode: &str, fields: &[(&str, &str, &str)]) -> Sketch {
        let fields = fields.iter().map(|(name, storage, values)| {
            format!("<field><name>{name}</name><storage>{storage}</storage><values>{values}</values></field>")
        });
        let fields = fields.collect::<String>();
        let properties =
            format!("<dataMode>{mode}</dataMode><userFieldTable><fields>{fields}</fields></userFieldTable>");
        let mut sketch = Sketch::default();
        let source = sketch.node("UserInputNode", "Input", &properties, "");
        let table = sketch.node("TableNode", "Table", "", "");
        sketch.link(source, table).score_with(table);
        sketch
    }

    /// Evidence: IBM's page. Fields with fewer values are padded with nulls.
    #[tokio::test]
    async fn values_in_order_make_records_that_nulls_fill() {
        let fields =
            [("ID", "integer", "1 2 3"), ("NAME", "string", "'a b' 'c'"), ("DAY", "date", "2021-12-29")];
        let expected = "ID,NAME,DAY\n1,a b,2021-12-29\n2,c,$null$\n3,$null$,$null$\n";
        assert_eq!(csv(&sketch("order", &fields)).await, expected);
    }

    /// Evidence: IBM's page. A record for each combination.
    #[tokio::test]
    async fn combined_values_make_every_combination() {
        let fields = [("S", "string", "a"), ("X", "integer", "1,3,2"), ("Y", "real", "0.5 1")];
        let expected = "S,X,Y\na,1,0.5\na,1,1.0\na,3,0.5\na,3,1.0\n";
        assert_eq!(csv(&sketch("combine", &fields)).await, expected);
    }

    /// Evidence: case C3. 365 numbers and 365 dates; more than a batch of combinations.
    #[tokio::test]
    async fn c3_ranges_make_as_many_records_as_they_have_values() {
        let fields = [("I", "integer", "0,364,1"), ("D", "date", "2025-01-01,2025-12-31,1")];
        let text = csv(&sketch("order", &fields)).await;
        assert_eq!((text.lines().count(), text.lines().last()), (366, Some("364,2025-12-31")));
        let text = csv(&sketch("combine", &fields)).await;
        assert_eq!(text.lines().count(), 365 * 365 + 1);
        assert_eq!(text.lines().nth(366), Some("1,2025-01-01"));
    }

    #[tokio::test]
    async fn invalid_values_are_refused_by_field() {
        let message = refusal(&sketch("order", &[("X", "integer", "1 x")])).await;
        assert!(
            message.contains("userFieldTable/\"X\"/values") && message.contains("\"x\" is no integer"),
            "{message}"
        );
        let message = refusal(&sketch("other", &[("X", "integer", "1")])).await;
        assert!(message.contains("dataMode"), "{message}");
    }
}
