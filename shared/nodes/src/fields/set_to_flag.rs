//! Set to Flag: a flag for each of some values of categorical fields. IBM: "SetToFlag node", `settoflagnode`.
//!
//! A flag is named after its field and value (`Drug_drugA`), with an extension in front or behind. With aggregate
//! keys, records of equal keys become one, in the order of the keys; it has the keys and the flags, each true where
//! it is true in one of the records.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat_batches, partition, take};
use datafusion::arrow::datatypes::{Int64Type, SchemaRef};
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kernel, Kind, NodeError, NodeRun, NodeType, Process, Reported,
    SortKey, Table, one, require, settings,
};

use super::derive::Position;
use super::value_fields::{Finder, ValueOf, values_of};
use crate::fold::{Fold, fold, operator};
use crate::literal;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "SetToFlagNode",
    extension: None,
    inputs: Inputs::One,
    settings: SetToFlagSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Set to Flag node.
    pub struct SetToFlagSettings {
        /// The values that get a flag.
        values: Vec<ValueOf> = parsed("createFlagFields", "fields_from", values_of),
        /// What flags have for true.
        true_value: String = value("trueValue", "true_value", "T".to_owned()),
        /// What they have for false.
        false_value: String = value("falseValue", "false_value", "F".to_owned()),
        /// Whether names have an extension.
        has_extension: bool = value("fieldNameExtensionEnabled", "use_extension", false),
        /// The extension.
        extension: String = text("fieldNameExtension", "extension"),
        /// Where it stands.
        position: Position = value("fieldNameExtensionPosition", "add_as", Position::Suffix),
        /// Whether records are grouped.
        is_grouped: bool = value("useAggregateKeyFields", "aggregate", false),
        /// The keys of groups.
        keys: Vec<String> = fields("aggregateKeyFields", "keys"),
    }
    // The field whose values the dialog showed last; flags name theirs.
    ignored: ["setField"]
}

struct SetToFlag {
    values: Vec<ValueOf>,
    /// The names of the flags.
    names: Vec<String>,
    /// False, then true.
    flag: [Scalar; 2],
    storage: Storage,
    /// The keys of groups; `None` where records stay.
    keys: Option<Vec<String>>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SetToFlagSettings = compile.settings()?;
    let storage = literal::typed([settings.true_value.as_str(), settings.false_value.as_str()]);
    let flag = [&settings.false_value, &settings.true_value].map(|value| literal::value(value, storage));
    let names =
        settings.values.iter().map(|value| format!("{}_{}", value.field, value.value)).collect::<Vec<_>>();
    let extension = if settings.has_extension { settings.extension.as_str() } else { "" };
    let Some(names) = settings.position.extend(&names, extension) else {
        let property = "fieldNameExtensionPosition";
        return Err(compile.refuse_value(property, &settings.position, "prefix and suffix are supported"));
    };
    let keys = settings.is_grouped.then_some(settings.keys);
    Ok(Compiled::process(SetToFlag { values: settings.values, names, flag, storage, keys }))
}

impl SetToFlag {
    fn flags(&self) -> impl Iterator<Item = Field> {
        let [no, yes] = &self.flag;
        self.names.iter().map(|name| {
            let field = Field::new(name, self.storage).measured(Measure::Flag);
            field.valued(Values::Flag(no.clone(), yes.clone()))
        })
    }
}

