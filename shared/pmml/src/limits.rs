//! Bounds on what a document may ask for. A document is input from outside: without bounds a few
//! kilobytes could claim all memory or stack.

/// Size of a document in bytes. IBM's largest in the wild, a support vector machine of 2,484
/// vectors, has 1 MB.
pub const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// Elements in a document, which are held in memory while it is read: some 300 bytes each, beside their
/// attributes. A network has one for each connection.
pub const MAX_ELEMENTS: usize = 1_000_000;

/// Attributes of all elements together: some 100 bytes each. A connection has two.
pub const MAX_ALL_ATTRIBUTES: usize = 3_000_000;

/// Attributes of one element, each of which is compared with those before it. Real elements have
/// at most a dozen.
pub const MAX_ATTRIBUTES: usize = 256;

/// Nesting of elements. Real documents stay below 20; the rest is for nested `Apply`.
pub const MAX_DEPTH: usize = 128;

/// Nesting of expressions once functions are replaced by their bodies and fields by theirs: the
/// compiler recurses.
pub const MAX_EXPRESSION_DEPTH: usize = 128;

/// Steps that all transformations of a document compile to, so that functions calling functions
/// cannot grow exponentially.
pub const MAX_STEPS: usize = 200_000;

/// Numbers in a model's matrices: support vectors times fields, or connections. 268 MB, which
/// 100,000 vectors of 335 fields fill.
pub const MAX_MATRIX_CELLS: usize = 1 << 25;

/// Inputs and neurons of a network: each needs half a kilobyte while rows are scored.
pub const MAX_UNITS: usize = 100_000;
