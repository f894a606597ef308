//! Functions of lists.

use satsuma_columns::Storage;

use crate::error::{ErrorKind, Result};
use crate::kernels::{Kernel, compare, lists};
use crate::kind::Kind;
use crate::syntax::{MAX_ITEMS, Node, NodeKind, Pattern};

use super::{Checker, Part};

impl Checker<'_> {
    /// The items of a list: `[a b]`, `@FIELDS_BETWEEN(a, b)`, `@FIELDS_MATCHING('a*')`.
    pub(super) fn list(&mut self, node: &Node, function: &str) -> Result<Vec<Part>> {
        let parts = match &node.kind {
            NodeKind::List(items) => {
                let mut parts = Vec::new();
                for item in items {
                    match &item.kind {
                        NodeKind::List(_) => {
                            return Err(self.unsupported(item, "a list of lists", "use one list"));
                        }
                        NodeKind::Call(name, _) if name.starts_with("@FIELDS_") => {
                            parts.extend(self.list(item, function)?);
                        }
                        _ => parts.push(self.check(item)?),
                    }
                }
                parts
            }
            NodeKind::Call(name, arguments) if name.starts_with("@FIELDS_") => {
                let positions = self.fields_of(node, name, arguments)?;
                positions.into_iter().map(|position| self.field(node, position)).collect::<Result<_>>()?
            }
            NodeKind::Name(name) | NodeKind::Quoted(name)
                if self
                    .context
                    .model
                    .field(name)
                    .is_some_and(|field| matches!(field.storage, Storage::List(_))) =>
            {
                let name = format!("the list field \"{name}\"");
                return Err(self.unsupported(
                    node,
                    &name,
                    "fields that hold lists cannot be used in expressions",
                ));
            }
            // Other calls do not return a list; the check refuses @MULTI_RESPONSE_SET by name.
            NodeKind::Call(..) => {
                self.check(node)?;
                return Err(self.wrong_arguments(node, function, "a value instead of a list"));
            }
            _ => return Err(self.wrong_arguments(node, function, "a value instead of a list")),
        };
        if parts.is_empty() {
            return Err(self.wrong_arguments(node, function, "an empty list"));
        }
        if parts.len() > MAX_ITEMS {
            let message = format!("a list has {} items, at most {MAX_ITEMS} are allowed", parts.len());
            return Err(self.error(node, ErrorKind::TooLarge(message)));
        }
        Ok(parts)
    }

    /// Positions of the fields of `@FIELDS_BETWEEN` or `@FIELDS_MATCHING`.
    fn fields_of(&mut self, node: &Node, name: &str, arguments: &[Node]) -> Result<Vec<usize>> {
        match (name, arguments) {
            ("@FIELDS_BETWEEN", [first, last]) => {
                let (first, _) = self.named_field(first, name)?;
                let (last, _) = self.named_field(last, name)?;
                Ok((first.min(last)..=first.max(last)).collect())
            }
            ("@FIELDS_MATCHING", [pattern]) => {
                let (NodeKind::Text(pattern) | NodeKind::Quoted(pattern)) = &pattern.kind else {
                    return Err(self.wrong_arguments(node, name, "a formula instead of a pattern in quotes"));
                };
                let pattern = Pattern::read(pattern);
                let names = self.context.model.names().enumerate();
                Ok(names.filter(|(_, name)| pattern.matches(name)).map(|(position, _)| position).collect())
            }
            _ => Err(self.wrong_arguments(node, name, &format!("{} arguments", arguments.len()))),
        }
    }

    /// `f(ITEM, LIST)` over items of one kind.
    pub(super) fn item_and_list(
        &mut self,
        node: &Node,
        name: &str,
        arguments: &[Node],
        kernel: Kernel,
        result: Kind,
    ) -> Result<Part> {
        let [item, list] = arguments else {
            return Err(self.wrong_arguments(node, name, "other arguments"));
        };
        let mut parts = vec![self.check(item)?];
        parts.extend(self.list(list, name)?);
        let parts = self.comparable(node, parts)?;
        self.apply(kernel, parts, result)
    }

    /// `f(LIST)` that only tests for null: kinds may differ.
    pub(super) fn list_of_any(&mut self, name: &str, list: &Node, kernel: Kernel) -> Result<Part> {
        let parts = self.list(list, name)?;
        self.apply(kernel, parts, Kind::Integer)
    }

    /// `f(LIST)` whose result is one of the items.
    pub(super) fn list_of_one(
        &mut self,
        node: &Node,
        name: &str,
        list: &Node,
        kernel: Kernel,
    ) -> Result<Part> {
        let parts = self.list(list, name)?;
        let (parts, kind) = self.joined(node, parts, "the items of the list")?;
        if kind == Kind::Null { Ok(Part::null()) } else { self.apply(kernel, parts, kind) }
    }

    /// `f(LIST)` of numbers.
    pub(super) fn list_of_numbers(&mut self, node: &Node, name: &str, list: &Node) -> Result<Part> {
        let parts = self.list(list, name)?;
        let (parts, kind) = self.joined(node, parts, "the items of the list")?;
        if !kind.is_number() && kind != Kind::Null {
            return Err(self.type_error(node, "the items of the list", "numbers", kind));
        }
        let integers = name == "sum_n" && kind != Kind::Real;
        let wanted = if integers { Kind::Integer } else { Kind::Real };
        let convert = |part: Part| self.implicit(part, wanted).unwrap_or_else(|| Ok(Part::null()));
        let parts = parts.into_iter().map(convert).collect::<Result<_>>()?;
        let kernel: Kernel = match name {
            "sum_n" if integers => lists::sum_integers,
            "sum_n" => lists::sum_reals,
            "mean_n" => lists::mean_n,
            _ => lists::sdev_n,
        };
        self.apply(kernel, parts, wanted)
    }

    /// `value_at(INTEGER, LIST)`.
    pub(super) fn value_at(&mut self, node: &Node, index: &Node, list: &Node) -> Result<Part> {
        let index = self.integer(index, "the index of value_at")?;
        let items = self.list(list, "value_at")?;
        let (mut parts, kind) = self.joined(node, items, "the items of the list")?;
        if kind == Kind::Null {
            return Ok(Part::null());
        }
        parts.insert(0, index);
        self.apply(lists::value_at, parts, kind)
    }

    /// `max` and `min` of two items.
    pub(super) fn extreme(&mut self, node: &Node, name: &str, one: &Node, two: &Node) -> Result<Part> {
        let parts = vec![self.check(one)?, self.check(two)?];
        let (parts, kind) = self.joined(node, parts, &format!("the arguments of {name}"))?;
        if kind == Kind::Null {
            return Ok(Part::null());
        }
        let kernel: Kernel = if name == "max" { compare::max } else { compare::min };
        self.apply(kernel, parts, kind)
    }
}
