//! Filter: drops and renames fields. Sources have one built in.
//!
//! Fields are dropped or renamed by name; rows for fields that do not arrive mean nothing, and fields
//! keep their order.

use std::collections::HashSet;
use std::sync::Arc;

use satsuma_stream::nodes;
use satsuma_stream::{FilterOutcome, FilterTable, Node};

use crate::error::{DataFault, EngineError, NodeRef};
use crate::node_work::NodeCounter;
use crate::refusals::NodeRefusals;
use crate::step::Process;
use crate::step::Run;
use crate::table::{FieldInfo, Table};

/// A Filter node, or the filter of a source.
#[derive(Debug)]
pub(crate) struct Filter {
    node: NodeRef,
    table: FilterTable,
}

impl Filter {
    pub(crate) fn new(table: FilterTable, refusals: &mut NodeRefusals<'_>) -> Self {
        if table.has_groups {
            refusals.value("filterTable/fieldGroups", "…", "field groups are not supported");
        }
        Self { node: refusals.node.clone(), table }
    }

    pub(crate) fn filter(&self, input: Table) -> Result<Table, EngineError> {
        let kept = input.fields.iter().filter_map(|field| {
            let name = match self.table.outcome(&field.name) {
                FilterOutcome::Drop => return None,
                FilterOutcome::Keep => field.name.clone(),
                FilterOutcome::Rename(name) => name.to_owned(),
            };
            Some((field.name.clone(), FieldInfo { name, ..field.clone() }))
        });
        let kept = kept.collect::<Vec<_>>();
        let mut names = HashSet::new();
        if let Some((_, twice)) = kept.iter().find(|(_, field)| !names.insert(field.name.as_str())) {
            return Err(EngineError::data(&self.node, DataFault::DuplicateField(twice.name.clone())));
        }
        input.select(kept)
    }
}

/// Understands a Filter node.
pub(crate) fn understand(node: &Node, refusals: &mut NodeRefusals<'_>) -> Result<Filter, EngineError> {
    let settings = nodes::Filter::from_node(node).map_err(|error| refusals.damaged(&error))?;
    refusals.unknown(&settings.unknown);
    Ok(Filter::new(settings.filter_table, refusals))
}

impl Process for Filter {
    fn apply(&self, input: Table, _run: &Run, _counter: Arc<NodeCounter>) -> Result<Table, EngineError> {
        self.filter(input)
    }
}
