//! A queue in memory with the rules of SQS: a received message is hidden for a while and redelivered unless
//! it is deleted; one that was redelivered too often is dropped; one can be sent with a delay. As in SQS's
//! fair queues, the group with the fewest messages in flight is next, so that no group waits for another's
//! flood.
//!
//! Its content is lost when the process ends, as SQS's may be: the jobs themselves are stored, and the next
//! start sends their messages again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// Deliveries of a message before it is dropped.
const MAX_RECEIVES: u32 = 5;

/// A message, and the number of its deliveries.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) body: String,
    /// Its group; messages without one share a group.
    pub(crate) group: String,
    pub(crate) receives: u32,
}

/// A delivered message with its receipt.
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
    /// The waiting messages of each group, each with the number of its arrival.
    waiting: HashMap<String, VecDeque<(u64, Message)>>,
    /// Messages in flight by their receipts, and delayed messages.
    hidden: HashMap<String, (Message, Instant)>,
    /// Messages in flight for each group.
    in_work: HashMap<String, usize>,
    arrivals: u64,
}

impl MemoryQueue {
    /// Adds a message with a delay; returns its id.
    pub(crate) fn send(&self, body: String, group: String, delay: Duration) -> Uuid {
        let message = Message { id: Uuid::new_v4(), body, group, receives: 0 };
        let id = message.id;
        let mut state = self.lock();
        if delay.is_zero() {
            state.arrive(message);
        } else {
            state.hidden.insert(Uuid::new_v4().to_string(), (message, Instant::now() + delay));
        }
        drop(state);
        self.arrived.notify_one();
        id
    }

    /// Receives up to `limit` messages, hidden from others for `visibility`; waits up to `wait` for the
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

    /// Deletes a message in flight; one that was redelivered meanwhile stays.
    pub(crate) fn delete(&self, receipt: &str) {
        self.lock().uncover(receipt);
    }

    /// Hides a message in flight for another while, or makes it visible.
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
    /// Some messages, and the time at which the next hidden one becomes visible.
    fn take(&mut self, limit: usize, visibility: Duration, now: Instant) -> (Vec<Received>, Option<Instant>) {
        self.bring_back(now);
        let mut taken = Vec::new();
        while taken.len() < limit {
            let Some(mut message) = self.next() else { break };
            message.receives += 1;
            let receipt = Uuid::new_v4().to_string();
            *self.in_work.entry(message.group.clone()).or_default() += 1;
            self.hidden.insert(receipt.clone(), (message.clone(), now + visibility));
            taken.push(Received { receipt, message });
        }
        (taken, self.hidden.values().map(|(_, until)| *until).min())
    }

    /// The oldest message of the group with the fewest in work; of two such groups, the older message.
    fn next(&mut self) -> Option<Message> {
        let in_work = |group: &String| self.in_work.get(group).copied().unwrap_or(0);
        let order = |(group, messages): &(&String, &VecDeque<(u64, Message)>)| {
            (in_work(group), messages.front().map(|(arrival, _)| *arrival))
        };
        let group = self.waiting.iter().min_by_key(order)?.0.clone();
        let messages = self.waiting.get_mut(&group)?;
        let next = messages.pop_front().map(|(_, message)| message);
        if messages.is_empty() {
            self.waiting.remove(&group);
        }
        next
    }

    fn arrive(&mut self, message: Message) {
        self.arrivals += 1;
        self.waiting.entry(message.group.clone()).or_default().push_back((self.arrivals, message));
    }

    /// Removes a hidden message, which is no longer in flight.
    fn uncover(&mut self, receipt: &str) -> Option<Message> {
        let (message, _) = self.hidden.remove(receipt)?;
        if message.receives > 0 {
            let left = self.in_work.remove(&message.group).unwrap_or(0).saturating_sub(1);
            if left > 0 {
                self.in_work.insert(message.group.clone(), left);
            }
        }
        Some(message)
    }

    fn bring_back(&mut self, now: Instant) {
        let due = self.hidden.iter().filter(|(_, (_, until))| *until <= now);
        let mut due: Vec<(Instant, String)> =
            due.map(|(receipt, (_, until))| (*until, receipt.clone())).collect();
        due.sort();
        for (_, receipt) in due {
            let Some(message) = self.uncover(&receipt) else { continue };
            if message.receives < MAX_RECEIVES {
                self.arrive(message);
            } else {
                tracing::warn!(message = %message.id, "a message was given up after {MAX_RECEIVES} tries");
            }
        }
    }
}

#[cfg(test)]
mod tests;
