"""An independent evaluation of the PMML documents that the tests of `shared/pmml` score.

Plain double precision, written straight from https://dmg.org/pmml/v4-4/, sharing nothing with the
Rust code: numbers from here are proof of kind 4 (an independent implementation). Sums are exact
(math.fsum), so that differences are those of the code under test.

    cargo run -p satsuma-pmml --example documents -- STREAM.str FOLDER
    python pmml_oracle.py svm FOLDER/2-preparation.pmml FOLDER/3-model.pmml scoreInput.csv > churn.csv
    python pmml_oracle.py network FOLDER/1-model.pmml drug_batch_data.csv > drug_capitalized.csv

Needs numpy. It knows only the elements that these documents use and stops at any other.
"""

import csv
import math
import sys
import xml.etree.ElementTree as ET

import numpy as np


def load(path):
    root = ET.parse(path).getroot()
    for element in root.iter():
        element.tag = element.tag.rsplit("}", 1)[-1]
    return root


def number(text):
    return None if text in (None, "") else float(text)


ARITHMETIC = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def evaluate(element, fields):
    """The value of an expression; None is missing."""
    match element.tag:
        case "Constant":
            return float(element.text)
        case "FieldRef":
            return fields[element.get("field")]
        case "Apply":
            arguments = [evaluate(e, fields) for e in element if e.tag != "Extension"]
            if None in arguments:
                return None
            return float(ARITHMETIC[element.get("function")](*map(np.float64, arguments)))
        case "NormContinuous":
            x = fields[element.get("field")]
            if x is None:
                return number(element.get("mapMissingTo"))
            points = [(float(p.get("orig")), float(p.get("norm"))) for p in element.iter("LinearNorm")]
            (a1, b1), (a2, b2) = next(
                (pair for pair in zip(points, points[1:]) if float(x) <= pair[1][0]), points[-2:]
            )
            return b1 + (float(x) - a1) / (a2 - a1) * (b2 - b1)
        case "NormDiscrete":
            return 1.0 if fields[element.get("field")] == element.get("value") else 0.0
        case "MapValues":
            pair = element.find("FieldColumnPair")
            x = fields[pair.get("field")]
            if x is None:
                return element.get("mapMissingTo")
            for row in element.iter("row"):
                if row.find(pair.get("column")).text == x:
                    return row.find(element.get("outputColumn")).text
            return element.get("defaultValue")
    raise NotImplementedError(element.tag)


EXPRESSIONS = {"Constant", "FieldRef", "Apply", "NormContinuous", "NormDiscrete", "MapValues"}


def derive(dictionary, fields):
    for field in dictionary.findall("DerivedField"):
        (expression,) = [e for e in field if e.tag in EXPRESSIONS]
        if expression.get("field", "") in fields or expression.get("field") is None:
            fields[field.get("name")] = evaluate(expression, fields)
    return fields


def sparse(vector):
    array = vector.find("REAL-SparseArray")
    dense = np.zeros(int(array.get("n")))
    indices = np.array(array.findtext("Indices").split(), dtype=int) - 1
    dense[indices] = np.array(array.findtext("REAL-Entries").split(), dtype=float)
    return dense


def svm(preparation, document, rows):
    model = document.find("SupportVectorMachineModel")
    vectors = {v.get("id"): sparse(v) for v in model.iter("VectorInstance")}
    names = [f.get("field") for f in model.find("VectorDictionary/VectorFields")]
    gamma = float(model.find("RadialBasisKernelType").get("gamma"))
    (machine,) = model.findall("SupportVectorMachine")
    support = np.array([vectors[v.get("vectorId")] for v in machine.find("SupportVectors")])
    coefficients = np.array([float(c.get("value")) for c in machine.iter("Coefficient")])
    absolute = float(machine.find("Coefficients").get("absoluteValue"))
    parameter = machine.find("Extension/ProbabilityParameter")
    a, b = float(parameter.get("paramA")), float(parameter.get("paramB"))
    numeric = {f.get("name") for f in preparation.iter("DataField") if f.get("optype") == "continuous"}
    yield ["decision", "probability"]
    for row in rows:
        fields = {k: number(v.strip()) if k in numeric else v for k, v in row.items()}
        derive(preparation.find("TransformationDictionary"), fields)
        derive(document.find("TransformationDictionary"), fields)
        x = np.array([float(fields[name]) for name in names])
        kernel = np.exp(-gamma * np.array([math.fsum((x - s) ** 2) for s in support]))
        f = math.fsum([*(coefficients * kernel), absolute])
        yield [repr(f), repr(1 / (1 + math.exp(a * f + b)))]


def network(document, rows):
    model = document.find("NeuralNetwork")
    numeric = {f.get("name") for f in document.iter("DataField") if f.get("optype") == "continuous"}
    dictionary = document.find("TransformationDictionary")
    derived = {f.get("name"): f for f in dictionary}
    outputs = [
        (o.get("outputNeuron"), derived[o.find("DerivedField/FieldRef").get("field")].find("NormDiscrete").get("value"))
        for o in model.find("NeuralOutputs")
    ]
    yield [category for _, category in outputs]
    for row in rows:
        fields = {k: number(v) if k in numeric else v for k, v in row.items()}
        derive(dictionary, fields)
        units = {
            i.get("id"): fields[i.find("DerivedField/FieldRef").get("field")] for i in model.find("NeuralInputs")
        }
        for layer in model.findall("NeuralLayer"):
            sums = {
                n.get("id"): math.fsum(
                    [float(n.get("bias")), *(float(c.get("weight")) * units[c.get("from")] for c in n.iter("Con"))]
                )
                for n in layer.iter("Neuron")
            }
            function = layer.get("activationFunction") or model.get("activationFunction")
            activation = {"tanh": math.tanh, "identity": lambda z: z}[function]
            values = {neuron: activation(z) for neuron, z in sums.items()}
            if layer.get("normalizationMethod") == "softmax":
                powers = {neuron: math.exp(y) for neuron, y in values.items()}
                values = {neuron: p / math.fsum(powers.values()) for neuron, p in powers.items()}
            units |= values
        yield [repr(units[neuron]) for neuron, _ in outputs]


def main(kind, *paths):
    *documents, data = paths
    with open(data, newline="", encoding="utf-8-sig") as file:
        lines = {"svm": svm, "network": network}[kind](*map(load, documents), list(csv.DictReader(file)))
        csv.writer(sys.stdout, lineterminator="\n").writerows(lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
