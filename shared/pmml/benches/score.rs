//! Rows per second of a support vector machine and a neural network with the size of IBM's samples:
//!
//! `cargo bench -p satsuma-pmml`

#![allow(clippy::unwrap_used, missing_docs)] // a bench may stop at the first surprise, and criterion makes undocumented items

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use satsuma_pmml::Document;

/// Rows per batch, the number of DataFusion.
const ROWS: usize = 8192;

/// A fixed sequence of numbers in 0..1.
struct Numbers(u64);

impl Numbers {
    fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn list(&mut self, count: usize) -> String {
        (0..count).map(|_| format!("{} ", self.draw())).collect()
    }
}

fn each(count: usize, element: impl FnMut(usize) -> String) -> String {
    (0..count).map(element).collect()
}

/// Fields n0… are numbers, c0… have one of three categories; the target is t.
fn document(numbers: usize, categories: usize, model: &str) -> String {
    let number = |i| format!(r#"<DataField name="n{i}" optype="continuous" dataType="double"/>"#);
    let values = r#"<Value value="low"/><Value value="medium"/><Value value="high"/>"#;
    let category =
        |i| format!(r#"<DataField name="c{i}" optype="categorical" dataType="string">{values}</DataField>"#);
    let indicator = |i, value| {
        format!(
            r#"<DerivedField name="c{i}={value}" optype="continuous" dataType="double"><NormDiscrete field="c{i}" value="{value}" mapMissingTo="0"/></DerivedField>"#
        )
    };
    let scaled = |i| {
        format!(
            r#"<DerivedField name="n{i}_scaled" optype="continuous" dataType="double"><NormContinuous field="n{i}"><LinearNorm orig="0" norm="-1"/><LinearNorm orig="1" norm="1"/></NormContinuous></DerivedField>"#
        )
    };
    format!(
        r#"<PMML version="4.4"><DataDictionary>{}{}<DataField name="t" optype="categorical" dataType="string"/></DataDictionary>
        <TransformationDictionary>{}{}</TransformationDictionary>{model}</PMML>"#,
        each(numbers, number),
        each(categories, category),
        each(numbers, scaled),
        each(categories, |i| ["low", "medium", "high"].map(|v| indicator(i, v)).concat()),
    )
}

fn schema(numbers: usize, categories: usize) -> String {
    let numbers = each(numbers, |i| format!(r#"<MiningField name="n{i}"/>"#));
    let categories = each(categories, |i| format!(r#"<MiningField name="c{i}"/>"#));
    format!(r#"<MiningSchema>{numbers}{categories}<MiningField name="t" usageType="target"/></MiningSchema>"#)
}

fn features(numbers: usize, categories: usize) -> Vec<String> {
    let scaled = (0..numbers).map(|i| format!("n{i}_scaled"));
    let indicators = (0..categories).flat_map(|i| ["low", "medium", "high"].map(|v| format!("c{i}={v}")));
    scaled.chain(indicators).collect()
}

/// 3 numbers and 14 categories give 45 coordinates, of 2,500 support vectors.
fn support_vectors() -> String {
    let (vectors, mut draw) = (2500, Numbers(1));
    let features = features(3, 14);
    let list = |draw: &mut Numbers| draw.list(features.len());
    let model = format!(
        r#"<SupportVectorMachineModel functionName="classification" maxWins="true">{}<RadialBasisKernelType gamma="0.1"/>
        <VectorDictionary><VectorFields>{}</VectorFields>{}</VectorDictionary>
        <SupportVectorMachine targetCategory="yes" alternateTargetCategory="no"><SupportVectors>{}</SupportVectors><Coefficients>{}</Coefficients></SupportVectorMachine></SupportVectorMachineModel>"#,
        schema(3, 14),
        each(features.len(), |i| format!(r#"<FieldRef field="{}"/>"#, features[i])),
        each(vectors, |i| format!(
            r#"<VectorInstance id="{i}"><Array type="real">{}</Array></VectorInstance>"#,
            list(&mut draw)
        )),
        each(vectors, |i| format!(r#"<SupportVector vectorId="{i}"/>"#)),
        each(vectors, |_| format!(r#"<Coefficient value="{}"/>"#, draw.draw() - 0.5)),
    );
    document(3, 14, &model)
}

/// 3 numbers and 3 categories give 12 inputs of 7 hidden neurons; 5 drugs.
fn network() -> String {
    let mut draw = Numbers(2);
    let features = features(3, 3);
    let field =
        |of: &str| format!(r#"<DerivedField optype="continuous" dataType="double">{of}</DerivedField>"#);
    let mut neuron = |id: &str, from: &str, count: usize| {
        let cons = each(count, |i| format!(r#"<Con from="{from}{i}" weight="{}"/>"#, draw.draw() - 0.5));
        format!(r#"<Neuron id="{id}" bias="0.1">{cons}</Neuron>"#)
    };
    let hidden = each(7, |i| neuron(&format!("h{i}"), "i", features.len()));
    let last = each(5, |i| neuron(&format!("o{i}"), "h", 7));
    let model = format!(
        r#"<NeuralNetwork functionName="classification" activationFunction="tanh">{}<NeuralInputs>{}</NeuralInputs>
        <NeuralLayer>{hidden}</NeuralLayer><NeuralLayer activationFunction="identity" normalizationMethod="softmax">{last}</NeuralLayer>
        <NeuralOutputs>{}</NeuralOutputs></NeuralNetwork>"#,
        schema(3, 3),
        each(features.len(), |i| {
            let field = field(&format!(r#"<FieldRef field="{}"/>"#, features[i]));
            format!(r#"<NeuralInput id="i{i}">{field}</NeuralInput>"#)
        }),
        each(5, |i| {
            let field = field(&format!(r#"<NormDiscrete field="t" value="drug{i}"/>"#));
            format!(r#"<NeuralOutput outputNeuron="o{i}">{field}</NeuralOutput>"#)
        }),
    );
    document(3, 3, &model)
}

fn batch(numbers: usize, categories: usize) -> RecordBatch {
    let mut draw = Numbers(3);
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for i in 0..numbers {
        let cells: Vec<f64> = (0..ROWS).map(|_| draw.draw()).collect();
        columns.push((format!("n{i}"), Arc::new(Float64Array::from(cells))));
    }
    for i in 0..categories {
        let cells = (0..ROWS).map(|_| ["low", "medium", "high"][(draw.draw() * 3.0) as usize]);
        columns.push((format!("c{i}"), Arc::new(StringArray::from_iter_values(cells))));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

fn score(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rows");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(10);
    for (name, document, data) in [
        ("support vector machine", support_vectors(), batch(3, 14)),
        ("neural network", network(), batch(3, 3)),
    ] {
        let scorer = Document::parse(document.as_bytes()).unwrap().compile().unwrap();
        group.bench_function(name, |bencher| bencher.iter(|| scorer.score(&data).unwrap()));
    }
    group.finish();
    let document = support_vectors();
    let compile = || Document::parse(document.as_bytes()).unwrap().compile().unwrap();
    criterion.bench_function("read and compile 2,500 support vectors", |bencher| bencher.iter(compile));
}

criterion_group!(benches, score);
criterion_main!(benches);
