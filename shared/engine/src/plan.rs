//! The plan of a job: its compiled nodes in order, before anything runs.

mod branch;
mod compiler;
mod gives;
mod parameters;
mod properties;

use std::collections::HashMap;

use satsuma_columns::DataModel;
use satsuma_stream::NodeFamily;

pub(crate) use self::branch::{Branch, candidates};
pub(crate) use self::compiler::{CompiledNode, Compiler, refuse_loops};
pub(crate) use self::properties::Prepared;
use crate::diagnostic::Diagnostics;
use crate::error::Diagnostic;
use crate::error::{EngineError, NodeError, NodeRef};
use crate::export_names::ResultNames;
use crate::graph::{Graph, Vertex};
use crate::limits;
use crate::node::{Compiled, Registry};
use crate::progress::Cancellation;
use crate::request::{Action, JobRequest};

/// A node of a plan.
pub(crate) struct Planned {
    pub(crate) node: NodeRef,
    /// The indexes of its input nodes in the plan.
    pub(crate) inputs: Vec<usize>,
    pub(crate) compiled: Compiled,
    /// Whether a later node uses the values of its fields.
    pub(crate) wants_values: bool,
    /// Whether its table is cached, because several nodes read it.
    pub(crate) is_kept: bool,
    /// Whether it trains a model.
    pub(crate) is_builder: bool,
}

/// The nodes of a job. Each node follows its inputs.
pub(crate) struct JobPlan {
    pub(crate) nodes: Vec<Planned>,
    /// The indexes of the terminal nodes, in execution order.
    pub(crate) terminals: Vec<usize>,
    pub(crate) warnings: Vec<String>,
    /// The explicit names of results in the job.
    pub(crate) names: ResultNames,
}

