//! Why a model was not built.

/// Why a model was not built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MiningError {
    /// The job was canceled.
    #[error("canceled")]
    Canceled,

    /// The result would be larger than a limit.
    #[error("{what} exceed {limit}; {advice}")]
    TooLarge {
        /// The quantity that is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// The remedy.
        advice: &'static str,
    },
}

/// The most cells of a table of an input's and the target's categories: 80 MB of counts.
const MAX_CELLS: usize = 10_000_000;

/// Fails if a table of an input's and the target's categories would be too large.
pub(crate) fn check_cells(input: usize, target: usize) -> Result<(), MiningError> {
    match input.checked_mul(target) {
        Some(cells) if cells <= MAX_CELLS => Ok(()),
        _ => Err(MiningError::TooLarge {
            what: "combinations of an input's and the target's categories",
            limit: MAX_CELLS,
            advice: "leave out fields with many values, or group their values",
        }),
    }
}
