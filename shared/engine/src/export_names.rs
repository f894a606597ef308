//! The names of a job's results.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::error::{EngineError, NodeRef};
use crate::node::Terminal;

/// The names of a job's results. They are stored under them, so that each may be used once.
#[derive(Debug, Default)]
pub(crate) struct ResultNames(HashMap<String, NodeRef>);

impl ResultNames {
    /// Takes the names of a terminal node's results.
    ///
    /// # Errors
    /// [`EngineError::Definition`] where another node has one of them.
    pub(crate) fn take(&mut self, terminal: &dyn Terminal, node: &NodeRef) -> Result<(), EngineError> {
        for name in terminal.file_names() {
            match self.0.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(node.clone());
                }
                Entry::Occupied(taken) => {
                    return Err(EngineError::Definition(format!(
                        "export: {} and {node} would both write `{}`; name another file for one of them",
                        taken.get(),
                        taken.key()
                    )));
                }
            }
        }
        Ok(())
    }
}
