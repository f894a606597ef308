//! Statistics of fields that IBM's engine left in sources and Type nodes of real streams, recomputed.
//!
//! They rest on numbers inside real streams: `univariateStats` of a field's type. The engine counted them over all
//! records when it last read the values.

use std::collections::{BTreeMap, HashMap};

use satsuma_columns::{Scalar, Storage};
use satsuma_stream::{Element, FieldType, Node};

use crate::probe::{Real, Seen, real_streams};

/// Relative difference that rounding explains.
const TOLERANCE: f64 = 1e-10;

/// The same for dates: IBM sums squares of seconds since 1600, which loses digits.
const DATE_TOLERANCE: f64 = 1e-9;

/// Modeler counts dates in seconds from 1600-03-01: days to 1970-01-01.
const DAYS_TO_1970: f64 = 135_080.0;

/// Fields that are compared at least, of those that streams hold statistics of.
const LEAST: usize = 780;

/// The nodes of a stream with statistics: uid, name, fields with their types.
fn nodes(file: &satsuma_stream::StreamFile) -> Vec<(&Node, Vec<(String, FieldType)>)> {
    let nodes = file.stream().diagram.all_nodes();
    let described = nodes.into_iter().filter_map(|node| {
        let rows = node.element().path(["properties", "typeTable", "rows"])?;
        let fields = rows.children("row").filter_map(|row| {
            let stored = FieldType::from_element(row.child("type")?).ok()?;
            stored.statistics.is_some().then(|| (row.text_of("name").unwrap().into_owned(), stored))
        });
        let fields = fields.collect::<Vec<_>>();
        let is_known = node.node_type.class().ends_with("TypeNode")
            || node.family() == satsuma_stream::NodeFamily::Source;
        (is_known && !fields.is_empty()).then_some((node, fields))
    });
    described.collect()
}

/// The result of the comparison of a field's statistics.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Verdict {
    Agrees,
    /// It agrees with the records of an earlier node. A Type node takes over the types that an earlier one has read,
    /// even where nodes between them drop records.
    AgreesEarlier,
    /// IBM saw other records than there are.
    OtherData,
    /// The type of a field that is gone; Modeler keeps it.
    Gone,
    /// The data are not at hand.
    NoData,
    /// The branch cannot run.
    Refused,
    Disagrees,
}

/// Nodes whose statistics are older than the stream or its data, and why.
const EXPLAINED: [(&str, &str, &str); 11] = [
    (
        "NinelieAimer/persume/香水分析数据挖掘流2019.str",
        "id3Z5U3Z7JZUL",
        "its fields have 457 or 482 values: IBM read them before and after a change",
    ),
    (
        "NinelieAimer/persume/香水分析数据挖掘流2019.str",
        "id2FLU4PRE9VA",
        "no node before it drops records, but IBM saw 482 of 1,009",
    ),
    (
        "Vijaypj25+PMA/Project.str",
        "id4D1ZLIGKA3N",
        "Reputation_Damage_Level is text in the file; IBM saw the numbers 0 to 2",
    ),
    (
        "aalabort/Data Preparation.str",
        "id66NTGAZEJU6",
        "its fields have 710 or 13,504 values: IBM read them in several states of the stream",
    ),
    (
        "aalabort/Data Preparation.str",
        "id263UFNKJVNP",
        "its fields have 710 or 13,504 values: IBM read them in several states of the stream",
    ),
    (
        "aalabort/Data Preparation.str",
        "id3Y8U8ZLI16S",
        "its fields have 710 or 13,504 values: IBM read them in several states of the stream",
    ),
    (
        "aalabort/Data Preparation.str",
        "id3V6UBBVHXWH",
        "its fields have 710 or 13,504 values: IBM read them in several states of the stream",
    ),
    (
        "aalabort/Data Preparation.str",
        "id33IUM8Z393Z",
        "its fields have 710 or 13,504 values: IBM read them in several states of the stream",
    ),
    (
        "hkwd+spsssample/20210921CADSRTS/不良判定.str",
        "id28CWQ42E815",
        "the file has three decimals, IBM saw more",
    ),
    (
        "hkwd+spsssample/250602overlay/250602overlay1.str",
        "idWN1ZRWGUBEN",
        "the file has fractions, IBM saw whole numbers",
    ),
    (
        "hkwd+spsssample/250603InteractiveTree/250603InteractiveTress.str",
        "id168WAKQTT2W",
        "one of twelve fields has other values than IBM saw",
    ),
];

