"""One measurement of pypmml: the same work as `satsuma-bench measure`, and the same output."""

import argparse
import json
import xml.etree.ElementTree as ElementTree

import pandas
from pypmml import Model
from pypmml.base import PMMLContext

from timing import timed

# Rows that go through at once: pypmml passes them to Java as one JSON text.
CHUNK = 10_000


def text_fields(pmml):
    """The fields that the document stores as text: pandas would read "1" as a number."""
    fields = ElementTree.parse(pmml).getroot().iter()
    return {
        field.get("name"): str
        for field in fields
        if field.tag.endswith("}DataField") and field.get("dataType") == "string"
    }


def score_columns(arguments):
    model = Model.fromFile(arguments.pmml)
    records = pandas.read_csv(arguments.csv, dtype=text_fields(arguments.pmml))
    chunks = [records[start : start + CHUNK] for start in range(0, len(records), CHUNK)]
    chunks = [chunk.reset_index(drop=True) for chunk in chunks]

    def run():
        return [model.predict(chunk) for chunk in chunks]

    pandas.concat(run()).to_csv(arguments.results, index=False)
    return run


def run_job(arguments):
    types = text_fields(arguments.pmml)

    def run():
        model = Model.fromFile(arguments.pmml)
        first = True
        for chunk in pandas.read_csv(arguments.csv, dtype=types, chunksize=CHUNK):
            chunk = chunk.reset_index(drop=True)
            scored = pandas.concat([chunk, model.predict(chunk)], axis="columns")
            mode = "w" if first else "a"
            scored.to_csv(arguments.results, index=False, header=first, mode=mode)
            first = False

    run()
    return run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["columns", "job"])
    parser.add_argument("pmml")
    parser.add_argument("csv")
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--results", required=True)
    arguments = parser.parse_args()
    # Of pypmml's two ways into Java the faster one, which is not its default.
    PMMLContext.getOrCreate(gateway="jpype")
    run = score_columns(arguments) if arguments.work == "columns" else run_job(arguments)
    print(json.dumps(timed(run, arguments.runs)))


if __name__ == "__main__":
    main()
