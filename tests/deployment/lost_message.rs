//! A job whose message is lost: stored, never queued, as after a crash between the two.

use satsuma_domain::job::{Job, JobKey};
use satsuma_domain::ports::{CreateJob, Written};
use satsuma_domain::{InstanceId, JobDefinition, JobId, Timestamp};
use satsuma_tests::client::Client;
use satsuma_tests::scenario::scoring::{parcels, upload_parcels};
use satsuma_tests::stack::Stack;

const JOB: &str = "lost";

pub(crate) async fn a_job_whose_message_was_never_sent_waits(stack: &Stack) -> Client {
    let owner = stack.client_of("forgotten").await;
    upload_parcels(&owner);
    let key = JobKey { instance: InstanceId::new("forgotten").unwrap(), id: JobId::new(JOB).unwrap() };
    let definition = JobDefinition::parse(parcels().to_string().as_bytes()).unwrap();
    let number = stack.jobs.next_number(&key.instance).await.unwrap();
    // Long ago: it is due.
    let job = Job::new(key, number, definition, Timestamp(1_000_000_000_000));
    assert_eq!(stack.jobs.create_job(&job).await.unwrap(), Written::Done);
    owner
}

pub(crate) fn the_sweeper_sends_it(owner: &Client) {
    assert_eq!(owner.await_end(JOB)["jobStatus"], "SUCCESS");
}
