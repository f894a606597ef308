//! Transactions of transactional data: the different values of the ID field.

use std::collections::HashMap;

use datafusion::arrow::array::RecordBatch;
use satsuma_columns::DataModel;
use satsuma_engine::NodeError;

use crate::records::keys::{Keys, columns};

/// The most transactions: each takes a hundred bytes while records are read.
const MAX_BASKETS: usize = 20_000_000;

/// Numbers the transactions in the order in which they appear.
pub(super) struct Baskets {
    keys: Keys,
    contiguous: bool,
    numbers: HashMap<Box<[u8]>, usize>,
    last: Option<Box<[u8]>>,
    count: usize,
}

impl Baskets {
    pub(super) fn new(model: &DataModel, id: &str, contiguous: bool) -> Result<Self, NodeError> {
        let keys = Keys::new(columns(model, &[id.to_owned()])?)?;
        Ok(Self { keys, contiguous, numbers: HashMap::new(), last: None, count: 0 })
    }

    /// The number of each record's transaction, and how many there are by now.
    pub(super) fn numbers(&mut self, batch: &RecordBatch) -> Result<(Vec<usize>, usize), NodeError> {
        let rows = self.keys.rows(batch)?;
        let mut numbers = Vec::with_capacity(batch.num_rows());
        for row in &rows {
            let number = self.number(row.as_ref());
            numbers.push(number);
        }
        if self.count > MAX_BASKETS {
            let message = format!("there are more than {MAX_BASKETS} transactions; use a sample of them");
            return Err(NodeError::Model(message));
        }
        Ok((numbers, self.count))
    }

    fn number(&mut self, id: &[u8]) -> usize {
        if self.contiguous {
            if self.last.as_deref() != Some(id) {
                self.last = Some(id.into());
                self.count += 1;
            }
            return self.count - 1;
        }
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        self.numbers.insert(id.into(), self.count);
        self.count += 1;
        self.count - 1
    }
}
