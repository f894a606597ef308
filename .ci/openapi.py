"""Checks docs/openapi.json: it is OpenAPI 3.1, and every example is what its schema says."""

import json
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
validate(document)

checked = 0


def check(media):
    global checked
    # References lead into the document: the schema is read as a part of it.
    schema = {"components": document["components"], "allOf": [media["schema"]]}
    for name, example in media.get("examples", {}).items():
        errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(example["value"])]
        if errors:
            sys.exit(f"the example `{name}` is not what its schema says: {errors}")
        checked += 1


def visit(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "content":
                for media in inner.values():
                    check(media)
            visit(inner)
    elif isinstance(value, list):
        for inner in value:
            visit(inner)


visit(document)
assert checked, "no example was found"
print(f"{len(document['paths'])} paths, {checked} examples")
