//! Properties of every state, and states that must be reached.

use satsuma_domain::JobState;
use satsuma_domain::job::Job;
use stateright::Property;

use crate::stored::Stored;
use crate::world::{Protocol, World};

/// The properties of every state.
pub(crate) fn always() -> Vec<Property<Protocol>> {
    vec![
        Property::always("no write breaks an invariant", |_, world: &World| world.broken.is_none()),
        Property::always("a lease is respected", |_, world: &World| !world.robbed),
        Property::always("a success shows results that are stored", |_, world: &World| {
            let Some(job) = has_succeeded(world) else { return true };
            let execution = job.execution().unwrap().number.0;
            world.results.contains(&(job.uuid.0.as_u128(), execution))
        }),
        Property::always("a cancellation is not forgotten", |_, world: &World| {
            let Some(job) = job(world).filter(|job| world.canceling == Some(job.uuid.0.as_u128())) else {
                return true;
            };
            matches!(job.state, JobState::Canceling | JobState::Canceled)
        }),
        Property::always("every job comes to its end", |protocol: &Protocol, world: &World| {
            protocol.settled.ends(world)
        }),
        Property::always(
            "every job comes to its end after everything crashed",
            |protocol: &Protocol, world: &World| protocol.settled.ends(&world.crashed()),
        ),
    ]
}

/// Something that an exploration must come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// A job succeeds at its second attempt.
    SecondAttempt,
    /// A job fails because its workers keep vanishing.
    LastAttempt,
    /// A job is submitted again, and succeeds again.
    SecondRevision,
    /// A worker finds that it lost its job.
    Zombie,
    /// A job is removed after its worker has stopped.
    Removed,
    /// Another job bears the name of one that was canceled while it ran.
    Namesake,
    /// A result remains that will never be published.
    Orphan,
}

/// The sights that an exploration must come by.
pub(crate) fn sometimes(sights: &[Sight]) -> impl Iterator<Item = Property<Protocol>> {
    sights.iter().map(|sight| match sight {
        Sight::SecondAttempt => Property::sometimes("a second attempt succeeds", |_, world: &World| {
            has_succeeded(world).is_some_and(|job| job.execution().unwrap().attempt == 2)
        }),
        Sight::LastAttempt => Property::sometimes("the last attempt is lost", |_, world: &World| {
            job(world).is_some_and(|job| job.state == JobState::Failed && job.executions.len() == 3)
        }),
        Sight::SecondRevision => Property::sometimes("a second revision succeeds", |_, world: &World| {
            has_succeeded(world).is_some_and(|job| job.revision.0 == 2 && job.executions.len() == 2)
        }),
        Sight::Zombie => Property::sometimes("a zombie comes back", |_, world: &World| world.zombie),
        Sight::Removed => Property::sometimes("a canceled job is removed", |_, world: &World| {
            world.canceling.is_some() && world.job.is_none()
        }),
        Sight::Namesake => Property::sometimes("a namesake runs", |_, world: &World| {
            let namesake = has_succeeded(world).map(|job| job.uuid.0.as_u128());
            namesake.is_some() && world.canceling.is_some() && world.canceling != namesake
        }),
        Sight::Orphan => Property::sometimes("a result is an orphan", |_, world: &World| {
            let shown = has_succeeded(world).map(|job| job.execution().unwrap().number.0);
            world.results.iter().any(|(_, execution)| Some(*execution) != shown) && !world.is_busy()
        }),
    })
}

fn has_succeeded(world: &World) -> Option<&Job> {
    job(world).filter(|job| job.state == JobState::Success)
}

fn job(world: &World) -> Option<&Job> {
    world.job.as_ref().map(Stored::job)
}
