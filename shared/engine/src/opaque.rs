//! A value whose type the compiler does not expand.

use std::ops::Deref;

/// A value behind a trait object.
///
/// The future of every node is `Send`, and the compiler proves it by expanding all types in the future. The
/// query engine's session has hundreds of types, and the futures of all nodes contain it. The trait
/// object ends the expansion: it is `Send` by its declaration. Without it, the crate of nodes takes four
/// times as long to build.
pub(crate) struct Opaque<T>(Box<dyn Held<T>>);

trait Held<T>: Send + Sync {
    fn get(&self) -> &T;
}

impl<T: Send + Sync> Held<T> for T {
    fn get(&self) -> &T {
        self
    }
}

impl<T: Send + Sync + 'static> Opaque<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> Deref for Opaque<T> {
    type Target = T;

    fn deref(&self) -> &T {
        (*self.0).get()
    }
}
