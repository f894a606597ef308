//! Categories of a field as colours, panels or places on an axis.

use datafusion::arrow::array::ArrayRef;
use satsuma_columns::{DataModel, Field};
use satsuma_engine::{NodeError, require};

use crate::report::{Categories, Shown, in_order};

/// The categories of a field; without a field there is one, which all records have.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    field: Option<Field>,
    categories: Categories,
}

impl Series {
    /// The categories of a field, or of none where its name is empty.
    ///
    /// # Errors
    /// If the field is missing.
    pub(crate) fn new(name: &str, model: &DataModel) -> Result<Self, NodeError> {
        let field = (!name.is_empty()).then(|| require(model, name).cloned()).transpose()?;
        Ok(Self { field, categories: Categories::default() })
    }

    /// The field's name, if there is one.
    pub(crate) fn name(&self) -> &str {
        self.field.as_ref().map_or("", |field| &field.name)
    }

    /// The numbers of the records' categories; takes the field's column from the front of `columns`.
    ///
    /// # Errors
    /// If there are too many.
    pub(crate) fn places(&mut self, columns: &mut &[ArrayRef], rows: usize) -> Result<Vec<usize>, NodeError> {
        let (Some(field), Some((column, rest))) = (&self.field, columns.split_first()) else {
            return Ok(vec![0; rows]);
        };
        *columns = rest;
        let places = self.categories.places(column);
        self.categories.bounded(&field.name)?;
        Ok(places)
    }

    /// The categories' numbers in the order in which they are shown.
    pub(crate) fn order(&self) -> Vec<usize> {
        self.field.as_ref().map_or_else(|| vec![0], |field| in_order(field, &self.categories))
    }

    /// The names of the categories in the order in which they are shown; none without a field.
    pub(crate) fn names(&self, shown: &Shown) -> Vec<String> {
        match self.field {
            Some(_) => self.order().iter().map(|place| self.text(*place, shown)).collect(),
            None => Vec::new(),
        }
    }

    /// The name of a category.
    pub(crate) fn text(&self, place: usize, shown: &Shown) -> String {
        self.categories.values().get(place).map(|value| shown.text(value)).unwrap_or_default()
    }

    /// The categories themselves.
    pub(crate) fn categories(&self) -> &Categories {
        &self.categories
    }
}
