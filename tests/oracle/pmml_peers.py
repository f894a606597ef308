"""Compares `satsuma-pmml` with pypmml (PMML4S) on generated PMML documents, record by record.

    cargo build -p satsuma-pmml --example score
    pip install pypmml==1.5.8 jpype1==1.7.1 pandas==3.1.1
    python tests/oracle/pmml_peers.py TARGET/debug/examples/score [--documents 20] [--records 200] [--only tree]

Documents and records are drawn from a fixed seed. One line of the table per kind of document: documents that both
sides score, documents that one side refuses, records with the same result, and the first differences. Numbers are the
same to 1e-9. It needs Java 17 or later.
"""

import argparse
import collections
import io
import math
import random
import subprocess
import tempfile
from pathlib import Path

import pandas
from pypmml import Model
from pypmml.base import PMMLContext

NUMBERS = ["n1", "n2", "n3"]
CATEGORIES = {"c1": ["a", "b", "c"], "c2": ["x", "y"]}
CLASSES = ["red", "green", "blue"]


class Document:
    """A document under construction, with its source of random numbers."""

    def __init__(self, draw, missing):
        self.draw = draw
        # The share of cells without a value.
        self.missing = missing

    def number(self, low=-2.0, high=2.0):
        return round(self.draw.uniform(low, high), 4)

    def xml(self, model, target, extra="", version="4.2"):
        """The document; `target` is "class" or "number"."""
        fields = "".join(f'<DataField name="{n}" optype="continuous" dataType="double"/>' for n in NUMBERS)
        for name, values in CATEGORIES.items():
            members = "".join(f'<Value value="{v}"/>' for v in values)
            fields += f'<DataField name="{name}" optype="categorical" dataType="string">{members}</DataField>'
        if target == "class":
            members = "".join(f'<Value value="{v}"/>' for v in CLASSES)
            fields += f'<DataField name="y" optype="categorical" dataType="string">{members}</DataField>'
        elif target == "number":
            fields += '<DataField name="y" optype="continuous" dataType="double"/>'
        return (
            f'<PMML version="{version}" xmlns="http://www.dmg.org/PMML-{version.replace(".", "_")}">'
            f'<Header copyright=""/><DataDictionary>{fields}</DataDictionary>{extra}{model}</PMML>'
        )

    def schema(self, target=True, attributes=""):
        fields = "".join(f'<MiningField name="{n}"{attributes}/>' for n in [*NUMBERS, *CATEGORIES])
        goal = '<MiningField name="y" usageType="target"/>' if target else ""
        return f"<MiningSchema>{fields}{goal}</MiningSchema>"

    # Predicates.

    def simple(self):
        if self.draw.random() < 0.6:
            operator = self.draw.choice(["lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"])
            return f'<SimplePredicate field="{self.draw.choice(NUMBERS)}" operator="{operator}" value="{self.number(-1, 1)}"/>'
        name = self.draw.choice(list(CATEGORIES))
        if self.draw.random() < 0.5:
            operator = self.draw.choice(["equal", "notEqual"])
            return f'<SimplePredicate field="{name}" operator="{operator}" value="{self.draw.choice(CATEGORIES[name])}"/>'
        some = self.draw.sample(CATEGORIES[name], self.draw.randint(1, len(CATEGORIES[name]) - 1))
        operator = self.draw.choice(["isIn", "isNotIn"])
        array = f'<Array type="string" n="{len(some)}">{" ".join(some)}</Array>'
        return f'<SimpleSetPredicate field="{name}" booleanOperator="{operator}">{array}</SimpleSetPredicate>'

    def predicate(self):
        if self.draw.random() < 0.75:
            return self.simple()
        # Without "xor", which pypmml takes for false where exactly one part is true.
        operator = self.draw.choice(["and", "or", "surrogate"])
        parts = "".join(self.simple() for _ in range(self.draw.randint(2, 3)))
        return f'<CompoundPredicate booleanOperator="{operator}">{parts}</CompoundPredicate>'

    # Models.

    def tree(self, target, segment=False):
        strategy = self.draw.choice(["none", "lastPrediction", "nullPrediction", "defaultChild", "weightedConfidence", "aggregateNodes"])
        if target == "number" and strategy in ("weightedConfidence", "aggregateNodes"):
            strategy = "lastPrediction"
        # A segment always has a prediction: pypmml has no treatment of missing ones.
        last = "returnLastPrediction" if segment else self.draw.choice(["returnNullPrediction", "returnLastPrediction"])
        count = iter(range(10_000))

        def node(predicate, depth, size):
            number = next(count)
            # No two classes have the same number: the specification does not say which of them wins.
            shares = [share + size // 3 for share in self.draw.sample(range(1, 60), len(CLASSES))]
            total = sum(shares)
            if target == "class":
                score = CLASSES[shares.index(max(shares))]
                content = "".join(f'<ScoreDistribution value="{c}" recordCount="{s}"/>' for c, s in zip(CLASSES, shares))
            else:
                score, content = self.number(), ""
            children = []
            if depth > 0:
                parts = 2
                split = self.predicate()
                children = [node(split, depth - 1, size // 2), node("<True/>" if self.draw.random() < 0.5 else self.predicate(), depth - 1, size // 2)]
            default = f' defaultChild="{number + 1}"' if children and strategy == "defaultChild" else ""
            return (
                f'<Node id="{number}" score="{score}" recordCount="{total}"{default}>{predicate}{content}'
                f'{"".join(children)}</Node>'
            )

        root = node("<True/>", 3, 800)
        function = "classification" if target == "class" else "regression"
        return self.xml(
            f'<TreeModel functionName="{function}" missingValueStrategy="{strategy}" noTrueChildStrategy="{last}" '
            f'splitCharacteristic="multiSplit">{self.schema()}{root}</TreeModel>',
            target,
        )

    def table(self, attributes=""):
        content = "".join(
            f'<NumericPredictor name="{n}" coefficient="{self.number()}" exponent="{self.draw.choice([1, 1, 2])}"/>' for n in NUMBERS
        )
        for name, values in CATEGORIES.items():
            content += "".join(f'<CategoricalPredictor name="{name}" value="{v}" coefficient="{self.number()}"/>' for v in values[1:])
        if self.draw.random() < 0.5:
            content += f'<PredictorTerm coefficient="{self.number()}"><FieldRef field="n1"/><FieldRef field="n2"/></PredictorTerm>'
        return f'<RegressionTable intercept="{self.number()}"{attributes}>{content}</RegressionTable>'

    def regression(self, target):
        if target == "number":
            method = self.draw.choice(["none", "exp", "logit"])
            return self.xml(
                f'<RegressionModel functionName="regression" normalizationMethod="{method}">{self.schema()}{self.table()}</RegressionModel>', target
            )
        method = self.draw.choice(["softmax", "simplemax", "none"])
        tables = "".join(self.table(f' targetCategory="{c}"') for c in CLASSES)
        if method == "simplemax":
            # Shares of a sum need positive numbers.
            tables = "".join(
                f'<RegressionTable intercept="{self.number(1, 3)}" targetCategory="{c}"><CategoricalPredictor name="c2" value="x" '
                f'coefficient="{self.number(0, 1)}"/></RegressionTable>' for c in CLASSES
            )
        return self.xml(
            f'<RegressionModel functionName="classification" normalizationMethod="{method}">{self.schema()}{tables}</RegressionModel>', target
        )

    def general(self, target):
        parameters = ["p0", "p1", "p2", "p3", "p4", "p5"]
        names = "".join(f'<Parameter name="{p}"/>' for p in parameters)
        matrix = (
            '<FactorList><Predictor name="c1"/></FactorList>'
            '<CovariateList><Predictor name="n1"/><Predictor name="n2"/><Predictor name="n3"/></CovariateList>'
            '<PPMatrix><PPCell value="1" predictorName="n1" parameterName="p1"/><PPCell value="2" predictorName="n2" parameterName="p2"/>'
            '<PPCell value="1" predictorName="n3" parameterName="p3"/><PPCell value="a" predictorName="c1" parameterName="p4"/>'
            '<PPCell value="b" predictorName="c1" parameterName="p5"/><PPCell value="1" predictorName="n1" parameterName="p5"/></PPMatrix>'
        )
        if target == "class":
            kind = self.draw.choice(["multinomialLogistic", "ordinalMultinomial"])
            if kind == "multinomialLogistic":
                cells = "".join(
                    f'<PCell targetCategory="{c}" parameterName="{p}" beta="{self.number()}"/>' for c in CLASSES[:-1] for p in parameters
                )
                extra = f' targetReferenceCategory="{CLASSES[-1]}"'
            else:
                cuts = sorted(self.number(-2, 2) for _ in CLASSES[:-1])
                cells = "".join(f'<PCell targetCategory="{c}" parameterName="p0" beta="{cut}"/>' for c, cut in zip(CLASSES, cuts))
                cells += "".join(f'<PCell parameterName="{p}" beta="{self.number()}"/>' for p in parameters[1:])
                extra = f' cumulativeLink="{self.draw.choice(["logit", "probit", "cloglog", "loglog", "cauchit"])}"'
            return self.xml(
                f'<GeneralRegressionModel functionName="classification" modelType="{kind}"{extra}>{self.schema()}'
                f'<ParameterList>{names}</ParameterList>{matrix}<ParamMatrix>{cells}</ParamMatrix></GeneralRegressionModel>',
                target,
            )
        kind = self.draw.choice(["regression", "generalLinear", "generalizedLinear"])
        link = ""
        if kind == "generalizedLinear":
            chosen = self.draw.choice(["identity", "log", "logit", "cloglog", "loglog", "probit", "logc", "cauchit"])
            link = f' linkFunction="{chosen}" distribution="normal"'
        cells = "".join(f'<PCell parameterName="{p}" beta="{self.number()}"/>' for p in parameters)
        return self.xml(
            f'<GeneralRegressionModel functionName="regression" modelType="{kind}"{link}>{self.schema()}'
            f'<ParameterList>{names}</ParameterList>{matrix}<ParamMatrix>{cells}</ParamMatrix></GeneralRegressionModel>',
            target,
        )

    def network(self, target):
        inputs = "".join(
            f'<NeuralInput id="0,{i}"><DerivedField optype="continuous" dataType="double"><NormContinuous field="{n}">'
            '<LinearNorm orig="-3" norm="0"/><LinearNorm orig="3" norm="1"/></NormContinuous></DerivedField></NeuralInput>'
            for i, n in enumerate(NUMBERS)
        )
        inputs += "".join(
            f'<NeuralInput id="0,{3 + i}"><DerivedField optype="continuous" dataType="double"><NormDiscrete field="c1" value="{v}"/>'
            "</DerivedField></NeuralInput>"
            for i, v in enumerate(CATEGORIES["c1"])
        )

        def layer(number, size, before, attributes=""):
            neurons = ""
            for i in range(size):
                links = "".join(f'<Con from="{b}" weight="{self.number()}"/>' for b in before)
                neurons += f'<Neuron id="{number},{i}" bias="{self.number()}">{links}</Neuron>'
            return f"<NeuralLayer{attributes}>{neurons}</NeuralLayer>", [f"{number},{i}" for i in range(size)]

        activation = self.draw.choice(
            ["logistic", "tanh", "identity", "exponential", "reciprocal", "square", "Gauss", "sine", "cosine", "Elliott", "arctan", "rectifier"]
        )
        hidden, ids = layer(1, 4, [f"0,{i}" for i in range(6)])
        if target == "class":
            out, ids = layer(2, 3, ids, ' activationFunction="identity" normalizationMethod="softmax"')
            outputs = "".join(
                f'<NeuralOutput outputNeuron="{i}"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="y" value="{c}"/>'
                "</DerivedField></NeuralOutput>"
                for i, c in zip(ids, CLASSES)
            )
        else:
            out, ids = layer(2, 1, ids, ' activationFunction="identity"')
            outputs = (
                f'<NeuralOutput outputNeuron="{ids[0]}"><DerivedField optype="continuous" dataType="double"><NormContinuous field="y">'
                '<LinearNorm orig="-10" norm="0"/><LinearNorm orig="40" norm="1"/></NormContinuous></DerivedField></NeuralOutput>'
            )
        function = "classification" if target == "class" else "regression"
        return self.xml(
            f'<NeuralNetwork functionName="{function}" activationFunction="{activation}">{self.schema()}<NeuralInputs>{inputs}</NeuralInputs>'
            f"{hidden}{out}<NeuralOutputs>{outputs}</NeuralOutputs></NeuralNetwork>",
            target,
        )

    def machine(self, target):
        kernel = self.draw.choice(
            ['<LinearKernelType/>', '<PolynomialKernelType gamma="0.5" coef0="1" degree="3"/>', '<RadialBasisKernelType gamma="0.4"/>',
             '<SigmoidKernelType gamma="0.2" coef0="0.1"/>']
        )
        vectors = "".join(
            f'<VectorInstance id="v{i}"><REAL-SparseArray n="3"><Indices>1 2 3</Indices><REAL-Entries>'
            f"{self.number()} {self.number()} {self.number()}</REAL-Entries></REAL-SparseArray></VectorInstance>"
            for i in range(5)
        )
        fields = "".join(f'<FieldRef field="{n}"/>' for n in NUMBERS)
        dictionary = f'<VectorDictionary numberOfVectors="5"><VectorFields numberOfFields="3">{fields}</VectorFields>{vectors}</VectorDictionary>'

        def one(attributes=""):
            vectors = "".join(f'<SupportVector vectorId="v{i}"/>' for i in range(5))
            coefficients = "".join(f'<Coefficient value="{self.number()}"/>' for _ in range(5))
            return (
                f"<SupportVectorMachine{attributes}><SupportVectors>{vectors}</SupportVectors>"
                f'<Coefficients absoluteValue="{self.number()}">{coefficients}</Coefficients></SupportVectorMachine>'
            )

        if target == "class":
            method = self.draw.choice(["OneAgainstOne", "OneAgainstAll"])
            if method == "OneAgainstAll":
                machines = "".join(one(f' targetCategory="{c}"') for c in CLASSES)
            else:
                pairs = [(a, b) for i, a in enumerate(CLASSES) for b in CLASSES[i + 1 :]]
                machines = "".join(one(f' targetCategory="{a}" alternateTargetCategory="{b}"') for a, b in pairs)
            attributes = f'functionName="classification" classificationMethod="{method}"'
        else:
            machines, attributes = one(), 'functionName="regression"'
        return self.xml(
            f'<SupportVectorMachineModel {attributes} svmRepresentation="SupportVectors">{self.schema()}{kernel}{dictionary}{machines}'
            "</SupportVectorMachineModel>",
            target,
        )

    def clusters(self, _target):
        metric = self.draw.choice(
            ["<euclidean/>", "<squaredEuclidean/>", "<chebychev/>", "<cityBlock/>", '<minkowski p-parameter="3"/>']
        )
        compare = self.draw.choice(["absDiff", "gaussSim", "delta"]) if self.draw.random() < 0.4 else "absDiff"
        similarity = ' similarityScale="1.5"' if compare == "gaussSim" else ""
        fields = "".join(f'<ClusteringField field="{n}" compareFunction="{compare}" fieldWeight="{self.number(0.5, 2)}"{similarity}/>' for n in NUMBERS)
        groups = "".join(
            f'<Cluster id="k{i}" name="k{i}"><Array type="real" n="3">{self.number()} {self.number()} {self.number()}</Array></Cluster>' for i in range(4)
        )
        return self.xml(
            f'<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="4">{self.schema(False)}'
            f'<ComparisonMeasure kind="distance" compareFunction="absDiff">{metric}</ComparisonMeasure>{fields}{groups}</ClusteringModel>',
            "none",
        )

    def bayes(self, _target):
        def counts():
            return "".join(f'<TargetValueCount value="{c}" count="{self.draw.randint(1, 30)}"/>' for c in CLASSES)

        inputs = ""
        for name, values in CATEGORIES.items():
            pairs = "".join(f'<PairCounts value="{v}"><TargetValueCounts>{counts()}</TargetValueCounts></PairCounts>' for v in values)
            inputs += f'<BayesInput fieldName="{name}">{pairs}</BayesInput>'
        stats = "".join(
            f'<TargetValueStat value="{c}"><GaussianDistribution mean="{self.number()}" variance="{self.number(0.5, 2)}"/></TargetValueStat>' for c in CLASSES
        )
        inputs += f'<BayesInput fieldName="n1"><TargetValueStats>{stats}</TargetValueStats></BayesInput>'
        return self.xml(
            f'<NaiveBayesModel functionName="classification" threshold="0.001">{self.schema()}<BayesInputs>{inputs}</BayesInputs>'
            f'<BayesOutput fieldName="y"><TargetValueCounts>{counts()}</TargetValueCounts></BayesOutput></NaiveBayesModel>',
            "class",
        )

    def rules(self, _target):
        selection = self.draw.choice(["firstHit", "weightedSum", "weightedMax"])
        rules = "".join(
            f'<SimpleRule id="r{i}" score="{self.draw.choice(CLASSES)}" weight="{self.number(0.1, 1)}" confidence="{self.number(0.1, 1)}">{self.predicate()}</SimpleRule>'
            for i in range(6)
        )
        return self.xml(
            f'<RuleSetModel functionName="classification">{self.schema()}<RuleSet defaultScore="red" defaultConfidence="0.2">'
            f'<RuleSelectionMethod criterion="{selection}"/>{rules}</RuleSet></RuleSetModel>',
            "class",
        )

    def scorecard(self, _target):
        characteristics = ""
        for n in NUMBERS:
            cuts = sorted(self.number(-1, 1) for _ in range(2))
            bins = f'<Attribute partialScore="{self.number(0, 50)}"><SimplePredicate field="{n}" operator="isMissing"/></Attribute>'
            bins += "".join(
                f'<Attribute partialScore="{self.number(0, 50)}"><SimplePredicate field="{n}" operator="lessThan" value="{cut}"/></Attribute>' for cut in cuts
            )
            bins += f'<Attribute partialScore="{self.number(0, 50)}"><True/></Attribute>'
            characteristics += f'<Characteristic name="{n}s">{bins}</Characteristic>'
        return self.xml(
            f'<Scorecard functionName="regression" initialScore="{self.number(0, 10)}" useReasonCodes="false">{self.schema()}'
            f"<Characteristics>{characteristics}</Characteristics></Scorecard>",
            "number",
        )

    def mining(self, target):
        methods = ["average", "weightedAverage", "sum", "median", "max"] if target == "number" else ["majorityVote", "weightedMajorityVote", "average"]
        method = self.draw.choice(methods)
        segments = ""
        for i in range(5):
            inner = self.tree(target, segment=True)
            start, end = inner.index("<TreeModel"), inner.index("</PMML>")
            segments += f'<Segment id="{i}" weight="{self.number(0.1, 2)}"><True/>{inner[start:end]}</Segment>'
        function = "classification" if target == "class" else "regression"
        return self.xml(
            f'<MiningModel functionName="{function}">{self.schema()}<Segmentation multipleModelMethod="{method}">{segments}</Segmentation></MiningModel>',
            target,
        )

    def prepared(self, target):
        """A regression on derived fields."""
        outliers = self.draw.choice(["asIs", "asMissingValues", "asExtremeValues"])
        default = self.draw.choice(['', ' defaultValue="9"'])
        missing = self.draw.choice(['', ' mapMissingTo="-1"'])
        function = self.draw.choice(["exp", "abs", "floor", "ceil", "round", "sqrt", "ln", "log10", "threshold", "pow", "min", "max", "avg", "sum"])
        arguments = '<FieldRef field="n1"/>'
        if function in ("pow", "threshold"):
            arguments += "<Constant>2</Constant>"
        if function in ("min", "max", "avg", "sum"):
            arguments += '<FieldRef field="n2"/><FieldRef field="n3"/>'
        derived = (
            f'<DerivedField name="d1" optype="continuous" dataType="double"><NormContinuous field="n1" outliers="{outliers}"{missing}>'
            '<LinearNorm orig="-1" norm="0"/><LinearNorm orig="0.5" norm="0.2"/><LinearNorm orig="1" norm="1"/></NormContinuous></DerivedField>'
            f'<DerivedField name="d2" optype="continuous" dataType="double"><MapValues outputColumn="out"{default}{missing} dataType="double">'
            '<FieldColumnPair field="c1" column="in"/><InlineTable><row><in>a</in><out>1</out></row><row><in>b</in><out>2</out></row></InlineTable>'
            "</MapValues></DerivedField>"
            f'<DerivedField name="d3" optype="continuous" dataType="double"><Discretize field="n2" dataType="double"{default}{missing}>'
            '<DiscretizeBin binValue="1"><Interval closure="openOpen" rightMargin="0"/></DiscretizeBin>'
            '<DiscretizeBin binValue="2"><Interval closure="closedClosed" leftMargin="0" rightMargin="0.5"/></DiscretizeBin></Discretize></DerivedField>'
            f'<DerivedField name="d4" optype="continuous" dataType="double"><Apply function="{function}"{missing}>{arguments}</Apply></DerivedField>'
        )
        terms = "".join(f'<NumericPredictor name="d{i}" coefficient="{self.number()}"/>' for i in range(1, 5))
        return self.xml(
            f'<RegressionModel functionName="regression">{self.schema()}<RegressionTable intercept="1">{terms}</RegressionTable></RegressionModel>',
            "number",
            f"<TransformationDictionary>{derived}</TransformationDictionary>",
        )

    def treated(self, target):
        """A regression whose mining schema replaces missing values and treats outliers."""
        treatment = self.draw.choice(["asExtremeValues", "asMissingValues", "asIs"])
        attributes = f' outliers="{treatment}" lowValue="-1" highValue="1" missingValueReplacement="0.25"'
        fields = "".join(f'<MiningField name="{n}"{attributes}/>' for n in NUMBERS)
        fields += '<MiningField name="c1" missingValueReplacement="b"/><MiningField name="c2" missingValueReplacement="x"/>'
        schema = f'<MiningSchema>{fields}<MiningField name="y" usageType="target"/></MiningSchema>'
        return self.xml(f'<RegressionModel functionName="regression">{schema}{self.table()}</RegressionModel>', "number")

    def records(self, count):
        rows = []
        for _ in range(count):
            row = {n: self.number(-3, 3) for n in NUMBERS}
            row.update({name: self.draw.choice(values) for name, values in CATEGORIES.items()})
            rows.append({name: None if self.draw.random() < self.missing else value for name, value in row.items()})
        return rows


KINDS = {
    "tree, classes": (Document.tree, "class", 0.0),
    "tree, numbers": (Document.tree, "number", 0.0),
    "tree, missing values": (Document.tree, "class", 0.1),
    "regression, classes": (Document.regression, "class", 0.0),
    "regression, numbers": (Document.regression, "number", 0.1),
    "general regression, classes": (Document.general, "class", 0.0),
    "general regression, numbers": (Document.general, "number", 0.0),
    "neural network, classes": (Document.network, "class", 0.0),
    "neural network, numbers": (Document.network, "number", 0.0),
    "support vector machine, classes": (Document.machine, "class", 0.0),
    "support vector machine, numbers": (Document.machine, "number", 0.0),
    "clusters": (Document.clusters, "class", 0.0),
    "naive Bayes": (Document.bayes, "class", 0.1),
    "rule set": (Document.rules, "class", 0.0),
    "scorecard": (Document.scorecard, "number", 0.1),
    "many trees, classes": (Document.mining, "class", 0.0),
    "many trees, numbers": (Document.mining, "number", 0.0),
    "derived fields": (Document.prepared, "number", 0.1),
    "mining schema": (Document.treated, "number", 0.1),
}


def theirs(pmml, rows):
    model = Model.fromString(pmml)
    frame = pandas.DataFrame(rows, dtype=object)
    return model.predict(frame).to_dict("records")


def ours(score, folder, pmml, rows):
    (folder / "model.pmml").write_text(pmml)
    frame = pandas.DataFrame(rows)
    frame.to_csv(folder / "records.csv", index=False)
    run = subprocess.run([score, folder / "model.pmml", folder / "records.csv"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise ValueError(run.stderr.strip())
    return pandas.read_csv(io.StringIO(run.stdout), sep=";", dtype=str, keep_default_na=False, skip_blank_lines=False).to_dict("records")


def same(a, b):
    """Whether two cells are equal; blank, None and NaN are missing."""
    missing = lambda v: v is None or v == "" or (isinstance(v, float) and math.isnan(v))
    if missing(a) or missing(b):
        return missing(a) and missing(b)
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError):
        return str(a) == str(b)
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or math.isinf(y):
        return str(x) == str(y)
    return abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y))


def compare(mine, other):
    """The names of the figures that differ in a record."""
    predicted = next((v for k, v in other.items() if k.startswith("predicted")), other.get("cluster"))
    different = [] if same(mine["predicted"] or mine.get("entity", ""), predicted) else [f"predicted {mine['predicted']!r}, {predicted!r}"]
    for name, value in other.items():
        if name.startswith("probability_") and f"p:{name[12:]}" in mine and not same(mine[f"p:{name[12:]}"], value):
            different.append(f"{name} {mine['p:' + name[12:]]}, {value}")
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("score", type=Path)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path, help="a folder for documents with differences")
    arguments = parser.parse_args()
    PMMLContext.getOrCreate(gateway="jpype")
    print("| documents | both score | we refuse | pypmml refuses | records | same |")
    print("|---|---:|---:|---:|---:|---:|")
    notes = []
    for kind, (make, target, missing) in KINDS.items():
        if arguments.only not in kind:
            continue
        count = collections.Counter()
        for seed in range(arguments.documents):
            document = Document(random.Random(f"{kind} {seed}"), missing)
            pmml, rows = make(document, target), document.records(arguments.records)
            with tempfile.TemporaryDirectory() as folder:
                try:
                    mine = ours(arguments.score, Path(folder), pmml, rows)
                except ValueError as error:
                    mine, reason = None, f"{kind} {seed}: we refuse: {str(error)[:200]}"
            try:
                other = theirs(pmml, rows)
            except Exception as error:  # noqa: BLE001, Java's own exceptions
                other, refusal = None, f"{kind} {seed}: pypmml refuses: {str(error)[:200]}"
            if mine is None or other is None:
                count["we refuse"] += mine is None
                count["pypmml refuses"] += other is None
                notes.append(reason if mine is None else refusal)
                continue
            count["both"] += 1
            first = None
            for row, (a, b) in enumerate(zip(mine, other, strict=True)):
                count["records"] += 1
                different = compare(a, b)
                count["same"] += not different
                if different and first is None:
                    first = f"{kind} {seed}, record {row} {rows[row]}: {'; '.join(different)}"
            if first:
                notes.append(first)
                if arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    (arguments.keep / f"{kind} {seed}.pmml").write_text(pmml)
        print(f"| {kind} | {count['both']} | {count['we refuse']} | {count['pypmml refuses']} | {count['records']} | {count['same']} |", flush=True)
    print("\nThe first differences, ours before theirs:\n")
    print("\n".join(f"- {note}" for note in notes))


if __name__ == "__main__":
    main()
