//! What a builder asks its caller while it runs.

use crate::MiningError;

/// How a builder may work: on how many threads, and until when.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Threads to use. Results do not depend on it.
    pub threads: usize,
    /// Whether the job was canceled. Builders ask several times a second.
    pub is_canceled: &'a (dyn Fn() -> bool + Sync),
}

impl Control<'_> {
    /// Fails if the job was canceled.
    ///
    /// # Errors
    /// [`MiningError::Canceled`].
    pub fn check(&self) -> Result<(), MiningError> {
        if (self.is_canceled)() { Err(MiningError::Canceled) } else { Ok(()) }
    }

    /// Computes one result for each number below `count`, on all threads; results are in order.
    ///
    /// # Errors
    /// The error of the lowest number that failed, or [`MiningError::Canceled`].
    pub fn each<T: Send>(
        &self,
        count: usize,
        work: impl Fn(usize) -> Result<T, MiningError> + Sync,
    ) -> Result<Vec<T>, MiningError> {
        use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        let next = AtomicUsize::new(0);
        let run = || {
            let mut results = Vec::new();
            loop {
                let number = next.fetch_add(1, Relaxed);
                if number >= count {
                    return results;
                }
                let result = self.check().and_then(|()| work(number));
                let failed = result.is_err();
                results.push((number, result));
                if failed {
                    next.store(count, Relaxed);
                }
            }
        };
        let threads = self.threads.clamp(1, count.max(1));
        let mut all = std::thread::scope(|scope| {
            let others = (1..threads).map(|_| scope.spawn(run)).collect::<Vec<_>>();
            let mut all = run();
            for other in others {
                match other.join() {
                    Ok(results) => all.extend(results),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        });
        all.sort_by_key(|(number, _)| *number);
        all.into_iter().map(|(_, result)| result).collect()
    }
}

impl std::fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("threads", &self.threads).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn results_are_in_order_on_any_number_of_threads() {
        for threads in [0, 1, 3, 100] {
            let control = Control { threads, is_canceled: &|| false };
            let squares = control.each(50, |number| Ok(number * number)).unwrap();
            assert_eq!(squares, (0..50).map(|number| number * number).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_canceled_job_stops() {
        let control = Control { threads: 2, is_canceled: &|| true };
        assert_eq!(control.each(5, Ok), Err(MiningError::Canceled));
    }
}
