//! Columns of records, as builders read them.

/// The code of a missing category.
pub const MISSING: u32 = u32::MAX;

/// The values of a field, one for each record.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; not a number where the value is missing.
    Numbers(Vec<f64>),
    /// Numbers of categories below `count`, or [`MISSING`].
    Categories {
        /// The categories of the records.
        codes: Vec<u32>,
        /// The number of categories that the field has.
        count: usize,
    },
}

impl Column {
    /// The number of records.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Categories { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of a record is missing; also where there is no such record.
    pub fn is_missing(&self, record: usize) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.get(record).is_none_or(|number| number.is_nan()),
            Self::Categories { codes, count } => {
                codes.get(record).is_none_or(|code| usize::try_from(*code).is_ok_and(|code| code >= *count))
            }
        }
    }
}
