//! Distinct: the first record of each group of duplicates, the others, or one combined record. IBM: "Distinct
//! Node", `distinctnode`.
//!
//! The output is sorted by the key fields, null first, like Modeler's. Within a group records are sorted by
//! the node's settings, and otherwise keep their order. Only composite records have a record count.

mod composite;
mod groups;
mod seen;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use satsuma_columns::{DataModel, Field, Storage};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, Kind, NodeError, NodeRef, NodeRun, NodeType, Process,
    Records, Reported, Serial, SortKey, Table, TaskStatus, one, require, settings,
};
use satsuma_stream::text_enum;
use serde::{Deserialize, Serialize};

use self::composite::{Composite, CompositeTable, Fill};
use self::groups::{Filtering, Groups};
use self::seen::Seen;
use super::keys::{Key, Keys, columns};
use super::pull::{failed, records};
use super::sort::keys as sort_keys;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "DistinctNode",
    extension: None,
    inputs: Inputs::One,
    settings: DistinctSettings::LIST,
    compile,
};

text_enum! {
    /// The output for a group.
    Mode {
        /// Its first record.
        Include = "Include",
        /// All but its first record.
        Discard = "Discard",
        /// One record combined from all.
        Composite = "Composite",
    }
}

settings! {
    /// Settings of a Distinct node.
    pub struct DistinctSettings {
        /// The output for a group.
        mode: Mode = value("distinctMode", "mode", Mode::Include),
        /// The fields whose equality makes records duplicates.
        keys: Vec<String> = fields("distinctFieldSelection", "grouping_fields"),
        /// The order of the records of a group.
        sort_keys: Vec<SortKey> = parsed("sortKeys", "sort_keys", sort_keys),
        /// The composition of composite records.
        composite: CompositeTable = parsed("compositeValuesTable", "composite_values", CompositeTable::read),
        /// Whether composite records have the number of records.
        include_count: bool = value("distinctIncludeCount", "inc_record_count", true),
        /// The name of that field.
        count_field: String = text("distinctCountFieldName", "count_field"),
        /// Whether records with equal keys are already adjacent.
        presorted: bool = value("distinctPreSortedInput", "keys_pre_sorted", false),
    }
    // Execution settings, and defaults of the dialog.
    ignored: ["disableSQLGeneration", "distinctLowDistinctKeyCount", "existingSortKeys", "sortDefaultOrder"]
}

#[derive(Debug)]
struct Distinct {
    keys: Vec<String>,
    sort_keys: Vec<SortKey>,
    presorted: bool,
    output: Output,
}

#[derive(Debug)]
enum Output {
    First,
    Others,
    Composite { fills: Vec<(String, Fill)>, count_field: Option<String> },
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: DistinctSettings = compile.settings()?;
    if settings.keys.is_empty() {
        return Err(compile.refuse_value("distinctFieldSelection", "", "the node needs a key field"));
    }
    let output = match settings.mode {
        Mode::Include => Output::First,
        Mode::Discard => Output::Others,
        Mode::Composite => {
            let mut fills = Vec::new();
            for (field, fill) in settings.composite.fills {
                if let Fill::Other(name) = &fill {
                    let message = "this way to fill a field is not supported; use the first or last record, \
                                   the total, the average, the minimum or the maximum";
                    let property = format!("compositeValuesTable/{field:?}/opType");
                    return Err(compile.refuse_value(property, name.clone(), message));
                }
                fills.push((field, fill));
            }
            if let Some(unknown) = settings.composite.unknown {
                let message = "this setting of a field is not known";
                return Err(compile.refuse_value("compositeValuesTable", unknown, message));
            }
            let name = Some(settings.count_field).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| "Record_Count".to_owned());
            Output::Composite { fills, count_field: settings.include_count.then_some(name) }
        }
        other => {
            let message = "Include, Discard and Composite are supported";
            return Err(compile.refuse_value("distinctMode", other, message));
        }
    };
    Ok(Compiled::process(Distinct {
        keys: settings.keys,
        sort_keys: settings.sort_keys,
        presorted: settings.presorted,
        output,
    }))
}

