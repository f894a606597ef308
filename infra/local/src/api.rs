//! From an HTTP request to a function and back, as API Gateway and the authorizer do it.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, HOST};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Uri};
use lambda_http::Body;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2CustomAuthorizerV2Request;
use lambda_http::aws_lambda_events::query_map::QueryMap;
use satsuma_aws::{Files, Jobs, Queue};
use satsuma_batch::Service;
use satsuma_domain::files::MAX_DIRECT_BYTES;
use satsuma_domain::{Error, InstanceId, SystemClock};
use satsuma_http::gateway::hand_over;
use satsuma_http::{Answer, ApiError, answer, reply};
use uuid::Uuid;

use crate::body::{self, Unread};
use crate::routes::{Found, Routes};

/// Name in the access log of responses that no function made.
const GATEWAY: &str = "gateway";

/// The functions of the API, behind routing and authorization.
pub(crate) struct Api {
    pub(crate) routes: Routes,
    pub(crate) service: Service<Jobs, Files, Queue>,
    pub(crate) keys: Jobs,
    /// Where the service listens, as a URL.
    pub(crate) base_url: String,
    /// Where the objects are served.
    pub(crate) objects: SocketAddr,
}

impl Api {
    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let request_id = Uuid::new_v4().to_string();
        let response = match self.routes.find(parts.method.as_str(), parts.uri.path()) {
            Found::Function(function) => self.function(function, parts, body, request_id).await,
            Found::OtherMethods(methods) => {
                refuse(parts, &request_id, || other_methods(&methods, &request_id)).await
            }
            Found::Nothing => refuse(parts, &request_id, || Err(ApiError::NoRoute)).await,
        };
        response.map(|body| {
            Full::new(match body {
                Body::Text(text) => Bytes::from(text),
                Body::Binary(bytes) => Bytes::from(bytes),
                _ => Bytes::new(),
            })
        })
    }

    async fn function(
        &self,
        function: &'static str,
        parts: Parts,
        body: Incoming,
        request_id: String,
    ) -> Response<Body> {
        let instance = match self.identify(&parts).await {
            Ok(instance) => instance,
            Err(fault) => return refuse(parts, &request_id, || Err(fault)).await,
        };
        // Nothing is kept of what a stranger sends; the function refuses them.
        let body = match (&instance, body::read(&parts.headers, body).await) {
            (None, _) => Bytes::new(),
            (Some(_), Ok(body)) => body,
            (Some(_), Err(unread)) => return refuse(parts, &request_id, || Err(why(unread))).await,
        };
        let mut service = self.service.clone();
        service.settings.public_url.get_or_insert_with(|| self.public_url(&parts));
        if let Some(endpoint) = self.objects_url(&parts) {
            service.files = service.files.linking_to(&endpoint);
        }
        let request = hand_over(Request::from_parts(parts, body), request_id, instance.as_ref());
        if satsuma_inspect::FUNCTIONS.contains(&function) {
            return satsuma_inspect::call(function, &service.jobs, &service.files, request).await;
        }
        satsuma_batch::call(function, &service, request).await
    }

    /// Asks the authorizer, as API Gateway does before it calls a function.
    async fn identify(&self, parts: &Parts) -> Result<Option<InstanceId>, ApiError> {
        let query: QueryMap = parts.uri.query().unwrap_or_default().parse().unwrap_or_default();
        let mut request = ApiGatewayV2CustomAuthorizerV2Request::default();
        for (name, value) in query.iter() {
            // Repeated parameters are joined with a comma.
            let held = request.query_string_parameters.entry(name.to_owned());
            held.and_modify(|held| *held = format!("{held},{value}")).or_insert_with(|| value.to_owned());
        }
        let response = satsuma_authorizer::handle(&self.keys, &SystemClock, request).await?;
        Ok(response.context.instance)
    }

    /// URL of the objects for a caller on another machine: the host that it called, with the objects' port.
    fn objects_url(&self, parts: &Parts) -> Option<String> {
        if self.objects.ip().is_loopback() {
            return None;
        }
        let url: Uri = self.public_url(parts).parse().ok()?;
        Some(format!("http://{}:{}", url.host()?, self.objects.port()))
    }

    /// Where this caller reaches the service, by its own word: behind a forwarded port, or from another
    /// machine, that is not the address that the service listens on.
    fn public_url(&self, parts: &Parts) -> String {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        if host.is_empty() || !plain { self.base_url.clone() } else { format!("http://{host}") }
    }
}

/// A response without a function, with a line in the access log.
async fn refuse(parts: Parts, request_id: &str, why: impl FnOnce() -> Answer) -> Response<Body> {
    let request = hand_over(Request::from_parts(parts, Bytes::new()), request_id, None);
    answer(GATEWAY, request, async |_| why()).await
}

fn why(unread: Unread) -> ApiError {
    let error = match unread {
        Unread::TooLarge { bytes } => {
            Error::TooLargeForOneRequest { what: "the request", bytes, limit: MAX_DIRECT_BYTES }
        }
        Unread::CutOff => {
            Error::invalid("incomplete_body", None, "the body did not arrive in time or was cut off")
        }
    };
    ApiError::Domain(error)
}

fn other_methods(methods: &[&str], request_id: &str) -> Answer {
    let allowed = methods.join(", ");
    let message = format!("this path takes {allowed} only");
    let body =
        serde_json::json!({ "code": "method_not_allowed", "message": message, "requestId": request_id });
    let mut response = reply::json(StatusCode::METHOD_NOT_ALLOWED, &body)?;
    reply::set(&mut response, ALLOW, &allowed);
    Ok(response)
}
