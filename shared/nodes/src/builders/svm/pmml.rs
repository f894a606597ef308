//! A machine as PMML (SupportVectorMachineModel), in the form that Modeler writes.

use satsuma_columns::{Field, Measure, Scalar, Storage};
use satsuma_mining::support_vectors::Kernel;
use satsuma_stream::Element;

use super::Trained;
use super::encoding::{Code, Coded, Encoding, Goal};
use crate::builders::header::{APPLICATION, of_scalar};
use crate::builders::number::{plain, significant};

/// Digits of the numbers of support vectors.
const VECTOR_DIGITS: usize = 6;

/// Digits of coefficients, limits and probabilities.
const DIGITS: usize = 15;

/// The document.
pub(super) fn document(target: &Field, encoding: &Encoding, trained: &Trained) -> Element {
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let fields = std::iter::once(data_field(target, &encoding.goal.values(), encoding.goal.is_number()));
    let fields = fields.chain(encoding.inputs.iter().map(|input| match &input.code {
        Code::Range(..) => data_field(&input.field, &[], true),
        Code::Values(values, _) => data_field(&input.field, values, false),
    }));
    let derived = encoding.inputs.iter().flat_map(derived_fields);
    Element::new("PMML")
        .with_attr("version", "4.2")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_2")
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(Element::new("DataDictionary").with_children(fields))
        .with_child(Element::new("TransformationDictionary").with_children(derived))
        .with_child(model(target, encoding, trained))
}

impl Goal {
    fn values(&self) -> Vec<Scalar> {
        match self {
            Self::Number => Vec::new(),
            Self::Categories { values, .. } => values.to_vec(),
        }
    }
}

fn data_field(field: &Field, values: &[Scalar], is_number: bool) -> Element {
    let data_type = match field.storage {
        Storage::Integer | Storage::Real => "double",
        _ => "string",
    };
    let kind = match field.measure {
        _ if is_number => "continuous",
        Measure::OrderedSet => "ordinal",
        _ => "categorical",
    };
    let values = values.iter().map(|value| Element::new("Value").with_attr("value", text(value)));
    Element::new("DataField")
        .with_attr("name", field.name.as_str())
        .with_attr("optype", kind)
        .with_attr("dataType", data_type)
        .with_children(values.map(|value| value.with_attr("property", "valid")))
}

/// The names of the columns of an input.
fn names(input: &Coded) -> Vec<String> {
    let name = &input.field.name;
    match &input.code {
        Code::Range(..) => vec![format!("{name}_scaled")],
        Code::Values(values, _) => values.iter().map(|value| format!("{name}={}", text(value))).collect(),
    }
}

fn derived_fields(input: &Coded) -> Vec<Element> {
    let name = input.field.name.as_str();
    let expressions: Vec<Element> = match &input.code {
        Code::Range(low, high) => {
            let norm = |orig: f64, norm: &str| {
                Element::new("LinearNorm")
                    .with_attr("orig", significant(orig, DIGITS))
                    .with_attr("norm", norm)
            };
            let normed = Element::new("NormContinuous").with_attr("field", name);
            vec![normed.with_child(norm(*low, "0")).with_child(norm(*high, "1"))]
        }
        Code::Values(values, _) => values.iter().map(|value| indicator(name, value)).collect(),
    };
    let derived = |(name, expression): (String, Element)| {
        Element::new("DerivedField")
            .with_attr("name", name)
            .with_attr("optype", "continuous")
            .with_attr("dataType", "double")
            .with_child(expression)
    };
    names(input).into_iter().zip(expressions).map(derived).collect()
}

/// 1 for a value of a field, 0 for all others.
fn indicator(field: &str, value: &Scalar) -> Element {
    let row = Element::new("row").with_leaf("value", &text(value)).with_leaf("out", "1");
    Element::new("MapValues")
        .with_attr("defaultValue", "0")
        .with_attr("mapMissingTo", "0")
        .with_attr("outputColumn", "out")
        .with_child(Element::new("FieldColumnPair").with_attr("column", "value").with_attr("field", field))
        .with_child(Element::new("InlineTable").with_child(row))
}

fn model(target: &Field, encoding: &Encoding, trained: &Trained) -> Element {
    let (name, function) = match &encoding.goal {
        Goal::Number => ("Epsilon-SVR", "regression"),
        Goal::Categories { .. } => ("C-SVC", "classification"),
    };
    let used = |name: &str, usage: &str| {
        Element::new("MiningField").with_attr("name", name).with_attr("usageType", usage)
    };
    let inputs = encoding.inputs.iter().map(|input| used(&input.field.name, "active"));
    let schema =
        Element::new("MiningSchema").with_child(used(&target.name, "predicted")).with_children(inputs);
    Element::new("SupportVectorMachineModel")
        .with_attr("modelName", name)
        .with_attr("functionName", function)
        .with_attr("svmRepresentation", "SupportVectors")
        .with_child(schema)
        .with_child(kernel(trained.machine.kernel))
        .with_child(dictionary(encoding, trained))
        .with_child(machine(encoding, trained))
}

