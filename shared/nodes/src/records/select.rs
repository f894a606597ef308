//! Select: keeps or discards the records that satisfy a condition. IBM: "Select Node", `selectnode`.
//!
//! Records for which the condition is null are dropped in both modes. Without a condition, all records are included:
//! behind such a node of a real stream, Modeler counted all 299 records of the source.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Process, Reported, Table, one, settings,
};
use satsuma_stream::text_enum;

use crate::clem::{self, Clem};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "SelectNode",
    extension: None,
    inputs: Inputs::One,
    settings: SelectSettings::LIST,
    compile,
};

text_enum! {
    /// The treatment of records that satisfy the condition.
    Mode {
        /// They are kept.
        Include = "include",
        /// They are discarded.
        Discard = "discard",
    }
}

settings! {
    /// Settings of a Select node.
    pub struct SelectSettings {
        /// The condition, a CLEM expression.
        condition: String = text("selectCondition", "condition"),
        /// The treatment of records that satisfy it.
        mode: Mode = value("selectMode", "mode", Mode::Include),
    }
}

struct Select {
    /// `None` includes all records.
    condition: Option<Clem>,
    discard: bool,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SelectSettings = compile.settings()?;
    let discard = match settings.mode {
        Mode::Include => false,
        Mode::Discard => true,
        other => return Err(compile.refuse_value("selectMode", other, "include and discard are supported")),
    };
    let condition = match settings.condition.trim() {
        "" if !discard => None,
        _ => Some(Clem::parse(&settings.condition, "selectCondition", compile)?),
    };
    Ok(Compiled::process(Select { condition, discard }))
}

#[async_trait]
impl Process for Select {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        if let Some(condition) = &self.condition {
            condition.check(input, None)?;
        }
        Ok(input.clone())
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let Some(condition) = &self.condition else { return Ok(input) };
        let condition = condition.check(input.model(), Some(run))?;
        clem::select(input, condition, self.discard, run)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_records::Flow;

    fn select(properties: &str) -> (Flow, usize) {
        let mut flow = Flow::default();
        let source = flow.source(&[("n", "integer")], "1\n$null$\n3");
        let node = flow.node("SelectNode", &[source], properties, "");
        (flow, node)
    }

    /// Rests on a real stream of 14.2: a Type node behind a Select node without a condition has the statistics of all
    /// records.
    #[tokio::test]
    async fn without_a_condition_all_records_are_included() {
        let (flow, node) = select("<selectCondition></selectCondition><selectMode>include</selectMode>");
        assert_eq!(flow.records(node).await, ["n", "1", "$null$", "3"]);
        let (flow, node) = select("<selectCondition> </selectCondition><selectMode>discard</selectMode>");
        let error = flow.run(node).await.unwrap_err();
        assert!(error.contains("selectCondition"), "{error}");
    }

    /// IBM, "Handling records with system missing values".
    #[tokio::test]
    async fn a_null_condition_selects_in_no_mode() {
        for (mode, expected) in [("include", "3"), ("discard", "1")] {
            let condition = "<selectCondition>n &gt; 2</selectCondition>";
            let (flow, node) = select(&format!("{condition}<selectMode>{mode}</selectMode>"));
            assert_eq!(flow.records(node).await, ["n", expected], "{mode}");
        }
    }
}
