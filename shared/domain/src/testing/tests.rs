//! The reference keeps the promises that it is the reference for.

use std::future::ready;
use std::sync::Arc;

use async_trait::async_trait;

use super::*;
use crate::ports::DroppedKey;

crate::job_store_suite!(ready(Memory::default()));
crate::file_store_suite!(ready(Memory::default()));
crate::long_id_suite!(ready(Memory::default()));
crate::drop_box_suite!({
    let memory = Arc::new(Memory::default());
    ready((memory.clone(), memory))
});

proptest::proptest! {
    #[test]
    fn any_history_of_a_store_is_as_the_reference_says(
        history in proptest::collection::vec(proptest::prelude::any::<suite::histories::Choice>(), 0..60)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let checked = async { suite::histories::a_history_is_as_the_reference_says(&Memory::default(), &history).await };
        runtime.block_on(checked);
    }
}

#[async_trait]
impl suite::drop_box::Dropper for Memory {
    async fn drop_object(&self, drop: &DroppedKey, bytes: Bytes) {
        Memory::drop_object(self, drop, bytes);
    }

    async fn report(&self, drop: &DroppedKey) -> Option<String> {
        Memory::report(self, drop)
    }
}
