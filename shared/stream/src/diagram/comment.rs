//! Comments on the canvas.

use std::sync::Arc;

use crate::element::Element;
use crate::error::Result;

/// A comment: a text on the canvas, often tied to nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// Its id across saves, if it has one.
    pub uid: Option<String>,
    /// The text.
    pub text: String,
    /// Where its middle is drawn, in pixels.
    pub position: Option<(i32, i32)>,
    /// Its width and height in pixels.
    pub size: Option<(i32, i32)>,
    /// Uids of the nodes that it is tied to.
    pub nodes: Vec<String>,
    pub(super) element: Arc<Element>,
}

impl Comment {
    /// The comment as the file has it.
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

/// A pair of numbers in pixels. A layout that is not understood is no reason not to run a stream.
pub(crate) fn point(element: &Element) -> Option<(i32, i32)> {
    let coordinate = |name| element.get::<f64>(name).ok().flatten();
    Some((coordinate("x")? as i32, coordinate("y")? as i32))
}
