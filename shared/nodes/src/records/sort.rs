//! Sort: orders records. IBM: "Sort Node", `sortnode`.
//!
//! Null is less than every value. Text is sorted by character code. Records with equal keys keep their order.

use async_trait::async_trait;
use satsuma_columns::DataModel;
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeError, NodeRun, NodeType, Process, Reported, SortKey, Table, one, require,
    settings,
};
use satsuma_stream::{Element, StreamError, tables};

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "SortNode",
    extension: None,
    inputs: Inputs::One,
    settings: SortSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Sort node.
    pub struct SortSettings {
        /// The keys, the first one first.
        keys: Vec<SortKey> = parsed("sortKeys", "keys", keys),
    }
    // Existing order of the records changes the execution, not the result.
    ignored: ["existingSortKeys", "sortDefaultOrder", "useExistingSortOrder"]
}

#[derive(Debug)]
struct Sort {
    keys: Vec<SortKey>,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: SortSettings = compile.settings()?;
    Ok(Compiled::process(Sort { keys: settings.keys }))
}

/// Reads `rows/row(field, direction)`; direction 0 is ascending.
pub(crate) fn keys(element: &Element) -> Result<Vec<SortKey>, StreamError> {
    let rows = tables::rows(element).map(|row| {
        let direction: i32 = row.get_or("direction", 0)?;
        Ok(SortKey { field: row.require_value("field")?, is_descending: direction != 0 })
    });
    rows.collect()
}

#[async_trait]
impl Process for Sort {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        let input = one(inputs)?;
        for key in &self.keys {
            require(input, &key.field)?;
        }
        Ok(input.clone())
    }

    async fn table(&self, inputs: Vec<Table>, run: &NodeRun) -> Result<Table, NodeError> {
        let input = one(inputs)?;
        if self.keys.is_empty() { Ok(input) } else { input.sort(self.keys.clone(), run) }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_records::Flow;

    /// IBM, "Sort Node": several keys, each with its direction. Null is less than every value, the empty text
    /// is a text, and records with equal keys keep their order.
    #[tokio::test]
    async fn records_are_sorted_by_all_keys_and_keep_their_order() {
        for (keys, expected) in [
            ([("n", 0), ("t", 1)], "$null$,c,4 1,b,1 1,a,3 1,a,5 2,,2"),
            ([("n", 1), ("t", 0)], "2,,2 1,a,3 1,a,5 1,b,1 $null$,c,4"),
        ] {
            let mut flow = Flow::default();
            let fields = [("n", "integer"), ("t", "string"), ("row", "integer")];
            let source = flow.source(&fields, "1,b,1\n2,,2\n1,a,3\n,c,4\n1,a,5");
            let rows = keys.map(|(field, direction)| {
                format!("<row><field>{field}</field><direction>{direction}</direction></row>")
            });
            let properties = format!("<sortKeys><rows>{}</rows></sortKeys>", rows.concat());
            let node = flow.node("SortNode", &[source], &properties, "");
            assert_eq!(flow.records(node).await[1..].join(" "), expected);
        }
    }
}