#[tokio::test]
async fn statistics_agree_with_those_that_ibm_stored() {
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for real in real_streams() {
        let mut earlier = Earlier::default();
        for (node, fields) in nodes(&real.file) {
            let place = format!("{}: {} ({})", real.name, node.describe(), node.uid);
            let seen = match real.table(&node.uid).await {
                Ok(seen) => seen,
                Err(error) => {
                    println!("{place}: {} fields: cannot run: {error}", fields.len());
                    let is_here = !error.contains("no data for");
                    let verdict = if is_here { Verdict::Refused } else { Verdict::NoData };
                    *verdicts.entry(verdict).or_default() += fields.len();
                    continue;
                }
            };
            let explained = EXPLAINED.iter().find(|(name, uid, _)| *name == real.name && *uid == node.uid);
            for (name, stored) in &fields {
                let (verdict, reason) = verdict(&seen, name, stored);
                let differs = matches!(verdict, Verdict::OtherData | Verdict::Disagrees);
                if differs && earlier.agrees(&real, node, name, stored).await {
                    println!("{place}: {name:?}: of an earlier node");
                    *verdicts.entry(Verdict::AgreesEarlier).or_default() += 1;
                    continue;
                }
                let verdict = match (verdict, explained) {
                    (Verdict::Disagrees, Some((_, _, why))) => {
                        println!("{place}: {name:?}: {reason}: {why}");
                        Verdict::OtherData
                    }
                    (Verdict::Disagrees, None) => {
                        wrong.push(format!("{place}: {name:?}: {reason}"));
                        Verdict::Disagrees
                    }
                    (Verdict::OtherData, _) => {
                        println!("{place}: {name:?}: other data: {reason}");
                        Verdict::OtherData
                    }
                    (verdict, _) => verdict,
                };
                *verdicts.entry(verdict).or_default() += 1;
            }
        }
    }
    println!("{verdicts:?}");
    if verdicts.is_empty() {
        return;
    }
    assert!(wrong.is_empty(), "{} fields disagree:\n{}", wrong.len(), wrong.join("\n"));
    assert!(!verdicts.contains_key(&Verdict::Refused), "a branch with data does not run: {verdicts:?}");
    let is_whole = std::env::var_os("SATSUMA_ONLY").is_none();
    assert!(!is_whole || verdicts[&Verdict::Agrees] >= LEAST, "{verdicts:?}");
}

/// The tables of earlier nodes, by uid; `None` for those that cannot run.
#[derive(Default)]
struct Earlier(HashMap<String, Option<Seen>>);

impl Earlier {
    /// Whether statistics agree with those of a source or Type node before this node.
    async fn agrees(&mut self, real: &Real, node: &Node, name: &str, stored: &FieldType) -> bool {
        let diagram = &real.file.stream().diagram;
        if diagram.node(node.id).is_none_or(|found| found.uid != node.uid) {
            return false;
        }
        for before in diagram.upstream(node.id).unwrap() {
            let has_types = before.node_type.class().ends_with("TypeNode")
                || before.family() == satsuma_stream::NodeFamily::Source;
            if before.uid == node.uid || !has_types {
                continue;
            }
            if !self.0.contains_key(&before.uid) {
                self.0.insert(before.uid.clone(), real.table(&before.uid).await.ok());
            }
            if let Some(Some(seen)) = self.0.get(&before.uid)
                && verdict(seen, name, stored).0 == Verdict::Agrees
            {
                return true;
            }
        }
        false
    }
}

fn verdict(seen: &Seen, name: &str, stored: &FieldType) -> (Verdict, String) {
    let Some(at) = seen.fields.iter().position(|field| field.name == *name) else {
        return (Verdict::Gone, String::new());
    };
    let count = stored_count(stored).unwrap_or_default();
    if count > seen.rows() {
        return (Verdict::OtherData, format!("{} records, IBM saw {count} or more", seen.rows()));
    }
    let differences = differences(seen, at, stored);
    let verdict = if differences.is_empty() { Verdict::Agrees } else { Verdict::Disagrees };
    (verdict, differences.join("; "))
}

fn stored_count(stored: &FieldType) -> Option<usize> {
    stored.statistics.as_ref()?.path(["countStats", "valuesFrequency"])?.text().parse().ok()
}

