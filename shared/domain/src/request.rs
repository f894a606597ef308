//! Task-local id of the current HTTP request. The log lines of a run carry it, so that they can be found
//! together with those of the request that submitted the job. No decision depends on it.

use std::future::Future;

tokio::task_local! {
    static CURRENT: String;
}

/// Runs a future on behalf of a request.
pub async fn during<F: Future>(request_id: &str, work: F) -> F::Output {
    CURRENT.scope(request_id.to_owned(), work).await
}

/// The id of the current request, if there is one.
#[must_use]
pub fn current_id() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok().filter(|id| !id.is_empty())
}
