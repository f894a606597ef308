//! Execution: the work of nodes as operators of the query engine.
//!
//! - A [`Kernel`] computes columns from columns, batch by batch, on any core and in any order.
//! - A [`Serial`] operator processes the ordered records of one or several tables.
//! - [`cache`] stores a table that is read more than once.
//!
//! All of them are data to a plan: a [`Kind`] and bytes, of which any process makes them again. [`codec`] encodes
//! whole plans.
//! Whatever belongs to a process (cancellation, counters) they find in the task's configuration
//! ([`TaskStatus`]).

mod cache;
mod codec;
mod encoded;
mod kernel;
mod kind;
mod merge;
mod records;
mod remake;
mod serial;
mod serial_exec;
mod session;
mod source;
mod status;
mod steps;

pub(crate) use self::cache::cache;
pub(crate) use self::codec::{decode, encode};
pub use self::encoded::Encoded;
pub(crate) use self::kernel::Function;
pub use self::kernel::Kernel;
pub use self::kind::{Found, Kind};
pub use self::records::Records;
#[cfg(any(test, feature = "testing"))]
pub(crate) use self::remake::remake;
pub use self::serial::Serial;
pub(crate) use self::serial::{SerialNode, identity};
pub(crate) use self::session::session;
pub use self::source::RecordSource;
pub(crate) use self::source::SourceTable;
pub use self::status::{NodeTask, TaskStatus};
pub(crate) use self::steps::{Item, Named, Place, Selection, Step};
