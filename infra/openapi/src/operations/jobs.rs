//! Jobs.

use satsuma_batch::view::{ExecutionEntry, JobView, StatusView};
use satsuma_domain::JobDefinition;

use crate::{Operation, examples, parameters};

/// How a request is marked.
const IDEMPOTENCY_KEY: &str = "1 to 250 visible characters, new for every submission that is meant: the same \
    definition sent again under the same key submits nothing anew.";

pub(super) fn all() -> Vec<Operation> {
    vec![
        submit(),
        resubmit(),
        Operation::new(
            "list-jobs",
            "Jobs",
            "Lists jobs",
            "The instance's jobs in the order of their first submission, each as `GET /jobs/{id}` answers it. \
             A page ends before `limit` where it would be larger than one answer may be (2.9 MB).",
        )
        .query("limit", parameters::LIMIT, parameters::limit)
        .query("after", parameters::AFTER, parameters::after_job)
        .answers::<Vec<JobView>>(200, "The jobs.", vec![examples::job_that_succeeded()])
        .with_header("Link", "The next page, `rel=\"next\"`, where there is one.")
        .refuses(&[400]),
        Operation::new(
            "get-job",
            "Jobs",
            "Shows a job",
            "The stored definition and what the service adds; once the job ended, `result` is its status.",
        )
        .answers::<JobView>(200, "The job.", examples::job_that_succeeded())
        .refuses(&[400, 404]),
        Operation::new(
            "get-job-status",
            "Jobs",
            "Tells where a job stands",
            "`jobStatus`; while it is `PENDING`, `pendingReason` is why; as soon as a worker has the job: \
             attempt, times, progress, rows, and while it runs `remainingSeconds`, an estimate. On `SUCCESS` \
             with result files, `dataUrl` is the first of them; on `FAILED`, `failureMsg` is what happened, \
             where, and what to do, and `error` the same for programs.",
        )
        .query(
            "wait",
            "Seconds, 0 to 25: answer as soon as `jobStatus` is another one than now, or after that time; at \
             once where the job has ended. Costs a few reads, whatever the time.",
            parameters::wait,
        )
        .answers::<StatusView>(200, "The status.", examples::status_that_failed())
        .refuses(&[400, 404]),
        Operation::new(
            "list-executions",
            "Jobs",
            "Tells what became of each attempt to run a job",
            "The executions that are kept, newest first: at most ten over all submissions of the job. Each with \
             its results, what each node did, and what it cost.",
        )
        .answers::<Vec<ExecutionEntry>>(200, "The executions.", examples::executions())
        .refuses(&[400, 404]),
        Operation::new(
            "get-log",
            "Jobs",
            "Tells what happened in the course of an execution",
            "Lines of UTC time, level and message, with the node's name where it is about one: what was read and \
             in which version, the branch, the sources, warnings, what each node did, the results, the end. While \
             the execution runs: how far it got.",
        )
        .query(
            "execution",
            "The number of the execution; the newest where it is missing.",
            parameters::execution,
        )
        .answers_text(200, "The log.", examples::LOG)
        .refuses(&[400, 404]),
        Operation::new(
            "delete-jobs",
            "Jobs",
            "Deletes jobs",
            "Removes jobs, several at once, separated by commas. A job that runs is canceled first. The answer \
             waits up to 10 seconds for its worker to stop; until then the job is `CANCELING`, and it goes \
             when the worker has stopped.",
        )
        .path("id", "The id of a job, or the ids of up to 100 jobs, separated by commas.", parameters::ids_of_jobs)
        .answers::<u32>(
            200,
            "How many are gone now. Unknown ids are not counted, nor are jobs whose workers have not stopped yet.",
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
        "Takes a definition under an id that must be free, and queues it. Only its form is checked: a missing \
         file or a node that is not supported is found when the job runs, and fails it. The same request again \
         within two minutes is answered with the job that it made.",
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
        "Submits a job, or submits it again",
        "Makes the job where there is none; else gives it the new definition and queues it again, unless it \
         runs. A pending job's definition is replaced. The same request again within two minutes, while its \
         job waits or runs, is answered as the first was and changes nothing.",
    )
    .header("Idempotency-Key", IDEMPOTENCY_KEY, parameters::idempotency_key)
    .takes::<JobDefinition>(examples::definitions())
    .answers::<JobView>(200, "The job was there, and is submitted again.", examples::job_that_waits())
    .answers::<JobView>(201, "The job is new.", examples::job_that_waits())
    .refuses(&[400, 409, 413, 415])
}
