//! What a job will do, understood and checked in full before anything runs.

use std::collections::{HashMap, HashSet};

use satsuma_stream::{Diagram, Stream};

use crate::branch::Branch;
use crate::error::{EngineError, NodeRef, list};
use crate::export::ResultNames;
use crate::nodes;
use crate::progress::Cancellation;
use crate::refusals::Refusals;
use crate::request::JobRequest;
use crate::step::{NodeContext, Step};

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

impl JobPlan {
    /// Understands every node of the branch.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] with everything on the branch that is not supported, or what is
    /// wrong with the definition, the branch or a model; [`EngineError::Canceled`], looked at before
    /// each node, because a large model takes a while to compile.
    pub(crate) fn new(request: &JobRequest, cancellation: &Cancellation) -> Result<Self, EngineError> {
        if !request.action.is_supported() {
            return Err(EngineError::Action(request.action));
        }
        if let Some(error) = unknown_parameters(request).into_iter().next() {
            return Err(error);
        }
        let branch = Branch::of(request)?;
        let mut refusals = Refusals::default();
        refuse_loops(request.stream.stream(), &mut refusals);
        let mut steps = Vec::with_capacity(branch.nodes.len());
        let diagram = &request.stream.stream().diagram;
        for &node in &branch.nodes {
            cancellation.check()?;
            let context = branch.context(request, node);
            steps.extend(plan_node(&context, diagram, &mut refusals)?);
        }
        refusals.finish()?;
        let mut names = ResultNames::default();
        for planned in &steps {
            if let Step::Export(export) = &planned.step {
                names.take(export)?;
            }
        }
        Ok(Self { steps, warnings: branch.warnings })
    }

    /// How many terminal nodes read from each node, directly or not.
    pub(crate) fn terminals_behind(&self) -> HashMap<u32, u64> {
        let inputs: HashMap<u32, Option<u32>> = self.steps.iter().map(|step| (step.id, step.input)).collect();
        let mut terminals = HashMap::new();
        for end in self.steps.iter().filter(|step| matches!(step.step, Step::Export(_))) {
            let before = |id: &u32| inputs.get(id).copied().flatten();
            // No branch is longer than the plan, be there a circle.
            for id in std::iter::successors(end.input, before).take(self.steps.len()) {
                *terminals.entry(id).or_default() += 1;
            }
        }
        terminals
    }
}

/// Understands a node of a diagram, or refuses it.
///
/// # Errors
/// If the node, or a model that it holds, is damaged.
pub(crate) fn plan_node(
    context: &NodeContext<'_>,
    diagram: &Diagram,
    refusals: &mut Refusals,
) -> Result<Option<Planned>, EngineError> {
    let node = context.node;
    let reference = NodeRef::of(node);
    if !node.enabled {
        refusals.of(&reference).value(
            "enabled",
            false,
            "the node is switched off; enable it or take it off the branch",
        );
        return Ok(None);
    }
    let Some(step) = nodes::understand(context, &mut refusals.of(&reference))? else {
        return Ok(None);
    };
    let inputs = diagram.inputs(node.id).map(|input| input.id.0).collect::<Vec<_>>();
    let wanted = usize::from(!matches!(step, Step::Source(_)));
    if inputs.len() != wanted {
        let reason = format!("it has {} links into it and takes {wanted}", inputs.len());
        refusals.of(&reference).node(reason);
        return Ok(None);
    }
    let writes = matches!(step, Step::Export(_));
    if context.is_end && !writes {
        refusals
            .of(&reference)
            .node("a branch ends here, but the node writes no records; put a Table behind it");
        return Ok(None);
    }
    if writes && diagram.outputs(node.id).next().is_some() {
        refusals.of(&reference).node("it has links out of it, and writes records instead of passing them on");
        return Ok(None);
    }
    Ok(Some(Planned { id: node.id.0, node: reference, input: inputs.first().copied(), step }))
}

/// Loops over values or fields would run the branch several times.
pub(crate) fn refuse_loops(stream: &Stream, refusals: &mut Refusals) {
    if stream.has_iteration_conditions() {
        refusals.of(&NodeRef::of_stream(stream)).value(
            "iterationConditions",
            "…",
            "looping and conditional execution are not supported",
        );
    }
}

/// Overrides must name parameters that the stream has. No node supported so far reads one.
pub(crate) fn unknown_parameters(request: &JobRequest) -> Vec<EngineError> {
    let all = &request.stream.stream().parameters;
    let known: HashSet<&str> = all.iter().map(|known| known.name.as_str()).collect();
    let unknown = request.parameters.iter().filter(|parameter| !known.contains(parameter.name.as_str()));
    let unknown = unknown.collect::<Vec<_>>();
    if unknown.is_empty() {
        return Vec::new();
    }
    let names = list(&all.iter().map(|known| known.name.clone()).collect::<Vec<_>>());
    let error =
        |name: &str| EngineError::Definition(format!("the stream has no parameter {name:?}; it has {names}"));
    unknown.into_iter().map(|parameter| error(&parameter.name)).collect()
}
