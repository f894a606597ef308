//! [`ListJobs`]: every job once, in order, page by page.

use futures::future::join_all;

use super::sample::{NOW, acme, named, submitted};
use crate::ids::InstanceId;
use crate::job::Job;
use crate::ports::{CreateJob, ListJobs, RemoveJob, Written};

/// Enough for several pages of any store.
const MANY: u64 = 250;

async fn store_many<S: CreateJob>(store: &S) -> Vec<Job> {
    let job = |number| submitted(named(&acme(), &format!("job {number}")), number, NOW);
    let jobs: Vec<Job> = (1..=MANY).map(job).collect();
    // All of them write the counters of one instance: a crowd would only wait for itself.
    for some in jobs.chunks(10) {
        for written in join_all(some.iter().map(|job| store.create_job(job))).await {
            assert_eq!(written.unwrap(), Written::Done);
        }
    }
    jobs
}

/// All pages of at most `limit` jobs; `between` happens after the first.
async fn pages<S: ListJobs>(store: &S, limit: usize, between: impl AsyncFnOnce()) -> Vec<Job> {
    let mut between = Some(between);
    let mut jobs = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.list_jobs(&acme(), after.as_deref(), limit).await.unwrap();
        assert!(page.items.len() <= limit);
        jobs.extend(page.items);
        after = page.next;
        if after.is_none() {
            return jobs;
        }
        if let Some(between) = between.take() {
            between().await;
        }
    }
}

/// With pages of any size.
pub async fn all_jobs_are_listed_once_in_order_of_number<S: CreateJob + ListJobs>(store: &S) {
    assert!(pages(store, 10, async || {}).await.is_empty());
    let jobs = store_many(store).await;
    for limit in [1, 40, 125, 250, 1000] {
        assert_eq!(pages(store, limit, async || {}).await, jobs, "pages of {limit}");
    }
}

/// While one reads page after page, jobs are deleted and others submitted.
pub async fn pages_are_stable_while_jobs_are_added_and_removed<S>(store: &S)
where
    S: CreateJob + ListJobs + RemoveJob,
{
    let mut jobs = store_many(store).await;
    let gone: Vec<Job> =
        [3, 39, 40, 100, 101, 200].iter().map(|&index: &usize| jobs[index].clone()).collect();
    let new = submitted(named(&acme(), "new"), MANY + 1, NOW);
    let listed = pages(store, 40, async || {
        for job in &gone {
            assert_eq!(store.remove_job(job).await.unwrap(), Written::Done);
        }
        assert_eq!(store.create_job(&new).await.unwrap(), Written::Done);
    });
    let listed = listed.await;
    // The first page was read before.
    jobs.retain(|job| job.number.0 <= 40 || !gone.contains(job));
    jobs.push(new);
    assert_eq!(listed, jobs);
}

/// With the number of the job that bears it now.
pub async fn an_id_that_was_used_again_is_listed_once<S>(store: &S)
where
    S: CreateJob + ListJobs + RemoveJob,
{
    let first = submitted(named(&acme(), "churn"), 1, NOW);
    let second = submitted(named(&acme(), "churn"), 2, NOW);
    assert_eq!(store.create_job(&first).await.unwrap(), Written::Done);
    assert_eq!(store.remove_job(&first).await.unwrap(), Written::Done);
    assert_eq!(store.create_job(&second).await.unwrap(), Written::Done);
    assert_eq!(pages(store, 10, async || {}).await, [second]);
}

/// Also where the name of one begins like the other's.
pub async fn a_list_is_its_instances_own<S: CreateJob + ListJobs>(store: &S) {
    for (number, instance) in (1..).zip(["acme", "acme#1", "acme#", "ac"]) {
        let job = submitted(named(&InstanceId::new(instance).unwrap(), "churn"), number, NOW);
        assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    }
    let listed = pages(store, 10, async || {}).await;
    assert_eq!(listed.iter().map(|job| job.number.0).collect::<Vec<_>>(), [1]);
}

/// Neither an error nor the list from its beginning, which a caller might read endlessly.
pub async fn an_unknown_page_token_gives_an_empty_page<S: CreateJob + ListJobs>(store: &S) {
    let job = submitted(named(&acme(), "churn"), 1, NOW);
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    for place in ["", "x", "-1", "1e3", "99999999999999999999999", "\0"] {
        let page = store.list_jobs(&acme(), Some(place), 10).await.unwrap();
        assert_eq!((page.items, page.next), (Vec::new(), None), "{place:?}");
    }
}
