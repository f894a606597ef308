//! Reclassify: new categories for old ones. IBM: "Reclassify node", `reclassifynode`.
//!
//! Values that the table does not name keep their value or become the default; null is such a value. The result is
//! of the storage that holds all its values: numbers where all new values are numbers, and where the field's own
//! values, if any stay, are numbers, too; else text, as `to_string` writes numbers that stay.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, UInt32Array};
use datafusion::arrow::compute::{interleave, take};
use satsuma_columns::{DataModel, Field, Measure, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, DataFault, Encoded, Inputs, Kernel, NodeError, NodeRun, NodeType, Process, Reported,
    Table, one, require, settings,
};
use satsuma_stream::{Element, StreamError, tables};

use super::derive::{Mode, Position};
use crate::clem::{self, Clem};
use crate::literal;
use crate::lookup::Lookup;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "ReclassifyNode",
    extension: None,
    inputs: Inputs::One,
    settings: ReclassifySettings::LIST,
    compile,
};

settings! {
    /// Settings of a Reclassify node.
    pub struct ReclassifySettings {
        /// Whether one field is reclassified, or several.
        mode: Mode = value("reclassifyMode", "mode", Mode::Single),
        /// Whether new values take the place of the old ones.
        replaces: bool = value("reclassifyReplaceField", "replace_field", false),
        /// The field of mode *single*.
        field: String = text("singleFieldSelection", "field"),
        /// The new field of mode *single*.
        name: String = text("singleFieldName", "new_name"),
        /// The fields of mode *multiple*.
        fields: Vec<String> = fields("multipleFieldList", "fields"),
        /// What is added to their names.
        extension: String = text("multipleExtensionName", "name_extension"),
        /// Where it is added.
        position: Position = value("multipleExtensionPosition", "add_as", Position::Suffix),
        /// Old values and new ones.
        rules: Vec<(String, String)> = parsed("reclassifyTable", "reclassify", rules),
        /// Whether other values become the default.
        has_default: bool = value("useDefault", "use_default", false),
        /// The default.
        default: String = value("defaultValue", "default", "undef".to_owned()),
    }
    // The choices that the dialog offers for new values.
    ignored: ["reclassifyPickList"]
}

fn rules(element: &Element) -> Result<Vec<(String, String)>, StreamError> {
    let rows = tables::rows(element);
    rows.map(|row| Ok((row.require_value("oldValue")?, row.get_or("newValue", String::new())?))).collect()
}

struct Reclassify {
    /// Each field and the one that its new values become.
    fields: Vec<(String, String)>,
    rules: Vec<(String, String)>,
    /// What other values become; `None` where they stay.
    default: Option<String>,
    /// The field's own value as text.
    as_text: Clem,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: ReclassifySettings = compile.settings()?;
    let fields = match settings.mode {
        Mode::Single if settings.replaces => vec![(settings.field.clone(), settings.field)],
        Mode::Single => vec![(settings.field, settings.name)],
        Mode::Multiple if settings.replaces => {
            settings.fields.into_iter().map(|field| (field.clone(), field)).collect()
        }
        Mode::Multiple => {
            let Some(names) = settings.position.extend(&settings.fields, &settings.extension) else {
                let property = "multipleExtensionPosition";
                return Err(compile.refuse_value(
                    property,
                    &settings.position,
                    "prefix and suffix are supported",
                ));
            };
            settings.fields.into_iter().zip(names).collect()
        }
        other => {
            return Err(compile.refuse_value("reclassifyMode", other, "single and multiple are supported"));
        }
    };
    let as_text = Clem::parse("to_string(@FIELD)", "reclassifyTable", compile)?;
    let default = settings.has_default.then_some(settings.default);
    Ok(Compiled::process(Reclassify { fields, rules: settings.rules, default, as_text }))
}

/// A field that is being reclassified.
struct Plan {
    from: Field,
    to: Field,
    /// Whether values stay that are no text, and the result is.
    needs_text: bool,
}

