//! Bounds on what a document may ask for. A document is input from outside: without bounds a few
//! kilobytes could claim all memory or stack.

/// Size of a document in bytes. IBM's largest in the wild, a support vector machine of 2,484
/// vectors, has 1 MB.
pub const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// Elements in a document, which are held in memory while it is read.
pub const MAX_ELEMENTS: usize = 2_000_000;

/// Nesting of elements. Real documents stay below 20; the rest is for nested `Apply`.
pub const MAX_DEPTH: usize = 128;

/// Nesting of function calls once user-defined functions are replaced by their bodies.
pub const MAX_EXPRESSION_DEPTH: usize = 128;

/// Steps that all transformations of a document compile to, so that functions calling functions
/// cannot grow exponentially.
pub const MAX_STEPS: usize = 200_000;

/// Numbers in a model's matrices (support vectors times fields, neurons times connections): 1 GB.
pub const MAX_MATRIX_CELLS: usize = 1 << 27;
