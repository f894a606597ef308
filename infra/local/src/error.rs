//! Why the service did not start, as a sentence with what to do.

use std::net::SocketAddr;
use std::path::PathBuf;

use satsuma_domain::Error;

/// Errors of the local service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LocalError {
    /// Something else listens there.
    #[error("{address} is in use by another program; stop that one, or choose another port with --port")]
    PortInUse {
        /// The address to listen on.
        address: SocketAddr,
    },
    /// The address cannot be listened on for another reason.
    #[error("cannot listen on {address}: {detail}; choose another one with --bind and --port")]
    Listen {
        /// The address to listen on.
        address: SocketAddr,
        /// The system's message.
        detail: String,
    },
    /// The data folder cannot be made, read or written.
    #[error("cannot use `{}`: {detail}; give a folder that you may write to with --data", path.display())]
    Data {
        /// The folder or file.
        path: PathBuf,
        /// The system's message.
        detail: String,
    },
    /// Another process holds the data folder.
    #[error(
        "`{}` is in use by another satsuma process; stop that one, or give another folder with --data",
        path.display()
    )]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The key file does not hold a key.
    #[error(
        "`{}` does not contain an access key ({detail}); delete the file to get a new key, or give one with \
         --access-key",
        path.display()
    )]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// The problem.
        detail: String,
    },
    /// The file of the key that passwords are sealed under does not hold one.
    #[error(
        "`{}` does not contain the key that encrypts passwords ({detail}); restore it, or delete it to get \
         a new one: jobs with database passwords must then be submitted again",
        path.display()
    )]
    SealKeyFile {
        /// The file.
        path: PathBuf,
        /// The problem.
        detail: String,
    },
    /// An embedded store did not start.
    #[error("the {what} did not start: {detail}; if its data are damaged, give an empty folder with --data")]
    Store {
        /// Which one.
        what: &'static str,
        /// The store's message.
        detail: String,
    },
    /// The system refused something that the service needs.
    #[error("the system refused {what}: {detail}")]
    System {
        /// The operation.
        what: &'static str,
        /// The message.
        detail: String,
    },
    /// The demo did not get its predictions.
    #[error("the demo failed: {0}")]
    Demo(String),
    /// Instances or keys could not be read or changed.
    #[error("{0}")]
    Tenants(String),
    /// Files of a folder that was surveyed cannot be read.
    #[error("{files} of the files in `{}` cannot be read; the second table has the reasons", folder.display())]
    Unreadable {
        /// How many.
        files: usize,
        /// The folder.
        folder: PathBuf,
    },
    /// A file that was to be inspected cannot be read.
    #[error("cannot inspect `{}`: {detail}", path.display())]
    Inspect {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

impl From<Error> for LocalError {
    fn from(error: Error) -> Self {
        // The reader of this message operates the service.
        Self::Tenants(error.for_operators())
    }
}
