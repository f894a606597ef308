//! Answers that are lost on their way: the write was done, and the SDK sends it again. The condition
//! then fails on one's own success.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use satsuma_aws::{Jobs, Requests};
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{CreateJob, GetJob, RemoveJob, ReplaceJob, Written};
use satsuma_domain::{
    Event, InstanceId, Job, JobDefinition, JobId, JobNumber, Timestamp, WorkerId, transition,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stores;

/// A line to a server that loses the next answers on request.
struct Line {
    address: SocketAddr,
    to_lose: Arc<AtomicUsize>,
}

impl Line {
    async fn to(server: SocketAddr) -> Self {
        let (listener, address) = stores::listen().await;
        let to_lose = Arc::new(AtomicUsize::new(0));
        let losing = to_lose.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(client, server, losing.clone()));
            }
        });
        Self { address, to_lose }
    }

    fn lose_next_answers(&self, count: usize) {
        self.to_lose.store(count, Ordering::SeqCst);
    }

    fn all_were_lost(&self) -> bool {
        self.to_lose.load(Ordering::SeqCst) == 0
    }
}

/// Carries bytes both ways, and hangs up in place of an answer that is to be lost.
async fn carry(client: TcpStream, server: SocketAddr, to_lose: Arc<AtomicUsize>) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
        let one_less = |left: usize| left.checked_sub(1);
        let lost = to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok();
        if lost || to_client.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    there.abort();
}

/// Jobs over a line, and the line.
async fn jobs_over_a_line() -> (Jobs, Line) {
    let line = Line::to(stores::start_dynamodb().await).await;
    (stores::jobs_at(&format!("http://{}", line.address)).await, line)
}

fn new_job() -> Job {
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() };
    Job::new(key, JobNumber(1), definition, Timestamp(0))
}

fn claimed(job: &Job) -> Job {
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    transition(job, &claim, Timestamp(1)).unwrap()
}

#[tokio::test]
async fn a_creation_whose_response_is_lost_succeeds() {
    let (jobs, line) = jobs_over_a_line().await;
    let job = new_job();
    line.lose_next_answers(1);
    assert_eq!(jobs.create_job(&job).await.unwrap(), Written::Done);
    assert!(line.all_were_lost());
    assert_eq!(jobs.get_job(&job.key).await.unwrap(), Some(job));
}

#[tokio::test]
async fn every_try_of_a_request_is_counted_for_it_is_paid() {
    let (jobs, line) = jobs_over_a_line().await;
    let requests = Requests::default();
    let counting = jobs.clone().counting(&requests);
    assert_eq!(requests.so_far(), 0);
    assert_eq!(counting.create_job(&new_job()).await.unwrap(), Written::Done);
    assert_eq!(requests.so_far(), 1);
    line.lose_next_answers(1);
    counting.get_job(&new_job().key).await.unwrap();
    assert_eq!(requests.so_far(), 3);
    jobs.get_job(&new_job().key).await.unwrap();
    assert_eq!(requests.so_far(), 3, "others' requests are theirs");
}

#[tokio::test]
async fn a_claim_whose_response_is_lost_succeeds() {
    let (jobs, line) = jobs_over_a_line().await;
    let job = new_job();
    assert_eq!(jobs.create_job(&job).await.unwrap(), Written::Done);
    let claimed = claimed(&job);
    line.lose_next_answers(2);
    assert_eq!(jobs.replace_job(&job, &claimed).await.unwrap(), Written::Done);
    assert!(line.all_were_lost());
    assert_eq!(jobs.get_job(&job.key).await.unwrap(), Some(claimed));
}

#[tokio::test]
async fn a_claim_that_another_worker_won_is_a_conflict() {
    let (jobs, line) = jobs_over_a_line().await;
    let job = new_job();
    assert_eq!(jobs.create_job(&job).await.unwrap(), Written::Done);
    let (winner, loser) = (claimed(&job), claimed(&job));
    assert_eq!(jobs.replace_job(&job, &winner).await.unwrap(), Written::Done);
    line.lose_next_answers(1);
    assert_eq!(jobs.replace_job(&job, &loser).await.unwrap(), Written::Conflict(Some(Box::new(winner))));
    assert!(line.all_were_lost());
}

#[tokio::test]
async fn a_removal_that_was_not_answered_is_done() {
    let (jobs, line) = jobs_over_a_line().await;
    let job = new_job();
    assert_eq!(jobs.create_job(&job).await.unwrap(), Written::Done);
    line.lose_next_answers(1);
    assert_eq!(jobs.remove_job(&job).await.unwrap(), Written::Done);
    assert!(line.all_were_lost());
    assert_eq!(jobs.get_job(&job.key).await.unwrap(), None);
}

#[tokio::test]
async fn a_store_that_never_answers_is_a_fault_that_may_pass() {
    let (jobs, line) = jobs_over_a_line().await;
    line.lose_next_answers(1_000);
    let fault = jobs.get_job(&new_job().key).await.unwrap_err();
    assert!(fault.transient, "{fault}");
}
