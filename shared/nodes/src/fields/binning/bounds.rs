//! Bounds of bins, computed from all records.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use futures::StreamExt;
use satsuma_columns::{Scalar, Storage};
use satsuma_engine::{Encoded, Kernel, Kind, NodeError, NodeRun, Table};
use serde::{Deserialize, Serialize};

use super::{Method, mdlp};
use crate::fields::tiles::lowest_of_tiles;
use crate::records::aggregate::{Accumulator, Statistic};

/// Maximum number of values in memory for optimal bins and tiles, over all fields: 256 MiB, half of the memory of a job by default.
const MOST_VALUES: usize = 16 << 20;

/// Maximum number of supervisor values: Modeler's default maximum set size.
const MOST_CLASSES: usize = 250;

/// The bins of some fields.
#[derive(Debug)]
pub(super) struct Bins {
    bounds: Vec<Bounds>,
}

/// The bins of a field, numbered from 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Bounds {
    /// Equal width from a lower bound.
    Width { low: f64, width: f64 },
    /// Ascending cut points, and whether the upper bin includes the cut point.
    Cuts(Vec<(f64, bool)>),
}

impl Bins {
    /// Reads all records.
    pub(super) async fn read(
        table: &Table,
        fields: &[String],
        method: &Method,
        run: &NodeRun,
    ) -> Result<Self, NodeError> {
        let mut wanted = fields.to_vec();
        if let Method::Optimal(supervisor) = method {
            wanted.push(supervisor.clone());
        }
        wanted.sort();
        wanted.dedup();
        let narrow = wanted.iter().map(|name| Ok((name.clone(), table.require(name)?.clone())));
        let narrow = table.clone().select(narrow.collect::<Result<_, NodeError>>()?)?;
        let place = |name: &String| wanted.iter().position(|known| known == name).unwrap_or_default();
        let mut readers = fields.iter().map(|name| (place(name), Reader::new(method))).collect::<Vec<_>>();
        let most = MOST_VALUES / fields.len().max(1);
        let mut classes = Classes::default();
        let mut batches = narrow.records(run).await?;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            run.check_canceled()?;
            let ids = match method {
                Method::Optimal(supervisor) => classes.ids(batch.columns().get(place(supervisor)))?,
                _ => Vec::new(),
            };
            for (at, reader) in &mut readers {
                if let Some(column) = batch.columns().get(*at) {
                    reader.add(&cast(column, &DataType::Float64)?, &ids, most)?;
                }
            }
        }
        let mut bounds = Vec::with_capacity(fields.len());
        for ((_, reader), field) in readers.into_iter().zip(fields) {
            let of_field = match (method, reader) {
                (Method::Tiles(counts, ties), Reader::Numbers(mut numbers)) => {
                    let tiles = counts.iter().map(|count| lowest_of_tiles(&mut numbers, *count, *ties));
                    tiles
                        .map(|cuts| Bounds::Cuts(cuts.into_iter().map(|cut| (cut, true)).collect()))
                        .collect()
                }
                (_, reader) => {
                    let own = reader.bounds(method, classes.known.len());
                    vec![own.map_err(|why| NodeError::unsupported(format!("field {field:?}: {why}")))?]
                }
            };
            bounds.extend(of_field);
        }
        Ok(Self { bounds })
    }

    /// The kernel that computes bin numbers.
    pub(super) fn kernel(self) -> Result<BinKernel, NodeError> {
        BinKernel::new(self.bounds)
    }
}

/// The values of a supervisor field, numbered by first occurrence.
#[derive(Debug, Default)]
struct Classes {
    known: HashMap<String, u32>,
}

impl Classes {
    /// The value number of each record; `None` for null.
    fn ids(&mut self, column: Option<&ArrayRef>) -> Result<Vec<Option<u32>>, NodeError> {
        let Some(column) = column else { return Ok(Vec::new()) };
        let mut ids = Vec::with_capacity(column.len());
        for row in 0..column.len() {
            let class = Scalar::at(column, row);
            if class.is_null() {
                ids.push(None);
                continue;
            }
            let next = self.known.len() as u32;
            ids.push(Some(*self.known.entry(format!("{class:?}")).or_insert(next)));
        }
        match self.known.len() > MOST_CLASSES {
            true => {
                Err(NodeError::Model(format!("the supervisor field has more than {MOST_CLASSES} values")))
            }
            false => Ok(ids),
        }
    }
}

/// The statistics of a field.
enum Reader {
    Statistics(Accumulator),
    Values(Vec<(f64, u32)>),
    Numbers(Vec<f64>),
}

