//! The reference keeps the promises that it is the reference for.

use std::future::ready;
use std::sync::Arc;

use super::*;

crate::job_store_suite!(ready(Memory::default()));
crate::file_store_suite!(ready(Memory::default()));
crate::long_id_suite!(ready(Memory::default()));
crate::drop_box_suite!({
    let memory = Arc::new(Memory::default());
    ready((memory.clone(), memory))
});

#[async_trait]
impl suite::drop_box::Dropper for Memory {
    async fn drop_object(&self, drop: &DroppedKey, bytes: Bytes) {
        Memory::drop_object(self, drop, bytes);
    }

    async fn report(&self, drop: &DroppedKey) -> Option<String> {
        Memory::report(self, drop)
    }
}
