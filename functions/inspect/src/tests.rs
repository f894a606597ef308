//! The functions, called as a client would.

mod explaining;
mod validating;
mod world;
