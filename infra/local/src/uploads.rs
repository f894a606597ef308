//! The uploads folder: a file put into it goes to the bucket's uploads prefix, and the uploads function
//! is called for it, as S3 does.

mod folder;
mod taker;

use std::time::Duration;

pub(crate) use self::folder::UploadsFolder;
pub(crate) use self::taker::{Taken, Taker};
use crate::stop::Stop;

/// How often the folder is looked at. Two looks must find a file the same before it is taken.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Takes files over until it is time to stop.
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
                    tracing::info!(file = %name, "a file of the uploads folder was taken over");
                    folder.done(&name);
                }
                Ok(Taken::AcceptedPasswords) => {
                    tracing::info!(file = %name, "a job was taken over, and its file deleted: it held passwords");
                    folder.delete(&name);
                }
                Ok(Taken::Rejected(report)) => {
                    tracing::warn!(file = %name, "a file of the uploads folder was rejected; its report lies beside it");
                    folder.rejected(&name, &report);
                }
                Ok(Taken::RejectedPasswords(report)) => {
                    tracing::warn!(file = %name, "a job was rejected, and its file deleted: it may hold passwords; its report is kept");
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
