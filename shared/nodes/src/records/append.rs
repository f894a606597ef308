//! Append: concatenates the records of several inputs. IBM: "Append Node", `appendnode`.
//!
//! The first input is the main one. Fields that an input lacks are null in its records. Combined integer and
//! real fields are real.

use std::collections::HashSet;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field, Scalar, Storage, Values};
use satsuma_engine::{
    Compile, Compiled, DataFault, Inputs, NodeError, NodeRun, NodeType, Process, Projected, Reported, Table,
    settings,
};
use satsuma_stream::text_enum;

use super::tags::{Input, TagTable, ordered};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "AppendNode",
    extension: None,
    inputs: Inputs::Many,
    settings: AppendSettings::LIST,
    compile,
};

text_enum! {
    /// The matching of fields between inputs.
    MatchBy {
        /// By position.
        Position = "position",
        /// By name.
        Name = "name",
    }
}

settings! {
    /// Settings of an Append node.
    pub struct AppendSettings {
        /// The matching of fields.
        match_by: MatchBy = value("appendMode", "match_by", MatchBy::Position),
        /// Whether names are case-sensitive.
        match_case: bool = value("appendMatchCase", "match_case", false),
        /// Whether fields that the main input lacks are kept.
        all_fields: bool = value("appendIncludeAllFields", "include_fields_from", false),
        /// Whether a field has the tag of the input.
        tag_records: bool = value("appendIncludeTag", "create_tag_field", false),
        /// The name of that field.
        tag_field: String = text("appendTagField", "tag_field_name"),
        /// Names and order of the inputs.
        tags: TagTable = parsed("tagTable", "", TagTable::read),
    }
}

struct Append {
    by_name: bool,
    match_case: bool,
    all_fields: bool,
    tag_field: Option<String>,
    inputs: Vec<Input>,
}

/// The output fields, and the source of each in each input.
struct Plan {
    model: DataModel,
    sources: Vec<Vec<Option<usize>>>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: AppendSettings = compile.settings()?;
    let by_name = match settings.match_by {
        MatchBy::Name => true,
        MatchBy::Position => false,
        other => return Err(compile.refuse_value("appendMode", other, "position and name are supported")),
    };
    let inputs = settings.tags.inputs(compile);
    if settings.tag_records && settings.tag_field.is_empty() {
        return Err(compile.refuse_value(
            "appendTagField",
            "",
            "the field with the input's tag needs a name",
        ));
    }
    if settings.tag_records
        && let Some(Err(error)) = inputs.iter().map(Input::tag).find(Result::is_err)
    {
        return Err(compile.report(error));
    }
    Ok(Compiled::process(Append {
        by_name,
        match_case: settings.match_case,
        all_fields: settings.all_fields,
        tag_field: settings.tag_records.then_some(settings.tag_field),
        inputs,
    }))
}

impl Append {
    fn plan(&self, models: &[DataModel]) -> Result<Plan, NodeError> {
        let mut fields: Vec<Field> = Vec::new();
        let mut sources: Vec<Vec<Option<usize>>> = Vec::new();
        for (number, model) in models.iter().enumerate() {
            let may_add = number == 0 || self.all_fields;
            let mut source = vec![None; fields.len()];
            let matches = self.matches(&fields, model);
            for (at, field) in model.fields().iter().enumerate() {
                match matches.get(at).copied().flatten() {
                    Some(to) => {
                        if let (Some(known), Some(source)) = (fields.get_mut(to), source.get_mut(to)) {
                            *source = Some(at);
                            *known = united(known, field)?;
                        }
                    }
                    None if may_add => {
                        fields.push(field.clone());
                        source.push(Some(at));
                    }
                    None => {}
                }
            }
            sources.push(source);
        }
        if let Some(name) = &self.tag_field {
            fields.push(Field::new(name, Storage::String));
        }
        Ok(Plan { model: DataModel::new(fields)?, sources })
    }

    /// For each field of an input the matching output field.
    fn matches(&self, known: &[Field], model: &DataModel) -> Vec<Option<usize>> {
        if !self.by_name {
            return (0..model.len()).map(|at| (at < known.len()).then_some(at)).collect();
        }
        let exact = |field: &Field| known.iter().position(|known| known.name == field.name);
        let mut matches = model.fields().iter().map(exact).collect::<Vec<_>>();
        if !self.match_case {
            let mut taken = matches.iter().flatten().copied().collect::<HashSet<_>>();
            let names = known.iter().map(|known| known.name.to_lowercase()).collect::<Vec<_>>();
            for (field, found) in model.fields().iter().zip(&mut matches).filter(|(_, found)| found.is_none())
            {
                let name = field.name.to_lowercase();
                let at =
                    names.iter().enumerate().position(|(at, known)| *known == name && !taken.contains(&at));
                taken.extend(at);
                *found = at;
            }
        }
        matches
    }
}

/// The metadata of a field with values from two.
fn united(one: &Field, two: &Field) -> Result<Field, NodeError> {
    let storage = match (one.storage, two.storage) {
        (same, other) if same == other => same,
        (Storage::Integer, Storage::Real) | (Storage::Real, Storage::Integer) => Storage::Real,
        (wanted, found) => {
            let (field, found) = (two.name.clone(), found.name().to_owned());
            let wanted = format!("{wanted}, the storage in the main input,");
            return Err(NodeError::Data(DataFault::Storage { field, found, wanted }));
        }
    };
    let values = if one.storage == two.storage { union(&one.values, &two.values) } else { Values::Unread };
    Ok(Field { storage, values, ..one.clone() })
}

