//! Links between nuggets and their builders, and the designated nodes of the deployment.

use std::collections::HashMap;

use super::Stream;
use crate::node::Node;
use crate::text_enum::text_enum;

text_enum! {
    /// Whether the execution of a builder replaces the model of a nugget.
    RefreshLink {
        /// It does.
        On = "TurnOnReplaceLink",
        /// A user has disabled it.
        Off = "TurnOffReplaceLink",
        /// There is no such link.
        None = "NoReplaceLink",
    }
}

/// A nugget and its builder.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie<'a> {
    /// The nugget.
    pub nugget: &'a Node,
    /// Uid of its builder.
    pub builder_uid: String,
    /// The builder, if it is in the stream.
    pub builder: Option<&'a Node>,
    /// Whether the execution of the builder replaces the nugget's model.
    pub link: RefreshLink,
}

/// The target of a designation in the stream's deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Designation<'a> {
    /// No node is designated.
    Unset,
    /// An existing node is designated.
    Node(&'a Node),
    /// A missing node is designated; contains its uid.
    Dangling(&'a str),
}

impl Tie<'_> {
    /// Whether the execution of the builder replaces the nugget's model.
    pub fn is_active(&self) -> bool {
        self.link == RefreshLink::On
    }
}

impl Stream {
    /// All nuggets that name their builder, in document order, including those in supernodes.
    pub fn ties(&self) -> Vec<Tie<'_>> {
        let nodes = self.diagram.all_nodes();
        let by_uid: HashMap<&str, &Node> = nodes.iter().map(|node| (node.uid.as_str(), *node)).collect();
        let tie = |nugget: &&'_ Node| -> Option<(String, RefreshLink)> {
            let builder = nugget.property("builderNodeId").filter(|uid| !uid.is_empty())?;
            let link = nugget.property("refreshLinkState");
            Some((builder, link.map_or(RefreshLink::None, |link| RefreshLink::from(link.as_str()))))
        };
        let tied = nodes.iter().filter_map(|nugget| {
            let (builder_uid, link) = tie(nugget)?;
            let builder = by_uid.get(builder_uid.as_str()).copied();
            Some(Tie { nugget, builder_uid, builder, link })
        });
        tied.collect()
    }

    /// The designated terminal node of the scoring branch.
    pub fn scoring_terminal(&self) -> Designation<'_> {
        self.designation(self.properties.scoring_terminal_node.as_deref())
    }

    /// The nugget that scoring uses and a refresh replaces.
    pub fn scoring_model(&self) -> Designation<'_> {
        self.designation(self.properties.scoring_model_node.as_deref())
    }

    /// The builder that a refresh runs.
    pub fn model_builder(&self) -> Designation<'_> {
        self.designation(self.properties.model_build_node.as_deref())
    }

    /// The node with this uid, also inside supernodes.
    pub fn node_by_uid(&self, uid: &str) -> Option<&Node> {
        let known = !uid.is_empty();
        self.diagram.all_nodes().into_iter().find(|node| known && node.uid == uid)
    }

    fn designation<'a>(&'a self, uid: Option<&'a str>) -> Designation<'a> {
        match uid {
            None => Designation::Unset,
            Some(uid) => self.node_by_uid(uid).map_or(Designation::Dangling(uid), Designation::Node),
        }
    }
}
