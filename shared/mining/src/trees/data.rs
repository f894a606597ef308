//! The records that grow a tree, in columns.

/// The code of a missing value in a column of categories.
pub const MISSING: u32 = u32::MAX;

/// How the categories of an input are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// They are not.
    Nominal,
    /// By their numbers.
    Ordinal,
}

/// A column of an input field, with a value for each record.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Numbers; not-a-number is missing.
    Numbers(Vec<f64>),
    /// Numbers of categories below `count`; [`MISSING`] or any other number is missing.
    Categories {
        /// The category of each record.
        codes: Vec<u32>,
        /// The number of categories.
        count: usize,
        /// Their order.
        order: Order,
    },
}

/// The input fields.
pub type Inputs = Vec<Input>;

/// The column of the target, with a value for each record. No value is missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Numbers of categories below `count`.
    Categories {
        /// The category of each record.
        codes: Vec<u32>,
        /// The number of categories.
        count: usize,
        /// Their order.
        order: Order,
    },
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Target {
    /// The number of records.
    pub fn len(&self) -> usize {
        match self {
            Self::Categories { codes, .. } => codes.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A number of records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// A percentage of the records that grow the tree.
    Percent(f64),
    /// This number.
    Records(f64),
}

impl Size {
    /// The number, of a tree with so many records.
    pub fn of(self, records: usize) -> f64 {
        match self {
            Self::Percent(percent) => percent * records as f64 / 100.0,
            Self::Records(records) => records,
        }
    }
}
