//! A C-SVC with an RBF kernel: categories become 0 and 1 through `MapValues`, vectors are sparse.

use std::fmt::Write;

use fastrand::Rng;

use super::{Inputs, SEED, document, mining_schema, scaled};

/// γ of Modeler's default kernel.
const GAMMA: f64 = 0.1;

/// C of Modeler's default: the bound of coefficients, which most of them reach.
const BOUND: f64 = 10.0;

/// A document with this many support vectors. It states `maxWins`, which IBM leaves out, and leaves
/// out IBM's parameters of the probability: between a document of IBM and one of PMML's own rules, all
/// scorers agree on the latter only.
pub(crate) fn make(inputs: &Inputs<'_>, vectors: usize) -> String {
    let mut rng = Rng::with_seed(SEED);
    let mut fields = Vec::new();
    let mut dictionary = String::new();
    for amount in inputs.amounts() {
        let name = format!("{amount}_scaled");
        dictionary += &scaled(&name, &amount, 0.0, 1.0);
        fields.push(name);
    }
    for (kind, letters) in inputs.kinds() {
        for letter in letters {
            let name = format!("{kind}={letter}");
            dictionary += &indicator(&name, &kind, letter);
            fields.push(name);
        }
    }
    let references: String = fields.iter().map(|name| format!("<FieldRef field=\"{name}\"/>\n")).collect();
    let instances: String = (1..=vectors).map(|id| instance(id, inputs, fields.len(), &mut rng)).collect();
    let ids: String = (1..=vectors).map(|id| format!("<SupportVector vectorId=\"vec{id}\"/>\n")).collect();
    let coefficients: String =
        (1..=vectors).map(|id| format!("<Coefficient value=\"{}\"/>\n", coefficient(id, &mut rng))).collect();
    let schema = mining_schema(inputs);
    let dimensions = fields.len();
    let model = format!(
        r#"<SupportVectorMachineModel modelName="C-SVC" functionName="classification" svmRepresentation="SupportVectors" maxWins="true">
{schema}<RadialBasisKernelType gamma="{GAMMA}"/>
<VectorDictionary numberOfVectors="{vectors}">
<VectorFields numberOfFields="{dimensions}">
{references}</VectorFields>
{instances}</VectorDictionary>
<SupportVectorMachine targetCategory="Yes" alternateTargetCategory="No">
<SupportVectors numberOfAttributes="{dimensions}" numberOfSupportVectors="{vectors}">
{ids}</SupportVectors>
<Coefficients absoluteValue="-0.00197891922296144" numberOfCoefficients="{vectors}">
{coefficients}</Coefficients>
</SupportVectorMachine>
</SupportVectorMachineModel>
"#
    );
    document(inputs, &["Yes", "No"], &dictionary, &model)
}

fn indicator(name: &str, field: &str, value: char) -> String {
    format!(
        "<DerivedField name=\"{name}\" optype=\"continuous\" dataType=\"double\">\
         <MapValues defaultValue=\"0\" mapMissingTo=\"0\" outputColumn=\"out\">\
         <FieldColumnPair column=\"value\" field=\"{field}\"/>\
         <InlineTable><row><value>{value}</value><out>1</out></row></InlineTable>\
         </MapValues></DerivedField>\n"
    )
}

/// A vector like a record: amounts at random, and a one for one category of every kind.
fn instance(id: usize, inputs: &Inputs<'_>, dimensions: usize, rng: &mut Rng) -> String {
    let mut indices = String::new();
    let mut entries = String::new();
    for amount in 1..=inputs.amounts {
        let _ = write!(indices, "{amount} ");
        let _ = write!(entries, "{:.6} ", rng.f64());
    }
    let mut first = inputs.amounts + 1;
    for &categories in inputs.kinds {
        let _ = write!(indices, "{} ", first + rng.usize(..categories));
        entries.push_str("1 ");
        first += categories;
    }
    format!(
        "<VectorInstance id=\"vec{id}\"><REAL-SparseArray n=\"{dimensions}\">\
         <Indices>{indices}</Indices><REAL-Entries>{entries}</REAL-Entries>\
         </REAL-SparseArray></VectorInstance>\n"
    )
}

/// For and against in turns, two of three at the bound.
fn coefficient(id: usize, rng: &mut Rng) -> f64 {
    let size = if id.is_multiple_of(3) { rng.f64() * BOUND } else { BOUND };
    if id.is_multiple_of(2) { size } else { -size }
}
