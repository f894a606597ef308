//! Sample: some of the records. IBM: "Sample Node", `samplenode`.
//!
//! Simple samples alone: the first n, every nth (the records n, 2n, …), or a percentage at random. Random
//! samples are Modeler's own where the node has a seed: one draw for each record, as checked against
//! counts and statistics that Modeler stored. Without a seed Modeler takes another sample each time; ours
//! takes the number that the node stores, and warns.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use futures::StreamExt;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRef, NodeRun, NodeType, Process, Records,
    Reported, Serial, Table, TaskStatus, one, settings,
};
use satsuma_stream::text_enum;
use serde::{Deserialize, Serialize};

use super::pull::{Pull, failed, records};
use crate::random::JavaRandom;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "SampleNode",
    extension: None,
    inputs: Inputs::One,
    settings: SampleSettings::LIST,
    compile,
};

text_enum! {
    /// Simple samples or complex ones.
    Procedure {
        /// Of records, each for itself.
        Simple = "simple",
        /// Of clusters, in strata, with weights.
        Complex = "complex",
    }
}

text_enum! {
    /// Which records are the sample.
    Method {
        /// The first ones.
        First = "firstN",
        /// Every nth.
        OneInN = "oneInN",
        /// A percentage at random.
        Random = "random",
    }
}

text_enum! {
    /// What becomes of the sample.
    Mode {
        /// It stays.
        Pass = "pass",
        /// It goes.
        Discard = "discard",
    }
}

settings! {
    /// Settings of a Sample node.
    pub struct SampleSettings {
        /// Simple samples or complex ones.
        procedure: Procedure = value("sampleProcedure", "method", Procedure::Simple),
        /// What becomes of the sample.
        mode: Mode = value("sampleMode", "mode", Mode::Pass),
        /// Which records are the sample.
        method: Method = value("sampleMethod", "sample_type", Method::First),
        /// The number of first records.
        first_n: u64 = value("sampleFirstN", "first_n", 10_000),
        /// Every how many records one is taken.
        one_in_n: u64 = value("sampleOneInN", "one_in_n", 2),
        /// The percentage.
        percentage: f64 = value("sampleRandom", "rand_pct", 50.0),
        /// Whether no more than a number of records come out.
        use_max_size: bool = value("sampleUseMaxSize", "use_max_size", false),
        /// That number.
        max_size: u64 = value("sampleMaxSize", "maximum_size", 10_000),
        /// Whether random samples are the same each time.
        use_seed: bool = value("sampleUseRandomSeed", "set_random_seed", false),
        /// The seed.
        seed: i64 = value("sampleRandomSeed", "random_seed", 0),
    }
    // Complex samples, which are refused; what databases do.
    ignored: [
        "sampleClusters", "sampleComplexType", "sampleCountsReadStrataFieldList", "sampleCountsSizePickList",
        "sampleCountsSizes", "sampleDefaultCount", "sampleDefaultProportion", "sampleFixedCounts",
        "sampleFixedProportions", "sampleInputWeight", "sampleMaximumStratumSize", "sampleMinimumStratumSize",
        "sampleNewOutputWeight", "sampleProportionsReadStrataFieldList", "sampleProportionsSizePickList",
        "sampleProportionsSizes", "sampleSizeCounts", "sampleSizeProportions", "sampleSpecifyInputWeight",
        "sampleStratifyBy", "sampleUnits", "sampleUseMaxStratumSize", "sampleUseMinStratumSize",
        "sampleVariableCounts", "sampleVariableProportions", "useDBBlockLevelSampling",
    ]
}

/// Which records are chosen.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Choice {
    First(u64),
    OneIn(u64),
    /// Below this number, with this seed.
    Random(f64, i64),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Sample {
    choice: Choice,
    discard: bool,
    max_size: Option<u64>,
    /// Whether the seed is Modeler's.
    is_certain: bool,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SampleSettings = compile.settings()?;
    if settings.procedure != Procedure::Simple {
        let message =
            "complex samples are not supported: how Modeler chooses their records is not documented";
        return Err(compile.refuse_value("sampleProcedure", settings.procedure, message));
    }
    let discard = match settings.mode {
        Mode::Pass => false,
        Mode::Discard => true,
        other => return Err(compile.refuse_value("sampleMode", other, "pass and discard are supported")),
    };
    let choice = match settings.method {
        Method::First => Choice::First(settings.first_n),
        Method::OneInN if settings.one_in_n > 0 => Choice::OneIn(settings.one_in_n),
        Method::OneInN => {
            return Err(compile.refuse_value(
                "sampleOneInN",
                settings.one_in_n,
                "the number must be above 0",
            ));
        }
        Method::Random if (0.0..=100.0).contains(&settings.percentage) => {
            Choice::Random(settings.percentage / 100.0, settings.seed)
        }
        Method::Random => {
            let message = "the percentage must be between 0 and 100";
            return Err(compile.refuse_value("sampleRandom", settings.percentage, message));
        }
        other => {
            let message = "firstN, oneInN and random are supported";
            return Err(compile.refuse_value("sampleMethod", other, message));
        }
    };
    let max_size = settings.use_max_size.then_some(settings.max_size);
    Ok(Compiled::process(Sample { choice, discard, max_size, is_certain: settings.use_seed }))
}