impl Reader {
    fn new(method: &Method) -> Self {
        const STATISTICS: [Statistic; 4] =
            [Statistic::Min, Statistic::Max, Statistic::Mean, Statistic::StandardDeviation];
        match method {
            Method::Optimal(_) => Self::Values(Vec::new()),
            Method::Tiles(..) => Self::Numbers(Vec::new()),
            _ => Self::Statistics(Accumulator::new(Storage::Real, &STATISTICS)),
        }
    }

    /// Adds a batch. Optimal bins and tiles accept at most `most` values.
    fn add(&mut self, column: &ArrayRef, classes: &[Option<u32>], most: usize) -> Result<(), NodeError> {
        match self {
            Self::Statistics(statistics) => statistics.update(&vec![0; column.len()], 1, column),
            Self::Values(values) => {
                let numbers = column.as_primitive::<Float64Type>().iter().zip(classes);
                values.extend(numbers.filter_map(|(number, class)| Some((number?, (*class)?))));
                within(values.len(), most, "optimal binning")
            }
            Self::Numbers(numbers) => {
                numbers.extend(column.as_primitive::<Float64Type>().iter().flatten());
                within(numbers.len(), most, "tiles")
            }
        }
    }

    /// The bounds; the error is the reason why there are none.
    fn bounds(self, method: &Method, classes: usize) -> Result<Bounds, String> {
        let statistics = match self {
            Self::Values(values) => {
                let cuts = mdlp::cuts(values, classes)?;
                return match cuts.is_empty() {
                    true => {
                        Err("there is no cut point with enough information about the supervisor field"
                            .to_owned())
                    }
                    false => Ok(Bounds::Cuts(cuts.into_iter().map(|cut| (cut, true)).collect())),
                };
            }
            Self::Numbers(_) => return Err("there are no statistics".to_owned()),
            Self::Statistics(mut statistics) => statistics.take(1).map_err(|error| error.to_string())?,
        };
        let statistic = |at: usize| {
            let column = statistics.get(at).filter(|column| column.len() == 1)?;
            Scalar::at(column, 0).as_f64()
        };
        let (Some(lowest), Some(highest)) = (statistic(0), statistic(1)) else {
            // All values are null.
            return Ok(Bounds::Cuts(Vec::new()));
        };
        match method {
            Method::Width(width) => {
                let low = lowest - width / 2.0;
                let bins = (highest - low) / width;
                // Real numbers represent integers exactly up to this limit.
                if !bins.is_finite() || bins > 9e15 {
                    return Err("there are too many bins; increase the width".to_owned());
                }
                if bins > 0.5 && bins.trunc() == bins {
                    return Err(format!(
                        "the maximum {highest} equals the upper bound of a bin; IBM does not document whether it has a \
                         bin of its own; change the width"
                    ));
                }
                Ok(Bounds::Width { low, width: *width })
            }
            Method::Deviations(count) => {
                let (Some(mean), Some(deviation)) = (statistic(2), statistic(3)) else {
                    return Err("there are too few values for a standard deviation".to_owned());
                };
                let below = (1..=*count).rev().map(|times| (mean - f64::from(times) * deviation, true));
                let above = (1..=*count).map(|times| (mean + f64::from(times) * deviation, false));
                Ok(Bounds::Cuts(below.chain(above).collect()))
            }
            Method::Optimal(_) | Method::Tiles(..) => Err("there are no values".to_owned()),
        }
    }
}

fn within(values: usize, most: usize, what: &str) -> Result<(), NodeError> {
    match values > most {
        true => Err(NodeError::Model(format!(
            "there are too many values for {what}; at most {most} are supported"
        ))),
        false => Ok(()),
    }
}

impl Bounds {
    fn bin(&self, number: f64) -> i64 {
        match self {
            Self::Width { low, width } => ((number - low) / width).floor() as i64 + 1,
            Self::Cuts(cuts) => {
                let passed = cuts.partition_point(|(cut, own)| number > *cut || (*own && number == *cut));
                passed as i64 + 1
            }
        }
    }
}

/// Computes bin numbers.
#[derive(Debug)]
pub(super) struct BinKernel {
    bounds: Vec<Bounds>,
    encoded: Encoded,
}

/// The kind of these kernels.
pub(crate) static BINNING: Kind =
    Kind::kernel("binning", 1, |found| Ok(Arc::new(BinKernel::new(found.settings()?)?)));

impl BinKernel {
    fn new(bounds: Vec<Bounds>) -> Result<Self, NodeError> {
        Ok(Self { encoded: BINNING.encode(&bounds)?, bounds })
    }
}

impl Kernel for BinKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let bins = inputs.iter().zip(&self.bounds).map(|(column, bounds)| {
            let numbers = cast(column, &DataType::Float64)?;
            let bins = numbers.as_primitive::<Float64Type>().iter().map(|number| Some(bounds.bin(number?)));
            Ok(Arc::new(bins.collect::<Int64Array>()) as ArrayRef)
        });
        bins.collect()
    }
}
