//! Clusters as the nugget stores them: three lists of lines, and PMML.

use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::clustering::KMeans as Model;
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage, Value};

use super::encoding::Encoding;
use super::pmml::Cluster;
use super::statistics::{self, FieldStatistics};
use super::{KMeans, pmml};
use crate::builders::header::{self, output};
use crate::builders::number::significant;

/// Digits of the numbers of centres.
const DIGITS: usize = 6;

impl KMeans {
    /// The nugget of some clusters.
    ///
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        encoding: &Encoding,
        model: &Model,
        rows: &[f64],
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let name = self.builder.name(|| "K-Means".to_owned());
        let mut added = output(format!("$KM-{name}"), Storage::String, Measure::Set, OutputRole::EntityId);
        let labels = (1..=model.centres.len()).map(|number| format!("{}-{number}", self.settings.label));
        added.field_type.values = labels.map(Value::Text).collect();
        let inputs = encoding.fields.iter().map(|coded| &coded.field).collect::<Vec<_>>();
        let all: Vec<usize> = (0..model.members.len()).collect();
        let clusters = model.clusters();
        let overall = statistics::fields(encoding, rows, &all);
        let document =
            pmml::document(&name, encoding, &overall, &summaries(encoding, model, rows, &clusters));
        let document = document.to_xml().map_err(|error| NodeError::Model(error.to_string()))?;
        let mut group = of_group(all.len(), &overall);
        for members in &clusters {
            group.extend(of_group(members.len(), &statistics::fields(encoding, rows, members)));
        }
        let inline = vec![
            lines("kmeansCentreFile", centres(model)),
            lines("kmeansResFile", self.results(encoding, model, &clusters)),
            lines("clusterFile", group),
        ];
        let header = header::header(name, "KMeans", &inputs, vec![added], run);
        let contents = vec![("pmml".to_owned(), ModelContent::Pmml(document))];
        Ok(self.builder.nugget(header, contents, inline, run))
    }

    /// Sizes, options, changes and members.
    fn results(&self, encoding: &Encoding, model: &Model, clusters: &[Vec<usize>]) -> Vec<String> {
        let count = clusters.len();
        let options = self.iterations();
        let counts = [encoding.columns(), model.members.len(), count, count, options.iterations];
        let mut lines: Vec<String> = counts.iter().map(usize::to_string).collect();
        lines.push(format!("{:.6}", options.tolerance));
        for (at, change) in model.changes.iter().enumerate() {
            lines.extend([(at + 1).to_string(), format!("{change:.6}")]);
        }
        lines.push("#".to_owned());
        lines
            .extend(clusters.iter().zip(1..).map(|(members, number)| format!("{number}: {}", members.len())));
        lines.push(String::new());
        lines
    }
}

fn lines(name: &str, lines: Vec<String>) -> Element {
    Element::new(name).with_children(lines.iter().map(|line| Element::new("l").with_text(line)))
}

fn centres(model: &Model) -> Vec<String> {
    let line = |centre: &Vec<f64>| {
        centre.iter().map(|value| significant(*value, DIGITS)).collect::<Vec<_>>().join(",")
    };
    model.centres.iter().map(line).collect()
}

/// The number of records, and the statistics of each field.
fn of_group(count: usize, fields: &[FieldStatistics]) -> Vec<String> {
    std::iter::once(count.to_string()).chain(fields.iter().flat_map(FieldStatistics::lines)).collect()
}

fn summaries(encoding: &Encoding, model: &Model, rows: &[f64], clusters: &[Vec<usize>]) -> Vec<Cluster> {
    let summary = |(centre, members): (&Vec<f64>, &Vec<usize>)| Cluster {
        size: members.len(),
        centre: centre.iter().map(|value| significant(*value, DIGITS)).collect(),
        variances: statistics::variances(encoding, rows, members),
    };
    model.centres.iter().zip(clusters).map(summary).collect()
}

impl FieldStatistics {
    fn lines(&self) -> Vec<String> {
        match self {
            Self::Range { count, mean, deviation } => {
                vec![count.to_string(), exponential(*mean), exponential(*deviation)]
            }
            Self::Flag { count, yes, no } => [count, yes, no].map(|number| number.to_string()).to_vec(),
            Self::Set { count, values } => {
                std::iter::once(count).chain(values).map(|number| number.to_string()).collect()
            }
        }
    }
}

/// Fifteen decimals and an exponent of three digits, as C's `%.15e` on Windows.
fn exponential(value: f64) -> String {
    let text = format!("{value:.15e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:03}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_c_writes_them() {
        assert_eq!(exponential(31.729_517_396_184_06), "3.172951739618406e+001");
    }
}
