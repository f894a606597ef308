//! `satsuma inspect FILE`: what is in a stream.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;
use satsuma_stream::explain::explain;
use satsuma_stream::{StreamFile, svg};

use crate::error::LocalError;

/// Says what is in a stream file. Nothing is run, and no service is needed.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The file.
    file: PathBuf,

    /// All of it, as JSON.
    #[arg(long, conflicts_with = "svg", required_unless_present = "svg")]
    json: bool,

    /// The canvas, as an SVG drawing.
    #[arg(long)]
    svg: bool,
}

impl Inspect {
    /// Prints what was asked for.
    pub(crate) fn run(&self) -> Result<(), LocalError> {
        let bytes = std::fs::read(&self.file).map_err(|error| self.refused(&error))?;
        let stream = StreamFile::open(bytes).map_err(|error| self.refused(&error))?;
        let text = match self.svg {
            true => svg(&stream),
            false => serde_json::to_string_pretty(&explain(&stream)).map_err(|error| self.refused(&error))?,
        };
        match writeln!(std::io::stdout(), "{}", text.trim_end()) {
            // Whoever reads has read enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| self.refused(&error)),
        }
    }

    fn refused(&self, error: &dyn std::error::Error) -> LocalError {
        LocalError::Inspect { path: self.file.clone(), detail: error.to_string() }
    }
}
