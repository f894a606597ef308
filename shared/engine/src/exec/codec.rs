//! Whole plans as bytes, which any process with the same kinds and files runs.
//!
//! A plan is a list of pieces, one for each step, each behind those that it reads. Pieces name steps and columns by
//! number. Kernels, operators and data are a kind and bytes; the bytes are behind the list, so that a model is in
//! the plan as it is. The number of partitions is no part of a plan: the process that runs it chooses.
//!
//! Bytes of another process are hostile: every number is checked against what it names, every column has the
//! storage that its reader expects, and lists have limits.

mod container;
mod decode;
mod encode;
mod pieces;

pub(crate) use self::decode::decode;
pub(crate) use self::encode::encode;
