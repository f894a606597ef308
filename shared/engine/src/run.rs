//! Runs a job: executes its plan, terminal node by terminal node.

mod building;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use satsuma_documents::{Document, Format as DocumentFormat};
use satsuma_stream::StreamFile;
use tracing::{Instrument, info_span};

use crate::data::Table;
use crate::environment::Environment;
use crate::error::{EngineError, NodeError, NodeRef, without_node};
use crate::event::Event;
use crate::exec::{Records, TaskStatus, decode, session};
use crate::export_names::ResultNames;
use crate::graph::Graph;
use crate::limits::Limits;
use crate::node::{Compiled, Registry};
use crate::outcome::ResultFile;
use crate::outcome::{JobOutcome, Product};
use crate::plan::{JobPlan, Planned, Prepared};
use crate::progress::{Cancellation, Meter};
use crate::request::JobRequest;
use crate::task::{NodeRun, RunState};
use crate::training::{BuiltModel, Training};

use self::building::Building;

/// The engine: a registry of node types, and the operations on streams of such nodes.
#[derive(Debug, Clone, Copy)]
pub struct Engine {
    pub(crate) registry: &'static Registry,
}

impl Engine {
    /// An engine with these node types.
    pub const fn new(registry: &'static Registry) -> Self {
        Self { registry }
    }

    /// Runs a job.
    ///
    /// Everything that can be refused is refused before the first record is read. Nothing is published: after
    /// an error the caller deletes the work folder.
    ///
    /// # Errors
    /// Any [`EngineError`].
    pub async fn run(
        &self,
        request: &JobRequest,
        environment: &Environment,
    ) -> Result<JobOutcome, EngineError> {
        self.train(request, &Training::default(), environment).await
    }

    /// Runs a job whose builders train by these options.
    ///
    /// # Errors
    /// Any [`EngineError`]. If builders may fail, only an error that ends all of them, or the first one's if no
    /// builder made a model.
    pub async fn train(
        &self,
        request: &JobRequest,
        training: &Training,
        environment: &Environment,
    ) -> Result<JobOutcome, EngineError> {
        let prepared = Prepared::new(request, self.registry)?;
        let job = Job { prepared: &prepared, original: &request.stream, training, environment };
        match self.run_job(&job).await {
            Ok(outcome) => {
                let warnings = outcome.warnings.into_iter().map(|warning| prepared.hidden(warning));
                Ok(JobOutcome { warnings: warnings.collect(), ..outcome })
            }
            Err(error) => Err(prepared.hide(error.within(&request.limits))),
        }
    }

    /// The records of an encoded plan, in order. They do not depend on the number of partitions, which the limits
    /// have. Other data than those that the plan names are not read; a plan is as trusted as code.
    ///
    /// # Errors
    /// [`EngineError::Undecodable`] if the bytes are no plan of this version.
    pub fn records_of_plan(
        &self,
        plan: &[u8],
        work_dir: &Path,
        limits: Limits,
        cancellation: &Cancellation,
    ) -> Result<Records, EngineError> {
        let meter = Arc::new(Meter::new(cancellation.clone(), None, limits));
        let session = session(work_dir, &limits, TaskStatus::new(meter, Vec::new()))?;
        let table = decode(plan, self.registry.kinds, &session.state(), limits.partitions)?;
        let node = NodeRef { label: "plan".to_owned(), kind: "encoded".to_owned(), uid: String::new() };
        table.records((usize::MAX, node), &session)
    }

    async fn run_job(&self, job: &Job<'_>) -> Result<JobOutcome, EngineError> {
        let (request, environment) = (job.prepared.request.as_ref(), job.environment);
        let graph = Graph::of_job(request)?;
        let tolerant = job.training.continues_on_failure;
        let mut plan = info_span!("plan").in_scope(|| {
            JobPlan::tolerant(request, &graph, self.registry, &environment.cancellation, tolerant)
        })?;
        let made = std::fs::create_dir_all(&request.work_dir);
        made.map_err(|error| EngineError::io("make folder", &request.work_dir, error))?;
        let names = std::mem::take(&mut plan.names);
        let mut run = Running::new(job, &plan, self.registry)?;
        run.open().await?;
        run.check()?;
        let (files, models) = run.terminals(job, names).await?;
        Ok(JobOutcome {
            files,
            models,
            warnings: plan.warnings.iter().cloned().chain(run.state.meter.warnings()).collect(),
            rows_read: run.state.meter.rows_read(),
            rows_written: run.state.meter.rows_written(),
        })
    }
}

/// A job to run.
struct Job<'a> {
    prepared: &'a Prepared<'a>,
    /// The stream without the overrides of the job.
    original: &'a StreamFile,
    training: &'a Training,
    environment: &'a Environment,
}

/// A running job.
struct Running<'a> {
    request: &'a JobRequest,
    registry: &'static Registry,
    training: &'a Training,
    plan: &'a JobPlan,
    state: Arc<RunState>,
    runs: Vec<NodeRun>,
    /// Tables computed so far, by the node's index in the plan.
    tables: HashMap<usize, Table>,
    /// Nodes that failed, where the builders of other branches continue.
    broken: Vec<(usize, EngineError)>,
    environment: &'a Environment,
}

