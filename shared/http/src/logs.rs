//! Logs: a JSON object a line, to stdout, where CloudWatch takes them.

mod line;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::util::SubscriberInitExt;

use crate::metrics;

/// What other people's crates may say, whatever `RUST_LOG` asks for: below that, they print requests
/// with their query strings, and with them access keys.
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

/// Starts logging to stdout at the level that `RUST_LOG` names, else `info`. Once a process; a second
/// call does nothing.
pub fn init() {
    let level = std::env::var("RUST_LOG").unwrap_or_default();
    let namespace = std::env::var(metrics::NAMESPACE).ok().filter(|name| !name.is_empty());
    let _already = counting(&level, namespace, std::io::stdout).try_init();
}

/// What [`init`] installs where nothing is counted, at a level and to a place of one's choice.
pub fn subscriber<W>(level: &str, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    counting(level, None, writer)
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
    tracing_subscriber::fmt()
        .fmt_fields(JsonFields::new())
        .event_format(line::Lines { namespace })
        .with_env_filter(filter(level))
        .with_writer(writer)
        .finish()
}

fn filter(wanted: &str) -> EnvFilter {
    let wanted = if wanted.is_empty() { "info" } else { wanted };
    let filter = EnvFilter::builder().parse_lossy(wanted);
    let counted = format!("{}=info", satsuma_domain::metrics::TARGETS);
    let always = QUIET.iter().copied().chain([counted.as_str()]);
    always.filter_map(|directive| directive.parse().ok()).fold(filter, EnvFilter::add_directive)
}
