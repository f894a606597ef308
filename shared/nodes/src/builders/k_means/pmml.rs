//! Clusters as PMML (ClusteringModel), in the form that Modeler writes.

use satsuma_columns::{Field, Measure, Scalar, Storage};
use satsuma_stream::Element;

use super::encoding::{Code, Coded, Encoding};
use super::statistics::FieldStatistics;
use crate::builders::header::{APPLICATION, of_scalar};

/// A cluster of the document.
pub(super) struct Cluster {
    /// The number of its records.
    pub(super) size: usize,
    /// Its centre, a number for each column.
    pub(super) centre: Vec<String>,
    /// The variance of each column.
    pub(super) variances: Vec<f64>,
}

/// The document; `overall` has the statistics of all records.
pub(super) fn document(
    name: &str,
    encoding: &Encoding,
    overall: &[FieldStatistics],
    clusters: &[Cluster],
) -> Element {
    let fields = &encoding.fields;
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let dictionary = Element::new("DataDictionary").with_attr("numberOfFields", fields.len().to_string());
    Element::new("PMML")
        .with_attr("version", "4.2")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_2")
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(dictionary.with_children(fields.iter().map(|coded| data_field(&coded.field))))
        .with_child(model(name, encoding, overall, clusters))
}

fn model(name: &str, encoding: &Encoding, overall: &[FieldStatistics], clusters: &[Cluster]) -> Element {
    let fields = &encoding.fields;
    let statistics = fields.iter().zip(overall);
    let statistics = statistics.map(|(coded, statistics)| univariate(&coded.field.name, statistics));
    let derived = fields.iter().flat_map(|coded| expressions(coded, encoding.set_value));
    let derived = derived.enumerate().map(|(column, expression)| {
        Element::new("DerivedField")
            .with_attr("dataType", "double")
            .with_attr("name", format!("cluster{column}"))
            .with_attr("optype", "continuous")
            .with_child(expression)
    });
    let columns = (0..encoding.columns()).map(|column| {
        Element::new("ClusteringField")
            .with_attr("compareFunction", "absDiff")
            .with_attr("field", format!("cluster{column}"))
            .with_attr("isCenterField", "true")
    });
    let measure = Element::new("ComparisonMeasure").with_attr("kind", "distance");
    Element::new("ClusteringModel")
        .with_attr("algorithmName", "KMeans")
        .with_attr("functionName", "clustering")
        .with_attr("modelClass", "centerBased")
        .with_attr("modelName", name)
        .with_attr("numberOfClusters", clusters.len().to_string())
        .with_child(Element::new("MiningSchema").with_children(fields.iter().map(mining_field)))
        .with_child(Element::new("ModelStats").with_children(statistics))
        .with_child(Element::new("LocalTransformations").with_children(derived))
        .with_child(measure.with_child(Element::new("euclidean")))
        .with_children(columns)
        .with_children(clusters.iter().zip(1..).map(|(of, number)| cluster(of, number)))
}

fn data_field(field: &Field) -> Element {
    let data_type = match field.storage {
        Storage::Integer => "integer",
        Storage::Real => "double",
        Storage::Date => "date",
        Storage::Time => "time",
        Storage::Timestamp => "dateTime",
        _ => "string",
    };
    let kind = match field.measure {
        Measure::Range => "continuous",
        Measure::OrderedSet => "ordinal",
        _ => "categorical",
    };
    let extension = |name: &str, value: &str| {
        Element::new("Extension")
            .with_attr("extender", "spss")
            .with_attr("name", name)
            .with_attr("value", value)
    };
    let storage = if field.storage.is_numeric() { "numeric" } else { field.storage.name() };
    let yes = field.values.true_value().map(|yes| extension("flagTypeTrueValue", &text(yes)));
    let values = field.values.members();
    let values = values
        .iter()
        .map(|value| Element::new("Value").with_attr("property", "valid").with_attr("value", text(value)));
    Element::new("DataField")
        .with_attr("dataType", data_type)
        .with_attr("name", field.name.as_str())
        .with_attr("optype", kind)
        .with_child(extension("storageType", storage))
        .with_child(extension("measure", field.measure.as_str()))
        .with_children(yes)
        .with_children(values)
}