#[async_trait]
impl Process for SetToFlag {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        Finder::new(&self.values, input)?;
        let kept = match &self.keys {
            None => input.fields().to_vec(),
            Some(keys) => keys.iter().map(|key| require(input, key).cloned()).collect::<Result<_, _>>()?,
        };
        Ok(DataModel::new(kept.into_iter().chain(self.flags()).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let model = self.model(&[input.model().clone()])?;
        let finder = Finder::new(&self.values, input.model())?;
        let fields = finder.fields.clone();
        let Some(keys) = &self.keys else {
            let kernel = FlagKernel::new(finder, self.flag.clone(), self.storage)?;
            return input.compute(Arc::new(kernel), &fields, self.flags().collect(), run);
        };
        // Flags as 0 and 1 while groups are made; names that no field has.
        let kernel = FlagKernel::new(finder, [0, 1].map(Scalar::Integer), Storage::Integer)?;
        let hidden = (0..self.names.len()).map(|at| Field::new(format!("\u{1}flag{at}"), Storage::Integer));
        let flagged = input.compute(Arc::new(kernel), &fields, hidden.clone().collect(), run)?;
        let columns = model.fields().iter().take(keys.len()).cloned().chain(hidden);
        let grouped = flagged.select(columns.map(|field| (field.name.clone(), field)).collect())?;
        let sorting = keys.iter().map(SortKey::ascending).collect::<Vec<_>>();
        let values = (self.flag.clone(), self.storage);
        let groups = Groups { keys: keys.len(), values, schema: model.schema(), last: None };
        fold(grouped, sorting, groups, model, run)
    }
}

/// Flags of values.
#[derive(Debug)]
struct FlagKernel {
    finder: Finder,
    /// False, then true.
    values: ArrayRef,
    encoded: Encoded,
}

/// The kind of these kernels.
pub static FLAGS: Kind = Kind::kernel("set-to-flag", 1, |found| {
    let (finder, values, storage) = found.settings()?;
    Ok(Arc::new(FlagKernel::new(finder, values, storage)?))
});

impl FlagKernel {
    fn new(finder: Finder, values: [Scalar; 2], storage: Storage) -> Result<Self, NodeError> {
        let encoded = FLAGS.encode(&(&finder, &values, storage))?;
        Ok(Self { finder, values: Scalar::column(&values, storage), encoded })
    }
}

impl Kernel for FlagKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let flags = self.finder.matches(inputs)?.map(|matches| {
            let picks = matches.into_iter().map(u32::from);
            Ok(take(&self.values, &UInt32Array::from_iter_values(picks), None)?)
        });
        flags.collect()
    }
}

/// Groups of sorted records: the keys, then flags as 0 and 1.
#[derive(Debug, Clone)]
struct Groups {
    keys: usize,
    /// False, then true; and their storage.
    values: ([Scalar; 2], Storage),
    schema: SchemaRef,
    /// The group that may go on in the next batch, as one record.
    last: Option<RecordBatch>,
}

/// The kind of these operators.
pub static GROUPS: Kind = Kind::serial("set-to-flag-groups", 1, |found| {
    let (keys, values) = found.settings()?;
    operator(Groups { keys, values, schema: Arc::clone(found.schema()), last: None }, found.node())
});

impl Groups {
    /// One record for each group.
    fn grouped(&self, batch: &RecordBatch) -> Result<RecordBatch, NodeError> {
        let (keys, flags) = batch.columns().split_at(self.keys.min(batch.num_columns()));
        // Without keys all records are one group.
        let ranges = match keys {
            [] => std::iter::once(0..batch.num_rows()).collect(),
            keys => partition(keys)?.ranges(),
        };
        let firsts = ranges.iter().filter_map(|range| u32::try_from(range.start).ok());
        let firsts = UInt32Array::from_iter_values(firsts);
        let keys = keys.iter().map(|key| Ok::<_, NodeError>(take(key, &firsts, None)?));
        let flags = flags.iter().map(|flag| {
            let flags = flag.as_primitive::<Int64Type>().values();
            let any = ranges.iter().map(|range| {
                let group = flags.get(range.clone());
                i64::from(group.is_some_and(|group| group.contains(&1)))
            });
            Ok(Arc::new(Int64Array::from_iter_values(any)) as ArrayRef)
        });
        let columns = keys.chain(flags).collect::<Result<_, _>>()?;
        Ok(RecordBatch::try_new(batch.schema(), columns)?)
    }

