use crate::diagram::Diagram;
use crate::element::Element;
use crate::node::{NodeBudget, NodeId};

const MAXIMUM: usize = 20_000;

fn node(id: u32, class: &str, label: &str) -> Element {
    let properties = Element::new("properties")
        .with_leaf("name", class.trim_end_matches("Node"))
        .with_leaf("autoLabel", if label.is_empty() { "true" } else { "false" })
        .with_leaf("label", label);
    Element::new("node")
        .with_attr("id", id.to_string())
        .with_attr("class", format!("com.spss.clementine.component.node.{class}"))
        .with_attr("uid", format!("id{id}X"))
        .with_child(properties)
}

fn diagram(nodes: Vec<Element>, links: &[(u32, u32)]) -> crate::Result<Diagram> {
    let links = links.iter().map(|(from, to)| {
        Element::new("link").with_attr("srcId", from.to_string()).with_attr("dstId", to.to_string())
    });
    let element = Element::new("diagram")
        .with_child(Element::new("nodes").with_children(nodes))
        .with_child(Element::new("links").with_children(links));
    Diagram::from_element(&element, &mut NodeBudget::new(MAXIMUM))
}

/// Two merged sources, then a table and a chart: 1 and 2 to 3, 3 to 4 and 5.
fn merged() -> Diagram {
    let nodes = vec![
        node(5, "HistogramNode", ""),
        node(1, "DelimitedFileImportNode", "Customers"),
        node(2, "DelimitedFileImportNode", "customers"),
        node(3, "MergeNode", ""),
        node(4, "TableNode", "Output"),
    ];
    diagram(nodes, &[(2, 3), (1, 3), (3, 4), (3, 5)]).unwrap()
}

fn ids(nodes: &[&crate::Node]) -> Vec<u32> {
    nodes.iter().map(|node| node.id.0).collect()
}

#[test]
fn inputs_keep_the_order_of_the_links() {
    let diagram = merged();
    let inputs: Vec<_> = diagram.inputs(NodeId(3)).collect();
    assert_eq!(ids(&inputs), [2, 1]);
}

#[test]
fn a_branch_has_every_node_after_its_inputs() {
    let diagram = merged();
    assert_eq!(ids(&diagram.upstream(NodeId(4)).unwrap()), [2, 1, 3, 4]);
    let mut downstream = ids(&diagram.downstream(NodeId(3)).unwrap());
    assert_eq!(downstream.remove(0), 3);
    downstream.sort_unstable();
    assert_eq!(downstream, [4, 5]);
    assert_eq!(ids(&diagram.in_order().unwrap()).len(), 5);
}

#[test]
fn nodes_are_found_by_uid_label_or_name() {
    let diagram = merged();
    let found = |query: &str| diagram.find(query).map(|node| node.id.0);
    assert_eq!(found("id3X").unwrap(), 3);
    assert_eq!(found("Customers").unwrap(), 1);
    assert_eq!(found("customers").unwrap(), 2);
    assert_eq!(found("OUTPUT").unwrap(), 4);
    assert_eq!(found("Table").unwrap(), 4);
    let not_first = diagram.find_among("CUSTOMERS", |node| node.id.0 != 1);
    assert_eq!(not_first.unwrap().id.0, 2);
    let errors = [found("CUSTOMERS").unwrap_err(), found("").unwrap_err()];
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    "CUSTOMERS" may be any of DelimitedFileImportNode "Customers" (id1X), DelimitedFileImportNode "customers" (id2X)
    there is no node ""
    "#);
}

#[test]
fn graphs_that_make_no_sense_are_refused() {
    let types = |count: u32| (1..=count).map(|id| node(id, "TypeNode", "")).collect();
    let cycle = diagram(types(3), &[(1, 2), (2, 3), (3, 2)]).unwrap();
    let errors = [
        cycle.upstream(NodeId(3)).unwrap_err(),
        cycle.downstream(NodeId(1)).unwrap_err(),
        cycle.in_order().unwrap_err(),
        cycle.upstream(NodeId(9)).unwrap_err(),
        diagram(types(2), &[(1, 7)]).unwrap_err(),
        diagram(vec![node(1, "TypeNode", ""), node(1, "TypeNode", "")], &[]).unwrap_err(),
        diagram(types(20_001), &[]).unwrap_err(),
        diagram(vec![Element::new("node").with_attr("id", "-1")], &[]).unwrap_err(),
    ];
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    the links form a cycle through TypeNode "Type"
    the links form a cycle through TypeNode "Type"
    the links form a cycle through TypeNode "Type"
    there is no node "9"
    a link refers to node 7, which is not in the diagram, in diagram
    node number 1 occurs twice, in diagram
    nodes in the stream: 20001 is more than the 20000 allowed, in diagram
    value "-1" is not the number of a node, in diagram/node/@id
    "#);
}

/// Ladders have two ways around each rung: a walk along every way would not end in time.
#[test]
fn walks_take_each_node_once() {
    let nodes = (0..90).map(|id| node(id, "TypeNode", "")).collect();
    let rungs = (0..87).step_by(3);
    let links: Vec<_> =
        rungs.flat_map(|id| [(id, id + 1), (id, id + 2), (id + 1, id + 3), (id + 2, id + 3)]).collect();
    let diagram = diagram(nodes, &links).unwrap();
    assert_eq!(diagram.upstream(NodeId(87)).unwrap().len(), 88);
}

/// A walk of a long chain needs no recursion, and time proportional to its links.
#[test]
fn long_chains_are_walked() {
    let last = u32::try_from(MAXIMUM).unwrap() - 1;
    let nodes = (0..=last).map(|id| node(id, "TypeNode", "")).collect();
    let links: Vec<_> = (0..last).map(|id| (id, id + 1)).collect();
    let diagram = diagram(nodes, &links).unwrap();
    assert_eq!(diagram.upstream(NodeId(last)).unwrap().len(), MAXIMUM);
    assert_eq!(diagram.downstream(NodeId(0)).unwrap().len(), MAXIMUM);
}
