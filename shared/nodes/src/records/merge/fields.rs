//! The output fields of a merge.

use std::collections::HashMap;

use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{DataFault, NodeError, require};
use satsuma_stream::{FilterOutcome, FilterTable};

use super::keyed::KeyColumns;
use crate::records::keys::columns;
use crate::records::tags::Input;

/// The filter of each input, in order.
pub(super) struct Filters {
    pub(super) tables: Vec<FilterTable>,
}

/// Where the values of a field come from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Output {
    /// A column of an input.
    Column { input: usize, column: usize },
    /// A key: the column of each input; the first input with the record supplies the value.
    Key(Vec<usize>),
}

impl Output {
    /// Its possible source columns: (input, column).
    pub(super) fn columns(&self) -> Vec<(usize, usize)> {
        match self {
            Self::Column { input, column } => vec![(*input, *column)],
            Self::Key(columns) => columns.iter().copied().enumerate().collect(),
        }
    }
}

/// The output fields, and fields for conditions only.
pub(super) struct Plan {
    kept: Vec<(Field, Output)>,
    dropped: Vec<(Field, Output)>,
}

impl Plan {
    pub(super) fn new(
        inputs: &[Input],
        models: &[DataModel],
        filters: &Filters,
        keys: &[String],
        common_keys: bool,
        rename: bool,
    ) -> Result<Self, NodeError> {
        for key in keys {
            for model in models {
                require(model, key)?;
            }
        }
        let mut plan = Self { kept: Vec::new(), dropped: Vec::new() };
        for (number, model) in models.iter().enumerate() {
            let table = filters.tables.get(number).cloned().unwrap_or_default();
            for (column, field) in model.fields().iter().enumerate() {
                let is_key = common_keys && keys.contains(&field.name);
                if is_key && number > 0 {
                    continue;
                }
                let (field, output) = match is_key {
                    true => key(field, models)?,
                    false => (field.clone(), Output::Column { input: number, column }),
                };
                match table.outcome(&field.name) {
                    FilterOutcome::Drop => plan.dropped.push((field, output)),
                    FilterOutcome::Keep => plan.kept.push((field, output)),
                    FilterOutcome::Rename(name) => {
                        let name = name.to_owned();
                        plan.kept.push((field.named(name), output));
                    }
                }
            }
        }
        if rename {
            plan.rename_duplicates(inputs)?;
        }
        Ok(plan)
    }

    /// Adds the tag as prefix to every name that occurs more than once.
    fn rename_duplicates(&mut self, inputs: &[Input]) -> Result<(), NodeError> {
        let mut times: HashMap<String, usize> = HashMap::new();
        for (field, _) in &self.kept {
            *times.entry(field.name.clone()).or_default() += 1;
        }
        for (field, output) in &mut self.kept {
            if let Output::Column { input, .. } = output
                && times.get(&field.name).is_some_and(|times| *times > 1)
                && let Some(input) = inputs.get(*input)
            {
                field.name = format!("{}_{}", input.tag()?, field.name);
            }
        }
        Ok(())
    }

    /// The output fields.
    pub(super) fn model(&self) -> Result<DataModel, NodeError> {
        Ok(DataModel::new(self.kept.iter().map(|(field, _)| field.clone()).collect())?)
    }

    pub(super) fn outputs(&self) -> Vec<Output> {
        self.kept.iter().map(|(_, output)| output.clone()).collect()
    }

    /// The fields that a condition can use, including dropped ones with a unique name.
    pub(super) fn with_dropped(&self) -> Result<DataModel, NodeError> {
        Ok(DataModel::new(self.all().map(|(field, _)| field.clone()).collect())?)
    }

    pub(super) fn all_outputs(&self) -> Vec<Output> {
        self.all().map(|(_, output)| output.clone()).collect()
    }

    fn all(&self) -> impl Iterator<Item = &(Field, Output)> {
        let is_alone = |(dropped, _): &&(Field, Output)| {
            let same = self.kept.iter().chain(&self.dropped).filter(|(field, _)| field.name == dropped.name);
            same.count() == 1
        };
        self.kept.iter().chain(self.dropped.iter().filter(is_alone))
    }

    /// The key columns of each input, with the storages as which they are compared.
    pub(super) fn keyed(&self, models: &[DataModel], keys: &[String]) -> Result<KeyColumns, NodeError> {
        let mut kinds: Vec<Storage> = Vec::with_capacity(keys.len());
        for name in keys {
            kinds.push(
                key(models.first().map_or_else(|| missing(name), |model| require(model, name))?, models)?
                    .0
                    .storage,
            );
        }
        let inputs = models.iter().map(|model| {
            let columns = columns(model, keys)?;
            Ok(columns.into_iter().map(|(at, _)| at).zip(kinds.iter().copied()).collect())
        });
        Ok(KeyColumns { inputs: inputs.collect::<Result<_, NodeError>>()? })
    }
}

fn missing<T>(name: &str) -> Result<T, NodeError> {
    Err(NodeError::Data(DataFault::MissingField { field: name.to_owned(), available: Vec::new() }))
}

/// The key field of all inputs: it has their storage, and is real for a mixture of integer and real.
fn key(field: &Field, models: &[DataModel]) -> Result<(Field, Output), NodeError> {
    let mut storage = field.storage;
    let mut columns = Vec::with_capacity(models.len());
    for model in models {
        let other = require(model, &field.name)?;
        storage = match (storage, other.storage) {
            (one, two) if one == two => one,
            (Storage::Integer | Storage::Real, Storage::Integer | Storage::Real) => Storage::Real,
            (wanted, found) => {
                return Err(NodeError::Data(DataFault::Storage {
                    field: field.name.clone(),
                    found: found.name().to_owned(),
                    wanted: format!("{wanted}, the storage of the key in the first input,"),
                }));
            }
        };
        columns.push(model.position(&field.name).unwrap_or_default());
    }
    Ok((Field { storage, ..field.clone() }, Output::Key(columns)))
}
