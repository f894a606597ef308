"""Generates clients of docs/openapi.json, and has each of them upload, submit, poll, fetch and delete.

Usage: clients.py DOCUMENT SATSUMA FOLDER: the document, the local service's program, a folder to work in.
"""

import os
import pathlib
import subprocess
import sys
import time

from service import running

DOCUMENT, SATSUMA, FOLDER = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "infra/local/sample"
STREAM, TABLE = "late-parcels.str", "parcels.csv"

# What a generator says whatever the document holds.
NOT_OURS = [
    "OpenAPI 3.1 support is still in beta",
    # Its own look-up of `anyOf` and `oneOf` schemas without a `$ref` (7.26.0, ModelUtils.getSimpleRef).
    "Failed to get the schema name: null",
    "ruff is not in PATH",
]


def generate(command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER)
    said = done.stdout + done.stderr
    warnings = [line for line in said.splitlines() if "WARN" in line or "WARNING" in line or "Skipping" in line or "error" in line.lower() and "writing file" not in line]
    ours = [line for line in warnings if line.strip() not in ("Skipping Integration",) and not any(known in line for known in NOT_OURS)]
    if done.returncode or ours:
        sys.exit(f"{command[0]} says:\n" + ("\n".join(ours) or said))


def wait_for(look):
    until = time.monotonic() + 120
    while True:
        status = look()
        if status in ("SUCCESS", "FAILED", "CANCELED"):
            return status
        assert time.monotonic() < until, "the job did not end"


def openapi_python_client(base_url, key):
    generate(["openapi-python-client", "generate", "--path", str(DOCUMENT), "--meta", "none", "--output-path", "satsuma_client"])
    from satsuma_client import Client
    from satsuma_client.api.files import delete_file, get_file, list_files, put_file
    from satsuma_client.api.jobs import delete_jobs, get_job_status, list_jobs, submit_job, validate_job
    from satsuma_client.models import Action, FileRef, JobDefinition, ModelRef, NodeFile, Setting, UploadForm
    from satsuma_client.types import File

    # The key is a parameter of the query; its AuthenticatedClient has a header alone for it.
    client = Client(base_url=f"{base_url}/pm/v1", httpx_args={"params": {"accesskey": key}})
    with client as client:
        for name in (STREAM, TABLE):
            with open(SAMPLE / name, "rb") as file:
                form = UploadForm(file=File(payload=file, file_name=name))
                assert put_file.sync_detailed(name, client=client, body=form).status_code == 200
        entry = NodeFile(node="Parcels", file=FileRef(id=TABLE))
        definition = JobDefinition(action=Action.BATCH_SCORE, model=ModelRef(id=STREAM), setting=Setting(inputs=[entry]))
        assert submit_job.sync("generated", client=client, body=definition).id == "generated"
        status = wait_for(lambda: get_job_status.sync("generated", client=client, wait=5).job_status.value)
        assert status == "SUCCESS", status
        url = get_job_status.sync("generated", client=client).data_url
        result = get_file.sync_detailed(url.rsplit("/", 1)[1].replace("%7E", "~").replace("%20", " "), client=client)
        assert result.status_code == 200 and b"," in result.content and not result.content.startswith(b"b'"), result
        assert validate_job.sync_detailed("generated", client=client).status_code == 200
        assert [job.id for job in list_jobs.sync(client=client)] == ["generated"]
        assert delete_jobs.sync("generated", client=client) == 1
        assert delete_file.sync(TABLE, client=client) == 1
        assert list_files.sync(client=client) == [STREAM]


def openapi_generator(base_url, key):
    generate(["openapi-generator-cli", "generate", "--input-spec", str(DOCUMENT), "--generator-name", "python", "--output", "generated", "--package-name", "satsuma_generated"])
    sys.path.insert(0, str(FOLDER / "generated"))
    import satsuma_generated as api

    configuration = api.Configuration(host=f"{base_url}/pm/v1", api_key={"accessKey": key})
    with api.ApiClient(configuration) as client:
        files, jobs = api.FilesApi(client), api.JobsApi(client)
        for name in (STREAM, TABLE):
            files.put_file(name, file=(name, (SAMPLE / name).read_bytes()))
        entry = api.NodeData(api.NodeFile(node="Parcels", file=api.FileRef(id=TABLE)))
        definition = api.JobDefinition(action=api.Action.BATCH_SCORE, model=api.ModelRef(id=STREAM), setting=api.Setting(inputs=[entry]))
        assert jobs.submit_job("generated", definition).id == "generated"
        status = wait_for(lambda: jobs.get_job_status("generated", wait=5).job_status.value)
        assert status == "SUCCESS", status
        url = jobs.get_job_status("generated").data_url
        result = files.get_file(url.rsplit("/", 1)[1].replace("%7E", "~").replace("%20", " "))
        assert isinstance(result, (bytes, bytearray)) and b"," in result, result
        assert jobs.validate_job("generated").can_run
        assert [job.id for job in jobs.list_jobs()] == ["generated"]
        assert jobs.delete_jobs("generated") == 1
        assert files.delete_file(TABLE) == 1
        assert files.list_files() == [STREAM]


FOLDER.mkdir(parents=True, exist_ok=True)
os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
sys.path.insert(0, str(FOLDER))
for client in (openapi_python_client, openapi_generator):
    with running(SATSUMA, FOLDER / f"data-{client.__name__}") as (base_url, key):
        client(base_url, key)
    print(f"{client.__name__}: a client was generated, and ran a job")