fn kernel(kernel: Kernel) -> Element {
    match kernel {
        Kernel::Linear => Element::new("LinearKernelType"),
        Kernel::Rbf { gamma } => Element::new("RadialBasisKernelType").with_attr("gamma", plain(gamma)),
        Kernel::Sigmoid { gamma, bias } => {
            Element::new("SigmoidKernelType").with_attr("gamma", plain(gamma)).with_attr("coef0", plain(bias))
        }
        Kernel::Polynomial { gamma, bias, degree } => Element::new("PolynomialKernelType")
            .with_attr("gamma", plain(gamma))
            .with_attr("coef0", plain(bias))
            .with_attr("degree", degree.to_string()),
    }
}

fn dictionary(encoding: &Encoding, trained: &Trained) -> Element {
    let fields = encoding.inputs.iter().flat_map(names);
    let fields = fields.map(|name| Element::new("FieldRef").with_attr("field", name));
    let columns = encoding.columns();
    let vector = |(number, (record, _)): (usize, (usize, f64))| {
        let places = trained.vectors.get(record).iter().enumerate().filter(|(_, value)| **value != 0.0);
        let (mut indices, mut entries) = (String::new(), String::new());
        for (column, value) in places {
            indices.push_str(&format!("{} ", column + 1));
            entries.push_str(&significant(*value, VECTOR_DIGITS));
            entries.push(' ');
        }
        let array = Element::new("REAL-SparseArray")
            .with_attr("n", columns.to_string())
            .with_leaf("Indices", &indices)
            .with_leaf("REAL-Entries", &entries);
        Element::new("VectorInstance").with_attr("id", format!("vec{number}")).with_child(array)
    };
    let vectors = (1..).zip(trained.machine.support()).map(vector);
    Element::new("VectorDictionary")
        .with_attr("numberOfVectors", trained.machine.support().count().to_string())
        .with_child(
            Element::new("VectorFields")
                .with_attr("numberOfFields", columns.to_string())
                .with_children(fields),
        )
        .with_children(vectors)
}

fn machine(encoding: &Encoding, trained: &Trained) -> Element {
    let count = trained.machine.support().count();
    let extension = Element::new("Extension").with_attr("extender", "spss.com");
    let (element, extension) = match (&encoding.goal, trained.sigmoid) {
        (Goal::Categories { values: [first, second], .. }, Some(sigmoid)) => (
            Element::new("SupportVectorMachine")
                .with_attr("alternateTargetCategory", text(second))
                .with_attr("targetCategory", text(first)),
            extension
                .with_child(
                    Element::new("ResponseCategory")
                        .with_attr("Response", text(first))
                        .with_attr("NonResponse", text(second)),
                )
                .with_child(
                    Element::new("ProbabilityParameter")
                        .with_attr("paramA", significant(sigmoid.a, DIGITS))
                        .with_attr("paramB", significant(sigmoid.b, DIGITS)),
                ),
        ),
        _ => {
            let error = significant(trained.error, VECTOR_DIGITS);
            (Element::new("SupportVectorMachine"), extension.with_leaf("StandardDeviation", &error))
        }
    };
    let vectors =
        (1..=count).map(|number| Element::new("SupportVector").with_attr("vectorId", format!("vec{number}")));
    let coefficients = trained.machine.support().map(|(_, coefficient)| {
        Element::new("Coefficient").with_attr("value", significant(coefficient, DIGITS))
    });
    element
        .with_child(extension)
        .with_child(
            Element::new("SupportVectors")
                .with_attr("numberOfAttributes", encoding.columns().to_string())
                .with_attr("numberOfSupportVectors", count.to_string())
                .with_children(vectors),
        )
        .with_child(
            Element::new("Coefficients")
                .with_attr("absoluteValue", significant(trained.machine.bias, DIGITS))
                .with_attr("numberOfCoefficients", count.to_string())
                .with_children(coefficients),
        )
}

/// A value as text. Numbers of documents are doubles, which have no decimal point where they are whole.
fn text(value: &Scalar) -> String {
    match value {
        Scalar::Real(number) => plain(*number),
        value => of_scalar(value).text(),
    }
}