impl JobPlan {
    /// Compiles every node of the job's branches.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] with all obstacles, or the problem of the definition or the stream.
    /// [`EngineError::Canceled`] is checked before each node, because a large model takes a while to compile.
    pub(crate) fn new<'a>(
        request: &'a JobRequest,
        graph: &'a Graph<'a>,
        registry: &'static Registry,
        cancellation: &Cancellation,
    ) -> Result<Self, EngineError> {
        Self::tolerant(request, graph, registry, cancellation, false)
    }

    /// The same. If `continues`, branches of builders with obstacles are left out, with a warning each; at least one
    /// other branch must remain.
    pub(crate) fn tolerant<'a>(
        request: &'a JobRequest,
        graph: &'a Graph<'a>,
        registry: &'static Registry,
        cancellation: &Cancellation,
        continues: bool,
    ) -> Result<Self, EngineError> {
        let mut branch = Branch::of(request, graph)?;
        let mut diagnostics = Diagnostics::default();
        refuse_loops(request, &mut diagnostics);
        let of_job = diagnostics.into_list();
        let continues = continues && of_job.is_empty();
        let mut diagnostics = Diagnostics::default();
        diagnostics.extend(of_job);
        let mut compiler = Compiler::new(request, graph, registry, None);
        let mut compiled = Vec::with_capacity(branch.vertices.len());
        let mut obstacles: HashMap<Vertex, String> = HashMap::new();
        for &vertex in &branch.vertices {
            cancellation.check()?;
            let CompiledNode { node, diagnostics: found } = compiler.compile(vertex, &branch);
            if let (true, Some(first)) = (continues, found.first()) {
                // Its value may be a secret that the job sets.
                obstacles.insert(vertex, Diagnostic { value: None, ..first.clone() }.to_string());
            }
            diagnostics.extend(found);
            compiled.extend(node.map(|node| (vertex, node)));
        }
        if !(continues && branch.leave_out(graph, &obstacles)) {
            refused(diagnostics.into_list())?;
        }
        compiled.retain(|(vertex, _)| branch.vertices.contains(vertex));
        let mut names = ResultNames::default();
        for (vertex, node) in &compiled {
            let given = branch.export(*vertex).is_some();
            if let (Compiled::Terminal(terminal), Some(node), true) = (node, graph.node(*vertex), given) {
                names.reserve(terminal.as_ref(), &NodeRef::of(node.node))?;
            }
        }
        let nuggets = compiled.iter().enumerate().filter(|_| request.action == Action::Evaluation);
        let nuggets = nuggets.filter_map(|(place, (vertex, _))| Some((place, compiler.quality(*vertex)?)));
        let nuggets = nuggets.collect::<Vec<_>>();
        let mut plan = Self { names, ..Self::linked(compiled, &branch, graph) };
        plan.measure(nuggets);
        Ok(plan)
    }

    /// Adds ends that measure the quality of nuggets, behind all other ends.
    fn measure(&mut self, nuggets: Vec<(usize, Compiled)>) {
        for (place, compiled) in nuggets {
            let Some(node) = self.nodes.get(place).map(|planned| planned.node.clone()) else { continue };
            let inputs = vec![place];
            self.terminals.push(self.nodes.len());
            self.nodes.push(Planned {
                node,
                inputs,
                compiled,
                wants_values: false,
                is_kept: false,
                is_builder: false,
            });
        }
        mark_values(&mut self.nodes);
        mark_kept(&mut self.nodes);
    }

    fn linked(compiled: Vec<(Vertex, Compiled)>, branch: &Branch<'_>, graph: &Graph<'_>) -> Self {
        let places = compiled.iter().enumerate().map(|(place, (vertex, _))| (*vertex, place));
        let places: HashMap<Vertex, usize> = places.collect();
        let mut nodes = Vec::with_capacity(compiled.len());
        for (vertex, compiled) in compiled {
            let Some(node) = graph.node(vertex) else { continue };
            let inputs = match compiled {
                Compiled::Source(_) => Vec::new(),
                _ => node.inputs.iter().filter_map(|input| places.get(&input.from)).copied().collect(),
            };
            let is_builder = node.node.family() == NodeFamily::Builder;
            let node = NodeRef::of(node.node);
            nodes.push(Planned { node, inputs, compiled, wants_values: false, is_kept: false, is_builder });
        }
        let mut terminals =
            branch.terminals.iter().filter_map(|(end, _)| places.get(end)).copied().collect::<Vec<_>>();
        let runs_first = |place: &usize| match nodes.get(*place).map(|planned| &planned.compiled) {
            Some(Compiled::Terminal(terminal)) => terminal.runs_first(),
            _ => false,
        };
        terminals.sort_by_key(|place| !runs_first(place));
        mark_values(&mut nodes);
        mark_kept(&mut nodes);
        Self { nodes, terminals, warnings: branch.warnings.clone(), names: ResultNames::default() }
    }

    /// A node and all nodes that it reads from. Each node follows its inputs.
    pub(crate) fn upstream(&self, end: usize) -> Vec<usize> {
        let mut needed = vec![false; self.nodes.len()];
        if let Some(end) = needed.get_mut(end) {
            *end = true;
        }
        for place in (0..self.nodes.len()).rev() {
            if needed.get(place) != Some(&true) {
                continue;
            }
            for input in self.nodes.get(place).into_iter().flat_map(|planned| &planned.inputs) {
                if let Some(needed) = needed.get_mut(*input) {
                    *needed = true;
                }
            }
        }
        needed.iter().enumerate().filter(|(_, needed)| **needed).map(|(place, _)| place).collect()
    }

    /// Checks the fields that come out of every node, from those of the opened sources. Returns the nodes at which
    /// something is wrong, with the reasons; the nodes behind them are not checked.
    ///
    /// # Errors
    /// [`EngineError::Canceled`].
    pub(crate) fn wrong_fields(
        &self,
        opened: impl Fn(usize) -> Option<DataModel>,
        cancellation: &Cancellation,
    ) -> Result<Vec<(usize, EngineError)>, EngineError> {
        let mut wrong = Vec::new();
        // Unknown where records decide.
        let mut models: Vec<Option<DataModel>> = Vec::with_capacity(self.nodes.len());
        let mut count = FieldCount::default();
        for (place, planned) in self.nodes.iter().enumerate() {
            cancellation.check()?;
            let inputs = planned.inputs.iter().map(|input| models.get(*input).cloned().flatten());
            let inputs = inputs.collect::<Option<Vec<_>>>();
            let model = match (&planned.compiled, inputs) {
                (Compiled::Source(_), _) => Ok(opened(place)),
                (Compiled::Process(process), Some(inputs)) => known(process.model(&inputs)),
                (Compiled::Terminal(terminal), Some(inputs)) => match inputs.first() {
                    Some(input) => terminal.check(input).map(|()| None),
                    None => Ok(None),
                },
                (_, None) => Ok(None),
            };
            let model = model.and_then(|model| count.add(model));
            models.push(model.unwrap_or_else(|error| {
                wrong.push((place, error.at(&planned.node)));
                None
            }));
        }
        Ok(wrong)
    }
}

