//! The uploads folder: a file put into it goes to the bucket's uploads prefix, and the uploads function
//! is called for it, as S3 does.

mod folder;
mod taker;

use std::time::Duration;

pub(crate) use self::folder::UploadsFolder;
pub(crate) use self::taker::{Taken, Taker};
use crate::stop::Stop;

/// Interval of the scans of the folder. Two scans must find a file unchanged before it is processed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Processes files until the service stops.
pub(crate) async fn run(mut folder: UploadsFolder, taker: Taker, stop: Stop) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.stopped() => return,
        }
        for name in folder.settled() {
            if stop.is_stopped() {
                return;
            }
            match taker.take(&name, &folder.path_of(&name)).await {
                Ok(Taken::Accepted) => {
                    tracing::info!(file = %name, "processed a file of the uploads folder");
                    folder.done(&name);
                }
                Ok(Taken::AcceptedPasswords) => {
                    tracing::info!(file = %name, "submitted a job and deleted its file, which held passwords");
                    folder.delete(&name);
                }
                Ok(Taken::Rejected(report)) => {
                    tracing::warn!(file = %name, "rejected a file of the uploads folder; its report is beside it");
                    folder.rejected(&name, &report);
                }
                Ok(Taken::RejectedPasswords(report)) => {
                    tracing::warn!(file = %name, "a job was rejected, and its file deleted: it may contain \
                                                  passwords; its report is kept");
                    folder.report(&name, &report);
                    folder.delete(&name);
                }
                Err(fault) => {
                    tracing::warn!(file = %name, %fault, "a file of the uploads folder waits");
                    folder.postpone(&name);
                }
            }
        }
    }
}
