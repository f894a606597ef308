//! Partition: assigns records at random to training, testing and validation. IBM: "Partition node",
//! `partitionnode`.
//!
//! For each record, in order, one random number from 0 to 99 of [`JavaRandom`] is compared with the sizes:
//! below the training size it is *training*, below training and testing size *testing*, and so on. Records
//! beyond the sum of the sizes are dropped. Two partitions are proved against files that Modeler wrote. Three
//! partitions, and sizes below 100 in total, are the natural interpretation of the same numbers.
//!
//! Without a seed the node uses the time of the run, so that each run differs.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{filter_record_batch, take};
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::{DataModel, Field, Measure, Role, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kind, NodeError, NodeRun, NodeType, Process, Reported, Table, one,
    settings,
};
use satsuma_stream::text_enum;
use serde::{Deserialize, Serialize};

use crate::fold::{Fold, fold, operator};
use crate::random::JavaRandom;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "PartitionNode",
    extension: None,
    inputs: Inputs::One,
    settings: PartitionSettings::LIST,
    compile,
};

text_enum! {
    /// The values of the field.
    ValueMode {
        /// 1, 2 and 3.
        System = "system",
        /// `1_Training`, `2_Testing` and `3_Validation`.
        SystemAndLabel = "system_label",
        /// `Training`, `Testing` and `Validation`.
        Label = "label",
    }
}

settings! {
    /// Settings of a Partition node.
    pub struct PartitionSettings {
        /// The new field.
        name: String = value("partitionFieldName", "new_name", "Partition".to_owned()),
        /// Whether there is a validation partition.
        has_validation: bool = value("createValidationPartition", "create_validation", false),
        /// Percent of records for training.
        training_size: u32 = value("trainingPartitionSize", "training_size", 50),
        /// Percent of records for testing.
        testing_size: u32 = value("testingPartitionSize", "testing_size", 50),
        /// Percent of records for validation.
        validation_size: u32 = value("validationPartitionSize", "validation_size", 0),
        /// The label of training.
        training_label: String = value("trainingPartitionLabel", "training_label", "Training".to_owned()),
        /// The label of testing.
        testing_label: String = value("testingPartitionLabel", "testing_label", "Testing".to_owned()),
        /// The label of validation.
        validation_label: String = value("validationPartitionLabel", "validation_label", "Validation".to_owned()),
        /// The values of the field.
        value_mode: ValueMode = value("partitionValueMode", "value_mode", ValueMode::SystemAndLabel),
        /// Whether the seed is used.
        has_seed: bool = value("partitionUseRandomSeed", "set_random_seed", true),
        /// The seed.
        seed: i64 = value("partitionRandomSeed", "random_seed", 1_234_567),
        /// Whether a unique field decides instead of the order of records.
        by_field: bool = value("usePartitionHashColumn", "use_unique_field", false),
        /// That field.
        field: String = text("partitionHashColumn", "unique_field"),
    }
}

struct Partition {
    name: String,
    parts: Vec<Part>,
    seed: Option<i64>,
}

/// A partition: a value of the field.
#[derive(Debug, Clone)]
struct Part {
    value: Scalar,
    label: String,
    /// Numbers below it belong to this partition or an earlier one.
    end: u32,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: PartitionSettings = compile.settings()?;
    if settings.by_field {
        let message = "partitions by a unique field are not supported; Modeler's algorithm is unknown";
        return Err(compile.refuse_value("usePartitionHashColumn", true, message));
    }
    let sizes = [
        (settings.training_size, settings.training_label),
        (settings.testing_size, settings.testing_label),
        (settings.validation_size, settings.validation_label),
    ];
    let count = if settings.has_validation { 3 } else { 2 };
    let mut end = 0_u32;
    let mut parts = Vec::with_capacity(count);
    for (number, (size, label)) in (1..).zip(sizes.into_iter().take(count)) {
        let value = match settings.value_mode {
            ValueMode::System => Scalar::Integer(number),
            ValueMode::SystemAndLabel => Scalar::text(format!("{number}_{label}")),
            ValueMode::Label => Scalar::text(label.as_str()),
            ref other => {
                let message = "system, system_label and label are supported";
                return Err(compile.refuse_value("partitionValueMode", other, message));
            }
        };
        end = end.saturating_add(size);
        parts.push(Part { value, label, end });
    }
    if end > 100 {
        let message = "the sizes of the partitions must not exceed 100 percent";
        return Err(compile.refuse_value("trainingPartitionSize", settings.training_size, message));
    }
    let seed = settings.has_seed.then_some(settings.seed);
    Ok(Compiled::process(Partition { name: settings.name, parts, seed }))
}

