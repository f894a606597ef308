//! Records combined from all records of a group.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use datafusion::arrow::compute::{concat, filter};
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::{Field, Storage, Values};
use satsuma_engine::NodeError;
use satsuma_stream::{Element, StreamError, text_enum};

use super::groups::Groups;
use crate::records::aggregate::{Accumulator, Statistic};
use crate::records::pull::Pull;

text_enum! {
    /// How a field of a composite record is filled.
    #[derive(serde::Serialize, serde::Deserialize)]
    Fill {
        /// The value in the first record, including null.
        First = "FIRST_RECORD",
        /// The value in the last record.
        Last = "LAST_RECORD",
        /// The sum.
        Total = "TOTAL",
        /// The mean.
        Average = "AVERAGE",
        /// The smallest value.
        Min = "MIN",
        /// The largest value.
        Max = "MAX",
    }
}

/// The composition of each field.
#[derive(Debug, Clone, Default)]
pub struct CompositeTable {
    pub(super) fills: Vec<(String, Fill)>,
    /// An unknown setting.
    pub(super) unknown: Option<String>,
}

impl CompositeTable {
    /// Reads `compositeTable/node(field, opType)`.
    pub(super) fn read(table: &Element) -> Result<Self, StreamError> {
        let mut read = Self::default();
        for node in table.children("compositeTable").flat_map(|table| table.children("node")) {
            read.fills.push((node.require_value("field")?, node.require_value("opType")?));
            let other = node.elements().find(|child| !["field", "opType"].contains(&child.name()));
            if let Some(other) = other {
                read.unknown = Some(other.name().to_owned());
            }
        }
        Ok(read)
    }
}

impl Fill {
    fn statistic(&self) -> Option<Statistic> {
        match self {
            Self::Total => Some(Statistic::Sum),
            Self::Average => Some(Statistic::Mean),
            Self::Min => Some(Statistic::Min),
            Self::Max => Some(Statistic::Max),
            Self::First | Self::Last | Self::Other(_) => None,
        }
    }

    /// The storage of the result; `None` if it is not supported.
    pub(super) fn storage(&self, field: Storage) -> Option<Storage> {
        match self.statistic() {
            Some(statistic) => statistic.storage(field),
            None => Some(field),
        }
    }

    /// The metadata of the result.
    pub(super) fn describe(&self, field: &Field, storage: Storage) -> Field {
        match self {
            Self::Total | Self::Average => Field { storage, ..field.clone().valued(Values::Unread) },
            _ => field.clone(),
        }
    }
}

/// Values that wait for the end of their group.
enum Column {
    /// Values of first records; the last one belongs to the open group.
    First(ArrayRef),
    /// Values of last records of closed groups, and that of the latest record.
    Last(ArrayRef),
    Statistic(Box<Accumulator>),
}

/// The state of a Distinct node with composite records.
pub(super) struct Composite {
    groups: Groups,
    columns: Vec<Column>,
    counts: Option<Vec<i64>>,
    schema: SchemaRef,
    /// Number of groups that have begun and were not returned.
    open: usize,
    ended: bool,
    ids: Vec<usize>,
}

impl Composite {
    pub(super) fn new(
        groups: Groups,
        fills: &[Fill],
        storages: &[Storage],
        counts: bool,
        schema: SchemaRef,
    ) -> Self {
        let columns = fills.iter().zip(storages).map(|(fill, storage)| {
            let none = satsuma_columns::Scalar::Null.repeat(*storage, 0);
            match (fill, fill.statistic()) {
                (_, Some(statistic)) => Column::Statistic(Box::new(Accumulator::new(*storage, &[statistic]))),
                (Fill::Last, None) => Column::Last(none),
                (_, None) => Column::First(none),
            }
        });
        let columns = columns.collect();
        Self {
            groups,
            columns,
            counts: counts.then(Vec::new),
            schema,
            open: 0,
            ended: false,
            ids: Vec::new(),
        }
    }

    fn add(&mut self, batch: &RecordBatch, begins: &BooleanArray) -> Result<(), NodeError> {
        self.ids.clear();
        let continues = self.open > 0 && !begins.value(0);
        for begins in begins.iter().flatten() {
            self.open += usize::from(begins);
            self.ids.push(self.open.saturating_sub(1));
        }
        let ends = ends(begins);
        for (column, values) in self.columns.iter_mut().zip(batch.columns()) {
            match column {
                Column::First(known) => *known = concat(&[known.as_ref(), filter(values, begins)?.as_ref()])?,
                Column::Last(known) => {
                    // The latest record of the open group is not its last.
                    let length = known.len() - usize::from(continues);
                    *known = concat(&[known.slice(0, length).as_ref(), filter(values, &ends)?.as_ref()])?;
                }
                Column::Statistic(accumulator) => accumulator.update(&self.ids, self.open, values)?,
            }
        }
        if let Some(counts) = &mut self.counts {
            counts.resize(self.open, 0);
            for id in &self.ids {
                if let Some(count) = counts.get_mut(*id) {
                    *count += 1;
                }
            }
        }
        Ok(())
    }

    /// The composite records of the first groups.
    fn take(&mut self, groups: usize) -> Result<RecordBatch, NodeError> {
        let mut columns = Vec::with_capacity(self.columns.len() + 1);
        for column in &mut self.columns {
            match column {
                Column::First(values) | Column::Last(values) => {
                    columns.push(values.slice(0, groups));
                    *values = values.slice(groups, values.len() - groups);
                }
                Column::Statistic(accumulator) => columns.extend(accumulator.take(groups)?),
            }
        }
        if let Some(counts) = &mut self.counts {
            columns.push(Arc::new(Int64Array::from_iter_values(counts.drain(..groups))));
        }
        self.open -= groups;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

/// Marks the ends of groups in a batch; the last record counts as one.
fn ends(begins: &BooleanArray) -> BooleanArray {
    (0..begins.len()).map(|row| Some(row + 1 == begins.len() || begins.value(row + 1))).collect()
}

impl Pull for Composite {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        loop {
            if self.ended {
                return Ok(None);
            }
            match self.groups.next().await? {
                Some((batch, begins)) => self.add(&batch, &begins)?,
                None => {
                    self.ended = true;
                    return if self.open == 0 { Ok(None) } else { self.take(self.open).map(Some) };
                }
            }
            if self.open > 1 {
                return self.take(self.open - 1).map(Some);
            }
        }
    }
}
