//! Any history of jobs, over the wire, compared with the reference. Few, because each needs a table of its
//! own; more with `PROPTEST_CASES`.

use proptest::prelude::*;
use satsuma_domain::testing::suite::histories::{Choice, a_history_matches_the_reference};

use crate::stores;

/// Number of histories, unless the environment overrides it.
const CASES: u32 = 4;

fn cases() -> ProptestConfig {
    let named = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    // A sequence that fails becomes a test with a name.
    let failure_persistence = None;
    ProptestConfig { cases: named.unwrap_or(CASES), failure_persistence, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_history_over_the_wire_matches_the_reference(history in prop::collection::vec(any::<Choice>(), 10..40)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { a_history_matches_the_reference(&stores::jobs().await, &history).await });
    }
}
