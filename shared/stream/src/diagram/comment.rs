//! Comments on the canvas.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;

/// A comment: a text on the canvas, often attached to nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// Its uid, if it has one.
    pub uid: Option<String>,
    /// The text.
    pub text: String,
    /// Position of its centre, in pixels.
    pub position: Option<(i32, i32)>,
    /// Its width and height in pixels.
    pub size: Option<(i32, i32)>,
    /// Uids of the nodes that it is attached to.
    pub nodes: Vec<String>,
    pub(super) element: Arc<Element>,
}

impl Comment {
    /// The comment's element in the file.
    pub fn element(&self) -> &Element {
        &self.element
    }

    pub(super) fn from_element(element: &Arc<Element>) -> Result<Self> {
        let empty = Element::new("properties");
        let properties = element.child("properties").map_or(&empty, Arc::as_ref);
        let ids = properties.child("idList").into_iter();
        let ids = ids.flat_map(|list| list.elements()).map(|id| id.text().into_owned());
        Ok(Comment {
            uid: element.attr("uid").map(str::to_owned),
            text: properties.get_or("text", String::new())?,
            position: properties.child("position").and_then(|position| point(position)),
            size: properties.child("size").and_then(|size| point(size)),
            nodes: ids.collect(),
            element: Arc::clone(element),
        })
    }
}

/// A pair of numbers in pixels. An unknown layout must not prevent a run of the stream.
pub(crate) fn point(element: &Element) -> Option<(i32, i32)> {
    let coordinate = |name| element.get::<f64>(name).ok().flatten();
    Some((coordinate("x")? as i32, coordinate("y")? as i32))
}
