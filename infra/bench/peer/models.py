"""Models of scikit-learn as PMML and ONNX, and one measurement of each engine that runs them.

    python models.py make FOLDER               trains, writes NAME.pmml, NAME.onnx, NAME.pickle and records.csv
    python models.py run ENGINE NAME FOLDER --runs 3 --results FILE

Engines are sklearn, onnx and pypmml, on one thread each. A measurement is of records that are in memory; it prints what
`satsuma-bench measure` prints and writes the predictions, one a line.
"""

import argparse
import json
import os
import pickle
from pathlib import Path

# Before NumPy is loaded: one thread a side.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402
import pandas  # noqa: E402

from timing import timed  # noqa: E402

FIELDS = [f"x{i}" for i in range(10)]
CLASSES = ["blue", "green", "red"]
CHUNK = 10_000
# pypmml gets one record in this many: it is that much slower.
FEWER = 25
# Records of each model; slow models get fewer.
ROWS = {"tree": 500_000, "forest": 100_000, "logistic": 500_000, "network": 500_000, "svm": 20_000, "k-means": 500_000, "knn": 20_000}


def data(rows, seed):
    """Three classes with a curved border between them, and noise."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, len(FIELDS))).round(4)
    score = x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] ** 2 + random.normal(scale=0.5, size=rows)
    return x, np.array(CLASSES)[np.digitize(score, [0.0, 1.2])]


def trained():
    from sklearn.cluster import KMeans
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    x, y = data(20_000, 1)
    return {
        "tree": DecisionTreeClassifier(max_depth=10, random_state=1).fit(x, y),
        "forest": RandomForestClassifier(100, max_depth=10, random_state=1).fit(x, y),
        "logistic": LogisticRegression().fit(x, y),
        "network": MLPClassifier((20,), max_iter=50, random_state=1).fit(x, y),
        "svm": SVC(gamma=0.1, decision_function_shape="ovo").fit(x[:1500], y[:1500]),
        "k-means": KMeans(8, n_init=1, random_state=1).fit(x),
        "knn": KNeighborsClassifier(5, algorithm="brute").fit(x[:2000], y[:2000]),
    }


# PMML.


def document(model, target=True):
    fields = "".join(f'<DataField name="{f}" optype="continuous" dataType="double"/>' for f in FIELDS)
    if target:
        values = "".join(f'<Value value="{c}"/>' for c in CLASSES)
        fields += f'<DataField name="y" optype="categorical" dataType="string">{values}</DataField>'
    return (
        '<PMML version="4.2" xmlns="http://www.dmg.org/PMML-4_2"><Header copyright=""/>'
        f"<DataDictionary>{fields}</DataDictionary>{model}</PMML>"
    )


def schema(target=True):
    fields = "".join(f'<MiningField name="{f}"/>' for f in FIELDS)
    goal = '<MiningField name="y" usageType="target"/>' if target else ""
    return f"<MiningSchema>{fields}{goal}</MiningSchema>"


def array(values):
    return f'<Array n="{len(values)}" type="real">{" ".join(map(repr, map(float, values)))}</Array>'


def tree(model):
    nodes = model.tree_

    def node(at, predicate):
        counts = nodes.value[at][0] * nodes.n_node_samples[at]
        shares = "".join(f'<ScoreDistribution value="{c}" recordCount="{n!r}"/>' for c, n in zip(CLASSES, map(float, counts)))
        children = ""
        if nodes.children_left[at] >= 0:
            # scikit-learn compares in single precision, in which these records have no ties with thresholds.
            field, cut = FIELDS[nodes.feature[at]], repr(float(nodes.threshold[at]))
            for child, operator in ((nodes.children_left[at], "lessOrEqual"), (nodes.children_right[at], "greaterThan")):
                children += node(child, f'<SimplePredicate field="{field}" operator="{operator}" value="{cut}"/>')
        score = CLASSES[int(np.argmax(counts))]
        return f'<Node id="{at}" score="{score}" recordCount="{float(counts.sum())!r}">{predicate}{shares}{children}</Node>'

    return f'<TreeModel functionName="classification" splitCharacteristic="binarySplit">{schema()}{node(0, "<True/>")}</TreeModel>'


def forest(model):
    segments = "".join(f'<Segment id="{i}"><True/>{tree(t)}</Segment>' for i, t in enumerate(model.estimators_))
    return (
        f'<MiningModel functionName="classification">{schema()}<Segmentation multipleModelMethod="average">{segments}</Segmentation></MiningModel>'
    )


def logistic(model):
    tables = ""
    for c, intercept, weights in zip(CLASSES, model.intercept_, model.coef_):
        terms = "".join(f'<NumericPredictor name="{f}" coefficient="{float(w)!r}"/>' for f, w in zip(FIELDS, weights))
        tables += f'<RegressionTable targetCategory="{c}" intercept="{float(intercept)!r}">{terms}</RegressionTable>'
    return f'<RegressionModel functionName="classification" normalizationMethod="softmax">{schema()}{tables}</RegressionModel>'


def network(model):
    inputs = "".join(
        f'<NeuralInput id="0,{i}"><DerivedField optype="continuous" dataType="double"><FieldRef field="{f}"/></DerivedField></NeuralInput>'
        for i, f in enumerate(FIELDS)
    )
    layers = ""
    for number, (weights, biases) in enumerate(zip(model.coefs_, model.intercepts_), 1):
        neurons = ""
        for i, bias in enumerate(biases):
            links = "".join(f'<Con from="{number - 1},{j}" weight="{float(w)!r}"/>' for j, w in enumerate(weights[:, i]))
            neurons += f'<Neuron id="{number},{i}" bias="{float(bias)!r}">{links}</Neuron>'
        last = number == len(model.coefs_)
        kind = 'activationFunction="identity" normalizationMethod="softmax"' if last else 'activationFunction="rectifier"'
        layers += f"<NeuralLayer {kind}>{neurons}</NeuralLayer>"
    outputs = "".join(
        f'<NeuralOutput outputNeuron="{len(model.coefs_)},{i}"><DerivedField optype="categorical" dataType="string">'
        f'<NormDiscrete field="y" value="{c}"/></DerivedField></NeuralOutput>'
        for i, c in enumerate(CLASSES)
    )
    return (
        f'<NeuralNetwork functionName="classification" activationFunction="rectifier">{schema()}<NeuralInputs>{inputs}</NeuralInputs>'
        f"{layers}<NeuralOutputs>{outputs}</NeuralOutputs></NeuralNetwork>"
    )


def svm(model):
    vectors = "".join(
        f'<VectorInstance id="v{i}"><REAL-SparseArray n="{len(FIELDS)}"><Indices>{" ".join(str(j + 1) for j in range(len(FIELDS)))}</Indices>'
        f'<REAL-Entries>{" ".join(map(repr, map(float, v)))}</REAL-Entries></REAL-SparseArray></VectorInstance>'
        for i, v in enumerate(model.support_vectors_)
    )
    fields = "".join(f'<FieldRef field="{f}"/>' for f in FIELDS)
    starts = np.concatenate([[0], np.cumsum(model.n_support_)])
    machines, pair = "", 0
    for a in range(len(CLASSES)):
        for b in range(a + 1, len(CLASSES)):
            # The layout of libsvm: the coefficients of class a against b are in row b - 1, those of b against a in row a.
            used = [(i, model.dual_coef_[b - 1, i]) for i in range(starts[a], starts[a + 1])]
            used += [(i, model.dual_coef_[a, i]) for i in range(starts[b], starts[b + 1])]
            references = "".join(f'<SupportVector vectorId="v{i}"/>' for i, _ in used)
            # A positive decision of libsvm chooses a. PMML's smaller value chooses the target category.
            numbers = "".join(f'<Coefficient value="{-float(c)!r}"/>' for _, c in used)
            machines += (
                f'<SupportVectorMachine targetCategory="{CLASSES[a]}" alternateTargetCategory="{CLASSES[b]}"><SupportVectors>{references}'
                f'</SupportVectors><Coefficients absoluteValue="{-float(model.intercept_[pair])!r}">{numbers}</Coefficients></SupportVectorMachine>'
            )
            pair += 1
    return (
        f'<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne" svmRepresentation="SupportVectors" threshold="0">'
        f'{schema()}<RadialBasisKernelType gamma="{model.gamma}"/><VectorDictionary numberOfVectors="{len(model.support_vectors_)}">'
        f'<VectorFields numberOfFields="{len(FIELDS)}">{fields}</VectorFields>{vectors}</VectorDictionary>{machines}</SupportVectorMachineModel>'
    )


def k_means(model):
    fields = "".join(f'<ClusteringField field="{f}" compareFunction="absDiff"/>' for f in FIELDS)
    clusters = "".join(f'<Cluster id="{i}" name="{i}">{array(c)}</Cluster>' for i, c in enumerate(model.cluster_centers_))
    return (
        f'<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="{len(model.cluster_centers_)}">{schema(False)}'
        f'<ComparisonMeasure kind="distance" compareFunction="absDiff"><squaredEuclidean/></ComparisonMeasure>{fields}{clusters}</ClusteringModel>'
    )


def knn(model):
    columns = "".join(f'<InstanceField field="{f}" column="{f}"/>' for f in [*FIELDS, "y"])
    rows = ""
    for record, label in zip(model._fit_X, model._y):  # noqa: SLF001, the training records have no public name
        cells = "".join(f"<{f}>{float(v)!r}</{f}>" for f, v in zip(FIELDS, record))
        rows += f"<row>{cells}<y>{CLASSES[label]}</y></row>"
    inputs = "".join(f'<KNNInput field="{f}" compareFunction="absDiff"/>' for f in FIELDS)
    return (
        f'<NearestNeighborModel functionName="classification" numberOfNeighbors="{model.n_neighbors}" categoricalScoringMethod="majorityVote">'
        f"{schema()}<TrainingInstances><InstanceFields>{columns}</InstanceFields><InlineTable>{rows}</InlineTable></TrainingInstances>"
        f'<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><KNNInputs>{inputs}</KNNInputs></NearestNeighborModel>'
    )


WRITERS = {"tree": tree, "forest": forest, "logistic": logistic, "network": network, "svm": svm, "k-means": k_means, "knn": knn}


def make(folder):
    from skl2onnx import to_onnx

    records, _ = data(max(ROWS.values()), 2)
    pandas.DataFrame(records, columns=FIELDS).to_csv(folder / "records.csv", index=False)
    for name, model in trained().items():
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(model))
        (folder / f"{name}.pmml").write_text(document(WRITERS[name](model), name != "k-means"))
        options = {} if name == "k-means" else {id(model): {"zipmap": False}}
        (folder / f"{name}.onnx").write_bytes(to_onnx(model, records[:1].astype(np.float32), options=options).SerializeToString())
    print(json.dumps(ROWS))


def engine(name, model, folder):
    """A function from records to predictions."""
    if name == "sklearn":
        # The file is our own, of a moment ago.
        return pickle.loads((folder / f"{model}.pickle").read_bytes()).predict  # noqa: S301
    if name == "onnx":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession((folder / f"{model}.onnx").read_bytes(), options, providers=["CPUExecutionProvider"])
        output = session.get_outputs()[0].name
        return lambda x: session.run([output], {session.get_inputs()[0].name: x})[0]
    from pypmml import Model
    from pypmml.base import PMMLContext

    PMMLContext.getOrCreate(gateway="jpype")
    scorer = Model.fromFile(str(folder / f"{model}.pmml"))

    def predict(frame):
        scored = scorer.predict(frame)
        column = next(c for c in scored.columns if c.startswith("predicted") or c == "cluster")
        return scored[column].to_numpy()

    return predict


def run(arguments):
    predict = engine(arguments.engine, arguments.name, arguments.folder)
    rows = ROWS[arguments.name] // (FEWER if arguments.engine == "pypmml" else 1)
    records = pandas.read_csv(arguments.folder / "records.csv", nrows=rows)
    if arguments.engine == "pypmml":
        chunks = [records[i : i + CHUNK].reset_index(drop=True) for i in range(0, len(records), CHUNK)]
    else:
        kind = np.float32 if arguments.engine == "onnx" else np.float64
        chunks = [np.ascontiguousarray(records.to_numpy()[i : i + CHUNK], dtype=kind) for i in range(0, len(records), CHUNK)]

    def work():
        return [predict(chunk) for chunk in chunks]

    predictions = np.concatenate(work())
    arguments.results.write_text("".join(f"{p}\n" for p in predictions))
    print(json.dumps(timed(work, arguments.runs)))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder", type=Path)
    running = commands.add_parser("run")
    running.add_argument("engine", choices=["sklearn", "onnx", "pypmml"])
    running.add_argument("name", choices=list(WRITERS))
    running.add_argument("folder", type=Path)
    running.add_argument("--runs", type=int, required=True)
    running.add_argument("--results", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.folder)
    else:
        run(arguments)


if __name__ == "__main__":
    main()
