//! Explanations of streams, with the engine's checks.

use std::sync::Arc;

use satsuma_engine::Effort;
use satsuma_stream::StreamFile;
use satsuma_stream::explain::{Explanation, explain};

/// Explains a stream, and checks for each action whether the engine can run it.
#[must_use]
pub fn explained(file: &Arc<StreamFile>, effort: Effort) -> Explanation {
    Explanation { actions: satsuma_nodes::engine().verdicts(file, effort), ..explain(file) }
}
