//! The names of a job's results. They are storage keys, so that each is used once.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::hash_map::Entry;

use crate::error::{EngineError, NodeRef};
use crate::node::Terminal;

/// A name without characters that are special in a shell, a header or the path of a URL; folders stay.
pub fn without_special_characters(name: &str) -> String {
    let is_special = |character: char| character.is_control() || "\":<>|?*%".contains(character);
    name.chars().map(|character| if is_special(character) { '_' } else { character }).collect()
}

/// The names of a job's results. Explicit names of the job are kept. Others get a number if they are in use:
/// many streams have several nodes with the label `Table`.
#[derive(Debug, Default)]
pub(crate) struct ResultNames {
    given: HashMap<String, NodeRef>,
    used: HashSet<String>,
}

impl ResultNames {
    /// Reserves the explicit names of a terminal node's results.
    ///
    /// # Errors
    /// [`EngineError::Definition`] if another node has the same name.
    pub(crate) fn reserve(&mut self, terminal: &dyn Terminal, node: &NodeRef) -> Result<(), EngineError> {
        for name in terminal.file_names() {
            match self.given.entry(name) {
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

    /// The name of the next result of a node: the wanted one, with a number if necessary.
    pub(crate) fn next(&mut self, wanted: &str, node: &NodeRef) -> String {
        if self.given.get(wanted) == Some(node) {
            return wanted.to_owned();
        }
        let (stem, extension) =
            wanted.rsplit_once('.').map_or((wanted, None), |(stem, end)| (stem, Some(end)));
        let numbered = |number: usize| match extension {
            Some(extension) => format!("{stem} {number}.{extension}"),
            None => format!("{stem} {number}"),
        };
        let names = std::iter::once(wanted.to_owned()).chain((2..).map(numbered));
        let free = |name: &String| !self.given.contains_key(name) && !self.used.contains(name);
        let name = names.into_iter().find(free).unwrap_or_else(|| wanted.to_owned());
        self.used.insert(name.clone());
        name
    }
}
