//! The queue of jobs and that of notices, in memory.

use std::time::Duration;

use async_trait::async_trait;

use super::Memory;
use crate::error::StoreError;
use crate::job::notices::{EndNotice, QueuedNotice};
use crate::ports::{DeferMessage, JobMessage, ReturnMessage, SendMessage, SendNotice};

impl Memory {
    /// Removes and returns the oldest message.
    pub fn take_message(&self) -> Option<JobMessage> {
        self.lock().messages.pop_front()
    }

    /// Removes and returns the oldest delayed message, with its delay.
    pub fn take_deferred(&self) -> Option<(JobMessage, Duration)> {
        self.lock().deferred.pop_front()
    }

    /// The receipt and delay of the first message that was returned to the queue.
    pub fn take_returned(&self) -> Option<(String, Duration)> {
        self.lock().returned.pop_front()
    }

    /// Removes and returns the oldest notice of an ended job.
    pub fn take_notice(&self) -> Option<EndNotice> {
        self.take_queued_notice().map(|queued| queued.notice)
    }

    /// Removes and returns the oldest notice in its queued form.
    pub fn take_queued_notice(&self) -> Option<QueuedNotice> {
        self.lock().notices.pop_front()
    }

    /// Refuses notices from now on, or accepts them again.
    pub fn take_no_notice(&self, deaf: bool) {
        self.lock().deaf = deaf;
    }
}

#[async_trait]
impl SendMessage for Memory {
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError> {
        self.lock().messages.push_back(message.clone());
        Ok(())
    }
}

#[async_trait]
impl DeferMessage for Memory {
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError> {
        self.lock().deferred.push_back((message.clone(), delay));
        Ok(())
    }
}

#[async_trait]
impl ReturnMessage for Memory {
    async fn return_message(&self, receipt: &str, delay: Duration) -> Result<(), StoreError> {
        self.lock().returned.push_back((receipt.to_owned(), delay));
        Ok(())
    }
}

#[async_trait]
impl SendNotice for Memory {
    async fn send_notice(&self, notice: &QueuedNotice) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.deaf {
            return Err(StoreError::transient("send a notice", "made to fail"));
        }
        state.notices.push_back(notice.clone());
        Ok(())
    }
}
