//! Identifies the instance of a request's access key for API Gateway. Handlers do the refusing, so that
//! every refusal is the API's own error object. Two reads: the key, and its instance, which decides whether
//! the key is valid.

use aws_lambda_events::apigw::{
    ApiGatewayV2CustomAuthorizerSimpleResponse, ApiGatewayV2CustomAuthorizerV2Request,
};
use satsuma_domain::key::AccessKey;
use satsuma_domain::ports::{GetInstance, GetKey};
use satsuma_domain::tenancy::identify;
use satsuma_domain::{Clock, InstanceId, StoreError};
use serde::{Deserialize, Serialize};

/// The query parameter that carries the access key.
const PARAMETER: &str = "accesskey";

/// The context that handlers receive about a caller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The instance that the key was issued for; `None` if the key is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
}

/// Answers a request of API Gateway (payload 2.0, simple response).
///
/// # Errors
/// A fault of the store, which API Gateway answers with 500.
pub async fn handle<S: GetKey + GetInstance>(
    store: &S,
    clock: &dyn Clock,
    request: ApiGatewayV2CustomAuthorizerV2Request,
) -> Result<ApiGatewayV2CustomAuthorizerSimpleResponse<Identity>, StoreError> {
    let identity = match shown_key(&request) {
        Some(key) => Identity { instance: identify(store, clock, &key).await? },
        None => Identity::default(),
    };
    let mut response = ApiGatewayV2CustomAuthorizerSimpleResponse::default();
    response.is_authorized = true;
    response.context = identity;
    Ok(response)
}

/// The only key that a request shows. The gateway caches the response under the parameter `accesskey`, and
/// the emulator of `sam local` passes names on as they were sent: of two spellings, one would be cached as
/// the other.
fn shown_key(request: &ApiGatewayV2CustomAuthorizerV2Request) -> Option<AccessKey> {
    let parameters = request.query_string_parameters.iter();
    let mut shown = parameters.filter(|(name, _)| name.eq_ignore_ascii_case(PARAMETER));
    match (shown.next(), shown.next()) {
        (Some((_, key)), None) => Some(AccessKey::new(key)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use satsuma_domain::ids::BindingId;
    use satsuma_domain::instance::{Instance, Plan};
    use satsuma_domain::key::{KeyLookup, KeyRecord};
    use satsuma_domain::ports::{CreateInstance, InstanceWritten, PutKey};
    use satsuma_domain::tenancy::{Update, bind, update};
    use satsuma_domain::testing::Memory;
    use satsuma_domain::usage::Quotas;
    use satsuma_domain::{SystemClock, Timestamp};

    use super::*;

    const NOBODY: &str = r#"{"isAuthorized":true,"context":{}}"#;

    fn acme() -> InstanceId {
        InstanceId::new("acme").unwrap()
    }

    async fn answer(store: &Memory, query: &[(&str, &str)]) -> String {
        let mut request = ApiGatewayV2CustomAuthorizerV2Request::default();
        request.query_string_parameters =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        serde_json::to_string(&handle(store, &SystemClock, request).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_valid_key_identifies_its_instance_and_others_do_not() {
        let store = Memory::default();
        let instance = Instance::new(acme(), Plan::Standard, Quotas::STANDARD, Timestamp(0));
        assert_eq!(store.create_instance(&instance).await.unwrap(), InstanceWritten::Done);
        let name = BindingId::new("pipeline").unwrap();
        let key = bind(&store, &SystemClock, &acme(), name, None).await.unwrap();

        let good = answer(&store, &[("accesskey", key.reveal())]).await;
        assert_eq!(good, r#"{"isAuthorized":true,"context":{"instance":"acme"}}"#);
        assert_eq!(answer(&store, &[("accesskey", "guessed")]).await, NOBODY);
        assert_eq!(answer(&store, &[]).await, NOBODY);
        // The gateway would cache the valid key's response for the other text.
        let two = answer(&store, &[("accesskey", "guessed"), ("AccessKey", key.reveal())]).await;
        assert_eq!(two, NOBODY);

        let suspend = Update { suspended: Some(true), ..Update::default() };
        update(&store, &acme(), &suspend).await.unwrap();
        assert_eq!(answer(&store, &[("accesskey", key.reveal())]).await, NOBODY);
    }

    #[tokio::test]
    async fn an_event_of_api_gateway_is_read_as_it_is_sent() {
        let store = Memory::default();
        // A key from before instances had records.
        let record = KeyRecord::new(&AccessKey::new("canary-4f1d"), acme(), Timestamp(0));
        store.put_key(&record).await.unwrap();
        let event = serde_json::from_str(include_str!("event.json")).unwrap();
        let response = handle(&store, &SystemClock, event).await.unwrap();
        assert_eq!(response.context.instance, Some(record.instance));
    }

    #[tokio::test]
    async fn a_key_that_was_asked_for_in_vain_is_not_in_the_fault() {
        struct Broken;
        #[async_trait::async_trait]
        impl GetKey for Broken {
            async fn get_key(&self, lookup: &KeyLookup) -> Result<Option<KeyRecord>, StoreError> {
                Err(StoreError::transient("look a key up", format!("{lookup:?}")))
            }
        }
        #[async_trait::async_trait]
        impl GetInstance for Broken {
            async fn get_instance(&self, _: &InstanceId) -> Result<Option<Instance>, StoreError> {
                Ok(None)
            }
        }
        let fault = identify(&Broken, &SystemClock, &AccessKey::new("canary-4f1d")).await.unwrap_err();
        assert!(!fault.to_string().contains("canary-4f1d"));
    }
}
