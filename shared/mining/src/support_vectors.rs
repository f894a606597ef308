//! Support vector machines: a function of the distances from some of the records.
//!
//! Sources: C.-C. Chang and C.-J. Lin, "LIBSVM: a library for support vector machines", 2011, whose order of operations
//! is followed; R.-E. Fan, P.-H. Chen and C.-J. Lin, "Working set selection using second order information", 2005;
//! H.-T. Lin, C.-J. Lin and R. C. Weng, "A note on Platt's probabilistic outputs", 2007. Models that Modeler stored
//! show that its kernels have double precision, and that its error and its probabilities come from the training
//! records themselves.

mod kernel;
mod machine;
mod probability;
mod rows;
mod solver;
mod variable;

pub use kernel::Kernel;
pub use machine::{Machine, SvmOptions, Vectors, classify, regress};
pub use probability::{Sigmoid, sigmoid};
