//! An engine whose Table nodes send the plans that they get through the codec: tests of nodes run it, so that every
//! kind that a node puts into a plan is decoded and compared.

use std::sync::OnceLock;

use async_trait::async_trait;
use satsuma_engine::testing::travel;
use satsuma_engine::{Compiled, Engine, Inputs, NodeError, NodeRun, NodeType, Product, Registry, Table, Terminal};

use crate::REGISTRY;

static TABLE: NodeType = NodeType {
    class: "TableNode",
    extension: None,
    inputs: Inputs::One,
    settings: &[],
    compile: |_| Ok(Compiled::terminal(Travelling)),
};

struct Travelling;

#[async_trait]
impl Terminal for Travelling {
    fn file_names(&self) -> Vec<String> {
        Vec::new()
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        match travel(input, REGISTRY.kinds, run).await.records {
            Ok(_) => Ok(Vec::new()),
            Err(message) => Err(NodeError::Model(message)),
        }
    }
}

/// The engine.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let types = [&TABLE].into_iter().chain(REGISTRY.types.iter().copied()).collect::<Vec<_>>();
        let registry = Registry { types: types.leak(), ..REGISTRY };
        Engine::new(Box::leak(Box::new(registry)))
    })
}