impl Reclassify {
    fn plans(&self, input: &DataModel) -> Result<Vec<Plan>, NodeError> {
        let plans = self.fields.iter().map(|(from, to)| {
            let from = require(input, from)?;
            if from.name != *to && input.field(to).is_some() {
                return Err(DataFault::DuplicateField(to.clone()).into());
            }
            let new_values = self.rules.iter().map(|(_, new)| new.as_str()).chain(self.default.as_deref());
            let storage = match (literal::typed(new_values.clone()), &self.default, from.storage) {
                (new, None, own) if new.is_numeric() && own.is_numeric() => new.max(own),
                (new, Some(_), _) => new,
                _ => Storage::String,
            };
            let needs_text = self.default.is_none() && storage == Storage::String && from.storage != storage;
            // A Type node finds two values to be a flag, as public streams show.
            let mut field = Field::new(to, storage).measured(Measure::Discrete);
            if from.name == *to {
                field = Field { role: from.role.clone(), label: from.label.clone(), ..field };
            }
            if let Some(default) = &self.default {
                field.values = Values::Members(members(new_values, default, storage));
            }
            Ok(Plan { from: from.clone(), to: field, needs_text })
        });
        plans.collect()
    }
}

/// The values that a field with a default may have, in order.
fn members<'a>(values: impl Iterator<Item = &'a str>, default: &'a str, storage: Storage) -> Vec<Scalar> {
    let mut members: Vec<Scalar> = Vec::new();
    for value in values.chain([default]).map(|value| literal::value(value, storage)) {
        if !value.is_null() && !members.contains(&value) {
            members.push(value);
        }
    }
    members.sort_by(Scalar::order);
    members
}

#[async_trait]
impl Process for Reclassify {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        let mut fields = input.fields().to_vec();
        for Plan { to, .. } in self.plans(input)? {
            match input.position(&to.name).and_then(|at| fields.get_mut(at)) {
                Some(field) => *field = to,
                None => fields.push(to),
            }
        }
        Ok(DataModel::new(fields)?)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let names = self.model(&[input.model().clone()])?;
        let plans = self.plans(input.model())?;
        let mut texts = Vec::new();
        for (at, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.needs_text) {
            let program = self.as_text.check_for(input.model(), Some(&plan.from.name), Some(run))?;
            texts.push((program, Field::new(format!("\u{1}text{at}"), Storage::String)));
        }
        let mut table = if texts.is_empty() { input } else { clem::derive(input, texts, run)? };
        let (mut columns, mut inputs, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for (at, Plan { from, to, needs_text }) in plans.into_iter().enumerate() {
            let known = self.rules.iter().filter_map(|(old, new)| {
                Some((literal::of_field(old, from.storage)?, literal::value(new, to.storage)))
            });
            let (old, mut new): (Vec<_>, Vec<_>) = known.unzip();
            new.extend(self.default.as_ref().map(|default| literal::value(default, to.storage)));
            let other = match &self.default {
                Some(_) => Other::Default,
                None if needs_text => Other::Text,
                None => Other::Stays,
            };
            inputs.push(from.name.clone());
            if needs_text {
                inputs.push(format!("\u{1}text{at}"));
            }
            columns.push(Rules { old: Lookup::new(&old), new: Scalar::column(&new, to.storage), other });
            outputs.push(to);
        }
        let encoded = Encoded::json("reclassify", 1, &(&self.fields, &self.rules, &self.default))?;
        table = table.compute(Arc::new(ReclassifyKernel { columns, encoded }), &inputs, outputs, run)?;
        let kept = names.fields().iter().map(|field| (field.name.clone(), field.clone()));
        table.select(kept.collect())
    }
}

#[derive(Debug)]
struct ReclassifyKernel {
    columns: Vec<Rules>,
    encoded: Encoded,
}

/// The rules of one field.
#[derive(Debug)]
struct Rules {
    old: Lookup,
    /// The new values, and the default behind them where there is one.
    new: ArrayRef,
    other: Other,
}

/// What values become that no rule names.
#[derive(Debug, Clone, Copy)]
enum Other {
    /// They stay.
    Stays,
    /// They stay as text, which is a column of its own.
    Text,
    /// They become the default.
    Default,
}

impl Kernel for ReclassifyKernel {
    fn encoded(&self) -> Encoded {
        self.encoded.clone()
    }

