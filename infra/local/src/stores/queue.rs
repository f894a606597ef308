//! A queue in memory with the rules of SQS: a received message is hidden for a while and comes back
//! unless it is deleted; one that comes back too often is given up.
//!
//! What is in it when the process ends is lost, as SQS's may be: the jobs themselves are stored, and
//! the next start sends their messages again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// How often a message is handed out before it is given up: nobody can make use of it.
const MAX_RECEIVES: u32 = 5;

/// A message, and how often it was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) body: String,
    pub(crate) receives: u32,
}

/// A message that was handed out, and what it is deleted by.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) receipt: String,
    pub(crate) message: Message,
}

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct MemoryQueue {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Message>,
    hidden: HashMap<String, (Message, Instant)>,
}

impl MemoryQueue {
    /// Adds a message; returns its id.
    pub(crate) fn send(&self, body: String) -> Uuid {
        let id = Uuid::new_v4();
        self.lock().waiting.push_back(Message { id, body, receives: 0 });
        self.arrived.notify_one();
        id
    }

    /// Takes up to `limit` messages, hidden from others for `visibility`; waits up to `wait` for the
    /// first one.
    pub(crate) async fn receive(&self, limit: usize, visibility: Duration, wait: Duration) -> Vec<Received> {
        let until = Instant::now() + wait;
        loop {
            let (taken, next_back) = self.lock().take(limit, visibility, Instant::now());
            if !taken.is_empty() || Instant::now() >= until {
                return taken;
            }
            let wake = next_back.map_or(until, |back| back.min(until));
            // A time-out here means that a hidden message is back, or that the wait is over.
            let _ = timeout_at(wake, self.arrived.notified()).await;
        }
    }

    /// Deletes a message that was handed out; one that came back meanwhile stays.
    pub(crate) fn delete(&self, receipt: &str) {
        self.lock().hidden.remove(receipt);
    }

    /// Hides a message that was handed out for another while, or not at all any more.
    pub(crate) fn hide(&self, receipt: &str, visibility: Duration) -> bool {
        let mut state = self.lock();
        let Some((_, until)) = state.hidden.get_mut(receipt) else { return false };
        *until = Instant::now() + visibility;
        drop(state);
        self.arrived.notify_one();
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Some messages, and when the next hidden one comes back.
    fn take(&mut self, limit: usize, visibility: Duration, now: Instant) -> (Vec<Received>, Option<Instant>) {
        self.bring_back(now);
        let count = limit.min(self.waiting.len());
        let mut taken = Vec::with_capacity(count);
        for mut message in self.waiting.drain(..count) {
            message.receives += 1;
            let receipt = Uuid::new_v4().to_string();
            self.hidden.insert(receipt.clone(), (message.clone(), now + visibility));
            taken.push(Received { receipt, message });
        }
        (taken, self.hidden.values().map(|(_, until)| *until).min())
    }

    fn bring_back(&mut self, now: Instant) {
        let due: Vec<String> = self
            .hidden
            .iter()
            .filter(|(_, (_, until))| *until <= now)
            .map(|(receipt, _)| receipt.clone())
            .collect();
        for (message, _) in due.iter().filter_map(|receipt| self.hidden.remove(receipt)) {
            if message.receives < MAX_RECEIVES {
                self.waiting.push_back(message);
            } else {
                tracing::warn!(message = %message.id, "a message was given up after {MAX_RECEIVES} tries");
            }
        }
    }
}

#[cfg(test)]
mod tests;
