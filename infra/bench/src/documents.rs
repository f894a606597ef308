//! PMML documents in the form of IBM SPSS Modeler, generated from a fixed seed: the shape of a model
//! determines its speed, its content does not.

pub(crate) mod network;
pub(crate) mod svm;

use std::fmt::Write;

/// The seed of models and records: every run measures the same.
pub(crate) const SEED: u64 = 20_161_004;

/// The inputs of a generated model: amounts from 0 to [`LARGEST`], and kinds named `A`, `B` …
pub(crate) struct Inputs<'a> {
    /// The number of continuous fields.
    pub(crate) amounts: usize,
    /// The number of categories of each categorical field.
    pub(crate) kinds: &'a [usize],
}

/// The largest amount.
pub(crate) const LARGEST: f64 = 100.0;

/// The field that made models predict.
const TARGET: &str = "outcome";

impl Inputs<'_> {
    fn amounts(&self) -> impl Iterator<Item = String> {
        (1..=self.amounts).map(|number| format!("amount_{number}"))
    }

    /// Every categorical field with its categories.
    fn kinds(&self) -> impl Iterator<Item = (String, Vec<char>)> {
        let named = self.kinds.iter().enumerate();
        named.map(|(index, &categories)| (format!("kind_{}", index + 1), letters(categories).collect()))
    }
}

fn letters(number: usize) -> impl Iterator<Item = char> {
    ('A'..='Z').take(number)
}

/// The document around `dictionary` (a `TransformationDictionary`) and `model`.
fn document(inputs: &Inputs<'_>, categories: &[&str], dictionary: &str, model: &str) -> String {
    let mut fields = String::new();
    for name in inputs.amounts() {
        let _ = writeln!(fields, r#"<DataField name="{name}" optype="continuous" dataType="double"/>"#);
    }
    for (name, letters) in inputs.kinds() {
        let values: Vec<_> = letters.iter().map(char::to_string).collect();
        let _ = writeln!(fields, "{}", categorical(&name, values.iter().map(String::as_str)));
    }
    let target = categorical(TARGET, categories.iter().copied());
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<PMML version="4.2" xmlns="http://www.dmg.org/PMML-4_2">
<Header copyright="made for a bench"><Application name="satsuma-bench" version="1"/></Header>
<DataDictionary>
{target}
{fields}</DataDictionary>
<TransformationDictionary>
{dictionary}</TransformationDictionary>
{model}</PMML>
"#
    )
}

fn categorical<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> String {
    let values: String =
        values.map(|value| format!(r#"<Value value="{value}" property="valid"/>"#)).collect();
    format!(r#"<DataField name="{name}" optype="categorical" dataType="string">{values}</DataField>"#)
}

fn mining_schema(inputs: &Inputs<'_>) -> String {
    let names = inputs.amounts().chain(inputs.kinds().map(|(name, _)| name));
    let active: String = names.map(|name| format!("<MiningField name=\"{name}\"/>\n")).collect();
    format!(
        "<MiningSchema>\n<MiningField name=\"{TARGET}\" usageType=\"predicted\"/>\n{active}</MiningSchema>\n"
    )
}

/// `NormContinuous` from the range of an amount to another.
fn scaled(name: &str, amount: &str, low: f64, high: f64) -> String {
    format!(
        "<DerivedField name=\"{name}\" optype=\"continuous\" dataType=\"double\">\
         <NormContinuous field=\"{amount}\"><LinearNorm orig=\"0\" norm=\"{low}\"/>\
         <LinearNorm orig=\"{LARGEST}\" norm=\"{high}\"/></NormContinuous></DerivedField>\n"
    )
}
