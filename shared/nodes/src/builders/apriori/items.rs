//! Items: values of fields that records have or have not.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use satsuma_columns::{Field, Measure, Scalar, Storage, Values};
use satsuma_engine::NodeError;
use satsuma_mining::association::Transactions;

use super::baskets::Baskets;
use crate::builders::roles::uninstantiated;

/// The most items: each takes a bit of every record.
const MAX_ITEMS: usize = 10_000;

/// A field has a value.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The place of the field among those that are used.
    pub(super) field: usize,
    pub(super) value: Scalar,
}

/// The fields that are used, and their items in the order of fields and values.
#[derive(Debug, Default)]
pub(super) struct Items {
    fields: Vec<Field>,
    /// For each field its place in the table, and whether it may be an antecedent and a consequent.
    places: Vec<(usize, (bool, bool))>,
    items: Vec<Item>,
}

impl Items {
    /// Adds the items of a field.
    ///
    /// # Errors
    /// If the field is continuous, or its values are not known.
    pub(super) fn add(
        &mut self,
        field: &Field,
        at: usize,
        roles: (bool, bool),
        only_true: bool,
        is_running: bool,
    ) -> Result<(), NodeError> {
        let values = match (&field.measure, &field.values) {
            (Measure::Flag | Measure::Set | Measure::OrderedSet | Measure::Discrete, Values::Unread) => {
                return Err(uninstantiated(field, is_running));
            }
            (_, Values::Flag(_, yes)) if only_true => vec![yes.clone()],
            (Measure::Flag | Measure::Set | Measure::OrderedSet, values) => values.members(),
            _ => {
                return Err(NodeError::Model(format!(
                    "field {:?} is continuous; association rules need flag, nominal or ordinal fields",
                    field.name
                )));
            }
        };
        let number = self.fields.len();
        self.items.extend(values.into_iter().map(|value| Item { field: number, value }));
        if self.items.len() > MAX_ITEMS {
            let message = format!("the fields have more than {MAX_ITEMS} values together; use fewer fields");
            return Err(NodeError::Model(message));
        }
        self.fields.push(field.clone());
        self.places.push((at, roles));
        Ok(())
    }

    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub(super) fn get(&self, item: usize) -> Option<(&Field, &Scalar)> {
        let item = self.items.get(item)?;
        Some((self.fields.get(item.field)?, &item.value))
    }

    /// Whether some field may be an antecedent and another one a consequent.
    pub(super) fn may_have_rules(&self) -> bool {
        let before = self.places.iter().filter(|(_, (before, _))| *before).count();
        let behind = self.places.iter().filter(|(_, (_, behind))| *behind).count();
        let either = self.places.iter().filter(|(_, (before, behind))| *before || *behind).count();
        before > 0 && behind > 0 && either > 1
    }

    /// For each item whether it may be an antecedent, and a consequent.
    pub(super) fn roles(&self) -> (Vec<bool>, Vec<bool>) {
        let roles = |item: &Item| self.places.get(item.field).map_or((false, false), |(_, roles)| *roles);
        self.items.iter().map(roles).unzip()
    }

    pub(super) fn transactions(&self) -> Transactions {
        Transactions::new(self.items.len())
    }

    pub(super) fn reader(&self) -> Reader {
        let mut columns: Vec<Column> = self
            .fields
            .iter()
            .zip(&self.places)
            .map(|(field, (at, _))| Column { at: *at, storage: field.storage, ..Column::default() })
            .collect();
        for (number, item) in self.items.iter().enumerate() {
            let Some(column) = columns.get_mut(item.field) else { continue };
            match item.value.as_str() {
                Some(text) => {
                    column.texts.insert(text.to_owned(), number);
                }
                None => column.others.push((item.value.clone(), number)),
            }
        }
        Reader { columns }
    }
}

/// Finds the items of records.
#[derive(Debug)]
pub(super) struct Reader {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    at: usize,
    storage: Storage,
    texts: HashMap<String, usize>,
    others: Vec<(Scalar, usize)>,
}

impl Default for Column {
    fn default() -> Self {
        Self { at: 0, storage: Storage::String, texts: HashMap::new(), others: Vec::new() }
    }
}

impl Reader {
    pub(super) fn read(&self, batch: &RecordBatch, transactions: &mut Transactions) -> Result<(), NodeError> {
        let first = transactions.records();
        transactions.grow(batch.num_rows());
        for column in &self.columns {
            if let Some(values) = batch.columns().get(column.at) {
                column.read(values, |row, item| transactions.add(first + row, item));
            }
        }
        Ok(())
    }

    /// Reads records that are items of transactions.
    pub(super) fn read_items(
        &self,
        batch: &RecordBatch,
        baskets: &mut Baskets,
        transactions: &mut Transactions,
    ) -> Result<(), NodeError> {
        let (numbers, count) = baskets.numbers(batch)?;
        transactions.grow(count.saturating_sub(transactions.records()));
        for column in &self.columns {
            if let Some(values) = batch.columns().get(column.at) {
                column.read(values, |row, item| {
                    if let Some(number) = numbers.get(row) {
                        transactions.add(*number, item);
                    }
                });
            }
        }
        Ok(())
    }
}

impl Column {
    fn read(&self, values: &ArrayRef, mut add: impl FnMut(usize, usize)) {
        if self.storage == Storage::String
            && let Some(texts) = values.as_string_opt::<i32>()
        {
            for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
                if let Some(item) = self.texts.get(texts.value(row)) {
                    add(row, *item);
                }
            }
            return;
        }
        for row in 0..values.len() {
            let value = Scalar::at(values, row);
            if let Some((_, item)) = self.others.iter().find(|(known, _)| *known == value) {
                add(row, *item);
            }
        }
    }
}
