//! Progress on a terminal: one line for each node, with records, records a second and time.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use satsuma_engine::RunStatistics;

/// Between two updates.
const INTERVAL: Duration = Duration::from_millis(200);

/// Updates the lines while a stream runs. Writes to standard error, and only where that is a terminal.
#[derive(Debug)]
pub(super) struct Display {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Display {
    pub(super) fn start(statistics: RunStatistics) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        if !std::io::stderr().is_terminal() {
            return Self { ended, thread: None };
        }
        let stop = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let begun = Instant::now();
            let mut shown = 0;
            loop {
                let last = stop.load(Relaxed);
                shown = show(&lines(&statistics, begun.elapsed()), shown);
                if last {
                    return;
                }
                std::thread::sleep(INTERVAL);
            }
        });
        Self { ended, thread: Some(thread) }
    }

    /// Shows the last figures.
    pub(super) fn finish(self) {
        self.ended.store(true, Relaxed);
        if let Some(thread) = self.thread {
            // A display that failed is no reason to fail.
            drop(thread.join());
        }
    }
}

/// Shows the lines in the place of those shown before; gives their number.
fn show(lines: &[String], before: usize) -> usize {
    let mut out = String::new();
    if before > 0 {
        out += &format!("\x1b[{before}A");
    }
    for line in lines {
        out += &format!("\x1b[2K{line}\n");
    }
    let mut stderr = std::io::stderr().lock();
    drop(stderr.write_all(out.as_bytes()));
    drop(stderr.flush());
    lines.len()
}

fn lines(statistics: &RunStatistics, elapsed: Duration) -> Vec<String> {
    let seconds = elapsed.as_secs_f64();
    let nodes = statistics.nodes().into_iter().map(|node| {
        let rows = node.rows_in.max(node.rows_out);
        let rate = rows as f64 / seconds.max(0.001);
        let name = node.node.to_string();
        let name = name.chars().filter(|character| !character.is_control()).take(44).collect::<String>();
        let busy = node.busy.as_secs_f64();
        format!("{name:<44} {rows:>12} records {rate:>12.0}/s {busy:>8.1} s")
    });
    nodes.chain([format!("{seconds:.1} s")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_nodes_only_the_time_is_shown() {
        assert_eq!(lines(&RunStatistics::new(), Duration::from_millis(1500)), ["1.5 s"]);
    }
}
