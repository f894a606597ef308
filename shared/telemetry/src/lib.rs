//! What the functions tell those who operate them: [`logs`], JSON lines for CloudWatch, with [`metrics`] in
//! some of them, and [`traces`] for X-Ray. Other code logs and makes spans with `tracing` and knows none of
//! this; a function's `main` starts it.

pub mod logs;
pub mod metrics;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod traces;
