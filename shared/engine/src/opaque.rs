//! A value whose type the compiler does not walk.

use std::fmt;
use std::ops::Deref;

/// A value behind a trait object.
///
/// The future of every node is `Send`, and the compiler proves it by walking all types that the future holds.
/// The query engine's plans and sessions have hundreds of types, and a hundred nodes hold them. The trait object
/// ends the walk: it is `Send` by its declaration. Without it, the crate of nodes takes four times as long to build.
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

impl<T: fmt::Debug> fmt::Debug for Opaque<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
