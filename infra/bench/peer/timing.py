"""Times the work of a peer, in the form that `satsuma-bench measure` prints."""

import os
import time


def timed(run, runs):
    """Wall time of each run, processor time of all, and the peak memory of the process."""
    seconds = []
    before = os.times()
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    after = os.times()
    used = (after.user + after.system) - (before.user + before.system)
    return {"seconds": seconds, "processor_seconds": used, "peak_bytes": peak_bytes()}


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        kilobytes = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024
