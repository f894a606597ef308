//! Jobs.

use satsuma_batch::view::{ExecutionEntry, JobView, StatusView};
use satsuma_domain::JobDefinition;

use crate::{Operation, examples, parameters};

/// Description of the header `Idempotency-Key`.
const IDEMPOTENCY_KEY: &str = "Idempotency key of the submission: 1 to 250 visible characters, new for each \
    intended submission. A repetition with the same key and definition does not submit the job again.";

pub(super) fn all() -> Vec<Operation> {
    vec![
        submit(),
        resubmit(),
        Operation::new(
            "list-jobs",
            "Jobs",
            "Lists jobs",
            "Lists the instance's jobs in the order of their first submission, each in the form of `GET \
             /jobs/{id}`. A page may have fewer than `limit` jobs, because a response has at most 2.9 MB.",
        )
        .query("limit", parameters::LIMIT, parameters::limit)
        .query("after", parameters::AFTER, parameters::after_job)
        .answers::<Vec<JobView>>(200, "The jobs.", vec![examples::job_that_succeeded()])
        .with_header("Link", "URL of the next page with `rel=\"next\"`, if there is one.")
        .refuses(&[400]),
        Operation::new(
            "get-job",
            "Jobs",
            "Shows a job",
            "Returns the stored definition with the service's own fields. After the job's end, `result` is \
             its status.",
        )
        .answers::<JobView>(200, "The job.", examples::job_that_succeeded())
        .refuses(&[400, 404]),
        Operation::new(
            "get-job-status",
            "Jobs",
            "Returns the status of a job",
            "Returns `jobStatus`. On `PENDING`, `pendingReason` is the reason. After a worker claimed the \
             job, there are attempt, times, progress and rows; while it runs, `remainingSeconds` is an \
             estimate. On `SUCCESS` with result files, `dataUrl` is the first one. On `FAILED`, \
             `failureMsg` names the problem, its place and the remedy, and `error` has the same for \
             programs.",
        )
        .query(
            "wait",
            "Long poll: 0 to 25 seconds. The response follows when `jobStatus` changes, or after this time; \
             immediately if the job has ended. The cost is a few reads, whatever the time.",
            parameters::wait,
        )
        .answers::<StatusView>(200, "The status.", examples::status_that_failed())
        .refuses(&[400, 404]),
        Operation::new(
            "list-executions",
            "Jobs",
            "Lists the executions of a job",
            "Lists the stored executions, newest first, at most ten over all submissions of the job. Each \
             has its results, the work of each node, and its cost.",
        )
        .answers::<Vec<ExecutionEntry>>(200, "The executions.", examples::executions())
        .refuses(&[400, 404]),
        Operation::new(
            "get-log",
            "Jobs",
            "Returns the log of an execution",
            "Each line has UTC time, level and message; messages about a node have its name. The log covers \
             the stream and its version, the branch, the sources, warnings, the work of each node, the \
             results, and the end. During the execution it shows the progress.",
        )
        .query("execution", "Number of the execution, by default the newest.", parameters::execution)
        .answers_text(200, "The log.", examples::LOG)
        .refuses(&[400, 404]),
        Operation::new(
            "delete-jobs",
            "Jobs",
            "Deletes jobs",
            "Deletes one or more jobs, separated by commas. A running job is canceled first. The response \
             waits up to 10 seconds for its worker to stop. Until then the job is `CANCELING`; it is \
             deleted when the worker has stopped.",
        )
        .path(
            "id",
            "Id of a job, or the ids of up to 100 jobs, separated by commas.",
            parameters::ids_of_jobs,
        )
        .answers::<u32>(
            200,
            "Number of deleted jobs. It does not count unknown ids, nor jobs whose workers have not stopped \
             yet.",
            2,
        )
        .refuses(&[400, 409]),
    ]
}

fn submit() -> Operation {
    Operation::new(
        "submit-job",
        "Jobs",
        "Submits a job",
        "Stores a definition under an unused id, and queues the job. Only the form of the definition is \
         checked. A missing file or an unsupported node makes the job fail when it runs. An identical \
         request within two minutes gets the job that the first one created.",
    )
    .header("Idempotency-Key", IDEMPOTENCY_KEY, parameters::idempotency_key)
    .takes::<JobDefinition>(examples::definitions())
    .answers::<JobView>(200, "The stored job.", examples::job_that_waits())
    .refuses(&[400, 409, 413, 415])
}

fn resubmit() -> Operation {
    Operation::new(
        "resubmit-job",
        "Jobs",
        "Submits or resubmits a job",
        "Creates the job if it does not exist. Otherwise it replaces the definition and queues the job \
         again, unless the job is running. For a pending job, it replaces the definition. An identical \
         request within two minutes, while its job is pending or running, gets the first response and \
         changes nothing.",
    )
    .header("Idempotency-Key", IDEMPOTENCY_KEY, parameters::idempotency_key)
    .takes::<JobDefinition>(examples::definitions())
    .answers::<JobView>(200, "The existing job was resubmitted.", examples::job_that_waits())
    .answers::<JobView>(201, "The job is new.", examples::job_that_waits())
    .refuses(&[400, 409, 413, 415])
}
