//! Fields from the values of a field: Set to Flag and Restructure list pairs of a field and a value.

use std::collections::BTreeMap;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use satsuma_columns::{DataModel, Scalar};
use satsuma_engine::{NodeError, require};
use satsuma_stream::{Element, StreamError};
use serde::{Deserialize, Serialize};

use crate::literal;
use crate::lookup::Lookup;

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueOf {
    /// The field.
    pub field: String,
    /// The value, as text.
    pub value: String,
    /// Whether the new name contains the name of the field.
    pub with_name: bool,
}

/// Reads `persistentObjectListMember(srcFieldName, srcFieldValue, …)`.
pub(super) fn values_of(element: &Element) -> Result<Vec<ValueOf>, StreamError> {
    let members = element.children("persistentObjectListMember").map(|member| {
        Ok(ValueOf {
            field: member.require_value("srcFieldName")?,
            value: member.get_or("srcFieldValue", String::new())?,
            with_name: member.get_or("includeFieldNames", true)?,
        })
    });
    members.collect()
}

/// Finds the values in the columns of their fields.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Finder {
    /// The fields, each once.
    pub(super) fields: Vec<String>,
    lookups: Vec<Lookup>,
    /// For each value, the index of its field, and its index among the values of the field.
    places: Vec<(usize, Option<u32>)>,
}

impl Finder {
    /// # Errors
    /// A field is missing, or texts cannot represent values of its storage.
    pub(super) fn new(values: &[ValueOf], model: &DataModel) -> Result<Self, NodeError> {
        let mut by_field: BTreeMap<&str, (usize, Vec<Scalar>)> = BTreeMap::new();
        let mut fields = Vec::new();
        let mut places = Vec::with_capacity(values.len());
        for value in values {
            let field = require(model, &value.field)?;
            if field.storage.is_temporal() {
                let message = format!(
                    "{:?} is {}; values of text and numbers are supported",
                    field.name, field.storage
                );
                return Err(NodeError::unsupported(message));
            }
            let (at, known) = by_field.entry(&value.field).or_insert_with(|| {
                fields.push(value.field.clone());
                (fields.len() - 1, Vec::new())
            });
            let scalar = literal::of_field(&value.value, field.storage);
            // A text that is not a value of the field occurs in no record.
            let place = scalar.map(|scalar| match known.iter().position(|known| *known == scalar) {
                Some(place) => place,
                None => {
                    known.push(scalar);
                    known.len() - 1
                }
            });
            places.push((*at, place.and_then(|place| u32::try_from(place).ok())));
        }
        let mut lookups = vec![Lookup::new([]); fields.len()];
        for (at, known) in by_field.into_values() {
            if let Some(lookup) = lookups.get_mut(at) {
                *lookup = Lookup::new(&known);
            }
        }
        Ok(Self { fields, lookups, places })
    }

    /// For each value, whether the records have it; `columns` are those of the fields.
    ///
    /// # Errors
    /// A column contains lists.
    pub(super) fn matches(&self, columns: &[ArrayRef]) -> Result<impl Iterator<Item = Vec<bool>>, NodeError> {
        let found = self.lookups.iter().zip(columns).map(|(lookup, column)| lookup.find(column));
        let found = found.collect::<Result<Vec<UInt32Array>, _>>()?;
        Ok(self.places.iter().map(move |(field, place)| match (found.get(*field), place) {
            (Some(found), Some(place)) => found.iter().map(|found| found == Some(*place)).collect(),
            (Some(found), None) => vec![false; found.iter().len()],
            (None, _) => Vec::new(),
        }))
    }
}
