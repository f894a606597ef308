//! The inputs of Append and Merge nodes: their tags and their order.
//!
//! `tags` of the node lists the tags of its links, the last link first, as in all 35 nodes of public streams
//! in which this can be checked. `tagTable` names the tags and may define an order. Without one, tags are
//! sorted by number, which is the order in which the user linked the inputs. IBM: "Setting Input Order and
//! Tagging".

use std::collections::HashMap;

use satsuma_engine::{Compile, NodeError};
use satsuma_stream::{Element, StreamError};

/// Names and order of tags.
#[derive(Debug, Clone, Default)]
pub(crate) struct TagTable {
    order: Vec<String>,
    names: Vec<(String, String)>,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// Its index among the links.
    pub(crate) link: usize,
    /// Its tag: number and name. `None` if the stream has none.
    tag: Option<(String, String)>,
}

impl Input {
    /// The name of the tag.
    pub(crate) fn tag(&self) -> Result<&str, NodeError> {
        match &self.tag {
            Some((_, name)) => Ok(name),
            None => Err(NodeError::Unsupported {
                property: Some("tagTable".into()),
                message: "the stream does not define the tags of the links; link the inputs of the node \
                          again in Modeler"
                    .to_owned(),
            }),
        }
    }

    /// Whether a setting refers to this tag, by number or name.
    pub(crate) fn is(&self, tag: &str) -> bool {
        self.tag.as_ref().is_some_and(|(id, name)| name == tag || id == tag)
    }

    /// Whether its tag is known.
    pub(crate) fn is_tagged(&self) -> bool {
        self.tag.is_some()
    }
}

impl TagTable {
    /// Reads `tagOrder/tag[@id]` and `tagNames/tag[@id]/name`.
    pub(crate) fn read(table: &Element) -> Result<Self, StreamError> {
        let ids = |name: &str| -> Vec<(String, String)> {
            let tags = table.children(name).flat_map(|list| list.children("tag"));
            let tags = tags.map(|tag| {
                let id = tag.attr("id").unwrap_or_default().to_owned();
                (id.clone(), tag.text_of("name").map_or(id, |name| name.into_owned()))
            });
            tags.collect()
        };
        Ok(Self { order: ids("tagOrder").into_iter().map(|(id, _)| id).collect(), names: ids("tagNames") })
    }

    /// The inputs of a node, in order.
    pub(crate) fn inputs(&self, compile: &Compile<'_>) -> Vec<Input> {
        let links = compile.graph_node().inputs.len();
        let tags = compile.node().element().child("tags");
        let tags = tags.into_iter().flat_map(|tags| tags.children("tag"));
        let mut slots = tags.map(|tag| tag.attr("id").unwrap_or_default().to_owned()).collect::<Vec<_>>();
        slots.reverse();
        self.in_order(links, slots)
    }

    fn in_order(&self, links: usize, mut slots: Vec<String>) -> Vec<Input> {
        if slots.is_empty() {
            slots = (1..=links).map(|number| number.to_string()).collect();
        }
        let names =
            self.names.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect::<HashMap<_, _>>();
        if slots.len() != links {
            return (0..links).map(|link| Input { link, tag: None }).collect();
        }
        let inputs = slots.into_iter().enumerate().map(|(link, id)| {
            let name = names.get(id.as_str()).map_or_else(|| id.clone(), |name| (*name).to_owned());
            Input { link, tag: Some((id, name)) }
        });
        let mut inputs = inputs.collect::<Vec<_>>();
        inputs.sort_by_key(|input| {
            let id = input.tag.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
            let listed = self.order.iter().position(|listed| *listed == id).unwrap_or(usize::MAX);
            (listed, id.parse::<u32>().unwrap_or(u32::MAX), id)
        });
        inputs
    }
}

/// Items in the order of links, rearranged to the order of the inputs.
pub(crate) fn ordered<T>(inputs: &[Input], arrived: Vec<T>) -> Vec<T> {
    let mut arrived = arrived.into_iter().map(Some).collect::<Vec<_>>();
    inputs.iter().filter_map(|input| arrived.get_mut(input.link)?.take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(order: &[&str], slots: &[&str], links: usize) -> Vec<(usize, String)> {
        let order = order.iter().map(|id| (*id).to_owned()).collect();
        let table = TagTable { order, names: vec![("1".to_owned(), "one".to_owned())] };
        let slots = slots.iter().rev().map(|id| (*id).to_owned()).collect();
        let inputs = table.in_order(links, slots);
        inputs.iter().map(|input| (input.link, input.tag().map_or("?", |tag| tag).to_owned())).collect()
    }

    fn expected(pairs: &[(usize, &str)]) -> Vec<(usize, String)> {
        pairs.iter().map(|(link, tag)| (*link, (*tag).to_owned())).collect()
    }

    /// Evidence: nodes of public streams whose filters or labels name the field or file of each tag. Tags 5 4
    /// 2 1 3 belong to links whose fields have the numbers 3 1 2 4 5.
    #[test]
    fn tags_are_those_of_the_links_backwards() {
        let five = expected(&[(1, "one"), (2, "2"), (0, "3"), (3, "4"), (4, "5")]);
        assert_eq!(order(&[], &["5", "4", "2", "1", "3"], 5), five);
        assert_eq!(order(&[], &["1", "2"], 2), expected(&[(1, "one"), (0, "2")]));
        assert_eq!(order(&["2", "1"], &["1", "2"], 2), expected(&[(0, "2"), (1, "one")]));
    }

    #[test]
    fn links_without_tags_are_numbered_and_stale_tags_are_unknown() {
        assert_eq!(order(&[], &[], 2), expected(&[(0, "one"), (1, "2")]));
        assert_eq!(order(&[], &["3", "2", "1"], 2), expected(&[(0, "?"), (1, "?")]));
    }
}
