//! Select: keeps or discards the records that satisfy a condition. IBM: "Select Node", `selectnode`.
//!
//! Records for which the condition is null are dropped in both modes.

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
    condition: Clem,
    discard: bool,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SelectSettings = compile.settings()?;
    let discard = match settings.mode {
        Mode::Include => false,
        Mode::Discard => true,
        other => return Err(compile.refuse_value("selectMode", other, "include and discard are supported")),
    };
    let condition = Clem::parse(&settings.condition, "selectCondition", compile)?;
    Ok(Compiled::process(Select { condition, discard }))
}

#[async_trait]
impl Process for Select {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        self.condition.check(input, None)?;
        Ok(input.clone())
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        let condition = self.condition.check(input.model(), Some(run))?;
        clem::select(input, condition, self.discard, run)
    }
}
