//! A fair continuation: nothing goes wrong any more, everybody who can act does, and time passes.

use std::collections::HashSet;
use std::sync::Mutex;

use satsuma_domain::Timestamp;
use satsuma_domain::job::{HEARTBEAT, RESEND_AFTER};

use crate::process::{Kind, RunEnd, Told};
use crate::stored::{Stored, fingerprint};
use crate::world::{Budget, World};

/// Steps within which every job has ended: no continuation comes near.
const BOUND: usize = 200;

/// States that are known to lead to an end.
#[derive(Default)]
pub(crate) struct Settled(Mutex<HashSet<u64>>);

impl Settled {
    /// True if the job, if there is one, ends, a deleted one is removed, and every end was published.
    pub(crate) fn ends(&self, world: &World) -> bool {
        let mut world = world.clone();
        // The way to this state does not matter any more.
        world.left = Budget::default();
        (world.zombie, world.robbed) = (false, false);
        world.results.clear();
        (world.broken, world.canceling) = (None, None);
        let mut passed = Vec::new();
        for _ in 0..BOUND {
            let state = fingerprint(&world);
            let is_known = self.0.lock().unwrap().contains(&state);
            if is_known || !world.go_on() {
                let is_right = is_known || world.ends.is_subset(&world.told);
                self.0.lock().unwrap().extend(passed.into_iter().filter(|_| is_right));
                return is_right;
            }
            passed.push(state);
        }
        false
    }
}

impl World {
    /// The same without any process or message.
    pub(crate) fn crashed(&self) -> Self {
        let mut crashed = self.clone();
        crashed.slots.fill(None);
        crashed.messages.clear();
        crashed
    }

    /// Whether there is something left to do, which is then done.
    fn go_on(&mut self) -> bool {
        for index in 0..self.slots.len() {
            let Some(slot) = &self.slots[index] else { continue };
            if slot.standing.call.is_some() {
                self.answer(index);
            } else if slot.standing.runs.is_some() {
                self.end_run(index, RunEnd::Success);
            } else {
                self.tell(index, Told::TimePasses(HEARTBEAT));
            }
            return true;
        }
        if let (Some(worker), Some(revision)) = (self.idle_worker(), self.messages.first().copied()) {
            self.take_message(revision);
            self.start(worker, Kind::Worker(revision));
            return true;
        }
        let waits = self.job.as_ref().is_some_and(|job: &Stored| {
            let job = job.job();
            // One that is to be removed has to go: nothing here ends before it has.
            !job.state.is_terminal() || !job.unsent_notices.is_empty() || job.remove_when_ended
        });
        if waits {
            self.now = Timestamp(self.now).plus(RESEND_AFTER).0;
            self.sweep();
        }
        waits
    }
}
