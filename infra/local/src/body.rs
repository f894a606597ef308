//! The body of a request, within limits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_LENGTH, EXPECT};

/// Largest body: slightly more than Lambda's 6 MB, so that callers get the errors of the functions' own
/// limits.
pub(crate) const MAX_BODY_BYTES: usize = 6 * 1024 * 1024 + 512 * 1024;

/// Longest time for a body to arrive.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Time to read a refused body, so that its sender receives the response: many clients read no response
/// before they have sent the whole body. A body that is left unread breaks their connection.
const DISCARD_TIME: Duration = Duration::from_secs(30);

/// Longest pause of the sender of a refused body.
const DISCARD_PAUSE: Duration = Duration::from_secs(4);

/// Most bytes of a refused body that are read: more than a caller sends by mistake, whose file belongs into parts.
const DISCARD_BYTES: usize = 256 * 1024 * 1024;

/// Why a body was not read.
pub(crate) enum Unread {
    /// It has more than [`MAX_BODY_BYTES`]: at least this many.
    TooLarge { bytes: u64 },
    /// It did not arrive in time, or the connection broke.
    CutOff,
}

/// Reads a whole body.
pub(crate) async fn read(headers: &HeaderMap, mut body: Incoming) -> Result<Bytes, Unread> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let read = match announced.filter(|&bytes| bytes > MAX_BODY_BYTES as u64) {
        // A client that waits for "100 Continue" gets the error before it sends anything.
        Some(bytes) if headers.contains_key(EXPECT) => return Err(Unread::TooLarge { bytes }),
        Some(bytes) => Err(Unread::TooLarge { bytes }),
        None => tokio::time::timeout(BODY_TIME, collect(&mut body)).await.unwrap_or(Err(Unread::CutOff)),
    };
    if matches!(read, Err(Unread::TooLarge { .. })) {
        drop_frames(&mut body).await;
    }
    read
}

/// Reads a refused body and drops it. A client that waits for "100 Continue" gets the response before it sends
/// anything.
pub(crate) async fn discard(headers: &HeaderMap, mut body: Incoming) {
    if !headers.contains_key(EXPECT) {
        drop_frames(&mut body).await;
    }
}

async fn collect(body: &mut Incoming) -> Result<Bytes, Unread> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(0).min(MAX_BODY_BYTES);
    let mut whole = BytesMut::with_capacity(expected);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::CutOff)?.into_data() else { continue };
        if whole.len() + data.len() > MAX_BODY_BYTES {
            return Err(Unread::TooLarge { bytes: (whole.len() + data.len()) as u64 });
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

async fn drop_frames(body: &mut Incoming) {
    let mut dropped = 0;
    let frames = async {
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(DISCARD_PAUSE, body.frame()).await {
            dropped += frame.data_ref().map_or(0, Bytes::len);
            if dropped > DISCARD_BYTES {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIME, frames).await;
}
