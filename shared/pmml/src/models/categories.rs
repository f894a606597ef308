//! The categories of a target, in order.

use std::collections::HashMap;

use crate::common::DataField;
use crate::error::{Location, PmmlError};
use crate::limits::MAX_CATEGORIES;
use crate::program::{Kind, Literal};

/// The categories of a target: first those of the data dictionary, then others in the model's order. `1` and
/// `1.0` are one category of a number field.
#[derive(Debug, Default)]
pub(crate) struct Categories {
    names: Vec<String>,
    places: HashMap<String, u32>,
    numeric: bool,
}

impl Categories {
    pub(crate) fn of(target: Option<&DataField>) -> Self {
        let numeric = target.and_then(|t| Kind::of(t.data_type)).is_some_and(|kind| kind != Kind::Text);
        let mut categories = Self { numeric, ..Self::default() };
        for value in target.into_iter().flat_map(DataField::valid_values) {
            categories.add(value);
        }
        categories
    }

    /// The index of a category, which is added if new.
    pub(crate) fn place(&mut self, name: &str, at: &Location) -> Result<u32, PmmlError> {
        if self.names.len() > MAX_CATEGORIES {
            return Err(PmmlError::Limit { at: at.clone(), what: "categories", limit: MAX_CATEGORIES });
        }
        Ok(self.add(name))
    }

    /// The index of a category, if it exists.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.places.get(&self.key(name)).copied()
    }

    fn add(&mut self, name: &str) -> u32 {
        let key = self.key(name);
        let next = self.names.len() as u32;
        *self.places.entry(key).or_insert_with(|| {
            self.names.push(name.to_owned());
            next
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }

    fn key(&self, name: &str) -> String {
        match (self.numeric, Kind::Number.parse(name)) {
            (true, Some(Literal::Number(number))) => (number + 0.0).to_string(),
            _ => name.to_owned(),
        }
    }
}
