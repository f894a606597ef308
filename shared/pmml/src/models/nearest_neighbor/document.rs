//! `NearestNeighborModel`.
//!
//! <https://dmg.org/pmml/v4-4/KNN.html>

use crate::common::{ModelHeader, Rows};
use crate::error::{Location, PmmlError};
use crate::models::clustering::document::{COMPARISONS, CompareFunction, Measure};
use crate::xml::Node;

/// Training records; the nearest ones predict.
#[derive(Debug, Clone)]
pub struct NearestNeighborModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The number of neighbours, k.
    pub neighbours: usize,
    /// The prediction of a number by neighbours.
    pub continuous: ContinuousMethod,
    /// The prediction of a category by neighbours.
    pub categorical: CategoricalMethod,
    /// The field that identifies training records.
    pub id_field: Option<String>,
    /// Constant that is added to a distance before its inverse is a weight.
    pub threshold: f64,
    /// The comparison of records.
    pub measure: Measure,
    /// The compared fields.
    pub inputs: Vec<KnnInput>,
    /// Whether training records contain derived fields, not raw ones.
    pub is_transformed: bool,
    /// The fields of the training records.
    pub fields: Vec<InstanceField>,
    /// The training records, one column per field.
    pub rows: Rows,
}

/// The prediction of a number by neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContinuousMethod {
    /// Their median.
    Median,
    /// Their mean.
    Average,
    /// Their mean, weighted by the inverse of the distance.
    WeightedAverage,
}

/// The prediction of a category by neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoricalMethod {
    /// The most frequent one.
    MajorityVote,
    /// The one with the greatest sum of inverse distances.
    WeightedMajorityVote,
}

/// A compared field.
#[derive(Debug, Clone, PartialEq)]
pub struct KnnInput {
    /// Its name.
    pub field: String,
    /// Its weight.
    pub weight: f64,
    /// Its comparison, if it differs from the measure.
    pub compare: Option<CompareFunction>,
    /// Where it is defined.
    pub location: Location,
}

/// A field of the training records.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceField {
    /// The field.
    pub field: String,
    /// Its column.
    pub column: String,
}

impl NearestNeighborModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = [
            "numberOfNeighbors",
            "continuousScoringMethod",
            "categoricalScoringMethod",
            "instanceIdVariable",
            "threshold",
        ];
        let header =
            ModelHeader::read(node, &attributes, &["TrainingInstances", "ComparisonMeasure", "KNNInputs"])?;
        let continuous = [
            ("median", ContinuousMethod::Median),
            ("average", ContinuousMethod::Average),
            ("weightedAverage", ContinuousMethod::WeightedAverage),
        ];
        let categorical = [
            ("majorityVote", CategoricalMethod::MajorityVote),
            ("weightedMajorityVote", CategoricalMethod::WeightedMajorityVote),
        ];
        let instances = node.required_child("TrainingInstances")?;
        instances.expect(
            &["isTransformed", "recordCount", "fieldCount"],
            &["InstanceFields", "InlineTable", "TableLocator"],
        )?;
        if let Some(locator) = instances.child("TableLocator") {
            return Err(locator.unsupported("TableLocator"));
        }
        let mut fields = Vec::new();
        for field in instances.required_child("InstanceFields")?.all("InstanceField") {
            field.expect(&["field", "column"], &[])?;
            let name = field.required("field")?.to_owned();
            let column = field.owned("column").unwrap_or_else(|| name.clone());
            fields.push(InstanceField { field: name, column });
        }
        let columns: Vec<&str> = fields.iter().map(|field| field.column.as_str()).collect();
        let rows = Rows::read(&instances.required_child("InlineTable")?, &columns)?;
        let mut inputs = Vec::new();
        for input in node.required_child("KNNInputs")?.all("KNNInput") {
            input.expect(&["field", "fieldWeight", "compareFunction"], &[])?;
            inputs.push(KnnInput {
                field: input.required("field")?.to_owned(),
                weight: input.number("fieldWeight")?.unwrap_or(1.0),
                compare: input.one_of("compareFunction", &COMPARISONS)?,
                location: input.location(),
            });
        }
        if inputs.is_empty() {
            return Err(node.invalid("no KNNInput element"));
        }
        let neighbours = node.count("numberOfNeighbors")?;
        Ok(Self {
            header,
            neighbours: neighbours.ok_or_else(|| node.invalid("no attribute numberOfNeighbors"))?,
            continuous: node
                .one_of("continuousScoringMethod", &continuous)?
                .unwrap_or(ContinuousMethod::Average),
            categorical: node
                .one_of("categoricalScoringMethod", &categorical)?
                .unwrap_or(CategoricalMethod::MajorityVote),
            id_field: node.owned("instanceIdVariable"),
            threshold: node.number("threshold")?.unwrap_or(0.001),
            measure: Measure::read(&node.required_child("ComparisonMeasure")?)?,
            inputs,
            is_transformed: instances.boolean("isTransformed")?.unwrap_or(false),
            fields,
            rows,
        })
    }
}
