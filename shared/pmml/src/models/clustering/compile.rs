//! Compiles clusters to a matrix of centres.

use super::document::ClusteringModel;
use super::kernel::Centers;
use super::measure::{Comparison, Coordinate};
use crate::common::Function;
use crate::error::PmmlError;
use crate::models::{Parts, invalid, unsupported};
use crate::program::{Entity, Fields, Shape};

pub(crate) fn compile(model: &ClusteringModel, fields: &mut Fields<'_>) -> Result<Parts, PmmlError> {
    let at = &model.header.location;
    if model.header.function != Function::Clustering {
        return Err(unsupported(at, "a ClusteringModel whose functionName is not clustering"));
    }
    if !model.center_based {
        let what = "modelClass=\"distributionBased\" (IBM does not document how TwoStep assigns clusters)";
        return Err(unsupported(at, what));
    }
    let stated: Vec<_> = model.fields.iter().filter(|field| field.is_center == Some(true)).collect();
    let centers: Vec<_> = match model.clusters.first().is_some_and(|c| c.center.len() == stated.len()) {
        true => stated,
        // PMML: a field without the attribute is a coordinate.
        false => model.fields.iter().filter(|field| field.is_center != Some(false)).collect(),
    };
    if centers.is_empty() {
        return Err(invalid(at, "no ClusteringField element"));
    }
    let weights = &model.missing_value_weights;
    if !weights.is_empty() && weights.len() != centers.len() {
        return Err(invalid(at, "MissingValueWeights and ClusteringField elements differ in number"));
    }
    let mut coordinates = Vec::new();
    let mut slots = Vec::new();
    for (place, field) in centers.iter().enumerate() {
        fields.at = field.location.clone();
        slots.push(fields.any_number_field(&field.field)?);
        let missing = weights.get(place).copied().unwrap_or(1.0);
        let (compare, scale) = (field.compare, field.similarity_scale);
        coordinates.push(Coordinate::new(
            &model.measure,
            compare,
            field.weight,
            scale,
            missing,
            &field.location,
        )?);
    }
    fields.at = at.clone();
    fields.spend(model.clusters.len().saturating_mul(centers.len()))?;
    let mut matrix = Vec::with_capacity(model.clusters.len() * centers.len());
    let mut entities = Vec::with_capacity(model.clusters.len());
    for (place, cluster) in model.clusters.iter().enumerate() {
        if cluster.center.len() != centers.len() {
            let (n, m) = (cluster.center.len(), centers.len());
            return Err(invalid(&cluster.location, format!("{n} coordinates for {m} fields")));
        }
        matrix.extend(&cluster.center);
        let id = cluster.id.clone().unwrap_or_else(|| (place + 1).to_string());
        entities.push(Entity { id, name: cluster.name.clone() });
    }
    let similarity = model.measure.kind.is_similarity();
    let shape = Shape { entities, has_entity: true, affinities: true, similarity, ..Shape::default() };
    let kernel =
        Centers { slots, centers: matrix, comparison: Comparison::new(model.measure.kind, coordinates) };
    Ok(Parts { kernel: Box::new(kernel), shape })
}
