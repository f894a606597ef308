//! The access of one node to a run.

mod node_run;
mod state;

pub use self::node_run::NodeRun;
pub(crate) use self::state::RunState;
