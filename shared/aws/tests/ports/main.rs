//! The adapters keep what the ports promise, over the wire: against `DynamoDB` on `SQLite` (dynoxide)
//! and S3 on a folder (s3s-fs), both started here on loopback ports. They are independent
//! implementations of the two services.
//!
//! With `SATSUMA_TEST_ENDPOINT` set, the same checks run against the services at that endpoint (for instance
//! `http://127.0.0.1:4566`), each on its own table, bucket and queue. The queue and the longest ids are
//! checked only there.

#![allow(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise, like tests")]

mod capacity;
mod histories;
mod inbox;
mod links;
mod lost_answers;
mod multipart;
mod others;
mod queue;
mod seal;
mod stores;
mod torn;
mod uploads;
mod versions;

use satsuma_domain::testing::suite;
use satsuma_domain::{file_store_suite, inbox_suite, job_store_suite, replaced_file_suite};

job_store_suite!(stores::jobs());
file_store_suite!(stores::files());
replaced_file_suite!(stores::files());
inbox_suite!(inbox::both());

/// s3s-fs notes a file's media type and checksum under one name, which a long key overflows.
#[tokio::test]
async fn ids_of_the_greatest_length_are_files() {
    if stores::endpoint().is_none() {
        eprintln!("skipped: SATSUMA_TEST_ENDPOINT names no endpoint with an S3 that takes every key");
        return;
    }
    suite::files::ids_of_the_greatest_length_are_files(&stores::files().await).await;
}
