//! Restructure: fields of the values of a field. IBM: "Restructure node", `restructurenode`.
//!
//! For each of some values of a field, flags (1 where the record has the value, else 0), or, for each of some value
//! fields, a field with its value where the record has the value, else null. Names have the value (`SAV_Balance`)
//! and in front of it, unless that is switched off, the field (`Account_SAV_Balance`).

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array};
use datafusion::arrow::compute::nullif;
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, Encoded, Inputs, Kernel, Kind, NodeError, NodeRun, NodeType, Process, Reported, Table,
    one, require, settings,
};
use satsuma_stream::text_enum;

use super::value_fields::{Finder, ValueOf, values_of};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "RestructureNode",
    extension: None,
    inputs: Inputs::One,
    settings: RestructureSettings::LIST,
    compile,
};

text_enum! {
    /// What the new fields hold.
    Holds {
        /// 1 or 0.
        Flags = "Flags",
        /// Values of other fields.
        OtherFields = "OtherFields",
    }
}

settings! {
    /// Settings of a Restructure node.
    pub struct RestructureSettings {
        /// The values that get fields.
        values: Vec<ValueOf> = parsed("createRestructuredFields", "fields_from", values_of),
        /// What the fields hold.
        holds: Holds = value("restructureValuesMode", "value_mode", Holds::Flags),
        /// The fields whose values they hold.
        value_fields: Vec<String> = fields("restructureValueFields", "value_fields"),
    }
    // What the dialog shows or offers next; each value has its own.
    ignored: ["restructureField", "restructureIncludeFieldNames"]
}

struct Restructure {
    values: Vec<ValueOf>,
    /// The fields whose values new fields hold; `None` for flags.
    value_fields: Option<Vec<String>>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: RestructureSettings = compile.settings()?;
    let value_fields = match settings.holds {
        Holds::Flags => None,
        Holds::OtherFields => Some(settings.value_fields),
        other => {
            let message = "Flags and OtherFields are supported";
            return Err(compile.refuse_value("restructureValuesMode", other, message));
        }
    };
    Ok(Compiled::process(Restructure { values: settings.values, value_fields }))
}

impl Restructure {
    fn new_fields(&self, input: &DataModel) -> Result<Vec<Field>, NodeError> {
        let mut fields = Vec::new();
        for value in &self.values {
            let name = match value.with_name {
                true => format!("{}_{}", value.field, value.value),
                false => value.value.clone(),
            };
            let Some(value_fields) = &self.value_fields else {
                let flag = Values::Flag(Scalar::Integer(0), Scalar::Integer(1));
                fields.push(Field::new(name, Storage::Integer).measured(Measure::Flag).valued(flag));
                continue;
            };
            for source in value_fields {
                let source = require(input, source)?;
                fields.push(source.clone().named(format!("{name}_{}", source.name)));
            }
        }
        Ok(fields)
    }
}

#[async_trait]
impl Process for Restructure {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        Finder::new(&self.values, input)?;
        let fields = input.fields().iter().cloned().chain(self.new_fields(input)?);
        Ok(DataModel::new(fields.collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        self.model(&[input.model().clone()])?;
        let outputs = self.new_fields(input.model())?;
        let finder = Finder::new(&self.values, input.model())?;
        let mut columns = finder.fields.clone();
        columns.extend(self.value_fields.iter().flatten().cloned());
        let kernel = RestructureKernel::new(finder, self.value_fields.is_some())?;
        input.compute(Arc::new(kernel), &columns, outputs, run)
    }
}

#[derive(Debug)]
struct RestructureKernel {
    finder: Finder,
    has_values: bool,
    encoded: Encoded,
}

/// The kind of these kernels.
pub static RESTRUCTURE: Kind = Kind::kernel("restructure", 1, |found| {
    let (finder, has_values) = found.settings()?;
    Ok(Arc::new(RestructureKernel::new(finder, has_values)?))
});

impl RestructureKernel {
    fn new(finder: Finder, has_values: bool) -> Result<Self, NodeError> {
        let encoded = RESTRUCTURE.encode(&(&finder, has_values))?;
        Ok(Self { finder, has_values, encoded })
    }
}

impl Kernel for RestructureKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let (own, sources) = inputs.split_at(self.finder.fields.len().min(inputs.len()));
        let mut columns = Vec::new();
        for matches in self.finder.matches(own)? {
            if !self.has_values {
                columns
                    .push(Arc::new(Int64Array::from_iter_values(matches.into_iter().map(i64::from)))
                        as ArrayRef);
                continue;
            }
            let others = BooleanArray::from_iter(matches.into_iter().map(|matches| Some(!matches)));
            for source in sources {
                columns.push(nullif(source, &others)?);
            }
        }
        Ok(columns)
    }
}

/// They rest on IBM's documentation of the node and on the names that real streams have behind it.
#[cfg(test)]
mod tests {
    use crate::testing_fields::chain;

    fn node(with_name: bool, more: &str) -> String {
        let members = ["0", "1"].map(|value| {
            format!("<persistentObjectListMember><srcFieldName>bad</srcFieldName><srcFieldValue>{value}</srcFieldValue>\
                <includeFieldNames>{with_name}</includeFieldNames></persistentObjectListMember>")
        });
        format!("<createRestructuredFields>{}</createRestructuredFields>{more}", members.concat())
    }

    const FIELDS: [(&str, &str); 2] = [("bad", "real"), ("power", "integer")];
    const DATA: &str = "bad,power\n0,10\n1,20\n,30\n";

    #[tokio::test]
    async fn flags_are_numbers() {
        let lines = chain(&[("RestructureNode", &node(true, ""), "")], &FIELDS, DATA).await;
        assert_eq!(lines, ["bad,power,bad_0,bad_1", "0.0,10,1,0", "1.0,20,0,1", "$null$,30,0,0"]);
    }

    #[tokio::test]
    async fn values_of_other_fields_stand_where_the_value_does() {
        let more = "<restructureValuesMode>OtherFields</restructureValuesMode>\
            <restructureValueFields><field>power</field></restructureValueFields>";
        let lines = chain(&[("RestructureNode", &node(true, more), "")], &FIELDS, DATA).await;
        assert_eq!(
            lines,
            [
                "bad,power,bad_0_power,bad_1_power",
                "0.0,10,10,$null$",
                "1.0,20,$null$,20",
                "$null$,30,$null$,$null$",
            ]
        );
        let lines = chain(&[("RestructureNode", &node(false, more), "")], &FIELDS, DATA).await;
        assert_eq!(lines[0], "bad,power,0_power,1_power");
    }
}
