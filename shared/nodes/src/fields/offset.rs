//! Lag and Lead: values of earlier or later records of a group. A node of Modeler 19.0, `OffsetNode`.
//!
//! Records are sorted by the group fields and then by the sort keys. A new field has the value of the record
//! at the given distance before (negative offset) or after (positive). It is null if that record belongs to
//! another group or does not exist.

use async_trait::async_trait;
use satsuma_clem::Program;
use satsuma_columns::{DataModel, Field};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Process, Reported, SortKey, Table,
    one, require, settings,
};

use super::derive::Position;
use crate::clem::{self, Clem};
use crate::records::sort;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "OffsetNode",
    extension: None,
    inputs: Inputs::One,
    settings: OffsetSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Lag or Lead node.
    pub struct OffsetSettings {
        /// The fields.
        fields: Vec<String> = fields("offsetFields", ""),
        /// The fields that define groups by equal values.
        groups: Vec<String> = fields("offsetGroupField", ""),
        /// The order within a group.
        keys: Vec<SortKey> = parsed("sortKeys", "", sort::keys),
        /// The distance to the record after (above 0) or before (below 0) the current one.
        offset: i32 = value("offsetValue", "", -1),
        /// The extension of names.
        extension: String = text("fixedOffsetExtensionName", ""),
        /// The position of the extension.
        position: Position = value("fixedOffsetExtensionPosition", "", Position::Suffix),
    }
    // The default order of new keys in the dialog, and SQL pushback.
    ignored: ["GenerateSQL", "sortDefaultOrder"]
}

struct Offset {
    /// Each field and the one derived from it.
    fields: Vec<(String, String)>,
    keys: Vec<SortKey>,
    value: Clem,
}

/// The largest useful offset; memory contains this number of records.
const LARGEST_OFFSET: u32 = 1_000_000;

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: OffsetSettings = compile.settings()?;
    if settings.offset.unsigned_abs() > LARGEST_OFFSET {
        let message = "at most a million records are looked back or ahead";
        return Err(compile.refuse_value("offsetValue", settings.offset, message));
    }
    let Some(names) = settings.position.extend(&settings.fields, &settings.extension) else {
        let property = "fixedOffsetExtensionPosition";
        return Err(compile.refuse_value(property, &settings.position, "prefix and suffix are supported"));
    };
    // @OFFSET counts backwards.
    let by = match -i64::from(settings.offset) {
        by if by < 0 => format!("-{}", by.unsigned_abs()),
        by => by.to_string(),
    };
    let quoted = |name: &String| format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"));
    let tests = settings.groups.iter().map(|group| {
        let group = quoted(group);
        format!("({group} = @OFFSET({group},{by}))")
    });
    let tests = tests.collect::<Vec<_>>().join(" and ");
    let value = match tests.is_empty() {
        true => format!("@OFFSET(@FIELD,{by})"),
        false => format!("if {tests} then @OFFSET(@FIELD,{by}) else undef endif"),
    };
    let value = Clem::parse(&value, "offsetFields", compile)?;
    let groups = settings.groups.iter().map(SortKey::ascending);
    let keys = groups.chain(settings.keys).collect();
    Ok(Compiled::process(Offset { fields: settings.fields.into_iter().zip(names).collect(), keys, value }))
}

impl Offset {
    fn check(&self, input: &DataModel, run: Option<&NodeRun>) -> Result<Vec<(Program, Field)>, NodeError> {
        for key in &self.keys {
            require(input, &key.field)?;
        }
        let checked = self.fields.iter().map(|(from, to)| {
            let from = require(input, from)?;
            if input.field(to).is_some() {
                return Err(DataFault::DuplicateField(to.clone()).into());
            }
            let program = self.value.check_for(input, Some(&from.name), run)?;
            Ok((program, from.clone().named(to)))
        });
        checked.collect()
    }
}

#[async_trait]
impl Process for Offset {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let new = self.check(input, None)?.into_iter().map(|(_, field)| field);
        Ok(DataModel::new(input.fields().iter().cloned().chain(new).collect())?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let new = self.check(input.model(), Some(run))?;
        let sorted = if self.keys.is_empty() { input } else { input.sort(self.keys.clone(), run)? };
        if new.is_empty() { Ok(sorted) } else { clem::derive(sorted, new, run) }
    }
}

/// C11: the table must equal that of Sort and `if unit = @OFFSET(unit,1) then @OFFSET(@FIELD,1) else undef`.
#[cfg(test)]
mod tests {
    use crate::testing_fields::chain;

    fn node(offset: i32) -> String {
        format!(
            "<offsetFields><field>power</field></offsetFields><offsetGroupField><field>unit</field></offsetGroupField>\
            <offsetValue>{offset}</offsetValue><fixedOffsetExtensionName>_2</fixedOffsetExtensionName>\
            <fixedOffsetExtensionPosition>suffix</fixedOffsetExtensionPosition><sortDefaultOrder>true</sortDefaultOrder>\
            <GenerateSQL>false</GenerateSQL><sortKeys><rows><row><field>day</field><direction>0</direction></row></rows></sortKeys>"
        )
    }

    const FIELDS: [(&str, &str); 3] = [("unit", "integer"), ("day", "integer"), ("power", "integer")];
    const DATA: &str = "unit,day,power\n143,1,1095\n111,2,1103\n111,1,1106\n111,3,1101\n143,2,1098\n";

    #[tokio::test]
    async fn an_earlier_value_is_of_the_same_group() {
        let lines = chain(&[("OffsetNode", &node(-1), "")], &FIELDS, DATA).await;
        assert_eq!(
            lines,
            [
                "unit,day,power,power_2",
                "111,1,1106,$null$",
                "111,2,1103,1106",
                "111,3,1101,1103",
                "143,1,1095,$null$",
                "143,2,1098,1095",
            ]
        );
    }

    #[tokio::test]
    async fn a_later_value_is_of_the_same_group() {
        let difference = (
            "DeriveNode",
            "<deriveSingleFieldName>d</deriveSingleFieldName>\
            <deriveFormulaExpression>power - power_2</deriveFormulaExpression>",
            "",
        );
        let lines = chain(&[("OffsetNode", &node(1), ""), difference], &FIELDS, DATA).await;
        assert_eq!(crate::testing_fields::last_column(&lines), ["3", "2", "$null$", "-3", "$null$"]);
    }
}