    fn compute(&self, inputs: &[ArrayRef], _rows: usize) -> Result<Vec<ArrayRef>, NodeError> {
        let mut inputs = inputs.iter();
        let columns = self.columns.iter().map(|rules| {
            let input = one(inputs.by_ref())?;
            let places = rules.old.find(input)?;
            let kept = match rules.other {
                Other::Stays => datafusion::arrow::compute::cast(input, rules.new.data_type())?,
                Other::Text => Arc::clone(one(inputs.by_ref())?),
                Other::Default => {
                    let default = u32::try_from(rules.new.len().saturating_sub(1)).unwrap_or_default();
                    let places = places.iter().map(|place| Some(place.unwrap_or(default)));
                    return Ok(take(&rules.new, &places.collect::<UInt32Array>(), None)?);
                }
            };
            let picks = places.iter().enumerate().map(|(row, place)| match place {
                Some(place) => (0, place as usize),
                None => (1, row),
            });
            Ok(interleave(&[rules.new.as_ref(), kept.as_ref()], &picks.collect::<Vec<_>>())?)
        });
        columns.collect()
    }
}

/// They rest on IBM's documentation of the node and on the settings of real streams.
#[cfg(test)]
mod tests {
    use crate::testing_fields::{chain, last_column};

    fn node(rules: &[(&str, &str)], more: &str) -> String {
        let rows = rules
            .iter()
            .map(|(old, new)| format!("<row><oldValue>{old}</oldValue><newValue>{new}</newValue></row>"));
        let rows = rows.collect::<String>();
        format!(
            "<reclassifyTable><rows>{rows}</rows></reclassifyTable><singleFieldSelection>a</singleFieldSelection>\
            <singleFieldName>new</singleFieldName>{more}"
        )
    }

    #[tokio::test]
    async fn values_without_a_rule_stay_or_become_the_default() {
        let (fields, data) = ([("a", "string")], "a\nx\ny\n");
        let rules = [("x", "one")];
        let lines = chain(&[("ReclassifyNode", &node(&rules, ""), "")], &fields, data).await;
        assert_eq!(lines, ["a,new", "x,one", "y,y"]);
        let default = "<useDefault>true</useDefault><defaultValue>Other</defaultValue>";
        let lines = chain(&[("ReclassifyNode", &node(&rules, default), "")], &fields, data).await;
        assert_eq!(last_column(&lines), ["one", "Other"]);
        let null = "<useDefault>true</useDefault><defaultValue>undef</defaultValue>";
        let lines = chain(&[("ReclassifyNode", &node(&rules, null), "")], &fields, data).await;
        assert_eq!(last_column(&lines), ["one", "$null$"]);
    }

    /// A real stream replaces 0, 1 and 2 of an integer field by words.
    #[tokio::test]
    async fn numbers_become_text_in_place() {
        let rules = [("0", "No"), ("1", "Yes")];
        let replaced = node(&rules, "<reclassifyReplaceField>true</reclassifyReplaceField>");
        let nodes = [("ReclassifyNode", replaced.as_str(), "")];
        let lines = chain(&nodes, &[("a", "integer"), ("b", "integer")], "a,b\n0,5\n1,5\n2,5\n,5\n").await;
        assert_eq!(lines, ["a,b", "No,5", "Yes,5", "2,5", "$null$,5"]);
    }

    #[tokio::test]
    async fn several_fields_share_the_rules_and_numbers_stay_numbers() {
        let several = "<reclassifyMode>multiple</reclassifyMode><multipleFieldList><field>a</field><field>b</field>\
            </multipleFieldList><multipleExtensionName>N_</multipleExtensionName>\
            <multipleExtensionPosition>prefix</multipleExtensionPosition>";
        let node = node(&[("0.0", "10"), ("1.0", "20")], several);
        let fields = [("a", "real"), ("b", "integer")];
        let lines = chain(&[("ReclassifyNode", &node, "")], &fields, "a,b\n0,1\n2.5,7\n").await;
        assert_eq!(lines, ["a,b,N_a,N_b", "0.0,1,10.0,20", "2.5,7,2.5,7"]);
    }
}