impl Distinct {
    /// The output fields; for composite records also the composition of each field.
    fn plan(&self, input: &DataModel) -> Result<(DataModel, Vec<Fill>), NodeError> {
        for key in self.keys.iter().chain(self.sort_keys.iter().map(|key| &key.field)) {
            require(input, key)?;
        }
        let Output::Composite { fills, count_field } = &self.output else {
            return Ok((input.clone(), Vec::new()));
        };
        let mut fields = Vec::with_capacity(input.len() + 1);
        let mut chosen = Vec::with_capacity(input.len());
        for field in input.fields() {
            let fill = fills.iter().find(|(name, _)| *name == field.name && !self.keys.contains(name));
            let fill = fill.map_or(Fill::First, |(_, fill)| fill.clone());
            let storage = fill.storage(field.storage).ok_or_else(|| {
                let found = field.storage.name().to_owned();
                NodeError::Data(DataFault::Storage {
                    field: field.name.clone(),
                    found,
                    wanted: "a storage of which the composite record can be made so".to_owned(),
                })
            })?;
            fields.push(fill.describe(field, storage));
            chosen.push(fill);
        }
        if let Some(name) = count_field {
            fields.push(Field::new(name, Storage::Integer));
        }
        Ok((DataModel::new(fields)?, chosen))
    }

    fn order(&self) -> Vec<SortKey> {
        if self.presorted && self.sort_keys.is_empty() {
            return Vec::new();
        }
        let inner = self.sort_keys.iter().filter(|key| !self.keys.contains(&key.field)).cloned();
        self.keys.iter().map(SortKey::ascending).chain(inner).collect()
    }
}

#[async_trait]
impl Process for Distinct {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        Ok(self.plan(one(inputs)?)?.0)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let (model, fills) = self.plan(input.model())?;
        let keys = columns(input.model(), &self.keys)?;
        let work = match &self.output {
            Output::First => Work::Filter { first: true },
            Output::Others => Work::Filter { first: false },
            Output::Composite { count_field, .. } => {
                let storages = input.fields().iter().map(|field| field.storage).collect();
                Work::Composite { fills, storages, counts: count_field.is_some() }
            }
        };
        let input = match &work {
            Work::Filter { first: true }
                if self.sort_keys.is_empty() && !self.presorted && !keys.is_empty() =>
            {
                // Most duplicates need not be sorted to be dropped.
                let arriving = input.model().clone();
                let seen = Operator::new(keys.clone(), Work::Seen, arriving.schema(), run.node())?;
                Table::serial(vec![(input, Vec::new())], Arc::new(seen), arriving, run)?
            }
            _ => input,
        };
        let operator = Operator::new(keys, work, model.schema(), run.node())?;
        Table::serial(vec![(input, self.order())], Arc::new(operator), model, run)
    }
}

#[derive(Debug, Serialize, Deserialize)]
enum Work {
    /// Drops records whose key was seen already, as far as keys fit into memory.
    Seen,
    /// Gives the first records of groups, or all others.
    Filter { first: bool },
    /// Gives a record for each group.
    Composite { fills: Vec<Fill>, storages: Vec<Storage>, counts: bool },
}

#[derive(Debug)]
struct Operator {
    keys: Vec<Key>,
    work: Work,
    schema: SchemaRef,
    node: NodeRef,
    encoded: Encoded,
}

/// The kind of these operators.
pub static DISTINCT: Kind = Kind::serial("distinct", 1, |found| {
    let (keys, work) = found.settings()?;
    Ok(Arc::new(Operator::new(keys, work, Arc::clone(found.schema()), found.node())?))
});

impl Operator {
    fn new(keys: Vec<Key>, work: Work, schema: SchemaRef, node: &NodeRef) -> Result<Self, NodeError> {
        let encoded = DISTINCT.encode(&(&keys, &work))?;
        Ok(Self { keys, work, schema, node: node.clone(), encoded })
    }

    fn start(&self, inputs: Vec<Records>) -> Result<Records, NodeError> {
        let (input, keys) = (one(inputs)?, Keys::new(&self.keys)?);
        Ok(match &self.work {
            Work::Seen => records(Seen::new(input, keys), self.node.clone()),
            Work::Filter { first } => {
                let groups = Groups::new(input, keys);
                records(Filtering { groups, first: *first }, self.node.clone())
            }
            Work::Composite { fills, storages, counts } => {
                let groups = Groups::new(input, keys);
                let composite = Composite::new(groups, fills, storages, *counts, Arc::clone(&self.schema));
                records(composite, self.node.clone())
            }
        })
    }
}

