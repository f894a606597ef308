//! Runs a job: executes its plan, terminal node by terminal node.

use std::collections::HashMap;
use std::sync::Arc;

use satsuma_documents::{Document, Format as DocumentFormat};
use tracing::{Instrument, info_span};

use crate::data::Table;
use crate::environment::Environment;
use crate::error::EngineError;
use crate::event::Event;
use crate::exec::{TaskStatus, session};
use crate::export_names::ResultNames;
use crate::graph::Graph;
use crate::models;
use crate::node::{Compiled, Registry};
use crate::outcome::ResultFile;
use crate::outcome::{JobOutcome, Product};
use crate::plan::{JobPlan, Planned, Prepared};
use crate::progress::Meter;
use crate::request::JobRequest;
use crate::task::{NodeRun, RunState};

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
        let prepared = Prepared::new(request, self.registry)?;
        let outcome = self.run_job(&prepared.request, environment).await;
        match outcome {
            Ok(outcome) => {
                let warnings = outcome.warnings.into_iter().map(|warning| prepared.hidden(warning));
                Ok(JobOutcome { warnings: warnings.collect(), ..outcome })
            }
            Err(error) => Err(prepared.hide(error.within(&request.limits))),
        }
    }

    async fn run_job(
        &self,
        request: &JobRequest,
        environment: &Environment,
    ) -> Result<JobOutcome, EngineError> {
        let graph = Graph::of_job(request)?;
        let mut plan = info_span!("plan")
            .in_scope(|| JobPlan::new(request, &graph, self.registry, &environment.cancellation))?;
        let made = std::fs::create_dir_all(&request.work_dir);
        made.map_err(|error| EngineError::io("make folder", &request.work_dir, error))?;
        let names = std::mem::take(&mut plan.names);
        let mut run = Running::new(request, &plan, environment)?;
        run.open().await?;
        run.check()?;
        let files = run.terminals(request, names).await?;
        Ok(JobOutcome {
            files,
            warnings: plan.warnings.iter().cloned().chain(run.state.meter.warnings()).collect(),
            rows_read: run.state.meter.rows_read(),
            rows_written: run.state.meter.rows_written(),
        })
    }
}

/// A running job.
struct Running<'a> {
    plan: &'a JobPlan,
    state: Arc<RunState>,
    runs: Vec<NodeRun>,
    /// Tables computed so far, by the node's index in the plan.
    tables: HashMap<usize, Table>,
    environment: &'a Environment,
    documents: DocumentFormat,
}

impl<'a> Running<'a> {
    fn new(
        request: &JobRequest,
        plan: &'a JobPlan,
        environment: &'a Environment,
    ) -> Result<Self, EngineError> {
        let nodes = plan.nodes.iter().map(|planned| planned.node.clone()).collect::<Vec<_>>();
        environment.publish(Event::Planned { nodes: &nodes });
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
            plan,
            runs: runs.collect(),
            state,
            tables: HashMap::new(),
            environment,
            documents: request.documents,
        })
    }

    fn planned(&self, place: usize) -> Result<(&'a Planned, NodeRun), EngineError> {
        match (self.plan.nodes.get(place), self.runs.get(place)) {
            (Some(planned), Some(run)) => Ok((planned, run.clone())),
            _ => Err(EngineError::Query(format!("the plan has no node {place}"))),
        }
    }

    /// Opens all sources: reads headers, but no records.
    async fn open(&mut self) -> Result<(), EngineError> {
        for place in 0..self.plan.nodes.len() {
            self.environment.cancellation.check()?;
            let (planned, run) = self.planned(place)?;
            let Compiled::Source(source) = &planned.compiled else { continue };
            let span = info_span!("open", node = %planned.node.label);
            let opened = source.open(&run).instrument(span).await.map_err(|error| error.at(&planned.node))?;
            run.counter().counts_rows();
            self.environment.publish(Event::Opened { node: &planned.node, fields: opened.model().len() });
            self.tables.insert(place, opened);
        }
        Ok(())
    }

    /// Checks the fields of all nodes, before the first record.
    fn check(&self) -> Result<(), EngineError> {
        let opened = |place: usize| self.tables.get(&place).map(|table| table.model().clone());
        self.plan.check_fields(opened, &self.environment.cancellation)
    }

    async fn terminals(
        &mut self,
        request: &JobRequest,
        mut names: ResultNames,
    ) -> Result<Vec<ResultFile>, EngineError> {
        let environment = self.environment;
        let mut files = Vec::new();
        let mut models = Vec::new();
        for &place in &self.plan.terminals {
            let (planned, run) = self.planned(place)?;
            let Compiled::Terminal(terminal) = &planned.compiled else { continue };
            let Some(&input) = planned.inputs.first() else { continue };
            let table = self.table(input).await?;
            let span = info_span!("terminal", node = %planned.node.label);
            let products = terminal.run(table, &run).instrument(span).await;
            let products = products.map_err(|error| error.at(&planned.node))?;
            let before = files.len();
            for product in products {
                let mut file = match product {
                    Product::File(file) => file,
                    Product::Document(name, document) => self.written(name, &document, &run)?,
                    Product::Globals(values) => {
                        self.state.set_globals(values);
                        continue;
                    }
                    Product::Model(nugget) => {
                        models.push((planned.node.clone(), *nugget));
                        continue;
                    }
                };
                file.name = names.next(&file.name, &planned.node);
                environment.publish(Event::Written { file: &file });
                files.push(file);
            }
            if files.len() == before {
                environment.publish(Event::Finished { node: &planned.node });
            }
        }
        if let Some(file) = models::write(models, request, &self.state, &mut names)? {
            environment.publish(Event::Written { file: &file });
            files.push(file);
        }
        Ok(files)
    }

    /// A document as a file.
    fn written(&self, name: String, document: &Document, run: &NodeRun) -> Result<ResultFile, EngineError> {
        let path = run.result_path(self.documents.extension());
        let text = self.documents.write(document);
        std::fs::write(&path, &text).map_err(|error| EngineError::io("write", &path, error))?;
        let (bytes, media_type) = (text.len() as u64, self.documents.media_type());
        run.written(0, bytes)?;
        Ok(ResultFile { name, path, media_type, rows: 0, bytes, node: run.node().label.clone() })
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
            let mut table = made.map_err(|error| error.at(&planned.node))?;
            if planned.is_kept {
                let span = info_span!("keep", node = %planned.node.label);
                let kept = table.cached(&run).instrument(span).await;
                table = kept.map_err(|error| error.at(&planned.node))?;
            }
            run.made();
            self.tables.insert(place, table);
        }
        self.tables.get(&end).cloned().ok_or_else(|| EngineError::Query(format!("node {end} has no table")))
    }
}
