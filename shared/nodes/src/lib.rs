//! The types of nodes of Modeler, in the folders of Modeler's palettes: one file each.
//!
//! [`REGISTRY`] lists them. A node is added by one file and one line of that list;
//! `docs/adding-a-node.md` shows how.

pub mod builders;
pub mod clem;
pub mod export;
pub mod fields;
pub mod fold;
pub mod literal;
pub mod lookup;
pub mod modeling;
pub mod output;
pub mod random;
pub mod records;
mod registry;
pub mod sources;
#[cfg(test)]
mod testing_fields;
#[cfg(test)]
mod testing_records;

pub use registry::REGISTRY;
use satsuma_engine::Engine;

/// An engine that knows all types of nodes of this crate.
pub fn engine() -> &'static Engine {
    static ENGINE: Engine = Engine::new(&REGISTRY);
    &ENGINE
}
