//! Compiles the nodes of a graph.

use std::time::{Duration, Instant};

use satsuma_stream::NodeFamily;

use super::branch::Branch;
use crate::compile::Compile;
use crate::diagnostic::{Diagnostics, NodeDiagnostics, Reported};
use crate::error::Diagnostic;
use crate::error::{Category, NodeRef};
use crate::graph::{Graph, GraphNode, Vertex};
use crate::limits::INPUTS;
use crate::node::{Compiled, Inputs, Registry};
use crate::request::{ExportOverride, JobRequest, SourceOverride};

/// A compiled node; `None` if the diagnostics have the reason.
pub(crate) struct CompiledNode {
    pub(crate) node: Option<Compiled>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Compiles the nodes of a graph for a job.
pub(crate) struct Compiler<'a> {
    request: &'a JobRequest,
    graph: &'a Graph<'a>,
    registry: &'static Registry,
    begun: Instant,
    /// After this time, no further nodes are compiled.
    time: Option<Duration>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(
        request: &'a JobRequest,
        graph: &'a Graph<'a>,
        registry: &'static Registry,
        time: Option<Duration>,
    ) -> Self {
        Self { request, graph, registry, begun: Instant::now(), time }
    }

    /// Compiles a node of a branch, with the overrides of the job.
    pub(crate) fn compile(&mut self, vertex: Vertex, branch: &Branch<'a>) -> CompiledNode {
        let overridden = Overrides { source: branch.source(vertex), export: branch.export(vertex) };
        self.compile_with(vertex, &overridden, branch.ends_with(vertex))
    }

    /// Compiles a node of the unchanged stream.
    pub(crate) fn compile_plain(&mut self, vertex: Vertex, is_end: bool) -> CompiledNode {
        self.compile_with(vertex, &Overrides { source: None, export: None }, is_end)
    }

    /// Compiles the end that measures the quality of a nugget; `None` for other nodes.
    pub(crate) fn quality(&self, vertex: Vertex) -> Option<Compiled> {
        let node = self.graph.node(vertex).filter(|node| node.node.family() == NodeFamily::Nugget)?;
        let mut diagnostics = Diagnostics::default();
        let diagnostics = NodeDiagnostics::new(node.node, &mut diagnostics);
        let mut compile =
            Compile { request: self.request, graph: self.graph, node, source: None, diagnostics };
        (self.registry.quality)(&mut compile)
    }

    fn compile_with(&mut self, vertex: Vertex, overrides: &Overrides<'a>, is_end: bool) -> CompiledNode {
        let mut diagnostics = Diagnostics::default();
        let Some(node) = self.graph.node(vertex) else {
            return CompiledNode { node: None, diagnostics: Vec::new() };
        };
        if let Some(time) = self.time.filter(|time| self.begun.elapsed() > *time) {
            let message = format!("not checked: the stream took more than {} s", time.as_secs());
            let diagnostic = Diagnostic {
                node: Some(NodeRef::of(node.node)),
                ..Diagnostic::new(Category::System, message)
            };
            return CompiledNode { node: None, diagnostics: vec![diagnostic] };
        }
        let mut compile = Compile {
            request: self.request,
            graph: self.graph,
            node,
            source: overrides.source,
            diagnostics: NodeDiagnostics::new(node.node, &mut diagnostics),
        };
        let compiled = self.node(&mut compile, overrides, is_end).ok();
        let outputs = self.graph.outputs(vertex).len();
        let compiled = compiled.filter(|compiled| ends_well(compiled, &mut compile, is_end, outputs));
        let diagnostics = diagnostics.into_list();
        CompiledNode { node: compiled, diagnostics }
    }

    fn node(
        &self,
        compile: &mut Compile<'_>,
        overrides: &Overrides<'a>,
        is_end: bool,
    ) -> Result<Compiled, Reported> {
        let node = compile.graph_node();
        if !node.node.enabled {
            let message = "the node is disabled; enable it or remove it from the branch";
            return Err(compile.refuse_value("enabled", false, message));
        }
        if let (Some(export), true) = (overrides.export, is_end) {
            check_inputs(compile, node, Inputs::One)?;
            return (self.registry.replaced_export)(compile, export);
        }
        match (self.registry.find(&node.node.node_type), overrides.source) {
            // A source whose own settings define how to read a file.
            (Some(known), Some(_)) if known.inputs == Inputs::None => (known.compile)(compile),
            (_, Some(source)) => {
                check_inputs(compile, node, Inputs::None)?;
                (self.registry.replaced_source)(compile, source)
            }
            (Some(known), None) => {
                check_inputs(compile, node, known.inputs)?;
                (known.compile)(compile)
            }
            (None, None) => Err(compile.refuse("this type of node is not supported yet")),
        }
    }
}

struct Overrides<'a> {
    source: Option<&'a SourceOverride>,
    export: Option<&'a ExportOverride>,
}

fn check_inputs(compile: &mut Compile<'_>, node: &GraphNode<'_>, wanted: Inputs) -> Result<(), Reported> {
    let found = node.inputs.len();
    if found > INPUTS {
        return Err(
            compile.refuse(format!("it has more than {INPUTS} inputs; at most {INPUTS} are supported"))
        );
    }
    match wanted {
        Inputs::None if found == 0 => Ok(()),
        Inputs::One if found == 1 => Ok(()),
        Inputs::Many if found > 0 => Ok(()),
        Inputs::None => Err(compile.refuse(format!("it has {found} inputs; this node takes none"))),
        Inputs::One => Err(compile.refuse(format!("it has {found} inputs; this node takes one"))),
        Inputs::Many => Err(compile.refuse("it has no input; this node takes at least one")),
    }
}

/// Whether a node ends its branch, or has output records, as the branch requires.
fn ends_well(compiled: &Compiled, compile: &mut Compile<'_>, is_end: bool, outputs: usize) -> bool {
    match compiled {
        Compiled::Terminal(_) if outputs > 0 => {
            compile.refuse("it has outputs; this node ends a branch");
            false
        }
        Compiled::Source(_) | Compiled::Process(_) if is_end => {
            compile.refuse("a branch ends here, but the node writes no records; add a Table node after it");
            false
        }
        _ => true,
    }
}

/// Loops over values or fields would run a branch several times.
pub(crate) fn refuse_loops(request: &JobRequest, diagnostics: &mut Diagnostics) {
    let stream = request.stream.stream();
    if stream.has_iteration_conditions() {
        diagnostics.push(Diagnostic {
            value: Some("…".to_owned()),
            ..Diagnostic::unsupported(
                NodeRef::of_stream(stream),
                Some("iterationConditions".into()),
                "looping and conditional execution are not supported",
            )
        });
    }
}