impl Serial for Operator {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn counts_records(&self) -> bool {
        !matches!(self.work, Work::Seen)
    }

    fn run(&self, inputs: Vec<Records>, _status: &TaskStatus) -> Records {
        self.start(inputs).unwrap_or_else(|error| failed(error, &self.node))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_records::Flow;

    const RECORDS: &str = "b,2,x\na,5,y\nb,1,z\n,3,u\nb,4,v\n,3,w";

    fn distinct(properties: &str) -> (Flow, usize) {
        let mut flow = Flow::default();
        let source = flow.source(&[("k", "string"), ("n", "integer"), ("t", "string")], RECORDS);
        let keys = "<distinctFieldSelection><field>k</field></distinctFieldSelection>";
        let node = flow.node("DistinctNode", &[source], &format!("{keys}{properties}"), "");
        (flow, node)
    }

    /// IBM, "Distinct Node" and "Performance: Process Nodes": sorted by keys, first of each group kept.
    #[tokio::test]
    async fn the_first_of_each_group_is_kept_or_discarded() {
        let (flow, node) = distinct("<distinctMode>Include</distinctMode>");
        assert_eq!(flow.records(node).await, ["k,n,t", ",3,u", "a,5,y", "b,2,x"]);
        let (flow, node) = distinct("<distinctMode>Discard</distinctMode>");
        assert_eq!(flow.records(node).await, ["k,n,t", ",3,w", "b,1,z", "b,4,v"]);
    }

    /// IBM: the order within groups determines the first record.
    #[tokio::test]
    async fn sort_keys_order_the_records_of_a_group() {
        let sort = "<sortKeys><rows><row><field>n</field><direction>1</direction></row></rows></sortKeys>";
        let (flow, node) = distinct(&format!("<distinctMode>Include</distinctMode>{sort}"));
        assert_eq!(flow.records(node).await, ["k,n,t", ",3,u", "a,5,y", "b,4,v"]);
    }

    #[tokio::test]
    async fn presorted_records_keep_their_order() {
        let properties =
            "<distinctMode>Include</distinctMode><distinctPreSortedInput>true</distinctPreSortedInput>";
        let (flow, node) = distinct(properties);
        assert_eq!(flow.records(node).await, ["k,n,t", "b,2,x", "a,5,y", "b,1,z", ",3,u", "b,4,v", ",3,w"]);
    }

    fn fill(field: &str, fill: &str) -> String {
        format!("<node><field>{field}</field><opType>{fill}</opType></node>")
    }

    /// IBM, "Composite tab": a record combined from its whole group, with their number.
    #[tokio::test]
    async fn composite_records_are_filled_field_by_field() {
        for (n, t, expected) in [
            ("MAX", "LAST_RECORD", [",3,w,2", "a,5,y,1", "b,4,v,3"]),
            ("TOTAL", "FIRST_RECORD", [",6,u,2", "a,5,y,1", "b,7,x,3"]),
            ("AVERAGE", "FIRST_RECORD", [",3.0,u,2", "a,5.0,y,1", "b,2.3333333333333335,x,3"]),
        ] {
            let table = fill("n", n) + &fill("t", t);
            let table = format!("<compositeTable>{table}</compositeTable>");
            let mode = "<distinctMode>Composite</distinctMode>";
            let table = format!("{mode}<compositeValuesTable>{table}</compositeValuesTable>");
            let (flow, node) = distinct(&table);
            let records = flow.records(node).await;
            assert_eq!(records.first().map(String::as_str), Some("k,n,t,Record_Count"));
            assert_eq!(records[1..], expected);
        }
        let table = format!("<compositeTable>{}</compositeTable>", fill("t", "CONCAT"));
        let mode = "<distinctMode>Composite</distinctMode>";
        let (flow, node) = distinct(&format!("{mode}<compositeValuesTable>{table}</compositeValuesTable>"));
        let error = flow.run(node).await.unwrap_err();
        assert!(error.contains("CONCAT"), "{error}");
    }
}
