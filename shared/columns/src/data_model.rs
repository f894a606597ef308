//! The fields of a table.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use thiserror::Error;

use crate::Role;
use crate::field::Field;

/// The fields of a table in order, as known before reading records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataModel {
    fields: Arc<[Field]>,
    by_name: Arc<HashMap<String, usize>>,
}

/// Two fields have the same name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the field name {0:?} occurs twice")]
pub struct DuplicateField(pub String);

impl DataModel {
    /// A table with these fields.
    ///
    /// # Errors
    /// Two fields have the same name.
    pub fn new(fields: Vec<Field>) -> Result<Self, DuplicateField> {
        let mut by_name = HashMap::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            if by_name.insert(field.name.clone(), at).is_some() {
                return Err(DuplicateField(field.name.clone()));
            }
        }
        Ok(Self { fields: fields.into(), by_name: Arc::new(by_name) })
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The field with exactly this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.position(name).and_then(|at| self.fields.get(at))
    }

    /// The position of the field with exactly this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// The fields with this role, in order.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.role == role)
    }

    /// The Arrow schema of a table with these fields; every column is nullable.
    pub fn schema(&self) -> SchemaRef {
        let fields = self
            .fields
            .iter()
            .map(|field| arrow_schema::Field::new(&field.name, field.storage.arrow(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Storage;

    #[test]
    fn fields_are_found_by_exact_name_and_names_are_unique() {
        let fields = vec![Field::new("Age", Storage::Integer), Field::new("age", Storage::Real)];
        let model = DataModel::new(fields).unwrap();
        assert_eq!(model.position("age"), Some(1));
        assert_eq!(model.field("AGE"), None);

        let twice = vec![Field::new("Age", Storage::Integer), Field::new("Age", Storage::Real)];
        assert_eq!(DataModel::new(twice), Err(DuplicateField("Age".to_owned())));
    }
}
