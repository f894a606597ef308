//! Shutdown: its triggers, and the parts that it reaches.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::error::LocalError;

/// The exit code that shells expect after Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Stops every part of the service.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

/// The receiving side of [`Stop`].
pub(crate) struct Stopper(watch::Sender<bool>);

/// A pair of both ends.
pub(crate) fn stop() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Stops all parts.
    pub(crate) fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns when the service stops; at once if it already has.
    pub(crate) async fn stopped(&self) {
        // An error means that the sender was dropped: a reason to stop as well.
        let _ = self.0.clone().wait_for(|&stopped| stopped).await;
    }

    /// Whether it is time to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }
}

/// Listens for Ctrl-C and SIGTERM. The returned future ends at the first one; after that another one ends
/// the process at once.
pub(crate) fn signalled() -> Result<impl Future<Output = ()>, LocalError> {
    let system =
        |error: std::io::Error| LocalError::System { what: "signal handlers", detail: error.to_string() };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(system)?;
    Ok(async move {
        either(&mut interrupt, &mut terminate).await;
        tokio::spawn(async move {
            either(&mut interrupt, &mut terminate).await;
            std::process::exit(INTERRUPTED);
        });
    })
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
