//! The query engine, configured to keep the order of records and the limit of memory.

use std::path::Path;
use std::sync::Arc;

use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::error::EngineError;
use crate::limits::{BATCH_ROWS, Limits};

/// A session of one job. Data beyond the memory limit spill into `work_dir`.
pub(crate) fn new(work_dir: &Path, limits: &Limits) -> Result<SessionContext, EngineError> {
    // One partition: Modeler's records have an order, and @-functions, Sample and First depend on it.
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(BATCH_ROWS)
        .with_repartition_joins(false)
        .with_repartition_aggregations(false)
        .with_repartition_sorts(false)
        .with_repartition_windows(false);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory_bytes)))
        .with_temp_file_path(work_dir)
        .build_arc()?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}