impl Partition {
    fn field(&self) -> Field {
        let values = self.parts.iter().map(|part| part.value.clone()).collect::<Vec<_>>();
        let storage = values.first().and_then(Scalar::storage).unwrap_or(Storage::String);
        let labels = self.parts.iter().map(|part| (part.value.clone(), part.label.clone()));
        let field = Field::new(&self.name, storage).measured(Measure::Set).used_as(Role::Partition);
        Field { values: Values::Members(values), value_labels: labels.collect(), ..field }
    }
}

#[async_trait]
impl Process for Partition {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let fields = one(inputs)?.fields().iter().cloned().chain([self.field()]);
        Ok(DataModel::new(fields.collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(&[input.model().clone()])?;
        let seed = self.seed.unwrap_or_else(|| run.now());
        let field = self.field();
        let values = self.parts.iter().map(|part| part.value.clone()).collect();
        let ends = self.parts.iter().map(|part| part.end).collect();
        let settings = DrawSettings { seed, ends, values, storage: field.storage };
        fold(input, Vec::new(), Draws::new(settings, model.schema()), model, run)
    }
}

/// Random numbers for records in order.
#[derive(Debug, Clone)]
struct Draws {
    settings: DrawSettings,
    random: JavaRandom,
    values: ArrayRef,
    schema: SchemaRef,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct DrawSettings {
    seed: i64,
    /// For each partition, the number below which random numbers belong to it or an earlier one.
    ends: Vec<u32>,
    /// The value of each partition.
    values: Vec<Scalar>,
    storage: Storage,
}

/// The kind of these operators.
pub static DRAWS: Kind = Kind::serial("partition", 1, |found| {
    operator(Draws::new(found.settings()?, Arc::clone(found.schema())), found.node())
});

impl Draws {
    fn new(settings: DrawSettings, schema: SchemaRef) -> Self {
        let values = Scalar::column(&settings.values, settings.storage);
        Self { random: JavaRandom::new(settings.seed), settings, values, schema }
    }
}

impl Fold for Draws {
    fn encoded(&self) -> Result<Encoded, NodeError> {
        DRAWS.encode(&self.settings)
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, NodeError> {
        let drawn = (0..batch.num_rows()).map(|_| {
            let draw = self.random.percent();
            let part = self.settings.ends.iter().position(|end| draw < *end);
            part.and_then(|part| u32::try_from(part).ok())
        });
        let drawn = drawn.collect::<UInt32Array>();
        let column = take(&self.values, &drawn, None)?;
        let columns = batch.columns().iter().cloned().chain([column]).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        match self.settings.ends.last() {
            Some(100) => Ok(batch),
            _ => {
                let kept = drawn.iter().map(|part| Some(part.is_some())).collect::<BooleanArray>();
                Ok(filter_record_batch(&batch, &kept)?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, last_column, refusal};

    fn partition(properties: &str) -> String {
        format!("<partitionFieldName>Part</partitionFieldName>{properties}")
    }

    fn numbers(count: usize) -> String {
        std::iter::once("n".to_owned())
            .chain((0..count).map(|n| n.to_string()))
            .map(|line| line + "\n")
            .collect()
    }

    /// C15: all 5,000 records of two files that Modeler wrote.
    #[tokio::test]
    async fn c15_records_are_in_the_partition_of_modeler() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/partition-4178902.txt");
        let Ok(wanted) = std::fs::read_to_string(file) else {
            return eprintln!("skipped: {file} is missing");
        };
        let sizes = "<trainingPartitionSize>80</trainingPartitionSize><testingPartitionSize>20</testingPartitionSize>\
            <partitionRandomSeed>4178902</partitionRandomSeed>";
        let lines =
            chain(&[("PartitionNode", &partition(sizes), "")], &[("n", "integer")], &numbers(5_000)).await;
        let is_training = |part: &str| part == "1_Training";
        let found = last_column(&lines).into_iter().map(is_training).collect::<Vec<_>>();
        assert_eq!(found.iter().filter(|training| **training).count(), 4_063);
        let wanted = wanted.chars().filter(char::is_ascii_alphanumeric).collect::<Vec<_>>();
        let first = wanted.first().copied();
        assert_eq!(wanted.len(), found.len());
        assert!(found.iter().zip(&wanted).all(|(training, mark)| *training == (Some(*mark) == first)));
    }

    /// Counts that IBM stored after Partition nodes of two real streams.
    #[tokio::test]
    async fn partitions_are_as_large_as_ibm_counted() {
        for (seed, training, records, wanted) in [(1_234_567_890, 50, 1_316, 678), (1_234_567, 80, 836, 670)]
        {
            let sizes = format!(
                "<trainingPartitionSize>{training}</trainingPartitionSize>\
                 <testingPartitionSize>{}</testingPartitionSize><partitionRandomSeed>{seed}</partitionRandomSeed>",
                100 - training
            );
            let node = partition(&sizes);
            let lines = chain(&[("PartitionNode", &node, "")], &[("n", "integer")], &numbers(records)).await;
            assert_eq!(last_column(&lines).iter().filter(|part| **part == "1_Training").count(), wanted);
        }
    }

    /// The random numbers of the seed are 46 36 51 98 48 44 65 13 3 44 62 56 95 21 89 90.
    #[tokio::test]
    async fn three_partitions_share_the_draws_and_the_rest_is_dropped() {
        let sizes = "<createValidationPartition>true</createValidationPartition><trainingPartitionSize>40\
            </trainingPartitionSize><testingPartitionSize>20</testingPartitionSize><validationPartitionSize>35\
            </validationPartitionSize><partitionValueMode>label</partitionValueMode>";
        let lines =
            chain(&[("PartitionNode", &partition(sizes), "")], &[("n", "integer")], &numbers(8)).await;
        let parts =
            ["0,Testing", "1,Training", "2,Testing", "4,Testing", "5,Testing", "6,Validation", "7,Training"];
        assert_eq!(lines[1..], parts);
    }

    #[tokio::test]
    async fn values_may_be_numbers() {
        let mode = "<partitionValueMode>system</partitionValueMode>";
        let lines = chain(&[("PartitionNode", &partition(mode), "")], &[("n", "integer")], &numbers(4)).await;
        assert_eq!(last_column(&lines), ["1", "1", "2", "2"]);
    }

    #[tokio::test]
    async fn a_select_node_finds_the_partition_field() {
        let select = "<selectCondition>@PARTITION_FIELD = @TESTING_PARTITION</selectCondition>";
        let nodes = [("PartitionNode", &*partition(""), ""), ("SelectNode", select, "")];
        let lines = chain(&nodes, &[("n", "integer")], &numbers(4)).await;
        assert_eq!(lines, ["n,Part", "2,2_Testing", "3,2_Testing"]);
    }

    #[tokio::test]
    async fn a_unique_field_is_refused() {
        let unique = "<usePartitionHashColumn>true</usePartitionHashColumn>";
        let message =
            refusal(&[("PartitionNode", &partition(unique), "")], &[("n", "integer")], "n\n1\n").await;
        assert!(message.contains("usePartitionHashColumn"), "{message}");
    }
}