fn mining_field(coded: &Coded) -> Element {
    let field = Element::new("MiningField")
        .with_attr("name", coded.field.name.as_str())
        .with_attr("usageType", "active");
    match coded.code {
        Code::Range(low, high) => field
            .with_attr("highValue", number(high))
            .with_attr("lowValue", number(low))
            .with_attr("missingValueReplacement", number(low + (high - low) / 2.0))
            .with_attr("missingValueTreatment", "asMedian")
            .with_attr("outliers", "asExtremeValues"),
        _ => field,
    }
}

fn univariate(name: &str, statistics: &FieldStatistics) -> Element {
    let discrete = |counts: Vec<String>| Element::new("DiscrStats").with_child(array("int", &counts));
    let (count, content) = match statistics {
        FieldStatistics::Range { count, mean, deviation } => {
            let info = Element::new("NumericInfo").with_attr("mean", number(*mean));
            (count, info.with_attr("standardDeviation", number(*deviation)))
        }
        FieldStatistics::Flag { count, yes, no } => (count, discrete(vec![no.to_string(), yes.to_string()])),
        FieldStatistics::Set { count, values } => {
            (count, discrete(values.iter().map(usize::to_string).collect()))
        }
    };
    let counts = Element::new("Counts")
        .with_attr("invalidFreq", "0")
        .with_attr("missingFreq", "0")
        .with_attr("totalFreq", count.to_string());
    Element::new("UnivariateStats").with_attr("field", name).with_child(counts).with_child(content)
}

/// The expressions of the columns of a field.
fn expressions(coded: &Coded, set_value: f64) -> Vec<Element> {
    let name = coded.field.name.as_str();
    let map = |default: &str, rows: Vec<(&Scalar, String)>| {
        let rows = rows.into_iter();
        let rows =
            rows.map(|(from, to)| Element::new("row").with_leaf("in", &text(from)).with_leaf("out", &to));
        let pair = Element::new("FieldColumnPair").with_attr("column", "in").with_attr("field", name);
        Element::new("MapValues")
            .with_attr("defaultValue", default)
            .with_attr("mapMissingTo", default)
            .with_attr("outputColumn", "out")
            .with_child(pair)
            .with_child(Element::new("InlineTable").with_children(rows))
    };
    match &coded.code {
        Code::Flag { no, yes } => vec![map("0.5", vec![(yes, "1".to_owned()), (no, "0".to_owned())])],
        Code::Set(values) => values.iter().map(|value| map("0", vec![(value, number(set_value))])).collect(),
        Code::Range(low, high) => {
            let norm = |norm: &str, orig: f64| {
                Element::new("LinearNorm").with_attr("norm", norm).with_attr("orig", number(orig))
            };
            let normed = Element::new("NormContinuous").with_attr("field", name);
            vec![normed.with_child(norm("0", *low)).with_child(norm("1", *high))]
        }
    }
}

fn cluster(cluster: &Cluster, number: usize) -> Element {
    let variances = cluster.variances.iter().map(|value| decimals(*value)).collect::<Vec<_>>();
    let matrix = Element::new("Matrix").with_attr("kind", "diagonal").with_child(array("real", &variances));
    Element::new("Cluster")
        .with_attr("name", number.to_string())
        .with_attr("size", cluster.size.to_string())
        .with_child(array("real", &cluster.centre))
        .with_child(Element::new("Covariances").with_child(matrix))
}

fn array(kind: &str, values: &[String]) -> Element {
    Element::new("Array")
        .with_attr("n", values.len().to_string())
        .with_attr("type", kind)
        .with_text(&values.join(" "))
}

/// The shortest digits that read back as the same number.
fn number(value: f64) -> String {
    format!("{value:?}")
}

/// Fifteen decimals without zeros at the end.
fn decimals(value: f64) -> String {
    match value == 0.0 {
        true => "0".to_owned(),
        false => format!("{value:.15}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

fn text(value: &Scalar) -> String {
    of_scalar(value).text()
}
