//! Use cases over the ports: what callers, the worker and the sweeper do with jobs.

pub mod messages;
pub mod passwords;
pub mod publish;
pub mod remove;
pub mod retention;
pub mod submit;
pub mod sweep;
pub mod watch;
pub mod work;
