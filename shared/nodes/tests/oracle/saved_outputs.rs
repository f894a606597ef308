//! Tables, statistics and data audits that Modeler saved as `.cou` files, against the tables that their nodes read.

use std::path::Path;

use satsuma_columns::Scalar;
use satsuma_stream::{Element, ModelerFile, ModelerFileKind, RecordColumn, RecordValues, SavedOutput};

use crate::probe::{Real, Seen, real_stream, streams};

/// Relative difference that rounding explains.
const TOLERANCE: f64 = 1e-10;

/// Saved outputs and the streams that made them.
const OUTPUTS: [&str; 5] = [
    "Data_Observations/TablePatients.cou",
    "Data_Observations/TableDrugs.cou",
    "Data_Observations/DataAuditPatients.cou",
    "Data_Observations/StatisticsVariablesvsVariables.cou",
    "final_assignment_dataset/Table (10 fields, 957 records) #1.cou",
];

/// An output, and the table that the node which made it reads.
async fn output(real: &Real, path: &Path) -> (ModelerFile, SavedOutput, Seen) {
    let file = ModelerFile::open(std::fs::read(path).unwrap()).unwrap();
    let ModelerFileKind::Output(saved) = file.kind().clone() else {
        panic!("{} is no output", path.display())
    };
    let diagram = &real.file.stream().diagram;
    let builder = saved.builder.as_deref().unwrap();
    let node = diagram.nodes().iter().find(|node| node.uid == builder).unwrap();
    let input = diagram.inputs(node.id).next().unwrap().uid.clone();
    let seen = real.table(&input).await.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (file, saved, seen)
}

#[tokio::test]
async fn saved_outputs_agree_with_the_tables_of_their_nodes() {
    let Some(folder) = streams() else { return };
    let Some(real) = real_stream("aalabort/Describing and Exploring Data.str") else { return };
    for path in OUTPUTS {
        let path = folder.join("aalabort").join(path);
        if !path.exists() {
            eprintln!("skipped: {} is missing", path.display());
            continue;
        }
        let (file, saved, seen) = output(&real, &path).await;
        let wrong = match saved.class.as_str() {
            "TableOutput" => table(&file, &saved, &seen),
            "StatisticsOutput" | "DataAuditOutput" => statistics(&saved, &seen),
            other => panic!("{other} is no output of numbers"),
        };
        assert!(wrong.is_empty(), "{}:\n{}", path.display(), wrong.join("\n"));
    }
}

/// Cell by cell.
fn table(file: &ModelerFile, saved: &SavedOutput, seen: &Seen) -> Vec<String> {
    let stored = file.table(&saved.tables[0]).unwrap();
    let mut wrong = Vec::new();
    assert_eq!(stored.rows(), seen.rows());
    assert_eq!(stored.columns.len(), seen.fields.len());
    for (at, column) in stored.columns.iter().enumerate() {
        let found = seen.values(at).collect::<Vec<_>>();
        let wanted = scalars(column);
        if column.name != seen.fields[at].name {
            wrong.push(format!("field {:?} is {:?} there", seen.fields[at].name, column.name));
        } else if let Some(row) = (0..found.len()).find(|row| found[*row] != wanted[*row]) {
            wrong.push(format!(
                "{:?}, record {row}: {:?} is {:?} there",
                column.name, found[row], wanted[row]
            ));
        }
    }
    wrong
}

fn scalars(column: &RecordColumn) -> Vec<Scalar> {
    fn all<T: Clone>(values: &[Option<T>], scalar: impl Fn(T) -> Scalar) -> Vec<Scalar> {
        values.iter().map(|value| value.clone().map_or(Scalar::Null, &scalar)).collect()
    }
    match &column.values {
        RecordValues::Text(values) => all(values, |value: String| Scalar::text(value)),
        RecordValues::Integer(values) => all(values, |value| Scalar::Integer(value.into())),
        RecordValues::Long(values) => all(values, Scalar::Integer),
        RecordValues::Real(values) => all(values, Scalar::Real),
        RecordValues::Byte(values) => all(values, |value| Scalar::Integer(value.into())),
    }
}

