//! Exhaustive exploration (stateright) of the protocol of workers, sweeper and callers: any order, a crash
//! at any step, messages and responses that are lost, duplicated or late. Every notice is published.
//!
//! The processes are not modelled: they are the use cases themselves (`work::handle`, `sweep::sweep`,
//! `submit::create`, `submit::create_or_resubmit`, `remove::remove`), over ports that wait for the checker's
//! responses. The next step of a process follows from the responses that it received. So these are its
//! state, and it runs from its start for every step ([`process`]). The store is the reference of the ports
//! ([`satsuma_domain::testing::Memory`]), and the rules are those of [`satsuma_domain::invariants`].
//!
//! `cargo test -p satsuma-domain --test protocol -- --nocapture` prints the numbers of states.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod process;
mod properties;
mod settle;
mod stored;
mod world;

use std::time::Instant;

use stateright::{Checker, Model};

use crate::properties::Sight::{self, *};
use crate::world::Request::{self, *};
use crate::world::{Budget, Protocol};

/// Explores every state, and holds all of them to all properties.
fn explore(name: &str, requests: &[Request], budget: Budget, meets: &[Sight]) {
    let started = Instant::now();
    let checked = Protocol::new(requests, budget, meets).checker().spawn_bfs().join();
    checked.assert_properties();
    eprintln!(
        "{name}: {} states, at most {} steps, {:.1} s",
        checked.unique_state_count(),
        checked.max_depth(),
        started.elapsed().as_secs_f64()
    );
}

#[test]
fn lost_workers_are_replaced_and_duplicates_run_once() {
    let budget =
        Budget { crashes: 1, duplicates: 1, half_ticks: 2, beats: 1, sweeps: 1, ..Budget::default() };
    explore("crashes", &[Post], budget, &[SecondAttempt, Zombie, Orphan]);
}

#[test]
fn a_job_whose_workers_keep_dying_ends() {
    let budget = Budget { crashes: 3, ticks: 3, sweeps: 3, calm: true, ..Budget::default() };
    explore("last attempt", &[Post], budget, &[SecondAttempt, LastAttempt]);
}

#[test]
fn a_lost_message_is_sent_again() {
    let budget = Budget { losses: 2, ticks: 4, sweeps: 2, failures: 1, calm: true, ..Budget::default() };
    explore("losses", &[Post], budget, &[]);
}

#[test]
fn a_write_whose_response_is_lost_is_recognised() {
    let budget = Budget { faults: 2, duplicates: 1, ticks: 1, ..Budget::default() };
    explore("faults", &[Post], budget, &[SecondAttempt, Zombie]);
}

#[test]
fn a_cancellation_meets_claims_heartbeats_ends_and_sweeps() {
    let budget = Budget { ticks: 1, beats: 1, looks: 1, sweeps: 1, calm: true, ..Budget::default() };
    explore("cancellation", &[Post, Delete], budget, &[Zombie, Removed]);
}

#[test]
fn a_cancellation_survives_crashes_and_lost_answers() {
    let budget = Budget { crashes: 1, faults: 1, ticks: 1, sweeps: 1, notices: true, ..Budget::default() };
    explore("cancellation and faults", &[Post, Delete], budget, &[Removed]);
}

#[test]
fn a_resubmission_meets_late_messages_and_late_workers() {
    let budget = Budget { duplicates: 1, ticks: 1, ..Budget::default() };
    explore("resubmission", &[Put, Put], budget, &[SecondRevision]);
}

#[test]
fn the_worker_of_a_deleted_job_leaves_its_namesake_alone() {
    let budget = Budget { duplicates: 1, ticks: 1, ..Budget::default() };
    explore("namesake", &[Post, Delete, Post], budget, &[Removed, Namesake]);
}
