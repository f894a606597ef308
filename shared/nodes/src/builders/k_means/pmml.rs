//! Clusters as PMML (ClusteringModel), in the form that Modeler writes.

use std::fmt::Write;

use satsuma_columns::{Field, Measure, Scalar, Storage};
use satsuma_mining::clustering::KMeans as Model;

use super::encoding::{Code, Coded, Encoding};
use super::nugget::significant;
use super::statistics::{self, FieldStatistics, Group};
use crate::builders::header::{APPLICATION, of_scalar};

/// The document.
pub(super) fn document(
    name: &str,
    encoding: &Encoding,
    model: &Model,
    rows: &[f64],
    statistics: &[Group],
) -> String {
    let fields = &encoding.fields;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n");
    let _ = writeln!(
        out,
        "<PMML version=\"4.2\" xmlns=\"http://www.dmg.org/PMML-4_2\">\n\
         <Header copyright=\"\"><Application name=\"{}\" version=\"{}\"/></Header>\n\
         <DataDictionary numberOfFields=\"{}\">",
        APPLICATION.0,
        APPLICATION.1,
        fields.len()
    );
    fields.iter().for_each(|coded| data_field(&mut out, &coded.field));
    let _ = writeln!(
        out,
        "</DataDictionary>\n<ClusteringModel algorithmName=\"KMeans\" functionName=\"clustering\" \
         modelClass=\"centerBased\" modelName=\"{}\" numberOfClusters=\"{}\">\n<MiningSchema>",
        escaped(name),
        model.centres.len()
    );
    fields.iter().for_each(|coded| mining_field(&mut out, coded));
    out.push_str("</MiningSchema>\n<ModelStats>\n");
    for (coded, statistics) in
        fields.iter().zip(statistics.first().into_iter().flat_map(|group| &group.fields))
    {
        univariate(&mut out, &coded.field.name, statistics);
    }
    out.push_str("</ModelStats>\n<LocalTransformations>\n");
    let mut column = 0;
    for coded in fields {
        derived(&mut out, coded, &mut column, encoding.set_value);
    }
    out.push_str(
        "</LocalTransformations>\n<ComparisonMeasure kind=\"distance\"><euclidean/></ComparisonMeasure>\n",
    );
    for column in 0..encoding.columns() {
        let _ = writeln!(
            out,
            "<ClusteringField compareFunction=\"absDiff\" field=\"cluster{column}\" isCenterField=\"true\"/>"
        );
    }
    for (cluster, centre) in model.centres.iter().enumerate() {
        let size = model.members.iter().filter(|member| **member == cluster).count();
        let numbers = centre.iter().map(|value| significant(*value)).collect::<Vec<_>>().join(" ");
        let variances = statistics::variances(encoding, model, rows, cluster);
        let variances = variances.iter().map(|value| decimals(*value)).collect::<Vec<_>>().join(" ");
        let columns = centre.len();
        let _ = writeln!(
            out,
            "<Cluster name=\"{}\" size=\"{size}\">\n<Array n=\"{columns}\" type=\"real\">{numbers}</Array>\n\
             <Covariances><Matrix kind=\"diagonal\"><Array n=\"{columns}\" type=\"real\">{variances}</Array>\
             </Matrix></Covariances>\n</Cluster>",
            cluster + 1
        );
    }
    out.push_str("</ClusteringModel>\n</PMML>\n");
    out
}

fn data_field(out: &mut String, field: &Field) {
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
    let storage = if field.storage.is_numeric() { "numeric" } else { field.storage.name() };
    let _ = writeln!(
        out,
        "<DataField dataType=\"{data_type}\" name=\"{}\" optype=\"{kind}\">\n\
         <Extension extender=\"spss\" name=\"storageType\" value=\"{storage}\"/>\n\
         <Extension extender=\"spss\" name=\"measure\" value=\"{}\"/>",
        escaped(&field.name),
        field.measure.as_str()
    );
    if let Some(yes) = field.values.true_value() {
        let value = text(yes);
        let _ = writeln!(out, "<Extension extender=\"spss\" name=\"flagTypeTrueValue\" value=\"{value}\"/>");
    }
    for value in field.values.members() {
        let _ = writeln!(out, "<Value property=\"valid\" value=\"{}\"/>", text(&value));
    }
    out.push_str("</DataField>\n");
}

