//! One story of a caller, for every place where the service runs: its handlers in process
//! (`tests/in_process.rs`), the local default (`infra/local/tests`), the deployed template
//! (`tests/deployment.rs`).

pub mod paging;
pub mod refusals;
pub mod scoring;

use crate::client::Client;

/// The whole story, of an instance that has nothing yet.
///
/// # Panics
/// Where the service does anything else than it promises.
pub fn tell(acme: &Client) {
    scoring::a_stream_is_uploaded_scored_and_fetched(acme);
    scoring::jobs_run_again_with_a_new_definition(acme);
    scoring::ibm_s_numbers_come_out(acme);
    paging::a_list_leads_on_by_its_links(acme);
    refusals::bad_requests_say_what_is_wrong(acme);
    refusals::a_job_that_cannot_run_fails_saying_why(acme);
    scoring::a_job_that_nobody_wants_goes(acme);
    scoring::files_and_jobs_are_deleted(acme);
}
