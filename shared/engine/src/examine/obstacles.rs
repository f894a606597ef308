//! Errors and refusals as obstacles: for a person, and bounded.

use std::collections::HashSet;
use std::time::Duration;

use satsuma_stream::explain::Obstacle;
use satsuma_stream::{ErrorKind, Node};

use crate::error::{Category, EngineError, Refusal, clipped};
use crate::limits::{NAME, REASON, REFUSALS};
use crate::plan::{refuse_loops, unknown_parameters};
use crate::refusals::Refusals;
use crate::request::{Action, JobRequest};

/// What stands in the way, each once, in the order found.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    list: Vec<Obstacle>,
    seen: HashSet<Obstacle>,
    more: usize,
}

impl Obstacles {
    /// What stands in the way of a job whatever its branch is.
    pub(super) fn of_job(request: &JobRequest) -> Self {
        let mut obstacles = Self::default();
        if !request.action.is_supported() {
            obstacles.push(of_error(None, &EngineError::Action(request.action)));
        }
        unknown_parameters(request).iter().for_each(|error| obstacles.push(of_error(None, error)));
        let mut loops = Refusals::default();
        refuse_loops(request.stream.stream(), &mut loops);
        loops.into_list().into_iter().for_each(|refusal| obstacles.push(of_refusal(None, refusal)));
        obstacles
    }

    /// The action runs no branch of the stream.
    pub(super) fn of_stream(&mut self, request: &JobRequest, error: EngineError) {
        if let EngineError::Unsupported(refusals) = error {
            refusals.into_iter().for_each(|refusal| self.push(of_refusal(None, refusal)));
            return;
        }
        let mut obstacle = of_error(None, &error);
        let scoring = request.stream.stream().scoring_branch();
        let undesignated = scoring.is_err_and(|error| {
            matches!(error.kind(), ErrorKind::NoScoringBranch | ErrorKind::DanglingScoringBranch(_))
        });
        if request.action == Action::BatchScore && undesignated {
            obstacle.property = Some("scnScoringTerminalNode".to_owned());
        }
        self.push(obstacle);
    }

    pub(super) fn extend<'a>(&mut self, obstacles: impl Iterator<Item = &'a Obstacle>) {
        obstacles.for_each(|obstacle| self.push(obstacle.clone()));
    }

    fn push(&mut self, obstacle: Obstacle) {
        if self.seen.contains(&obstacle) {
            return;
        }
        if self.list.len() == REFUSALS {
            self.more += 1;
            return;
        }
        self.seen.insert(obstacle.clone());
        self.list.push(obstacle);
    }

    /// All of them; the last one says how many more there are.
    pub(super) fn finish(mut self) -> Vec<Obstacle> {
        if self.more > 0 {
            let reason = format!("and {} more", self.more);
            self.list.push(obstacle(None, reason, Category::Unsupported));
        }
        self.list
    }
}

/// What a node asks for and does not get.
pub(super) fn refused(node: &Node, refusal: Refusal) -> Obstacle {
    of_refusal(Some(node), refusal)
}

/// What is wrong with a node.
pub(super) fn of_node(node: &Node, error: &EngineError) -> Obstacle {
    of_error(Some(node), error)
}

/// A node that there was no time for.
pub(super) fn unexamined(node: &Node, time: Duration) -> Obstacle {
    let reason = format!("not examined: the stream took more than {} s", time.as_secs());
    obstacle(Some(node), reason, Category::System)
}

fn of_refusal(node: Option<&Node>, refusal: Refusal) -> Obstacle {
    let Refusal { property, value, reason, node: _ } = refusal;
    Obstacle { property, value, ..obstacle(node, reason, Category::Unsupported) }
}

/// The message without the node, which the obstacle names anyway.
fn of_error(node: Option<&Node>, error: &EngineError) -> Obstacle {
    let message = error.to_string();
    let prefix = error.node().map(|node| format!("{node}: ")).unwrap_or_default();
    let reason = message.strip_prefix(&prefix).unwrap_or(&message).to_owned();
    obstacle(node, reason, error.category())
}

fn obstacle(node: Option<&Node>, reason: String, category: Category) -> Obstacle {
    Obstacle {
        node: node.map(|node| clipped(&node.describe(), NAME)),
        uid: node.map(|node| clipped(&node.uid, NAME)),
        property: None,
        value: None,
        reason: clipped(&reason, REASON),
        code: category.code().into(),
    }
}
