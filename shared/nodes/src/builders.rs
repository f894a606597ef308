//! Model builders: they train a model and put it into the nuggets of the stream.

pub mod apriori;
mod header;
mod options;
mod records;
mod roles;