    fn finished(&self, groups: &RecordBatch) -> Result<RecordBatch, NodeError> {
        let (keys, flags) = groups.columns().split_at(self.keys.min(groups.num_columns()));
        let (values, storage) = &self.values;
        let values = Scalar::column(values, *storage);
        let flags = flags.iter().map(|flag| {
            let picks = flag.as_primitive::<Int64Type>().values().iter().map(|flag| u32::from(*flag != 0));
            Ok(take(&values, &UInt32Array::from_iter_values(picks), None)?)
        });
        let columns = keys.iter().cloned().map(Ok).chain(flags).collect::<Result<_, NodeError>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Fold for Groups {
    fn encoded(&self) -> Result<Encoded, NodeError> {
        GROUPS.encode(&(self.keys, &self.values))
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, NodeError> {
        let joined = match self.last.take() {
            Some(last) => concat_batches(&batch.schema(), [&last, batch])?,
            None => batch.clone(),
        };
        let groups = self.grouped(&joined)?;
        let ended = groups.num_rows().saturating_sub(1);
        self.last = Some(groups.slice(ended, groups.num_rows() - ended));
        self.finished(&groups.slice(0, ended))
    }

    fn finish(&mut self) -> Result<Option<RecordBatch>, NodeError> {
        self.last.take().map(|last| self.finished(&last)).transpose()
    }
}

/// They rest on IBM's documentation of the node and on the settings of real streams; C7 is its use.
#[cfg(test)]
mod tests {
    use crate::testing_fields::chain;

    fn node(values: &[(&str, &str)], more: &str) -> String {
        let members = values.iter().map(|(field, value)| {
            format!("<persistentObjectListMember><srcFieldName>{field}</srcFieldName><srcFieldValue>{value}\
                </srcFieldValue><flagNameExtension/><prefixNotSuffix>false</prefixNotSuffix></persistentObjectListMember>")
        });
        let members = members.collect::<String>();
        format!("<createFlagFields>{members}</createFlagFields>{more}")
    }

    const FIELDS: [(&str, &str); 2] = [("id", "integer"), ("item", "string")];
    const DATA: &str = "id,item\n2,milk\n1,beer\n2,beer\n1,beer\n,milk\n3,\n";

    #[tokio::test]
    async fn a_flag_is_true_where_the_record_has_its_value() {
        let values = [("item", "milk"), ("item", "beer"), ("id", "1")];
        let more = "<trueValue>1</trueValue><falseValue>0</falseValue><fieldNameExtensionEnabled>true\
            </fieldNameExtensionEnabled><fieldNameExtension>_x</fieldNameExtension>";
        let lines = chain(&[("SetToFlagNode", &node(&values, more), "")], &FIELDS, DATA).await;
        assert_eq!(
            lines,
            [
                "id,item,item_milk_x,item_beer_x,id_1_x",
                "2,milk,1,0,0",
                "1,beer,0,1,1",
                "2,beer,0,1,0",
                "1,beer,0,1,1",
                "$null$,milk,1,0,0",
                "3,,0,0,0",
            ]
        );
    }

    #[tokio::test]
    async fn groups_have_one_record_with_the_flags_of_all() {
        let keys = "<useAggregateKeyFields>true</useAggregateKeyFields><aggregateKeyFields><field>id</field></aggregateKeyFields>";
        let node = node(&[("item", "milk"), ("item", "beer")], keys);
        let lines = chain(&[("SetToFlagNode", &node, "")], &FIELDS, DATA).await;
        assert_eq!(lines, ["id,item_milk,item_beer", "$null$,T,F", "1,F,T", "2,T,T", "3,F,F"]);
    }

    #[tokio::test]
    async fn groups_go_on_from_batch_to_batch() {
        let keys = "<useAggregateKeyFields>true</useAggregateKeyFields><aggregateKeyFields><field>id</field></aggregateKeyFields>";
        let node = node(&[("item", "milk")], keys);
        let data = (0..30_000)
            .map(|row| format!("{},{}\n", row / 10_000, if row % 10_000 == 9_999 { "milk" } else { "beer" }));
        let data = std::iter::once("id,item\n".to_owned()).chain(data).collect::<String>();
        let lines = chain(&[("SetToFlagNode", &node, "")], &FIELDS, &data).await;
        assert_eq!(lines, ["id,item_milk", "0,T", "1,T", "2,T"]);
    }
}
