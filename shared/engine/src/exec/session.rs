//! The query engine, configured for one job.

use std::path::Path;
use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::status::TaskStatus;
use crate::error::EngineError;
use crate::limits::{BATCH_ROWS, Limits};

/// The part of a partition's memory that a sorter keeps for its merge: a sixteenth, as several sorters of a plan
/// run at once.
const SORTERS_SHARE: usize = 16;

/// A session of one job. Data beyond the memory limit spill into `work_dir`.
pub(crate) fn session(
    work_dir: &Path,
    limits: &Limits,
    status: TaskStatus,
) -> Result<SessionContext, EngineError> {
    let mut config = SessionConfig::new()
        .with_target_partitions(limits.partitions)
        .with_batch_size(BATCH_ROWS)
        .with_repartition_file_scans(false)
        .with_option_extension(status);
    let options = config.options_mut();
    // Work stealing between partitions would lose the order of the ranges.
    options.execution.enable_file_stream_work_stealing = false;
    // Each sorter keeps this much for the merge of what it spilled. The default of 10 MB is more than the share of a
    // sorter in small limits, so that it could not even begin.
    let share = limits.memory_bytes / limits.partitions.max(1) / SORTERS_SHARE;
    options.execution.sort_spill_reservation_bytes =
        options.execution.sort_spill_reservation_bytes.min(share);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory_bytes)))
        .with_temp_file_path(work_dir)
        .build_arc()?;
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .build();
    Ok(SessionContext::new_with_state(state))
}
