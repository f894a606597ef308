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

/// Values in a set that a field is compared with. Real sets list a field's categories, at most some thousands.
pub const MAX_SET_VALUES: usize = 100_000;

/// Nodes of a tree, rules of a rule set, segments of a model or attributes of a scorecard. IBM's random trees
/// stay below 10,000 nodes a tree by default.
pub const MAX_NODES: usize = 1_000_000;

/// Nested models: a model of models is computed by recursion.
pub const MAX_MODEL_DEPTH: usize = 8;

/// Categories that a target may have. Each node of a tree may count all of them, and each row gets up to three
/// numbers for each. Modeler has sets of at most some hundred values.
pub const MAX_CATEGORIES: usize = 2_000;

/// Cells of a table of training or verification records, each a text of its own: 24 bytes and its content. The
/// training records of a nearest neighbour model are some 10,000 of 50 fields.
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
