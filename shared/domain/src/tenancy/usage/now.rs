//! Current usage of an instance.

use super::{Month, Usage};
use crate::error::StoreError;
use crate::ids::InstanceId;
use crate::ports::GetUsage;
use crate::time::Clock;

/// The current usage of an instance.
///
/// # Errors
/// A fault of the store.
pub async fn usage_now<S: GetUsage>(
    store: &S,
    clock: &dyn Clock,
    instance: &InstanceId,
) -> Result<Usage, StoreError> {
    store.get_usage(instance, Month::of(clock.now())).await
}
