//! Cost of every operation, which does not depend on the number of jobs.
//!
//! The capacity units are those that the store reports for each request (`ReturnConsumedCapacity`), which
//! the tests ask for behind the adapter's back. More jobs than the few of the usual run:
//! `SATSUMA_CAPACITY_JOBS=1000,100000 cargo test --release -p satsuma-aws --test ports capacity -- --nocapture`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use aws_sdk_s3::primitives::SdkBody;
use satsuma_aws::{Jobs, table};
use satsuma_domain::execution::{Outcome, Progress};
use satsuma_domain::job::{HEARTBEAT, JobKey};
use satsuma_domain::ports::{CreateJob, DueJobs, GetJob, GetUsage, ListJobs, RemoveJob, ReplaceJob, Written};
use satsuma_domain::report::Report;
use satsuma_domain::usage::Month;
use satsuma_domain::{
    Event, ExecutionNumber, InstanceId, Job, JobDefinition, JobId, Timestamp, WorkerId, transition,
};
use serde_json::Value;

use crate::stores;

/// How many jobs there are, before and after.
const JOBS: &str = "20,200";

/// The environment variable that overrides it.
const SETTING: &str = "SATSUMA_CAPACITY_JOBS";

type Item = HashMap<String, AttributeValue>;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// Requests and capacity units so far.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Cost {
    requests: u32,
    units: f64,
}

/// Asks for the consumed capacity of every request, and adds it up.
#[derive(Debug, Clone, Default)]
struct Meter(Arc<Mutex<Cost>>);

impl Meter {
    fn take(&self) -> Cost {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let body = request.body().bytes().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body)?;
        if let Some(fields) =
            body.as_object_mut().filter(|fields| !fields.contains_key("AttributeDefinitions"))
        {
            fields.insert("ReturnConsumedCapacity".into(), "TOTAL".into());
        }
        let body = body.to_string();
        request.headers_mut().insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut cost = self.0.lock().unwrap();
        cost.requests += 1;
        cost.units += units(&answer["ConsumedCapacity"]);
        Ok(())
    }
}

fn units(consumed: &Value) -> f64 {
    match consumed {
        Value::Array(tables) => tables.iter().map(units).sum(),
        one => one["CapacityUnits"].as_f64().unwrap_or(0.0),
    }
}

/// Jobs whose every request is metered.
async fn metered_jobs() -> (Jobs, Meter, Table) {
    let endpoint = match stores::endpoint() {
        Some(endpoint) => endpoint,
        None => format!("http://{}", stores::start_dynamodb().await),
    };
    let meter = Meter::default();
    let config = aws_sdk_dynamodb::config::Builder::from(&stores::config(&endpoint).await);
    let client = Client::from_conf(config.interceptor(meter.clone()).build());
    let name = stores::new_name();
    table::create_table(&client, &name).await.unwrap();
    (Jobs::new(client.clone(), &name), meter, Table { client, name })
}

/// The table below the adapter, to fill it sooner than by submitting.
struct Table {
    client: Client,
    name: String,
}

/// Submitted jobs; the others are copies of their items, spread over the shards in the same way.
const REAL: usize = 12;

impl Table {
    async fn fill(&self, jobs: &Jobs, count: usize) {
        for number in 0..REAL {
            submit(jobs, &format!("filler {number}")).await;
        }
        let scanned = self.client.scan().table_name(&self.name).send().await.unwrap();
        let is_job = |item: &Item| item.get("sk") == Some(&AttributeValue::S("JOB".into()));
        let mut items: Vec<Item> = scanned.items.unwrap().into_iter().filter(is_job).collect();
        let number = |item: &Item| item["list_number"].as_n().unwrap().parse::<usize>().unwrap();
        items.sort_by_key(number);
        let copies: Vec<usize> = (REAL..count).collect();
        let batches = copies.chunks(25).map(|batch| {
            let puts = batch.iter().map(|copy| {
                let mut item = items[copy % REAL].clone();
                item.insert("pk".into(), AttributeValue::S(format!("JOB#acme#filler {copy}")));
                item.insert("list_number".into(), AttributeValue::N((copy + 1).to_string()));
                let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            self.client.batch_write_item().request_items(&self.name, puts.collect()).send()
        });
        for batch in batches {
            let done = batch.await.unwrap();
            assert!(done.unprocessed_items.is_none_or(|items| items.is_empty()));
        }
    }
}

fn named(id: &str) -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new(id).unwrap() }
}

async fn submit(jobs: &Jobs, id: &str) -> Job {
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let number = jobs.next_number(&named(id).instance).await.unwrap();
    let job = Job::new(named(id), number, definition, NOW);
    assert_eq!(jobs.create_job(&job).await.unwrap(), Written::Done);
    job
}

async fn write(jobs: &Jobs, before: &Job, event: &Event, now: Timestamp) -> Job {
    let after = transition(before, event, now).unwrap();
    assert_eq!(jobs.replace_job(before, &after).await.unwrap(), Written::Done);
    after
}

/// The cost of each operation beside `filler` other jobs of the same instance.
async fn costs(filler: usize) -> BTreeMap<&'static str, Cost> {
    let (jobs, meter, table) = metered_jobs().await;
    table.fill(&jobs, filler).await;
    meter.take();

    let mut costs = BTreeMap::new();
    let mut note = |operation| costs.insert(operation, meter.take());
    let job = submit(&jobs, "measured").await;
    note("submit");
    jobs.get_job(&job.key).await.unwrap().unwrap();
    note("read");
    let page = jobs.list_jobs(&job.key.instance, None, 10).await.unwrap();
    assert_eq!(page.items.len(), 10);
    note("list ten");
    assert_eq!(jobs.due_jobs(NOW, 100).await.unwrap(), []);
    note("sweep, nothing due");
    let _ = jobs.get_usage(&job.key.instance, Month::of(NOW)).await.unwrap();
    note("read the usage");
    let running =
        write(&jobs, &job, &Event::Claim { worker: WorkerId::new(), revision: job.revision }, NOW).await;
    note("claim");
    let later = NOW.plus(HEARTBEAT);
    let (execution, progress) = (ExecutionNumber(1), Progress::default());
    let running =
        write(&jobs, &running, &Event::Heartbeat { execution, progress: progress.clone() }, later).await;
    note("heartbeat");
    let outcome = Outcome::Success { results: vec![] };
    let finish = Event::Finish { execution, progress, warnings: vec![], report: Report::default(), outcome };
    let ended = write(&jobs, &running, &finish, later).await;
    note("finish");
    assert_eq!(jobs.remove_job(&ended).await.unwrap(), Written::Done);
    note("remove");
    costs
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_costs_the_same_however_many_jobs_there_are() {
    let sizes = std::env::var(SETTING).unwrap_or_else(|_| JOBS.to_owned());
    let sizes: Vec<usize> = sizes.split(',').map(|size| size.parse().unwrap()).collect();
    let mut table = String::from("| operation | jobs | requests | capacity units |\n|---|---:|---:|---:|\n");
    let mut former: Option<BTreeMap<&str, Cost>> = None;
    for size in sizes {
        let costs = costs(size).await;
        for (operation, cost) in &costs {
            writeln!(table, "| {operation} | {size} | {} | {} |", cost.requests, cost.units).unwrap();
            assert!(cost.units > 0.0, "{operation}: the store reports nothing");
        }
        if let Some(former) = former.replace(costs.clone()) {
            assert_eq!(former, costs);
        }
    }
    eprintln!("{table}");
}
