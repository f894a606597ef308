//! Elements that all models share, as typed structures. They depend only on the XML.

pub(crate) mod array;
pub(crate) mod dictionary;
mod expression;
mod extension;
mod header;
mod output;
mod predicate;
mod schema;
mod table;
mod targets;
mod transformation;
mod verification;

pub use dictionary::{Closure, DataDictionary, DataField, DataType, Interval, OpType, Value, ValueProperty};
pub use expression::{Apply, Bin, Expression, InlineTable, InvalidResult, MapValues, OutlierTreatment};
pub use extension::Extension;
pub use header::{Function, ModelHeader};
pub use output::{Decision, Feature, Output, OutputField, RankOrder, RuleFeature};
pub use predicate::{CompoundOperator, Operator, Predicate};
pub use schema::{FieldOutliers, InvalidValueTreatment, MiningField, MiningSchema, UsageType};
pub use table::Rows;
pub use targets::{CastInteger, Target as TargetTreatment, TargetValue, Targets};
pub use transformation::{DefineFunction, DerivedField, TransformationDictionary};
pub use verification::ModelVerification;
