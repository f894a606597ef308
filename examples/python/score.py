#!/usr/bin/env python3
"""Scores a data file with a stream: upload, submit, wait, fetch. Standard library only.

    export SATSUMA_API=http://127.0.0.1:8080/pm/v1 SATSUMA_KEY=demo-key
    python3 score.py STREAM.str DATA.csv > predictions.tab
"""

import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

API = os.environ.get("SATSUMA_API", "http://127.0.0.1:8080/pm/v1")
KEY = os.environ.get("SATSUMA_KEY", "")

ATTEMPTS = 5
RETRIED = {429, 503}
# The longest wait of a long poll is 25 s; the service answers soon after that.
TIMEOUT_SECONDS = 60
LONG_POLL_SECONDS = 25
ENDED = {"SUCCESS", "FAILED", "CANCELED"}


def send(method, url, body=None, headers=None, query=None):
    """Sends a request with the access key, retries transient faults, and returns the body."""
    query = urllib.parse.urlencode({**(query or {}), "accesskey": KEY})
    request = urllib.request.Request(f"{url}?{query}", data=body, headers=headers or {}, method=method)
    for attempt in range(1, ATTEMPTS + 1):
        pause = 2 ** attempt / 4
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            if error.code not in RETRIED or attempt == ATTEMPTS:
                sys.exit(f"{method} {url}: {error.code} {error_text(error.read())}")
            pause = float(error.headers.get("Retry-After") or pause)
        except (urllib.error.URLError, OSError) as error:
            if attempt == ATTEMPTS:
                sys.exit(f"{method} {url}: {error}")
        time.sleep(pause)


def error_text(body):
    """The API's error object as one line; API Gateway's own errors have only a message."""
    try:
        error = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return f"{error.get('code', '')} {error.get('message', '')} (request {error.get('requestId', 'unknown')})"


def upload(path):
    """Uploads a file under its own name, as a form."""
    boundary = uuid.uuid4().hex
    form = b"".join([
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'.encode(),
        path.read_bytes(),
        f"\r\n--{boundary}--\r\n".encode(),
    ])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    send("PUT", f"{API}/file/{urllib.parse.quote(path.name)}", form, headers)


def submit(job, stream):
    """Submits a scoring job. The idempotency key makes a retry of this request harmless."""
    definition = {"action": "BATCH_SCORE", "model": {"id": stream}, "setting": {"reportFormat": "TAB"}}
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    send("PUT", f"{API}/jobs/{job}", json.dumps(definition).encode(), headers)


def wait(job):
    """Waits for the end of the job and returns its status."""
    while True:
        status = json.loads(send("GET", f"{API}/jobs/{job}/status", query={"wait": LONG_POLL_SECONDS}))
        print(f"{job}: {status['jobStatus']}", file=sys.stderr)
        if status["jobStatus"] in ENDED:
            return status


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    stream, data = (pathlib.Path(argument) for argument in sys.argv[1:])
    job = f"example-{uuid.uuid4()}"
    upload(stream)
    upload(data)
    submit(job, stream.name)
    status = wait(job)
    if status["jobStatus"] != "SUCCESS":
        sys.exit(f"{job}: {status['jobStatus']}: {status.get('failureMsg', '')}")
    # A large result is answered with a redirect to the store, which urllib follows.
    sys.stdout.buffer.write(send("GET", status["dataUrl"]))


if __name__ == "__main__":
    main()
