//! Telemetry of the functions: [`logs`], JSON lines for CloudWatch, with [`metrics`] in some of them, and
//! [`traces`] for X-Ray. Other code uses `tracing` and does not depend on this crate; each function's `main`
//! initialises it.

pub mod logs;
pub mod metrics;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod traces;
