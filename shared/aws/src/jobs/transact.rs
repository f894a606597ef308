//! Writes of a job that change its instance's usage: one transaction of the job and the counters.
//!
//! Both are written or neither, so that a transaction whose response was lost is recognised by the job
//! alone: its condition then fails on one's own success, and the counters did not change again. Version
//! conflicts of the job are reported before quotas. Transactions that conflict at an instance's counters are
//! retried with backoff and jitter.

use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use satsuma_domain::ports::GetUsage;
use satsuma_domain::usage::{Change, Exceeded};
use satsuma_domain::{InstanceId, StoreError};

use super::item::Item;
use super::{Jobs, usage};
use crate::fault::fault;

/// Attempts at a transaction that conflicts with others.
const TRIES: u32 = 10;

/// The pause before the second try, at most; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// The longest pause: all pauses together are shorter than the time limit of a request.
const LONGEST_PAUSE: Duration = Duration::from_millis(800);

/// Result of a transaction.
pub(super) enum Transacted {
    /// Both are written.
    Done,
    /// The job is not the expected one; this is the stored one, if the store returns it.
    JobConflict(Option<Item>),
    /// A quota is used up.
    OverQuota(Exceeded),
}

impl Jobs {
    /// Writes a job, and what follows for its instance.
    pub(super) async fn transact(
        &self,
        operation: &'static str,
        instance: &InstanceId,
        change: &Change,
        job: TransactWriteItem,
    ) -> Result<Transacted, StoreError> {
        let counted = usage::update(&self.table, instance, change)?;
        let counted = TransactWriteItem::builder().update(counted).build();
        let mut tries = 0;
        loop {
            // The SDK generates a token for every attempt, and keeps it when it resends.
            let request = self.client.transact_write_items();
            let sent = request.transact_items(job.clone()).transact_items(counted.clone()).send().await;
            let Err(error) = sent else { return Ok(Transacted::Done) };
            tries += 1;
            match canceled(&error) {
                Some([job, _]) if failed_check(job) => return Ok(Transacted::JobConflict(job.item.clone())),
                Some([_, counted]) if failed_check(counted) => {
                    let held = match &counted.item {
                        Some(item) if !item.is_empty() => usage::to_usage(Some(item), change.month),
                        // Some emulators of DynamoDB do not return the stored item.
                        _ => self.get_usage(instance, change.month).await?,
                    };
                    // If no quota is used up now, another writer was faster, and the next attempt may
                    // succeed.
                    if let Some(exceeded) = held.refuses(change.need) {
                        return Ok(Transacted::OverQuota(exceeded));
                    }
                }
                Some(reasons) if reasons.iter().any(may_pass) => {}
                _ => return Err(fault(operation, &error)),
            }
            if tries >= TRIES {
                let detail = format!("others kept writing the counters of the instance, {TRIES} times");
                return Err(StoreError::transient(operation, detail));
            }
            tokio::time::sleep(pause(tries)).await;
        }
    }
}

/// Why a transaction was canceled, for the job and for the counters.
fn canceled<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<&[CancellationReason; 2]> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(canceled) => {
            canceled.cancellation_reasons.as_deref()?.try_into().ok()
        }
        _ => None,
    }
}

fn failed_check(reason: &CancellationReason) -> bool {
    reason.code.as_deref() == Some("ConditionalCheckFailed")
}

fn may_pass(reason: &CancellationReason) -> bool {
    let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    reason.code.as_deref().is_some_and(|code| passing.contains(&code))
}

/// A random part of a time that doubles with every try.
pub(super) fn pause(tries: u32) -> Duration {
    let longest = (FIRST_PAUSE * 2_u32.saturating_pow(tries - 1)).min(LONGEST_PAUSE);
    let mut byte = [u8::MAX];
    // Without a random generator all wait for the whole time.
    let _ = getrandom::fill(&mut byte);
    longest.mul_f64((f64::from(byte[0]) + 1.0) / 256.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_conflicts_are_retried_and_job_conflicts_not() {
        let reason = |code: &str| CancellationReason::builder().code(code).build();
        for code in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
            assert!(may_pass(&reason(code)) && !failed_check(&reason(code)), "{code}");
        }
        for code in ["None", "ConditionalCheckFailed", "ValidationError", "ItemCollectionSizeLimitExceeded"] {
            assert!(!may_pass(&reason(code)), "{code}");
        }
        assert!(failed_check(&reason("ConditionalCheckFailed")));
        assert!((1..=TRIES).all(|tries| pause(tries) <= LONGEST_PAUSE));
    }
}
