//! What one node has of a run.

mod node_run;
mod state;

pub use self::node_run::{NodeRun, Pass};
pub(crate) use self::state::RunState;