fn differences(seen: &Seen, at: usize, stored: &FieldType) -> Vec<String> {
    let field = &seen.fields[at];
    let statistics = stored.statistics.as_ref().unwrap();
    let mut wrong = Vec::new();
    if Storage::of_stream(&stored.storage) != Some(field.storage) {
        wrong.push(format!("storage {} is {} there", field.storage, stored.storage));
        return wrong;
    }
    let values = seen.values(at).filter(|value| !field.is_blank(value)).collect::<Vec<_>>();
    if let Some(count) = stored_count(stored)
        && count != values.len()
    {
        wrong.push(format!("{} values are {count} there", values.len()));
        return wrong;
    }
    let numbers = values.iter().filter_map(number).collect::<Vec<_>>();
    let tolerance = if field.storage.is_temporal() { DATE_TOLERANCE } else { TOLERANCE };
    let mut check = |element: &Element, attribute: &str, found: f64, scale: f64| {
        let Some(text) = element.attr(attribute) else { return };
        let wanted: f64 = text.parse().unwrap_or(f64::NAN);
        let is_close = (found - wanted).abs() <= tolerance * found.abs().max(wanted.abs()).max(scale);
        if !(is_close || found.is_nan() && wanted.is_nan()) {
            wrong.push(format!("{attribute} {found} is {text} there"));
        }
    };
    let moments = Moments::of(&numbers);
    let deviation = moments.variance.sqrt();
    if let Some(element) = statistics.child("numericalStats") {
        check(element, "minimumValue", numbers.iter().copied().fold(f64::INFINITY, f64::min), 0.0);
        check(element, "maximumValue", numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max), 0.0);
        check(element, "meanValue", moments.mean, deviation);
        check(element, "standardDeviation", deviation, 0.0);
    }
    if let Some(element) = statistics.child("continuousStats") {
        check(element, "sum", moments.sum, deviation * moments.count);
        check(element, "sumOfSquares", moments.squares, 0.0);
        check(element, "variance", moments.variance, 0.0);
        check(element, "skewness", moments.skewness, 1.0);
    }
    if let Some(element) = statistics.child("discreteStats") {
        discrete(element, stored, &values, &mut wrong);
    }
    wrong
}

/// A value as a number: dates are seconds from 1600-03-01.
fn number(value: &Scalar) -> Option<f64> {
    Some(match value {
        Scalar::Date(days) => (f64::from(*days) + DAYS_TO_1970) * 86_400.0,
        Scalar::Timestamp(micros) => *micros as f64 / 1e6 + DAYS_TO_1970 * 86_400.0,
        other => other.as_f64()?,
    })
}

struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
    mean: f64,
    variance: f64,
    skewness: f64,
}

impl Moments {
    /// The variance is that of a sample; the skewness is adjusted: n / ((n - 1)(n - 2)) Σ((x - mean) / sd)³.
    fn of(numbers: &[f64]) -> Self {
        let count = numbers.len() as f64;
        let sum = numbers.iter().sum::<f64>();
        let mean = sum / count;
        let power = |exponent: i32| numbers.iter().map(|x| (x - mean).powi(exponent)).sum::<f64>();
        let variance = power(2) / (count - 1.0);
        let skewness = count / ((count - 1.0) * (count - 2.0)) * power(3) / variance.powf(1.5);
        Self { count, sum, squares: numbers.iter().map(|x| x * x).sum(), mean, variance, skewness }
    }
}

/// Modes and the numbers of records of each value.
fn discrete(element: &Element, stored: &FieldType, values: &[Scalar], wrong: &mut Vec<String>) {
    let mut counts: Vec<(Scalar, u64)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for value in values {
        let at = *places.entry(format!("{value:?}")).or_insert_with(|| {
            counts.push((value.clone(), 0));
            counts.len() - 1
        });
        counts[at].1 += 1;
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let modes = counts.iter().filter(|(_, count)| *count == most).count();
    let text = element.text_of("valueCounts").unwrap_or_default();
    let wanted = text.split_whitespace().map(|count| count.parse().unwrap()).collect::<Vec<u64>>();
    let first_seen = counts.iter().map(|(_, count)| *count).collect::<Vec<_>>();
    let members = stored.values.iter().map(|value| {
        let value = Scalar::of_stream(value);
        counts.iter().find(|(found, _)| Some(found) == value.as_ref()).map_or(0, |(_, count)| *count)
    });
    let by_member = members.collect::<Vec<_>>();
    if wanted != by_member && wanted != first_seen {
        wrong.push(format!("value counts {first_seen:?} or {by_member:?} are {wanted:?} there"));
    }
    if let Some(count) = element.text_of("modeCount")
        && count.parse::<usize>().ok() != Some(modes)
    {
        wrong.push(format!("{modes} modes are {count} there"));
    }
    if let Some(mode) = element.child("mode").and_then(|mode| satsuma_stream::Value::from_element(mode).ok())
    {
        let mode = Scalar::of_stream(&mode).unwrap();
        let count = counts.iter().find(|(value, _)| *value == mode).map_or(0, |(_, count)| *count);
        if count != most {
            wrong.push(format!("the mode {mode:?} has {count} of at most {most} records"));
        }
    }
}
