//! `ClusteringModel`, and the comparison measures that nearest neighbours share.
//!
//! <https://dmg.org/pmml/v4-4/ClusteringModel.html>

use crate::common::{ModelHeader, array};
use crate::error::{Location, PmmlError};
use crate::limits::MAX_MATRIX_CELLS;
use crate::xml::Node;

/// Clusters by their centres.
#[derive(Debug, Clone)]
pub struct ClusteringModel {
    /// The properties of all models.
    pub header: ModelHeader,
    /// Whether clusters are centres (`centerBased`), not distributions.
    pub center_based: bool,
    /// The comparison of a record with a cluster.
    pub measure: Measure,
    /// The compared fields.
    pub fields: Vec<ClusteringField>,
    /// Weights of missing fields; empty if all are equal.
    pub missing_value_weights: Vec<f64>,
    /// The clusters, in order.
    pub clusters: Vec<Cluster>,
}

/// The comparison of records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The combination of fields.
    pub kind: MeasureKind,
    /// The default comparison of a field.
    pub compare: CompareFunction,
}

/// The combination of the comparisons of fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MeasureKind {
    /// √Σ w·c²
    Euclidean,
    /// Σ w·c²
    SquaredEuclidean,
    /// max w·c
    Chebychev,
    /// Σ w·c
    CityBlock,
    /// (Σ w·cᵖ)^(1/p)
    Minkowski(f64),
    /// A similarity of booleans: the four numbers are weights of the pairs 11, 10, 01, 00 in the numerator,
    /// then in the denominator.
    Binary([f64; 8]),
}

/// The comparison of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CompareFunction {
    /// |x − y|
    AbsDiff,
    /// exp(−ln 2 · (x − y)² / s²), s the field's `similarityScale`
    GaussSim,
    /// 0 if equal, otherwise 1
    Delta,
    /// 1 if equal, otherwise 0
    Equal,
}

/// A compared field.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusteringField {
    /// Its name.
    pub field: String,
    /// Its weight.
    pub weight: f64,
    /// Its comparison, if it differs from the measure.
    pub compare: Option<CompareFunction>,
    /// The distance at which it is half as similar.
    pub similarity_scale: Option<f64>,
    /// Whether it is a coordinate of centres, if given. IBM also lists the raw fields, and sets the attribute
    /// only for the others.
    pub is_center: Option<bool>,
    /// Where it is defined.
    pub location: Location,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The number of training records in it.
    pub size: Option<f64>,
    /// The coordinates of its centre; empty without one.
    pub center: Vec<f64>,
    /// Where it is defined.
    pub location: Location,
}

impl ClusteringModel {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children =
            ["ComparisonMeasure", "ClusteringField", "MissingValueWeights", "Cluster", "CenterFields"];
        let header = ModelHeader::read(node, &["modelClass", "numberOfClusters"], &children)?;
        if let Some(fields) = node.child("CenterFields") {
            return Err(fields.unsupported("CenterFields (PMML 3.1)"));
        }
        let classes = [("centerBased", true), ("distributionBased", false)];
        let mut fields = Vec::new();
        for field in node.all("ClusteringField") {
            fields.push(ClusteringField::read(&field)?);
        }
        let centers = fields.len();
        let mut clusters: Vec<Cluster> = Vec::new();
        for cluster in node.all("Cluster") {
            if clusters.len().saturating_mul(centers) > MAX_MATRIX_CELLS {
                return Err(node.limit("coordinates of clusters", MAX_MATRIX_CELLS));
            }
            clusters.push(Cluster::read(&cluster)?);
        }
        if clusters.is_empty() {
            return Err(node.invalid("no Cluster element"));
        }
        if node.count("numberOfClusters")?.is_some_and(|stated| stated != clusters.len()) {
            return Err(node.invalid(format!("{} clusters instead of those stated", clusters.len())));
        }
        let missing_value_weights = match node.child("MissingValueWeights") {
            None => Vec::new(),
            Some(weights) => array::numbers(&weights.required_child("Array")?)?,
        };
        let class = node.one_of("modelClass", &classes)?;
        Ok(Self {
            header,
            center_based: class.ok_or_else(|| node.invalid("no attribute modelClass"))?,
            measure: Measure::read(&node.required_child("ComparisonMeasure")?)?,
            fields,
            missing_value_weights,
            clusters,
        })
    }
}

