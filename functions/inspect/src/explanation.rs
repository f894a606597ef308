//! A stream explained, with what the engine says of it.

use std::sync::Arc;

use satsuma_engine::Effort;
use satsuma_stream::StreamFile;
use satsuma_stream::explain::{Explanation, explain};

/// Explains a stream, and says of each action whether it can be run.
#[must_use]
pub fn explained(file: &Arc<StreamFile>, effort: Effort) -> Explanation {
    Explanation { actions: satsuma_nodes::engine().verdicts(file, effort), ..explain(file) }
}
