//! The reference keeps the promises that it is the reference for.

use std::future::ready;
use std::sync::Arc;

use async_trait::async_trait;

use super::*;
use crate::ports::InboxKey;

crate::job_store_suite!(ready(Memory::default()));
crate::file_store_suite!(ready(Memory::default()));
crate::replaced_file_suite!(ready(Memory::default()));
crate::version_suite!(ready(Memory::default()));
crate::long_id_suite!(ready(Memory::default()));
crate::inbox_suite!({
    let memory = Arc::new(Memory::default());
    ready((memory.clone(), memory))
});

proptest::proptest! {
    #[test]
    fn any_history_of_a_store_matches_the_reference(
        history in proptest::collection::vec(proptest::prelude::any::<suite::histories::Choice>(), 0..60)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let checked = async { suite::histories::a_history_matches_the_reference(&Memory::default(), &history).await };
        runtime.block_on(checked);
    }
}

#[async_trait]
impl suite::inbox::InboxOwner for Memory {
    async fn put_inbox_object(&self, key: &InboxKey, bytes: Bytes) {
        Memory::put_inbox_object(self, key, bytes);
    }

    async fn report(&self, key: &InboxKey) -> Option<String> {
        Memory::report(self, key)
    }
}
