//! The log of an execution, line by line, for the user who submitted the job.
//!
//! A line is `<UTC time> <level> <message>`, with the node's name before the message of a node. Lines have
//! files, nodes, sizes and counts; never the content of a file, never a secret.

mod answer;

use std::fmt::{self, Write};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::job::execution::cut;
use crate::time::Timestamp;

pub(crate) use answer::claimed;
pub use answer::{no_execution, whole};

/// Largest log of one execution, in bytes. Further lines are counted and left out, except those of the end.
pub const MAX_LOG_BYTES: usize = 256 * 1024;

/// Bytes reserved for the lines of the end.
const END_BYTES: usize = 64 * 1024;

/// Level of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Progress.
    Info,
    /// A warning about the results.
    Warn,
    /// The reason of a failure.
    Error,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "INFO ",
            Self::Warn => "WARN ",
            Self::Error => "ERROR",
        }
    }
}

/// One line.
struct Line<'a> {
    at: Timestamp,
    level: Level,
    node: Option<&'a str>,
    message: &'a str,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.at.rfc3339(), self.level.word())?;
        if let Some(node) = self.node {
            write!(f, "\"{}\": ", one_line(node))?;
        }
        writeln!(f, "{}", one_line(self.message))
    }
}

/// Names and messages contain text from outside: its line breaks must not start new lines.
fn one_line(text: &str) -> String {
    cut(text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect())
}

/// The log of an execution while it is written.
#[derive(Debug)]
pub struct RunLog {
    begun_at: Timestamp,
    begun: Instant,
    text: Mutex<Text>,
}

#[derive(Debug, Default)]
struct Text {
    lines: String,
    left_out: usize,
}

impl RunLog {
    /// An empty log that begins at `now`.
    #[must_use]
    pub fn starting(now: Timestamp) -> Self {
        Self { begun_at: now, begun: Instant::now(), text: Mutex::default() }
    }

    /// Writes a line about the execution.
    pub fn line(&self, level: Level, message: &str) {
        self.write(level, None, message, MAX_LOG_BYTES - END_BYTES);
    }

    /// Writes a line about a node.
    pub fn node(&self, level: Level, node: &str, message: &str) {
        self.write(level, Some(node), message, MAX_LOG_BYTES - END_BYTES);
    }

    /// Writes a line of the end, for which space is reserved.
    pub fn end(&self, level: Level, node: Option<&str>, message: &str) {
        self.write(level, node, message, MAX_LOG_BYTES);
    }

    /// All lines.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = text.lines.clone();
        if text.left_out > 0 {
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "… {} lines were left out: the log is full", text.left_out);
        }
        lines
    }

    /// Takes the lines so far, for the process that keeps the log of this one.
    #[must_use]
    pub fn take(&self) -> String {
        std::mem::take(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner).lines)
    }

    /// Adds lines of another process, as that one wrote them.
    pub fn append(&self, lines: &str) {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines.split_inclusive('\n') {
            text.add(line, MAX_LOG_BYTES - END_BYTES);
        }
    }

    fn write(&self, level: Level, node: Option<&str>, message: &str, room: usize) {
        let at = self.begun_at.plus(self.begun.elapsed());
        let line = Line { at, level, node, message }.to_string();
        self.text.lock().unwrap_or_else(PoisonError::into_inner).add(&line, room);
    }
}

impl Text {
    fn add(&mut self, line: &str, room: usize) {
        if self.lines.len() + line.len() <= room {
            self.lines.push_str(line);
        } else {
            self.left_out += 1;
        }
    }
}

#[cfg(test)]
mod tests;
