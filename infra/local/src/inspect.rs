//! `satsuma inspect FILE`: shows the content of a file of Modeler's, and whether this service can run it.

mod report;
mod text;

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use satsuma_engine::Effort;
use satsuma_inspect::explained;
use satsuma_stream::{ModelerFile, ModelerFileKind, svg};
use serde::Serialize;

use crate::error::LocalError;

/// Shows the content of a stream, and which parts of it this service can run. Also opens palettes (.gen), saved
/// models (.gm), nodes (.nod) and saved outputs (.cou). Nothing is executed, and no running service is needed.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The file.
    file: PathBuf,

    /// All of it, as the API has it: JSON.
    #[arg(long, conflicts_with = "svg")]
    json: bool,

    /// The canvas of a stream, as an SVG drawing.
    #[arg(long)]
    svg: bool,
}

impl Inspect {
    /// Prints what was asked for.
    pub(crate) fn run(&self) -> Result<(), LocalError> {
        let text = self.text()?;
        match writeln!(std::io::stdout(), "{}", text.trim_end()) {
            // The reader has closed the pipe.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| self.refused(error.to_string())),
        }
    }

    fn text(&self) -> Result<String, LocalError> {
        let bytes = std::fs::read(&self.file).map_err(|error| self.refused(error.to_string()))?;
        let file = ModelerFile::open(bytes).map_err(|error| self.refused(error.to_string()))?;
        match file.kind() {
            ModelerFileKind::Stream(stream) if self.svg => Ok(svg(stream)),
            ModelerFileKind::Stream(stream) => {
                let explanation = explained(&Arc::new((**stream).clone()), Effort::default());
                if self.json { self.as_json(&explanation) } else { Ok(text::of_stream(&explanation)) }
            }
            _ if self.svg => Err(self.refused("the file is no stream, and has no canvas to draw".to_owned())),
            other => {
                let report = report::of(&file, other).map_err(|error| self.refused(error.to_string()))?;
                if self.json { self.as_json(&report) } else { Ok(text::of_other(&report)) }
            }
        }
    }

    fn as_json(&self, value: &impl Serialize) -> Result<String, LocalError> {
        serde_json::to_string_pretty(value).map_err(|error| self.refused(error.to_string()))
    }

    fn refused(&self, detail: String) -> LocalError {
        LocalError::Inspect { path: self.file.clone(), detail }
    }
}
