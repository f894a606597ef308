"""Has schemathesis try the local service for two minutes, by docs/openapi.json and with every check.

Usage: try.py DOCUMENT SATSUMA FOLDER: the document, the local service's program, a folder to work in.

Left out are `unsupported_method` and `allow_header_conformance`: `PUT /file/{id}` takes ids with slashes, `a/stream` and
`a/upload` among them. OpenAPI cannot say so, and the checks know no exception for an operation. That other methods are
refused with 405 and `Allow`, the tests of `infra/local` say.
"""

import pathlib
import subprocess
import sys

from service import running

DOCUMENT, SATSUMA, FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
HERE = pathlib.Path(__file__).resolve().parent
SECONDS = sys.argv[4] if len(sys.argv) > 4 else "120"

with running(SATSUMA, FOLDER / "data") as (base_url, key):
    command = [
        pathlib.Path(sys.executable).parent / "schemathesis",
        *("--config-file", HERE / "schemathesis.toml", "run", DOCUMENT, "--url", f"{base_url}/pm/v1"),
        *("--checks", "all", "--exclude-checks", "unsupported_method,allow_header_conformance", "--max-time", SECONDS, "--request-timeout", "30", "--no-color"),
    ]
    tried = subprocess.run(command)
sys.exit(tried.returncode)
