//! The deployed service, from the first upload to the last deletion: the very `template.yaml`, built by
//! `sam build` and put by `sam deploy` into an emulator that runs the binaries and enforces their roles.
//!
//! `cargo test -p satsuma-tests --test deployment -- --ignored --nocapture`, after `sam build`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "deployment/big_upload.rs"]
mod big_upload;
#[path = "deployment/explained.rs"]
mod explained;
#[path = "deployment/inbox.rs"]
mod inbox;
#[path = "deployment/keys.rs"]
mod keys;
#[path = "deployment/lost_message.rs"]
mod lost_message;
#[path = "deployment/refusals.rs"]
mod refusals;

use satsuma_tests::scenario::{self, paging, scoring};
use satsuma_tests::stack::Stack;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "wants the built template, the SAM CLI and ministack"]
async fn the_deployed_template_serves_jobs_from_upload_to_deletion() {
    let stack = Stack::deploy().await;
    let acme = stack.client_of("acme").await;
    let other = stack.client_of("Other Corp").await;

    // The sweeper comes once a minute: its job waits meanwhile.
    let forgotten = lost_message::a_job_whose_message_was_never_sent_waits(&stack).await;

    keys::callers_are_known_by_their_key(&acme);
    scoring::a_stream_is_uploaded_scored_and_fetched(&acme);
    explained::a_stream_is_explained_and_drawn(&acme);
    explained::a_job_is_validated_before_it_is_submitted(&acme);
    scoring::jobs_run_again_with_a_new_definition(&acme);
    scoring::ibm_s_numbers_come_out(&acme);
    keys::nobody_sees_what_another_owns(&acme, &other);
    paging::a_list_leads_on_by_its_links(&acme);
    scenario::refusals::bad_requests_say_what_is_wrong(&acme);
    big_upload::a_big_file_goes_to_the_store_in_parts(&acme, &other);
    scenario::refusals::a_job_that_cannot_run_fails_saying_why(&acme);
    refusals::a_job_that_reads_a_database_is_taken_and_fails_by_name(&acme);
    refusals::a_message_that_is_none_stops_nothing(&stack, &acme).await;
    inbox::inbox_objects_become_files_and_jobs(&stack, &acme).await;
    inbox::an_inbox_definition_with_a_password_is_deleted(&stack, &acme).await;
    inbox::a_file_beyond_a_response_is_linked_to(&stack, &acme).await;
    inbox::invalid_inbox_objects_are_reported(&stack, &acme).await;
    scoring::a_job_that_nobody_wants_goes(&acme);
    scoring::files_and_jobs_are_deleted(&acme);
    lost_message::the_sweeper_sends_it(&forgotten);
    refusals::an_unrecognised_message_is_a_dead_letter(&stack).await;
    keys::no_log_holds_a_key(&stack, &acme);
}
