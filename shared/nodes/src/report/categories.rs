//! Values that occur in a column, numbered in the order in which they occur first.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use satsuma_columns::{Field, Scalar, Storage};
use satsuma_engine::NodeError;

/// More categories than this no table or chart shows in a useful way.
const MAX_CATEGORIES: usize = 2_000;

/// Values that occur, each with its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Categories {
    texts: HashMap<Arc<str>, usize>,
    numbers: HashMap<(Storage, u64), usize>,
    null: Option<usize>,
    values: Vec<Scalar>,
}

impl Categories {
    /// The values, by their numbers.
    pub(crate) fn values(&self) -> &[Scalar] {
        &self.values
    }

    /// The number of a value.
    pub(crate) fn place(&mut self, value: &Scalar) -> usize {
        let next = self.values.len();
        let place = match (value, key(value)) {
            (Scalar::String(text), _) => match self.texts.get(text.as_ref()) {
                Some(place) => return *place,
                None => *self.texts.entry(Arc::clone(text)).or_insert(next),
            },
            (_, Some(key)) => *self.numbers.entry(key).or_insert(next),
            (_, None) => *self.null.get_or_insert(next),
        };
        if place == next {
            self.values.push(value.clone());
        }
        place
    }

    /// The number of a value that occurs.
    pub(crate) fn find(&self, value: &Scalar) -> Option<usize> {
        match (value, key(value)) {
            (Scalar::String(text), _) => self.texts.get(text.as_ref()).copied(),
            (_, Some(key)) => self.numbers.get(&key).copied(),
            (_, None) => self.null,
        }
    }

    /// The numbers of all values of a column.
    pub(crate) fn places(&mut self, column: &ArrayRef) -> Vec<usize> {
        match column.as_string_opt::<i32>() {
            Some(texts) => texts.iter().map(|text| self.text(text)).collect(),
            None => (0..column.len()).map(|row| self.place(&Scalar::at(column, row))).collect(),
        }
    }

    fn text(&mut self, text: Option<&str>) -> usize {
        let known = match text {
            Some(text) => self.texts.get(text).copied(),
            None => self.null,
        };
        known.unwrap_or_else(|| self.place(&text.map_or(Scalar::Null, Scalar::text)))
    }

    /// Fails where there are more than a table or chart can show.
    ///
    /// # Errors
    /// If there are.
    pub(crate) fn bounded(&self, field: &str) -> Result<(), NodeError> {
        match self.values.len() > MAX_CATEGORIES {
            false => Ok(()),
            true => Err(NodeError::unsupported(format!(
                "field {field:?} has more than {MAX_CATEGORIES} values; bin or reclassify it first"
            ))),
        }
    }
}

/// A number that means the value; equal numbers of different storages are one value.
fn key(value: &Scalar) -> Option<(Storage, u64)> {
    Some(match value {
        Scalar::Null | Scalar::String(_) => return None,
        Scalar::Integer(number) => (Storage::Integer, number.cast_unsigned()),
        Scalar::Real(number) => match value.to_storage(Storage::Integer) {
            Some(Scalar::Integer(whole)) => (Storage::Integer, whole.cast_unsigned()),
            _ => (Storage::Real, number.to_bits()),
        },
        Scalar::Date(days) => (Storage::Date, i64::from(*days).cast_unsigned()),
        Scalar::Time(micros) => (Storage::Time, micros.cast_unsigned()),
        Scalar::Timestamp(micros) => (Storage::Timestamp, micros.cast_unsigned()),
    })
}

/// The numbers of the categories of a field in the order of its type, others after them in Modeler's order of values.
pub(crate) fn in_order(field: &Field, categories: &Categories) -> Vec<usize> {
    let members = field.values.members();
    let mut typed = Categories::default();
    members.iter().for_each(|member| {
        typed.place(member);
    });
    let mut order: Vec<usize> = (0..categories.values().len()).collect();
    let rank = |place: &usize| categories.values().get(*place).and_then(|value| typed.find(value));
    order.sort_by(|one, two| match (rank(one), rank(two)) {
        (Some(one), Some(two)) => one.cmp(&two),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => match (categories.values().get(*one), categories.values().get(*two)) {
            // Null comes last here: a table begins with what was asked for.
            (Some(one), Some(two)) => one.is_null().cmp(&two.is_null()).then_with(|| one.order(two)),
            _ => one.cmp(two),
        },
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_of_two_storages_are_one_category() {
        let mut categories = Categories::default();
        let values =
            [Scalar::Real(1.0), Scalar::text("1"), Scalar::Null, Scalar::Integer(1), Scalar::Real(1.5)];
        let places = values.iter().map(|value| categories.place(value)).collect::<Vec<_>>();
        assert_eq!(places, [0, 1, 2, 0, 3]);
        assert_eq!(categories.find(&Scalar::Integer(1)), Some(0));
    }

    #[test]
    fn categories_follow_the_type_and_null_is_last() {
        let members = vec![Scalar::text("low"), Scalar::text("high")];
        let field = Field::new("x", Storage::String).valued(satsuma_columns::Values::Members(members));
        let mut categories = Categories::default();
        for value in
            [Scalar::Null, Scalar::text("b"), Scalar::text("high"), Scalar::text("a"), Scalar::text("low")]
        {
            categories.place(&value);
        }
        assert_eq!(in_order(&field, &categories), [4, 2, 3, 1, 0]);
    }
}
