//! Filter: drops and renames fields. Sources have one built in. IBM: "Filter Node", `filternode`.
//!
//! Fields are dropped or renamed by name; rows for fields that do not arrive mean nothing, and fields
//! keep their order.

use std::collections::HashMap;

use async_trait::async_trait;
use satsuma_columns::{DataModel, Field};
use satsuma_engine::{
    Compile, Compiled, Inputs, NodeDiagnostics, NodeError, NodeRun, NodeType, Process, Reported, Table, one,
    settings,
};
use satsuma_stream::FilterTable;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "FilterNode",
    extension: None,
    inputs: Inputs::One,
    settings: FilterSettings::LIST,
    compile,
};

settings! {
    /// Settings of a Filter node.
    pub struct FilterSettings {
        /// What becomes of each field.
        table: FilterTable = parsed("filterTable", "new_name", FilterTable::from_element),
    }
}

/// A Filter node, or the filter of a source.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    table: FilterTable,
}

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    let settings: FilterSettings = compile.settings()?;
    Ok(Compiled::process(Filter::new(settings.table, compile.diagnostics())))
}

impl Filter {
    /// The filter of a table of settings; what it does not support, it reports.
    pub fn new(table: FilterTable, diagnostics: &mut NodeDiagnostics<'_>) -> Self {
        if table.has_groups {
            diagnostics.refuse_value("filterTable/fieldGroups", "…", "field groups are not supported");
        }
        Self { table }
    }

    /// The fields that stay, each with the name that it arrives with.
    fn kept(&self, input: &DataModel) -> Vec<(String, Field)> {
        let mut rows = HashMap::with_capacity(self.table.rows.len());
        for row in &self.table.rows {
            rows.entry(row.name.as_str()).or_insert(row);
        }
        let kept = input.fields().iter().filter_map(|field| {
            let name = match rows.get(field.name.as_str()) {
                None if self.table.default_drop => return None,
                Some(row) if row.drop => return None,
                Some(row) => row.rename.as_ref().unwrap_or(&field.name),
                None => &field.name,
            };
            Some((field.name.clone(), field.clone().named(name)))
        });
        kept.collect()
    }

    /// The fields that stay.
    ///
    /// # Errors
    /// If two get the same name.
    pub fn filtered(&self, input: &DataModel) -> Result<DataModel, NodeError> {
        Ok(DataModel::new(self.kept(input).into_iter().map(|(_, field)| field).collect())?)
    }

    /// The table with the fields that stay.
    ///
    /// # Errors
    /// If two get the same name.
    pub fn filter(&self, input: Table) -> Result<Table, NodeError> {
        let kept = self.kept(input.model());
        input.select(kept)
    }
}

#[async_trait]
impl Process for Filter {
    fn model(&self, inputs: &[DataModel]) -> Result<DataModel, NodeError> {
        self.filtered(one(inputs)?)
    }

    async fn table(&self, inputs: Vec<Table>, _run: &NodeRun) -> Result<Table, NodeError> {
        self.filter(one(inputs)?)
    }

    fn is_free(&self) -> bool {
        true
    }
}