/// The values of `compareFunction`; a table of similarities is refused by name.
pub(crate) const COMPARISONS: [(&str, CompareFunction); 4] = [
    ("absDiff", CompareFunction::AbsDiff),
    ("gaussSim", CompareFunction::GaussSim),
    ("delta", CompareFunction::Delta),
    ("equal", CompareFunction::Equal),
];

impl Measure {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let measures = [
            "euclidean",
            "squaredEuclidean",
            "chebychev",
            "cityBlock",
            "minkowski",
            "simpleMatching",
            "jaccard",
            "tanimoto",
            "binarySimilarity",
        ];
        node.expect(&["kind", "compareFunction", "minimum", "maximum"], &measures)?;
        let similarity = node.one_of("kind", &[("distance", false), ("similarity", true)])?;
        let mut found = node.children().filter(|n| measures.contains(&n.name()));
        let measure = found.next().ok_or_else(|| node.invalid("no measure inside"))?;
        let kind = match measure.name() {
            "euclidean" => MeasureKind::Euclidean,
            "squaredEuclidean" => MeasureKind::SquaredEuclidean,
            "chebychev" => MeasureKind::Chebychev,
            "cityBlock" => MeasureKind::CityBlock,
            "minkowski" => MeasureKind::Minkowski(measure.required_number("p-parameter")?),
            "simpleMatching" => MeasureKind::Binary([1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
            "jaccard" => MeasureKind::Binary([1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]),
            "tanimoto" => MeasureKind::Binary([1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 1.0]),
            _ => {
                let number = |name| measure.required_number(name);
                MeasureKind::Binary([
                    number("c11-parameter")?,
                    number("c10-parameter")?,
                    number("c01-parameter")?,
                    number("c00-parameter")?,
                    number("d11-parameter")?,
                    number("d10-parameter")?,
                    number("d01-parameter")?,
                    number("d00-parameter")?,
                ])
            }
        };
        if similarity.is_some_and(|similarity| similarity != kind.is_similarity()) {
            return Err(node.invalid(format!("{} is not of this kind", measure.name())));
        }
        let compare = node.one_of("compareFunction", &COMPARISONS)?.unwrap_or(CompareFunction::AbsDiff);
        Ok(Self { kind, compare })
    }
}

impl MeasureKind {
    /// Whether a greater number means more similar.
    pub(crate) fn is_similarity(self) -> bool {
        matches!(self, Self::Binary(_))
    }
}

impl ClusteringField {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let attributes = ["field", "isCenterField", "fieldWeight", "similarityScale", "compareFunction"];
        node.expect(&attributes, &["Comparisons"])?;
        Ok(Self {
            field: node.required("field")?.to_owned(),
            weight: node.number("fieldWeight")?.unwrap_or(1.0),
            compare: node.one_of("compareFunction", &COMPARISONS)?,
            similarity_scale: node.number("similarityScale")?,
            is_center: node.boolean("isCenterField")?,
            location: node.location(),
        })
    }
}

impl Cluster {
    fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let children = ["KohonenMap", "Array", "REAL-SparseArray", "Partition", "Covariances"];
        node.expect(&["id", "name", "size"], &children)?;
        let center = match node.child("Array").or_else(|| node.child("REAL-SparseArray")) {
            Some(array) => array::numbers(&array)?,
            None => Vec::new(),
        };
        Ok(Self {
            id: node.owned("id"),
            name: node.owned("name"),
            size: node.number("size")?,
            center,
            location: node.location(),
        })
    }
}
