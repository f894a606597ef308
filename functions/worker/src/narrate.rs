//! The steps of a run, as lines of its log.

use std::sync::Arc;

use satsuma_domain::file::FileInfo;
use satsuma_domain::log::{Level, RunLog};
use satsuma_domain::work::RunContext;
use satsuma_engine::{Event, Listener, NodeRef, RunStatistics};

use crate::training::{self, Builders};

/// The media type of a stored log.
pub(crate) const MEDIA_TYPE: &str = "text/plain; charset=utf-8";

/// Logs the engine's events.
pub(crate) fn listener(context: &RunContext, builders: &Arc<Builders>) -> Listener {
    let (context, builders) = (context.clone(), Arc::clone(builders));
    Arc::new(move |moment| {
        builders.take(&moment, &context);
        moment_line(context.log(), moment);
    })
}

fn moment_line(log: &RunLog, moment: Event<'_>) {
    match moment {
        Event::Planned { nodes } => {
            log.line(Level::Info, &format!("branch of {} nodes: {}", nodes.len(), names(nodes)));
        }
        Event::Opened { node, fields } => {
            log.node(Level::Info, &node.label, &format!("opened; fields: {fields}"));
        }
        Event::Builders { .. } => {}
        Event::Building { node } => log.node(Level::Info, &node.label, "builds its model"),
        Event::Built { model } => training::log(log, model),
        Event::NotBuilt { node, reason } => {
            log.node(Level::Warn, &node.label, &format!("built no model, and the others continue: {reason}"));
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

/// The version of a file's content.
pub(crate) fn content(info: &FileInfo) -> String {
    format!("{} bytes, version {}", info.bytes, info.version.0)
}

/// Logs the work of each node.
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
