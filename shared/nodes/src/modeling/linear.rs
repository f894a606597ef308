//! The Linear nugget. IBM: `applylinearnode`.

use satsuma_engine::{Inputs, NodeType};

use super::neural_net;

/// The type of node.
pub static NODE: NodeType = NodeType {
    class: "CFApplyModelNode",
    extension: Some("LinearRegressionModel"),
    inputs: Inputs::One,
    settings: &[],
    compile: neural_net::compile,
};
