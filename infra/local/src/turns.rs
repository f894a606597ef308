//! Serializes requests that change the same file: the stored bytes of an instance change by the difference
//! to the file's former size.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// Locks by file.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Weak<Turn<()>>>>);

impl Turns {
    /// Waits until no other request changes this; the caller holds the lock until the guard is dropped.
    pub(crate) async fn wait(&self, what: String) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            match turns.get(&what).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    let turn = Arc::new(Turn::new(()));
                    turns.insert(what, Arc::downgrade(&turn));
                    turn
                }
            }
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_changes_of_the_same_key_wait() {
        let turns = Turns::default();
        let first = turns.wait("a".to_owned()).await;
        let brief = Duration::from_secs(1);
        assert!(timeout(brief, turns.wait("b".to_owned())).await.is_ok());
        assert!(timeout(brief, turns.wait("a".to_owned())).await.is_err());
        drop(first);
        assert!(timeout(brief, turns.wait("a".to_owned())).await.is_ok());
    }
}
