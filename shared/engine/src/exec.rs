//! Execution: what the nodes' work is to the query engine.
//!
//! - A [`Kernel`] turns columns into columns, batch by batch, on any core and in any order.
//! - A [`Serial`] operator sees records in order, of one or several tables.
//! - [`cache`] keeps a table that is read more than once.
//!
//! All of them are data to a plan: a kind and bytes, which a [`Codec`](crate::codec) decodes elsewhere.
//! Whatever belongs to a process (cancellation, counters) they find in the task's configuration
//! ([`TaskStatus`]).

mod cache;
mod encoded;
mod kernel;
mod merge;
mod records;
mod serial;
mod serial_exec;
mod session;
mod status;
mod steps;

pub(crate) use self::cache::cache;
pub use self::encoded::Encoded;
pub use self::kernel::Kernel;
pub(crate) use self::kernel::{FilterFunction, KernelFunction};
pub use self::records::Records;
pub use self::serial::Serial;
pub(crate) use self::serial::{SerialNode, identity};
pub(crate) use self::session::session;
pub use self::status::TaskStatus;
pub(crate) use self::steps::{Named, Place, Selection, Step, physical};
