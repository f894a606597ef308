//! Logs: one JSON object per line, to stdout, for CloudWatch.

mod line;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, registry};

use crate::metrics;
use crate::traces::Traces;

/// Highest levels of other crates, whatever `RUST_LOG` sets: below these they print requests with their
/// query strings, and with them access keys.
const QUIET: [&str; 12] = [
    "lambda_runtime=info",
    "lambda_runtime_api_client=info",
    "lambda_http=info",
    "hyper=info",
    "hyper_util=info",
    "h2=info",
    "aws_config=info",
    "aws_smithy_runtime=info",
    "aws_sdk_dynamodb=info",
    "aws_sdk_kms=info",
    "aws_sdk_s3=info",
    "aws_sdk_sqs=info",
];

/// Starts logging to stdout at the level in `RUST_LOG`, by default `info`, and sending [`Traces`] if there
/// is a daemon. Once per process; a second call has no effect.
pub fn init() {
    let level = std::env::var("RUST_LOG").unwrap_or_default();
    let namespace = std::env::var(metrics::NAMESPACE).ok().filter(|name| !name.is_empty());
    let lines = lines(&level, namespace, std::io::stdout);
    let _already = registry().with(lines).with(Traces::from_env().map(Traces::layer)).try_init();
}

/// The subscriber of [`init`] without metrics and traces, with a chosen level and writer.
pub fn subscriber<W>(level: &str, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    registry().with(lines(level, None, writer))
}

/// The same, with metrics in a namespace.
pub fn counting<W>(
    level: &str,
    namespace: Option<String>,
    writer: W,
) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    registry().with(lines(level, namespace, writer))
}

/// The same, with traces.
pub fn traced<W>(level: &str, traces: Traces, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    registry().with(lines(level, None, writer)).with(traces.layer())
}

fn lines<W>(level: &str, namespace: Option<String>, writer: W) -> impl Layer<Registry> + Send + Sync + use<W>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    fmt::layer()
        .fmt_fields(JsonFields::new())
        .event_format(line::Lines { namespace })
        .with_writer(writer)
        .with_filter(filter(level).or(filter_fn(is_context).with_max_level_hint(LevelFilter::INFO)))
}

/// Every line names the request or job that it belongs to, and its trace.
fn is_context(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let known = target.starts_with("satsuma") || target.starts_with("lambda_runtime");
    metadata.is_span() && known && *metadata.level() <= Level::INFO
}

fn filter(wanted: &str) -> EnvFilter {
    let wanted = if wanted.is_empty() { "info" } else { wanted };
    let filter = EnvFilter::builder().parse_lossy(wanted);
    let counted = format!("{}=info", satsuma_domain::metrics::TARGETS);
    let always = QUIET.iter().copied().chain([counted.as_str()]);
    always.filter_map(|directive| directive.parse().ok()).fold(filter, EnvFilter::add_directive)
}
