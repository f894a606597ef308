//! Calls: selection of the function and its form.

use crate::error::{ClemError, ErrorKind, Result};
use crate::functions::{self, Body, Form, Function};
use crate::kind::Kind;
use crate::suggest::nearest;
use crate::syntax::{Node, NodeKind};

use super::{Checker, Part};

impl Checker<'_> {
    pub(super) fn call(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Result<Part> {
        let entries: Vec<&Function> = functions::named(name).collect();
        if entries.is_empty() {
            // FIELD(N) is a character of the field's text.
            return match (self.context.model.position(name), arguments) {
                (Some(field), [position]) => {
                    let base = self.field(node, field)?;
                    self.character(node, base, position)
                }
                _ if name.contains('.') => {
                    let reason = "it is a function of a database, which runs only within one";
                    Err(self.unsupported(node, name, reason))
                }
                _ => Err(self.unknown_function(node, name)),
            };
        }
        for entry in &entries {
            if let Some(reason) = entry.refusal() {
                return Err(self.unsupported(node, name, reason));
            }
        }
        let fits =
            |entry: &&&Function| matches!(entry.body, Body::Special) && arity(entry) == arguments.len();
        if entries.iter().any(|entry| fits(&entry)) {
            return self.special(node, name, arguments);
        }
        let forms = entries.iter().filter_map(|entry| match entry.body {
            Body::Forms(forms) => Some(forms),
            _ => None,
        });
        let forms = forms.flatten().filter(|form| form.parameters.len() == arguments.len());
        let forms: Vec<&Form> = forms.collect();
        if forms.is_empty() {
            return Err(self.wrong_arguments(node, name, &format!("{} arguments", arguments.len())));
        }
        let parts = arguments.iter().map(|argument| self.check(argument)).collect::<Result<Vec<_>>>()?;
        self.call_form(node, name, &forms, parts).map_err(|error| self.or_misspelt(arguments, error))
    }

    /// The error for arguments that no form accepts. A name in single quotes among them may be a misspelt
    /// field.
    fn or_misspelt(&self, arguments: &[Node], error: ClemError) -> ClemError {
        let quoted = arguments.iter().find_map(|argument| match &argument.kind {
            NodeKind::Quoted(name) if self.context.model.position(name).is_none() => Some((argument, name)),
            _ => None,
        });
        match (&error.kind, quoted) {
            (ErrorKind::Arguments { .. }, Some((argument, name))) => self.unknown_field(argument, name),
            _ => error,
        }
    }

    /// The first form whose parameters accept the arguments, preferably without a change of meaning.
    fn call_form(&self, node: &Node, name: &str, forms: &[&Form], parts: Vec<Part>) -> Result<Part> {
        let kinds: Vec<Kind> = parts.iter().map(|part| part.kind).collect();
        let accepts = |form: &Form, convert: fn(Kind, Kind) -> bool| {
            form.parameters.iter().zip(&kinds).all(|(parameter, kind)| convert(*kind, *parameter))
        };
        let strictly: fn(Kind, Kind) -> bool =
            |from, to| crate::kernels::convert::implicit(from, to).is_some();
        let leniently: fn(Kind, Kind) -> bool =
            |from, to| crate::kernels::convert::lenient(from, to).is_some();
        let found = forms.iter().find(|form| accepts(form, strictly));
        let found = found.or_else(|| forms.iter().find(|form| accepts(form, leniently)));
        let Some(form) = found else {
            let found: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            return Err(self.wrong_arguments(node, name, &format!("({})", found.join(", "))));
        };
        let convert =
            |(part, kind): (Part, &Kind)| self.lenient(part, *kind).unwrap_or_else(|| Ok(Part::null()));
        let parts = parts.into_iter().zip(form.parameters).map(convert).collect::<Result<_>>()?;
        self.apply(form.kernel, parts, form.result)
    }

    /// `"text"(3)`.
    pub(super) fn subscript(&mut self, base: &Node, position: &Node) -> Result<Part> {
        let part = self.check(base)?;
        self.character(base, part, position)
    }

    fn character(&mut self, node: &Node, base: Part, position: &Node) -> Result<Part> {
        let position = self.integer(position, "the position of a character")?;
        let forms: Vec<&Form> = functions::named("subscrs")
            .filter_map(|entry| match entry.body {
                Body::Forms(forms) => Some(forms),
                _ => None,
            })
            .flatten()
            .collect();
        self.call_form(node, "subscrs", &forms, vec![position, base])
    }

    pub(super) fn unknown_function(&self, node: &Node, name: &str) -> ClemError {
        let suggestion = nearest(name, functions::all().map(|function| function.name));
        self.error(node, ErrorKind::UnknownFunction { name: name.to_owned(), suggestion })
    }

    pub(super) fn wrong_arguments(&self, node: &Node, name: &str, found: &str) -> ClemError {
        let usages: Vec<&str> = functions::named(name).map(|function| function.usage).collect();
        let (function, expected) = (name.to_owned(), usages.join(" or "));
        self.error(node, ErrorKind::Arguments { function, expected, found: found.to_owned() })
    }
}

/// The number of arguments in a signature.
fn arity(function: &Function) -> usize {
    match function.usage.split_once('(') {
        Some((_, arguments)) => arguments.matches(',').count() + 1,
        None => 0,
    }
}
