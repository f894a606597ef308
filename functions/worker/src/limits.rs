//! Limits of one execution, by the size of its function.

use satsuma_engine::Limits;

/// The variable in which Lambda passes a function's memory, in MB.
pub(crate) const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

/// Memory of the process beside the engine's pool: the binary, the stream, a few batches, buffers of
/// uploads.
const BESIDE_POOL: usize = 250 << 20;

/// The smallest pool with which sorts and groups can still spill.
const LEAST_POOL: usize = 64 << 20;

/// The engine's limits on this function; the engine's own defaults anywhere else.
#[must_use]
pub fn limits() -> Limits {
    let megabytes = std::env::var(MEMORY_SIZE).ok().and_then(|size| size.parse::<usize>().ok());
    megabytes.map_or_else(Limits::default, of_memory)
}

/// The pool counts registered memory, which is about two thirds of the memory in use.
fn of_memory(megabytes: usize) -> Limits {
    let free = megabytes.saturating_mul(1 << 20).saturating_sub(BESIDE_POOL);
    Limits { memory_bytes: (free / 3 * 2).max(LEAST_POOL), ..Limits::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_leaves_room_for_the_process_itself() {
        assert_eq!(of_memory(2048).memory_bytes >> 20, 1198);
        assert_eq!(of_memory(256).memory_bytes, LEAST_POOL);
    }
}