impl<'a> Running<'a> {
    fn new(job: &Job<'a>, plan: &'a JobPlan, registry: &'static Registry) -> Result<Self, EngineError> {
        let (request, training, environment) = (job.prepared.request.as_ref(), job.training, job.environment);
        let nodes = plan.nodes.iter().map(|planned| planned.node.clone()).collect::<Vec<_>>();
        environment.publish(Event::Planned { nodes: &nodes });
        let builders = plan.terminals.iter().filter_map(|place| plan.nodes.get(*place));
        let builders = builders.filter(|planned| planned.is_builder).map(|planned| planned.node.clone());
        let builders = builders.collect::<Vec<_>>();
        if !builders.is_empty() {
            environment.publish(Event::Builders { nodes: &builders });
        }
        let meter =
            Meter::new(environment.cancellation.clone(), environment.progress.clone(), request.limits);
        let meter = Arc::new(meter);
        let counters = plan.nodes.iter().map(|planned| {
            let is_terminal = matches!(planned.compiled, Compiled::Terminal(_));
            environment.statistics.add(&planned.node, planned.inputs.clone(), is_terminal)
        });
        let counters = counters.collect::<Vec<_>>();
        let status = TaskStatus::new(Arc::clone(&meter), counters.clone());
        let session = session(&request.work_dir, &request.limits, status)?;
        let state = Arc::new(RunState::new(request, session, meter, Arc::clone(&environment.data)));
        let runs = plan.nodes.iter().zip(counters).enumerate();
        let runs = runs.map(|(place, (planned, counter))| {
            NodeRun::new(Arc::clone(&state), place, planned.node.clone(), counter, planned.wants_values)
        });
        Ok(Self {
            request,
            registry,
            training,
            plan,
            runs: runs.collect(),
            state,
            tables: HashMap::new(),
            broken: Vec::new(),
            environment,
        })
    }

    fn planned(&self, place: usize) -> Result<(&'a Planned, NodeRun), EngineError> {
        match (self.plan.nodes.get(place), self.runs.get(place)) {
            (Some(planned), Some(run)) => Ok((planned, run.clone())),
            _ => Err(EngineError::Query(format!("the plan has no node {place}"))),
        }
    }

    /// A node failed: the job ends, unless builders of other branches continue.
    fn broke(&mut self, place: usize, error: EngineError) -> Result<(), EngineError> {
        if !self.training.continues_on_failure || error.is_fatal() {
            return Err(error);
        }
        self.broken.push((place, error));
        Ok(())
    }

    /// Opens all sources: reads headers, but no records.
    async fn open(&mut self) -> Result<(), EngineError> {
        for place in 0..self.plan.nodes.len() {
            self.environment.cancellation.check()?;
            let (planned, run) = self.planned(place)?;
            let Compiled::Source(source) = &planned.compiled else { continue };
            let span = info_span!("open", node = %planned.node.label);
            match source.open(&run).instrument(span).await {
                Ok(opened) => {
                    run.counter().counts_rows();
                    let fields = opened.model().len();
                    self.environment.publish(Event::Opened { node: &planned.node, fields });
                    self.tables.insert(place, opened);
                }
                Err(error) => self.broke(place, error.at(&planned.node))?,
            }
        }
        Ok(())
    }

    /// Checks the fields of all nodes, before the first record.
    fn check(&mut self) -> Result<(), EngineError> {
        let opened = |place: usize| self.tables.get(&place).map(|table| table.model().clone());
        let wrong = self.plan.wrong_fields(opened, &self.environment.cancellation)?;
        wrong.into_iter().try_for_each(|(place, error)| self.broke(place, error))
    }

    async fn terminals(
        &mut self,
        job: &Job<'_>,
        mut names: ResultNames,
    ) -> Result<(Vec<ResultFile>, Vec<BuiltModel>), EngineError> {
        let environment = self.environment;
        let mut files = Vec::new();
        let mut building = Building::of(job.original.clone());
        for &place in &self.plan.terminals {
            let (planned, _) = self.planned(place)?;
            if planned.is_builder {
                environment.publish(Event::Building { node: &planned.node });
            }
            match self.terminal(place, &mut names, &mut files, &mut building).await {
                Ok(()) => {}
                Err(error) if !planned.is_builder || error.is_fatal() => return Err(error),
                Err(error) if !self.training.continues_on_failure => return Err(error),
                Err(error) => {
                    let error = job.prepared.hide(error);
                    let reason = error.to_string();
                    environment.publish(Event::NotBuilt { node: &planned.node, reason: &reason });
                    let reason = without_node(&reason, &planned.node);
                    self.state.meter.warn(&planned.node, format!("it built no model: {reason}"), 1);
                    building.failure.get_or_insert(error);
                }
            }
        }
        let (models, built) = building.finish()?;
        if !built.is_empty() {
            self.warn_of_orphans(models.stream());
        }
        if let Some(file) = models.write(self.training.name.as_deref(), &self.state, &mut names)? {
            environment.publish(Event::Written { file: &file });
            files.push(file);
        }
        Ok((files, built))
    }