fn union(one: &Values, two: &Values) -> Values {
    use std::cmp::Ordering::{Greater, Less};
    match (one, two) {
        (one, two) if one == two => one.clone(),
        (Values::Range(low, high), Values::Range(other_low, other_high)) => {
            let low = if other_low.order(low) == Less { other_low } else { low };
            let high = if other_high.order(high) == Greater { other_high } else { high };
            Values::Range(low.clone(), high.clone())
        }
        (Values::Members(members), Values::Members(others)) => {
            let new = others.iter().filter(|other| !members.contains(other));
            Values::Members(members.iter().chain(new).cloned().collect())
        }
        _ => Values::Unread,
    }
}

#[async_trait]
impl Process for Append {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        Ok(self.plan(&ordered(&self.inputs, inputs.to_vec()))?.model)
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let tables = ordered(&self.inputs, inputs);
        let models = tables.iter().map(|table| table.model().clone()).collect::<Vec<_>>();
        let Plan { model, sources } = self.plan(&models)?;
        let mut appended = Vec::with_capacity(tables.len());
        for ((table, source), input) in tables.into_iter().zip(sources).zip(&self.inputs) {
            let mut columns = Vec::with_capacity(model.len());
            for (at, field) in model.fields().iter().enumerate() {
                let from = source.get(at).copied().flatten().and_then(|at| table.fields().get(at));
                columns.push(match from {
                    Some(from) => converted(from, field.storage),
                    None if self.tag_field.is_some() && at + 1 == model.len() => {
                        Projected::Constant(Scalar::text(input.tag()?), field.storage)
                    }
                    None => Projected::Constant(Scalar::Null, field.storage),
                });
            }
            appended.push(table.projected(columns, model.clone())?);
        }
        Table::concat(appended, model, run)
    }
}

fn converted(from: &Field, storage: Storage) -> Projected {
    let name = from.name.clone();
    if from.storage == storage { Projected::Field(name) } else { Projected::Converted(name, storage) }
}

#[cfg(test)]
mod tests {
    use crate::testing_records::Flow;

    const MAIN: &[(&str, &str)] = &[("ID", "integer"), ("Name", "string")];
    const OTHER: &[(&str, &str)] = &[("name", "string"), ("Extra", "real"), ("ID", "real")];

    fn append(properties: &str, children: &str) -> (Flow, usize) {
        let mut flow = Flow::default();
        let main = flow.source(MAIN, "1,a\n2,b");
        let other = flow.source(OTHER, "c,0.5,3.5");
        let node = flow.node("AppendNode", &[main, other], properties, children);
        (flow, node)
    }

    /// IBM, "Append Node": matching by name, fields of the main input or of all, case, null for missing
    /// fields.
    #[tokio::test]
    async fn fields_are_matched_by_name() {
        let name = "<appendMode>name</appendMode>";
        let (flow, node) =
            append(&format!("{name}<appendIncludeAllFields>true</appendIncludeAllFields>"), "");
        assert_eq!(flow.records(node).await, ["ID,Name,Extra", "1.0,a,$null$", "2.0,b,$null$", "3.5,c,0.5"]);

        let (flow, node) =
            append(&format!("{name}<appendIncludeAllFields>false</appendIncludeAllFields>"), "");
        assert_eq!(flow.records(node).await, ["ID,Name", "1.0,a", "2.0,b", "3.5,c"]);

        let (flow, node) = append(&format!("{name}<appendMatchCase>true</appendMatchCase>"), "");
        assert_eq!(flow.records(node).await, ["ID,Name", "1.0,a", "2.0,b", "3.5,$null$"]);
    }

    /// The order of the tags determines the main input; the tag field has their names.
    #[tokio::test]
    async fn tags_order_and_mark_the_inputs() {
        let tags = "<tagTable><tagOrder><tag id=\"2\"/><tag id=\"1\"/></tagOrder>\
            <tagNames><tag id=\"1\"><name>old</name></tag><tag id=\"2\"><name>new</name></tag></tagNames></tagTable>";
        let children = "<tags><tag id=\"2\"/><tag id=\"1\"/></tags>";
        let properties = format!(
            "<appendMode>name</appendMode><appendIncludeTag>true</appendIncludeTag>\
             <appendTagField>Input</appendTagField>{tags}"
        );
        let (flow, node) = append(&properties, children);
        let records = ["name,Extra,ID,Input", "c,0.5,3.5,new", "a,$null$,1.0,old", "b,$null$,2.0,old"];
        assert_eq!(flow.records(node).await, records);
    }

    /// IBM: by position the names are those of the main input.
    #[tokio::test]
    async fn fields_are_matched_by_position() {
        let mut flow = Flow::default();
        let main = flow.source(&[("a", "integer"), ("b", "string")], "1,x");
        let other = flow.source(&[("c", "integer"), ("d", "string"), ("e", "integer")], "2,y,3");
        let node = flow.node("AppendNode", &[main, other], "<appendMode>position</appendMode>", "");
        assert_eq!(flow.records(node).await, ["a,b", "1,x", "2,y"]);

        let mut flow = Flow::default();
        let main = flow.source(&[("a", "integer")], "1");
        let other = flow.source(&[("c", "string")], "y");
        let node = flow.node("AppendNode", &[main, other], "<appendMode>position</appendMode>", "");
        let error = flow.run(node).await.unwrap_err();
        assert!(error.contains("field \"c\" is string, but integer"), "{error}");
    }
}
