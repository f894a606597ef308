//! Runs handlers: access log, panics, errors.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures::FutureExt;
use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response, service_fn};
use satsuma_domain::{Error, metrics, request};
use tracing::Instrument;

use crate::Answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::gateway::ACCESS_KEY;
use crate::path;
use crate::shown_key::ShownKey;

/// Runs a function on Lambda: every request goes through [`answer`].
///
/// # Errors
/// A failure of the Lambda runtime.
pub async fn run<'a, H, F>(function: &'static str, handle: H) -> Result<(), lambda_http::Error>
where
    H: Fn(Request) -> F + Sync + 'a,
    F: Future<Output = Answer> + Send + 'a,
{
    let handle = &handle;
    let service = service_fn(move |request: Request| async move {
        Ok::<_, Infallible>(answer(function, request, handle).await)
    });
    lambda_http::run(service).await
}

/// Handles one request. The handler does not get the caller's access key. Its errors and panics become
/// responses. The access log gets one line, without the query and the body.
pub async fn answer<H, F>(function: &str, request: Request, handle: H) -> Response<Body>
where
    H: FnOnce(Request) -> F,
    F: Future<Output = Answer>,
{
    let started = Instant::now();
    let shown = ShownKey::of(&request);
    let request = without_key(request);
    let request_id = id_of(&request);
    let method = request.method().clone();
    let instance = Caller::from_request(&request).map(|caller| caller.instance).ok();
    let job = path::job_of(&request);

    let span = tracing::info_span!(
        "request",
        request_id,
        function,
        instance = instance.as_ref().map(tracing::field::display),
        job = job.as_ref().map(tracing::field::display),
    );
    let handled = AssertUnwindSafe(request::during(&request_id, async { handle(request).await }));
    let handled = handled.catch_unwind().instrument(span.clone());
    let answer = handled.await.unwrap_or(Err(ApiError::Panicked)).map_err(|error| match error {
        ApiError::Domain(Error::Unauthorized) => ApiError::NotIdentified(shown),
        other => other,
    });

    let _in_span = span.enter();
    let code = answer.as_ref().err().map(ApiError::code);
    if let Some(detail) = answer.as_ref().err().and_then(ApiError::detail) {
        tracing::error!(detail, "the request failed");
    }
    if let Err(ApiError::Domain(Error::QuotaExceeded(exceeded))) = &answer {
        let quota = exceeded.quota.name();
        tracing::info!(target: metrics::QUOTA_REFUSED, quota, quota_refusals = 1, "a quota was reached");
    }
    let response = answer.unwrap_or_else(|error| error.into_response(&request_id));
    tracing::info!(
        %method,
        status = response.status().as_u16(),
        code,
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Removes everything from the request that must not be logged, stored or echoed.
fn without_key(mut request: Request) -> Request {
    let query: HashMap<String, Vec<String>> = request
        .query_string_parameters()
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case(ACCESS_KEY))
        .fold(HashMap::new(), |mut query, (name, value)| {
            query.entry(name.to_owned()).or_insert_with(Vec::new).push(value.to_owned());
            query
        });
    *request.uri_mut() = request.uri().path().parse().unwrap_or_default();
    request.with_query_string_parameters(QueryMap::from(query))
}

fn id_of(request: &Request) -> String {
    let from_gateway = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let from_lambda = || request.lambda_context_ref().map(|context| context.request_id.clone());
    from_gateway.or_else(from_lambda).unwrap_or_default()
}
