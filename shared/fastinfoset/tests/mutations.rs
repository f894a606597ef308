//! A short form of the run of `cargo run --release --example fuzz`.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "common/mutate.rs"]
mod mutate;

use std::collections::BTreeMap;

#[test]
fn damaged_documents_are_read_safely_and_alike_however_they_arrive() {
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut mutator = mutate::Mutator::new(1, []);
    for _ in 0..5_000 {
        let outcome = match mutate::check(&mutator.next_input()) {
            Ok(_) => "read".to_owned(),
            Err(error) => mutate::kind(&error.kind),
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    // The run is valid only if it reaches most errors.
    assert!(outcomes.len() > 12, "{outcomes:?}");
    assert!(outcomes["read"] > 200, "{outcomes:?}");
    assert!(mutate::read(b"", &mutate::known()).is_err());
}
