//! The place of a new nugget: its number, uid, position and input link.

use crate::element::Element;
use crate::file::edit::is_node;
use crate::node::NodeId;

/// Pixels below its builder at which Modeler puts a nugget.
const BELOW: i32 = 120;

/// A place in a diagram.
pub(super) struct Place {
    /// Path of the diagram in the document.
    diagram: Vec<usize>,
    /// The nugget's number.
    pub(super) id: NodeId,
    /// The nugget's uid.
    pub(super) uid: String,
    /// Its position on the canvas, if the builder has one.
    pub(super) position: Option<(i32, i32)>,
    /// The input node of the builder and the nugget.
    source: Option<NodeId>,
}

/// The place for a builder's nugget.
pub(super) fn beside(document: &Element, builder: &str) -> Result<Place, String> {
    let is_builder = |element: &Element| is_node(element) && element.attr("uid") == Some(builder);
    let path = document.position_of(&is_builder);
    // Nodes are inside `nodes`, which is inside a diagram.
    let path = path.filter(|path| path.len() > 2).ok_or("it is in no diagram")?;
    let diagram = path.get(..path.len() - 2).unwrap_or_default().to_vec();
    let node = document.at(&path).ok_or("it is in no diagram")?;
    let inner = document.at(&diagram).ok_or("it is in no diagram")?;
    let nodes = || inner.child("nodes").into_iter().flat_map(|nodes| nodes.children("node"));
    let ids = nodes().filter_map(|node| node.get_attr::<NodeId>("id").ok().flatten());
    let last = ids.max().unwrap_or(NodeId(0));
    let id = last.0.checked_add(1).ok_or("there is no number left for another node")?;
    let taken: Vec<_> = nodes().filter_map(|node| position(node)).collect();
    Ok(Place {
        id: NodeId(id),
        uid: unused_uid(document, builder),
        position: position(node).map(|(x, y)| free(&taken, (x, y.saturating_add(BELOW)))),
        source: source(inner, node.attr("id").unwrap_or_default())?,
        diagram,
    })
}

/// Adds the nugget, and its link.
pub(super) fn put(document: &mut Element, place: &Place, nugget: Element) {
    let Some(diagram) = document.at_mut(&place.diagram) else {
        return;
    };
    if let Some(nodes) = diagram.child_mut("nodes") {
        nodes.push_child(nugget);
    }
    if let (Some(source), Some(links)) = (place.source, diagram.child_or_new("links")) {
        let link = Element::new("link").with_attr("srcId", source.to_string());
        links.push_child(link.with_attr("dstId", place.id.to_string()));
    }
}

fn position(node: &Element) -> Option<(i32, i32)> {
    let position = node.child("properties")?.child("position")?;
    crate::diagram::point(position)
}

/// The first free position on the canvas, downwards.
fn free(taken: &[(i32, i32)], (x, y): (i32, i32)) -> (i32, i32) {
    let mut y = y;
    while taken.contains(&(x, y)) && y < i32::MAX {
        y = y.saturating_add(BELOW);
    }
    (x, y)
}

/// The single input node of a node.
fn source(diagram: &Element, id: &str) -> Result<Option<NodeId>, String> {
    let links = diagram.child("links").into_iter().flat_map(|links| links.children("link"));
    let mut sources = links
        .filter(|link| link.attr("dstId") == Some(id))
        .filter_map(|link| link.get_attr::<NodeId>("srcId").ok().flatten());
    match (sources.next(), sources.next()) {
        (source, None) => Ok(source),
        _ => Err("it reads several nodes: which one its nugget reads is not known".to_owned()),
    }
}

/// A uid in Modeler's form that occurs nowhere in the document, not even in a dangling reference. It depends
/// only on the document and the builder, so that a repeated run writes the same file.
fn unused_uid(document: &Element, builder: &str) -> String {
    let mut attempt = 0_u64;
    loop {
        let uid = uid(&format!("{builder} {attempt}"));
        if !mentions(document, &uid) {
            return uid;
        }
        attempt += 1;
    }
}

fn mentions(element: &Element, uid: &str) -> bool {
    element.attributes().any(|(_, value)| value == uid)
        || (element.elements().next().is_none() && element.text() == uid)
        || element.elements().any(|child| mentions(child, uid))
}

/// `id` and eleven digits to the base of 36, the first of them from 1 to 8: the form of most uids.
fn uid(seed: &str) -> String {
    /// Parameters of the 64-bit FNV-1a hash.
    const FNV: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0000_0100_0000_01b3);
    const DIGITS: [u8; 36] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = seed.bytes().fold(FNV.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV.1));
    let mut digit = |base: u64, from: u64| {
        let value = usize::try_from(rest % base + from).unwrap_or_default();
        rest /= base;
        char::from(DIGITS.get(value).copied().unwrap_or(b'0'))
    };
    let first = digit(8, 1);
    let others: String = (0..10).map(|_| digit(36, 0)).collect();
    format!("id{first}{others}")
}
