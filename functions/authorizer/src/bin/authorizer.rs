//! Lambda: authorizes API Gateway requests by their access key.

use aws_lambda_events::apigw::ApiGatewayV2CustomAuthorizerV2Request;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use satsuma_aws::Jobs;
use satsuma_domain::SystemClock;

#[tokio::main]
async fn main() -> Result<(), Error> {
    satsuma_telemetry::logs::init();
    let keys = Jobs::from_env().await?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<ApiGatewayV2CustomAuthorizerV2Request>| async {
        Ok::<_, Error>(satsuma_authorizer::handle(&keys, &SystemClock, event.payload).await?)
    }))
    .await
}
