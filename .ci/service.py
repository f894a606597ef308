"""The local service, while a check talks to it."""

import contextlib
import pathlib
import subprocess


@contextlib.contextmanager
def running(program, data, key="check-key-1"):
    """Starts it on a free port with its own data folder; gives its base URL and access key."""
    pathlib.Path(data).mkdir(parents=True, exist_ok=True)
    command = [program, "--port", "0", "--data", str(data), "--access-key", key]
    with open(pathlib.Path(data) / "log", "w", encoding="utf-8") as log:
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            for line in service.stdout:
                if line.split()[:1] == ["API"]:
                    yield line.split()[1].removesuffix("/pm/v1"), key
                    break
            else:
                raise SystemExit(f"the service did not start, see {data}/log")
        finally:
            service.terminate()
            service.wait(30)