    /// Runs a terminal node.
    async fn terminal(
        &mut self,
        place: usize,
        names: &mut ResultNames,
        files: &mut Vec<ResultFile>,
        building: &mut Building,
    ) -> Result<(), EngineError> {
        let environment = self.environment;
        let (planned, run) = self.planned(place)?;
        let Compiled::Terminal(terminal) = &planned.compiled else { return Ok(()) };
        let Some(&input) = planned.inputs.first() else { return Ok(()) };
        let upstream = self.plan.upstream(place);
        if let Some(at) = self.broken.iter().position(|(broken, _)| upstream.contains(broken)) {
            let (_, error) = self.broken.get(at).ok_or(EngineError::Canceled)?;
            return Err(error.copied());
        }
        let mut table = self.table(input).await?;
        if planned.is_builder && terminal.predicts() {
            // The records are read again, to measure the model.
            table = self.kept(input, table).await?;
        }
        let span = info_span!("terminal", node = %planned.node.label);
        let before = self.plan.nodes.get(input).and_then(|planned| planned.inputs.first());
        let before = before.and_then(|place| self.tables.get(place)).map(|table| table.model().clone());
        let products = terminal.run_behind(before.as_ref(), table.clone(), &run).instrument(span).await;
        let products = products.map_err(|error| error.at(&planned.node))?;
        let before = files.len();
        let mut has_model = false;
        for product in products {
            let mut file = match product {
                Product::File(file) => file,
                Product::Document(name, document, format) => written(name, &document, format, &run)?,
                Product::Globals(values) => {
                    self.state.set_globals(values);
                    continue;
                }
                Product::Model(nugget) => {
                    has_model = true;
                    self.take_model(planned, &nugget, &table, &run, building).await?;
                    continue;
                }
            };
            file.name = names.next(&file.name, &planned.node);
            environment.publish(Event::Written { file: &file });
            files.push(file);
        }
        if files.len() == before && !has_model {
            environment.publish(Event::Finished { node: &planned.node });
        }
        Ok(())
    }

    /// The table of a node, computed once from here on.
    async fn kept(&mut self, place: usize, table: Table) -> Result<Table, EngineError> {
        let (planned, run) = self.planned(place)?;
        if planned.is_kept {
            return Ok(table);
        }
        let span = info_span!("keep", node = %planned.node.label);
        let kept = table.cached(&run).instrument(span).await.map_err(|error| error.at(&planned.node))?;
        self.tables.insert(place, kept.clone());
        Ok(kept)
    }

    /// The table of a node, after the tables of all nodes that it reads from.
    async fn table(&mut self, end: usize) -> Result<Table, EngineError> {
        for place in self.plan.upstream(end) {
            self.environment.cancellation.check()?;
            let (planned, run) = self.planned(place)?;
            let known = self.tables.remove(&place);
            if let (Some(table), true) = (&known, run.is_made()) {
                self.tables.insert(place, table.clone());
                continue;
            }
            let made = match (&planned.compiled, known) {
                (Compiled::Source(source), Some(opened)) if planned.wants_values => {
                    source.instantiate(opened, &run).await
                }
                (Compiled::Source(_), Some(opened)) => Ok(opened),
                (Compiled::Process(process), _) => {
                    let inputs = planned.inputs.iter().filter_map(|input| self.tables.get(input)).cloned();
                    process.table(inputs.collect(), &run).await
                }
                _ => continue,
            };
            let made = match made {
                Ok(table) if planned.is_kept => {
                    let span = info_span!("keep", node = %planned.node.label);
                    table.cached(&run).instrument(span).await
                }
                other => other,
            };
            let table = match made.map_err(|error| error.at(&planned.node)) {
                Ok(table) => table,
                Err(error) => {
                    // Other branches that read from this node fail with the same reason.
                    self.broken.push((place, error.copied()));
                    return Err(error);
                }
            };
            run.made();
            self.tables.insert(place, table);
        }
        self.tables.get(&end).cloned().ok_or_else(|| EngineError::Query(format!("node {end} has no table")))
    }
}

/// A document as a file.
fn written(
    name: String,
    document: &Document,
    format: DocumentFormat,
    run: &NodeRun,
) -> Result<ResultFile, EngineError> {
    let path = run.result_path(format.extension());
    let content = format.write(document).map_err(|error| NodeError::unsupported(error.to_string()));
    let content = content.map_err(|error| error.at(run.node()))?;
    std::fs::write(&path, &content).map_err(|error| EngineError::io("write", &path, error))?;
    let (bytes, media_type) = (content.len() as u64, format.media_type());
    run.written(0, bytes)?;
    Ok(ResultFile { name, path, media_type, rows: 0, bytes, node: run.node().label.clone() })
}
