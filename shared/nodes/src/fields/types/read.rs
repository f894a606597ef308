//! Reads the values of fields. IBM: "Data values", "Measurement levels".
//!
//! A continuous field has its smallest and largest value; a categorical one its sorted members. Categorical
//! text without an explicit measure is a flag with one or two values, and nominal with more. A set with more
//! members than the stream's maximum is typeless, and its role is None. Nulls and declared blanks do not
//! count.

use std::cmp::Ordering;
use std::collections::HashSet;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use satsuma_columns::{Field, Measure, Role, Scalar, Storage, Values};
use satsuma_engine::NodeError;

/// Most members that are kept if the stream has no maximum: no node works with more.
const MOST_MEMBERS: usize = 1_000_000;

/// Reads the values of one field.
#[derive(Debug)]
pub(crate) struct ValueReader {
    field: Field,
    seen: Seen,
    most: usize,
}

#[derive(Debug)]
enum Seen {
    Range(Option<(Scalar, Scalar)>),
    Texts(HashSet<Box<str>>),
    /// Members that are not text, sorted.
    Others(Vec<Scalar>),
    /// The number of members exceeds the maximum.
    Overflow,
}

impl ValueReader {
    /// A reader for a field; `None` if its measure has no values.
    pub(crate) fn new(field: &Field, maximum: Option<u32>) -> Option<Self> {
        let seen = match (&field.measure, field.storage) {
            (Measure::Typeless | Measure::Other(_), _) | (_, Storage::List(_)) => return None,
            (Measure::Range, _) => Seen::Range(None),
            (Measure::Auto, storage) if storage != Storage::String => Seen::Range(None),
            (_, Storage::String) => Seen::Texts(HashSet::new()),
            _ => Seen::Others(Vec::new()),
        };
        let maximum = maximum.and_then(|maximum| usize::try_from(maximum).ok());
        Some(Self { field: field.clone(), seen, most: maximum.unwrap_or(MOST_MEMBERS).min(MOST_MEMBERS) })
    }

    /// Reads a column of the field.
    ///
    /// # Errors
    /// The column has another storage.
    pub(crate) fn add(&mut self, column: &ArrayRef) -> Result<(), NodeError> {
        if let Seen::Texts(texts) = &mut self.seen {
            let Some(column) = column.as_string_opt::<i32>() else {
                return Err(NodeError::Model(format!("{:?} is not a text column", self.field.name)));
            };
            for text in column.iter().flatten() {
                if !texts.contains(text) {
                    texts.insert(text.into());
                }
                if texts.len() > self.most {
                    self.seen = Seen::Overflow;
                    return Ok(());
                }
            }
            return Ok(());
        }
        for value in (0..column.len()).map(|row| Scalar::at(column, row)) {
            if !value.is_null() && !self.field.is_blank(&value) {
                self.add_value(value);
            }
        }
        Ok(())
    }

    fn add_value(&mut self, value: Scalar) {
        match &mut self.seen {
            Seen::Range(range @ None) => *range = Some((value.clone(), value)),
            Seen::Range(Some((low, high))) => {
                if value.order(low) == Ordering::Less {
                    *low = value;
                } else if value.order(high) == Ordering::Greater {
                    *high = value;
                }
            }
            Seen::Others(members) => {
                if let Err(at) = members.binary_search_by(|member| member.order(&value)) {
                    members.insert(at, value);
                }
                if members.len() > self.most {
                    self.seen = Seen::Overflow;
                }
            }
            Seen::Texts(_) | Seen::Overflow => {}
        }
    }

    /// Stores the values in the field.
    pub(crate) fn describe(self, field: &mut Field) {
        let members = match self.seen {
            Seen::Range(range) => {
                field.measure = Measure::Range;
                field.values = range.map_or(Values::Unread, |(low, high)| Values::Range(low, high));
                return;
            }
            Seen::Overflow => {
                (field.measure, field.role, field.values) = (Measure::Typeless, Role::None, Values::Unread);
                return;
            }
            Seen::Others(members) => members,
            Seen::Texts(texts) => {
                let texts = texts.iter().map(|text| Scalar::text(text.as_ref()));
                let mut members = texts.filter(|text| !self.field.is_blank(text)).collect::<Vec<_>>();
                members.sort_by(Scalar::order);
                members
            }
        };
        if matches!(field.measure, Measure::Discrete | Measure::Auto) {
            field.measure = if members.len() <= 2 { Measure::Flag } else { Measure::Set };
        }
        field.values = match (&field.measure, members.as_slice()) {
            (_, []) => Values::Unread,
            (Measure::Flag, [no, yes]) => Values::Flag(no.clone(), yes.clone()),
            // More values than a flag can have: Modeler requires another measure.
            (Measure::Flag, [_, _, _, ..]) => Values::Unread,
            _ => Values::Members(members),
        };
    }
}

/// Evidence: IBM's documentation, and stored types of real streams.
#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &Field, values: &[Scalar], maximum: u32) -> Field {
        let mut reader = ValueReader::new(field, Some(maximum)).unwrap();
        let (one, two) = values.split_at(values.len() / 2);
        for part in [one, two] {
            reader.add(&Scalar::column(part, field.storage)).unwrap();
        }
        let mut field = field.clone();
        reader.describe(&mut field);
        field
    }

    #[test]
    fn values_of_text_decide_its_measure() {
        let field = Field::new("Sex", Storage::String);
        let texts = |texts: &[&str]| texts.iter().map(|text| Scalar::text(*text)).collect::<Vec<_>>();
        let flag = read(&field, &texts(&["M", "F", "M"]), 250);
        assert_eq!(flag.measure, Measure::Flag);
        assert_eq!(flag.values, Values::Flag(Scalar::text("F"), Scalar::text("M")));
        // Real streams have flags with one value: Children or Armed Forces, 95.
        assert_eq!(read(&field, &texts(&["M"]), 250).measure, Measure::Flag);
        let set = read(&field, &texts(&["c", "a", "b", "a"]), 250);
        assert_eq!((set.measure, set.values), (Measure::Set, Values::Members(texts(&["a", "b", "c"]))));
        let typeless = read(&field, &texts(&["c", "a", "b", "a"]), 2);
        assert_eq!((typeless.measure, typeless.role), (Measure::Typeless, Role::None));
    }

    #[test]
    fn numbers_have_a_range_or_members_without_nulls_and_blanks() {
        let blanks = satsuma_columns::Blanks { values: vec![Scalar::Integer(-1)], ..Default::default() };
        let field = Field { blanks: Some(blanks.into()), ..Field::new("n", Storage::Integer) };
        let numbers =
            [3, -1, 9, 3, 5].map(Scalar::Integer).into_iter().chain([Scalar::Null]).collect::<Vec<_>>();
        assert_eq!(read(&field, &numbers, 250).values, Values::Range(Scalar::Integer(3), Scalar::Integer(9)));
        let set = read(&field.measured(Measure::Set), &numbers, 250);
        assert_eq!(set.values, Values::Members([3, 5, 9].map(Scalar::Integer).to_vec()));
    }
}
