//! Configuration of the SDK: timeouts and retries.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use tokio::sync::OnceCell;

/// How often a request is tried in all.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles from there, with jitter.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between attempts: API Gateway waits 30 s for an answer at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Longest time to connect: within one region it needs milliseconds.
const CONNECT: Duration = Duration::from_secs(2);

/// Longest time of one attempt at a small request.
const ATTEMPT: Duration = Duration::from_secs(3);

/// Longest time of a small request with its retries: less than that of a heartbeat, see
/// [`satsuma_domain::job::LEASE`].
const REQUEST: Duration = Duration::from_secs(12);

/// Longest time until the first byte of a response of S3, the upload of a part included. After that, the
/// SDK's stalled-stream protection applies.
const TRANSFER: Duration = Duration::from_secs(120);

static LOADED: OnceCell<SdkConfig> = OnceCell::const_new();

/// The SDK's configuration from the environment, loaded once a process.
pub async fn load() -> SdkConfig {
    LOADED.get_or_init(|| loader().load()).await.clone()
}

/// The configuration of [`load`], for callers that add an endpoint or credentials.
#[must_use]
pub fn loader() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest()).retry_config(retries()).timeout_config(small_requests())
}

/// An S3 client for whole files: with long timeouts, and with buckets in the path if an endpoint is set
/// (`AWS_ENDPOINT_URL`), which has no host names for buckets.
#[must_use]
pub fn s3_client(config: &SdkConfig) -> aws_sdk_s3::Client {
    let own_endpoint = config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    let config = aws_sdk_s3::config::Builder::from(config)
        .timeout_config(transfers())
        .force_path_style(own_endpoint)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

/// Waits for `pause` longer than a small request does: for a long poll.
pub(crate) fn long_poll(pause: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT + pause)
        .operation_timeout(REQUEST + pause)
        .build()
}

fn small_requests() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(REQUEST)
        .build()
}

/// Values that are not set here come from [`small_requests`], so that its limits must be removed by name:
/// sending a part, copying gigabytes and assembling thousands of parts take longer.
fn transfers() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .read_timeout(TRANSFER)
        .disable_operation_attempt_timeout()
        .disable_operation_timeout()
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_requests_time_out_after_seconds_and_transfers_not() {
        let config = loader().no_credentials().load().await;
        let small = config.timeout_config().unwrap();
        assert_eq!(
            (small.operation_attempt_timeout(), small.operation_timeout()),
            (Some(ATTEMPT), Some(REQUEST))
        );
        let client = s3_client(&config);
        let transfer = client.config().timeout_config().unwrap();
        assert_eq!((transfer.operation_attempt_timeout(), transfer.operation_timeout()), (None, None));
        assert_eq!((transfer.connect_timeout(), transfer.read_timeout()), (Some(CONNECT), Some(TRANSFER)));
    }
}
