//! Headers of the objects' server: browsers do not interpret an object as a page, and pages of the allowed
//! origins may follow a link to it.

use std::future::Future;
use std::pin::Pin;

use hyper::body::Incoming;
use hyper::header::{HeaderValue, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use hyper::service::Service;
use hyper::{Request, Response};
use s3s::service::S3Service;

use crate::front::Front;

/// Response of the objects' server.
type Answer = Result<Response<s3s::Body>, s3s::HttpError>;

/// The objects' server, with additional headers in its responses.
#[derive(Clone)]
pub(super) struct Dressed {
    objects: S3Service,
    front: Front,
}

impl Dressed {
    pub(super) fn new(objects: S3Service, front: Front) -> Self {
        Self { objects, front }
    }
}

impl Service<Request<Incoming>> for Dressed {
    type Response = Response<s3s::Body>;
    type Error = s3s::HttpError;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let Self { objects, front } = self.clone();
        Box::pin(async move {
            let origin = request.headers().get(ORIGIN).cloned();
            let mut response = match front.preflight(request.method(), request.headers()) {
                Some(preflight) => preflight,
                None => Service::call(&objects, request).await?,
            };
            let nosniff = HeaderValue::from_static("nosniff");
            response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
            front.open(origin.as_ref(), &mut response);
            Ok(response)
        })
    }
}
