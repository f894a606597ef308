//! API Gateway's part of a request, for the local service and the tests.

use bytes::Bytes;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayRequestAuthorizer, ApiGatewayV2httpRequestContext};
use lambda_http::http::header::HOST;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt};
use satsuma_domain::InstanceId;

use crate::caller::INSTANCE;

/// The query parameter with the access key.
pub const ACCESS_KEY: &str = "accesskey";

/// Converts a plain request to the form of an HTTP API event, with a request id and the authorizer's result.
/// The path stays encoded; [`crate::path`] decodes it.
#[must_use]
pub fn hand_over(
    request: http::Request<Bytes>,
    request_id: impl Into<String>,
    instance: Option<&InstanceId>,
) -> Request {
    let (parts, bytes) = request.into_parts();
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.stage = Some("$default".to_owned());
    context.request_id = Some(request_id.into());
    context.domain_name =
        parts.headers.get(HOST).and_then(|host| host.to_str().ok()).or(parts.uri.host()).map(str::to_owned);
    context.http.method = parts.method.clone();
    context.http.path = Some(parts.uri.path().to_owned());
    if let Some(instance) = instance {
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.fields.insert(INSTANCE.to_owned(), instance.as_str().into());
        context.authorizer = Some(authorizer);
    }
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().parse().unwrap_or_default();
    let body = if bytes.is_empty() { Body::Empty } else { Body::Binary(bytes.into()) };
    Request::from_parts(parts, body)
        .with_raw_http_path(path)
        .with_query_string_parameters::<lambda_http::aws_lambda_events::query_map::QueryMap>(query)
        .with_request_context(RequestContext::ApiGatewayV2(context))
}
