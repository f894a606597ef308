//! The fuzz targets and their seeds.
//!
//! A target is right as long as nothing panics, nothing holds more memory than its limits allow, and what
//! was accepted is written and read again equal.

#![allow(clippy::expect_used, reason = "a failed expectation is a finding")]

pub mod api;
pub mod files;
pub mod infoset;
pub mod pmml;
pub mod seeds;
pub mod stream;

/// A target: its name and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Defines the list of all targets; each has a program of the same name.
macro_rules! targets {
    ($($name:ident = $run:path,)*) => {
        /// All targets.
        pub const TARGETS: &[Target] = &[$((stringify!($name), $run),)*];
    };
}

targets! {
    fast_infoset = infoset::read,
    stream = stream::document,
    node = stream::node,
    archive = files::archive,
    modeler_file = files::modeler_file,
    container = files::container,
    container_bytes = files::container_bytes,
    parameters = files::parameters,
    record_table = files::record_table,
    extension = files::extension,
    pmml_document = pmml::document,
    definition = api::definition,
    message = api::message,
    ids = api::ids,
    path = api::path,
    multipart = api::multipart,
    upload = api::upload,
}

/// Runs the target of a program.
pub fn run(target: &str, data: &[u8]) {
    for (name, run) in TARGETS {
        if *name == target {
            run(data);
        }
    }
}
