//! Balance: fewer or more of the records that meet a condition. IBM: "Balance Node", `balancenode`.
//!
//! A factor below 1 keeps that share of the records, at random; one above 1 repeats each record as often as
//! its whole part says, and once more at random for the rest. Modeler stores no seed, so that its records
//! differ from run to run: ours have a fixed seed and are the same each time. The first condition that
//! holds decides. A copy follows its record.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::Float64Type;
use futures::StreamExt;
use satsuma_columns::{DataModel, Field, Role, Scalar, Storage};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRef, NodeRun, NodeType, Process, Records,
    Reported, Serial, Table, TaskStatus, one, settings,
};
use satsuma_stream::{Element, StreamError};

use super::pull::{Pull, failed, records};

use crate::clem::{self, Clem};
use crate::random::JavaRandom;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "BalanceNode",
    extension: None,
    inputs: Inputs::One,
    settings: BalanceSettings::LIST,
    compile,
};

/// The field of the factors; no stream has such a field.
const FACTOR: &str = "\u{1}factor";

/// Ours; Modeler's Partition node has it by default.
const SEED: i64 = 1_234_567;

/// The largest factor: a record is not repeated more often.
const MAX_FACTOR: f64 = 1e6;

settings! {
    /// Settings of a Balance node.
    pub struct BalanceSettings {
        /// Conditions and factors.
        directives: Vec<Directive> = parsed("balanceDirectives", "directives", directives),
        /// Whether records outside the training partition stay as they are.
        training_only: bool = value("balanceTrainingPartitionOnly", "training_data_only", true),
    }
}

/// A condition and a factor.
#[derive(Debug, Clone, Default)]
pub struct Directive {
    condition: String,
    factor: f64,
}

fn directives(element: &Element) -> Result<Vec<Directive>, StreamError> {
    let entries = element.children("entries").flat_map(|entries| entries.children("entry"));
    let entries = entries.map(|entry| {
        Ok(Directive { condition: entry.require_value("condition")?, factor: entry.require_value("factor")? })
    });
    entries.collect()
}

struct Balance {
    /// The factor of a record, null where no condition holds.
    factor: Option<Clem>,
    training_only: bool,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: BalanceSettings = compile.settings()?;
    for directive in &settings.directives {
        if !(0.0..=MAX_FACTOR).contains(&directive.factor) {
            let message = format!("a factor must be between 0 and {MAX_FACTOR}");
            return Err(compile.refuse_value("balanceDirectives/factor", directive.factor, message));
        }
        Clem::parse(&directive.condition, "balanceDirectives", compile)?;
    }
    let branches = settings.directives.iter().enumerate().map(|(at, directive)| {
        let word = if at == 0 { "if" } else { "elseif" };
        // Of at least one decimal: a real number.
        let factor = format!("{}", directive.factor);
        let point = if factor.contains('.') { "" } else { ".0" };
        format!("{word} ({}) then {factor}{point} ", directive.condition)
    });
    let branches = branches.collect::<String>();
    let factor = match branches.is_empty() {
        true => None,
        false => Some(Clem::parse(&format!("{branches}else undef endif"), "balanceDirectives", compile)?),
    };
    Ok(Compiled::process(Balance { factor, training_only: settings.training_only }))
}

impl Balance {
    /// The partition field and its training value.
    fn training(&self, input: &DataModel) -> Result<Option<(usize, Scalar)>, NodeError> {
        let mut partitions = input.with_role(Role::Partition);
        let (true, Some(field), None) = (self.training_only, partitions.next(), partitions.next()) else {
            return Ok(None);
        };
        let Some(training) = field.values.members().into_iter().next() else {
            let message = format!("the values of the partition field {:?} are not known", field.name);
            return Err(NodeError::unsupported(message));
        };
        Ok(Some((input.position(&field.name).unwrap_or_default(), training)))
    }
}

