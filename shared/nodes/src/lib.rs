//! The types of nodes of Modeler, in the folders of Modeler's palettes: one file each.
//!
//! [`REGISTRY`] lists them. A node needs one file and one line of that list; `docs/adding-a-node.md`
//! describes how to add one.

pub mod builders;
pub mod charts;
pub mod clem;
pub mod export;
pub mod fields;
pub mod fold;
mod kinds;
pub mod literal;
pub mod lookup;
pub mod modeling;
pub mod output;
pub mod random;
pub mod records;
mod registry;
mod report;
pub mod sources;
#[cfg(test)]
mod testing_fields;
#[cfg(test)]
mod testing_records;
#[cfg(test)]
mod testing_report;

pub use registry::REGISTRY;
use satsuma_engine::Engine;

/// An engine with all node types of this crate.
pub fn engine() -> &'static Engine {
    static ENGINE: Engine = Engine::new(&REGISTRY);
    #[cfg(test)]
    satsuma_engine::testing::remake(REGISTRY.kinds);
    &ENGINE
}
