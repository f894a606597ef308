//! Expressions that depend on the order of records.

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::compute::{concat, filter_record_batch, not};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;
use futures::stream::try_unfold;
use satsuma_clem::{Program, Scan, truths_of};
use satsuma_columns::{DataModel, Field};
use satsuma_engine::{Encoded, EngineError, Kind, NodeError, NodeRef, NodeRun, Records, Serial, Table, one};
use serde::{Deserialize, Serialize};

use super::failed;
use super::kernel::{decode, encode};

/// Programs over ordered records.
#[derive(Debug)]
pub struct ClemScan {
    programs: Vec<Program>,
    /// For each program, the places of its fields among the columns that arrive.
    places: Vec<Vec<usize>>,
    work: Work,
    /// The output columns.
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Work {
    /// Results become columns: each output column is an input column or a result.
    Columns(Vec<Column>),
    /// Keeps records for which the condition is true or, with `discard`, false.
    Filter { discard: bool },
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Column {
    Input(usize),
    Result(usize),
}

impl ClemScan {
    pub(super) fn derive(
        programs: Vec<Program>,
        outputs: Vec<Field>,
        table: Table,
        run: &NodeRun,
    ) -> Result<Table, NodeError> {
        let mut fields = table.fields().to_vec();
        let mut columns = (0..fields.len()).map(Column::Input).collect::<Vec<_>>();
        for (at, output) in outputs.into_iter().enumerate() {
            match table.model().position(&output.name) {
                Some(place) => {
                    if let (Some(field), Some(column)) = (fields.get_mut(place), columns.get_mut(place)) {
                        (*field, *column) = (output, Column::Result(at));
                    }
                }
                None => {
                    fields.push(output);
                    columns.push(Column::Result(at));
                }
            }
        }
        let model = DataModel::new(fields)?;
        Self::run_on(table, programs, Work::Columns(columns), model, run)
    }

    pub(super) fn select(
        condition: Program,
        discard: bool,
        table: Table,
        run: &NodeRun,
    ) -> Result<Table, NodeError> {
        let model = table.model().clone();
        Self::run_on(table, vec![condition], Work::Filter { discard }, model, run)
    }

    fn run_on(
        table: Table,
        programs: Vec<Program>,
        work: Work,
        model: DataModel,
        run: &NodeRun,
    ) -> Result<Table, NodeError> {
        let places = programs.iter().map(|program| program.positions().to_vec()).collect();
        let scan = Self::new(programs, places, work, model.schema(), run.node())?;
        Table::serial(vec![(table, Vec::new())], Arc::new(scan), model, run)
    }

    fn new(
        programs: Vec<Program>,
        places: Vec<Vec<usize>>,
        work: Work,
        schema: SchemaRef,
        node: &NodeRef,
    ) -> Result<Self, NodeError> {
        let encoded = encode(&SCAN, &programs, &(&places, &work))?;
        Ok(Self { programs, places, work, schema, node: node.clone(), encoded })
    }
}

/// The kind of these operators.
pub static SCAN: Kind = Kind::serial("clem-scan", 1, |found| {
    let (programs, (places, work)) = decode(found)?;
    Ok(Arc::new(ClemScan::new(programs, places, work, Arc::clone(found.schema()), found.node())?))
});

impl Serial for ClemScan {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, _status: &satsuma_engine::TaskStatus) -> Records {
        let input = match one(inputs) {
            Ok(input) => input,
            Err(error) => return Records::new(futures::stream::iter([Err(error.at(&self.node))])),
        };
        let running = Running {
            input,
            scans: self.programs.iter().map(|program| (program.scan(), VecDeque::new())).collect(),
            places: self.places.clone(),
            waiting: VecDeque::new(),
            ended: false,
            work: self.work.clone(),
            schema: Arc::clone(&self.schema),
        };
        let node = self.node.clone();
        let next = move |mut running: Running| {
            let node = node.clone();
            async move {
                let batch = running.next().await.map_err(|error| error.at(&node))?;
                Ok::<_, EngineError>(batch.map(|batch| (batch, running)))
            }
        };
        Records::new(try_unfold(running, next))
    }
}

struct Running {
    input: Records,
    /// Each scan, with its results that wait for their batch.
    scans: Vec<(Scan, VecDeque<ArrayRef>)>,
    /// The places of the fields of each among the columns that arrive.
    places: Vec<Vec<usize>>,
    /// Batches that wait for results: scans that look ahead give them late.
    waiting: VecDeque<RecordBatch>,
    ended: bool,
    work: Work,
    schema: SchemaRef,
}

impl Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        loop {
            if let Some(batch) = self.ready()? {
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            match self.input.next().await.transpose()? {
                Some(batch) => self.push(batch)?,
                None => {
                    self.ended = true;
                    for (scan, results) in &mut self.scans {
                        results.push_back(scan.finish().map_err(failed)?);
                    }
                }
            }
        }
    }

    fn push(&mut self, batch: RecordBatch) -> Result<(), NodeError> {
        for ((scan, results), places) in self.scans.iter_mut().zip(&self.places) {
            let columns = places.iter().filter_map(|at| batch.columns().get(*at)).cloned();
            let columns = columns.collect::<Vec<_>>();
            results.push_back(scan.evaluate(&columns, batch.num_rows()).map_err(failed)?);
        }
        self.waiting.push_back(batch);
        Ok(())
    }

    /// The first waiting batch, if all its results are known.
    fn ready(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some(rows) = self.waiting.front().map(RecordBatch::num_rows) else { return Ok(None) };
        let known = |results: &VecDeque<ArrayRef>| results.iter().map(|part| part.len()).sum::<usize>();
        if self.scans.iter().any(|(_, results)| known(results) < rows) {
            return Ok(None);
        }
        let mut columns = Vec::with_capacity(self.scans.len());
        for (_, results) in &mut self.scans {
            columns.push(take(results, rows)?);
        }
        let Some(batch) = self.waiting.pop_front() else { return Ok(None) };
        self.finish(&batch, &columns).map(Some)
    }

    fn finish(&self, batch: &RecordBatch, results: &[ArrayRef]) -> Result<RecordBatch, NodeError> {
        match &self.work {
            Work::Columns(columns) => {
                let columns = columns.iter().filter_map(|column| match column {
                    Column::Input(at) => batch.columns().get(*at).cloned(),
                    Column::Result(at) => results.get(*at).cloned(),
                });
                Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns.collect())?)
            }
            Work::Filter { discard } => {
                let truths = truths_of(one(results)?, "the condition").map_err(failed)?;
                let kept = if *discard { not(&truths)? } else { truths };
                Ok(filter_record_batch(batch, &kept)?)
            }
        }
    }
}

/// The first results, as many as a batch has records.
fn take(results: &mut VecDeque<ArrayRef>, rows: usize) -> Result<ArrayRef, NodeError> {
    let mut parts = Vec::new();
    let mut missing = rows;
    while missing > 0 {
        let Some(part) = results.pop_front() else { break };
        let length = part.len().min(missing);
        parts.push(part.slice(0, length));
        if length < part.len() {
            results.push_front(part.slice(length, part.len() - length));
        }
        missing -= length;
    }
    match parts.as_slice() {
        [whole] => Ok(Arc::clone(whole)),
        [] => results.front().map(|part| part.slice(0, 0)).ok_or(NodeError::NeedsRecords),
        several => Ok(concat(&several.iter().map(|part| part.as_ref() as &dyn Array).collect::<Vec<_>>())?),
    }
}
