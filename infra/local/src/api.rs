//! From an HTTP request to a function and back, as API Gateway and the authorizer do it.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_LENGTH, ORIGIN, RETRY_AFTER};
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
use satsuma_http::{Answer, ApiError, NoRoute, answer, path, reply};
use uuid::Uuid;

use crate::body::{self, Unread};
use crate::disk::Disk;
use crate::front::Front;
use crate::routes::{Found, Routes};
use crate::turns::Turns;

/// Name in the access log of responses that no function made.
const GATEWAY: &str = "gateway";

/// The functions of the API, behind routing and authorization.
pub(crate) struct Api {
    pub(crate) routes: Routes,
    pub(crate) service: Service<Jobs, Files, Queue>,
    pub(crate) keys: Jobs,
    /// Where callers reach it.
    pub(crate) front: Front,
    /// The disk of the data folder.
    pub(crate) disk: Disk,
    /// The files that are being changed.
    pub(crate) turns: Turns,
    /// Where the objects are served.
    pub(crate) objects: SocketAddr,
}

impl Api {
    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let origin = parts.headers.get(ORIGIN).cloned();
        let mut response = match self.front.preflight(&parts.method, &parts.headers) {
            Some(preflight) => preflight,
            None => self.route(parts, body, peer).await,
        };
        self.front.open(origin.as_ref(), &mut response);
        response.map(|body| {
            Full::new(match body {
                Body::Text(text) => Bytes::from(text),
                Body::Binary(bytes) => Bytes::from(bytes),
                _ => Bytes::new(),
            })
        })
    }

    async fn route(&self, parts: Parts, body: Incoming, peer: SocketAddr) -> Response<Body> {
        let request_id = Uuid::new_v4().to_string();
        let found = self.routes.find(parts.method.as_str(), parts.uri.path());
        if let Found::Function(function) = found {
            return self.function(function, parts, body, peer, request_id).await;
        }
        body::discard(&parts.headers, body).await;
        let meant = NoRoute::of(parts.uri.path());
        let why = || match &found {
            Found::OtherMethods(methods) => other_methods(methods, &request_id),
            _ => Err(ApiError::NoRoute(meant)),
        };
        refuse(parts, &request_id, why).await
    }

    async fn function(
        &self,
        function: &'static str,
        parts: Parts,
        body: Incoming,
        peer: SocketAddr,
        request_id: String,
    ) -> Response<Body> {
        let instance = match self.identify(&parts).await {
            Ok(instance) => instance,
            Err(fault) => {
                body::discard(&parts.headers, body).await;
                return refuse(parts, &request_id, || Err(fault)).await;
            }
        };
        if instance.is_some() && STORING.contains(&function) && !self.disk.has_room(announced(&parts)) {
            body::discard(&parts.headers, body).await;
            return refuse(parts, &request_id, || disk_full(&request_id)).await;
        }
        let body = match &instance {
            // Nothing is kept of what a stranger sends; the function refuses them.
            None => {
                body::discard(&parts.headers, body).await;
                Bytes::new()
            }
            Some(_) => match body::read(&parts.headers, body).await {
                Ok(body) => body,
                Err(unread) => return refuse(parts, &request_id, || Err(why(unread))).await,
            },
        };
        let public_url = self.front.public_url(peer, &parts.headers);
        let mut service = self.service.clone();
        if let Some(endpoint) = self.objects_url(&public_url) {
            service.files = service.files.linking_to(&endpoint);
        }
        service.settings.public_url = Some(public_url);
        let request = hand_over(Request::from_parts(parts, body), request_id, instance.as_ref());
        let _turn = match changed(function, &request) {
            Some(file) => Some(self.turns.wait(format!("{instance:?} {file}")).await),
            None => None,
        };
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
    fn objects_url(&self, public_url: &str) -> Option<String> {
        if self.objects.ip().is_loopback() {
            return None;
        }
        let url: Uri = public_url.parse().ok()?;
        Some(format!("http://{}:{}", url.host()?, self.objects.port()))
    }
}

/// The functions that store data of callers. All others work on a full disk.
const STORING: [&str; 5] = ["put-file", "submit-job", "resubmit-job", "start-upload", "complete-upload"];

/// Bytes that a request will store.
fn announced(parts: &Parts) -> u64 {
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

/// The answer to a request that would store data on a full disk.
fn disk_full(request_id: &str) -> Answer {
    let message = "disk full: the service has no space for this; delete files or results (DELETE /file/{id}), or have \
                   its operator free space, and try again";
    let body = serde_json::json!({ "code": "disk_full", "message": message, "requestId": request_id });
    let mut response = reply::json(StatusCode::SERVICE_UNAVAILABLE, &body)?;
    reply::set(&mut response, RETRY_AFTER, RETRY_FULL);
    Ok(response)
}

/// Seconds after which a caller tries again on a full disk: nobody frees space sooner.
const RETRY_FULL: &str = "60";

/// The file whose bytes a request puts, completes or deletes.
fn changed(function: &str, request: &lambda_http::Request) -> Option<String> {
    match function {
        "put-file" | "delete-file" => path::file_id(request).ok(),
        "complete-upload" => path::upload_of_file(request).ok().map(|(id, _)| id),
        _ => None,
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
