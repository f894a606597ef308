//! A layer that sends each span when it ends.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::SystemTime;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::Traces;
use super::document::Subsegment;
use super::header::{self, FIELD};

/// The fields that a trace can be searched by, and the only ones that it holds: ids, and words from the
/// code.
pub const ANNOTATIONS: [&str; 13] = [
    "attempt",
    "category",
    "code",
    "execution",
    "function",
    "instance",
    "job",
    "node",
    "request_id",
    "revision",
    "sender_trace_id",
    "state",
    "status",
];

/// Longest text of an annotation, in characters; X-Ray takes no more than 1,000.
const MAX_TEXT: usize = 250;

/// Most subsegments of one invocation, besides the outermost: X-Ray keeps 500 kB of a trace, and has use for
/// the first hundred calls of a sweep.
const MAX_WITHIN: u32 = 100;

/// The span whose own calls are left out: a running job has a version check every second.
const WATCHED: &str = "job";

/// An invocation whose trace is sampled.
struct Invocation {
    trace_id: String,
    segment_id: String,
    told: AtomicU32,
}

/// A span that will be sent.
struct Open {
    invocation: Arc<Invocation>,
    parent_id: String,
    id: String,
    began: SystemTime,
    seen: Seen,
}

/// Values of fields.
#[derive(Default)]
struct Seen {
    header: Option<String>,
    annotations: BTreeMap<&'static str, Value>,
    error: bool,
    fault: bool,
}

impl<S> Layer<S> for Traces
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut seen = Seen::default();
        attributes.record(&mut seen);
        if let Some(header) = seen.header.take() {
            let sampled = header::sampled(&header).map(|(trace_id, segment_id)| {
                let [trace_id, segment_id] = [trace_id, segment_id].map(str::to_owned);
                Arc::new(Invocation { trace_id, segment_id, told: AtomicU32::new(0) })
            });
            if let Some(invocation) = sampled {
                span.extensions_mut().insert(invocation);
            }
        } else if let Some(open) = open(&span, seen) {
            span.extensions_mut().insert(open);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut open.seen);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            event.record(&mut open.seen);
            open.seen.fault |= *event.metadata().level() == Level::ERROR;
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>() else { return };
        let ids = [open.invocation.trace_id.as_str(), &open.parent_id, &open.id];
        let times = [open.began, SystemTime::now()];
        let mut subsegment = Subsegment::new(ids, span.name(), times, &open.seen.annotations);
        (subsegment.error, subsegment.fault) = (open.seen.error, open.seen.fault);
        self.send(&subsegment);
    }
}

/// A new span, if it belongs to a sampled trace.
fn open<S>(span: &SpanRef<'_, S>, seen: Seen) -> Option<Open>
where
    S: for<'span> LookupSpan<'span>,
{
    let is_call = span.name().contains('.');
    for around in span.scope().skip(1) {
        let extensions = around.extensions();
        let (invocation, parent_id, outermost) = if let Some(open) = extensions.get::<Open>() {
            if is_call && around.name() == WATCHED {
                return None;
            }
            (&open.invocation, &open.id, false)
        } else if let Some(invocation) = extensions.get::<Arc<Invocation>>() {
            (invocation, &invocation.segment_id, true)
        } else {
            continue;
        };
        let counts = is_call || !outermost;
        if counts && invocation.told.fetch_add(1, Relaxed) >= MAX_WITHIN {
            return None;
        }
        let id = format!("{:016x}", getrandom::u64().ok()?);
        let (invocation, parent_id) = (Arc::clone(invocation), parent_id.clone());
        return Some(Open { invocation, parent_id, id, began: SystemTime::now(), seen });
    }
    None
}

impl Seen {
    fn annotate(&mut self, field: &Field, value: impl Into<Value>) {
        if let Some(name) = ANNOTATIONS.into_iter().find(|name| *name == field.name()) {
            self.annotations.insert(name, value.into());
        }
    }
}

impl Visit for Seen {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.annotate(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "status" {
            self.error |= (400..500).contains(&value);
            self.fault |= value >= 500;
        }
        self.annotate(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match (field.name(), value) {
            (FIELD, header) => self.header = Some(header.to_owned()),
            ("category", "none") => {}
            ("category", "system") => self.fault = true,
            ("category", _) => self.error = true,
            _ => {}
        }
        self.annotate(field, value.chars().take(MAX_TEXT).collect::<String>());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Other fields are not even collected.
        if ANNOTATIONS.contains(&field.name()) {
            self.record_str(field, &format!("{value:?}"));
        }
    }
}
