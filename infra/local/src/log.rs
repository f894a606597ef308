//! The log: for people, on standard error, so that what is printed stays apart.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// The default level.
const DEFAULT: &str = "info";

/// The level while the demo uses the screen.
const DEMO: &str = "warn";

/// Highest levels of libraries, whatever `RUST_LOG` sets: below these they print requests with their query
/// strings, and with them access keys, or the requests to the embedded stores, which duplicates every line.
const QUIET: [&str; 7] =
    ["hyper=info", "hyper_util=info", "aws=warn", "s3s=off", "dynoxide=warn", "lambda=info", "ureq=warn"];

/// Starts logging.
pub(crate) fn start(demo: bool) {
    let wanted = std::env::var("RUST_LOG").ok().filter(|level| !level.is_empty());
    let wanted = wanted.unwrap_or_else(|| if demo { DEMO } else { DEFAULT }.to_owned());
    let filter = EnvFilter::builder().parse_lossy(wanted);
    let quiet = QUIET.iter().filter_map(|directive| directive.parse().ok());
    tracing_subscriber::fmt()
        .with_env_filter(quiet.fold(filter, EnvFilter::add_directive))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}
