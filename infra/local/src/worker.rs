//! Runs jobs: receives messages and passes them to the worker's handler, as Lambda does with SQS.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use satsuma_aws::{Jobs, Queue, Received};
use satsuma_domain::SystemClock;
use satsuma_domain::work::Runner;
use satsuma_worker::EngineRunner;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::child::InChildren;
use crate::disk::Disk;
use crate::error::LocalError;
use crate::stop::Stop;
use crate::stores::Stores;

/// Longest time of an execution: unlike on Lambda, no other process needs this one's place.
const JOB_TIME: Duration = Duration::from_secs(11 * 60 * 60);

/// How long a message stays hidden: longer than its job may run, and as long as SQS can.
const HIDDEN: Duration = Duration::from_secs(12 * 60 * 60);

/// How long one request to the queue waits for a message.
const POLL: Duration = Duration::from_secs(20);

/// The pause after the queue could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Time for running jobs to end once the service stops. A job that has not ended by then is recovered at the
/// next start.
const DRAIN_TIME: Duration = Duration::from_secs(20);

/// Dependencies of jobs.
#[derive(Clone)]
pub(crate) struct Worker {
    jobs: Jobs,
    queue: Queue,
    runner: Arc<dyn Runner>,
    disk: Disk,
}

impl Worker {
    /// A worker whose jobs write their temporary files to `scratch`, each in a process of its own.
    pub(crate) fn new(stores: &Stores, disk: Disk, scratch: PathBuf) -> Result<Self, LocalError> {
        let files = Arc::new(stores.files.clone());
        let engine = EngineRunner::new(files, scratch.clone(), satsuma_worker::limits());
        let runner = Arc::new(InChildren::new(engine, stores.reached(), scratch, disk.clone())?);
        Ok(Self { jobs: stores.jobs.clone(), queue: stores.queue.clone(), runner, disk })
    }

    /// Runs jobs, as many at a time as there are processors, until it is time to stop.
    pub(crate) async fn run(self, stop: Stop) {
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        let places = Arc::new(Semaphore::new(at_once));
        let mut running = JoinSet::new();
        while !stop.is_stopped() {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = stop.stopped() => break,
            };
            let Ok(place) = place else { break };
            if !self.disk.has_room(0) {
                tracing::warn!("the disk is full: jobs wait until there is space");
                tokio::select! {
                    () = self.disk.room() => tracing::info!("there is space on the disk again: jobs run"),
                    () = stop.stopped() => break,
                }
            }
            let received = tokio::select! {
                received = self.queue.receive(1, POLL, HIDDEN) => received,
                () = stop.stopped() => break,
            };
            match received {
                Ok(messages) => {
                    let worker = self.clone();
                    running.spawn(async move {
                        for message in messages {
                            worker.handle(message).await;
                        }
                        drop(place);
                    });
                }
                Err(fault) => {
                    tracing::warn!(%fault, "no message could be received");
                    tokio::time::sleep(PAUSE).await;
                }
            }
            while running.try_join_next().is_some() {}
        }
        drain(running).await;
    }

    async fn handle(&self, received: Received) {
        let mut message = SqsMessage::default();
        message.message_id = Some(received.receipt.clone());
        message.receipt_handle = Some(received.receipt.clone());
        message.body = Some(received.body);
        let mut event = SqsEvent::default();
        event.records.push(message);
        let runner = Arc::clone(&self.runner);
        let response =
            satsuma_worker::handle(&self.jobs, &self.queue, runner, &SystemClock, event, JOB_TIME).await;
        if !response.batch_item_failures.is_empty() {
            // It is redelivered.
            return;
        }
        if let Err(fault) = self.queue.delete(&received.receipt).await {
            tracing::warn!(%fault, "a message was not deleted; its redelivery has nothing to run");
        }
    }
}

async fn drain(mut running: JoinSet<()>) {
    while running.try_join_next().is_some() {}
    if running.is_empty() {
        return;
    }
    tracing::info!("waiting up to {} s for {} running jobs", DRAIN_TIME.as_secs(), running.len());
    let all_done = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN_TIME, all_done).await.is_err() {
        tracing::warn!("{} jobs were stopped; the next start recovers them", running.len());
        running.shutdown().await;
    }
}
