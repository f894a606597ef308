//! Notices of ended jobs, in memory.

use async_trait::async_trait;

use super::Memory;
use crate::error::StoreError;
use crate::notices::EndNotice;
use crate::ports::SendNotice;

impl Memory {
    /// Takes the oldest notice of an ended job.
    pub fn take_notice(&self) -> Option<EndNotice> {
        self.lock().notices.pop_front()
    }

    /// Takes no notices from now on, or takes them again.
    pub fn take_no_notice(&self, deaf: bool) {
        self.lock().deaf = deaf;
    }
}

#[async_trait]
impl SendNotice for Memory {
    async fn send_notice(&self, notice: &EndNotice) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.deaf {
            return Err(StoreError::transient("send a notice", "made to fail"));
        }
        state.notices.push_back(notice.clone());
        Ok(())
    }
}