#[async_trait]
impl Process for Balance {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        if let Some(factor) = &self.factor {
            factor.check(input, None)?;
            self.training(input)?;
        }
        Ok(input.clone())
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let Some(factor) = &self.factor else { return Ok(input) };
        run.warn("records are balanced at random; Modeler would choose others in each run", 1);
        let model = input.model().clone();
        let training = self.training(&model)?;
        let program = factor.check(&model, Some(run))?;
        let table = clem::derive(input, vec![(program, Field::new(FACTOR, Storage::Real))], run)?;
        let operator = Operator::new(training, run.node())?;
        Table::serial(vec![(table, Vec::new())], Arc::new(operator), model, run)
    }

    fn uses_values(&self) -> bool {
        self.training_only
    }
}

#[derive(Debug)]
struct Operator {
    training: Option<(usize, Scalar)>,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub static BALANCE: Kind =
    Kind::serial("balance", 1, |found| Ok(Arc::new(Operator::new(found.settings()?, found.node())?)));

impl Operator {
    fn new(training: Option<(usize, Scalar)>, node: &NodeRef) -> Result<Self, NodeError> {
        let encoded = BALANCE.encode(&training)?;
        Ok(Self { training, node: node.clone(), encoded })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, _status: &TaskStatus) -> Records {
        match one(inputs) {
            Ok(input) => {
                let random = JavaRandom::new(SEED);
                records(Running { input, training: self.training.clone(), random }, self.node.clone())
            }
            Err(error) => failed(error, &self.node),
        }
    }
}

struct Running {
    input: Records,
    training: Option<(usize, Scalar)>,
    random: JavaRandom,
}

impl Running {
    /// How often a record comes out. Whole factors need no draw.
    fn copies(&mut self, factor: f64) -> usize {
        let rest = factor.fract();
        let more = rest > 0.0 && self.random.fraction() < rest;
        factor.trunc() as usize + usize::from(more)
    }
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        let Some(batch) = self.input.next().await.transpose()? else { return Ok(None) };
        let Some((factors, columns)) = batch.columns().split_last() else { return Ok(None) };
        let factors = factors.as_primitive::<Float64Type>();
        let mut rows = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let trains = self.training.as_ref().is_none_or(|(column, training)| {
                columns.get(*column).is_some_and(|column| Scalar::at(column.as_ref(), row) == *training)
            });
            let copies = match trains && factors.is_valid(row) {
                true => self.copies(factors.value(row)),
                false => 1,
            };
            rows.extend(std::iter::repeat_n(row as u64, copies));
        }
        let rows = UInt64Array::from(rows);
        let taken = columns.iter().map(|column| take(column, &rows, None)).collect::<Result<Vec<_>, _>>()?;
        let fields = batch.schema().fields().iter().take(columns.len()).cloned().collect::<Vec<_>>();
        let schema = Arc::new(datafusion::arrow::datatypes::Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(Some(RecordBatch::try_new_with_options(schema, taken, &options)?))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_records::Flow;

    fn balance(entries: &[(&str, &str)]) -> (Flow, usize) {
        let mut flow = Flow::default();
        let records = (0..10_000).map(|number| format!("{}", number % 2)).collect::<Vec<_>>().join("\n");
        let source = flow.source(&[("Risk", "integer")], &records);
        let entries = entries.iter().map(|(condition, factor)| {
            format!("<entry><condition>{condition}</condition><factor>{factor}</factor></entry>")
        });
        let entries = entries.collect::<String>();
        let properties = format!("<balanceDirectives><entries>{entries}</entries></balanceDirectives>");
        let node = flow.node("BalanceNode", &[source], &properties, "");
        (flow, node)
    }

    fn count(records: &[String], value: &str) -> usize {
        records.iter().filter(|record| *record == value).count()
    }

    /// IBM, "Balance Node": factors below 1 reduce, those above 1 repeat; within 4 standard deviations.
    #[tokio::test]
    async fn factors_reduce_and_repeat_records() {
        let (flow, node) = balance(&[("Risk = 1", "1.0"), ("Risk = 0", "0.25")]);
        let records = flow.records(node).await;
        assert_eq!(count(&records, "1"), 5_000);
        assert!(count(&records, "0").abs_diff(1_250) < 4 * 31, "{}", count(&records, "0"));
        let (flow, node) = balance(&[("Risk = 1", "2.5")]);
        let records = flow.records(node).await;
        assert_eq!(count(&records, "0"), 5_000);
        assert!(count(&records, "1").abs_diff(12_500) < 4 * 36, "{}", count(&records, "1"));
    }
}
