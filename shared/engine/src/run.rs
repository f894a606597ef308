//! Running a job: the plan of its branch, executed batch by batch.

use std::collections::HashMap;
use std::sync::Arc;

use tracing::{Instrument, info_span};

use crate::error::EngineError;
use crate::export::Export;
use crate::moment::Moment;
use crate::node_work::NodeCounter;
use crate::outcome::{JobOutcome, ResultFile};
use crate::plan::JobPlan;
use crate::progress::{Cancellation, Meter};
use crate::request::JobRequest;
use crate::session;
use crate::step::{Run, Step};
use crate::surroundings::Surroundings;
use crate::table::Table;

/// Checks a job without running it: the branch, every node and property on it, and the overrides.
///
/// # Errors
/// As [`run`], but for what only the data can show.
pub fn check(request: &JobRequest) -> Result<(), EngineError> {
    JobPlan::new(request, &Cancellation::new()).map(drop)
}

/// Runs a job.
///
/// Everything that can be refused is refused before the first record is read. Nothing is published:
/// on an error the caller drops the work folder.
///
/// # Errors
/// Any [`EngineError`].
pub async fn run(request: &JobRequest, surroundings: &Surroundings) -> Result<JobOutcome, EngineError> {
    run_plan(request, surroundings).await.map_err(|error| error.within(&request.limits))
}

async fn run_plan(request: &JobRequest, surroundings: &Surroundings) -> Result<JobOutcome, EngineError> {
    let plan = info_span!("plan").in_scope(|| JobPlan::new(request, &surroundings.cancellation))?;
    let limits = request.limits;
    let made = std::fs::create_dir_all(&request.work_dir);
    made.map_err(|error| EngineError::io("make folder", &request.work_dir, error))?;
    let meter = Meter::new(surroundings.cancellation.clone(), surroundings.progress.clone(), limits);
    let run = Run {
        session: session::new(&request.work_dir, &limits)?,
        meter: Arc::new(meter),
        sources: Arc::clone(&surroundings.sources),
        work_dir: request.work_dir.clone(),
    };
    let nodes = plan.steps.iter().map(|planned| planned.node.clone()).collect::<Vec<_>>();
    surroundings.tell(Moment::Planned { nodes: &nodes });
    let exports = tables(&plan, &run, surroundings).await?;
    let mut files: Vec<ResultFile> = Vec::with_capacity(exports.len());
    for (export, table, counter) in exports {
        let span = info_span!("write", node = %export.node.label);
        let file = export.write(table, files.len() + 1, &run, &counter).instrument(span).await?;
        tracing::debug!(node = %export.node, rows = file.rows, "result written");
        surroundings.tell(Moment::Written { file: &file });
        files.push(file);
    }
    Ok(JobOutcome {
        files,
        warnings: plan.warnings.into_iter().chain(run.meter.warnings()).collect(),
        rows_read: run.meter.rows_read(),
        rows_written: run.meter.rows_written(),
    })
}

/// The table that arrives at each terminal node, and the account of that node. No record is read yet,
/// but for headers.
async fn tables<'a>(
    plan: &'a JobPlan,
    run: &Run,
    surroundings: &Surroundings,
) -> Result<Vec<(&'a Export, Table, Arc<NodeCounter>)>, EngineError> {
    let terminals = plan.terminals_behind();
    let accounts = plan
        .steps
        .iter()
        .map(|step| surroundings.ledger.open(step, terminals.get(&step.id).copied().unwrap_or(1)));
    let counters: Vec<_> = accounts.collect();
    let mut tables: HashMap<u32, Table> = HashMap::new();
    let mut exports = Vec::new();
    for (planned, counter) in plan.steps.iter().zip(counters) {
        let input = planned.input.and_then(|input| tables.get(&input)).cloned();
        let table = match (&planned.step, input) {
            (Step::Source(source), None) => {
                let span = info_span!("open", node = %planned.node.label);
                let table = source.open(run, counter).instrument(span).await?;
                surroundings.tell(Moment::Opened { node: &planned.node, fields: table.fields.len() });
                table
            }
            (Step::Process(process), Some(input)) => process.apply(input, run, counter)?,
            (Step::Export(export), Some(input)) => {
                exports.push((export, input, counter));
                continue;
            }
            (_, _) => {
                return Err(EngineError::Branch(format!("{} has a wrong number of inputs", planned.node)));
            }
        };
        tables.insert(planned.id, table);
    }
    Ok(exports)
}
