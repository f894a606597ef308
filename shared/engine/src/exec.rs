//! Execution: the work of nodes as operators of the query engine.
//!
//! - A [`Kernel`] computes columns from columns, batch by batch, on any core and in any order.
//! - A [`Serial`] operator processes the ordered records of one or several tables.
//! - [`cache`] stores a table that is read more than once.
//!
//! Plans contain all of them as data: a kind and bytes, which a [`Codec`](crate::codec) decodes in other
//! processes. Objects of a process (cancellation, counters) are in the configuration of the task
//! ([`TaskStatus`]).

mod cache;
mod encoded;
mod kernel;
mod kind;
mod merge;
mod records;
mod serial;
mod serial_exec;
mod session;
mod source;
mod status;
mod steps;

pub(crate) use self::cache::{Kept, KeptExec, cache};
pub use self::encoded::Encoded;
pub use self::kernel::Kernel;
pub(crate) use self::kernel::{FilterFunction, KernelFunction, Part, kernels};
pub use self::kind::{Found, Kind};
pub(crate) use self::merge::in_order;
pub use self::records::Records;
pub use self::serial::Serial;
pub(crate) use self::serial::{IDENTITY, SerialNode, identity};
pub(crate) use self::serial_exec::SerialExec;
pub(crate) use self::session::session;
pub use self::source::RecordSource;
pub(crate) use self::source::{Scan, SourceTable};
pub use self::status::{NodeTask, TaskStatus};
pub(crate) use self::steps::{Named, Place, Selection, Step, physical};
