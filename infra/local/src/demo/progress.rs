//! Shows how far a job is: a bar that moves on a terminal, a line a state elsewhere.

use std::io::{IsTerminal, Write, stdout};

/// Characters of a full bar.
const WIDTH: usize = 30;

/// The text that was shown last.
pub(super) struct Display {
    moves: bool,
    last: String,
}

impl Display {
    pub(super) fn new() -> Self {
        Self { moves: stdout().is_terminal(), last: String::new() }
    }

    /// Shows a state and the part of the work that is done.
    pub(super) fn show(&mut self, state: &str, fraction: f64) {
        let line = if self.moves { bar(state, fraction) } else { format!("  {}", state.to_lowercase()) };
        if line == self.last {
            return;
        }
        if self.moves {
            print!("\r{line}");
            // A closed terminal is not an error.
            let _ = stdout().flush();
        } else {
            println!("{line}");
        }
        self.last = line;
    }

    /// Leaves the bar's line.
    pub(super) fn end(&self) {
        if self.moves {
            println!();
        }
    }
}

fn bar(state: &str, fraction: f64) -> String {
    let done = if state == "SUCCESS" { 1.0 } else { fraction.clamp(0.0, 1.0) };
    // The part of a width is a small number.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let filled = (done * WIDTH as f64) as usize;
    format!(
        "  {:9}  [{}{}] {:3.0} %",
        state.to_lowercase(),
        "█".repeat(filled),
        "·".repeat(WIDTH - filled),
        done * 100.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_has_a_fixed_width_for_any_progress() {
        assert_eq!(bar("RUNNING", 0.5), "  running    [███████████████···············]  50 %");
        for fraction in [f64::NAN, -1.0, 7.0] {
            assert_eq!(bar("RUNNING", fraction).chars().count(), bar("SUCCESS", 1.0).chars().count());
        }
    }
}
