//! What the ports promise, as checks that any implementation can be held to: the one in memory, and
//! the real ones over the wire.
//!
//! [`job_store_suite!`](crate::job_store_suite), [`file_store_suite!`](crate::file_store_suite),
//! [`long_id_suite!`](crate::long_id_suite) and [`drop_box_suite!`](crate::drop_box_suite) make a test
//! of every check. Each takes an expression
//! that is awaited for an empty store.

pub mod access_keys;
pub mod creating;
pub mod drop_box;
pub mod due;
pub mod files;
pub mod histories;
pub mod instances;
pub mod listing;
pub mod removing;
pub mod replacing;
mod sample;
pub mod usage;

/// Makes a test of every check of a store of jobs and access keys.
#[macro_export]
macro_rules! job_store_suite {
    ($store:expr) => {
        $crate::port_checks!(creating, $store;
            an_id_names_one_job,
            a_creation_told_twice_is_one,
            a_creation_told_again_after_the_job_moved_on_changes_nothing,
            of_many_creations_one_wins,
            numbers_are_drawn_once,
            instances_do_not_see_each_other,
        );
        $crate::port_checks!(replacing, $store;
            everything_of_a_job_is_read_back,
            a_glance_tells_which_job_at_which_version,
            a_replacement_told_twice_is_one,
            of_many_replacements_one_wins,
            a_stale_replacement_is_told_what_is_there,
            a_job_that_is_gone_is_not_written,
            a_worker_of_a_removed_job_does_not_touch_its_namesake,
        );
        $crate::port_checks!(removing, $store;
            a_removed_job_is_gone,
            a_stale_removal_is_told_what_is_there,
            a_namesake_is_not_removed,
            of_a_removal_and_a_replacement_one_wins,
        );
        $crate::port_checks!(listing, $store;
            all_jobs_are_listed_once_in_order_of_number,
            jobs_that_come_and_go_disturb_no_page,
            an_id_that_was_used_again_is_listed_once,
            a_list_is_its_instances_own,
            after_an_unknown_place_follows_nothing,
        );
        $crate::port_checks!(due, $store;
            jobs_are_due_when_their_message_or_lease_is,
            ended_and_removed_jobs_are_never_due,
            the_longest_overdue_come_first,
            ended_jobs_expire_when_they_were_kept_for_long_enough,
        );
        $crate::port_checks!(usage, $store;
            an_instance_of_which_nothing_is_known_uses_nothing_and_may_use_the_default,
            what_waits_and_what_runs_is_counted_with_every_write,
            a_write_told_twice_is_counted_once,
            running_time_is_counted_by_the_month,
            results_are_counted_when_they_are_published,
            stored_bytes_go_up_and_down,
            a_start_beyond_the_running_quota_is_refused_and_says_so,
            usage_is_what_the_jobs_say_after_any_history,
        );
        $crate::port_checks!(instances, $store;
            an_instance_is_created_once,
            an_instance_is_replaced_where_it_is_what_it_was,
            quotas_are_those_of_the_record,
            a_suspended_instance_takes_nothing,
            all_instances_are_listed_once_page_by_page,
            counts_are_stored_where_nobody_wrote_meanwhile,
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
            a_file_that_is_not_there_is_none,
            a_file_beyond_the_limit_is_told_not_read,
            local_files_travel_both_ways,
            awkward_ids_are_different_files,
            all_uploads_are_listed_once,
            results_are_files_that_no_list_shows,
            instances_do_not_see_each_others_files,
            after_an_impossible_id_follows_nothing,
            what_an_instance_is_charged_for_is_measured,
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
/// [`Dropper`](drop_box::Dropper) on the same objects, each behind a pointer.
#[macro_export]
macro_rules! drop_box_suite {
    ($both:expr) => {
        $crate::port_checks!(drop_box, both $both;
            a_dropped_object_is_read,
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
