//! `satsuma survey FOLDER`: shows how much of many streams this service can run.

use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use satsuma_engine::Effort;
use satsuma_stream::StreamFile;
use satsuma_stream::explain::Obstacle;
use satsuma_stream::survey::{Check, Survey};

use crate::error::LocalError;

/// Folders inside folders that are looked into; links are not followed.
const DEPTH: usize = 32;

/// Counts what is in the streams of a folder and of those inside it, and how many of their branches can
/// be run, node type by node type, as Markdown. Nothing is run, and no service is needed.
#[derive(Debug, Args)]
pub(crate) struct SurveyFolder {
    /// The folder.
    folder: PathBuf,
}

impl SurveyFolder {
    /// Prints the tables.
    ///
    /// # Errors
    /// [`LocalError::Unreadable`] if a file could not be read, after all others were surveyed.
    pub(crate) fn run(&self) -> Result<(), LocalError> {
        let mut paths = Vec::new();
        streams(&self.folder, DEPTH, &mut paths).map_err(|error| self.refused(&error))?;
        paths.sort();
        let mut survey = Survey::default();
        for path in &paths {
            let name = path.strip_prefix(&self.folder).unwrap_or(path).to_string_lossy();
            match open(path) {
                Ok(file) => add(&mut survey, &name, file),
                Err(reason) => survey.add_unreadable(&name, &reason),
            }
        }
        match write!(std::io::stdout(), "{}", survey.to_markdown()) {
            // The reader has closed the pipe.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            written => written.map_err(|error| self.refused(&error))?,
        }
        match survey.unreadable() {
            0 => Ok(()),
            files => Err(LocalError::Unreadable { files, folder: self.folder.clone() }),
        }
    }

    fn refused(&self, error: &std::io::Error) -> LocalError {
        LocalError::Inspect { path: self.folder.clone(), detail: error.to_string() }
    }
}

fn streams(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() && depth > 0 {
            streams(&path, depth - 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|name| name.eq_ignore_ascii_case("str")) {
            found.push(path);
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<StreamFile, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    StreamFile::open(bytes).map_err(|error| error.to_string())
}

fn add(survey: &mut Survey, name: &str, file: StreamFile) {
    let file = Arc::new(file);
    let mut checks: HashMap<_, _> =
        satsuma_nodes::engine().check_branches(&file, Effort::default()).into_iter().collect();
    survey.add(name, &file, |_, branch| match checks.remove(&branch.terminal.id) {
        Some(obstacles) if obstacles.is_empty() => Check::Runs,
        Some(obstacles) => Check::Blocked(obstacles.iter().map(reason).collect()),
        None => Check::Unchecked,
    });
}

/// An obstacle without what is one stream's own: the node's name, fields, values.
fn reason(obstacle: &Obstacle) -> String {
    let node = obstacle.node.as_deref().unwrap_or_default();
    // A node is named by its type and, in quotes, its label.
    let node_type = node.split(" \"").next().unwrap_or_default();
    let property = obstacle.property.as_deref().map(without_names).unwrap_or_default();
    let place = [node_type, &property].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let reason = without_names(&obstacle.reason);
    if place.is_empty() { reason } else { format!("{}: {reason}", place.join(" ")) }
}

/// Quoted text is left out.
fn without_names(text: &str) -> String {
    let parts = text.split('"').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_without_the_names_of_nodes_and_fields() {
        let obstacle = Obstacle {
            node: Some("Var. File \"My types\"".to_owned()),
            uid: Some("id1".to_owned()),
            property: Some("typeTable/\"age\"/check".to_owned()),
            value: Some("discard".to_owned()),
            reason: "values are checked by none or nullify so far".to_owned(),
            code: "unsupported".into(),
        };
        assert_eq!(
            reason(&obstacle),
            "Var. File typeTable/…/check: values are checked by none or nullify so far"
        );
    }
}
