//! The identity of the caller.

use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use satsuma_domain::{Error, InstanceId};
use serde_json::Value;

use crate::error::ApiError;

/// The field of the authorizer's context that names the instance.
pub(crate) const INSTANCE: &str = "instance";

/// The service instance of a request's access key. The authorizer identifies the caller; handlers refuse
/// unidentified requests, so that every error has the form of this API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The instance.
    pub instance: InstanceId,
}

impl Caller {
    /// Reads the result of the authorizer.
    ///
    /// # Errors
    /// `NotIdentified`, if the authorizer found no instance.
    pub fn from_request(request: &Request) -> Result<Self, ApiError> {
        let named = request.request_context_ref().and_then(RequestContext::authorizer);
        let instance = named.and_then(|authorizer| authorizer.fields.get(INSTANCE)).and_then(Value::as_str);
        let instance = instance.and_then(|text| InstanceId::new(text).ok());
        instance.map(|instance| Self { instance }).ok_or(ApiError::Domain(Error::Unauthorized))
    }
}