/// Every number of every `statistic` element, correlations with other fields included.
fn statistics(saved: &SavedOutput, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let set = saved.element.child("statSet").unwrap();
    let mut compared = 0;
    for statistic in set.children("statistic") {
        let name = statistic.text_of("name").unwrap();
        let Some(values) = numbers(seen, &name) else {
            wrong.push(format!("{name:?} is not there"));
            continue;
        };
        let known = values.iter().flatten().copied().collect::<Vec<_>>();
        let mut check = |element: &Element, what: &str, found: f64, scale: f64| {
            let Some(text) = element.text_of(what) else { return };
            compared += 1;
            let wanted: f64 = text.parse().unwrap();
            if (found - wanted).abs() > TOLERANCE * found.abs().max(wanted.abs()).max(scale) {
                wrong.push(format!("{name:?}: {what} {found} is {wanted} there"));
            }
        };
        of_one(statistic, &known, &mut check);
        for correlation in statistic.children("correlation") {
            let other = numbers(seen, &correlation.text_of("name").unwrap()).unwrap();
            let pairs = values.iter().zip(&other).filter_map(|(one, two)| Some(((*one)?, (*two)?)));
            let pairs = pairs.collect::<Vec<_>>();
            check(correlation, "count", pairs.len() as f64, 0.0);
            check(correlation, "value", pearson(&pairs), 1.0);
        }
    }
    println!("{compared} numbers agree, but for {}", wrong.len());
    assert!(compared > 80);
    wrong
}

fn numbers(seen: &Seen, name: &str) -> Option<Vec<Option<f64>>> {
    let at = seen.fields.iter().position(|field| field.name == name)?;
    Some(seen.values(at).map(|value| value.as_f64()).collect())
}

/// IBM SPSS Statistics Algorithms, "Descriptives": skewness and kurtosis are adjusted for the number of values.
fn of_one(element: &Element, values: &[f64], check: &mut impl FnMut(&Element, &str, f64, f64)) {
    let n = values.len() as f64;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let sum = values.iter().sum::<f64>();
    let mean = sum / n;
    let power = |exponent: i32| values.iter().map(|x| (x - mean).powi(exponent)).sum::<f64>();
    let variance = power(2) / (n - 1.0);
    let deviation = variance.sqrt();
    let skewness = n / ((n - 1.0) * (n - 2.0)) * power(3) / deviation.powi(3);
    let kurtosis = n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * power(4) / variance.powi(2)
        - 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0));
    let middle = sorted.len() / 2;
    let median = match sorted.len() % 2 {
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    };
    for (what, found, scale) in [
        ("count", n, 0.0),
        ("min", low, 0.0),
        ("max", high, 0.0),
        ("range", high - low, 0.0),
        ("sum", sum, 0.0),
        ("mean", mean, deviation),
        ("semean", deviation / n.sqrt(), 0.0),
        ("sdev", deviation, 0.0),
        ("variance", variance, 0.0),
        ("median", median, 0.0),
        ("skewness", skewness, 1.0),
        ("kurtosis", kurtosis, 1.0),
    ] {
        check(element, what, found, scale);
    }
    // The mode is the lowest of the most frequent values.
    let mut best = (0, f64::NAN);
    for group in sorted.chunk_by(|one, two| one == two) {
        if group.len() > best.0 {
            best = (group.len(), group[0]);
        }
    }
    check(element, "mode", best.1, 0.0);
}

fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (one, two) = pairs.iter().fold((0.0, 0.0), |(one, two), pair| (one + pair.0, two + pair.1));
    let (one, two) = (one / n, two / n);
    let products = pairs.iter().fold((0.0, 0.0, 0.0), |(both, first, second), (x, y)| {
        (both + (x - one) * (y - two), first + (x - one).powi(2), second + (y - two).powi(2))
    });
    products.0 / (products.1 * products.2).sqrt()
}
