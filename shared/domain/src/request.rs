//! The request at hand, as the log knows it. Its id goes along with what it does, so that the lines of a run
//! can be told with those of the request that asked for it; nothing is decided by it.

use std::future::Future;

tokio::task_local! {
    static AT_HAND: String;
}

/// Does something on behalf of a request.
pub async fn during<F: Future>(request_id: &str, work: F) -> F::Output {
    AT_HAND.scope(request_id.to_owned(), work).await
}

/// The id of the request at hand, where there is one.
#[must_use]
pub fn at_hand() -> Option<String> {
    AT_HAND.try_with(Clone::clone).ok().filter(|id| !id.is_empty())
}
