//! Resource limits for documents. Documents are untrusted input: without limits a few kilobytes could use all
//! memory or stack.

/// Size of a document in bytes. The largest known document of IBM, a support vector machine of 2,484 vectors,
/// has 1 MB.
pub const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// Elements in a document, which are in memory while it is read: about 300 bytes each, without their
/// attributes. A neural network has one for each connection.
pub const MAX_ELEMENTS: usize = 1_000_000;

/// Attributes of all elements together: about 100 bytes each. A connection has two.
pub const MAX_ALL_ATTRIBUTES: usize = 3_000_000;

/// Attributes of one element, each of which is compared with the previous ones. Real elements have at most a
/// dozen.
pub const MAX_ATTRIBUTES: usize = 256;

/// Nesting of elements. Real documents stay below 20; the rest is for nested `Apply`.
pub const MAX_DEPTH: usize = 128;

/// Nesting of expressions after functions and fields are replaced by their definitions: the compiler is
/// recursive.
pub const MAX_EXPRESSION_DEPTH: usize = 128;

/// Number of steps in the compiled transformations of a document, so that nested functions cannot grow
/// exponentially.
pub const MAX_STEPS: usize = 200_000;

/// Numbers in a model's matrices: support vectors times fields, or connections. 268 MB, which
/// 100,000 vectors of 335 fields fill.
pub const MAX_MATRIX_CELLS: usize = 1 << 25;

/// Inputs and neurons of a neural network: each needs half a kilobyte during scoring.
pub const MAX_UNITS: usize = 100_000;

/// Values in a set to which a field is compared. Real sets list a field's categories, at most some thousands.
pub const MAX_SET_VALUES: usize = 100_000;

/// Nodes of a tree, rules of a rule set, segments of a model or attributes of a scorecard. IBM's random trees
/// stay below 10,000 nodes a tree by default.
pub const MAX_NODES: usize = 1_000_000;

/// Nested models: a model of models is computed by recursion.
pub const MAX_MODEL_DEPTH: usize = 8;

/// Categories of a target. Each node of a tree may have counts for all of them, and each row up to three
/// numbers for each. Sets in Modeler have at most some hundred values.
pub const MAX_CATEGORIES: usize = 2_000;

/// Cells of a table of training or verification records. Each is a text of its own: 24 bytes and its content.
/// The training records of a nearest neighbour model are about 10,000 with 50 fields.
pub const MAX_TABLE_CELLS: usize = 1 << 22;

/// Columns of `Output`. Modeler writes one for each category and a few more.
pub const MAX_OUTPUTS: usize = 1_000;

/// Seasons of a time series. A year of hours has 8,784.
pub const MAX_SEASONS: usize = 100_000;

/// Steps of one forecast.
pub const MAX_FORECAST_STEPS: usize = 100_000;

/// Coefficients of one polynomial of ARIMA, seasons multiplied out. Weeks of hours with three orders have 504.
pub const MAX_ARIMA_ORDER: usize = 1_000;

/// Forecasts of ARIMA: each has a weight for every innovation before it, 4 MB in all.
pub const MAX_ARIMA_STEPS: usize = 1_000;

/// Values times the square of the order of ARIMA: multiplications of one fit, a few seconds.
pub const MAX_ARIMA_WORK: usize = 2_000_000_000;

/// Numbers that a row takes in the results of all models of a document: probabilities, confidences, distances,
/// neighbours. A chunk of rows needs 8 KB for each, so 160 MB at most. 100 random trees of 10 categories need
/// 3,400.
pub const MAX_NUMBERS_A_ROW: usize = 20_000;
