//! The graph of a job: the stream's graph with the job's parameters.

use crate::error::{EngineError, list};
use crate::graph::{Graph, ScopeId};
use crate::request::{JobRequest, ParameterOverride};

impl<'a> Graph<'a> {
    /// The graph of a job's stream, with the values of the job's parameters.
    ///
    /// # Errors
    /// The first override with an unknown parameter, or an invalid value.
    pub(crate) fn of_job(request: &'a JobRequest) -> Result<Self, EngineError> {
        let mut graph = Self::flatten(request.stream.stream());
        match graph.set_parameters(&request.parameters).into_iter().next() {
            Some(error) => Err(error),
            None => Ok(graph),
        }
    }

    /// Sets parameters; returns the invalid overrides.
    pub(crate) fn set_parameters(&mut self, overrides: &[ParameterOverride]) -> Vec<EngineError> {
        overrides.iter().filter_map(|given| self.set_parameter(given).err()).collect()
    }

    fn set_parameter(&mut self, given: &ParameterOverride) -> Result<(), EngineError> {
        let Some((scope, name)) = self.find_parameter(&given.name) else {
            let known = list(&self.parameter_names());
            let name = &given.name;
            return Err(EngineError::Definition(format!(
                "the stream has no parameter {name:?}; it has {known}"
            )));
        };
        let Some(scope) = self.scope_mut(scope) else { return Ok(()) };
        scope
            .set(&name, &given.value)
            .map_err(|reason| EngineError::Definition(format!("parameter {:?}: {reason}", given.name)))
    }

    /// A parameter of the stream by its name, or one of a supernode as `supernode.parameter`.
    pub(super) fn find_parameter(&self, name: &str) -> Option<(ScopeId, String)> {
        let stream = ScopeId::default();
        if self.scope(stream).is_some_and(|scope| scope.values.contains_key(name)) {
            return Some((stream, name.to_owned()));
        }
        let mut scopes = self.scopes().skip(1);
        scopes.find_map(|(id, scope)| {
            let own = name.strip_prefix(scope.label.as_str())?.strip_prefix('.')?;
            scope.values.contains_key(own).then(|| (id, own.to_owned()))
        })
    }

    fn parameter_names(&self) -> Vec<String> {
        let named = self.scopes().flat_map(|(id, scope)| {
            let prefix = if id == ScopeId::default() { String::new() } else { format!("{}.", scope.label) };
            scope.values.keys().map(move |name| format!("{prefix}{name}")).collect::<Vec<_>>()
        });
        named.collect()
    }
}
