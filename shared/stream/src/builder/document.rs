//! The main document of a new stream.

use super::{NodeRef, StreamBuilder};
use crate::element::Element;
use crate::node::{NodeId, NodeType};

/// The version whose layout is written.
const VERSION: &str = "18.0";

/// Pixels between two nodes.
const SPACING: u32 = 96;

impl StreamBuilder {
    /// The whole document, equal to that of [`StreamFile::document`](crate::StreamFile::document).
    pub fn document(&self) -> Element {
        let end = |name: &'static str, id: NodeId| (name, id.to_string());
        let links = self.links.iter().map(|(from, to)| {
            let ends = [end("srcId", *from), end("dstId", *to)];
            ends.into_iter().fold(Element::new("link"), |link, (name, id)| link.with_attr(name, id))
        });
        let order = self.terminals.iter();
        let order = order.map(|id| Element::new("node").with_attr("id", id.to_string()));
        let diagram = Element::new("diagram")
            .with_child(Element::new("nodes").with_children(self.nodes.iter().cloned()))
            .with_child(Element::new("links").with_children(links))
            .with_child(Element::new("comments"))
            .with_child(Element::new("terminalNodeOrder").with_children(order));
        let conditions = Element::new("iterationConditions")
            .with_attr("evaluateInOrder", "true")
            .with_attr("evaluateOneAtATime", "true");
        let stream = Element::new("stream")
            .with_attr("saveVersion", VERSION)
            .with_child(self.stream_properties())
            .with_child(diagram)
            .with_child(conditions);
        Element::new("clementineStream").with_attr("version", VERSION).with_child(stream)
    }

    fn stream_properties(&self) -> Element {
        let uid = |node: Option<NodeRef>| node.map(NodeRef::uid).unwrap_or_default();
        let deployment = match self.scoring_terminal {
            Some(_) => "scoring",
            None => "none",
        };
        let rows = || Element::new("rows");
        let leaves = [
            ("name", self.name.as_str()),
            ("autoLabel", "true"),
            ("label", ""),
            ("script", ""),
            ("scriptLanguage", "python"),
            ("scriptDefaultExecution", "false"),
            ("scnDeploymentType", deployment),
            ("scnScoringTerminalNode", &uid(self.scoring_terminal)),
            ("scnScoringModelNode", &uid(self.scoring_model)),
            ("scnModelBuildNode", ""),
            ("scnScoringParameters", ""),
            ("scnModelBuildParameters", ""),
            ("dateFormat", "format23"),
            ("timeFormat", "format4"),
            ("dateBaseline", "1900"),
            ("date2DigitBaseline", "1930"),
            ("timeRollover", "false"),
            ("importDatetimeAsString", "false"),
            ("fileEncoding", "UTF-8"),
            ("realDecimalSymbol", "period"),
            ("realDecimalPlaces", "3"),
            ("exportDecimalPlaces", "-1"),
            ("groupingSymbol", "none"),
            ("useTypeMaximumSetSize", "true"),
            ("typeMaximumSetSize", "250"),
            ("rulesetMode", "voting"),
            ("anglesInRadians", "true"),
            ("createApplyNodeForNewModels", "true"),
        ];
        let leaves = leaves.map(|(name, text)| Element::new(name).with_text(text));
        Element::new("properties")
            .with_children(leaves)
            .with_child(Element::new("parameterTable").with_child(rows()))
            .with_child(Element::new("globalsTable").with_child(rows()))
    }

    /// The next node, which gets the next number.
    pub(super) fn next(&self) -> NodeRef {
        NodeRef(NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)))
    }

    /// A node's element with the elements that all types have, and the first of its properties.
    pub(super) fn new_node(&self, node_type: &NodeType, name: &str) -> (Element, Element) {
        let node = self.next();
        let element = Element::new("node")
            .with_attr("id", node.id().to_string())
            .with_attr("class", node_type.qualified_class())
            .with_attr("saveVersion", VERSION)
            .with_attr("uid", node.uid());
        let position = Element::new("position")
            .with_leaf("x", &node.0.0.saturating_add(1).saturating_mul(SPACING).to_string())
            .with_leaf("y", &SPACING.to_string());
        let properties = Element::new("properties")
            .with_leaf("name", name)
            .with_leaf("autoLabel", "true")
            .with_leaf("label", "")
            .with_leaf("enabled", "true")
            .with_leaf("cacheEnabled", "false")
            .with_child(position);
        (element, properties)
    }

    /// Adds a complete node.
    pub(super) fn push(&mut self, element: Element) -> NodeRef {
        let node = self.next();
        self.nodes.push(element);
        node
    }

    /// Adds a node with only text properties and tables.
    pub(super) fn plain_node(
        &mut self,
        class: &str,
        name: &str,
        leaves: &[(&'static str, &str)],
        tables: Vec<Element>,
    ) -> NodeRef {
        let (element, properties) = self.new_node(&NodeType::new(class), name);
        let properties = with_leaves(properties, leaves).with_children(tables);
        self.push(element.with_child(properties))
    }
}

pub(super) fn with_leaves(element: Element, leaves: &[(&'static str, &str)]) -> Element {
    let leaves = leaves.iter();
    element.with_children(leaves.map(|(name, text)| Element::new(*name).with_text(text)))
}
