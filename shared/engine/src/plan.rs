//! What a job will do, understood and checked in full before anything runs.

use async_trait::async_trait;
use satsuma_stream::{Node, Stream};

use crate::branch::Branch;
use crate::error::{EngineError, NodeRef, list};
use crate::export::Export;
use crate::nodes;
use crate::progress::Cancellation;
use crate::refusals::Refusals;
use crate::request::{Action, ExportOverride, JobRequest, SourceOverride};
use crate::run::Run;
use crate::table::Table;

/// A source node, understood.
#[async_trait]
pub(crate) trait Source: Send + Sync {
    /// The table that it reads. Only headers are read now; records when the plan runs.
    async fn open(&self, run: &Run) -> Result<Table, EngineError>;
}

/// A node that turns one table into another, understood.
pub(crate) trait Process: Send + Sync {
    /// The table that it makes of `input`. Nothing runs yet.
    fn apply(&self, input: Table, run: &Run) -> Result<Table, EngineError>;
}

/// What a node does.
pub(crate) enum Step {
    Source(Box<dyn Source>),
    Process(Box<dyn Process>),
    Export(Export),
}

/// A node's place in the plan.
pub(crate) struct Planned {
    pub(crate) id: u32,
    pub(crate) node: NodeRef,
    pub(crate) input: Option<u32>,
    pub(crate) step: Step,
}

/// The nodes of a job's branch, every one after its input.
pub(crate) struct JobPlan {
    pub(crate) steps: Vec<Planned>,
    pub(crate) warnings: Vec<String>,
}

/// What a node is understood from.
pub(crate) struct NodeContext<'a> {
    pub(crate) request: &'a JobRequest,
    pub(crate) node: &'a Node,
    pub(crate) source: Option<&'a SourceOverride>,
    pub(crate) export: Option<&'a ExportOverride>,
}

impl NodeContext<'_> {
    pub(crate) fn stream(&self) -> &Stream {
        self.request.stream.stream()
    }
}

impl JobPlan {
    /// Understands every node of the branch.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] with everything on the branch that is not supported, or what is
    /// wrong with the definition, the branch or a model; [`EngineError::Canceled`], looked at before
    /// each node, because a large model takes a while to compile.
    pub(crate) fn new(request: &JobRequest, cancellation: &Cancellation) -> Result<Self, EngineError> {
        if request.action != Action::BatchScore {
            return Err(EngineError::Action(request.action));
        }
        check_parameters(request)?;
        let branch = Branch::scoring(request)?;
        let mut refusals = Refusals::default();
        refuse_loops(request.stream.stream(), &mut refusals);
        let mut steps = Vec::with_capacity(branch.nodes.len());
        for &node in &branch.nodes {
            cancellation.check()?;
            steps.extend(plan_node(request, &branch, node, &mut refusals)?);
        }
        refusals.finish()?;
        Ok(Self { steps, warnings: branch.warnings })
    }
}

fn plan_node(
    request: &JobRequest,
    branch: &Branch<'_>,
    node: &Node,
    refusals: &mut Refusals,
) -> Result<Option<Planned>, EngineError> {
    let reference = NodeRef::of(node);
    let context = NodeContext {
        request,
        node,
        source: branch.sources.iter().find(|(replaced, _)| replaced.id == node.id).map(|(_, source)| *source),
        export: branch.terminals.iter().find(|(end, _)| end.id == node.id).and_then(|(_, export)| *export),
    };
    if !node.enabled {
        refusals.of(&reference).value(
            "enabled",
            false,
            "the node is switched off; enable it or take it off the branch",
        );
        return Ok(None);
    }
    let Some(step) = nodes::understand(&context, &mut refusals.of(&reference))? else {
        return Ok(None);
    };
    let inputs = request.stream.stream().diagram.inputs(node.id).map(|input| input.id.0).collect::<Vec<_>>();
    let wanted = usize::from(!matches!(step, Step::Source(_)));
    if inputs.len() != wanted {
        let reason = format!("it has {} links into it and takes {wanted}", inputs.len());
        refusals.of(&reference).node(reason);
        return Ok(None);
    }
    Ok(Some(Planned { id: node.id.0, node: reference, input: inputs.first().copied(), step }))
}

/// Loops over values or fields would run the branch several times.
fn refuse_loops(stream: &Stream, refusals: &mut Refusals) {
    if stream.has_iteration_conditions() {
        let whole = NodeRef { label: stream.name.clone(), kind: "stream".to_owned() };
        refusals.of(&whole).value(
            "iterationConditions",
            "…",
            "looping and conditional execution are not supported",
        );
    }
}

/// Overrides must name parameters that the stream has. No node supported so far reads one.
fn check_parameters(request: &JobRequest) -> Result<(), EngineError> {
    let known = &request.stream.stream().parameters;
    for parameter in &request.parameters {
        if !known.iter().any(|known| known.name == parameter.name) {
            let names = known.iter().map(|known| known.name.clone()).collect::<Vec<_>>();
            let (name, names) = (&parameter.name, list(&names));
            return Err(EngineError::Definition(format!(
                "the stream has no parameter {name:?}; it has {names}"
            )));
        }
    }
    Ok(())
}
