//! One event as one flat JSON object. The fields of its spans (instance, job, execution) are beside its own,
//! so that log queries need no nesting.

use std::fmt;
use std::time::SystemTime;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime as Rfc3339};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use crate::{metrics, traces};

/// Writes events as JSON lines.
pub(super) struct Lines {
    /// The namespace of metrics; `None` disables them.
    pub(super) namespace: Option<String>,
}

impl<S> FormatEvent<S, JsonFields> for Lines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    JsonFields: for<'writer> FormatFields<'writer>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::new();
        Rfc3339.format_time(&mut Writer::new(&mut time))?;
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), time.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<FormattedFields<JsonFields>>() {
                let fields = serde_json::from_str::<Map<String, Value>>(&fields.fields);
                line.extend(fields.unwrap_or_default());
            }
        }
        // The runtime's own field is a header of several parts.
        if let Some(Value::String(header)) = line.remove(traces::FIELD) {
            line.extend(traces::trace_id(&header).map(|id| ("trace_id".to_owned(), id.into())));
        }
        event.record(&mut Fields(&mut line));
        let target = event.metadata().target();
        line.insert("target".to_owned(), target.into());
        if let Some(namespace) = &self.namespace {
            metrics::embed(&mut line, target, namespace, SystemTime::now());
        }
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Collects the fields of an event.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn take(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.take(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.take(field, value);
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value);
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field, format!("{value:?}"));
    }
}
