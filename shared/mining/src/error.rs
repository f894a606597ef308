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
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What to do.
        advice: &'static str,
    },
}
