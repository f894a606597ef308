//! The steps of a run, as lines of its log.

use satsuma_domain::file::FileInfo;
use satsuma_domain::log::{Level, RunLog};
use satsuma_domain::work::RunContext;
use satsuma_engine::{Event, Listener, NodeRef, RunStatistics};

/// The media type of a stored log.
pub(crate) const MEDIA_TYPE: &str = "text/plain; charset=utf-8";

/// Logs the engine's events.
pub(crate) fn listener(context: &RunContext) -> Listener {
    let context = context.clone();
    std::sync::Arc::new(move |moment| moment_line(context.log(), moment))
}

fn moment_line(log: &RunLog, moment: Event<'_>) {
    match moment {
        Event::Planned { nodes } => {
            log.line(Level::Info, &format!("branch of {} nodes: {}", nodes.len(), names(nodes)));
        }
        Event::Opened { node, fields } => {
            log.node(Level::Info, &node.label, &format!("opened; fields: {fields}"));
        }
        Event::Finished { node } => log.node(Level::Info, &node.label, "done"),
        Event::Written { file } => {
            let message = format!("made `{}`: {} records, {} bytes", file.name, file.rows, file.bytes);
            log.node(Level::Info, &file.node, &message);
        }
    }
}

fn names(nodes: &[NodeRef]) -> String {
    let names = nodes.iter().map(|node| format!("\"{}\" ({})", node.label, node.kind));
    names.collect::<Vec<_>>().join(", ")
}

/// Which content of a file it is.
pub(crate) fn content(info: &FileInfo) -> String {
    format!("{} bytes, version {}", info.bytes, info.version.0)
}

/// Writes down what each node did.
pub(crate) fn work(log: &RunLog, statistics: &RunStatistics) {
    for work in statistics.nodes() {
        let message = format!(
            "{} records in, {} out, busy for {:.3} s",
            work.rows_in,
            work.rows_out,
            work.busy.as_secs_f64()
        );
        log.node(Level::Info, &work.node.label, &message);
    }
}
