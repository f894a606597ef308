//! Use cases over the ports: operations of callers, the worker and the sweeper on jobs.

pub mod messages;
pub mod passwords;
pub mod publish;
pub mod remove;
pub mod retention;
pub mod submit;
pub mod sweep;
pub mod watch;
pub mod work;