/// Counts the fields between the nodes of a plan.
#[derive(Debug, Default)]
pub(crate) struct FieldCount(usize);

impl FieldCount {
    /// Counts the fields that come out of a node.
    ///
    /// # Errors
    /// If there are more than [`PLAN_FIELDS`](limits::PLAN_FIELDS) by now.
    pub(crate) fn add(&mut self, model: Option<DataModel>) -> Result<Option<DataModel>, NodeError> {
        self.0 = self.0.saturating_add(model.as_ref().map_or(0, DataModel::len));
        match self.0 > limits::PLAN_FIELDS {
            true => Err(NodeError::unsupported(format!(
                "the nodes up to here pass on more than {} fields, all nodes counted; drop fields with a Filter node",
                limits::PLAN_FIELDS
            ))),
            false => Ok(model),
        }
    }
}

/// A model; `None` if it depends on records.
pub(crate) fn known(model: Result<DataModel, NodeError>) -> Result<Option<DataModel>, NodeError> {
    match model {
        Ok(model) => Ok(Some(model)),
        Err(NodeError::NeedsRecords) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fails with all diagnostics, if there are any.
fn refused(diagnostics: Vec<Diagnostic>) -> Result<(), EngineError> {
    if diagnostics.is_empty() { Ok(()) } else { Err(EngineError::of_diagnostics(diagnostics)) }
}

/// Marks the nodes whose values are used later.
fn mark_values(nodes: &mut [Planned]) {
    for place in (0..nodes.len()).rev() {
        let Some(planned) = nodes.get(place) else { continue };
        let uses = match &planned.compiled {
            Compiled::Source(_) => false,
            Compiled::Process(process) => process.uses_values(),
            Compiled::Terminal(terminal) => terminal.uses_values(),
        };
        if !uses && !planned.wants_values {
            continue;
        }
        for input in planned.inputs.clone() {
            if let Some(input) = nodes.get_mut(input) {
                input.wants_values = true;
            }
        }
    }
}

/// Marks the nodes whose table several nodes read. A node that only describes fields passes the mark on to
/// its input, so that the table also serves the input's other readers.
fn mark_kept(nodes: &mut [Planned]) {
    let mut readers = vec![0_usize; nodes.len()];
    for place in (0..nodes.len()).rev() {
        let Some(planned) = nodes.get_mut(place) else { continue };
        let read = readers.get(place).copied().unwrap_or_default();
        let is_free = matches!(&planned.compiled, Compiled::Process(process) if process.is_free());
        planned.is_kept = read > 1 && !is_free;
        let adds = if is_free { read.max(1) } else { 1 };
        for input in &planned.inputs {
            if let Some(readers) = readers.get_mut(*input) {
                *readers += adds;
            }
        }
    }
}
