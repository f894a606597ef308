//! The contract of the ports, as checks for any implementation: the one in memory, and the real ones over
//! the wire.
//!
//! [`job_store_suite!`](crate::job_store_suite), [`file_store_suite!`](crate::file_store_suite),
//! [`replaced_file_suite!`](crate::replaced_file_suite), [`version_suite!`](crate::version_suite),
//! [`long_id_suite!`](crate::long_id_suite) and [`inbox_suite!`](crate::inbox_suite) make a test
//! of every check. Each takes an expression
//! that is awaited for an empty store.

pub mod access_keys;
pub mod creating;
pub mod due;
pub mod files;
pub mod histories;
pub mod inbox;
pub mod instances;
pub mod listing;
pub mod removing;
pub mod replacing;
mod sample;
pub mod usage;
pub mod versions;

/// Makes a test of every check of a store of jobs and access keys.
#[macro_export]
macro_rules! job_store_suite {
    ($store:expr) => {
        $crate::port_checks!(creating, $store;
            an_id_names_one_job,
            a_repeated_creation_is_idempotent,
            a_late_repetition_of_a_creation_changes_nothing,
            one_of_many_creations_wins,
            numbers_are_drawn_once,
            instances_do_not_see_each_other,
        );
        $crate::port_checks!(replacing, $store;
            a_whole_job_is_read_back,
            a_version_check_returns_uuid_and_version,
            a_repeated_replacement_is_idempotent,
            one_of_many_replacements_wins,
            a_stale_replacement_returns_the_stored_job,
            a_job_that_is_gone_is_not_written,
            a_worker_of_a_removed_job_does_not_change_its_namesake,
        );
        $crate::port_checks!(removing, $store;
            a_removed_job_is_gone,
            a_stale_removal_returns_the_stored_job,
            a_namesake_is_not_removed,
            either_a_removal_or_a_replacement_wins,
        );
        $crate::port_checks!(listing, $store;
            all_jobs_are_listed_once_in_order_of_number,
            pages_are_stable_while_jobs_are_added_and_removed,
            an_id_that_was_used_again_is_listed_once,
            a_list_is_its_instances_own,
            an_unknown_page_token_gives_an_empty_page,
        );
        $crate::port_checks!(due, $store;
            jobs_are_due_when_their_message_or_lease_is,
            ended_and_removed_jobs_are_never_due,
            the_longest_overdue_jobs_are_first,
            ended_jobs_expire_when_they_were_kept_for_long_enough,
        );
        $crate::port_checks!(usage, $store;
            an_unknown_instance_has_no_usage_and_default_quotas,
            pending_and_running_jobs_are_counted_by_every_write,
            a_repeated_write_is_counted_once,
            running_time_is_counted_by_the_month,
            results_are_counted_when_they_are_published,
            stored_bytes_go_up_and_down,
            a_start_beyond_the_running_quota_is_refused,
            usage_equals_the_jobs_after_any_history,
        );
        $crate::port_checks!(instances, $store;
            an_instance_is_created_once,
            an_instance_is_replaced_at_its_version_only,
            quotas_are_those_of_the_record,
            a_suspended_instance_refuses_submissions,
            all_instances_are_listed_once_page_by_page,
            recounted_usage_is_stored_without_concurrent_writes,
        );
        $crate::port_checks!(access_keys, $store;
            a_key_is_found_by_its_lookup_alone,
            a_removed_key_is_found_no_more,
        );
    };
}

/// Makes a test of every check of a store of files.
#[macro_export]
macro_rules! file_store_suite {
    ($store:expr) => {
        $crate::port_checks!(files, $store;
            a_file_is_read_back,
            a_replaced_file_has_another_version,
            a_missing_file_is_none,
            a_file_beyond_the_limit_is_not_read,
            local_files_travel_both_ways,
            awkward_ids_are_different_files,
            all_uploads_are_listed_once,
            results_are_files_that_no_list_shows,
            instances_do_not_see_each_others_files,
            an_impossible_id_as_page_token_gives_an_empty_page,
            charged_files_of_an_instance_are_measured,
        );
    };
}

/// Makes a test of every check of conditional replacements.
#[macro_export]
macro_rules! replaced_file_suite {
    ($store:expr) => {
        $crate::port_checks!(versions, $store;
            an_expected_file_is_replaced,
            a_changed_file_is_not_replaced,
            a_repeated_replacement_is_done,
        );
    };
}

/// Makes a test of every check of a store that keeps versions of files.
#[macro_export]
macro_rules! version_suite {
    ($store:expr) => {
        $crate::port_checks!(versions, $store;
            versions_are_listed_newest_first,
            a_version_is_restored,
        );
    };
}

/// Makes a test of the checks of a store of files that takes names of any length: s3s-fs does not.
#[macro_export]
macro_rules! long_id_suite {
    ($store:expr) => {
        $crate::port_checks!(files, $store;
            ids_of_the_greatest_length_are_files,
        );
    };
}

/// Makes a test of every check of a drop box. The expression gives the store and a
/// [`InboxOwner`](inbox::InboxOwner) on the same objects, each behind a pointer.
#[macro_export]
macro_rules! inbox_suite {
    ($both:expr) => {
        $crate::port_checks!(inbox, both $both;
            an_inbox_object_is_read,
            an_adopted_object_is_an_upload,
            an_object_that_is_gone_is_not_adopted,
            a_rejected_object_gets_a_report,
            a_removed_object_is_gone,
        );
    };
}

/// A test for each check: see the suites.
#[doc(hidden)]
#[macro_export]
macro_rules! port_checks {
    ($module:ident, $store:expr; $($check:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $check() {
                $crate::testing::suite::$module::$check(&$store.await).await;
            }
        )+
    };
    ($module:ident, both $both:expr; $($check:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $check() {
                let (store, dropper) = $both.await;
                $crate::testing::suite::$module::$check(&*store, &*dropper).await;
            }
        )+
    };
}
