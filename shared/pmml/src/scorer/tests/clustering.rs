use super::*;

/// Centres (0, 0) and (3, 4).
fn clusters(measure: &str, fields: &str, more: &str) -> String {
    pmml(&format!(
        r#"{DATA}<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">
          <MiningSchema><MiningField name="x"/><MiningField name="y"/></MiningSchema>
          <ComparisonMeasure kind="distance">{measure}</ComparisonMeasure>{fields}{more}
          <Cluster name="near"><Array n="2" type="real">0 0</Array></Cluster>
          <Cluster name="far" size="7"><Array n="2" type="real">3 4</Array></Cluster></ClusteringModel>"#
    ))
}

const FIELDS: &str = r#"<ClusteringField field="x"/><ClusteringField field="y" compareFunction="absDiff"/>"#;

fn distances(document: &str, x: Option<f64>, y: Option<f64>) -> Vec<Option<f64>> {
    let data = batch([("x", doubles(&[x])), ("y", doubles(&[y]))]);
    let scores = scorer(document).unwrap().score(&data).unwrap();
    scores.affinities().iter().map(|a| values(a)[0]).collect()
}

#[test]
fn a_record_belongs_to_the_nearest_centre() {
    let scorer = scorer(&clusters("<euclidean/>", FIELDS, "")).unwrap();
    assert!(scorer.target().is_none());
    let scores = scorer.score(&points(&[(0.0, 1.0), (3.0, 3.0), (1.5, 2.0)])).unwrap();
    assert_eq!(cells(scores.predicted()), ["1", "2", "1"], "the first of equals");
    let entity = &scorer.entities()[1];
    assert_eq!((entity.id.as_str(), entity.name.as_deref()), ("2", Some("far")));
    assert_eq!(values(&scores.affinities()[0]), [Some(1.0), Some(18.0_f64.sqrt()), Some(2.5)]);
}

#[test]
fn measures_combine_fields_by_the_specification() {
    let at = |measure: &str| distances(&clusters(measure, FIELDS, ""), Some(0.0), Some(0.0))[1];
    assert_eq!(at("<euclidean/>"), Some(5.0));
    assert_eq!(at("<squaredEuclidean/>"), Some(25.0));
    assert_eq!(at("<chebychev/>"), Some(4.0));
    assert_eq!(at("<cityBlock/>"), Some(7.0));
    assert_eq!(at(r#"<minkowski p-parameter="1"/>"#), Some(7.0));
    let weighted = FIELDS.replace(r#"field="y""#, r#"field="y" fieldWeight="2""#);
    assert_eq!(distances(&clusters("<cityBlock/>", &weighted, ""), Some(0.0), Some(0.0))[1], Some(11.0));
    let delta = FIELDS.replace("absDiff", "delta");
    assert_eq!(distances(&clusters("<cityBlock/>", &delta, ""), Some(0.0), Some(4.0))[1], Some(3.0));
    let gauss = FIELDS.replace("\"absDiff\"", "\"gaussSim\" similarityScale=\"4\"");
    assert_eq!(distances(&clusters("<cityBlock/>", &gauss, ""), Some(3.0), Some(0.0))[1], Some(0.5));
}

#[test]
fn known_fields_stand_for_missing_ones_in_proportion() {
    let document = clusters("<squaredEuclidean/>", FIELDS, "");
    assert_eq!(distances(&document, Some(0.0), None), [Some(0.0), Some(18.0)]);
    let weights = r#"<MissingValueWeights><Array n="2" type="real">1 3</Array></MissingValueWeights>"#;
    assert_eq!(distances(&clusters("<squaredEuclidean/>", FIELDS, weights), Some(0.0), None)[1], Some(36.0));
    assert_eq!(distances(&document, None, None), [None, None]);
}

#[test]
fn similarities_of_truths_prefer_the_greatest() {
    let document = clusters("<jaccard/>", FIELDS, "").replace(r#"kind="distance""#, r#"kind="similarity""#);
    let scorer = scorer(&document).unwrap();
    assert!(scorer.is_similarity());
    let scores = scorer.score(&points(&[(1.0, 0.0)])).unwrap();
    assert_eq!(values(&scores.affinities()[1]), [Some(0.5)]);
    assert_eq!(cells(scores.predicted()), ["2"]);
}

#[test]
fn clusters_that_cannot_be_computed_are_refused_by_name() {
    let document = clusters("<euclidean/>", FIELDS, "");
    let refused = |from: &str, to: &str| refused_model(&document.replace(from, to));
    assert!(refused("centerBased", "distributionBased").contains("distributionBased"));
    assert!(
        refused(r#"n="2" type="real">0 0"#, r#"n="1" type="real">0"#).contains("1 coordinates for 2 fields")
    );
    assert!(refused("absDiff", "table").contains("compareFunction=\"table\""));
    assert!(refused("absDiff", "gaussSim").contains("similarityScale"));
}

pub(super) fn samples() -> Vec<String> {
    vec![clusters("<euclidean/>", FIELDS, ""), clusters(r#"<minkowski p-parameter="3"/>"#, FIELDS, "")]
}