#[async_trait]
impl Process for Sample {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        Ok(one(inputs)?.clone())
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        if matches!(self.choice, Choice::Random(..)) && !self.is_certain {
            run.warn("the node sets no random seed: Modeler would choose other records in each run", 1);
        }
        let model = input.model().clone();
        let operator = Operator::new(*self, run.node())?;
        Table::serial(vec![(input, Vec::new())], Arc::new(operator), model, run)
    }
}

#[derive(Debug)]
struct Operator {
    sample: Sample,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub static SAMPLE: Kind =
    Kind::serial("sample", 1, |found| Ok(Arc::new(Operator::new(found.settings()?, found.node())?)));

impl Operator {
    fn new(sample: Sample, node: &NodeRef) -> Result<Self, NodeError> {
        Ok(Self { sample, node: node.clone(), encoded: SAMPLE.encode(&sample)? })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn run(&self, inputs: Vec<Records>, _status: &TaskStatus) -> Records {
        let seed = if let Choice::Random(_, seed) = self.sample.choice { seed } else { 0 };
        match one(inputs) {
            Ok(input) => {
                let random = JavaRandom::new(seed);
                let left = self.sample.max_size.unwrap_or(u64::MAX);
                records(Running { input, sample: self.sample, random, seen: 0, left }, self.node.clone())
            }
            Err(error) => failed(error, &self.node),
        }
    }
}

struct Running {
    input: Records,
    sample: Sample,
    random: JavaRandom,
    seen: u64,
    /// Records that may still come out.
    left: u64,
}

impl Running {
    fn is_chosen(&mut self) -> bool {
        self.seen += 1;
        match self.sample.choice {
            Choice::First(count) => self.seen <= count,
            Choice::OneIn(every) => self.seen.is_multiple_of(every),
            Choice::Random(share, _) => self.random.fraction() < share,
        }
    }

    /// Whether no further record can come out.
    fn is_done(&self) -> bool {
        let first = matches!(self.sample.choice, Choice::First(count) if self.seen >= count);
        self.left == 0 || (first && !self.sample.discard)
    }
}

impl Pull for Running {
    async fn next(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        if self.is_done() {
            return Ok(None);
        }
        let Some(batch) = self.input.next().await.transpose()? else { return Ok(None) };
        let mut kept = Vec::with_capacity(batch.num_rows());
        for _ in 0..batch.num_rows() {
            let keeps = self.is_chosen() != self.sample.discard && self.left > 0;
            self.left -= u64::from(keeps);
            kept.push(keeps);
        }
        Ok(Some(filter_record_batch(&batch, &BooleanArray::from(kept))?))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_records::Flow;

    fn sample(count: usize, properties: &str) -> (Flow, usize) {
        let mut flow = Flow::default();
        let records = (1..=count).map(|number| number.to_string()).collect::<Vec<_>>().join("\n");
        let source = flow.source(&[("n", "integer")], &records);
        let node = flow.node("SampleNode", &[source], properties, "");
        (flow, node)
    }

    /// IBM, "Sample Node Settings": the first n and every nth, kept or discarded, up to a size.
    #[tokio::test]
    async fn first_and_every_nth_records_are_sampled() {
        for (properties, expected) in [
            ("<sampleMethod>firstN</sampleMethod><sampleFirstN>2</sampleFirstN>", "1 2"),
            (
                "<sampleMethod>firstN</sampleMethod><sampleFirstN>2</sampleFirstN><sampleMode>discard</sampleMode>",
                "3 4 5 6 7",
            ),
            ("<sampleMethod>oneInN</sampleMethod><sampleOneInN>3</sampleOneInN>", "3 6"),
            (
                "<sampleMethod>oneInN</sampleMethod><sampleOneInN>3</sampleOneInN><sampleMode>discard</sampleMode>",
                "1 2 4 5 7",
            ),
            (
                "<sampleMethod>oneInN</sampleMethod><sampleOneInN>2</sampleOneInN><sampleUseMaxSize>true</sampleUseMaxSize>\
              <sampleMaxSize>2</sampleMaxSize>",
                "2 4",
            ),
        ] {
            let (flow, node) = sample(7, properties);
            assert_eq!(flow.records(node).await[1..].join(" "), expected, "{properties}");
        }
    }

    /// Modeler stored these counts: 20 % discarded of 80 with seed 7440154 leaves 69; 50 % of 98,326 with
    /// seed 6318031 are 49,152.
    #[tokio::test]
    async fn random_samples_are_those_of_modeler() {
        let random = "<sampleMethod>random</sampleMethod><sampleUseRandomSeed>true</sampleUseRandomSeed>";
        let discard = "<sampleRandom>20.0</sampleRandom><sampleRandomSeed>7440154</sampleRandomSeed>\
            <sampleMode>discard</sampleMode>";
        let (flow, node) = sample(80, &format!("{random}{discard}"));
        assert_eq!(flow.records(node).await.len() - 1, 69);
        let half = "<sampleRandom>50.0</sampleRandom><sampleRandomSeed>6318031</sampleRandomSeed>";
        let (flow, node) = sample(98_326, &format!("{random}{half}"));
        assert_eq!(flow.records(node).await.len() - 1, 49_152);
    }

    #[tokio::test]
    async fn complex_samples_are_refused() {
        let (flow, node) = sample(7, "<sampleProcedure>complex</sampleProcedure>");
        let error = flow.run(node).await.unwrap_err();
        assert!(error.contains("complex samples are not supported"), "{error}");
    }
}
