//! Converts errors of the SDK into the domain's errors.

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use satsuma_domain::StoreError;

/// Codes of refusals that pass by themselves, beside every status from 500 on.
const TRANSIENT_CODES: [&str; 15] = [
    "KMS.ThrottlingException",
    "LimitExceededException",
    "OverLimit",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestTimeout",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
];

/// The domain's error for a failed request. Its text holds the service's code, message and request
/// id, never the request itself.
pub(crate) fn fault<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(refusal) => {
            let status = refusal.raw().status().as_u16();
            let code = refusal.err().code().unwrap_or("no code");
            let detail = format!(
                "{code}: {} (status {status}, request {})",
                refusal.err().message().unwrap_or("no message"),
                request_id(refusal.raw())
            );
            StoreError { operation, detail, transient: is_transient(status, code) }
        }
        // The request was never sent: trying the same again is no use.
        SdkError::ConstructionFailure(_) => {
            StoreError::permanent(operation, DisplayErrorContext(error).to_string())
        }
        _ => StoreError::transient(operation, causes(error)),
    }
}

fn is_transient(status: u16, code: &str) -> bool {
    status >= 500 || status == 429 || TRANSIENT_CODES.contains(&code)
}

fn request_id(response: &HttpResponse) -> &str {
    let headers = response.headers();
    headers.get("x-amzn-requestid").or_else(|| headers.get("x-amz-request-id")).unwrap_or("unknown")
}

/// An error and its causes, without dumps of requests and responses.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::error::ErrorMetadata;
    use aws_sdk_dynamodb::operation::put_item::PutItemError;
    use aws_sdk_s3::primitives::SdkBody;

    use super::*;

    fn refused(status: u16, code: &str) -> StoreError {
        let meta = ErrorMetadata::builder().code(code).message("so it is").build();
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        fault("put a job", &SdkError::service_error(PutItemError::generic(meta), response))
    }

    #[test]
    fn throttling_and_server_faults_may_pass_and_refusals_do_not() {
        for (status, code) in
            [(400, "ThrottlingException"), (400, "ProvisionedThroughputExceededException"), (503, "SlowDown")]
        {
            assert!(refused(status, code).transient, "{code}");
        }
        assert!(refused(500, "anything").transient && refused(429, "anything").transient);
        for (status, code) in [(400, "ValidationException"), (403, "AccessDenied"), (404, "NoSuchBucket")] {
            assert!(!refused(status, code).transient, "{code}");
        }
    }

    #[test]
    fn a_fault_names_the_operation_and_the_response() {
        assert_eq!(
            refused(400, "ValidationException").to_string(),
            "put a job: ValidationException: so it is (status 400, request unknown)"
        );
    }

    #[test]
    fn a_request_that_got_no_answer_may_be_tried_again() {
        let error: SdkError<PutItemError, HttpResponse> = SdkError::timeout_error("3 s are over");
        assert!(fault("put a job", &error).transient);
    }
}