fn mining_field(out: &mut String, coded: &Coded) {
    let name = escaped(&coded.field.name);
    let _ = match coded.code {
        Code::Range(low, high) => writeln!(
            out,
            "<MiningField highValue=\"{high:?}\" lowValue=\"{low:?}\" missingValueReplacement=\"{:?}\" \
             missingValueTreatment=\"asMedian\" name=\"{name}\" outliers=\"asExtremeValues\" usageType=\"active\"/>",
            low + (high - low) / 2.0
        ),
        _ => writeln!(out, "<MiningField name=\"{name}\" usageType=\"active\"/>"),
    };
}

fn univariate(out: &mut String, name: &str, statistics: &FieldStatistics) {
    let discrete = |counts: &[usize]| {
        let counts = counts.iter().map(usize::to_string).collect::<Vec<_>>();
        format!(
            "<DiscrStats><Array n=\"{}\" type=\"int\">{}</Array></DiscrStats>",
            counts.len(),
            counts.join(" ")
        )
    };
    let (count, content) = match statistics {
        FieldStatistics::Range { count, mean, deviation } => {
            (count, format!("<NumericInfo mean=\"{mean:?}\" standardDeviation=\"{deviation:?}\"/>"))
        }
        FieldStatistics::Flag { count, yes, no } => (count, discrete(&[*no, *yes])),
        FieldStatistics::Set { count, values } => (count, discrete(values)),
    };
    let _ = writeln!(
        out,
        "<UnivariateStats field=\"{}\"><Counts invalidFreq=\"0\" missingFreq=\"0\" totalFreq=\"{count}\"/>\
         {content}</UnivariateStats>",
        escaped(name)
    );
}

fn derived(out: &mut String, coded: &Coded, column: &mut usize, set_value: f64) {
    let name = escaped(&coded.field.name);
    let mut map = |data_type: &str, default: &str, rows: &[(String, String)]| {
        let rows =
            rows.iter().map(|(value, number)| format!("<row><in>{value}</in><out>{number}</out></row>"));
        let rows = rows.collect::<String>();
        let _ = writeln!(
            out,
            "<DerivedField dataType=\"{data_type}\" name=\"cluster{column}\" optype=\"continuous\">\n\
             <MapValues defaultValue=\"{default}\" mapMissingTo=\"{default}\" outputColumn=\"out\">\
             <FieldColumnPair column=\"in\" field=\"{name}\"/><InlineTable>{rows}</InlineTable></MapValues>\n\
             </DerivedField>"
        );
        *column += 1;
    };
    match &coded.code {
        Code::Flag { no, yes } => {
            map("double", "0.5", &[(text(yes), "1".to_owned()), (text(no), "0".to_owned())]);
        }
        Code::Set(values) => {
            for value in values {
                map("double", "0", &[(text(value), format!("{set_value:?}"))]);
            }
        }
        Code::Range(low, high) => {
            let _ = writeln!(
                out,
                "<DerivedField dataType=\"double\" name=\"cluster{column}\" optype=\"continuous\">\n\
                 <NormContinuous field=\"{name}\"><LinearNorm norm=\"0\" orig=\"{low:?}\"/>\
                 <LinearNorm norm=\"1\" orig=\"{high:?}\"/></NormContinuous>\n</DerivedField>"
            );
            *column += 1;
        }
    }
}

/// Fifteen decimals without zeros at the end.
fn decimals(value: f64) -> String {
    match value == 0.0 {
        true => "0".to_owned(),
        false => format!("{value:.15}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

fn text(value: &Scalar) -> String {
    escaped(&of_scalar(value).text())
}

/// Text as XML holds it, in attributes too.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
