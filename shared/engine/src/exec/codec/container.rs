//! The bytes of a plan: a mark, a version, the head as JSON, the documents.

use super::pieces::Head;
use crate::error::EngineError;
use crate::limits::{PLAN_BYTES, PLAN_HEAD_BYTES};

/// The first bytes of every plan.
const MARK: &[u8; 7] = b"satsuma";

/// The version of the form; another one is refused. Nothing encoded outlives its job.
const VERSION: u8 = 1;

/// The bytes of a plan.
pub(super) fn write(head: &Head, documents: &[std::sync::Arc<[u8]>]) -> Result<Vec<u8>, EngineError> {
    let too_large = |what: &'static str, limit: usize| EngineError::Limit { what, limit: limit as u64 };
    let text = serde_json::to_vec(head).map_err(|error| EngineError::Query(error.to_string()))?;
    if text.len() > PLAN_HEAD_BYTES {
        return Err(too_large("bytes of a plan without its models", PLAN_HEAD_BYTES));
    }
    let all = documents.iter().map(|document| document.len()).sum::<usize>();
    if all > PLAN_BYTES {
        return Err(too_large("bytes of models in a plan", PLAN_BYTES));
    }
    let mut bytes = Vec::with_capacity(MARK.len() + 1 + 8 + text.len() + all);
    bytes.extend_from_slice(MARK);
    bytes.push(VERSION);
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&text);
    documents.iter().for_each(|document| bytes.extend_from_slice(document));
    Ok(bytes)
}

/// The head and the documents of a plan.
pub(super) fn read(bytes: &[u8]) -> Result<(Head, Vec<&[u8]>), EngineError> {
    let cut = || undecodable("it is cut off");
    let (mark, rest) = bytes.split_first_chunk::<7>().ok_or_else(cut)?;
    let (version, rest) = rest.split_first().ok_or_else(cut)?;
    if mark != MARK {
        return Err(undecodable("the bytes are no plan"));
    }
    if *version != VERSION {
        return Err(undecodable(format!("its form is version {version}, this process reads {VERSION}")));
    }
    let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
    if length > PLAN_HEAD_BYTES || bytes.len() > PLAN_HEAD_BYTES + PLAN_BYTES {
        return Err(undecodable("it is larger than any plan"));
    }
    let (head, mut rest) = rest.split_at_checked(length).ok_or_else(cut)?;
    let head: Head = serde_json::from_slice(head).map_err(undecodable)?;
    let mut documents = Vec::with_capacity(head.documents.len());
    for length in &head.documents {
        let length = usize::try_from(*length).map_err(|_| cut())?;
        let (document, others) = rest.split_at_checked(length).ok_or_else(cut)?;
        documents.push(document);
        rest = others;
    }
    match rest.is_empty() {
        true => Ok((head, documents)),
        false => Err(undecodable("bytes follow its end")),
    }
}

/// The error of bytes that are no plan.
pub(super) fn undecodable(reason: impl std::fmt::Display) -> EngineError {
    EngineError::Undecodable(reason.to_string())
}
